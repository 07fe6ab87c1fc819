/* SPDX-License-Identifier: GPL-2.0-only */
/* What a comparison has found different: how much, and where it begins. */
#ifndef DYAD_CORE_DIFFER_H
#define DYAD_CORE_DIFFER_H

#include <linux/types.h>

#define DYAD_DIFFER_EXTENTS 64

/**
 * struct dyad_differ_extent - bytes in a row
 * @start: offset of the first
 * @length: how many
 */
struct dyad_differ_extent {
	u64 start;
	u64 length;
};

/**
 * struct dyad_differ - what is known so far
 * @bytes: in all
 * @limit: what begins here or behind is not listed any more, only counted
 * @count: extents listed
 * @extent: the first ones, ascending, none touching the next
 */
struct dyad_differ {
	u64 bytes;
	u64 limit;
	unsigned int count;
	struct dyad_differ_extent extent[DYAD_DIFFER_EXTENTS];
};

/**
 * dyad_differ_init() - nothing is known
 * @d: to initialise
 */
void dyad_differ_init(struct dyad_differ *d);

/**
 * dyad_differ_add() - these differ too
 * @d: what is known
 * @start: offset of the first byte
 * @length: bytes, not 0; none of them has been added before
 *
 * In any order: neighbours are joined, and the list has the first ones by their
 * place however late they come.
 */
void dyad_differ_add(struct dyad_differ *d, u64 start, u64 length);

#endif
