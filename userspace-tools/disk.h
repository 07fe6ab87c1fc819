/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * disk: a block device that nothing else uses, or a file in the place of one,
 * read and written by sectors of 512 bytes.
 */
#ifndef DYAD_TOOL_DISK_H
#define DYAD_TOOL_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct ctx;

struct disk {
	const char *path;
	int fd;
	uint64_t sectors;
	dev_t device;		/* of a file, with its inode */
	ino_t inode;
};

/*
 * Opens @path, to be kept from others until disk_close(). Refusals say that it
 * was not possible to @what. Returns an exit code.
 */
int disk_open(struct ctx *ctx, struct disk *d, const char *path, bool write, const char *what);

/* Also fine for a disk that is all zero, or was closed. */
void disk_close(struct disk *d);

/* Do both paths lead to the same place? */
bool disk_same(const struct disk *a, const struct disk *b);

/* All of it, or -EIO. */
int disk_read(const struct disk *d, uint64_t sector, void *data, size_t bytes);

/* All of it, or a negative errno. */
int disk_write(const struct disk *d, uint64_t sector, const void *data, size_t bytes);

/* @sectors of zeroes. Returns 0 or a negative errno. */
int disk_zero(const struct disk *d, uint64_t sector, uint64_t sectors);

/* What was written is on the medium, behind all caches. */
int disk_sync(const struct disk *d);

#endif
