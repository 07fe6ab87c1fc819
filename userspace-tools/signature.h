/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * signature: what a disk holds, by the marks that file systems, partition
 * tables and others leave on it.
 */
#ifndef DYAD_TOOL_SIGNATURE_H
#define DYAD_TOOL_SIGNATURE_H

#include <stddef.h>

struct disk;

/*
 * The first thing found on @d, in words, as "ext4 file system"; empty if there
 * is none. Returns 0 or a negative errno.
 */
int signature_find(const struct disk *d, char *text, size_t size);

/* Takes the marks of all that is found away. Returns 0 or a negative errno. */
int signature_wipe(const struct disk *d);

#endif
