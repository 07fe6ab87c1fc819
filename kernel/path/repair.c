// SPDX-License-Identifier: GPL-2.0-only
/*
 * A read that the disk here has failed goes to the peer, piece by piece: take the
 * piece's range, ask, hand the data on, write it back where it could not be read.
 * From the asking to the end of the writing nothing else is written there, so no
 * older data overwrites newer (law 8). In async the peer may not have yet what was
 * written there before: it gets that first.
 */
#include "repair.h"

#include <linux/slab.h>

#include "path/view.h"
#include "path/volume.h"

#define PIECE_BYTES (64u << 10)
#define PIECE_PAGES DIV_ROUND_UP(PIECE_BYTES, PAGE_SIZE)
#define PIECE_SECTORS (PIECE_BYTES / 512)

/**
 * enum step - what the worker does next
 * @STEP_BEGIN: the range is held
 * @STEP_ASK: the peer has all that was written in it
 * @STEP_ANSWERED: the peer has answered
 * @STEP_WRITTEN: the data has been written back, or not
 */
enum step {
	STEP_BEGIN,
	STEP_ASK,
	STEP_ANSWERED,
	STEP_WRITTEN,
};

/**
 * struct repair - a read on its way by the peer
 * @volume: of the read
 * @view: that it lives by; the request's
 * @read: the application's bio
 * @at: what of it is still to come
 * @ended: see dyad_repair_read()
 * @owner: for @ended
 * @step: to do
 * @phase: of the writing back, for the disk's watch
 * @work: does it
 * @range: of the piece, held from STEP_BEGIN to leave_piece()
 * @heat: waits for the region to become hot, before the piece is written
 * @barrier: in async: the peer catches up
 * @caught_up: and has done so
 * @question: what the peer is asked
 * @exchange: and its answer
 * @bio: the piece, on pages of its own: the application may write to its own ones
 * @vecs: the bio's
 * @stock: its pages, from piece to piece
 */
struct repair {
	struct dyad_volume *volume;
	struct dyad_view *view;
	struct bio *read;
	struct bvec_iter at;
	void (*ended)(void *owner, bool good);
	void *owner;
	enum step step;
	u8 phase;
	struct work_struct work;
	struct dyad_range range;
	struct dyad_heat_wait heat;
	struct dyad_barrier barrier;
	bool caught_up;
	struct dyad_question question;
	struct dyad_exchange exchange;
	struct bio bio;
	struct bio_vec vecs[PIECE_PAGES];
	struct dyad_stock stock;
};

static void again(struct repair *r, enum step step)
{
	r->step = step;
	queue_work(dyad_path_workqueue, &r->work);
}

static u32 piece_sectors(const struct repair *r)
{
	return r->range.last - r->range.first + 1;
}

static u32 piece_bytes(const struct repair *r)
{
	return piece_sectors(r) * 512;
}

static void end(struct repair *r, bool good)
{
	void (*ended)(void *owner, bool good) = r->ended;
	void *owner = r->owner;

	if (good)
		atomic64_inc(&r->volume->peer_reads);
	dyad_stock_free(&r->stock);
	kfree(r);
	ended(owner, good);
}

static void range_granted(struct dyad_range *range)
{
	struct repair *r = container_of(range, struct repair, range);

	atomic_dec(&r->volume->waiting);
	again(r, STEP_BEGIN);
}

/* In whole blocks: many a disk cannot write less over what it cannot read. */
static void next_piece(struct repair *r)
{
	struct dyad_volume *volume = r->volume;
	u64 end = round_up(r->at.bi_sector + r->at.bi_size / 512, DYAD_BLOCK_SECTORS);
	u64 first = round_down(r->at.bi_sector, DYAD_BLOCK_SECTORS);

	end = min3(end, volume->regions.sectors,
		   first + min(PIECE_SECTORS, dyad_region_left(first)));
	atomic_inc(&volume->waiting);
	if (!dyad_range_acquire(&volume->ranges, &r->range, first, end - first,
				range_granted))
		return;
	atomic_dec(&volume->waiting);
	again(r, STEP_BEGIN);
}

/* Done with, whatever has become of it. */
static void leave_piece(struct repair *r)
{
	dyad_range_release(&r->volume->ranges, &r->range);
	dyad_stock_drain(&r->stock, &r->bio);
	bio_uninit(&r->bio);
}

static void caught_up(struct dyad_barrier *barrier, bool written)
{
	struct repair *r = container_of(barrier, struct repair, barrier);

	r->caught_up = written;
	again(r, STEP_ASK);
}

/* What has completed here counts, also if it waits in the backlog (law 1). */
static void begin(struct repair *r)
{
	bio_init(&r->bio, NULL, r->vecs, PIECE_PAGES, REQ_OP_WRITE);
	r->caught_up = r->view->mode != DYAD_MODE_ASYNC;
	r->barrier.done = caught_up;
	if (r->caught_up)
		again(r, STEP_ASK);
	else
		dyad_backlog_barrier(r->view, &r->barrier);
}

static void answered(struct dyad_exchange *exchange)
{
	again(container_of(exchange, struct repair, exchange), STEP_ANSWERED);
}

static void ask(struct repair *r)
{
	struct dyad_msg msg = {
		.type = DYAD_MSG_READ,
		.volume = r->volume->index,
		.sector = r->range.first,
		.bytes = piece_bytes(r),
	};
	struct bio *bio = &r->bio;

	/* What is known to differ at the peer is no answer. */
	if (!r->caught_up ||
	    dyad_regions_any(&r->volume->regions, r->range.first, piece_sectors(r)) ||
	    dyad_stock_fill(&r->stock, bio, msg.bytes)) {
		leave_piece(r);
		end(r, false);
		return;
	}
	iov_iter_bvec(&r->question.to, ITER_DEST, bio->bi_io_vec, bio->bi_vcnt,
		      msg.bytes);
	iov_iter_kvec(&r->exchange.frame.payload, ITER_SOURCE, NULL, 0, 0);
	r->exchange.question = &r->question;
	r->exchange.done = answered;
	/* In async all that the peer is still to get may be before it. */
	r->exchange.patient = r->view->mode == DYAD_MODE_ASYNC;
	dyad_session_submit(r->view->session, &r->exchange, &msg);
}

static void was_written(struct bio *bio)
{
	struct repair *r = container_of(bio, struct repair, bio);

	dyad_watch_end(&r->view->backing[r->volume->index]->watch, r->phase);
	again(r, STEP_WRITTEN);
}

static void write_back(struct repair *r)
{
	struct dyad_backing *backing = r->view->backing[r->volume->index];
	struct bio *bio = &r->bio;

	bio->bi_iter.bi_sector = r->range.first;
	dyad_backing_aim(backing, bio);
	bio->bi_end_io = was_written;
	r->phase = dyad_watch_begin(&backing->watch);
	submit_bio(bio);
}

static void heated(struct dyad_heat_wait *wait, int error)
{
	struct repair *r = container_of(wait, struct repair, heat);

	if (!error) {
		write_back(r);
		return;
	}
	r->bio.bi_status = errno_to_blk_status(error);
	again(r, STEP_WRITTEN);
}

/* Into the application's pages, from where it is in those on. */
static void copy(struct repair *r, struct bvec_iter at)
{
	struct bio to = { .bi_io_vec = r->read->bi_io_vec, .bi_iter = r->at };
	struct bio from = { .bi_io_vec = r->bio.bi_io_vec, .bi_iter = at };

	bio_copy_data(&to, &from);
	bio_advance_iter(r->read, &r->at, min(r->at.bi_size, at.bi_size));
}

/* The application's pages get the data, then the disk: if the region is hot (H7). */
static void hand_on(struct repair *r)
{
	struct bvec_iter from = r->bio.bi_iter;
	struct dyad_volume *volume = r->volume;

	if (r->exchange.error || r->exchange.ack.status != DYAD_ACK_OK) {
		leave_piece(r);
		end(r, false);
		return;
	}
	bio_advance_iter(&r->bio, &from, (r->at.bi_sector - r->range.first) * 512);
	copy(r, from);
	if (dyad_heat_enter(&volume->heat, dyad_region_of(r->range.first), &r->heat,
			    heated))
		write_back(r);
}

/* What the disk does not take is dirty, and it is no longer up to date (H15). */
static void failed(struct repair *r)
{
	struct dyad_volume *volume = r->volume;

	/* Else the peer takes over, or all here is going to be marked. */
	if (!r->view->may_lean)
		dyad_regions_mark(&volume->regions, r->range.first,
				  piece_sectors(r), GFP_NOIO);
	dyad_volume_failed(volume);
}

static void finish_piece(struct repair *r)
{
	struct dyad_volume *volume = r->volume;
	bool good = !r->bio.bi_status;

	if (good)
		atomic64_add(piece_bytes(r), &volume->repaired);
	else
		failed(r);
	pr_warn_ratelimited("dyad: /dev/dyad%d: the disk could not read %u bytes from byte %llu on: the peer could, and they %s written back\n",
			    volume->device, piece_bytes(r), r->range.first * 512,
			    good ? "are" : "could not be");
	leave_piece(r);
	if (!r->at.bi_size)
		end(r, true);
	else if (good)
		next_piece(r);
	else
		end(r, false);
}

static void work(struct work_struct *work)
{
	struct repair *r = container_of(work, struct repair, work);

	switch (r->step) {
	case STEP_BEGIN:
		begin(r);
		break;
	case STEP_ASK:
		ask(r);
		break;
	case STEP_ANSWERED:
		hand_on(r);
		break;
	case STEP_WRITTEN:
		finish_piece(r);
		break;
	}
}

void dyad_repair_read(struct dyad_volume *volume, struct dyad_view *view,
		      struct bio *bio, void (*ended)(void *owner, bool good),
		      void *owner)
{
	struct repair *r = kzalloc(sizeof(*r), GFP_NOIO);

	if (!r) {
		ended(owner, false);
		return;
	}
	r->volume = volume;
	r->view = view;
	r->read = bio;
	r->at = bio->bi_iter;
	r->ended = ended;
	r->owner = owner;
	INIT_WORK(&r->work, work);
	next_piece(r);
}
