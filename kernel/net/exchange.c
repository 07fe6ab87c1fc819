// SPDX-License-Identifier: GPL-2.0-only
/* Matching requests with their acknowledgements, and batching the latter. */
#include "exchange.h"

#include <linux/jiffies.h>
#include <linux/ktime.h>

#include "net/plug.h"

#define AT_ONCE		8	/* acknowledgements that are taken in softirq */
#define TOGETHER	(128 << 10)	/* bytes of payload; more needs no company */
#define SMALL		16384	/* and more is not kept waiting for it */

void dyad_exchanges_init(struct dyad_exchanges *x)
{
	spin_lock_init(&x->lock);
	hash_init(x->table);
	x->next_tag = 1;
	x->mark = 0;
	x->mark_at = jiffies;
	x->answers = 0;
	x->counted = 0;
	x->coalesce = (struct dyad_coalesce) { };
	x->probe = 0;
	x->closed = false;
	init_llist_head(&x->replies);
	x->ready = NULL;
	x->busy = false;
}

static void part_done(struct dyad_exchange *exchange)
{
	if (atomic_dec_and_test(&exchange->parts))
		exchange->done(exchange);
}

static void receipt_part(struct dyad_exchange *exchange)
{
	if (atomic_dec_and_test(&exchange->receipt))
		exchange->received(exchange);
}

/*
 * A frame that is never sent also ends without an answer, but that part is
 * told by dyad_exchanges_fail(), which finds the request in the table.
 */
static void request_sent(struct dyad_frame *frame, int error)
{
	struct dyad_exchange *exchange =
		container_of(frame, struct dyad_exchange, frame);

	if (READ_ONCE(exchange->queued))
		exchange->sent_at = ktime_get_ns();
	if (exchange->received && !error)
		receipt_part(exchange);
	part_done(exchange);
}

/* Nobody who sends it touches the stream any more, which may go when it has ended. */
static void let_go(void *owner)
{
	part_done(owner);
}

u64 dyad_exchanges_patience(struct dyad_exchanges *x, unsigned int queued)
{
	unsigned int counted = READ_ONCE(x->counted);
	unsigned int under_way = counted - min(counted, queued);

	if (!dyad_coalesce_is_busy(under_way) || !dyad_delay_is_exact())
		return 0;
	return dyad_coalesce_wait(&x->coalesce, queued, under_way);
}

/* An application's, and not kept waiting before. */
static bool counts(const struct dyad_exchange *exchange, const struct dyad_msg *msg)
{
	return msg->type == DYAD_MSG_WRITE && !(msg->flags & DYAD_MSG_F_RESYNC) &&
	       !exchange->patient;
}

/* Small, and not what somebody waits for before he goes on. */
static bool may_wait(const struct dyad_exchange *exchange, const struct dyad_msg *msg)
{
	return counts(exchange, msg) && msg->length <= SMALL &&
	       !(msg->flags & (DYAD_MSG_F_FUA | DYAD_MSG_F_PREFLUSH));
}

/* With the lock. One of many is timed. */
static void count(struct dyad_exchanges *x, struct dyad_exchange *exchange)
{
	WRITE_ONCE(x->counted, x->counted + 1);
	if (x->probe || !dyad_coalesce_is_busy(x->counted))
		return;
	x->probe = exchange->tag;
	x->probe_at = ktime_get_ns();
}

/* With the lock. The peer has told something of it. */
static void heard(struct dyad_exchanges *x, struct dyad_exchange *exchange)
{
	if (!exchange->counted)
		return;
	exchange->counted = false;
	WRITE_ONCE(x->counted, x->counted - 1);
	if (exchange->tag != x->probe)
		return;
	x->probe = 0;
	dyad_coalesce_sample(&x->coalesce, ktime_get_ns() - x->probe_at);
}

void dyad_exchange_submit(struct dyad_stream *stream, struct dyad_exchanges *x,
			  struct dyad_exchange *exchange, struct dyad_msg *msg)
{
	enum dyad_plug plug = DYAD_PLUG_FULL;
	bool waits = may_wait(exchange, msg);
	bool closed;

	atomic_set(&exchange->parts, 3);
	exchange->error = 0;
	exchange->queued = false;
	exchange->sent_at = 0;
	if (exchange->received) {
		atomic_set(&exchange->receipt, 2);
		exchange->arrived = false;
	}
	exchange->counted = counts(exchange, msg);
	exchange->frame.sent = request_sent;
	msg->session = stream->session;

	spin_lock_bh(&x->lock);
	exchange->tag = x->next_tag++;
	msg->tag = exchange->tag;
	/* Whoever finds it in the table looks at this. */
	if (exchange->question)
		exchange->question->msg = *msg;
	closed = x->closed;
	if (!closed) {
		hash_add(x->table, &exchange->node, exchange->tag);
		if (exchange->counted)
			count(x, exchange);
	}
	spin_unlock_bh(&x->lock);
	if (closed) {
		exchange->error = -ENOTCONN;
		exchange->done(exchange);
		return;
	}
	dyad_wire_encode(exchange->frame.header, msg);
	if (msg->length < TOGETHER)
		plug = dyad_plug_hold(stream, msg->length, waits, let_go, exchange);
	switch (plug) {
	case DYAD_PLUG_NONE:
		dyad_stream_queue(stream, &exchange->frame);
		if (waits)
			dyad_stream_kick_soon(stream);
		else
			dyad_stream_kick(stream);
		let_go(exchange);
		break;
	case DYAD_PLUG_FULL:
		dyad_stream_send(stream, &exchange->frame);
		let_go(exchange);
		break;
	case DYAD_PLUG_FIRST:
		dyad_stream_queue(stream, &exchange->frame);
		break;
	case DYAD_PLUG_MORE:
		/* The first one keeps the stream. */
		let_go(exchange);
		dyad_stream_queue(stream, &exchange->frame);
		break;
	}
}

static struct dyad_exchange *find(struct dyad_exchanges *x, u64 tag)
{
	struct dyad_exchange *exchange;

	lockdep_assert_held(&x->lock);
	hash_for_each_possible(x->table, exchange, node, tag)
		if (exchange->tag == tag)
			return exchange;
	return NULL;
}

/* Data is answered to a READ and to nothing else, or that it cannot be had. */
static struct dyad_exchange *take(struct dyad_exchanges *x,
				  const struct dyad_ack *ack, bool data)
{
	struct dyad_exchange *exchange;

	spin_lock_bh(&x->lock);
	WRITE_ONCE(x->answers, x->answers + 1);
	exchange = find(x, ack->tag);
	if (exchange && !exchange->question == data && ack->status == DYAD_ACK_OK)
		exchange = NULL;
	if (exchange) {
		hash_del(&exchange->node);
		heard(x, exchange);
	}
	spin_unlock_bh(&x->lock);
	return exchange;
}

/* It stays in the table, from which only the stream's worker takes it while it runs. */
static int arrived(struct dyad_exchanges *x, u64 tag)
{
	struct dyad_exchange *exchange;

	spin_lock_bh(&x->lock);
	exchange = find(x, tag);
	if (exchange)
		heard(x, exchange);
	spin_unlock_bh(&x->lock);
	if (!exchange || !exchange->received || exchange->arrived)
		return -EPROTO;
	exchange->arrived = true;
	receipt_part(exchange);
	return 0;
}

int dyad_exchanges_answered(struct dyad_exchanges *x, const u8 *acks, u32 length)
{
	struct dyad_exchange *exchange;
	struct dyad_ack ack;
	u32 at;

	for (at = 0; at < length; at += DYAD_WIRE_ACK_BYTES) {
		if (dyad_wire_get_ack(&ack, acks + at))
			return -EPROTO;
		if (ack.status == DYAD_ACK_RECEIVED) {
			if (arrived(x, ack.tag))
				return -EPROTO;
			continue;
		}
		exchange = take(x, &ack, false);
		if (!exchange)
			return -EPROTO;
		exchange->ack = ack;
		part_done(exchange);
	}
	return 0;
}

/* An acknowledgement that is taken at once. */
struct taken {
	struct dyad_exchange *exchange;
	bool receipt;
};

/* Unhash it, or note its arrival; false if it has to be looked at by the worker. */
static bool take_prompt(struct dyad_exchanges *x, const u8 *from, struct taken *taken)
{
	struct dyad_exchange *exchange;
	struct dyad_ack ack;

	lockdep_assert_held(&x->lock);
	if (dyad_wire_get_ack(&ack, from))
		return false;
	exchange = find(x, ack.tag);
	if (!exchange || !exchange->prompt || exchange->question)
		return false;
	*taken = (struct taken) { exchange, ack.status == DYAD_ACK_RECEIVED };
	if (taken->receipt) {
		if (!exchange->received || exchange->arrived)
			return false;
		exchange->arrived = true;
		heard(x, exchange);
		return true;
	}
	if (ack.status != DYAD_ACK_OK)
		return false;
	hash_del(&exchange->node);
	heard(x, exchange);
	exchange->ack = ack;
	return true;
}

static void put_back(struct dyad_exchanges *x, const struct taken *taken)
{
	if (taken->receipt)
		taken->exchange->arrived = false;
	else
		hash_add(x->table, &taken->exchange->node, taken->exchange->tag);
}

bool dyad_exchanges_answered_at_once(struct dyad_exchanges *x, const u8 *acks,
				     u32 length)
{
	unsigned int wanted = length / DYAD_WIRE_ACK_BYTES, n = 0, answers = 0, i;
	struct taken taken[AT_ONCE];

	if (wanted > AT_ONCE)
		return false;
	spin_lock_bh(&x->lock);
	while (n < wanted && take_prompt(x, acks + n * DYAD_WIRE_ACK_BYTES, &taken[n]))
		answers += !taken[n++].receipt;
	for (i = 0; n < wanted && i < n; i++)
		put_back(x, &taken[i]);
	if (n == wanted)
		WRITE_ONCE(x->answers, x->answers + answers);
	spin_unlock_bh(&x->lock);
	for (i = 0; n == wanted && i < n; i++)
		if (taken[i].receipt)
			receipt_part(taken[i].exchange);
		else
			part_done(taken[i].exchange);
	return n == wanted;
}

/*
 * While the data comes in the request stays in the table, where it is seen if that
 * takes too long. Nobody else ends it meanwhile: other answers on this stream come
 * after the data, and the table is emptied once the stream has stopped.
 */
int dyad_exchanges_expect(struct dyad_exchanges *x, const struct dyad_msg *msg,
			  struct iov_iter *to)
{
	struct dyad_exchange *exchange;
	int ret = -EPROTO;

	spin_lock_bh(&x->lock);
	exchange = find(x, msg->tag);
	if (exchange && exchange->question &&
	    dyad_wire_answers(&exchange->question->msg, msg)) {
		*to = exchange->question->to;
		ret = 0;
	}
	spin_unlock_bh(&x->lock);
	return ret;
}

int dyad_exchanges_arrived(struct dyad_exchanges *x, const struct dyad_msg *msg)
{
	struct dyad_ack ack = { .tag = msg->tag, .status = DYAD_ACK_OK };
	struct dyad_exchange *exchange = take(x, &ack, true);

	if (!exchange)
		return -EPROTO;
	exchange->ack = ack;
	part_done(exchange);
	return 0;
}

bool dyad_exchanges_stalled(struct dyad_exchanges *x, unsigned long limit,
			    bool quiet)
{
	struct dyad_exchange *exchange;
	bool stalled = false;
	int bucket;

	spin_lock_bh(&x->lock);
	if (time_after_eq(jiffies, x->mark_at + limit)) {
		hash_for_each(x->table, bucket, exchange, node)
			stalled |= exchange->tag < x->mark &&
				   (quiet || !exchange->patient);
		x->mark = x->next_tag;
		x->mark_at = jiffies;
	}
	spin_unlock_bh(&x->lock);
	return stalled;
}

static void release_all(struct llist_node *first)
{
	struct dyad_reply *reply, *next;

	llist_for_each_entry_safe(reply, next, first, node)
		reply->release(reply);
}

void dyad_exchanges_fail(struct dyad_exchanges *x)
{
	struct dyad_exchange *exchange;
	struct hlist_node *next;
	HLIST_HEAD(open);
	int bucket;

	spin_lock_bh(&x->lock);
	WRITE_ONCE(x->closed, true);
	hash_for_each_safe(x->table, bucket, next, exchange, node) {
		hash_del(&exchange->node);
		hlist_add_head(&exchange->node, &open);
	}
	spin_unlock_bh(&x->lock);
	smp_mb(); /* pairs with llist_add() in dyad_reply_send() */
	hlist_for_each_entry_safe(exchange, next, &open, node) {
		hlist_del(&exchange->node);
		exchange->error = -ENOTCONN;
		part_done(exchange);
	}

	release_all(x->ready);
	x->ready = NULL;
	release_all(llist_del_all(&x->replies));
}

void dyad_reply_send(struct dyad_stream *stream, struct dyad_exchanges *x,
		     struct dyad_reply *reply)
{
	llist_add(&reply->node, &x->replies);
	/*
	 * Either the one who closes sees this reply, or we see that it is closed:
	 * both sides have a full barrier in between, and who takes a reply off the
	 * list is the one to release it.
	 */
	if (READ_ONCE(x->closed))
		release_all(llist_del_all(&x->replies));
	else
		dyad_stream_wake(stream);
}

bool dyad_replies_pending(struct dyad_exchanges *x)
{
	/* A wrong answer is made good by whoever sends or queues next. */
	return data_race(x->ready) || !llist_empty(&x->replies);
}

static void batch_sent(struct dyad_frame *frame, int error)
{
	container_of(frame, struct dyad_exchanges, frame)->busy = false;
}

struct dyad_frame *dyad_replies_next(struct dyad_exchanges *x, u64 session)
{
	struct dyad_msg msg = { .type = DYAD_MSG_ACK, .session = session };
	struct dyad_reply *reply;
	u32 length = 0;

	if (x->busy)
		return NULL;
	while (length < sizeof(x->acks)) {
		if (!x->ready)
			x->ready = llist_reverse_order(llist_del_all(&x->replies));
		if (!x->ready)
			break;
		reply = llist_entry(x->ready, struct dyad_reply, node);
		x->ready = x->ready->next;
		dyad_wire_put_ack(x->acks + length, &reply->ack);
		length += DYAD_WIRE_ACK_BYTES;
		reply->release(reply);
	}
	if (!length)
		return NULL;
	msg.length = length;
	dyad_wire_encode(x->frame.header, &msg);
	x->vec.iov_base = x->acks;
	x->vec.iov_len = length;
	iov_iter_kvec(&x->frame.payload, ITER_SOURCE, &x->vec, 1, length);
	x->frame.sent = batch_sent;
	x->busy = true;
	return &x->frame;
}
