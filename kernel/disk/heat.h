/* SPDX-License-Identifier: GPL-2.0-only */
/* Hot regions: on the disk before their first write (law 6), cooled lazily. */
#ifndef DYAD_DISK_HEAT_H
#define DYAD_DISK_HEAT_H

#include <linux/blkdev.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "disk/meta.h"
#include "disk/range.h"
#include "disk/region.h"
#include "disk/watch.h"

#define DYAD_HEAT_GROUP	8	/* regions that become hot together */
#define DYAD_HEAT_BATCH	64	/* waiting writes, or cooling regions, of one turn */
#define DYAD_HEAT_RATE	75	/* regions compared a second: 300 MiB */
#define DYAD_HEAT_RECOVERY 60	/* seconds of comparing accepted by default */

/**
 * struct dyad_heat_wait - a write that waits for its region to become hot
 * @link: the queue's
 * @region: its number
 * @ready: called when it is hot, or with the error that prevents it; from a
 *	worker, may submit I/O
 */
struct dyad_heat_wait {
	struct list_head link;
	u64 region;
	void (*ready)(struct dyad_heat_wait *wait, int error);
};

/**
 * struct dyad_heat - what keeps a volume's intent map
 * @meta: the metadata
 * @regions: of the volume
 * @ranges: writes in flight
 * @workqueue: runs @work
 * @watch: of the disk
 * @flush_lock: one flush at a time
 * @flush: it; if the disk is given up, that has it still
 * @flush_submit: submits it
 * @flush_phase: its generation, for @watch
 * @flush_done: it has ended
 * @lock: keeps the regions' hot flags and the intent map together
 * @count: hot regions
 * @budget: how many there should be at most
 * @hand: where the next search for regions to cool begins
 * @numbers: for the regions of one turn
 * @failures: of the disk that nothing on the disks tells of yet: until then no
 *	region cools, since what a failed flush has lost nobody knows (rule H15)
 * @queue_lock: protects @waiting
 * @waiting: writes, first come first served
 * @waiters: how many wait, in @waiting or for the turn they are in
 * @cooling: somebody makes room, and will have @work looked after when he has
 * @work: makes their regions hot
 * @full: called when there are more hot regions than the budget allows; any
 *	context
 */
struct dyad_heat {
	struct dyad_meta *meta;
	struct dyad_regions *regions;
	struct dyad_ranges *ranges;
	struct workqueue_struct *workqueue;

	struct dyad_watch *watch;
	struct mutex flush_lock;	/* one at a time */
	struct bio flush;
	struct work_struct flush_submit;
	u8 flush_phase;
	bool flush_done;

	struct mutex lock;	/* hot flags, intent map, all below up to @numbers */
	u64 count;
	u64 budget;
	u64 hand;
	u64 numbers[DYAD_HEAT_BATCH * DYAD_HEAT_GROUP];

	atomic_t failures;
	spinlock_t queue_lock;	/* the queue */
	struct list_head waiting;
	atomic_t waiters;
	bool cooling;
	struct work_struct work;
	void (*full)(struct dyad_heat *heat);
};

/**
 * struct dyad_heat_batch - regions that are about to cool
 * @count: how many
 * @numbers: ascending
 */
struct dyad_heat_batch {
	unsigned int count;
	u64 numbers[DYAD_HEAT_BATCH];
};

/**
 * dyad_heat_init() - no region is hot
 * @heat: to initialise
 * @meta: the metadata
 * @regions: of the volume
 * @ranges: of the volume
 * @watch: of the disk
 * @workqueue: allows reclaim
 * @full: see &struct dyad_heat
 */
void dyad_heat_init(struct dyad_heat *heat, struct dyad_meta *meta,
		    struct dyad_regions *regions, struct dyad_ranges *ranges,
		    struct dyad_watch *watch,
		    struct workqueue_struct *workqueue,
		    void (*full)(struct dyad_heat *heat));

/**
 * dyad_heat_replace() - of another disk from here on, on which no region is hot
 * @heat: of a volume; nothing of it is in flight, nor has its disk the last flush still
 * @meta: the new metadata
 * @watch: of the new disk
 * @regions: the new regions; those before afterwards
 *
 * Context: may sleep.
 */
void dyad_heat_replace(struct dyad_heat *heat, struct dyad_meta *meta,
		       struct dyad_watch *watch, struct dyad_regions *regions);

/**
 * dyad_heat_stop() - @full is not called any more
 * @heat: nothing enters it any more
 *
 * Context: sleeps.
 */
void dyad_heat_stop(struct dyad_heat *heat);

/**
 * dyad_heat_destroy() - clean up
 * @heat: stopped
 */
void dyad_heat_destroy(struct dyad_heat *heat);

/**
 * dyad_heat_failed() - the disk has failed a write or flush
 * @heat: of the volume
 *
 * Context: any; before anybody else is told.
 */
void dyad_heat_failed(struct dyad_heat *heat);

/**
 * dyad_heat_flush() - flush a device of the volume, and wait for it
 * @heat: of the volume
 * @bdev: the disk, or the device of its metadata
 *
 * If it fails, dyad_heat_failed() has been called when it ends, and not only when
 * whoever waits for it gets to run: in between, another flush may succeed over what
 * this one has lost.
 *
 * Context: process, on the I/O path.
 * Return: 0 or a negative errno: -ETIMEDOUT if the disk was given up meanwhile.
 */
int dyad_heat_flush(struct dyad_heat *heat, struct block_device *bdev);

/**
 * dyad_heat_failures() - failures that are not on the disks yet
 * @heat: of the volume
 *
 * While there are some a flush that succeeds proves nothing.
 *
 * Context: any.
 * Return: how many.
 */
int dyad_heat_failures(const struct dyad_heat *heat);

/**
 * dyad_heat_noted() - the disks tell that what is here cannot be relied on
 * @heat: of the volume
 * @failures: from dyad_heat_failures(), before that was written
 */
void dyad_heat_noted(struct dyad_heat *heat, int failures);

/**
 * dyad_heat_lost_peer() - dyad_regions_lost_peer(), while nothing cools
 * @heat: of the volume
 *
 * Context: process.
 */
void dyad_heat_lost_peer(struct dyad_heat *heat);

/**
 * dyad_heat_lost_cache() - dyad_regions_lost_cache(), while nothing cools
 * @heat: of the volume
 *
 * Context: process.
 */
void dyad_heat_lost_cache(struct dyad_heat *heat);

/**
 * dyad_heat_set_recovery() - bound the hot regions
 * @heat: of the volume
 * @seconds: of comparing that are accepted after a crash
 */
void dyad_heat_set_recovery(struct dyad_heat *heat, u32 seconds);

/**
 * dyad_heat_enter() - may a region be written?
 * @heat: of the volume
 * @number: of the region; the caller holds a range in it
 * @wait: the caller's memory until @ready is called
 * @ready: see &struct dyad_heat_wait
 *
 * While the caller holds the range the region does not cool.
 *
 * Context: any.
 * Return: true if it is hot; false if @ready will be called.
 */
bool dyad_heat_enter(struct dyad_heat *heat, u64 number,
		     struct dyad_heat_wait *wait,
		     void (*ready)(struct dyad_heat_wait *wait, int error));

/**
 * dyad_heat_has_room() - are there so few hot regions that cooling can rest?
 * @heat: of the volume
 *
 * Cooling begins when there are more than the budget allows, and goes on until
 * there are an eighth less, so that it has not to begin again at once.
 *
 * Return: true if so.
 */
bool dyad_heat_has_room(struct dyad_heat *heat);

/**
 * dyad_heat_cooled() - somebody has made room, or cannot
 * @heat: of the volume
 * @more: he goes on doing so; else writes wait for him no longer
 *
 * Context: any.
 */
void dyad_heat_cooled(struct dyad_heat *heat, bool more);

/**
 * dyad_heat_pick() - find regions that nobody has written for a while
 * @heat: of the volume
 * @batch: filled in
 *
 * By the clock: a region that was written since the hand last passed gets
 * another round. All writes to a region picked here have ended before.
 *
 * Context: process.
 */
void dyad_heat_pick(struct dyad_heat *heat, struct dyad_heat_batch *batch);

/**
 * dyad_heat_cool() - let regions cool that are flushed
 * @heat: of the volume
 * @batch: from dyad_heat_pick(), before the flushes: of both disks, or of the
 *	local one if there is no session
 *
 * Regions that were written since they were picked stay hot. What is dirty or
 * unsure is in the dirty map before a region cools (rule H10).
 *
 * Context: process, on the I/O path.
 * Return: 0, -EAGAIN if the disk has failed meanwhile, or another errno.
 */
int dyad_heat_cool(struct dyad_heat *heat, struct dyad_heat_batch *batch);

/**
 * dyad_heat_cool_all() - nothing is written any more: cool everything
 * @heat: of the volume; no write is in flight, the disk is flushed, and the
 *	peer's too or all that is hot is unsure
 *
 * All that is dirty or unsure is in the dirty map afterwards.
 *
 * Context: process, on the I/O path.
 * Return: 0, -EAGAIN if the disk has failed meanwhile, or another errno.
 */
int dyad_heat_cool_all(struct dyad_heat *heat);

/**
 * dyad_heat_save() - put all that is dirty or unsure into the dirty map
 * @heat: of the volume
 *
 * For what was marked for another reason than a write to a hot region.
 *
 * Context: process, on the I/O path.
 * Return: 0 or a negative errno.
 */
int dyad_heat_save(struct dyad_heat *heat);

/**
 * dyad_heat_save_region() - keep what is dirty in a region over a crash
 * @heat: of the volume
 * @number: of the region
 *
 * Writes nothing if the region is hot: all of it is compared after a crash then.
 *
 * Context: process, on the I/O path.
 * Return: 0 or a negative errno.
 */
int dyad_heat_save_region(struct dyad_heat *heat, u64 number);

/**
 * dyad_heat_settled() - both replicas are equal and flushed
 * @heat: of the volume; its disk is flushed too
 *
 * Nothing is stale or unsure any more, in memory and on the disk.
 *
 * Context: process, on the I/O path.
 * Return: 0, -EAGAIN if the disk has failed meanwhile, or another errno.
 */
int dyad_heat_settled(struct dyad_heat *heat);

/**
 * dyad_heat_waiters() - writes that wait for their region to become hot
 * @heat: of the volume
 *
 * Return: how many.
 */
static inline unsigned int dyad_heat_waiters(const struct dyad_heat *heat)
{
	return atomic_read(&heat->waiters);
}

/**
 * dyad_heat_bytes() - bytes in hot regions
 * @heat: of the volume
 *
 * Return: a multiple of the region size.
 */
u64 dyad_heat_bytes(const struct dyad_heat *heat);

#endif
