/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * meta: the metadata on a disk that is not attached, read and written with
 * the kernel's own code. Says nothing to the user.
 */
#ifndef DYAD_TOOL_META_H
#define DYAD_TOOL_META_H

#include <stdbool.h>
#include <stdint.h>

#include "core/ondisk.h"

struct disk;

/* What is in the place of one copy of the superblock. */
struct meta_copy {
	int error;		/* of dyad_super_decode(), -EIO if it cannot be read; 0: good */
	struct dyad_super super;	/* if it is good */
};

struct meta {
	const struct disk *disk;
	struct meta_copy copies[DYAD_META_SUPERS];
	int error;		/* of dyad_super_choose(): 0 if it can be used */
	struct dyad_super super;	/* if it can be used */
};

/* Reads both copies of the superblock from @d, which has to stay open. */
void meta_read(struct meta *m, const struct disk *d);

/* Is there anything like metadata, good or damaged? */
bool meta_present(const struct meta *m);

/* Are there two good copies that say the same? */
bool meta_copies_agree(const struct meta *m);

/* A negative errno of the above, as "its checksum is wrong". */
const char *meta_error(int error);

/* What a map says. */
struct meta_map {
	uint64_t pages;		/* that the data need */
	uint64_t bad;		/* of them, read as if all their bits were set */
	uint64_t bytes;		/* of the data whose bits are set */
};

/* A range of the data, in bytes. */
typedef void meta_extent_fn(uint64_t start, uint64_t length, void *arg);

/* Reads a map; calls @fn (may be NULL) for each range whose bits are set. */
void meta_read_map(const struct meta *m, enum dyad_map map, struct meta_map *sum,
		   meta_extent_fn *fn, void *arg);

/* What a fresh superblock says. */
void meta_fresh(struct dyad_super *s, const struct dyad_geometry *g, bool external,
		const uint8_t uuid[DYAD_META_UUID]);

/*
 * Writes metadata with empty maps to @d; a superblock is there only once all
 * the rest is. Returns 0 or a negative errno.
 */
int meta_write(const struct disk *d, const struct dyad_super *s);

/*
 * Takes superblocks and map pages away. Returns 0 or a negative errno.
 */
int meta_wipe(const struct meta *m);

#endif
