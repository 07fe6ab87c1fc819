/* SPDX-License-Identifier: GPL-2.0-only */
/* Ranges with a write in flight; overlapping ones wait for each other (law 8). */
#ifndef DYAD_DISK_RANGE_H
#define DYAD_DISK_RANGE_H

#include <linux/rbtree.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#define DYAD_RANGE_BUCKETS 64

/**
 * struct dyad_range - one holder of, or waiter for, a range of sectors
 * @rb: in the bucket's tree
 * @first: first sector
 * @last: last sector, in the same region as @first
 * @subtree_last: the tree's own
 * @order: place in the queue; among overlapping ranges the lowest holds
 * @waiting: it does not hold the range yet
 * @link: free for the holder; used while handing over
 * @granted: called once, when a range that had to wait is held. Any context
 *	that may complete a bio, interrupts included: only hand on to a worker
 */
struct dyad_range {
	struct rb_node rb;
	u64 first;
	u64 last;
	u64 subtree_last;
	u64 order;
	bool waiting;
	struct list_head link;
	void (*granted)(struct dyad_range *range);
};

struct dyad_range_bucket {
	spinlock_t lock;	/* protects all below and the ranges in it */
	struct rb_root_cached tree;
	u64 next_order;
	unsigned int waiters;
};

/**
 * struct dyad_ranges - all ranges of a volume, spread by region
 * @buckets: a range is in the bucket of its region
 */
struct dyad_ranges {
	struct dyad_range_bucket buckets[DYAD_RANGE_BUCKETS];
};

/**
 * dyad_ranges_init() - start with no ranges
 * @ranges: to initialise; needs no clean-up once all ranges are released
 */
void dyad_ranges_init(struct dyad_ranges *ranges);

/**
 * dyad_range_acquire() - take a range or queue for it
 * @ranges: of the volume
 * @range: filled in; the caller's memory until dyad_range_release()
 * @sector: first sector
 * @sectors: length, not 0, not beyond the region of @sector
 * @granted: see &struct dyad_range
 *
 * Ranges that overlap are held one after the other, in the order of this
 * call, so nobody starves.
 *
 * Context: any.
 * Return: true if the range is held now; false if @granted will be called.
 */
bool dyad_range_acquire(struct dyad_ranges *ranges, struct dyad_range *range,
			u64 sector, u32 sectors,
			void (*granted)(struct dyad_range *range));

/**
 * dyad_range_any() - does anybody hold or want a part of this?
 * @ranges: of the volume
 * @sector: first sector
 * @sectors: length, not 0, not beyond the region of @sector
 *
 * Context: any.
 * Return: true if so.
 */
bool dyad_range_any(struct dyad_ranges *ranges, u64 sector, u32 sectors);

/**
 * dyad_range_release() - give a held range back and grant it to whom waited
 * @ranges: of the volume
 * @range: held; the caller's again afterwards
 *
 * Context: any. Calls @granted of others.
 */
void dyad_range_release(struct dyad_ranges *ranges, struct dyad_range *range);

#endif
