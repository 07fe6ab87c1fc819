/* SPDX-License-Identifier: GPL-2.0-only */
/* One TCP connection that carries framed messages both ways. */
#ifndef DYAD_NET_STREAM_H
#define DYAD_NET_STREAM_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/net.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/uio.h>
#include <linux/workqueue.h>
#include <net/sock.h>

#include "core/wire.h"
#include "net/delay.h"

struct dyad_packer;
struct dyad_stream;

/**
 * struct dyad_frame - one outgoing message
 * @link: in the queue
 * @header: encoded
 * @payload: what follows it; advanced while sending
 * @sent: called exactly once: with 0 when TCP has taken the last byte, or
 *	with -ENOTCONN when it never will. Then the frame and its payload are the
 *	owner's again. Process context; must not sleep for I/O
 */
struct dyad_frame {
	struct list_head link;
	u8 header[DYAD_WIRE_HEADER];
	struct iov_iter payload;
	void (*sent)(struct dyad_frame *frame, int error);
};

/**
 * struct dyad_stream_ops - what a stream's owner does
 * @payload: a header has come whose message has a payload; say where to put
 *	it. Return 0, or a negative errno to break the stream
 * @message: a message is complete. Return as @payload
 * @hold: do not receive another message now; dyad_stream_wake() ends that.
 *	May be NULL
 * @next: a frame to send before the queued ones, or NULL; called again until
 *	it returns NULL. May be NULL itself
 * @prompt: a message is there; take it and return true if nothing of that sleeps or sends,
 *	else leave it. With the socket's spinlock held, in softirq or as in one. May be NULL
 * @pending: would @next return a frame?
 * @patience: how many ns may the frames that are queued, so many, wait for others? May be NULL:
 *	not at all
 * @broken: the connection failed or the peer broke the protocol. May be
 *	called more than once; must not wait for the stream
 *
 * All run in the stream's worker, @prompt and @next elsewhere too: @next where a frame is sent.
 */
struct dyad_stream_ops {
	int (*payload)(struct dyad_stream *stream, const struct dyad_msg *msg,
		       struct iov_iter *to);
	int (*message)(struct dyad_stream *stream, const struct dyad_msg *msg);
	bool (*hold)(struct dyad_stream *stream);
	bool (*prompt)(struct dyad_stream *stream, const struct dyad_msg *msg,
		       const u8 *payload);
	struct dyad_frame *(*next)(struct dyad_stream *stream);
	bool (*pending)(struct dyad_stream *stream);
	u64 (*patience)(struct dyad_stream *stream, unsigned int queued);
	void (*broken)(struct dyad_stream *stream, enum dyad_reason reason);
};

/*
 * In @flags. Who has set the first receives: the worker, or for a moment a softirq. The second
 * says that there is room to send again.
 */
#define DYAD_STREAM_RECEIVES	0
#define DYAD_STREAM_ROOM	1

/**
 * struct dyad_stream - a connection
 * @sock: the socket, owned
 * @ops: the owner's functions
 * @session: id that frames must carry
 * @kind: control or data
 * @index: of a data stream
 * @cpu: where the worker runs
 * @work: receives, and sends what could not be sent at once
 * @flags: DYAD_STREAM_RECEIVES, DYAD_STREAM_ROOM
 * @rx_header: the header being received, but for one that is taken from where it has arrived
 * @rx_have: bytes of the header that are there
 * @rx_msg: the header, once complete
 * @rx_payload: the payload is being received
 * @rx_packed: and it comes packed
 * @rx_broken: nothing more is received: the connection failed
 * @rx_iter: where it goes
 * @rx_at: jiffies of the last byte
 * @unpacker: for payload that comes packed; NULL if none may. Set before the start, the
 *	owner's
 * @tx_mutex: held while sending; protects @tx_frame, @tx_have and what is in @packer
 * @tx_frame: the frame being sent
 * @tx_have: bytes of its header that are sent
 * @packer: packs what is sent, or NULL. Set before the start, the owner's
 * @tx_lock: protects @tx_queue, @tx_count and @stopped
 * @tx_queue: frames to send
 * @tx_count: how many
 * @tx_delay: until they are sent at the latest, if they wait for others
 * @stopped: nothing is sent or received any more
 * @saved_data_ready: the socket's own callbacks
 * @saved_write_space: likewise
 * @saved_state_change: likewise
 * @sent_bytes: for statistics
 * @received_bytes: for statistics
 */
struct dyad_stream {
	struct socket *sock;
	const struct dyad_stream_ops *ops;
	u64 session;
	enum dyad_stream_kind kind;
	u8 index;
	int cpu;
	struct work_struct work;
	unsigned long flags;

	/* receiving: whoever has DYAD_STREAM_RECEIVES */
	u8 rx_header[DYAD_WIRE_HEADER];
	unsigned int rx_have;
	bool rx_payload;
	bool rx_packed;
	bool rx_broken;
	struct dyad_msg rx_msg;
	struct iov_iter rx_iter;
	unsigned long rx_at;
	u64 received_bytes;
	struct dyad_packer *unpacker;

	/* sending */
	struct mutex tx_mutex;	/* one sender at a time */
	struct dyad_frame *tx_frame;
	unsigned int tx_have;
	struct dyad_packer *packer;
	u64 sent_bytes;
	spinlock_t tx_lock;	/* the queue */
	struct list_head tx_queue;
	unsigned int tx_count;
	bool stopped;
	struct dyad_delay tx_delay;

	void (*saved_data_ready)(struct sock *sk);
	void (*saved_write_space)(struct sock *sk);
	void (*saved_state_change)(struct sock *sk);
};

/**
 * dyad_socket_classify() - give a socket's locks lockdep classes of our own
 * @sock: created a moment ago: neither bound nor connected
 *
 * Not for one that was accepted: a packet may be taking its locks just now, by
 * the class of all kernel sockets, which is good enough for it.
 */
void dyad_socket_classify(struct socket *sock);

/**
 * dyad_socket_tune() - options that every socket of ours needs
 * @sock: a fresh TCP socket
 *
 * No delay, no linger (data of a dead session must not be sent late, rule
 * H3), allocations that do not start I/O (law 12).
 */
void dyad_socket_tune(struct socket *sock);

/**
 * dyad_socket_make_room() - let it have on its way what a long round trip holds
 * @sock: a TCP socket; not of somebody who has proven nothing yet
 *
 * How far a connection's window can ever open is agreed on when it begins, so this is
 * for who listens, and for who is about to connect, too.
 */
void dyad_socket_make_room(struct socket *sock);

/**
 * dyad_stream_init() - make a stream of an authenticated connection
 * @stream: to initialise
 * @sock: ownership passes to the stream
 * @ops: the owner's functions
 * @session: id that frames carry
 * @kind: control or data
 * @index: of a data stream
 *
 * From here on its messages may use the kernel's memory reserves (law 12); a stranger's
 * may not.
 */
void dyad_stream_init(struct dyad_stream *stream, struct socket *sock,
		      const struct dyad_stream_ops *ops, u64 session,
		      enum dyad_stream_kind kind, u8 index);

/**
 * dyad_stream_start() - take the socket's callbacks over and begin to receive
 * @stream: initialised
 */
void dyad_stream_start(struct dyad_stream *stream);

/**
 * dyad_stream_send() - queue a frame and send what can be sent at once
 * @stream: started
 * @frame: filled in; the stream's until its @sent is called
 *
 * Sends from the caller's context if nobody else is sending; never waits for
 * the network.
 *
 * Context: process, may sleep for the socket's lock.
 */
void dyad_stream_send(struct dyad_stream *stream, struct dyad_frame *frame);

/**
 * dyad_stream_queue() - queue a frame; the caller sees to it that it is sent
 * @stream: as for dyad_stream_send()
 * @frame: likewise
 *
 * What is sent before that takes it along.
 *
 * Context: process.
 */
void dyad_stream_queue(struct dyad_stream *stream, struct dyad_frame *frame);

/**
 * dyad_stream_kick() - send what is queued, as far as the socket takes it
 * @stream: started
 *
 * Context: process, may sleep for the socket's lock.
 */
void dyad_stream_kick(struct dyad_stream *stream);

/**
 * dyad_stream_kick_soon() - have sent what is queued, if need be with what comes next
 * @stream: started
 *
 * As dyad_stream_kick(), if the owner has no patience with what is queued; else its worker does
 * so when that ends, unless somebody does before.
 *
 * Context: as dyad_stream_kick().
 */
void dyad_stream_kick_soon(struct dyad_stream *stream);

/**
 * dyad_stream_is_quiet() - is there nothing to receive, and nothing wrong?
 * @stream: with a socket
 *
 * What comes after this look wakes the worker.
 *
 * Context: any.
 * Return: true if so.
 */
bool dyad_stream_is_quiet(const struct dyad_stream *stream);

/**
 * dyad_stream_queue_work() - do something where the stream's worker runs
 * @stream: the stream
 * @work: what; not waited for by dyad_stream_stop()
 *
 * Context: any.
 */
void dyad_stream_queue_work(struct dyad_stream *stream, struct work_struct *work);

/**
 * dyad_stream_wake() - have the worker look again
 * @stream: initialised
 *
 * Context: any.
 */
void dyad_stream_wake(struct dyad_stream *stream);

/**
 * dyad_stream_stop() - end the connection and all that concerns it
 * @stream: initialised, started or not
 *
 * Resets the connection, waits for the worker and for a sender, and calls
 * @sent with an error for every frame that was not sent. Afterwards no
 * function of the owner is called.
 *
 * Context: process; not from the stream's worker.
 */
void dyad_stream_stop(struct dyad_stream *stream);

/**
 * dyad_stream_shutdown() - make the connection fail soon
 * @stream: initialised
 *
 * Context: process.
 */
void dyad_stream_shutdown(struct dyad_stream *stream);

/**
 * dyad_streams_setup() - start the workqueue that all streams share
 *
 * Lets the network use memory reserves for what streams send and receive.
 *
 * Return: 0 or -ENOMEM.
 */
int dyad_streams_setup(void);

/**
 * dyad_streams_cleanup() - stop it; no stream is left
 */
void dyad_streams_cleanup(void);

#endif
