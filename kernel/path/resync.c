// SPDX-License-Identifier: GPL-2.0-only
/*
 * A resync or verify, at the side that owns the ranges: which extents are on their
 * way, how many at a time, and the end.
 */
#include "resync.h"

#include <linux/part_stat.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include "stats.h"
#include "core/odds.h"
#include "core/pace.h"
#include "path/slot.h"
#include "path/volume.h"

#define SLOTS	16
#define PATIENCE HZ	/* with slots, if a disk was given up */
#define TICK	msecs_to_jiffies(DYAD_PACE_TICK_MS)

/**
 * struct dyad_resync - a resync or verify with one peer
 * @path: the resource
 * @session: to the target
 * @kind: copy or compare
 * @rate: most bytes a second, or 0
 * @ended: see dyad_resync_start()
 * @owner: for @ended
 * @tick: looks at what the applications feel
 * @lock: protects all below but the slots
 * @volume: where the search is
 * @sector: and how far in it
 * @active: slots with an extent, and who looks for one
 * @busy: bytes under way
 * @pace: how many these may be
 * @odds: whether it is worth while to compare before copying
 * @refilled: when the pace last knew the time
 * @stop: take no more extents
 * @error: why it cannot go on
 * @told: @ended was called, or is about to be
 * @left: nobody waits for the slots: a disk hangs
 * @reap: frees it once they have ended, then
 * @slots: the slots
 */
struct dyad_resync {
	struct dyad_path *path;
	struct dyad_session *session;
	enum dyad_resync_kind kind;
	const u64 *rate;
	void (*ended)(void *owner, int error);
	void *owner;
	struct delayed_work tick;
	spinlock_t lock;	/* the search, the pace and the ending */
	unsigned int volume;
	u64 sector;
	unsigned int active;
	u32 busy;
	struct dyad_pace pace;
	struct dyad_odds odds;
	ktime_t refilled;
	bool stop;
	int error;
	bool told;
	bool left;
	struct work_struct reap;
	struct dyad_slot *slots;
};

/* A piece of a volume, whatever it holds; within one region, as ranges are. */
static bool piece(const struct dyad_volume *volume, u64 from, unsigned int blocks,
		  struct dyad_extent *extent)
{
	u64 sectors = volume->regions.sectors;

	if (from >= sectors)
		return false;
	*extent = (struct dyad_extent) {
		.sector = from,
		.sectors = min3((u64)blocks * DYAD_WIRE_BLOCK_SECTORS,
				(u64)dyad_region_left(from), sectors - from),
	};
	return true;
}

/* The next extent in order, or false at the end of the last volume. */
static bool search(struct dyad_resync *resync, unsigned int blocks,
		   struct dyad_slot *slot)
{
	struct dyad_extent *extent = &slot->extent;
	struct dyad_volume *volume;
	bool found;

	for (; resync->volume < DYAD_WIRE_VOLUMES; resync->volume++) {
		volume = resync->path->volumes[resync->volume];
		if (resync->kind == DYAD_RESYNC_COMPARE)
			found = volume && piece(volume, resync->sector, blocks,
						extent);
		else
			found = volume && dyad_regions_next(&volume->regions,
							    resync->sector,
							    blocks, extent);
		if (found) {
			resync->sector = extent->sector + extent->sectors;
			slot->volume = volume;
			return true;
		}
		resync->sector = 0;
	}
	return false;
}

static u32 room(struct dyad_resync *resync)
{
	u64 rate = READ_ONCE(*resync->rate);
	s64 us = ktime_us_delta(ktime_get(), resync->refilled);

	/* Not for every extent, or the fractions would be lost. */
	if (us >= 1000) {
		dyad_pace_refill(&resync->pace, rate, us);
		resync->refilled = ktime_get();
	}
	return dyad_pace_room(&resync->pace, rate, resync->busy);
}

enum next {
	NEXT_FOUND,
	NEXT_LATER,
	NEXT_NONE,
};

/*
 * Give a slot its next extent. Blocks that became dirty behind the search are
 * found by starting over, but only once no slot is on its way (the caller alone
 * is counted as active): else one would copy what another is copying.
 */
static enum next next_extent(struct dyad_resync *resync, struct dyad_slot *slot)
{
	struct dyad_extent *extent = &slot->extent;
	u32 bytes = room(resync);

	if (resync->stop || resync->error)
		return NEXT_NONE;
	if (!search(resync, max(bytes / DYAD_WIRE_BLOCK, 1u), slot)) {
		if (resync->kind != DYAD_RESYNC_COPY || resync->active > 1 ||
		    !dyad_path_is_dirty(resync->path))
			return NEXT_NONE;
		resync->volume = 0;
		resync->sector = 0;
		if (!search(resync, max(bytes / DYAD_WIRE_BLOCK, 1u), slot))
			return NEXT_NONE;
	}
	if (bytes) {
		if (extent->suspect)
			extent->suspect = dyad_odds_compare(&resync->odds,
							    dyad_slot_blocks(slot));
		return NEXT_FOUND;
	}
	/* There is one, but not now: it is looked for again. */
	resync->sector = extent->sector;
	slot->volume = NULL;
	return NEXT_LATER;
}

/*
 * Give every free slot an extent: all of them, since starting over may find
 * work for many. The caller counts as active, which keeps the resync alive, and
 * is no longer afterwards. Whoever is last and finds nothing ends the resync.
 */
static void feed(struct dyad_resync *resync)
{
	enum next next = NEXT_NONE;
	bool over;
	int i;

	spin_lock_irq(&resync->lock);
	for (i = 0; i < SLOTS; i++) {
		struct dyad_slot *slot = &resync->slots[i];

		if (slot->volume)
			continue;
		next = next_extent(resync, slot);
		if (next != NEXT_FOUND)
			break;
		resync->active++;
		resync->busy += dyad_slot_bytes(slot);
		dyad_pace_spend(&resync->pace, dyad_slot_bytes(slot));
		spin_unlock_irq(&resync->lock);
		dyad_slot_begin(slot);
		spin_lock_irq(&resync->lock);
	}
	over = resync->active == 1 && next == NEXT_NONE && !resync->stop &&
	       !resync->told;
	resync->told |= over;
	if (over) {
		spin_unlock_irq(&resync->lock);
		resync->ended(resync->owner, resync->error);
		spin_lock_irq(&resync->lock);
	}
	resync->active--;
	if (!resync->active && resync->left)
		queue_work(dyad_path_workqueue, &resync->reap);
	wake_up_all(&resync->path->wake);
	spin_unlock_irq(&resync->lock);
}

static void slot_ended(struct dyad_slot *slot, int error)
{
	struct dyad_resync *resync = slot->owner;

	spin_lock_irq(&resync->lock);
	if (slot->compared)
		dyad_odds_found(&resync->odds, dyad_slot_blocks(slot), slot->equal);
	slot->volume = NULL;
	resync->busy -= dyad_slot_bytes(slot);
	if (error && !resync->error)
		resync->error = error;
	spin_unlock_irq(&resync->lock);
	feed(resync);
}

/* From counters that are kept anyway. */
static void look(struct dyad_path *path, struct dyad_pace_load *load)
{
	int i, cpu;

	*load = (struct dyad_pace_load) { };
	for (i = 0; i < DYAD_WIRE_VOLUMES; i++) {
		struct dyad_volume *volume = path->volumes[i];
		struct block_device *part = volume ? volume->disk->part0 : NULL;
		long n = 0;

		if (!volume)
			continue;
		load->ios += part_stat_read(part, ios[STAT_WRITE]) +
			     part_stat_read(part, ios[STAT_DISCARD]);
		load->ns += part_stat_read(part, nsecs[STAT_WRITE]) +
			    part_stat_read(part, nsecs[STAT_DISCARD]);
		for_each_possible_cpu(cpu)
			n += part_stat_local_read_cpu(part, in_flight[1], cpu);
		load->in_flight += max(n, 0l);
	}
}

static void tick(struct work_struct *work)
{
	struct dyad_resync *resync =
		container_of(to_delayed_work(work), struct dyad_resync, tick);
	struct dyad_pace_load load;
	bool over;

	look(resync->path, &load);
	spin_lock_irq(&resync->lock);
	over = resync->stop || resync->told;
	if (!over) {
		load.busy = resync->busy;
		dyad_pace_tick(&resync->pace, &load);
		resync->active++;
	}
	spin_unlock_irq(&resync->lock);
	if (over)
		return;
	feed(resync);
	queue_delayed_work(dyad_path_workqueue, &resync->tick, TICK);
}

static bool is_idle(struct dyad_resync *resync)
{
	bool idle;

	spin_lock_irq(&resync->lock);
	idle = !resync->active;
	spin_unlock_irq(&resync->lock);
	return idle;
}

static void free_resync(struct dyad_resync *resync)
{
	int i;

	cancel_delayed_work_sync(&resync->tick);
	for (i = 0; i < SLOTS; i++)
		dyad_slot_fini(&resync->slots[i]);
	dyad_session_put(resync->session);
	kvfree(resync->slots);
	kfree(resync);
	dyad_object_destroyed();
}

static void reap(struct work_struct *work)
{
	struct dyad_resync *resync = container_of(work, struct dyad_resync, reap);
	struct dyad_path *path = resync->path;

	/* Whoever has queued this may still hold the lock. */
	is_idle(resync);
	free_resync(resync);
	dyad_path_returned(path);
}

struct dyad_resync *dyad_resync_start(struct dyad_path *path,
				      struct dyad_session *session,
				      enum dyad_resync_kind kind,
				      const u64 *rate,
				      void (*ended)(void *owner, int error),
				      void *owner)
{
	struct dyad_resync *resync = kzalloc(sizeof(*resync), GFP_KERNEL);
	struct dyad_pace_load load;
	int i;

	BUILD_BUG_ON(DYAD_PACE_EXTENT > DYAD_SLOT_BYTES);
	if (!resync)
		return ERR_PTR(-ENOMEM);
	resync->slots = kvcalloc(SLOTS, sizeof(*resync->slots), GFP_KERNEL);
	if (!resync->slots) {
		kfree(resync);
		return ERR_PTR(-ENOMEM);
	}
	dyad_object_created();
	resync->path = path;
	resync->session = dyad_session_get(session);
	resync->kind = kind;
	resync->rate = rate;
	resync->ended = ended;
	resync->owner = owner;
	spin_lock_init(&resync->lock);
	look(path, &load);
	dyad_pace_init(&resync->pace, &load);
	resync->refilled = ktime_get();
	for (i = 0; i < SLOTS; i++) {
		resync->slots[i].session = session;
		resync->slots[i].only_compare = kind == DYAD_RESYNC_COMPARE;
		resync->slots[i].fetch = kind == DYAD_RESYNC_FETCH;
		resync->slots[i].ended = slot_ended;
		resync->slots[i].owner = resync;
		dyad_slot_init(&resync->slots[i]);
	}
	INIT_DELAYED_WORK(&resync->tick, tick);
	INIT_WORK(&resync->reap, reap);
	resync->active = 1;
	queue_delayed_work(dyad_path_workqueue, &resync->tick, TICK);
	feed(resync);
	return resync;
}

bool dyad_resync_is_over(struct dyad_resync *resync)
{
	bool over;

	spin_lock_irq(&resync->lock);
	over = resync->told;
	spin_unlock_irq(&resync->lock);
	return over;
}

/* True unless all slots have ended after all. */
static bool leave(struct dyad_resync *resync)
{
	bool left;

	spin_lock_irq(&resync->lock);
	left = resync->active;
	resync->left = left;
	if (left)
		dyad_path_left(resync->path);
	spin_unlock_irq(&resync->lock);
	return left;
}

void dyad_resync_stop(struct dyad_resync *resync)
{
	struct dyad_path *path;

	if (!resync)
		return;
	path = resync->path;
	spin_lock_irq(&resync->lock);
	resync->stop = true;
	spin_unlock_irq(&resync->lock);
	while (!is_idle(resync)) {
		wait_event(path->wake, !READ_ONCE(resync->active) ||
			   READ_ONCE(path->given_up) ||
			   !list_empty_careful(&path->deferred));
		if (!list_empty_careful(&path->deferred))
			path->ops->make_alone(path);
		else if (READ_ONCE(path->given_up) &&
			 !wait_event_timeout(path->wake, !READ_ONCE(resync->active),
					     PATIENCE) && leave(resync))
			return;
	}
	free_resync(resync);
}
