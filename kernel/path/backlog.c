// SPDX-License-Identifier: GPL-2.0-only
/*
 * The backlog of an asynchronous resource: each write is copied, gets its epoch and its
 * place in the one order of all volumes under one lock, and is handed to the session by
 * one worker in that order. It outlives the bio; the view is held until the peer has
 * written it.
 */
#include "backlog.h"

#include <linux/blkdev.h>
#include <linux/mempool.h>
#include <linux/mutex.h>

#include "path/view.h"
#include "path/volume.h"

#define POOL_SIZE	64
#define POOL_PAGES	256	/* the largest write */
#define NO_DATA		4096	/* bytes that a request without data counts for */
#define GATHER		(200 * NSEC_PER_USEC)	/* at most, of the lag of the peer */
#define GATHERED	(128u << 10)	/* bytes; more gain nothing from each other */
#define AT_ONCE		64	/* handed over, before what waits for more is sent */

/**
 * struct item - a write, or the end of an epoch
 * @queued: in the queue, then of no meaning
 * @open: among those that the peer has not written
 * @since: when it was pushed
 * @view: that it lives by
 * @volume: that it is for; NULL for an end
 * @sector: of the range
 * @sectors: length; 0 for an end
 * @bytes: of the backlog
 * @stream: that it goes on
 * @msg: its header
 * @counts: of an end, as they travel
 * @vec: describes @counts
 * @barrier: somebody who waits for it, or NULL
 * @exchange: with the peer
 * @bio: holds the copy; last, as bioset allocates it
 */
struct item {
	struct list_head queued;
	struct list_head open;
	ktime_t since;
	struct dyad_view *view;
	struct dyad_volume *volume;
	u64 sector;
	u32 sectors;
	u32 bytes;
	unsigned int stream;
	struct dyad_msg msg;
	u8 counts[DYAD_WIRE_EPOCH_BYTES];
	struct kvec vec;
	struct dyad_barrier *barrier;
	struct dyad_exchange exchange;
	struct bio bio;
};

static struct bio_set items;
static mempool_t *pages;
/* Its own: work of the path waits for what this sends, memory short or not. */
static struct workqueue_struct *workqueue;
static DEFINE_MUTEX(pages_mutex);	/* one at a time takes what is kept in reserve */

static struct dyad_backlog *backlog_of(const struct dyad_view *view)
{
	return &view->path->backlog;
}

/* --- room --- */

static u32 weight(const struct bio *bio)
{
	return bio_op(bio) == REQ_OP_WRITE && bio->bi_iter.bi_size ?
	       bio->bi_iter.bi_size : NO_DATA;
}

enum room {
	ROOM_LATER,
	ROOM_TAKEN,
	ROOM_OVERRUN,
};

static void tell_policy(struct dyad_backlog *backlog)
{
	struct dyad_path *path = container_of(backlog, struct dyad_path, backlog);

	path->ops->need_alone(path);
}

/*
 * What has once found no room is at the peer only after a resync: whatever came after
 * it and got there before would be no past that existed (law 10).
 */
static enum room take_room(struct dyad_backlog *backlog, u32 bytes)
{
	enum room room = ROOM_LATER;
	bool first = false;

	spin_lock_irq(&backlog->lock);
	if (backlog->overrun) {
		room = ROOM_OVERRUN;
	} else if (backlog->paused) {
		room = ROOM_LATER;
	} else if (!backlog->bytes || backlog->bytes + bytes <= backlog->limit) {
		backlog->bytes += bytes;
		room = ROOM_TAKEN;
	} else if (backlog->track) {
		backlog->overrun = true;
		backlog->overruns++;
		room = ROOM_OVERRUN;
		first = true;
	}
	spin_unlock_irq(&backlog->lock);
	/* Those who wait need not any more. Whoever holds the view keeps the path. */
	if (first) {
		wake_up_all(&backlog->wake);
		tell_policy(backlog);
	}
	return room;
}

/* Only a hint. */
static bool may_have_room(const struct dyad_backlog *backlog, u32 bytes)
{
	u64 busy = READ_ONCE(backlog->bytes);

	if (READ_ONCE(backlog->overrun))
		return true;
	return !READ_ONCE(backlog->paused) &&
	       (READ_ONCE(backlog->track) || !busy ||
		busy + bytes <= READ_ONCE(backlog->limit));
}

u32 dyad_backlog_reserve(struct dyad_backlog *backlog, const struct bio *bio)
{
	enum room room = ROOM_LATER;
	u32 bytes = weight(bio);

	/* Nobody overtakes those who wait already. */
	if (!atomic_read(&backlog->waiting))
		room = take_room(backlog, bytes);
	if (room == ROOM_LATER) {
		atomic_inc(&backlog->waiting);
		while ((room = take_room(backlog, bytes)) == ROOM_LATER)
			wait_event(backlog->wake, may_have_room(backlog, bytes));
		atomic_dec(&backlog->waiting);
	}
	return room == ROOM_TAKEN ? bytes : 0;
}

/* With the lock. Has all that the peer is to get in order come to its end? */
static bool give_room(struct dyad_backlog *backlog, u32 bytes)
{
	backlog->bytes -= bytes;
	return bytes && backlog->overrun && !backlog->bytes;
}

void dyad_backlog_release(struct dyad_backlog *backlog, u32 bytes)
{
	unsigned long flags;
	bool drained;

	spin_lock_irqsave(&backlog->lock, flags);
	drained = give_room(backlog, bytes);
	spin_unlock_irqrestore(&backlog->lock, flags);
	wake_up_all(&backlog->wake);
	if (drained)
		tell_policy(backlog);
}

bool dyad_backlog_is_overrun(struct dyad_backlog *backlog)
{
	bool overrun;

	spin_lock_irq(&backlog->lock);
	overrun = backlog->overrun;
	spin_unlock_irq(&backlog->lock);
	return overrun;
}

bool dyad_backlog_is_empty(struct dyad_backlog *backlog)
{
	bool empty;

	spin_lock_irq(&backlog->lock);
	empty = !backlog->bytes;
	spin_unlock_irq(&backlog->lock);
	return empty;
}

void dyad_backlog_recover(struct dyad_backlog *backlog)
{
	spin_lock_irq(&backlog->lock);
	backlog->overrun = false;
	spin_unlock_irq(&backlog->lock);
}

void dyad_backlog_mix(struct dyad_backlog *backlog, bool still)
{
	spin_lock_irq(&backlog->lock);
	backlog->mixed = still ? DYAD_MIXED_STILL : DYAD_MIXED_ONCE;
	spin_unlock_irq(&backlog->lock);
}

void dyad_backlog_set_track(struct dyad_backlog *backlog, bool track)
{
	spin_lock_irq(&backlog->lock);
	backlog->track = track;
	spin_unlock_irq(&backlog->lock);
	wake_up_all(&backlog->wake);
}

static void pause(struct dyad_backlog *backlog, int more)
{
	spin_lock_irq(&backlog->lock);
	backlog->paused += more;
	spin_unlock_irq(&backlog->lock);
	wake_up_all(&backlog->wake);
}

int dyad_backlog_catch_up(struct dyad_backlog *backlog)
{
	int ret;

	pause(backlog, 1);
	ret = wait_event_killable(backlog->wake, !READ_ONCE(backlog->bytes));
	pause(backlog, -1);
	return ret ? -EINTR : 0;
}

static bool is_over(struct dyad_backlog *backlog, struct dyad_session *session)
{
	bool over;

	spin_lock_irq(&backlog->lock);
	over = list_empty(&backlog->open);
	spin_unlock_irq(&backlog->lock);
	return over || dyad_session_has_failed(session);
}

/* A session that fails ends all that is open, which wakes us too. */
void dyad_backlog_finish(struct dyad_backlog *backlog, struct dyad_session *session)
{
	wait_event(backlog->wake, is_over(backlog, session));
}

void dyad_backlog_set_limit(struct dyad_backlog *backlog, u64 limit)
{
	spin_lock_irq(&backlog->lock);
	backlog->limit = limit;
	spin_unlock_irq(&backlog->lock);
	wake_up_all(&backlog->wake);
}

void dyad_backlog_lag(struct dyad_backlog *backlog, u64 *bytes, u64 *ms)
{
	struct item *oldest;

	spin_lock_irq(&backlog->lock);
	oldest = list_first_entry_or_null(&backlog->open, struct item, open);
	*bytes = backlog->bytes;
	*ms = oldest ? ktime_ms_delta(ktime_get(), oldest->since) : 0;
	spin_unlock_irq(&backlog->lock);
}

bool dyad_backlog_has_lost(struct dyad_backlog *backlog)
{
	bool lost;

	spin_lock_irq(&backlog->lock);
	lost = backlog->lost || !list_empty(&backlog->open);
	spin_unlock_irq(&backlog->lock);
	return lost;
}

/* --- items --- */

static bool add_pages_of(struct item *item, u32 bytes, gfp_t gfp)
{
	struct page *page;
	u32 at, n;

	for (at = 0; at < bytes; at += n) {
		n = min_t(u32, bytes - at, PAGE_SIZE);
		page = mempool_alloc(pages, gfp);
		if (!page)
			return false;
		__bio_add_page(&item->bio, page, n, 0);
	}
	return true;
}

static void free_pages_of(struct item *item)
{
	unsigned int i;

	for (i = 0; i < item->bio.bi_vcnt; i++)
		mempool_free(item->bio.bi_io_vec[i].bv_page, pages);
	item->bio.bi_vcnt = 0;
	item->bio.bi_iter.bi_size = 0;
}

/*
 * If there are not enough pages, what was taken is given back, and what is kept in
 * reserve goes to one at a time: two that have a part of it each would wait for each
 * other (law 12).
 */
static void take_pages(struct item *item, u32 bytes)
{
	if (add_pages_of(item, bytes, GFP_NOWAIT | __GFP_NOWARN))
		return;
	free_pages_of(item);
	mutex_lock(&pages_mutex);
	add_pages_of(item, bytes, GFP_NOIO);
	mutex_unlock(&pages_mutex);
}

static void item_free(struct item *item)
{
	free_pages_of(item);
	bio_put(&item->bio);
}

static struct item *item_create(struct dyad_view *view, unsigned int vecs)
{
	struct bio *bio = bio_alloc_bioset(NULL, vecs, 0, GFP_NOIO, &items);
	struct item *item = container_of(bio, struct item, bio);

	dyad_view_hold(view);
	item->view = view;
	item->volume = NULL;
	item->sector = 0;
	item->sectors = 0;
	item->bytes = 0;
	item->stream = 0;
	item->barrier = NULL;
	return item;
}

static void describe(struct item *item, struct bio *bio)
{
	struct iov_iter *payload = &item->exchange.frame.payload;
	u32 bytes = bio->bi_iter.bi_size;

	item->msg = (struct dyad_msg) {
		.volume = item->volume->index,
		.sector = bio->bi_iter.bi_sector,
		.bytes = bytes,
	};
	iov_iter_kvec(payload, ITER_SOURCE, NULL, 0, 0);
	switch (bio_op(bio)) {
	case REQ_OP_DISCARD:
		item->msg.type = DYAD_MSG_DISCARD;
		break;
	case REQ_OP_WRITE_ZEROES:
		item->msg.type = DYAD_MSG_ZEROES;
		item->msg.flags = bio->bi_opf & REQ_NOUNMAP ? DYAD_MSG_F_KEEP : 0;
		break;
	default:
		item->msg.type = DYAD_MSG_WRITE;
		item->msg.length = bytes;
		take_pages(item, bytes);
		bio_copy_data(&item->bio, bio);
		iov_iter_bvec(payload, ITER_SOURCE, item->bio.bi_io_vec,
			      item->bio.bi_vcnt, bytes);
		break;
	}
}

/* What overlaps is in one region, goes on one stream, and so stays in order (H4). */
static unsigned int stream_of(const struct item *item)
{
	u64 key = dyad_region_of(item->sector) + item->volume->index;

	return key % item->view->session->streams;
}

static void written(struct dyad_exchange *exchange)
{
	struct item *item = container_of(exchange, struct item, exchange);
	struct dyad_backlog *backlog = backlog_of(item->view);
	bool ok = !exchange->error && exchange->ack.status == DYAD_ACK_OK;
	struct dyad_barrier *barrier = item->barrier;
	struct dyad_view *view = item->view;
	u32 bytes = item->bytes;
	unsigned long flags;
	bool drained;

	if (!exchange->error && !ok)
		dyad_session_fail(view->session, (struct dyad_cause) {
				  .reason = DYAD_REASON_DISK_ERROR, .told = true });
	if (!ok && item->sectors)
		dyad_regions_mark(&item->volume->regions, item->sector,
				  item->sectors, GFP_ATOMIC);
	spin_lock_irqsave(&backlog->lock, flags);
	list_del(&item->open);
	backlog->lost |= !ok && item->sectors;
	drained = give_room(backlog, bytes);
	spin_unlock_irqrestore(&backlog->lock, flags);
	wake_up_all(&backlog->wake);
	if (drained)
		tell_policy(backlog);
	item_free(item);
	if (barrier)
		barrier->done(barrier, ok);
	dyad_view_put(view);
}

/* --- the order --- */

static void queue_item(struct dyad_backlog *backlog, struct item *item)
{
	item->since = ktime_get();
	item->exchange.question = NULL;
	item->exchange.received = NULL;
	item->exchange.patient = true;
	/* Those who wait for a barrier may sleep. */
	item->exchange.prompt = !item->barrier;
	item->exchange.done = written;
	list_add_tail(&item->queued, &backlog->queue);
	backlog->ready += item->bytes;
	list_add_tail(&item->open, &backlog->open);
}

static void hand_over(struct dyad_backlog *backlog)
{
	queue_work(workqueue, &backlog->work);
}

static void gathered(struct dyad_delay *delay)
{
	hand_over(container_of(delay, struct dyad_backlog, delay));
}

/* Each hand-over costs two switches, a segment, and the same again at the peer. */
static void hand_over_soon(struct dyad_backlog *backlog, bool enough)
{
	if (enough || !dyad_delay_is_exact())
		hand_over(backlog);
	else
		dyad_delay_begin(&backlog->delay, GATHER);
}

/* With the lock. On the first stream, before all of the next epoch. */
static void end_epoch(struct dyad_backlog *backlog, struct item *item)
{
	u32 counts[DYAD_WIRE_STREAMS];

	item->msg = (struct dyad_msg) {
		.type = DYAD_MSG_EPOCH,
		.length = DYAD_WIRE_EPOCH_BYTES,
		.epoch = dyad_epoch_finish(&backlog->epochs, counts),
	};
	dyad_wire_put_epoch(item->counts, counts);
	if (backlog->mixed == DYAD_MIXED_ONCE)
		backlog->mixed = DYAD_MIXED_NONE;
	item->vec.iov_base = item->counts;
	item->vec.iov_len = DYAD_WIRE_EPOCH_BYTES;
	iov_iter_kvec(&item->exchange.frame.payload, ITER_SOURCE, &item->vec, 1,
		      DYAD_WIRE_EPOCH_BYTES);
	queue_item(backlog, item);
}

/* End the epoch; if it may be left out, only if that would order something. */
static void push_end(struct dyad_view *view, struct dyad_barrier *barrier)
{
	struct dyad_backlog *backlog = backlog_of(view);
	struct item *item = item_create(view, 0);
	bool needed;

	item->barrier = barrier;
	spin_lock_irq(&backlog->lock);
	needed = barrier || backlog->mixed || dyad_epoch_is_used(&backlog->epochs);
	if (needed)
		end_epoch(backlog, item);
	spin_unlock_irq(&backlog->lock);
	if (needed) {
		hand_over_soon(backlog, barrier);
		return;
	}
	item_free(item);
	dyad_view_put(view);
}

static void push_write(struct dyad_view *view, struct dyad_volume *volume,
		       struct bio *bio, u32 bytes)
{
	struct dyad_backlog *backlog = backlog_of(view);
	u32 data = bio_op(bio) == REQ_OP_WRITE ? bio->bi_iter.bi_size : 0;
	struct item *item = item_create(view, DIV_ROUND_UP(data, PAGE_SIZE));
	bool enough;

	item->volume = volume;
	item->sector = bio->bi_iter.bi_sector;
	item->sectors = bio_sectors(bio);
	item->bytes = bytes;
	item->stream = stream_of(item);
	describe(item, bio);
	spin_lock_irq(&backlog->lock);
	item->msg.epoch = dyad_epoch_add(&backlog->epochs, item->stream);
	queue_item(backlog, item);
	enough = backlog->ready >= GATHERED || atomic_read(&backlog->waiting);
	spin_unlock_irq(&backlog->lock);
	hand_over_soon(backlog, enough);
}

void dyad_backlog_push(struct dyad_view *view, struct dyad_volume *volume,
		       struct bio *bio, u32 bytes)
{
	/* The number advances between a flush's submission and its end (rule H14). */
	if (bio->bi_opf & REQ_PREFLUSH)
		push_end(view, NULL);
	if (bio_sectors(bio))
		push_write(view, volume, bio, bytes);
	else
		dyad_backlog_release(backlog_of(view), bytes);
	if (bio->bi_opf & REQ_FUA)
		push_end(view, NULL);
}

void dyad_backlog_barrier(struct dyad_view *view, struct dyad_barrier *barrier)
{
	push_end(view, barrier);
}

static struct item *next_item(struct dyad_backlog *backlog)
{
	struct item *item;

	spin_lock_irq(&backlog->lock);
	item = list_first_entry_or_null(&backlog->queue, struct item, queued);
	if (item) {
		list_del(&item->queued);
		backlog->ready -= item->bytes;
	}
	spin_unlock_irq(&backlog->lock);
	return item;
}

static void work(struct work_struct *work)
{
	struct dyad_backlog *backlog = container_of(work, struct dyad_backlog, work);
	struct blk_plug plug;
	unsigned int n = 0;
	struct item *item;

	dyad_delay_drop(&backlog->delay);
	blk_start_plug(&plug);
	while ((item = next_item(backlog))) {
		/* On a stream that has little to carry others wait for that little. */
		if (++n % AT_ONCE == 0) {
			blk_finish_plug(&plug);
			blk_start_plug(&plug);
		}
		dyad_session_submit_on(item->view->session, item->stream,
				       &item->exchange, &item->msg);
	}
	blk_finish_plug(&plug);
}

void dyad_backlog_init(struct dyad_backlog *backlog)
{
	spin_lock_init(&backlog->lock);
	dyad_epoch_writer_init(&backlog->epochs);
	INIT_LIST_HEAD(&backlog->queue);
	INIT_LIST_HEAD(&backlog->open);
	backlog->mixed = DYAD_MIXED_ONCE;
	backlog->ready = 0;
	backlog->bytes = 0;
	backlog->limit = DYAD_BACKLOG_DEFAULT;
	backlog->track = false;
	backlog->overrun = false;
	backlog->overruns = 0;
	backlog->lost = false;
	backlog->paused = 0;
	atomic_set(&backlog->waiting, 0);
	init_waitqueue_head(&backlog->wake);
	INIT_WORK(&backlog->work, work);
	dyad_delay_init(&backlog->delay, gathered);
}

void dyad_backlog_destroy(struct dyad_backlog *backlog)
{
	dyad_delay_stop(&backlog->delay);
	cancel_work_sync(&backlog->work);
}

void dyad_backlog_open(struct dyad_backlog *backlog)
{
	spin_lock_irq(&backlog->lock);
	dyad_epoch_writer_init(&backlog->epochs);
	backlog->overrun = false;
	backlog->lost = false;
	spin_unlock_irq(&backlog->lock);
}

int dyad_backlogs_setup(void)
{
	int ret = bioset_init(&items, POOL_SIZE, offsetof(struct item, bio),
			      BIOSET_NEED_BVECS);

	if (ret)
		return ret;
	ret = -ENOMEM;
	pages = mempool_create_page_pool(POOL_PAGES, 0);
	if (!pages)
		goto err_items;
	workqueue = alloc_workqueue("dyad_backlog", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	if (!workqueue)
		goto err_pages;
	return 0;

err_pages:
	mempool_destroy(pages);
err_items:
	bioset_exit(&items);
	return ret;
}

void dyad_backlogs_cleanup(void)
{
	destroy_workqueue(workqueue);
	mempool_destroy(pages);
	bioset_exit(&items);
}
