/* SPDX-License-Identifier: GPL-2.0-only */
/* Requests on a data stream and the acknowledgements that answer them. */
#ifndef DYAD_NET_EXCHANGE_H
#define DYAD_NET_EXCHANGE_H

#include <linux/atomic.h>
#include <linux/hashtable.h>
#include <linux/llist.h>
#include <linux/spinlock.h>

#include "core/coalesce.h"
#include "core/wire.h"
#include "net/stream.h"

#define DYAD_EXCHANGE_BITS 6

/**
 * struct dyad_question - what a READ asks for, and where the answer goes
 * @msg: the READ, as it was sent
 * @to: room for exactly its range, the owner's until @done
 */
struct dyad_question {
	struct dyad_msg msg;
	struct iov_iter to;
};

/**
 * struct dyad_exchange - one request to the peer
 * @frame: the message
 * @node: in the stream's table until answered
 * @tag: names it on the wire
 * @parts: three: the frame is sent, the answer is there, and who sends it has let go of
 *	the stream
 * @error: 0, or -ENOTCONN if the session ended first
 * @ack: the answer, if @error is 0; DYAD_ACK_OK once the data of a READ is there
 * @queued: the owner's word that dyad_exchange_submit() has returned; if the
 *	frame is sent only then, the time is taken
 * @sent_at: when TCP had taken the frame, by ktime_get_ns(); 0 if that was
 *	before @queued
 * @question: of a READ, with @to set; NULL for all that an ACK answers
 * @patient: it may take long, as long as anything is answered in the session
 * @prompt: @received and @done may be called in softirq, with a lock of a socket held, if all
 *	is well
 * @receipt: two more: the frame is sent, the peer has told of its arrival
 * @arrived: the peer has told so
 * @counted: others may wait for it, as it is an application's and the peer has not been heard of it
 * @received: NULL, or called once at most, and before @done: the peer has the request
 *	and nothing refers to its payload any more. Context as @done
 * @done: called exactly once, when nothing refers to the exchange or its
 *	payload any more. Process context, unless @prompt; must not sleep for I/O
 */
struct dyad_exchange {
	struct dyad_frame frame;
	struct hlist_node node;
	u64 tag;
	atomic_t parts;
	int error;
	struct dyad_ack ack;
	bool queued;
	u64 sent_at;
	struct dyad_question *question;
	bool patient;
	bool prompt;
	atomic_t receipt;
	bool arrived;
	bool counted;
	void (*received)(struct dyad_exchange *exchange);
	void (*done)(struct dyad_exchange *exchange);
};

/**
 * struct dyad_reply - the answer to a request of the peer
 * @node: in the stream's list of answers to send
 * @ack: the answer
 * @release: the reply has been copied out, or never will be; it is the
 *	owner's again. Called exactly once, in any context
 */
struct dyad_reply {
	struct llist_node node;
	struct dyad_ack ack;
	void (*release)(struct dyad_reply *reply);
};

/**
 * struct dyad_exchanges - both directions of one data stream
 * @lock: protects all down to @closed
 * @table: requests without an answer, by tag
 * @next_tag: never used twice in a session
 * @mark: older tags were given before @mark_at
 * @mark_at: in jiffies
 * @answers: how many have come
 * @counted: writes of applications that the peer has told nothing of
 * @coalesce: how long what is to be sent waits for others
 * @probe: tag of one whose answer is timed, or 0
 * @probe_at: when it was submitted, by ktime_get_ns()
 * @closed: no request is taken any more
 * @replies: answers to send, newest first
 * @ready: answers to send, oldest first; the sender's
 * @frame: the batch being sent; the sender's
 * @busy: @frame is with the stream; the sender's
 * @acks: its payload
 * @vec: describes @acks
 */
struct dyad_exchanges {
	spinlock_t lock;	/* the table */
	DECLARE_HASHTABLE(table, DYAD_EXCHANGE_BITS);
	u64 next_tag;
	u64 mark;
	unsigned long mark_at;
	unsigned long answers;
	unsigned int counted;
	struct dyad_coalesce coalesce;
	u64 probe;
	u64 probe_at;
	bool closed;

	struct llist_head replies;
	struct llist_node *ready;
	struct dyad_frame frame;
	bool busy;
	u8 acks[DYAD_WIRE_ACK_BYTES * DYAD_WIRE_MAX_ACKS];
	struct kvec vec;
};

/**
 * dyad_exchanges_init() - nothing asked, nothing to answer
 * @x: to initialise
 */
void dyad_exchanges_init(struct dyad_exchanges *x);

/**
 * dyad_exchange_submit() - send a request to the peer
 * @stream: data stream to use
 * @x: its exchanges
 * @exchange: with @done, @question, @received, @patient, @prompt and the frame's payload set
 * @msg: the header; session and tag are filled in here
 *
 * @done is called once in any case, possibly before this returns.
 *
 * Context: process; does not wait for the network.
 */
void dyad_exchange_submit(struct dyad_stream *stream, struct dyad_exchanges *x,
			  struct dyad_exchange *exchange, struct dyad_msg *msg);

/**
 * dyad_exchanges_patience() - how long may requests that are to be sent wait for others?
 * @x: of the stream
 * @queued: so many that wait
 *
 * Only who has many writes under way brings more; what the module does by itself counts as little
 * as what has been received and waits for the peer's disk.
 *
 * Context: any.
 * Return: ns, or 0: they are to be sent now.
 */
u64 dyad_exchanges_patience(struct dyad_exchanges *x, unsigned int queued);

/**
 * dyad_exchanges_answered() - the peer has acknowledged some requests
 * @x: of the stream that it came on
 * @acks: payload of the message
 * @length: its length, checked by the decoder
 *
 * Return: 0, or -EPROTO if an answer fits no request (law 9).
 */
int dyad_exchanges_answered(struct dyad_exchanges *x, const u8 *acks, u32 length);

/**
 * dyad_exchanges_answered_at_once() - acknowledgements that nobody has to be woken up for
 * @x: of the stream
 * @acks: as they came
 * @length: their bytes, of 8 acknowledgements at most
 *
 * Context: softirq, with a lock of a socket held.
 * Return: true if all are taken, each by its request; false if none is: one is of a
 * request that is not @prompt, or tells of an error, or of nothing that was asked.
 */
bool dyad_exchanges_answered_at_once(struct dyad_exchanges *x, const u8 *acks,
				     u32 length);

/**
 * dyad_exchanges_expect() - the data that answers a READ has begun to come
 * @x: of the stream that it comes on
 * @msg: its header
 * @to: set to where it goes
 *
 * The request stays open until all of it is there.
 *
 * Return: 0, or -EPROTO if it fits no request (law 9).
 */
int dyad_exchanges_expect(struct dyad_exchanges *x, const struct dyad_msg *msg,
			  struct iov_iter *to);

/**
 * dyad_exchanges_arrived() - all of that data is there
 * @x: of the stream that it came on
 * @msg: its header, as dyad_exchanges_expect() has had it
 *
 * Return: 0 or -EPROTO.
 */
int dyad_exchanges_arrived(struct dyad_exchanges *x, const struct dyad_msg *msg);

/**
 * dyad_exchanges_stalled() - has the peer left a request open too long?
 * @x: of the stream; asked now and then
 * @limit: how long is too long, in jiffies
 * @quiet: nothing was answered in the session for that long: patient ones count too
 *
 * Context: process.
 * Return: true if a request has been open for @limit at least, and at most
 * twice that.
 */
bool dyad_exchanges_stalled(struct dyad_exchanges *x, unsigned long limit,
			    bool quiet);

/**
 * dyad_exchanges_fail() - no answer will come any more
 * @x: of a stopped stream
 *
 * Ends every open request with -ENOTCONN and releases unsent replies.
 *
 * Context: process.
 */
void dyad_exchanges_fail(struct dyad_exchanges *x);

/**
 * dyad_reply_send() - answer a request of the peer
 * @stream: that it came on
 * @x: its exchanges
 * @reply: with @ack and @release set
 *
 * Context: any.
 */
void dyad_reply_send(struct dyad_stream *stream, struct dyad_exchanges *x,
		     struct dyad_reply *reply);

/**
 * dyad_replies_pending() - are there answers to send?
 * @x: of the stream
 *
 * Return: true if dyad_replies_next() would give a frame.
 */
bool dyad_replies_pending(struct dyad_exchanges *x);

/**
 * dyad_replies_next() - the next batch of answers
 * @x: of the stream
 * @session: id to put into the header
 *
 * Context: the holder of the stream's tx_mutex.
 * Return: a frame, or NULL.
 */
struct dyad_frame *dyad_replies_next(struct dyad_exchanges *x, u64 session);

#endif
