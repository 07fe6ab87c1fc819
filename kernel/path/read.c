// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of an application's read: from the local disk, from the peer if that fails it,
 * or if there is none.
 */
#include "read.h"

#include "path/repair.h"
#include "path/request.h"
#include "path/view.h"
#include "path/volume.h"

/* A secondary reads only what no primary can have overwritten (rule H21). */
bool dyad_read_allowed(const struct dyad_view *view)
{
	return view->may_read &&
	       (!view->lender || dyad_session_lends(view->lender));
}

static void peer_read(void *owner, bool good)
{
	struct dyad_request *req = owner;

	if (good)
		req->status = BLK_STS_OK;
	req->times.ended = ktime_get_ns();
	dyad_request_finish(req);
}

static void repair_work(struct work_struct *work)
{
	struct dyad_request *req = container_of(work, struct dyad_request, work);

	dyad_repair_read(req->volume, req->view, req->bio, peer_read, req);
}

/* A read-ahead may fail, and is then asked for again; some must not be waited for. */
static bool may_repair(const struct dyad_request *req)
{
	return req->view->peer_same && !(req->bio->bi_opf & (REQ_RAHEAD | REQ_NOWAIT));
}

static void peer_has_read(struct dyad_exchange *exchange)
{
	struct dyad_request *req =
		container_of(exchange, struct dyad_request, exchange);

	if (exchange->error) {
		dyad_request_defer(req);
		return;
	}
	if (exchange->ack.status != DYAD_ACK_OK)
		req->status = BLK_STS_IOERR;
	req->times.ended = ktime_get_ns();
	dyad_request_finish(req);
}

/* No disk here has it: the peer's data, straight into the application's pages. */
static void read_peer(struct dyad_request *req)
{
	struct bio *bio = req->bio;
	struct dyad_msg msg = {
		.type = DYAD_MSG_READ,
		.volume = req->volume->index,
		.sector = bio->bi_iter.bi_sector,
		.bytes = bio->bi_iter.bi_size,
	};

	dyad_request_span(bio, &req->question.to, ITER_DEST);
	iov_iter_kvec(&req->exchange.frame.payload, ITER_SOURCE, NULL, 0, 0);
	req->exchange.question = &req->question;
	req->exchange.received = NULL;
	req->exchange.patient = false;
	req->exchange.prompt = false;
	req->exchange.done = peer_has_read;
	dyad_session_submit(req->view->session, &req->exchange, &msg);
}

static void peer_work(struct work_struct *work)
{
	struct dyad_request *req = container_of(work, struct dyad_request, work);

	req->status = BLK_STS_OK;
	read_peer(req);
}

/* The peer's disk may take the place of the one here, is about to, or has. */
static bool peer_has_it(const struct dyad_request *req)
{
	const struct dyad_view *view = req->view;

	return view->may_lean || READ_ONCE(view->left) ||
	       READ_ONCE(view->path->holds) & DYAD_HOLD_NO_DATA;
}

static void read_ended(struct bio *clone)
{
	struct dyad_request *req = container_of(clone, struct dyad_request, clone);

	dyad_watch_end(&dyad_request_disk(req)->watch, req->phase);
	req->status = clone->bi_status;
	if (unlikely(req->status) && (req->view->refills || may_repair(req))) {
		/* What has been given back a moment ago is not worth a repair yet. */
		INIT_WORK(&req->work, req->view->refills ? peer_work : repair_work);
		queue_work(dyad_path_workqueue, &req->work);
		return;
	}
	/* It may have taken longer than the peer waits. */
	if (!req->status && !dyad_read_allowed(req->view))
		req->status = BLK_STS_IOERR;
	/* A flush that failed may have lost what was written. */
	if (!req->status && unlikely(dyad_heat_failures(&req->volume->heat)) &&
	    peer_has_it(req)) {
		req->status = BLK_STS_IOERR;
		dyad_request_defer(req);
		return;
	}
	req->times.ended = ktime_get_ns();
	dyad_request_finish(req);
}

/* Are all of its blocks good here? Ranges of regions, since marks are kept by those. */
static bool is_here(const struct dyad_request *req)
{
	struct dyad_regions *regions = &req->volume->regions;
	u64 at = req->bio->bi_iter.bi_sector;
	u32 left = bio_sectors(req->bio);

	while (left) {
		u32 n = min(left, dyad_region_left(at));

		if (dyad_regions_any(regions, at, n))
			return false;
		at += n;
		left -= n;
	}
	return true;
}

static void to_disk(struct dyad_request *req)
{
	req->phase = dyad_watch_begin(&dyad_request_disk(req)->watch);
	submit_bio_noacct(&req->clone);
}

static void read_work(struct work_struct *work)
{
	to_disk(container_of(work, struct dyad_request, work));
}

static void may_read_now(struct dyad_order_item *item)
{
	struct dyad_request *req = container_of(item, struct dyad_request, order);

	INIT_WORK(&req->work, read_work);
	queue_work(dyad_path_workqueue, &req->work);
}

/* At a secondary, what has completed at the peer may still be on its way to the disk. */
static void read_local(struct dyad_request *req)
{
	req->clone.bi_end_io = read_ended;
	if (!req->view->lender ||
	    dyad_order_wait(&req->volume->order, &req->order, may_read_now))
		to_disk(req);
}

void dyad_read_start(struct dyad_request *req)
{
	if (likely(dyad_request_is_local(req)) &&
	    (likely(!req->view->refills) || is_here(req)))
		read_local(req);
	else
		read_peer(req);
}
