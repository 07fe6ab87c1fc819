// SPDX-License-Identifier: GPL-2.0-only
/*
 * The source's side of a resync. Several slots, each a small state machine:
 * take the range of a dirty extent, read it, let the peer compare digests
 * where that may save copying, send what differs, clear the dirty bits.
 */
#include "resync.h"

#include <linux/bitops.h>
#include <linux/highmem.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/wait.h>

#include "stats.h"
#include "path/digest.h"
#include "path/volume.h"

#define SLOTS		16
#define SLOT_BLOCKS	DYAD_WIRE_MAX_CHECK
#define SLOT_BYTES	(SLOT_BLOCKS * DYAD_WIRE_BLOCK)
#define SLOT_PAGES	DIV_ROUND_UP(SLOT_BYTES, PAGE_SIZE)

/**
 * enum step - what a slot's worker does next
 * @STEP_READ: the range is held: read it
 * @STEP_COMPARE: it is read: ask the peer which blocks differ
 * @STEP_DIFFER: the peer has said so
 * @STEP_SENT: the peer has stored them
 */
enum step {
	STEP_READ,
	STEP_COMPARE,
	STEP_DIFFER,
	STEP_SENT,
};

/**
 * struct slot - one extent on its way
 * @resync: that it belongs to
 * @work: does the step
 * @step: to do
 * @volume: of the extent, NULL while the slot is free
 * @view: that lends the disk while an extent is on its way
 * @extent: the extent
 * @range: held
 * @exchange: the request under way
 * @vec: its payload, if that is digests
 * @need: blocks still to send, a bit each
 * @run: blocks being sent, a bit each
 * @bio: to read with; its pages are sent from
 * @vecs: the bio's
 * @digests: of the extent's blocks
 */
struct slot {
	struct dyad_resync *resync;
	struct work_struct work;
	enum step step;
	struct dyad_volume *volume;
	struct dyad_view *view;
	struct dyad_extent extent;
	struct dyad_range range;
	struct dyad_exchange exchange;
	struct kvec vec;
	u64 need;
	u64 run;
	struct bio bio;
	struct bio_vec vecs[SLOT_PAGES];
	u8 digests[SLOT_BLOCKS * DYAD_WIRE_DIGEST];
};

/**
 * struct dyad_resync - a resync to one peer
 * @path: the resource
 * @session: to the target
 * @ended: see dyad_resync_start()
 * @owner: for @ended
 * @lock: protects all below but the slots
 * @volume: where the search is
 * @sector: and how far in it
 * @active: slots with an extent
 * @stop: take no more extents
 * @error: why it cannot go on
 * @told: @ended was called, or is about to be
 * @idle: woken when no slot is active
 * @slots: the slots
 */
struct dyad_resync {
	struct dyad_path *path;
	struct dyad_session *session;
	void (*ended)(void *owner, int error);
	void *owner;
	spinlock_t lock;	/* the search and the ending */
	unsigned int volume;
	u64 sector;
	unsigned int active;
	bool stop;
	int error;
	bool told;
	wait_queue_head_t idle;
	struct slot *slots;
};

static void again(struct slot *slot, enum step step)
{
	slot->step = step;
	queue_work(dyad_path_workqueue, &slot->work);
}

static bool anything_dirty(struct dyad_path *path)
{
	int i;

	for (i = 0; i < DYAD_WIRE_VOLUMES; i++)
		if (path->volumes[i] && dyad_regions_dirty(&path->volumes[i]->regions))
			return true;
	return false;
}

/* The next extent in order, or false at the end of the last volume. */
static bool search(struct dyad_resync *resync, struct slot *slot)
{
	struct dyad_volume *volume;

	for (; resync->volume < DYAD_WIRE_VOLUMES; resync->volume++) {
		volume = resync->path->volumes[resync->volume];
		if (volume && dyad_regions_next(&volume->regions, resync->sector,
						SLOT_BLOCKS, &slot->extent)) {
			resync->sector = slot->extent.sector + slot->extent.sectors;
			slot->volume = volume;
			return true;
		}
		resync->sector = 0;
	}
	return false;
}

/*
 * Give a slot its next extent. Blocks that became dirty behind the search are
 * found by starting over, but only once no slot is on its way (the caller alone
 * is counted as active): else one would copy what another is copying.
 */
static bool next_extent(struct dyad_resync *resync, struct slot *slot)
{
	if (resync->stop || resync->error)
		return false;
	if (search(resync, slot))
		return true;
	if (resync->active > 1 || !anything_dirty(resync->path))
		return false;
	resync->volume = 0;
	resync->sector = 0;
	return search(resync, slot);
}

static void range_granted(struct dyad_range *range)
{
	again(container_of(range, struct slot, range), STEP_READ);
}

static void begin(struct slot *slot)
{
	slot->view = dyad_view_get(slot->resync->path);
	if (dyad_range_acquire(&slot->volume->ranges, &slot->range,
			       slot->extent.sector, slot->extent.sectors,
			       range_granted))
		again(slot, STEP_READ);
}

/*
 * Give every free slot an extent: all of them, since starting over may find
 * work for many. The caller counts as active, which keeps the resync alive, and
 * is no longer afterwards. Whoever is last and finds nothing ends the resync.
 */
static void feed(struct dyad_resync *resync)
{
	bool over;
	int i;

	spin_lock_irq(&resync->lock);
	for (i = 0; i < SLOTS; i++) {
		struct slot *slot = &resync->slots[i];

		if (slot->volume)
			continue;
		if (!next_extent(resync, slot))
			break;
		resync->active++;
		spin_unlock_irq(&resync->lock);
		begin(slot);
		spin_lock_irq(&resync->lock);
	}
	over = resync->active == 1 && !resync->stop && !resync->told;
	resync->told |= over;
	if (over) {
		spin_unlock_irq(&resync->lock);
		resync->ended(resync->owner, resync->error);
		spin_lock_irq(&resync->lock);
	}
	resync->active--;
	wake_up_all(&resync->idle);
	spin_unlock_irq(&resync->lock);
}

/* The slot's extent is done with. The resync may be gone afterwards. */
static void end(struct slot *slot, int error)
{
	struct dyad_resync *resync = slot->resync;
	struct dyad_view *view = slot->view;

	if (!error) {
		/* The peer has it, but not yet on stable storage (rule H7). */
		dyad_regions_unsure(&slot->volume->regions, slot->extent.sector);
		dyad_regions_clear(&slot->volume->regions, slot->extent.sector,
				   slot->extent.sectors);
		atomic64_add(slot->extent.sectors * 512ull,
			     &slot->volume->progress.done);
	}
	dyad_range_release(&slot->volume->ranges, &slot->range);
	dyad_bio_drain(&slot->bio);
	bio_uninit(&slot->bio);
	dyad_view_put(view);

	spin_lock_irq(&resync->lock);
	slot->volume = NULL;
	if (error && !resync->error)
		resync->error = error;
	spin_unlock_irq(&resync->lock);
	feed(resync);
}

static u32 bytes_of(const struct slot *slot)
{
	return slot->extent.sectors * 512;
}

static unsigned int blocks_of(const struct slot *slot)
{
	return DIV_ROUND_UP(bytes_of(slot), DYAD_WIRE_BLOCK);
}

static void was_read(struct bio *bio)
{
	again(container_of(bio, struct slot, bio), STEP_COMPARE);
}

static void read_extent(struct slot *slot)
{
	struct dyad_backing *backing = slot->view->backing[slot->volume->index];
	struct bio *bio = &slot->bio;

	bio_init(bio, backing ? backing->dev.bdev : NULL, slot->vecs, SLOT_PAGES,
		 REQ_OP_READ);
	if (!backing || dyad_bio_fill(bio, bytes_of(slot))) {
		end(slot, backing ? -ENOMEM : -EIO);
		return;
	}
	bio->bi_iter.bi_sector = slot->extent.sector + backing->first;
	bio->bi_end_io = was_read;
	submit_bio(bio);
}

static void differs_known(struct dyad_exchange *exchange)
{
	again(container_of(exchange, struct slot, exchange), STEP_DIFFER);
}

static void was_sent(struct dyad_exchange *exchange)
{
	again(container_of(exchange, struct slot, exchange), STEP_SENT);
}

static void compare(struct slot *slot)
{
	u32 length = blocks_of(slot) * DYAD_WIRE_DIGEST;
	struct dyad_msg msg = {
		.type = DYAD_MSG_CHECK,
		.volume = slot->volume->index,
		.sector = slot->extent.sector,
		.bytes = bytes_of(slot),
		.length = length,
	};

	dyad_digest_bio(slot->resync->session->digest_key, &slot->bio,
			bytes_of(slot), slot->digests);
	slot->vec.iov_base = slot->digests;
	slot->vec.iov_len = length;
	iov_iter_kvec(&slot->exchange.frame.payload, ITER_SOURCE, &slot->vec, 1,
		      length);
	slot->exchange.done = differs_known;
	dyad_session_submit(slot->resync->session, &slot->exchange, &msg);
}

static bool is_zero(struct slot *slot, unsigned int block)
{
	u32 at = block * DYAD_WIRE_BLOCK;
	u32 n = min(bytes_of(slot) - at, DYAD_WIRE_BLOCK);
	void *page = kmap_local_page(slot->vecs[at / PAGE_SIZE].bv_page);
	bool zero = !memchr_inv(page + at % PAGE_SIZE, 0, n);

	kunmap_local(page);
	return zero;
}

/* Blocks in a row that are all zero, or all not. */
static unsigned int run_length(struct slot *slot, unsigned int first, bool zero)
{
	unsigned int n = 1;

	while (first + n < blocks_of(slot) && slot->need & BIT_ULL(first + n) &&
	       is_zero(slot, first + n) == zero)
		n++;
	return n;
}

static void send_next(struct slot *slot)
{
	struct iov_iter *payload = &slot->exchange.frame.payload;
	unsigned int first, n;
	struct dyad_msg msg;
	u32 at, bytes;
	bool zero;

	if (!slot->need) {
		end(slot, 0);
		return;
	}
	first = __ffs64(slot->need);
	zero = is_zero(slot, first);
	n = run_length(slot, first, zero);
	at = first * DYAD_WIRE_BLOCK;
	bytes = min(n * DYAD_WIRE_BLOCK, bytes_of(slot) - at);
	slot->run = GENMASK_ULL(first + n - 1, first);
	msg = (struct dyad_msg) {
		.type = zero ? DYAD_MSG_ZEROES : DYAD_MSG_WRITE,
		.flags = DYAD_MSG_F_RESYNC,
		.volume = slot->volume->index,
		.sector = slot->extent.sector + at / 512,
		.bytes = bytes,
		.length = zero ? 0 : bytes,
	};
	if (zero) {
		iov_iter_kvec(payload, ITER_SOURCE, NULL, 0, 0);
	} else {
		iov_iter_bvec(payload, ITER_SOURCE, &slot->vecs[at / PAGE_SIZE],
			      SLOT_PAGES - at / PAGE_SIZE, bytes);
		payload->iov_offset = at % PAGE_SIZE;
	}
	slot->exchange.done = was_sent;
	dyad_session_submit(slot->resync->session, &slot->exchange, &msg);
}

static bool refused(struct slot *slot)
{
	if (!slot->exchange.error && slot->exchange.ack.status == DYAD_ACK_OK)
		return false;
	end(slot, slot->exchange.error ?: -EIO);
	return true;
}

static void needs(struct slot *slot, u64 blocks)
{
	slot->need = blocks & GENMASK_ULL(blocks_of(slot) - 1, 0);
	send_next(slot);
}

static void work(struct work_struct *work)
{
	struct slot *slot = container_of(work, struct slot, work);

	switch (slot->step) {
	case STEP_READ:
		read_extent(slot);
		break;
	case STEP_COMPARE:
		if (slot->bio.bi_status)
			end(slot, -EIO);
		else if (slot->extent.suspect)
			compare(slot);
		else
			needs(slot, ~0ull);
		break;
	case STEP_DIFFER:
		if (!refused(slot))
			needs(slot, slot->exchange.ack.value);
		break;
	case STEP_SENT:
		if (refused(slot))
			break;
		atomic64_add((u64)hweight64(slot->run) * DYAD_WIRE_BLOCK,
			     &slot->volume->progress.copied);
		slot->need &= ~slot->run;
		send_next(slot);
		break;
	}
}

struct dyad_resync *dyad_resync_start(struct dyad_path *path,
				      struct dyad_session *session,
				      void (*ended)(void *owner, int error),
				      void *owner)
{
	struct dyad_resync *resync = kzalloc(sizeof(*resync), GFP_KERNEL);
	int i;

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
	resync->ended = ended;
	resync->owner = owner;
	spin_lock_init(&resync->lock);
	init_waitqueue_head(&resync->idle);
	for (i = 0; i < SLOTS; i++) {
		resync->slots[i].resync = resync;
		INIT_WORK(&resync->slots[i].work, work);
	}
	resync->active = 1;
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

void dyad_resync_stop(struct dyad_resync *resync)
{
	if (!resync)
		return;
	spin_lock_irq(&resync->lock);
	resync->stop = true;
	wait_event_lock_irq(resync->idle, !resync->active, resync->lock);
	spin_unlock_irq(&resync->lock);
	dyad_session_put(resync->session);
	kvfree(resync->slots);
	kfree(resync);
	dyad_object_destroyed();
}
