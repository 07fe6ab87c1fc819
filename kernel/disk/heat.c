// SPDX-License-Identifier: GPL-2.0-only
/*
 * The heating and cooling of regions. Heating is batched: one metadata write
 * serves all that wait, and the neighbours of what they write. Cooling is lazy:
 * only when there are more hot regions than a recovery may take time for.
 */
#include "heat.h"

#include <linux/bio.h>
#include <linux/kernel.h>
#include <linux/sort.h>

void dyad_heat_set_recovery(struct dyad_heat *heat, u32 seconds)
{
	bool full;

	mutex_lock(&heat->lock);
	heat->budget = (u64)seconds * DYAD_HEAT_RATE;
	full = heat->count > heat->budget;
	mutex_unlock(&heat->lock);
	if (full)
		heat->full(heat);
}

static struct dyad_region *region(struct dyad_heat *heat, u64 number)
{
	return &heat->regions->region[number];
}

void dyad_heat_failed(struct dyad_heat *heat)
{
	atomic_inc(&heat->failures);
}

static void flushed(struct bio *bio)
{
	struct dyad_heat *heat = container_of(bio, struct dyad_heat, flush);

	if (bio->bi_status)
		dyad_heat_failed(heat);
	dyad_watch_done(heat->watch, heat->flush_phase, &heat->flush_done);
}

static void submit_flush(struct work_struct *work)
{
	submit_bio(&container_of(work, struct dyad_heat, flush_submit)->flush);
}

static int flush(struct dyad_heat *heat, struct block_device *bdev)
{
	struct bio *bio = &heat->flush;
	int ret;

	/* It may still have the last one. */
	if (dyad_watch_is_given_up(heat->watch))
		return -EIO;
	bio_init(bio, bdev, NULL, 0, REQ_OP_WRITE | REQ_PREFLUSH);
	bio->bi_end_io = flushed;
	heat->flush_done = false;
	heat->flush_phase = dyad_watch_begin(heat->watch);
	dyad_watch_submit(&heat->flush_submit);
	if (!dyad_watch_wait(heat->watch, &heat->flush_done))
		return -ETIMEDOUT;
	ret = blk_status_to_errno(bio->bi_status);
	bio_uninit(bio);
	return ret;
}

int dyad_heat_flush(struct dyad_heat *heat, struct block_device *bdev)
{
	int ret;

	mutex_lock(&heat->flush_lock);
	ret = flush(heat, bdev);
	mutex_unlock(&heat->flush_lock);
	return ret;
}

int dyad_heat_failures(const struct dyad_heat *heat)
{
	return atomic_read(&heat->failures);
}

void dyad_heat_noted(struct dyad_heat *heat, int failures)
{
	atomic_sub(failures, &heat->failures);
}

void dyad_heat_lost_peer(struct dyad_heat *heat)
{
	mutex_lock(&heat->lock);
	dyad_regions_lost_peer(heat->regions);
	mutex_unlock(&heat->lock);
}

void dyad_heat_lost_cache(struct dyad_heat *heat)
{
	mutex_lock(&heat->lock);
	dyad_regions_lost_cache(heat->regions);
	mutex_unlock(&heat->lock);
}

/* --- heating --- */

static int compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

/* Up to a batch of those that wait. */
static unsigned int take(struct dyad_heat *heat, struct list_head *list)
{
	struct dyad_heat_wait *wait, *next;
	unsigned int n = 0;

	spin_lock_irq(&heat->queue_lock);
	list_for_each_entry_safe(wait, next, &heat->waiting, link) {
		list_move_tail(&wait->link, list);
		if (++n == DYAD_HEAT_BATCH)
			break;
	}
	spin_unlock_irq(&heat->queue_lock);
	return n;
}

/*
 * What to heat for a write: the group that its region is in, as long as there
 * is plenty of room; then the region alone.
 */
static unsigned int add_group(struct dyad_heat *heat, u64 number, unsigned int n)
{
	unsigned int i, group = DYAD_HEAT_GROUP;
	u64 first;

	if (heat->count > heat->budget - heat->budget / 4)
		group = 1;
	first = number - number % group;
	for (i = 0; i < group && first + i < heat->regions->count; i++)
		if (!region(heat, first + i)->hot)
			heat->numbers[n++] = first + i;
	return n;
}

/* Sorted and each once: many writes wait for the same region. */
static unsigned int unique(u64 *numbers, unsigned int n)
{
	unsigned int i, kept = 0;

	sort(numbers, n, sizeof(*numbers), compare, NULL);
	for (i = 0; i < n; i++)
		if (!kept || numbers[kept - 1] != numbers[i])
			numbers[kept++] = numbers[i];
	return kept;
}

static int make_hot(struct dyad_heat *heat, struct list_head *list)
{
	struct dyad_heat_wait *wait;
	unsigned int i, n = 0;
	int ret;

	mutex_lock(&heat->lock);
	list_for_each_entry(wait, list, link)
		n = add_group(heat, wait->region, n);
	n = unique(heat->numbers, n);
	ret = dyad_meta_write_intent(heat->meta, heat->numbers, n, true);
	for (i = 0; i < n && !ret; i++) {
		struct dyad_region *r = region(heat, heat->numbers[i]);

		/* On the disk first, then usable. */
		smp_store_release(&r->hot, true);
		WRITE_ONCE(r->touched, true);
		heat->count++;
	}
	mutex_unlock(&heat->lock);
	return ret;
}

/* Far above the budget new regions wait for old ones, while those can cool. */
static bool must_wait(struct dyad_heat *heat)
{
	return READ_ONCE(heat->count) > heat->budget + heat->budget / 4 &&
	       READ_ONCE(heat->cooling);
}

static void work(struct work_struct *work)
{
	struct dyad_heat *heat = container_of(work, struct dyad_heat, work);
	struct dyad_heat_wait *wait, *next;
	bool any = false;
	LIST_HEAD(list);
	int ret;

	while (!must_wait(heat) && take(heat, &list)) {
		any = true;
		ret = make_hot(heat, &list);
		list_for_each_entry_safe(wait, next, &list, link) {
			list_del(&wait->link);
			atomic_dec(&heat->waiters);
			wait->ready(wait, ret);
		}
	}
	if (any && READ_ONCE(heat->count) > heat->budget) {
		WRITE_ONCE(heat->cooling, true);
		heat->full(heat);
	}
}

void dyad_heat_cooled(struct dyad_heat *heat, bool more)
{
	WRITE_ONCE(heat->cooling, more);
	queue_work(heat->workqueue, &heat->work);
}

/*
 * The range that the caller holds and dyad_heat_cool()'s look at the ranges go
 * through the same lock: either this sees the region cold, or that sees the
 * range and the touch.
 */
bool dyad_heat_enter(struct dyad_heat *heat, u64 number,
		     struct dyad_heat_wait *wait,
		     void (*ready)(struct dyad_heat_wait *wait, int error))
{
	struct dyad_region *r = region(heat, number);
	unsigned long flags;

	/* Pairs with make_hot(): the bit is on the disk. */
	if (likely(smp_load_acquire(&r->hot))) {
		if (!READ_ONCE(r->touched))
			WRITE_ONCE(r->touched, true);
		return true;
	}
	wait->region = number;
	wait->ready = ready;
	atomic_inc(&heat->waiters);
	spin_lock_irqsave(&heat->queue_lock, flags);
	list_add_tail(&wait->link, &heat->waiting);
	spin_unlock_irqrestore(&heat->queue_lock, flags);
	queue_work(heat->workqueue, &heat->work);
	return false;
}

/* --- cooling --- */

bool dyad_heat_has_room(struct dyad_heat *heat)
{
	return READ_ONCE(heat->count) <= heat->budget - heat->budget / 8;
}

static bool in_flight(struct dyad_heat *heat, u64 number)
{
	return dyad_range_any(heat->ranges, number * DYAD_REGION_SECTORS,
			      DYAD_REGION_SECTORS);
}

void dyad_heat_pick(struct dyad_heat *heat, struct dyad_heat_batch *batch)
{
	u64 total = heat->regions->count;
	u64 seen;

	batch->count = 0;
	mutex_lock(&heat->lock);
	/* If the first round finds all of them touched, the second does not. */
	for (seen = 0; seen < 2 * total && batch->count < DYAD_HEAT_BATCH; seen++) {
		struct dyad_region *r = region(heat, heat->hand);
		u64 number = heat->hand;

		if (seen == total && batch->count)
			break;
		heat->hand = (heat->hand + 1) % total;
		if (!r->hot)
			continue;
		if (READ_ONCE(r->touched))
			WRITE_ONCE(r->touched, false);
		else if (!in_flight(heat, number))
			batch->numbers[batch->count++] = number;
	}
	mutex_unlock(&heat->lock);
	batch->count = unique(batch->numbers, batch->count);
}

/* Nobody may write it from here on without asking, or it stays hot. */
static bool withdraw(struct dyad_heat *heat, u64 number)
{
	struct dyad_region *r = region(heat, number);

	if (!r->hot || READ_ONCE(r->touched))
		return false;
	WRITE_ONCE(r->hot, false);
	/* See dyad_heat_enter(). */
	smp_mb();
	if (!in_flight(heat, number) && !READ_ONCE(r->touched)) {
		heat->count--;
		return true;
	}
	WRITE_ONCE(r->hot, true);
	return false;
}

static bool may_differ(const struct dyad_region *r)
{
	return READ_ONCE(r->dirty) || READ_ONCE(r->unsure);
}

/*
 * What the peer lacks, or may lack, has to be in the dirty map before the intent
 * bits go; one write for all that share a page. Stale regions keep their bits, and
 * with these they are suspect anyway.
 */
static int cool(struct dyad_heat *heat, u64 *numbers, unsigned int n)
{
	unsigned int i, kept = 0;
	u64 page = ~0ull;
	int ret = 0;

	for (i = 0; i < n && !ret; i++) {
		struct dyad_region *r = region(heat, numbers[i]);

		if (READ_ONCE(r->stale))
			continue;
		if (may_differ(r) && numbers[i] / DYAD_DIRTY_REGIONS != page) {
			ret = dyad_meta_write_dirty(heat->meta, heat->regions,
						    numbers[i]);
			page = numbers[i] / DYAD_DIRTY_REGIONS;
		}
		numbers[kept++] = numbers[i];
	}
	return ret ?: dyad_meta_write_intent(heat->meta, numbers, kept, false);
}

int dyad_heat_cool(struct dyad_heat *heat, struct dyad_heat_batch *batch)
{
	unsigned int i, n = 0;
	int ret;

	mutex_lock(&heat->lock);
	ret = dyad_heat_failures(heat) ? -EAGAIN : 0;
	for (i = 0; i < batch->count && !ret; i++)
		if (withdraw(heat, batch->numbers[i]))
			batch->numbers[n++] = batch->numbers[i];
	ret = ret ?: cool(heat, batch->numbers, n);
	mutex_unlock(&heat->lock);
	return ret;
}

int dyad_heat_cool_all(struct dyad_heat *heat)
{
	unsigned int n = 0;
	u64 number;
	int ret;

	mutex_lock(&heat->lock);
	ret = dyad_heat_failures(heat) ? -EAGAIN : 0;
	for (number = 0; number < heat->regions->count && !ret; number++) {
		struct dyad_region *r = region(heat, number);

		if (!r->hot && !may_differ(r))
			continue;
		if (r->hot)
			heat->count--;
		WRITE_ONCE(r->hot, false);
		WRITE_ONCE(r->touched, false);
		heat->numbers[n++] = number;
		if (n < ARRAY_SIZE(heat->numbers))
			continue;
		ret = cool(heat, heat->numbers, n);
		n = 0;
	}
	if (!ret)
		ret = cool(heat, heat->numbers, n);
	mutex_unlock(&heat->lock);
	return ret;
}

/* From here on, the first region that may differ, or the number of regions. */
static u64 next_differing(struct dyad_heat *heat, u64 number)
{
	while (number < heat->regions->count && !may_differ(region(heat, number)))
		number++;
	return number;
}

int dyad_heat_save(struct dyad_heat *heat)
{
	u64 number = 0, page;
	int ret = 0;

	/* By runs of pages, the lock given back in between: it may be all of it. */
	while (!ret) {
		mutex_lock(&heat->lock);
		number = next_differing(heat, number);
		page = number / DYAD_DIRTY_REGIONS;
		if (number < heat->regions->count)
			ret = dyad_meta_write_dirty_run(heat->meta, heat->regions,
							page);
		mutex_unlock(&heat->lock);
		if (number >= heat->regions->count)
			break;
		number = (page + DYAD_META_RUN) * DYAD_DIRTY_REGIONS;
	}
	return ret;
}

int dyad_heat_save_region(struct dyad_heat *heat, u64 number)
{
	int ret = 0;

	mutex_lock(&heat->lock);
	if (!region(heat, number)->hot)
		ret = dyad_meta_write_dirty(heat->meta, heat->regions, number);
	mutex_unlock(&heat->lock);
	return ret;
}

int dyad_heat_settled(struct dyad_heat *heat)
{
	u64 number;
	int ret = -EAGAIN;

	mutex_lock(&heat->lock);
	if (dyad_heat_failures(heat))
		goto out;
	for (number = 0; number < heat->regions->count; number++)
		if (READ_ONCE(region(heat, number)->stale))
			WRITE_ONCE(region(heat, number)->stale, false);
	dyad_regions_settled(heat->regions);
	ret = dyad_meta_forget(heat->meta, heat->regions);
out:
	mutex_unlock(&heat->lock);
	return ret;
}

u64 dyad_heat_bytes(const struct dyad_heat *heat)
{
	return READ_ONCE(heat->count) * DYAD_REGION_SECTORS * 512;
}

void dyad_heat_init(struct dyad_heat *heat, struct dyad_meta *meta,
		    struct dyad_regions *regions, struct dyad_ranges *ranges,
		    struct dyad_watch *watch,
		    struct workqueue_struct *workqueue,
		    void (*full)(struct dyad_heat *heat))
{
	heat->meta = meta;
	heat->regions = regions;
	heat->ranges = ranges;
	heat->watch = watch;
	heat->workqueue = workqueue;
	heat->full = full;
	atomic_set(&heat->failures, 0);
	mutex_init(&heat->flush_lock);
	INIT_WORK(&heat->flush_submit, submit_flush);
	mutex_init(&heat->lock);
	spin_lock_init(&heat->queue_lock);
	INIT_LIST_HEAD(&heat->waiting);
	atomic_set(&heat->waiters, 0);
	INIT_WORK(&heat->work, work);
	dyad_heat_set_recovery(heat, DYAD_HEAT_RECOVERY);
}

void dyad_heat_replace(struct dyad_heat *heat, struct dyad_meta *meta,
		       struct dyad_watch *watch, struct dyad_regions *regions)
{
	mutex_lock(&heat->lock);
	heat->meta = meta;
	heat->watch = watch;
	dyad_regions_replace(heat->regions, regions);
	heat->count = 0;
	heat->hand = 0;
	atomic_set(&heat->failures, 0);
	mutex_unlock(&heat->lock);
}

void dyad_heat_stop(struct dyad_heat *heat)
{
	cancel_work_sync(&heat->work);
}

void dyad_heat_destroy(struct dyad_heat *heat)
{
	/* One that was given up has ended by now. */
	bio_uninit(&heat->flush);
	mutex_destroy(&heat->flush_lock);
	mutex_destroy(&heat->lock);
}
