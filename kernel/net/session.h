/* SPDX-License-Identifier: GPL-2.0-only */
/* The relation with a peer while connected: a control stream and data streams. */
#ifndef DYAD_NET_SESSION_H
#define DYAD_NET_SESSION_H

#include <linux/kref.h>
#include <linux/siphash.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "core/silence.h"
#include "net/exchange.h"
#include "net/greeting.h"
#include "net/stock.h"
#include "net/stream.h"

#define DYAD_SESSION_STALL (30 * HZ)	/* a request without an answer ends the session */

struct dyad_session;

/**
 * struct dyad_lane - one stream of a session
 * @stream: the connection
 * @x: requests and answers, on data streams
 * @session: the session it belongs to
 * @incoming: the request that is being received; its owner's business
 * @open: the stream was attached
 * @load: bytes of requests on our disk; the owner's, see @hold
 * @stock: pages for its requests
 * @small: payload of everything but writes and the answers to reads
 */
struct dyad_lane {
	struct dyad_stream stream;
	struct dyad_exchanges x;
	struct dyad_session *session;
	void *incoming;
	bool open;
	atomic_t load;
	struct dyad_stock stock;
	u8 small[DYAD_WIRE_MAX_SMALL];
};

/**
 * struct dyad_session_ops - what the owner of a session does
 * @payload: a WRITE's header has come on a data stream: say where its data goes
 * @request: a request of the peer is complete, on a data stream
 * @abandon: the stream ended in the middle of a WRITE; free what @payload made
 * @hold: receive no more requests on this data stream for now
 * @control: a control message is complete; must not wait for the session, and
 *	ends with dyad_session_control_done()
 * @release: the session is being freed; drop what the owner lent it
 * @failed: the session has failed, see its @cause, and is stopped already.
 *	Called at most once, from a worker; must not wait for the session
 */
struct dyad_session_ops {
	int (*payload)(struct dyad_lane *lane, const struct dyad_msg *msg,
		       struct iov_iter *to);
	int (*request)(struct dyad_lane *lane, const struct dyad_msg *msg);
	void (*abandon)(struct dyad_lane *lane);
	bool (*hold)(struct dyad_lane *lane);
	int (*control)(struct dyad_session *session, const struct dyad_msg *msg,
		       const u8 *payload);
	void (*failed)(struct dyad_session *session);
	void (*release)(struct dyad_session *session);
};

/**
 * struct dyad_pulse - a ping or its answer
 * @frame: the message
 * @busy: it has not been sent yet
 */
struct dyad_pulse {
	struct dyad_frame frame;
	bool busy;
};

/**
 * struct dyad_session - a session
 * @ref: references
 * @id: random name, in every frame
 * @key: proves that a data stream belongs here
 * @digest_key: two keys that make up the 128 bits of a block's digest
 * @ops: the owner's functions
 * @owner: for the owner
 * @streams: number of data streams
 * @compression: how data that is sent is packed, an enum dyad_compression; what was
 *	wished until all streams are attached
 * @lack: why it is not packed though it was wished, an enum dyad_compression_lack
 * @ready: what the data streams can unpack, DYAD_FEATURE_*
 * @unpackers: for data streams that are not attached yet
 * @control: the control stream
 * @data: the data streams
 * @lock: protects @open_streams, @closing and the lanes' @open; held while
 *	stopping
 * @open_streams: data streams attached so far
 * @closing: no stream is attached any more
 * @complete: woken when all are attached, or never will be
 * @ping: sends pings, looks for silence
 * @ping_timeout: silence that ends the session, in jiffies
 * @silence: of the peer; the ping's
 * @answers: how many the peer has given on the data streams; the ping's
 * @answered_at: when the last ones were seen, in jiffies; the ping's
 * @proven: when a ping was sent that the peer has answered, in jiffies
 * @lease: for how long from then on the peer cannot have gone on alone, in jiffies;
 *	0 until it is known
 * @lent: when the peer has last been given a reason to rely on us, in jiffies: an
 *	answer to a ping, or its STATE
 * @beat: a ping on its way out; the ping work's
 * @pong: an answer to one; the control stream's worker's
 * @stop: stops the session once it has failed
 * @failed: somebody has failed the session
 * @cause: why
 * @echoed: it has failed by the peer's farewell, which was answered
 * @leaving: the owner has said farewell
 * @ended: a stream was closed by the peer, or has broken
 * @serving: requests of the peer are taken
 * @control_load: control messages that the owner has not yet dealt with
 * @notes: control messages that are not yet sent
 * @busy: requests of the peer on our disks
 * @idle: woken when @busy falls to zero
 */
struct dyad_session {
	struct kref ref;
	u64 id;
	u8 key[DYAD_AUTH_KEY];
	siphash_key_t digest_key[2];
	const struct dyad_session_ops *ops;
	void *owner;
	unsigned int streams;
	unsigned int compression;
	unsigned int lack;
	u32 ready;
	struct dyad_packer *unpackers[DYAD_WIRE_STREAMS];
	struct dyad_lane *control;
	struct dyad_lane *data[DYAD_WIRE_STREAMS];
	struct mutex lock;	/* attaching and closing */
	unsigned int open_streams;
	bool closing;
	wait_queue_head_t complete;
	struct delayed_work ping;
	unsigned long ping_timeout;
	struct dyad_silence silence;
	unsigned long answers;
	unsigned long answered_at;
	unsigned long proven;
	unsigned long lease;
	unsigned long lent;
	struct dyad_pulse beat;
	struct dyad_pulse pong;
	struct work_struct stop;
	atomic_t failed;
	struct dyad_cause cause;
	bool echoed;
	bool leaving;
	bool ended;
	bool serving;
	atomic_t control_load;
	atomic_t notes;
	atomic_t busy;
	wait_queue_head_t idle;
};

/**
 * dyad_session_create() - a session around an authenticated control connection
 * @sock: the control connection; ownership passes in any case
 * @id: the session's name
 * @identity: whose key the session's keys derive from, and how to pack
 * @greeting: of the control connection
 * @ops: the owner's functions
 * @owner: for the owner
 * @ping_timeout_ms: silence that ends the session
 *
 * Nothing is received before dyad_session_start().
 *
 * Context: may sleep.
 * Return: the session with one reference, or an ERR_PTR.
 */
struct dyad_session *dyad_session_create(struct socket *sock, u64 id,
					 const struct dyad_identity *identity,
					 const struct dyad_greeting *greeting,
					 const struct dyad_session_ops *ops,
					 void *owner, u32 ping_timeout_ms);

/**
 * dyad_session_set_lease() - how long does the peer wait before it goes on alone?
 * @session: the session
 * @peer_ms: silence that ends a session at the peer
 *
 * Three quarters of that, or of our own if it is less, are relied on.
 */
void dyad_session_set_lease(struct dyad_session *session, u32 peer_ms);

/**
 * dyad_session_lends() - is it certain that the peer has not gone on alone?
 * @session: connected
 *
 * It has heard us after the ping that it answered last, and it waits for the ping
 * timeout from then on (rule H21).
 *
 * Context: any.
 * Return: true if so, at the time of the call.
 */
bool dyad_session_lends(const struct dyad_session *session);

/**
 * dyad_session_lent_until() - when does the peer stop to rely on us?
 * @session: stopped
 *
 * Until then it may serve reads as if nothing had been written here alone
 * (rule H21). Silence has lasted longer than that; a connection that was broken
 * on the way has not, and the peer may not know of it.
 *
 * Context: any.
 * Return: the time in jiffies; now, if the peer itself has ended the session, or has
 * answered our farewell.
 */
unsigned long dyad_session_lent_until(const struct dyad_session *session);

/**
 * dyad_session_get() - another reference
 * @session: the session
 *
 * Return: @session.
 */
struct dyad_session *dyad_session_get(struct dyad_session *session);

/**
 * dyad_session_put() - drop a reference
 * @session: may be NULL; stopped and drained before the last one goes
 */
void dyad_session_put(struct dyad_session *session);

/**
 * dyad_session_attach() - add a data stream
 * @session: the session
 * @sock: authenticated with the session's key; ownership passes in any case
 * @index: its number
 * @features: what the peer can unpack on it, from its hello
 *
 * Data is packed on all streams or on none.
 *
 * Context: may sleep.
 * Return: 0, or -ECONNREFUSED if it does not belong here.
 */
int dyad_session_attach(struct dyad_session *session, struct socket *sock,
			u8 index, u32 features);

/**
 * dyad_session_wait() - wait until all data streams are attached
 * @session: the session
 * @timeout: in jiffies
 *
 * Return: true if they are.
 */
bool dyad_session_wait(struct dyad_session *session, long timeout);

/**
 * dyad_session_start() - begin to receive and to ping
 * @session: complete
 */
void dyad_session_start(struct dyad_session *session);

/**
 * dyad_session_fail() - end the session
 * @session: the session
 * @cause: why; the first one counts
 *
 * A worker stops it, and then tells the owner. It needs no lock of the owner, who
 * may be waiting for I/O that ends only by this (rule H20).
 *
 * Context: any.
 */
void dyad_session_fail(struct dyad_session *session, struct dyad_cause cause);

/**
 * dyad_session_has_failed() - is the session over, if not yet stopped?
 * @session: the session
 *
 * Return: true if so.
 */
static inline bool dyad_session_has_failed(const struct dyad_session *session)
{
	return atomic_read(&session->failed);
}

/**
 * dyad_session_backlog() - control messages that are not yet sent
 * @session: the session
 *
 * Return: how many.
 */
static inline unsigned int dyad_session_backlog(const struct dyad_session *session)
{
	return atomic_read(&session->notes);
}

/**
 * dyad_session_control_done() - the owner has dealt with a control message
 * @session: the session
 *
 * Context: any.
 */
void dyad_session_control_done(struct dyad_session *session);

/**
 * dyad_session_farewell() - tell the peer why, and let it close first
 * @session: started
 * @reason: why
 * @patience: how long to wait at least, in jiffies
 *
 * Closing at once would reset the connection and lose the message. If the peer has
 * heard it, the session has failed afterwards with a cause that was told.
 *
 * Context: sleeps a moment, longer if the peer does not react.
 */
void dyad_session_farewell(struct dyad_session *session, enum dyad_reason reason,
			   unsigned long patience);

/**
 * dyad_session_stop() - close all streams and end all exchanges
 * @session: the session; may never have been started
 *
 * Afterwards nothing is sent or received, every request has ended with an
 * error, and no function of the owner is called but for requests of the peer
 * that are still on our disks: see dyad_session_drain().
 *
 * Context: process; not from a worker of a stream. May be called again.
 */
void dyad_session_stop(struct dyad_session *session);

/**
 * dyad_session_drain() - wait for the peer's requests on our disks (rule H3)
 * @session: stopped
 *
 * Context: may sleep.
 */
void dyad_session_drain(struct dyad_session *session);

/**
 * dyad_session_tell() - send a control message
 * @session: started
 * @msg: the header; the session is filled in here
 * @payload: copied; msg->length bytes
 *
 * If there is no memory the session fails: state must not get lost.
 *
 * Context: process.
 */
void dyad_session_tell(struct dyad_session *session, struct dyad_msg *msg,
		       const void *payload);

/**
 * dyad_session_submit() - send a request on a data stream
 * @session: the session, in any state
 * @exchange: see dyad_exchange_submit()
 * @msg: the header
 *
 * Context: process; does not wait for the network.
 */
void dyad_session_submit(struct dyad_session *session,
			 struct dyad_exchange *exchange, struct dyad_msg *msg);

/**
 * dyad_session_submit_on() - send a request on a certain data stream
 * @session: the session, in any state
 * @index: of the stream
 * @exchange: see dyad_exchange_submit()
 * @msg: the header
 *
 * Requests of one caller go out in the order of the calls.
 *
 * Context: process; does not wait for the network.
 */
void dyad_session_submit_on(struct dyad_session *session, unsigned int index,
			    struct dyad_exchange *exchange, struct dyad_msg *msg);

/**
 * dyad_session_begin() - a request of the peer goes to our disk
 * @lane: the stream it came on
 */
void dyad_session_begin(struct dyad_lane *lane);

/**
 * dyad_session_end() - it is done, and the answer was given to dyad_reply_send()
 * @lane: the stream it came on
 *
 * Context: any. The session may be gone afterwards.
 */
void dyad_session_end(struct dyad_lane *lane);

/**
 * dyad_session_traffic() - bytes sent and received
 * @session: the session
 * @sent: filled in
 * @received: filled in
 */
void dyad_session_traffic(struct dyad_session *session, u64 *sent, u64 *received);

/**
 * dyad_sessions_setup() - start the workqueue that all sessions share
 *
 * Return: 0 or -ENOMEM.
 */
int dyad_sessions_setup(void);

/**
 * dyad_sessions_cleanup() - stop it; no session is left
 */
void dyad_sessions_cleanup(void);

#endif
