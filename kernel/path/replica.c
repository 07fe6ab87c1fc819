// SPDX-License-Identifier: GPL-2.0-only
/*
 * The peer's requests on our disks: received straight into a bio's pages,
 * submitted, acknowledged when the disk is done; what is read is sent from there.
 */
#include "replica.h"

#include <linux/bitops.h>
#include <linux/slab.h>

#include "path/digest.h"
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
 * @digests: CHECK: the peer's
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
	u8 *digests;
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
	dyad_bio_drain(&store->bio);
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

static void replied(struct dyad_reply *reply)
{
	struct store *store = container_of(reply, struct store, reply);
	struct dyad_lane *lane = store->lane;
	u32 bytes = weight(store);

	store_free(store);
	unload(lane, bytes);
}

static void answer(struct store *store, u64 value, enum dyad_ack_status status)
{
	struct dyad_lane *lane = store->lane;

	dyad_bio_drain(&store->bio);
	dyad_view_put(store->view);
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
	u32 bytes = weight(store);

	/* The view keeps the volume until it is known. */
	dyad_volume_failed(volume);
	dyad_view_put(store->view);
	store_free(store);
	unload(lane, bytes);
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
	struct store *store = container_of(bio, struct store, bio);

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
	if (dyad_bio_fill(bio, data)) {
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

static void submit_write(struct store *store)
{
	struct bio *bio = &store->bio;

	bio->bi_opf = REQ_OP_WRITE |
		      (store->msg.flags & DYAD_MSG_F_FUA ? REQ_FUA : 0) |
		      (store->msg.flags & DYAD_MSG_F_PREFLUSH ? REQ_PREFLUSH : 0);
	bio->bi_end_io = written;
	submit_bio(bio);
}

static void submit_flush(struct store *store)
{
	struct bio *bio = &store->bio;

	bio->bi_opf = REQ_OP_WRITE | REQ_PREFLUSH;
	bio->bi_end_io = written;
	submit_bio(bio);
}

/* The library falls back to writing zeroes where the disk cannot do it. */
static void zero_work(struct work_struct *work)
{
	struct store *store = container_of(work, struct store, work);
	unsigned int flags = store->msg.flags & DYAD_MSG_F_KEEP ?
			     BLKDEV_ZERO_NOUNMAP : 0;

	if (blkdev_issue_zeroout(store->bio.bi_bdev, store->bio.bi_iter.bi_sector,
				 store->msg.bytes / 512, GFP_NOIO, flags)) {
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
	struct store *store = container_of(bio, struct store, bio);

	if (bio->bi_status)
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
	submit_bio(bio);
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
	struct store *store = container_of(bio, struct store, bio);

	if (bio->bi_status || dyad_heat_failures(&store->volume->heat))
		answer(store, 0, DYAD_ACK_ERROR);
	else
		queue_work(dyad_path_workqueue, &store->work);
}

/* Not from a replica that may be behind by now: the primary may not know it yet. */
static void submit_read(struct store *store)
{
	struct bio *bio = &store->bio;

	if (!store->view->may_read) {
		answer(store, 0, DYAD_ACK_ERROR);
		return;
	}
	INIT_WORK(&store->work, send_data);
	bio->bi_opf = REQ_OP_READ;
	bio->bi_end_io = was_read;
	submit_bio(bio);
}

static bool is_read(const struct dyad_msg *msg)
{
	return msg->type == DYAD_MSG_CHECK || msg->type == DYAD_MSG_READ;
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

int dyad_replica_request(struct dyad_path *path, struct dyad_lane *lane,
			 const struct dyad_msg *msg)
{
	struct store *store = receive(lane, msg);
	int ret;

	if (!store)
		return -ENOMEM;
	store->received = ktime_get_ns();
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
