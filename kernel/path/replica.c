// SPDX-License-Identifier: GPL-2.0-only
/*
 * The peer's requests on our disks: received straight into a bio's pages,
 * submitted, acknowledged when the disk is done; what is read is sent from there.
 */
#include "replica.h"

#include <linux/bitops.h>
#include <linux/slab.h>

#include "path/cool.h"
#include "path/digest.h"
#include "path/inbox.h"
#include "path/view.h"
#include "path/volume.h"

#define POOL_SIZE	64
#define LANE_LOAD	(8 << 20)	/* bytes not answered before TCP has to wait */
#define REQUEST_LOAD	4096		/* added for each request, for itself */

/**
 * struct store - one request of the peer
 * @lane: where it came from and is answered
 * @view: that it lives by
 * @volume: that it is for
 * @msg: its header
 * @received: when it was complete, by ktime_get_ns()
 * @phase: for the disk's watch
 * @digests: CHECK: the peer's
 * @path: the resource
 * @inbox: a write that has an epoch, or the end of one
 * @range: of a write that has an epoch: overlapping ones keep their order (H4). Of any
 *	if the view @tracks: from before its blocks are dirty to the answer
 * @heat: waits for the region to become hot, then
 * @order: a write whose arrival is told of, or what has to come after those
 * @replies: answers that have not been sent
 * @receipt: tells of the arrival
 * @reply: the answer
 * @frame: READ: the answer, if it is data
 * @work: what a completion cannot do
 * @bio: for the disk; last, as bioset allocates it
 */
struct store {
	struct dyad_lane *lane;
	struct dyad_view *view;
	struct dyad_volume *volume;
	struct dyad_msg msg;
	u64 received;
	u8 phase;
	u8 *digests;
	struct dyad_path *path;
	struct dyad_inbox_item inbox;
	struct dyad_range range;
	struct dyad_heat_wait heat;
	struct dyad_order_item order;
	atomic_t replies;
	struct dyad_reply receipt;
	union {
		struct dyad_reply reply;
		struct dyad_frame frame;
	};
	struct work_struct work;
	struct bio bio;
};

static struct bio_set stores;

/* What a request costs until it is answered, data or not. */
static u32 weight(const struct store *store)
{
	return REQUEST_LOAD +
	       (store->msg.type == DYAD_MSG_FLUSH ? 0 : store->msg.bytes);
}

static void store_free(struct store *store)
{
	dyad_stock_drain(&store->lane->stock, &store->bio);
	kfree(store->digests);
	bio_put(&store->bio);
}

/* The answer is on its way: let the stream receive more. */
static void unload(struct dyad_lane *lane, u32 bytes)
{
	int before = atomic_fetch_sub(bytes, &lane->load);

	if (before > LANE_LOAD && before - (int)bytes <= LANE_LOAD)
		dyad_stream_wake(&lane->stream);
}

/* An answer is out; the last one frees the store. */
static void answered(struct store *store)
{
	struct dyad_lane *lane = store->lane;
	u32 bytes = weight(store);

	if (!atomic_dec_and_test(&store->replies))
		return;
	store_free(store);
	unload(lane, bytes);
}

static void replied(struct dyad_reply *reply)
{
	answered(container_of(reply, struct store, reply));
}

static void receipt_sent(struct dyad_reply *reply)
{
	answered(container_of(reply, struct store, receipt));
}

static struct dyad_watch *watch_of(const struct store *store)
{
	return &store->view->backing[store->volume->index]->watch;
}

static void to_disk(struct store *store)
{
	store->phase = dyad_watch_begin(watch_of(store));
	submit_bio(&store->bio);
}

static struct store *from_disk(struct bio *bio)
{
	struct store *store = container_of(bio, struct store, bio);

	dyad_watch_end(watch_of(store), store->phase);
	return store;
}

static bool is_promised(const struct store *store)
{
	return store->msg.flags & DYAD_MSG_F_RECEIPT;
}

/*
 * From here on the other side relies on it: the session is not drained before it
 * is on the disk (rule H5), and no flush or read overtakes it (rule H6).
 */
static void promise(struct store *store)
{
	struct dyad_lane *lane = store->lane;

	dyad_order_begin(&store->volume->order, &store->order);
	atomic_inc(&store->replies);
	store->receipt.ack = (struct dyad_ack) {
		.tag = store->msg.tag,
		.status = DYAD_ACK_RECEIVED,
	};
	store->receipt.release = receipt_sent;
	dyad_reply_send(&lane->stream, &lane->x, &store->receipt);
}

static void keep_promise(struct store *store)
{
	if (is_promised(store))
		dyad_order_end(&store->volume->order, &store->order);
}

/* Does it change what the two hold, while only this side has a disk? */
static bool is_tracked(const struct store *store)
{
	switch (store->msg.type) {
	case DYAD_MSG_WRITE:
	case DYAD_MSG_ZEROES:
	case DYAD_MSG_DISCARD:
		return store->view->tracks;
	default:
		return false;
	}
}

static bool has_epoch(const struct store *store)
{
	return store->msg.epoch && store->msg.type != DYAD_MSG_EPOCH && store->path;
}

static void leave_view(struct store *store)
{
	if (has_epoch(store) || is_tracked(store))
		dyad_range_release(&store->volume->ranges, &store->range);
	dyad_view_put(store->view);
}

static void answer(struct store *store, u64 value, enum dyad_ack_status status)
{
	struct dyad_lane *lane = store->lane;

	dyad_stock_drain(&store->lane->stock, &store->bio);
	keep_promise(store);
	leave_view(store);
	if (has_epoch(store))
		dyad_inbox_written(&store->path->inbox, store->inbox.stream);
	store->reply.ack = (struct dyad_ack) {
		.tag = store->msg.tag,
		.value = value,
		.status = status,
	};
	store->reply.release = replied;
	dyad_reply_send(&lane->stream, &lane->x, &store->reply);
	dyad_session_end(lane);
}

static void done(struct store *store, u64 value)
{
	answer(store, value, DYAD_ACK_OK);
}

/* No answer: first this replica has to be known as no longer up to date. */
static void failed(struct store *store)
{
	struct dyad_volume *volume = store->volume;
	struct dyad_lane *lane = store->lane;

	/* The view keeps the volume until it is known. */
	dyad_volume_failed(volume);
	keep_promise(store);
	leave_view(store);
	answered(store);
	dyad_session_end(lane);
}

static void count(struct store *store)
{
	struct dyad_progress *p = &store->volume->progress;

	if (store->msg.flags & DYAD_MSG_F_RESYNC) {
		atomic64_add(store->msg.bytes, &p->done);
		atomic64_add(store->msg.bytes, &p->copied);
	} else {
		atomic64_inc(&store->volume->stored);
		dyad_timing_add(store->volume->timing, DYAD_LATENCY_STAGE_STORE,
				store->received, ktime_get_ns());
	}
}

static bool promises(const struct dyad_msg *msg)
{
	return msg->type == DYAD_MSG_FLUSH ||
	       msg->flags & (DYAD_MSG_F_FUA | DYAD_MSG_F_PREFLUSH);
}

static void written(struct bio *bio)
{
	struct store *store = from_disk(bio);

	/* A flush after one that failed does not bring back what that has lost. */
	if (bio->bi_status ||
	    (promises(&store->msg) && dyad_heat_failures(&store->volume->heat))) {
		failed(store);
		return;
	}
	if (store->msg.type != DYAD_MSG_FLUSH)
		count(store);
	done(store, 0);
}

static bool is_read(const struct dyad_msg *msg)
{
	return msg->type == DYAD_MSG_CHECK || msg->type == DYAD_MSG_READ;
}

/* A volume whose disk has failed is found all the same: see dyad_replica_request(). */
static struct dyad_volume *find_volume(struct dyad_path *path,
				       const struct dyad_view *view,
				       const struct dyad_msg *msg)
{
	const struct dyad_backing *backing = view->backing[msg->volume];
	struct dyad_volume *volume = path->volumes[msg->volume];
	unsigned int block;

	if (!view->may_store || !volume)
		return NULL;
	if (msg->type == DYAD_MSG_FLUSH)
		return volume;
	if (msg->sector + msg->bytes / 512 > volume->regions.sectors)
		return NULL;
	/* Tracking goes by regions, and an honest primary's writes do. */
	if (view->tracks && msg->bytes / 512 > dyad_region_left(msg->sector) &&
	    !is_read(msg))
		return NULL;
	/* Our disk would fail it, and count as failed. */
	block = backing ? bdev_logical_block_size(backing->dev.bdev) : 512;
	return (msg->sector * 512 | msg->bytes) & (block - 1) ? NULL : volume;
}

/*
 * A view that would take the request, if it was not held, is waited for. One that
 * would not is not: else the answers behind a message that a primary must not get
 * would wait too, and what holds the view back may wait for those (law 9).
 */
static struct dyad_view *enter(struct dyad_path *path)
{
	struct dyad_view *view = dyad_view_get(path);

	if (likely(!(view->holds & DYAD_HOLD_GROWING)) || !view->may_store)
		return view;
	dyad_view_put(view);
	return dyad_view_enter(path, DYAD_HOLD_GROWING);
}

/* Room for a request and its data; what it needs of the view comes later. */
static struct store *store_create(struct dyad_lane *lane,
				  const struct dyad_msg *msg, u32 data)
{
	struct bio *bio = bio_alloc_bioset(NULL, DIV_ROUND_UP(data, PAGE_SIZE), 0,
					   GFP_NOIO, &stores);
	struct store *store = container_of(bio, struct store, bio);

	store->lane = lane;
	store->view = NULL;
	store->volume = NULL;
	store->msg = *msg;
	store->digests = NULL;
	store->path = NULL;
	atomic_set(&store->replies, 1);
	if (dyad_stock_fill(&lane->stock, bio, data)) {
		store_free(store);
		return NULL;
	}
	return store;
}

/* Enter a view, which lends the disk; -ENODEV if that has failed. */
static int store_enter(struct dyad_path *path, struct store *store)
{
	const struct dyad_msg *msg = &store->msg;
	struct dyad_view *view = enter(path);
	struct dyad_volume *volume = find_volume(path, view, msg);

	if (!volume || !view->backing[msg->volume]) {
		dyad_view_put(view);
		return volume ? -ENODEV : -EPROTO;
	}
	store->view = view;
	store->volume = volume;
	store->bio.bi_iter.bi_sector = msg->sector;
	dyad_backing_aim(view->backing[msg->volume], &store->bio);
	return 0;
}

/*
 * The view is not kept while the data comes in, since that may take for ever:
 * it is only asked whether the data is worth receiving.
 */
int dyad_replica_payload(struct dyad_path *path, struct dyad_lane *lane,
			 const struct dyad_msg *msg, struct iov_iter *to)
{
	struct dyad_view *view = enter(path);
	bool welcome = find_volume(path, view, msg);
	struct store *store;
	struct bio *bio;

	dyad_view_put(view);
	if (!welcome)
		return -EPROTO;
	store = store_create(lane, msg, msg->length);
	if (!store)
		return -ENOMEM;
	bio = &store->bio;
	iov_iter_bvec(to, ITER_DEST, bio->bi_io_vec, bio->bi_vcnt, msg->length);
	lane->incoming = store;
	return 0;
}

void dyad_replica_abandon(struct dyad_lane *lane)
{
	store_free(lane->incoming);
	lane->incoming = NULL;
}

static void submit_work(struct work_struct *work)
{
	to_disk(container_of(work, struct store, work));
}

static void may_flush(struct dyad_order_item *item)
{
	struct store *store = container_of(item, struct store, order);

	INIT_WORK(&store->work, submit_work);
	queue_work(dyad_path_workqueue, &store->work);
}

/* A flush covers what the other side has been told of (rule H6). */
static void submit_behind(struct store *store)
{
	if (dyad_order_wait(&store->volume->order, &store->order, may_flush))
		to_disk(store);
}

static void submit_write(struct store *store)
{
	struct bio *bio = &store->bio;

	bio->bi_opf = REQ_OP_WRITE |
		      (store->msg.flags & DYAD_MSG_F_FUA ? REQ_FUA : 0) |
		      (store->msg.flags & DYAD_MSG_F_PREFLUSH ? REQ_PREFLUSH : 0);
	bio->bi_end_io = written;
	if (store->msg.flags & DYAD_MSG_F_PREFLUSH)
		submit_behind(store);
	else
		to_disk(store);
}

static void submit_flush(struct store *store)
{
	struct bio *bio = &store->bio;

	bio->bi_opf = REQ_OP_WRITE | REQ_PREFLUSH;
	bio->bi_end_io = written;
	submit_behind(store);
}

/* The library falls back to writing zeroes where the disk cannot do it. */
static void zero_work(struct work_struct *work)
{
	struct store *store = container_of(work, struct store, work);
	unsigned int flags = store->msg.flags & DYAD_MSG_F_KEEP ?
			     BLKDEV_ZERO_NOUNMAP : 0;
	u8 phase = dyad_watch_begin(watch_of(store));
	int ret = blkdev_issue_zeroout(store->bio.bi_bdev,
				       store->bio.bi_iter.bi_sector,
				       store->msg.bytes / 512, GFP_NOIO, flags);

	dyad_watch_end(watch_of(store), phase);
	if (ret) {
		failed(store);
		return;
	}
	count(store);
	done(store, 0);
}

static void check_work(struct work_struct *work)
{
	struct store *store = container_of(work, struct store, work);
	u32 blocks = store->msg.length / DYAD_WIRE_DIGEST;
	struct dyad_progress *p = &store->volume->progress;
	u8 *mine = store->digests + store->msg.length;
	u64 differ = 0;
	u32 i;

	dyad_digest_bio(store->lane->session->digest_key, &store->bio,
			store->msg.bytes, mine);
	for (i = 0; i < blocks; i++)
		if (memcmp(store->digests + i * DYAD_WIRE_DIGEST,
			   mine + i * DYAD_WIRE_DIGEST, DYAD_WIRE_DIGEST))
			differ |= BIT_ULL(i);
	/* A verify counts at the side that runs it. */
	if (READ_ONCE(p->role) == DYAD_SYNC_ROLE_TARGET)
		atomic64_add((u64)(blocks - hweight64(differ)) * DYAD_WIRE_BLOCK,
			     &p->done);
	done(store, differ);
}

static void check_read(struct bio *bio)
{
	struct store *store = from_disk(bio);

	/* The only disk there is: what it cannot read takes nothing from the rest. */
	if (bio->bi_status && store->view->tracks)
		answer(store, 0, DYAD_ACK_ERROR);
	else if (bio->bi_status)
		failed(store);
	else
		queue_work(dyad_path_workqueue, &store->work);
}

/* Room for both sides' digests: the lane's buffer is used again at once. */
static int submit_check(struct store *store, const u8 *digests)
{
	u32 length = store->msg.length;
	struct bio *bio = &store->bio;

	store->digests = kmalloc(2 * length, GFP_NOIO);
	if (!store->digests)
		return -ENOMEM;
	memcpy(store->digests, digests, length);
	INIT_WORK(&store->work, check_work);
	bio->bi_opf = REQ_OP_READ;
	bio->bi_end_io = check_read;
	to_disk(store);
	return 0;
}

/* TCP has the data, or the session is over. */
static void data_sent(struct dyad_frame *frame, int error)
{
	struct store *store = container_of(frame, struct store, frame);
	struct dyad_lane *lane = store->lane;
	u32 bytes = weight(store);

	store_free(store);
	unload(lane, bytes);
}

/* Until the data is sent, its pages count as load: who reads none gets no more. */
static void send_data(struct work_struct *work)
{
	struct store *store = container_of(work, struct store, work);
	struct dyad_lane *lane = store->lane;
	struct dyad_msg msg = {
		.type = DYAD_MSG_DATA,
		.session = lane->session->id,
		.tag = store->msg.tag,
		.volume = store->msg.volume,
		.sector = store->msg.sector,
		.bytes = store->msg.bytes,
		.length = store->msg.bytes,
	};

	dyad_view_put(store->view);
	dyad_wire_encode(store->frame.header, &msg);
	iov_iter_bvec(&store->frame.payload, ITER_SOURCE, store->bio.bi_io_vec,
		      store->bio.bi_vcnt, msg.bytes);
	store->frame.sent = data_sent;
	dyad_stream_send(&lane->stream, &store->frame);
	dyad_session_end(lane);
}

/*
 * After a flush that failed nobody knows whether this is what was written (rule
 * H15). That the disk cannot be read takes nothing from what it has promised.
 */
static void was_read(struct bio *bio)
{
	struct store *store = from_disk(bio);

	if (bio->bi_status || dyad_heat_failures(&store->volume->heat))
		answer(store, 0, DYAD_ACK_ERROR);
	else
		queue_work(dyad_path_workqueue, &store->work);
}

/* Not from a replica that may be behind by now: the primary may not know it yet. */
static void submit_read(struct store *store)
{
	struct bio *bio = &store->bio;

	if (!store->view->may_serve) {
		answer(store, 0, DYAD_ACK_ERROR);
		return;
	}
	INIT_WORK(&store->work, send_data);
	bio->bi_opf = REQ_OP_READ;
	bio->bi_end_io = was_read;
	to_disk(store);
}

static struct store *receive(struct dyad_lane *lane, const struct dyad_msg *msg)
{
	struct store *store = lane->incoming;

	/* A WRITE without one was refused before, and ends the session. */
	if (msg->type != DYAD_MSG_WRITE)
		return store_create(lane, msg, is_read(msg) ? msg->bytes : 0);
	lane->incoming = NULL;
	return store;
}

static int submit(struct store *store)
{
	switch (store->msg.type) {
	case DYAD_MSG_WRITE:
		submit_write(store);
		return 0;
	case DYAD_MSG_FLUSH:
		submit_flush(store);
		return 0;
	case DYAD_MSG_CHECK:
		return submit_check(store, store->lane->small);
	case DYAD_MSG_READ:
		submit_read(store);
		return 0;
	default:
		INIT_WORK(&store->work, zero_work);
		queue_work(dyad_path_workqueue, &store->work);
		return 0;
	}
}

/* The session ends without it: neither carried out nor answered. */
static void drop(struct dyad_inbox_item *item)
{
	struct store *store = container_of(item, struct store, inbox);
	struct dyad_lane *lane = store->lane;

	answered(store);
	dyad_session_end(lane);
}

/* What was received in order breaks the rules now, or the view has changed. */
static void refuse(struct store *store)
{
	dyad_session_fail(store->lane->session, (struct dyad_cause) {
			  .reason = DYAD_REASON_PROTOCOL });
	drop(&store->inbox);
}

static void range_work(struct work_struct *work)
{
	submit(container_of(work, struct store, work));
}

static void granted(struct dyad_range *range)
{
	struct store *store = container_of(range, struct store, range);

	INIT_WORK(&store->work, range_work);
	queue_work(dyad_path_workqueue, &store->work);
}

/* A write whose epoch has begun. The view was not kept while it waited. */
static void epoch_write(struct dyad_inbox_item *item)
{
	struct store *store = container_of(item, struct store, inbox);
	const struct dyad_msg *msg = &store->msg;
	int ret = msg->bytes / 512 > dyad_region_left(msg->sector) ?
		  -EPROTO : store_enter(store->path, store);

	/* The peer is being told that the disk has failed: see dyad_replica_request(). */
	if (ret == -ENODEV) {
		drop(item);
		return;
	}
	if (ret) {
		refuse(store);
		return;
	}
	/* Who has no disk has no backlog either. */
	if (store->view->tracks) {
		dyad_view_put(store->view);
		refuse(store);
		return;
	}
	if (dyad_range_acquire(&store->volume->ranges, &store->range, msg->sector,
			       msg->bytes / 512, granted))
		submit(store);
}

/* All writes of an epoch are on the disks: to stable storage, then the next (H14). */
static void epoch_end(struct dyad_inbox_item *item)
{
	struct store *store = container_of(item, struct store, inbox);
	struct dyad_path *path = store->path;
	struct dyad_session *session = store->lane->session;
	struct dyad_view *view = enter(path);

	if (!view->may_store) {
		dyad_view_put(view);
		refuse(store);
		return;
	}
	if (dyad_cool_flush(path, view)) {
		dyad_view_put(view);
		drop(&store->inbox);
		return;
	}
	if (dyad_inbox_flushed(&path->inbox))
		dyad_session_fail(session, (struct dyad_cause) {
				  .reason = DYAD_REASON_PROTOCOL });
	store->view = view;
	done(store, 0);
}

/* What has an epoch counts as busy from here on, but goes to the disk in its turn. */
static int file(struct dyad_path *path, struct store *store)
{
	struct dyad_lane *lane = store->lane;
	bool end = store->msg.type == DYAD_MSG_EPOCH;
	u32 bytes = weight(store);
	int ret;

	store->path = path;
	store->inbox.stream = lane->stream.index;
	store->inbox.epoch = store->msg.epoch;
	store->inbox.start = end ? epoch_end : epoch_write;
	if (end)
		dyad_wire_get_epoch(store->inbox.counts, lane->small);
	dyad_session_begin(lane);
	atomic_add(bytes, &lane->load);
	ret = end ? dyad_inbox_end(&path->inbox, &store->inbox) :
		    dyad_inbox_write(&path->inbox, &store->inbox);
	if (ret)
		drop(&store->inbox);
	return ret;
}

void dyad_replica_forget(struct dyad_path *path)
{
	dyad_inbox_close(&path->inbox, drop);
}

/* The region is hot, durably; the blocks are dirty before they are written. */
static void heated(struct dyad_heat_wait *wait, int error)
{
	struct store *store = container_of(wait, struct store, heat);

	if (error) {
		failed(store);
		return;
	}
	dyad_regions_mark(&store->volume->regions, store->range.first,
			  store->msg.bytes / 512, GFP_NOIO);
	submit(store);
}

static void track_work(struct work_struct *work)
{
	struct store *store = container_of(work, struct store, work);

	if (dyad_heat_enter(&store->volume->heat,
			    dyad_region_of(store->range.first), &store->heat, heated))
		heated(&store->heat, 0);
}

static void range_granted(struct dyad_range *range)
{
	struct store *store = container_of(range, struct store, range);

	queue_work(dyad_path_workqueue, &store->work);
}

/* The primary has no disk: what it would do before it writes is done here (rule H2). */
static void submit_tracked(struct store *store)
{
	INIT_WORK(&store->work, track_work);
	if (dyad_range_acquire(&store->volume->ranges, &store->range,
			       store->msg.sector, store->msg.bytes / 512,
			       range_granted))
		track_work(&store->work);
}

int dyad_replica_request(struct dyad_path *path, struct dyad_lane *lane,
			 const struct dyad_msg *msg)
{
	struct store *store = receive(lane, msg);
	int ret;

	if (!store)
		return -ENOMEM;
	store->received = ktime_get_ns();
	if (msg->epoch)
		return file(path, store);
	ret = store_enter(path, store);
	/*
	 * The peer could not know yet that the disk has failed. It is being told, which
	 * ends all that has no answer; an error here would cut that short.
	 */
	if (ret == -ENODEV)
		ret = 0;
	if (!store->view)
		goto err_free;
	dyad_session_begin(lane);
	atomic_add(weight(store), &lane->load);
	if (is_promised(store))
		promise(store);
	if (is_tracked(store)) {
		submit_tracked(store);
		return 0;
	}
	ret = submit(store);
	if (ret)
		goto err_end;
	return 0;

err_end:
	unload(lane, weight(store));
	dyad_view_put(store->view);
	dyad_session_end(lane);
err_free:
	store_free(store);
	return ret;
}

bool dyad_replica_hold(struct dyad_lane *lane)
{
	return atomic_read(&lane->load) > LANE_LOAD;
}

int dyad_replica_setup(void)
{
	return bioset_init(&stores, POOL_SIZE, offsetof(struct store, bio),
			   BIOSET_NEED_BVECS);
}

void dyad_replica_cleanup(void)
{
	bioset_exit(&stores);
}
