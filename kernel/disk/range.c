// SPDX-License-Identifier: GPL-2.0-only
/* The range lock: an interval tree per bucket of regions, first come first served. */
#include "range.h"

#include <linux/interval_tree_generic.h>
#include <linux/list.h>

#include "region.h"

#define START(r) ((r)->first)
#define LAST(r) ((r)->last)

INTERVAL_TREE_DEFINE(struct dyad_range, rb, u64, subtree_last, START, LAST,
		     static, tree)

void dyad_ranges_init(struct dyad_ranges *ranges)
{
	int i;

	for (i = 0; i < DYAD_RANGE_BUCKETS; i++) {
		struct dyad_range_bucket *b = &ranges->buckets[i];

		spin_lock_init(&b->lock);
		b->tree = RB_ROOT_CACHED;
		b->next_order = 0;
		b->waiters = 0;
	}
}

static struct dyad_range_bucket *bucket_of(struct dyad_ranges *ranges, u64 sector)
{
	return &ranges->buckets[dyad_region_of(sector) % DYAD_RANGE_BUCKETS];
}

/* Does an older range overlap this one? */
static bool blocked(struct dyad_range_bucket *b, const struct dyad_range *range)
{
	struct dyad_range *r;

	for (r = tree_iter_first(&b->tree, range->first, range->last); r;
	     r = tree_iter_next(r, range->first, range->last))
		if (r->order < range->order)
			return true;
	return false;
}

bool dyad_range_acquire(struct dyad_ranges *ranges, struct dyad_range *range,
			u64 sector, u32 sectors,
			void (*granted)(struct dyad_range *range))
{
	struct dyad_range_bucket *b = bucket_of(ranges, sector);
	unsigned long flags;
	bool held;

	range->first = sector;
	range->last = sector + sectors - 1;
	range->granted = granted;

	spin_lock_irqsave(&b->lock, flags);
	range->order = b->next_order++;
	range->waiting = tree_iter_first(&b->tree, range->first, range->last);
	b->waiters += range->waiting;
	held = !range->waiting;
	tree_insert(range, &b->tree);
	spin_unlock_irqrestore(&b->lock, flags);
	return held;
}

bool dyad_range_any(struct dyad_ranges *ranges, u64 sector, u32 sectors)
{
	struct dyad_range_bucket *b = bucket_of(ranges, sector);
	unsigned long flags;
	bool any;

	spin_lock_irqsave(&b->lock, flags);
	any = tree_iter_first(&b->tree, sector, sector + sectors - 1);
	spin_unlock_irqrestore(&b->lock, flags);
	return any;
}

void dyad_range_release(struct dyad_ranges *ranges, struct dyad_range *range)
{
	struct dyad_range_bucket *b = bucket_of(ranges, range->first);
	struct dyad_range *r, *next;
	unsigned long flags;
	LIST_HEAD(ready);

	spin_lock_irqsave(&b->lock, flags);
	tree_remove(range, &b->tree);
	if (b->waiters) {
		for (r = tree_iter_first(&b->tree, range->first, range->last); r;
		     r = tree_iter_next(r, range->first, range->last)) {
			if (!r->waiting || blocked(b, r))
				continue;
			r->waiting = false;
			b->waiters--;
			list_add_tail(&r->link, &ready);
		}
	}
	spin_unlock_irqrestore(&b->lock, flags);

	list_for_each_entry_safe(r, next, &ready, link) {
		list_del(&r->link);
		r->granted(r);
	}
}
