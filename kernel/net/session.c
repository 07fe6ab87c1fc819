// SPDX-License-Identifier: GPL-2.0-only
/*
 * A session: its streams, their liveness, and the way in and out for messages.
 * Knows nothing of disks or of what the operator wants.
 */
#include "session.h"

#include <linux/slab.h>

#include "compat.h"
#include "stats.h"
#include "net/packer.h"
#include "net/packing.h"

#define PINGS_PER_TIMEOUT 4
#define FAREWELL_TIME (HZ / 2)
#define CONTROL_LOAD 256

static struct workqueue_struct *workqueue;

/* A control message on its way out. */
struct note {
	struct dyad_frame frame;
	struct dyad_session *session;
	struct kvec vec;
	u8 payload[];
};

static void note_sent(struct dyad_frame *frame, int error)
{
	struct note *note = container_of(frame, struct note, frame);

	atomic_dec(&note->session->notes);
	kfree(note);
}

void dyad_session_tell(struct dyad_session *session, struct dyad_msg *msg,
		       const void *payload)
{
	struct note *note = kmalloc(struct_size(note, payload, msg->length),
				    GFP_NOIO);

	if (!note) {
		dyad_session_fail(session, (struct dyad_cause) {
				  .reason = DYAD_REASON_MEMORY });
		return;
	}
	if (msg->length)
		memcpy(note->payload, payload, msg->length);
	note->vec.iov_base = note->payload;
	note->vec.iov_len = msg->length;
	iov_iter_kvec(&note->frame.payload, ITER_SOURCE, &note->vec, 1, msg->length);
	note->frame.sent = note_sent;
	note->session = session;
	atomic_inc(&session->notes);
	msg->session = session->id;
	dyad_wire_encode(note->frame.header, msg);
	dyad_stream_send(&session->control->stream, &note->frame);
}

static void pulse_sent(struct dyad_frame *frame, int error)
{
	struct dyad_pulse *pulse = container_of(frame, struct dyad_pulse, frame);

	smp_store_release(&pulse->busy, false); /* the frame may be used again */
}

/* Needs no memory, of which there may be none: that it is silent must be seen all the same. */
static bool send_pulse(struct dyad_session *session, struct dyad_pulse *pulse,
		       enum dyad_msg_type type, u64 tag)
{
	struct dyad_msg msg = { .type = type, .tag = tag, .session = session->id };

	if (smp_load_acquire(&pulse->busy)) /* else the frame is ours */
		return false;
	pulse->busy = true;
	iov_iter_kvec(&pulse->frame.payload, ITER_SOURCE, NULL, 0, 0);
	pulse->frame.sent = pulse_sent;
	dyad_wire_encode(pulse->frame.header, &msg);
	dyad_stream_send(&session->control->stream, &pulse->frame);
	return true;
}

static struct dyad_lane *lane_of(struct dyad_stream *stream)
{
	return container_of(stream, struct dyad_lane, stream);
}

static void broken(struct dyad_stream *stream, enum dyad_reason reason)
{
	struct dyad_session *session = lane_of(stream)->session;

	WRITE_ONCE(session->ended, true);
	wake_up_all(&session->complete);
	dyad_session_fail(session, (struct dyad_cause) { .reason = reason });
}

static int small_payload(struct dyad_stream *stream, const struct dyad_msg *msg,
			 struct iov_iter *to, struct kvec *vec)
{
	struct dyad_lane *lane = lane_of(stream);

	if (msg->length > sizeof(lane->small))
		return -EPROTO;
	vec->iov_base = lane->small;
	vec->iov_len = msg->length;
	iov_iter_kvec(to, ITER_DEST, vec, 1, msg->length);
	return 0;
}

static void answer_ping(struct dyad_session *session, u64 tag)
{
	/* Whoever pings without reading the answers gets one. */
	if (READ_ONCE(session->pong.busy))
		return;
	/* Before it can be heard. */
	WRITE_ONCE(session->lent, jiffies);
	send_pulse(session, &session->pong, DYAD_MSG_PONG, tag);
}

/* Its tag is when we sent the ping. */
static void note_pong(struct dyad_session *session, unsigned long sent)
{
	if (time_after(sent, READ_ONCE(session->proven)) &&
	    !time_after(sent, jiffies))
		WRITE_ONCE(session->proven, sent);
}

void dyad_session_set_lease(struct dyad_session *session, u32 peer_ms)
{
	unsigned long wait = min(session->ping_timeout,
				 msecs_to_jiffies(peer_ms));

	/* It had begun when it told its state. */
	WRITE_ONCE(session->lent, jiffies);
	WRITE_ONCE(session->lease, wait - wait / 4);
}

unsigned long dyad_session_lent_until(const struct dyad_session *session)
{
	/* Told by the peer, or heard back from it: it does not rely on us any more. */
	if (dyad_session_has_failed(session) && session->cause.told)
		return jiffies;
	return READ_ONCE(session->lent) + READ_ONCE(session->lease);
}

bool dyad_session_lends(const struct dyad_session *session)
{
	/* Whom we have told that we leave goes on alone at once. */
	return !dyad_session_has_failed(session) && !READ_ONCE(session->leaving) &&
	       time_before(jiffies, READ_ONCE(session->proven) +
				    READ_ONCE(session->lease));
}

/* True for whoever fails it first. */
static bool claim(struct dyad_session *session, struct dyad_cause cause)
{
	if (atomic_cmpxchg(&session->failed, 0, 1))
		return false;
	session->cause = cause;
	return true;
}

static void stop_soon(struct dyad_session *session)
{
	wake_up_all(&session->complete);
	dyad_session_get(session);
	queue_work(workqueue, &session->stop);
}

/*
 * The answer to a farewell is the same farewell: who said it first knows then that
 * this side will not take the end of the session for a loss.
 */
static void hear_farewell(struct dyad_session *session, u32 reason)
{
	struct dyad_msg echo = { .type = DYAD_MSG_REFUSE, .bytes = reason };
	struct dyad_cause cause = { .reason = reason, .told = true };

	if (!claim(session, cause))
		return;
	session->echoed = true;
	dyad_session_tell(session, &echo, NULL);
	stop_soon(session);
}

static int control_message(struct dyad_stream *stream, const struct dyad_msg *msg)
{
	struct dyad_lane *lane = lane_of(stream);
	struct dyad_session *session = lane->session;

	switch (msg->type) {
	case DYAD_MSG_PING:
		answer_ping(session, msg->tag);
		return 0;
	case DYAD_MSG_PONG:
		note_pong(session, msg->tag);
		return 0;
	case DYAD_MSG_REFUSE:
		hear_farewell(session, msg->bytes);
		return 0;
	default:
		atomic_inc(&session->control_load);
		return session->ops->control(session, msg, lane->small);
	}
}

void dyad_session_control_done(struct dyad_session *session)
{
	if (atomic_dec_return(&session->control_load) == CONTROL_LOAD)
		dyad_stream_wake(&session->control->stream);
}

static bool control_hold(struct dyad_stream *stream)
{
	return atomic_read(&lane_of(stream)->session->control_load) > CONTROL_LOAD;
}

static int data_message(struct dyad_stream *stream, const struct dyad_msg *msg)
{
	struct dyad_lane *lane = lane_of(stream);

	if (msg->type == DYAD_MSG_ACK)
		return dyad_exchanges_answered(&lane->x, lane->small, msg->length);
	if (msg->type == DYAD_MSG_DATA)
		return dyad_exchanges_arrived(&lane->x, msg);
	if (!READ_ONCE(lane->session->serving))
		return -EPROTO;
	return lane->session->ops->request(lane, msg);
}

static bool prompt(struct dyad_stream *stream, const struct dyad_msg *msg,
		   const u8 *payload)
{
	return msg->type == DYAD_MSG_ACK &&
	       dyad_exchanges_answered_at_once(&lane_of(stream)->x, payload, msg->length);
}

static bool hold(struct dyad_stream *stream)
{
	struct dyad_lane *lane = lane_of(stream);

	return lane->session->ops->hold(lane);
}

static struct dyad_frame *next_reply(struct dyad_stream *stream)
{
	return dyad_replies_next(&lane_of(stream)->x, stream->session);
}

static bool replies_pending(struct dyad_stream *stream)
{
	return dyad_replies_pending(&lane_of(stream)->x);
}

static u64 patience(struct dyad_stream *stream, unsigned int queued)
{
	return dyad_exchanges_patience(&lane_of(stream)->x, queued);
}

/* The vec that an iterator points to must live as long as the iterator. */
struct dyad_lane_buffer {
	struct dyad_lane lane;
	struct kvec vec;
};

static struct kvec *vec_of(struct dyad_stream *stream)
{
	return &container_of(lane_of(stream), struct dyad_lane_buffer, lane)->vec;
}

static int control_payload(struct dyad_stream *stream, const struct dyad_msg *msg,
			   struct iov_iter *to)
{
	return small_payload(stream, msg, to, vec_of(stream));
}

static int data_payload(struct dyad_stream *stream, const struct dyad_msg *msg,
			struct iov_iter *to)
{
	struct dyad_lane *lane = lane_of(stream);

	if (msg->type == DYAD_MSG_DATA)
		return dyad_exchanges_expect(&lane->x, msg, to);
	if (msg->type != DYAD_MSG_WRITE)
		return small_payload(stream, msg, to, vec_of(stream));
	if (!READ_ONCE(lane->session->serving))
		return -EPROTO;
	return lane->session->ops->payload(lane, msg, to);
}

static const struct dyad_stream_ops control_ops = {
	.payload = control_payload,
	.message = control_message,
	.hold = control_hold,
	.broken = broken,
};

static const struct dyad_stream_ops data_ops = {
	.payload = data_payload,
	.message = data_message,
	.hold = hold,
	.prompt = prompt,
	.next = next_reply,
	.pending = replies_pending,
	.patience = patience,
	.broken = broken,
};

static struct dyad_lane *lane_create(struct dyad_session *session,
				     struct socket *sock,
				     enum dyad_stream_kind kind, u8 index)
{
	struct dyad_lane_buffer *buffer = kvzalloc(sizeof(*buffer), GFP_KERNEL);
	struct dyad_lane *lane;

	if (!buffer)
		return NULL;
	lane = &buffer->lane;
	dyad_object_created();
	lane->session = session;
	dyad_exchanges_init(&lane->x);
	dyad_stream_init(&lane->stream, sock, kind == DYAD_STREAM_CONTROL ?
			 &control_ops : &data_ops, session->id, kind, index);
	return lane;
}

static void lane_free(struct dyad_lane *lane)
{
	if (!lane)
		return;
	/* A last wake-up may still be queued; it finds the stream stopped. */
	cancel_work_sync(&lane->stream.work);
	dyad_packer_free(lane->stream.packer);
	dyad_packer_free(lane->stream.unpacker);
	dyad_stock_free(&lane->stock);
	kvfree(container_of(lane, struct dyad_lane_buffer, lane));
	dyad_object_destroyed();
}

/* Has the peer answered nothing for long, on any stream? */
static bool is_quiet(struct dyad_session *session)
{
	unsigned long answers = 0;
	unsigned int i;

	for (i = 0; i < session->streams; i++)
		answers += READ_ONCE(session->data[i]->x.answers);
	if (answers != session->answers) {
		session->answers = answers;
		session->answered_at = jiffies;
	}
	return time_after_eq(jiffies, session->answered_at + DYAD_SESSION_STALL);
}

static void ping(struct work_struct *work)
{
	struct dyad_session *session = container_of(to_delayed_work(work),
						    struct dyad_session, ping);
	unsigned long heard = READ_ONCE(session->control->stream.rx_at);
	unsigned long every = session->ping_timeout / PINGS_PER_TIMEOUT;
	bool quiet = is_quiet(session);
	bool stalled = false;
	unsigned long now;
	unsigned int i;

	for (i = 0; i < session->streams; i++) {
		struct dyad_lane *lane = session->data[i];
		unsigned long at = READ_ONCE(lane->stream.rx_at);

		if (time_after(at, heard))
			heard = at;
		stalled |= dyad_exchanges_stalled(&lane->x, DYAD_SESSION_STALL, quiet);
		/* A send that failed for want of memory rings no bell. */
		dyad_stream_wake(&lane->stream);
	}
	now = jiffies;
	if (dyad_silence_look(&session->silence, heard, now, session->ping_timeout, every)) {
		dyad_session_fail(session, (struct dyad_cause) {
				  .reason = DYAD_REASON_SILENT });
		return;
	}
	if (stalled) {
		dyad_session_fail(session, (struct dyad_cause) {
				  .reason = DYAD_REASON_STALLED });
		return;
	}
	if (!send_pulse(session, &session->beat, DYAD_MSG_PING, jiffies))
		dyad_stream_wake(&session->control->stream);
	queue_delayed_work(workqueue, &session->ping,
			   dyad_silence_next(&session->silence, now, session->ping_timeout,
					     every));
}

static int derive_keys(struct dyad_session *session,
		       const struct dyad_identity *identity,
		       const struct dyad_greeting *greeting)
{
	u8 digest[DYAD_WIRE_MAC];
	int ret;

	ret = dyad_auth_code(session->key, identity->key, DYAD_AUTH_SESSION,
			     greeting->dialler, greeting->listener) ?:
	      dyad_auth_code(digest, identity->key, DYAD_AUTH_DIGEST,
			     greeting->dialler, greeting->listener);
	if (ret)
		return ret;
	BUILD_BUG_ON(sizeof(session->digest_key) != sizeof(digest));
	memcpy(session->digest_key, digest, sizeof(digest));
	memzero_explicit(digest, sizeof(digest));
	return 0;
}

static void stop_lane(struct dyad_lane *lane)
{
	if (!lane->open)
		return;
	lane->open = false;
	dyad_stream_stop(&lane->stream);
	if (lane->incoming)
		lane->session->ops->abandon(lane);
	dyad_exchanges_fail(&lane->x);
}

void dyad_session_stop(struct dyad_session *session)
{
	int i;

	/* From here on what the peer does not have is alone here (rule H11). */
	claim(session, (struct dyad_cause) { .reason = DYAD_REASON_CLOSED });
	mutex_lock(&session->lock);
	WRITE_ONCE(session->closing, true);
	wake_up_all(&session->complete);
	cancel_delayed_work_sync(&session->ping);
	/*
	 * The control stream first: what fails with a data stream must not be
	 * followed by a word to the peer that it has everything.
	 */
	stop_lane(session->control);
	for (i = 0; i < DYAD_WIRE_STREAMS; i++)
		if (session->data[i])
			stop_lane(session->data[i]);
	mutex_unlock(&session->lock);
}

static void stop_failed(struct work_struct *work)
{
	struct dyad_session *session =
		container_of(work, struct dyad_session, stop);

	/* To close first would lose the echo of the peer's farewell. */
	if (session->echoed)
		wait_event_timeout(session->complete, READ_ONCE(session->ended) ||
				   READ_ONCE(session->closing), FAREWELL_TIME);
	dyad_session_stop(session);
	session->ops->failed(session);
	dyad_session_put(session);
}

struct dyad_session *dyad_session_create(struct socket *sock, u64 id,
					 const struct dyad_identity *identity,
					 const struct dyad_greeting *greeting,
					 const struct dyad_session_ops *ops,
					 void *owner, u32 ping_timeout_ms)
{
	struct dyad_session *session = kzalloc(sizeof(*session), GFP_KERNEL);
	int ret = -ENOMEM;

	if (!session)
		goto err_sock;
	kref_init(&session->ref);
	session->id = id;
	session->ops = ops;
	session->owner = owner;
	session->streams = min(identity->streams, greeting->peer.streams);
	session->ping_timeout = msecs_to_jiffies(ping_timeout_ms);
	mutex_init(&session->lock);
	init_waitqueue_head(&session->complete);
	init_waitqueue_head(&session->idle);
	INIT_DELAYED_WORK(&session->ping, ping);
	INIT_WORK(&session->stop, stop_failed);
	ret = derive_keys(session, identity, greeting);
	if (ret)
		goto err_session;
	ret = -ENOMEM;
	session->control = lane_create(session, sock, DYAD_STREAM_CONTROL, 0);
	if (!session->control)
		goto err_session;
	session->control->open = true;
	dyad_packing_init(session, identity->features, greeting->peer.features);
	dyad_object_created();
	return session;

err_session:
	kfree_sensitive(session);
err_sock:
	sock_release(sock);
	return ERR_PTR(ret);
}

struct dyad_session *dyad_session_get(struct dyad_session *session)
{
	kref_get(&session->ref);
	return session;
}

static void release(struct kref *ref)
{
	struct dyad_session *session = container_of(ref, struct dyad_session, ref);
	int i;

	WARN_ON_ONCE(atomic_read(&session->busy));
	lane_free(session->control);
	for (i = 0; i < DYAD_WIRE_STREAMS; i++)
		lane_free(session->data[i]);
	dyad_packing_free(session);
	session->ops->release(session);
	kfree_sensitive(session);
	dyad_object_destroyed();
}

void dyad_session_put(struct dyad_session *session)
{
	if (session)
		kref_put(&session->ref, release);
}

int dyad_session_attach(struct dyad_session *session, struct socket *sock,
			u8 index, u32 features)
{
	struct dyad_packer *packer;
	struct dyad_lane *lane;
	unsigned int lack;

	packer = dyad_packing_create(session, features, &lack);
	mutex_lock(&session->lock);
	if (session->closing || index >= session->streams || session->data[index])
		goto err_unlock;
	lane = lane_create(session, sock, DYAD_STREAM_DATA, index);
	if (!lane)
		goto err_unlock;
	lane->open = true;
	session->data[index] = lane;
	session->open_streams++;
	dyad_packing_attach(session, lane, packer, lack);
	mutex_unlock(&session->lock);
	wake_up_all(&session->complete);
	return 0;

err_unlock:
	mutex_unlock(&session->lock);
	dyad_packer_free(packer);
	sock_release(sock);
	return -ECONNREFUSED;
}

static bool all_attached(struct dyad_session *session)
{
	bool done;

	mutex_lock(&session->lock);
	done = session->open_streams == session->streams && !session->closing;
	mutex_unlock(&session->lock);
	return done;
}

bool dyad_session_wait(struct dyad_session *session, long timeout)
{
	wait_event_timeout(session->complete, READ_ONCE(session->closing) ||
			   READ_ONCE(session->open_streams) == session->streams,
			   timeout);
	return all_attached(session);
}

void dyad_session_start(struct dyad_session *session)
{
	unsigned int i;

	/* The first stream may fail before the last one is started. */
	mutex_lock(&session->lock);
	if (!session->closing) {
		/* The handshake was an answer too, a moment ago. */
		session->proven = jiffies;
		session->answered_at = jiffies;
		dyad_stream_start(&session->control->stream);
		for (i = 0; i < session->streams; i++)
			dyad_stream_start(&session->data[i]->stream);
		queue_delayed_work(workqueue, &session->ping, 0);
	}
	mutex_unlock(&session->lock);
}

void dyad_session_fail(struct dyad_session *session, struct dyad_cause cause)
{
	if (claim(session, cause))
		stop_soon(session);
}

void dyad_session_farewell(struct dyad_session *session, enum dyad_reason reason,
			   unsigned long patience)
{
	struct dyad_msg msg = { .type = DYAD_MSG_REFUSE, .bytes = reason };

	WRITE_ONCE(session->leaving, true);
	dyad_session_tell(session, &msg, NULL);
	wait_event_timeout(session->complete, atomic_read(&session->failed),
			   max(patience, (unsigned long)FAREWELL_TIME));
}

void dyad_session_drain(struct dyad_session *session)
{
	flush_work(&session->stop);
	wait_event(session->idle, !atomic_read(&session->busy));
	/* Whoever brought it to zero may still be inside dyad_session_end(). */
	spin_lock_irq(&session->idle.lock);
	spin_unlock_irq(&session->idle.lock);
}

void dyad_session_submit(struct dyad_session *session,
			 struct dyad_exchange *exchange, struct dyad_msg *msg)
{
	dyad_session_submit_on(session, raw_smp_processor_id() % session->streams,
			       exchange, msg);
}

void dyad_session_submit_on(struct dyad_session *session, unsigned int index,
			    struct dyad_exchange *exchange, struct dyad_msg *msg)
{
	struct dyad_lane *lane = session->data[index];

	dyad_exchange_submit(&lane->stream, &lane->x, exchange, msg);
}

void dyad_session_begin(struct dyad_lane *lane)
{
	atomic_inc(&lane->session->busy);
}

void dyad_session_end(struct dyad_lane *lane)
{
	struct dyad_session *session = lane->session;
	unsigned long flags;

	if (atomic_add_unless(&session->busy, -1, 1))
		return;
	/* The last one: the session may be freed once the lock is dropped. */
	spin_lock_irqsave(&session->idle.lock, flags);
	if (atomic_dec_and_test(&session->busy))
		wake_up_locked(&session->idle);
	spin_unlock_irqrestore(&session->idle.lock, flags);
}

void dyad_session_traffic(struct dyad_session *session, u64 *sent, u64 *received)
{
	unsigned int i;

	*sent = READ_ONCE(session->control->stream.sent_bytes);
	*received = READ_ONCE(session->control->stream.received_bytes);
	for (i = 0; i < session->streams; i++) {
		struct dyad_lane *lane = session->data[i];

		if (!lane)
			continue;
		*sent += READ_ONCE(lane->stream.sent_bytes);
		*received += READ_ONCE(lane->stream.received_bytes);
	}
}

int dyad_sessions_setup(void)
{
	workqueue = alloc_workqueue("dyad_ping", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	return workqueue ? 0 : -ENOMEM;
}

void dyad_sessions_cleanup(void)
{
	destroy_workqueue(workqueue);
}
