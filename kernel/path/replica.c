// SPDX-License-Identifier: GPL-2.0-only
/*
 * The peer's requests on our disks: received straight into a bio's pages,
 * submitted, acknowledged when the disk is done.
 */
#include "replica.h"

#include <linux/bitops.h>
#include <linux/slab.h>

#include "path/digest.h"
#include "path/view.h"
#include "path/volume.h"

#define POOL_SIZE	64
#define LANE_LOAD	(8 << 20)	/* bytes on the disk before TCP has to wait */

/**
 * struct store - one request of the peer
 * @lane: where it came from and is answered
 * @view: that it lives by
 * @volume: that it is for
 * @msg: its header
 * @digests: CHECK: the peer's
 * @reply: the answer
 * @work: what a completion cannot do
 * @bio: for the disk; last, as bioset allocates it
 */
struct store {
	struct dyad_lane *lane;
	struct dyad_view *view;
	struct dyad_volume *volume;
	struct dyad_msg msg;
	u8 *digests;
	struct dyad_reply reply;
	struct work_struct work;
	struct bio bio;
};

static struct bio_set stores;

static u32 weight(const struct store *store)
{
	return store->msg.type == DYAD_MSG_FLUSH ? 0 : store->msg.bytes;
}

static void store_free(struct store *store)
{
	dyad_bio_drain(&store->bio);
	kfree(store->digests);
	dyad_view_put(store->view);
	bio_put(&store->bio);
}

static void replied(struct dyad_reply *reply)
{
	store_free(container_of(reply, struct store, reply));
}

/* The request is off the disk: let the stream receive more. */
static void unload(struct dyad_lane *lane, u32 bytes)
{
	int before = atomic_fetch_sub(bytes, &lane->load);

	if (before > LANE_LOAD && before - (int)bytes <= LANE_LOAD)
		dyad_stream_wake(&lane->stream);
}

static void done(struct store *store, u64 value)
{
	struct dyad_lane *lane = store->lane;
	u32 bytes = weight(store);

	store->reply.ack = (struct dyad_ack) {
		.tag = store->msg.tag,
		.value = value,
		.status = DYAD_ACK_OK,
	};
	store->reply.release = replied;
	dyad_reply_send(&lane->stream, &lane->x, &store->reply);
	unload(lane, bytes);
	dyad_session_end(lane);
}

/* No answer: first this replica has to be known as no longer up to date. */
static void failed(struct store *store)
{
	struct dyad_path *path = store->volume->path;
	struct dyad_lane *lane = store->lane;
	unsigned int index = store->volume->index;
	u32 bytes = weight(store);

	store_free(store);
	path->ops->disk_failed(path, index);
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
	}
}

static void written(struct bio *bio)
{
	struct store *store = container_of(bio, struct store, bio);

	if (bio->bi_status) {
		failed(store);
		return;
	}
	if (store->msg.type != DYAD_MSG_FLUSH)
		count(store);
	done(store, 0);
}

static struct dyad_volume *find_volume(struct dyad_path *path,
				       const struct dyad_view *view,
				       const struct dyad_msg *msg)
{
	struct dyad_volume *volume;

	if (!view->may_store || !view->backing[msg->volume])
		return NULL;
	volume = path->volumes[msg->volume];
	if (msg->type != DYAD_MSG_FLUSH &&
	    msg->sector + msg->bytes / 512 > volume->regions.sectors)
		return NULL;
	return volume;
}

static struct store *store_create(struct dyad_path *path, struct dyad_lane *lane,
				  const struct dyad_msg *msg, u32 data)
{
	struct dyad_view *view = dyad_view_get(path);
	struct dyad_volume *volume = find_volume(path, view, msg);
	struct dyad_backing *backing;
	struct store *store;
	struct bio *bio;

	if (!volume) {
		dyad_view_put(view);
		return ERR_PTR(-EPROTO);
	}
	backing = view->backing[msg->volume];
	bio = bio_alloc_bioset(backing->dev.bdev, DIV_ROUND_UP(data, PAGE_SIZE),
			       0, GFP_NOIO, &stores);
	store = container_of(bio, struct store, bio);
	store->lane = lane;
	store->view = view;
	store->volume = volume;
	store->msg = *msg;
	store->digests = NULL;
	bio->bi_iter.bi_sector = msg->sector + backing->first;
	if (dyad_bio_fill(bio, data)) {
		store_free(store);
		return ERR_PTR(-ENOMEM);
	}
	return store;
}

int dyad_replica_payload(struct dyad_path *path, struct dyad_lane *lane,
			 const struct dyad_msg *msg, struct iov_iter *to)
{
	struct store *store = store_create(path, lane, msg, msg->length);
	struct bio *bio;

	if (IS_ERR(store))
		return PTR_ERR(store);
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
	u8 *mine = store->digests + store->msg.length;
	u64 differ = 0;
	u32 i;

	dyad_digest_bio(store->lane->session->digest_key, &store->bio,
			store->msg.bytes, mine);
	for (i = 0; i < blocks; i++)
		if (memcmp(store->digests + i * DYAD_WIRE_DIGEST,
			   mine + i * DYAD_WIRE_DIGEST, DYAD_WIRE_DIGEST))
			differ |= BIT_ULL(i);
	atomic64_add((u64)(blocks - hweight64(differ)) * DYAD_WIRE_BLOCK,
		     &store->volume->progress.done);
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

static struct store *receive(struct dyad_path *path, struct dyad_lane *lane,
			     const struct dyad_msg *msg)
{
	struct store *store = lane->incoming;

	if (msg->type == DYAD_MSG_WRITE) {
		lane->incoming = NULL;
		return store;
	}
	return store_create(path, lane, msg,
			    msg->type == DYAD_MSG_CHECK ? msg->bytes : 0);
}

int dyad_replica_request(struct dyad_path *path, struct dyad_lane *lane,
			 const struct dyad_msg *msg)
{
	struct store *store = receive(path, lane, msg);
	int ret = 0;

	if (IS_ERR(store))
		return PTR_ERR(store);
	dyad_session_begin(lane);
	atomic_add(weight(store), &lane->load);
	switch (msg->type) {
	case DYAD_MSG_WRITE:
		submit_write(store);
		break;
	case DYAD_MSG_FLUSH:
		submit_flush(store);
		break;
	case DYAD_MSG_CHECK:
		ret = submit_check(store, lane->small);
		break;
	default:
		INIT_WORK(&store->work, zero_work);
		queue_work(dyad_path_workqueue, &store->work);
		break;
	}
	if (ret) {
		unload(lane, weight(store));
		store_free(store);
		dyad_session_end(lane);
	}
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
