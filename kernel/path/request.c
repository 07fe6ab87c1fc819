// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of an application's bio: enter a view, take the range, go to the
 * local disk and to the peer, complete when the mode says so. Reads go on in
 * read.c.
 */
#include "request.h"

#include <linux/blk-mq.h>

#include "trace.h"
#include "path/read.h"
#include "path/view.h"
#include "path/volume.h"

unsigned int dyad_request_pad(void)
{
	return offsetof(struct dyad_request, clone);
}

static bool has_range(const struct bio *bio)
{
	return bio_sectors(bio);
}

static void give_range_back(struct dyad_request *req)
{
	if (has_range(req->bio) && op_is_write(bio_op(req->bio)))
		dyad_range_release(&req->volume->ranges, &req->range);
}

/* A part of a write or flush has ended, which began at @from. */
static void leg_timed(struct dyad_request *req, u64 from,
		      enum dyad_latency_stage write,
		      enum dyad_latency_stage flush)
{
	u64 now = ktime_get_ns();

	/* Whoever ends the request sees one of two that meet here. */
	WRITE_ONCE(req->times.ended, now);
	dyad_timing_add(req->volume->timing, has_range(req->bio) ? write : flush,
			from, now);
}

static enum dyad_latency_stage whole_of(const struct bio *bio)
{
	if (!op_is_write(bio_op(bio)))
		return DYAD_LATENCY_STAGE_READ;
	return has_range(bio) ? DYAD_LATENCY_STAGE_WRITE : DYAD_LATENCY_STAGE_FLUSH;
}

static void complete_timed(struct dyad_request *req)
{
	dyad_timing_add(req->volume->timing, whole_of(req->bio),
			req->times.entered, req->times.ended);
	trace_dyad_request_complete(req->volume->device, req->bio,
				    blk_status_to_errno(req->status));
}

void dyad_request_defer(struct dyad_request *req)
{
	struct dyad_path *path = req->volume->path;
	unsigned long flags;

	spin_lock_irqsave(&path->lock, flags);
	list_add_tail(&req->link, &path->deferred);
	wake_up_all(&path->wake);
	/* Under the lock: once it is free, all that is here may be gone. */
	path->ops->need_alone(path);
	spin_unlock_irqrestore(&path->lock, flags);
}

/* An early one is of no use to anybody any more. */
static void drop_hold(struct dyad_request *req)
{
	struct dyad_view *view = req->view;

	if (!atomic_dec_and_test(&req->holds))
		return;
	if (req->stuck) {
		req->early = false;
		dyad_request_defer(req);
		return;
	}
	dyad_range_release(&req->volume->ranges, &req->range);
	bio_put(&req->clone);
	dyad_view_put(view);
}

/* Its bio ends, nothing else. */
static void finish_early(struct dyad_request *req)
{
	struct bio *bio = req->bio;

	complete_timed(req);
	bio_end_io_acct(bio, req->started);
	if (req->status)
		bio->bi_status = req->status;
	bio_endio(bio);
	drop_hold(req);
}

/* The end: give everything back, the bio last. */
void dyad_request_finish(struct dyad_request *req)
{
	struct dyad_view *view = req->view;
	unsigned long started = req->started;
	blk_status_t status = req->status;
	struct bio *bio = req->bio;

	if (req->early) {
		finish_early(req);
		return;
	}
	if (view)
		give_range_back(req);
	complete_timed(req);
	bio_put(&req->clone);
	bio_end_io_acct(bio, started);
	/* Another part of it, split off, may have failed before. */
	if (status)
		bio->bi_status = status;
	if (view)
		dyad_view_put(view);
	bio_endio(bio);
}

/* It holds nothing any more that others wait for. */
static void leave_view(struct dyad_request *req)
{
	struct dyad_view *view = req->view;

	if (!view)
		return;
	give_range_back(req);
	req->view = NULL;
	dyad_view_put(view);
}

void dyad_path_park(struct dyad_path *path)
{
	struct dyad_request *req;
	unsigned long flags;
	LIST_HEAD(list);

	spin_lock_irqsave(&path->lock, flags);
	list_splice_init(&path->deferred, &list);
	spin_unlock_irqrestore(&path->lock, flags);
	list_for_each_entry(req, &list, link)
		leave_view(req);
	spin_lock_irqsave(&path->lock, flags);
	list_splice_tail(&list, &path->parked);
	spin_unlock_irqrestore(&path->lock, flags);
}

/* All that waits, the parked first: they have waited for longer. */
static void take_waiting(struct dyad_path *path, struct list_head *list)
{
	unsigned long flags;

	spin_lock_irqsave(&path->lock, flags);
	list_splice_init(&path->parked, list);
	list_splice_tail_init(&path->deferred, list);
	spin_unlock_irqrestore(&path->lock, flags);
}

static void end_now(struct dyad_request *req, blk_status_t status)
{
	req->status = status;
	req->times.ended = ktime_get_ns();
	dyad_request_finish(req);
}

void dyad_path_resume(struct dyad_path *path, blk_status_t status)
{
	struct dyad_request *req, *next;
	LIST_HEAD(list);

	take_waiting(path, &list);
	list_for_each_entry_safe(req, next, &list, link)
		end_now(req, req->status ?: status);
}

bool dyad_path_fail(struct dyad_path *path)
{
	struct dyad_request *req, *next;
	unsigned long flags;
	LIST_HEAD(failed);
	LIST_HEAD(others);
	bool left;

	take_waiting(path, &others);
	list_for_each_entry_safe(req, next, &others, link)
		if (req->status)
			list_move_tail(&req->link, &failed);
	left = !list_empty(&others);
	spin_lock_irqsave(&path->lock, flags);
	list_splice_tail(&others, &path->deferred);
	spin_unlock_irqrestore(&path->lock, flags);
	list_for_each_entry_safe(req, next, &failed, link)
		end_now(req, req->status);
	return left;
}

/* Once more from the beginning: nobody has it, or it does no harm. */
static void again(struct dyad_request *req)
{
	unsigned long started = req->started;
	struct bio *bio = req->bio;

	leave_view(req);
	bio_put(&req->clone);
	bio_end_io_acct(bio, started);
	dyad_request_submit(bio);
}

/*
 * It has waited, for a range or for room, until its view was left to what hangs. What has
 * become of the disk and the peer since it may not know: as if the disk had failed it,
 * with nothing written anywhere.
 */
static bool is_late(struct dyad_request *req)
{
	if (likely(!READ_ONCE(req->view->left)))
		return false;
	if (req->lazy)
		dyad_backlog_release(&req->volume->path->backlog, req->lazy);
	req->status = BLK_STS_IOERR;
	dyad_request_defer(req);
	return true;
}

void dyad_path_lean(struct dyad_path *path)
{
	struct dyad_request *req, *next;
	LIST_HEAD(list);

	take_waiting(path, &list);
	list_for_each_entry_safe(req, next, &list, link) {
		if (req->at_peer)
			end_now(req, BLK_STS_OK);
		else
			again(req);
	}
}

static void mark(struct dyad_request *req)
{
	dyad_regions_mark(&req->volume->regions, req->range.first,
			  req->range.last - req->range.first + 1, GFP_ATOMIC);
}

/*
 * A failed write promises nothing, any other that the peer lacks does. But what is
 * at the peer need not fail if from here on that one's disk is what counts.
 */
static bool must_wait(const struct dyad_request *req)
{
	if (!dyad_request_is_local(req))
		return !req->at_peer && !req->status;
	/* The peer's disk is what counts, and it alone. */
	if (req->view->refills)
		return !req->at_peer || req->status;
	if (req->status)
		return req->at_peer && req->view->may_lean;
	return !req->at_peer && !READ_ONCE(req->volume->path->alone);
}

/*
 * What only one side has is dirty (laws 4 and 13). But if the peer may take over what
 * the disk here has failed, it does, or all here is going to be marked.
 */
static bool must_mark(const struct dyad_request *req)
{
	if (!dyad_request_is_local(req) || !has_range(req->bio))
		return false;
	return !req->at_peer ||
	       (req->status && (!req->view->may_lean || req->view->refills));
}

/* Both legs have ended. */
static void write_ended(struct dyad_request *req)
{
	struct dyad_volume *volume = req->volume;

	/* What is in the backlog is lost with the session, and so this is alone. */
	if (req->lazy && dyad_session_has_failed(req->view->session))
		req->at_peer = false;
	if (must_mark(req))
		mark(req);
	/* It does not bring back what a flush that failed has lost. */
	if (dyad_request_is_local(req) && !req->status &&
	    req->bio->bi_opf & (REQ_PREFLUSH | REQ_FUA) &&
	    dyad_heat_failures(&volume->heat))
		req->status = BLK_STS_IOERR;
	if (!must_wait(req)) {
		dyad_request_finish(req);
	} else if (req->early) {
		req->stuck = true;
		drop_hold(req);
	} else {
		dyad_request_defer(req);
	}
}

static void leg_ended(struct dyad_request *req)
{
	if (atomic_dec_and_test(&req->legs))
		write_ended(req);
}

static void disk_ended(struct dyad_request *req)
{
	dyad_watch_end(&dyad_request_disk(req)->watch, req->phase);
	/* Known at once: other flushes may end before the peer answers this one (H15). */
	if (req->status)
		dyad_volume_failed(req->volume);
	trace_dyad_request_local_end(req->volume->device, req->bio,
				     blk_status_to_errno(req->status));
	leg_timed(req, req->times.begun, DYAD_LATENCY_STAGE_LOCAL,
		  DYAD_LATENCY_STAGE_FLUSH_LOCAL);
	leg_ended(req);
}

static void zero_work(struct work_struct *work)
{
	struct dyad_request *req = container_of(work, struct dyad_request, work);
	struct dyad_backing *backing = dyad_request_disk(req);
	struct bio *bio = req->bio;
	unsigned int flags = bio_op(bio) == REQ_OP_WRITE_ZEROES &&
			     bio->bi_opf & REQ_NOUNMAP ? BLKDEV_ZERO_NOUNMAP : 0;
	int ret;

	ret = blkdev_issue_zeroout(backing->dev.bdev,
				   bio->bi_iter.bi_sector + backing->first,
				   bio_sectors(bio), GFP_NOIO, flags);
	req->status = errno_to_blk_status(ret);
	disk_ended(req);
}

static void local_ended(struct bio *clone)
{
	struct dyad_request *req = container_of(clone, struct dyad_request, clone);

	req->status = clone->bi_status;
	/* Many disks claim that they can zero and find out that they cannot. */
	if (req->status && bio_op(clone) == REQ_OP_WRITE_ZEROES) {
		INIT_WORK(&req->work, zero_work);
		queue_work(dyad_path_workqueue, &req->work);
		return;
	}
	disk_ended(req);
}

/* The peer's part as a whole if it has not answered: that took time too. */
static void time_peer(struct dyad_request *req)
{
	const struct dyad_exchange *exchange = &req->exchange;
	u64 sent = exchange->sent_at ?: req->times.begun;

	if (has_range(req->bio))
		dyad_timing_add(req->volume->timing, DYAD_LATENCY_STAGE_SEND,
				req->times.begun, sent);
	leg_timed(req, sent, DYAD_LATENCY_STAGE_PEER,
		  DYAD_LATENCY_STAGE_FLUSH_PEER);
}

/* It will be on the peer's disk whatever becomes of the session, or of this node. */
static void peer_received(struct dyad_exchange *exchange)
{
	struct dyad_request *req =
		container_of(exchange, struct dyad_request, exchange);

	req->received = true;
	req->at_peer = true;
	trace_dyad_request_peer_end(req->volume->device, req->bio, 0);
	time_peer(req);
	leg_ended(req);
}

static void peer_ended(struct dyad_exchange *exchange)
{
	struct dyad_request *req =
		container_of(exchange, struct dyad_request, exchange);
	bool written = !exchange->error && exchange->ack.status == DYAD_ACK_OK;

	if (!exchange->error && !written) {
		dyad_session_fail(req->view->session, (struct dyad_cause) {
				  .reason = DYAD_REASON_DISK_ERROR, .told = true });
		/* The only disk that there was. */
		if (!dyad_request_is_local(req))
			req->status = BLK_STS_IOERR;
	}
	if (req->early && req->received) {
		/* Received is not written: the peer may die before it is (rule H5). */
		if (!written)
			mark(req);
		drop_hold(req);
		return;
	}
	/* Then nothing outlives the bio, which may have to wait, parked, for an answer. */
	req->early = false;
	req->at_peer = written;
	trace_dyad_request_peer_end(req->volume->device, req->bio,
				    exchange->error ?: written ? 0 : -EIO);
	time_peer(req);
	leg_ended(req);
}

void dyad_request_span(struct bio *bio, struct iov_iter *iter,
		       unsigned int direction)
{
	const struct bio_vec *first = __bvec_iter_bvec(bio->bi_io_vec, bio->bi_iter);
	struct bvec_iter i;
	struct bio_vec bv;
	unsigned int n = 0;

	bio_for_each_bvec(bv, bio, i)
		n++;
	iov_iter_bvec(iter, direction, first, n, bio->bi_iter.bi_size);
	iter->iov_offset = mp_bvec_iter_offset(bio->bi_io_vec, bio->bi_iter) -
			   first->bv_offset;
}

/* What the message says about the bio; its payload too. */
static void describe(struct dyad_request *req, struct dyad_msg *msg)
{
	struct iov_iter *payload = &req->exchange.frame.payload;
	u16 receipt = req->early ? DYAD_MSG_F_RECEIPT : 0;
	struct bio *bio = req->bio;

	*msg = (struct dyad_msg) {
		.volume = req->volume->index,
		.sector = bio->bi_iter.bi_sector,
		.bytes = bio->bi_iter.bi_size,
	};
	iov_iter_kvec(payload, ITER_SOURCE, NULL, 0, 0);
	switch (bio_op(bio)) {
	case REQ_OP_DISCARD:
		msg->type = DYAD_MSG_DISCARD;
		msg->flags = receipt;
		return;
	case REQ_OP_WRITE_ZEROES:
		msg->type = DYAD_MSG_ZEROES;
		msg->flags = receipt |
			     (bio->bi_opf & REQ_NOUNMAP ? DYAD_MSG_F_KEEP : 0);
		return;
	default:
		break;
	}
	if (!msg->bytes) {
		msg->type = DYAD_MSG_FLUSH;
		msg->sector = 0;
		return;
	}
	msg->type = DYAD_MSG_WRITE;
	msg->length = msg->bytes;
	msg->flags = receipt | (bio->bi_opf & REQ_FUA ? DYAD_MSG_F_FUA : 0) |
		     (bio->bi_opf & REQ_PREFLUSH ? DYAD_MSG_F_PREFLUSH : 0);
	dyad_request_span(bio, payload, ITER_SOURCE);
}

/*
 * A discard leaves what is read afterwards to the disk, and two disks may
 * differ: so it is carried out as zeroing that may give the space back.
 */
static void submit_local(struct dyad_request *req)
{
	struct bio *clone = &req->clone;

	if (bio_op(clone) == REQ_OP_DISCARD)
		clone->bi_opf = REQ_OP_WRITE_ZEROES |
				(clone->bi_opf & ~REQ_OP_MASK);
	req->phase = dyad_watch_begin(&dyad_request_disk(req)->watch);
	submit_bio_noacct(clone);
}

/* To both disks. What promises more than to be there ends when it is (rule H6). */
static void start_both(struct dyad_request *req)
{
	struct dyad_msg msg;

	req->early = req->view->mode == DYAD_MODE_MEMSYNC && has_range(req->bio) &&
		     !(req->bio->bi_opf & (REQ_FUA | REQ_PREFLUSH));
	if (req->early) {
		req->received = false;
		atomic_set(&req->holds, 2);
	}
	atomic_set(&req->legs, dyad_request_is_local(req) ? 3 : 2);
	req->exchange.question = NULL;
	req->exchange.received = req->early ? peer_received : NULL;
	req->exchange.patient = false;
	req->exchange.prompt = true;
	req->exchange.done = peer_ended;
	describe(req, &msg);
	dyad_session_submit(req->view->session, &req->exchange, &msg);
	/* Not gone yet: the third leg is ours. */
	WRITE_ONCE(req->exchange.queued, true);
}

/* To this disk; what the peer gets is a copy, in its turn. */
static void start_lazy(struct dyad_request *req)
{
	atomic_set(&req->legs, 2);
	req->at_peer = true;
	dyad_backlog_push(req->view, req->volume, req->bio, req->lazy);
}

/* Without the peer: there is none, or it gets this later, by a resync. */
static bool goes_alone(const struct dyad_request *req)
{
	const struct dyad_view *view = req->view;

	return !view->session || (view->mode == DYAD_MODE_ASYNC && !req->lazy);
}

/* The peer keeps track for when this node is lost, this node for when it has a disk. */
static bool is_tracked(const struct dyad_request *req)
{
	return has_range(req->bio) &&
	       (goes_alone(req) || !dyad_request_is_local(req));
}

/* The range is held, or there is none. */
static void start_write(struct dyad_request *req)
{
	trace_dyad_request_start(req->volume->device, req->bio);
	req->clone.bi_end_io = local_ended;
	if (has_range(req->bio))
		dyad_timing_add(req->volume->timing, DYAD_LATENCY_STAGE_SUBMIT,
				req->times.entered, req->times.begun);
	/* Dirty before it is written, not after. */
	if (is_tracked(req))
		dyad_regions_mark(&req->volume->regions, req->range.first,
				  bio_sectors(req->bio), GFP_NOIO);
	if (req->lazy)
		start_lazy(req);
	else if (!goes_alone(req))
		start_both(req);
	else
		atomic_set(&req->legs, 2);
	if (dyad_request_is_local(req))
		submit_local(req);
	leg_ended(req);
}

static void heated(struct dyad_heat_wait *wait, int error)
{
	struct dyad_request *req = container_of(wait, struct dyad_request, heat);
	struct dyad_volume *volume = req->volume;

	req->times.begun = ktime_get_ns();
	if (!error && is_late(req))
		return;
	if (!error) {
		trace_dyad_request_got_region(volume->device, req->bio);
		start_write(req);
		return;
	}
	/* Nothing has been written anywhere. */
	if (req->lazy)
		dyad_backlog_release(&volume->path->backlog, req->lazy);
	dyad_volume_failed(volume);
	req->status = errno_to_blk_status(error);
	req->times.ended = req->times.begun;
	if (req->view->may_lean)
		dyad_request_defer(req);
	else
		dyad_request_finish(req);
}

/* The range is held: on to the disks, once the region may be written (law 6). */
static void enter_region(struct dyad_request *req)
{
	if (is_late(req))
		return;
	/* Where there is no disk, the peer keeps track. */
	if (!dyad_request_is_local(req) ||
	    dyad_heat_enter(&req->volume->heat, dyad_region_of(req->range.first),
			    &req->heat, heated))
		start_write(req);
}

static void granted(struct dyad_range *range)
{
	struct dyad_request *req = container_of(range, struct dyad_request, range);
	struct dyad_volume *volume = req->volume;
	unsigned long flags;

	spin_lock_irqsave(&volume->granted_lock, flags);
	list_add_tail(&req->link, &volume->granted);
	spin_unlock_irqrestore(&volume->granted_lock, flags);
	queue_work(dyad_path_workqueue, &volume->granted_work);
}

void dyad_request_start_granted(struct work_struct *work)
{
	struct dyad_volume *volume =
		container_of(work, struct dyad_volume, granted_work);
	struct dyad_request *req, *next;
	LIST_HEAD(list);

	spin_lock_irq(&volume->granted_lock);
	list_splice_init(&volume->granted, &list);
	spin_unlock_irq(&volume->granted_lock);
	list_for_each_entry_safe(req, next, &list, link) {
		atomic_dec(&volume->waiting);
		req->times.begun = ktime_get_ns();
		trace_dyad_request_got_range(volume->device, req->bio);
		enter_region(req);
	}
}

static void enter_write(struct dyad_request *req)
{
	struct dyad_volume *volume = req->volume;
	struct bio *bio = req->bio;

	if (!has_range(bio)) {
		start_write(req);
		return;
	}
	atomic_inc(&volume->waiting);
	if (!dyad_range_acquire(&volume->ranges, &req->range,
				bio->bi_iter.bi_sector, bio_sectors(bio), granted))
		return;
	atomic_dec(&volume->waiting);
	enter_region(req);
}

static struct dyad_request *create(struct dyad_volume *volume,
				   struct dyad_view *view, struct bio *bio,
				   const struct dyad_times *times)
{
	struct dyad_backing *backing = view->backing[volume->index];
	struct dyad_request *req;
	struct bio *clone;

	if (likely(backing)) {
		clone = bio_alloc_clone(backing->dev.bdev, bio, GFP_NOIO,
					&volume->bios);
		dyad_backing_aim(backing, clone);
	} else {
		clone = bio_alloc_bioset(NULL, 0, bio->bi_opf, GFP_NOIO,
					 &volume->bios);
	}
	req = container_of(clone, struct dyad_request, clone);
	req->volume = volume;
	req->view = view;
	req->bio = bio;
	req->at_peer = false;
	req->status = BLK_STS_OK;
	req->times = *times;
	trace_dyad_request_enter(volume->device, bio);
	req->early = false;
	req->stuck = false;
	req->lazy = 0;
	req->started = bio_start_io_acct(bio);
	return req;
}

/* The view, and whether it had to be waited for. */
static struct dyad_view *enter_view(struct dyad_volume *volume,
				    struct dyad_times *times)
{
	struct dyad_view *view = dyad_view_get(volume->path);

	times->entered = ktime_get_ns();
	times->begun = times->entered;
	if (likely(!view->holds))
		return view;
	dyad_view_put(view);
	/* Counted while it is held back: the status has the reason (law 11). */
	atomic_inc(&volume->waiting);
	view = dyad_view_enter(volume->path, ~0u);
	atomic_dec(&volume->waiting);
	times->begun = ktime_get_ns();
	return view;
}

/* A request stays within a region, which its range lock and dirty bits need. */
static struct bio *split(struct dyad_volume *volume, struct bio *bio)
{
	u32 left = dyad_region_left(bio->bi_iter.bi_sector);
	struct bio *front;

	if (bio_sectors(bio) <= left)
		return bio;
	front = dyad_bio_split(bio, left, &volume->disk->bio_split);
	if (!front) {
		bio_io_error(bio);
		return NULL;
	}
	bio_chain(front, bio);
	submit_bio_noacct(bio);
	return front;
}

/* Somebody has data for it, and it may be asked for. */
static bool is_served(const struct dyad_view *view, unsigned int index, bool write)
{
	if (!view->backing[index] && !view->session)
		return false;
	return write ? view->may_write : dyad_read_allowed(view);
}

void dyad_request_submit(struct bio *bio)
{
	struct dyad_volume *volume = bio->bi_bdev->bd_disk->private_data;
	bool write = op_is_write(bio_op(bio));
	struct dyad_request *req;
	struct dyad_times times;
	struct dyad_view *view;

	bio = bio_split_to_limits(bio);
	if (!bio)
		return;
	if (write)
		bio = split(volume, bio);
	if (!bio)
		return;
	view = enter_view(volume, &times);
	if (!is_served(view, volume->index, write)) {
		dyad_view_put(view);
		bio_io_error(bio);
		return;
	}
	req = create(volume, view, bio, &times);
	if (write) {
		if (view->session && view->mode == DYAD_MODE_ASYNC)
			req->lazy = dyad_backlog_reserve(&view->path->backlog, bio);
		enter_write(req);
		return;
	}
	dyad_read_start(req);
}
