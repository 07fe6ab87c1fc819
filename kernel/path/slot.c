// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way of an extent, a small state machine: take its range, read it, let the
 * peer compare digests where that may save copying or is what is asked for; then
 * send what differs, or fetch it, and clear the dirty bits; or note what differs and
 * set them.
 */
#include "slot.h"

#include <linux/bitops.h>
#include <linux/highmem.h>
#include <linux/string.h>

#include "path/digest.h"

/* Blocks in a row that were found to differ, or not to. */
struct run {
	u64 sector;
	u32 sectors;
	bool differ;
};

static void again(struct dyad_slot *slot, enum dyad_step step)
{
	slot->step = step;
	queue_work(dyad_path_workqueue, &slot->work);
}

/* The extent is done with. The slot may be gone afterwards. */
static void end(struct dyad_slot *slot, int error)
{
	struct dyad_view *view = slot->view;

	if (!error)
		atomic64_add(dyad_slot_bytes(slot), &slot->volume->progress.done);
	dyad_range_release(&slot->volume->ranges, &slot->range);
	dyad_stock_drain(&slot->stock, &slot->bio);
	bio_uninit(&slot->bio);
	dyad_view_put(view);
	slot->ended(slot, error);
}

static void was_read(struct bio *bio)
{
	struct dyad_slot *slot = container_of(bio, struct dyad_slot, bio);

	dyad_watch_end(&slot->view->backing[slot->volume->index]->watch, slot->phase);
	again(slot, DYAD_STEP_COMPARE);
}

static void needs(struct dyad_slot *slot, u64 blocks);

static void read_extent(struct dyad_slot *slot)
{
	struct dyad_backing *backing = slot->view->backing[slot->volume->index];
	struct bio *bio = &slot->bio;

	bio_init(bio, backing ? backing->dev.bdev : NULL, slot->vecs, DYAD_SLOT_PAGES,
		 REQ_OP_READ);
	if (!backing || dyad_stock_fill(&slot->stock, bio, dyad_slot_bytes(slot))) {
		end(slot, backing ? -ENOMEM : -EIO);
		return;
	}
	/* What the peer has is what counts; the pages are for it. */
	if (slot->fetch && !slot->extent.suspect) {
		needs(slot, ~0ull);
		return;
	}
	bio->bi_iter.bi_sector = slot->extent.sector + backing->first;
	bio->bi_end_io = was_read;
	slot->phase = dyad_watch_begin(&backing->watch);
	submit_bio(bio);
}

static void differs_known(struct dyad_exchange *exchange)
{
	again(container_of(exchange, struct dyad_slot, exchange), DYAD_STEP_DIFFER);
}

static void was_sent(struct dyad_exchange *exchange)
{
	again(container_of(exchange, struct dyad_slot, exchange), DYAD_STEP_SENT);
}

static void compare(struct dyad_slot *slot)
{
	u32 length = dyad_slot_blocks(slot) * DYAD_WIRE_DIGEST;
	struct dyad_msg msg = {
		.type = DYAD_MSG_CHECK,
		.volume = slot->volume->index,
		.sector = slot->extent.sector,
		.bytes = dyad_slot_bytes(slot),
		.length = length,
	};

	dyad_digest_bio(slot->session->digest_key, &slot->bio,
			dyad_slot_bytes(slot), slot->digests);
	slot->vec.iov_base = slot->digests;
	slot->vec.iov_len = length;
	iov_iter_kvec(&slot->exchange.frame.payload, ITER_SOURCE, &slot->vec, 1,
		      length);
	slot->exchange.question = NULL;
	slot->exchange.done = differs_known;
	dyad_session_submit(slot->session, &slot->exchange, &msg);
}

static bool is_zero(struct dyad_slot *slot, unsigned int block)
{
	u32 at = block * DYAD_WIRE_BLOCK;
	u32 n = min(dyad_slot_bytes(slot) - at, DYAD_WIRE_BLOCK);
	void *page = kmap_local_page(slot->vecs[at / PAGE_SIZE].bv_page);
	bool zero = !memchr_inv(page + at % PAGE_SIZE, 0, n);

	kunmap_local(page);
	return zero;
}

/* Blocks in a row that are all zero, or all not. */
static unsigned int run_length(struct dyad_slot *slot, unsigned int first, bool zero)
{
	unsigned int n = 1;

	while (first + n < dyad_slot_blocks(slot) && slot->need & BIT_ULL(first + n) &&
	       is_zero(slot, first + n) == zero)
		n++;
	return n;
}

/* Both hold the same, but the target not yet on stable storage (rule H7). */
static void copied(struct dyad_slot *slot)
{
	struct dyad_regions *regions = &slot->volume->regions;

	dyad_regions_unsure(regions, slot->extent.sector);
	dyad_regions_clear(regions, slot->extent.sector, slot->extent.sectors);
	end(slot, 0);
}

/* Where the blocks being copied begin in the extent, in bytes. */
static u32 run_at(const struct dyad_slot *slot)
{
	return __ffs64(slot->run) * DYAD_WIRE_BLOCK;
}

static u32 run_bytes(const struct dyad_slot *slot)
{
	return min(hweight64(slot->run) * DYAD_WIRE_BLOCK,
		   dyad_slot_bytes(slot) - run_at(slot));
}

static void was_sent_here(struct dyad_exchange *exchange)
{
	again(container_of(exchange, struct dyad_slot, exchange), DYAD_STEP_FETCHED);
}

static void fetch_next(struct dyad_slot *slot)
{
	unsigned int first = __ffs64(slot->need), n;
	struct iov_iter *to = &slot->question.to;
	u64 others = ~(slot->need >> first);
	struct dyad_msg msg;
	u32 at, bytes;

	n = others ? __ffs64(others) : DYAD_SLOT_BLOCKS;
	slot->run = GENMASK_ULL(first + n - 1, first);
	at = run_at(slot);
	bytes = run_bytes(slot);
	msg = (struct dyad_msg) {
		.type = DYAD_MSG_READ,
		.volume = slot->volume->index,
		.sector = slot->extent.sector + at / 512,
		.bytes = bytes,
	};
	iov_iter_bvec(to, ITER_DEST, &slot->vecs[at / PAGE_SIZE],
		      DYAD_SLOT_PAGES - at / PAGE_SIZE, bytes);
	to->iov_offset = at % PAGE_SIZE;
	iov_iter_kvec(&slot->exchange.frame.payload, ITER_SOURCE, NULL, 0, 0);
	slot->exchange.question = &slot->question;
	slot->exchange.done = was_sent_here;
	dyad_session_submit(slot->session, &slot->exchange, &msg);
}

static void was_stored(struct bio *bio)
{
	struct dyad_slot *slot = container_of(bio, struct dyad_slot, store);

	dyad_watch_end(&slot->view->backing[slot->volume->index]->watch, slot->phase);
	again(slot, DYAD_STEP_STORED);
}

/* With the extent's pages, which stay its own. */
static void store_run(struct dyad_slot *slot)
{
	struct dyad_backing *backing = slot->view->backing[slot->volume->index];
	struct bio *bio = &slot->store;
	u32 at = run_at(slot);

	/* Its range is waited for, by whoever goes on without the disk. */
	if (dyad_watch_is_given_up(&backing->watch)) {
		end(slot, -EIO);
		return;
	}
	bio_init(bio, backing->dev.bdev, slot->vecs, DYAD_SLOT_PAGES, REQ_OP_WRITE);
	bio->bi_vcnt = slot->bio.bi_vcnt;
	bio->bi_iter.bi_size = dyad_slot_bytes(slot);
	bio_advance_iter(bio, &bio->bi_iter, at);
	bio->bi_iter.bi_size = run_bytes(slot);
	bio->bi_iter.bi_sector = slot->extent.sector + at / 512 + backing->first;
	bio->bi_end_io = was_stored;
	slot->phase = dyad_watch_begin(&backing->watch);
	submit_bio(bio);
}

static void send_next(struct dyad_slot *slot)
{
	struct iov_iter *payload = &slot->exchange.frame.payload;
	unsigned int first, n;
	struct dyad_msg msg;
	u32 at, bytes;
	bool zero;

	if (!slot->need) {
		copied(slot);
		return;
	}
	if (slot->fetch) {
		fetch_next(slot);
		return;
	}
	first = __ffs64(slot->need);
	zero = is_zero(slot, first);
	n = run_length(slot, first, zero);
	at = first * DYAD_WIRE_BLOCK;
	bytes = min(n * DYAD_WIRE_BLOCK, dyad_slot_bytes(slot) - at);
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
			      DYAD_SLOT_PAGES - at / PAGE_SIZE, bytes);
		payload->iov_offset = at % PAGE_SIZE;
	}
	slot->exchange.question = NULL;
	slot->exchange.done = was_sent;
	dyad_session_submit(slot->session, &slot->exchange, &msg);
}

static bool refused(struct dyad_slot *slot)
{
	if (!slot->exchange.error && slot->exchange.ack.status == DYAD_ACK_OK)
		return false;
	end(slot, slot->exchange.error ?: slot->fetch ? -EREMOTEIO : -EIO);
	return true;
}

static void needs(struct dyad_slot *slot, u64 blocks)
{
	slot->need = blocks & GENMASK_ULL(dyad_slot_blocks(slot) - 1, 0);
	send_next(slot);
}

static void copied_run(struct dyad_slot *slot)
{
	atomic64_add((u64)hweight64(slot->run) * DYAD_WIRE_BLOCK,
		     &slot->volume->progress.copied);
	slot->need &= ~slot->run;
	send_next(slot);
}

static bool stored(struct dyad_slot *slot)
{
	blk_status_t status = slot->store.bi_status;

	bio_uninit(&slot->store);
	if (!status)
		return true;
	dyad_volume_failed(slot->volume);
	end(slot, -EIO);
	return false;
}

/* The next blocks in a row that all differ or all do not. */
static bool next_run(const struct dyad_slot *slot, u64 differ, unsigned int *at,
		     struct run *run)
{
	unsigned int first = *at, last = first;

	if (first >= dyad_slot_blocks(slot))
		return false;
	run->differ = differ & BIT_ULL(first);
	while (last + 1 < dyad_slot_blocks(slot) &&
	       !!(differ & BIT_ULL(last + 1)) == run->differ)
		last++;
	*at = last + 1;
	run->sector = slot->extent.sector + first * DYAD_WIRE_BLOCK_SECTORS;
	run->sectors = min(*at * DYAD_WIRE_BLOCK_SECTORS, slot->extent.sectors) -
		       first * DYAD_WIRE_BLOCK_SECTORS;
	return true;
}

static void report(struct dyad_slot *slot, const struct run *run)
{
	struct dyad_volume *volume = slot->volume;

	dyad_progress_differ(&volume->progress, run->sector * 512,
			     run->sectors * 512ull);
	pr_warn_ratelimited("dyad: /dev/dyad%d: %u bytes from byte %llu on differ from the peer's\n",
			    volume->device, run->sectors * 512, run->sector * 512);
}

/* Marked, then marked on the disk, then told: a crash forgets nothing known. */
static void compared(struct dyad_slot *slot, u64 differ)
{
	struct dyad_volume *volume = slot->volume;
	struct dyad_regions *regions = &volume->regions;
	u64 number = dyad_region_of(slot->extent.sector);
	unsigned int at = 0;
	struct run run;

	while (next_run(slot, differ, &at, &run)) {
		if (run.differ)
			dyad_regions_mark(regions, run.sector, run.sectors,
					  GFP_NOIO);
		else if (dyad_regions_dirty(regions))
			dyad_regions_clear(regions, run.sector, run.sectors);
	}
	if (differ && dyad_heat_save_region(&volume->heat, number)) {
		dyad_volume_failed(volume);
		end(slot, -EIO);
		return;
	}
	for (at = 0; differ && next_run(slot, differ, &at, &run);)
		if (run.differ)
			report(slot, &run);
	end(slot, 0);
}

static void told(struct dyad_slot *slot, u64 differ)
{
	differ &= GENMASK_ULL(dyad_slot_blocks(slot) - 1, 0);
	slot->compared = true;
	slot->equal = dyad_slot_blocks(slot) - hweight64(differ);
	if (slot->only_compare)
		compared(slot, differ);
	else
		needs(slot, differ);
}

static void work(struct work_struct *work)
{
	struct dyad_slot *slot = container_of(work, struct dyad_slot, work);

	switch (slot->step) {
	case DYAD_STEP_READ:
		read_extent(slot);
		break;
	case DYAD_STEP_COMPARE:
		/* What cannot be read here is fetched, and written: that may mend it. */
		if (slot->bio.bi_status && !slot->fetch)
			end(slot, -EIO);
		else if (slot->only_compare || (slot->extent.suspect && !slot->bio.bi_status))
			compare(slot);
		else
			needs(slot, ~0ull);
		break;
	case DYAD_STEP_DIFFER:
		if (!refused(slot))
			told(slot, slot->exchange.ack.value);
		break;
	case DYAD_STEP_SENT:
		if (!refused(slot))
			copied_run(slot);
		break;
	case DYAD_STEP_FETCHED:
		if (!refused(slot))
			store_run(slot);
		break;
	case DYAD_STEP_STORED:
		if (stored(slot))
			copied_run(slot);
		break;
	}
}

void dyad_slot_init(struct dyad_slot *slot)
{
	INIT_WORK(&slot->work, work);
}

void dyad_slot_fini(struct dyad_slot *slot)
{
	dyad_stock_free(&slot->stock);
}

static void range_granted(struct dyad_range *range)
{
	again(container_of(range, struct dyad_slot, range), DYAD_STEP_READ);
}

void dyad_slot_begin(struct dyad_slot *slot)
{
	slot->compared = false;
	slot->view = dyad_view_get(slot->volume->path);
	if (dyad_range_acquire(&slot->volume->ranges, &slot->range,
			       slot->extent.sector, slot->extent.sectors,
			       range_granted))
		again(slot, DYAD_STEP_READ);
}
