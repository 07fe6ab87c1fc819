// SPDX-License-Identifier: GPL-2.0-only
/*
 * Connections between the two nodes, their streams and the handshake on them.
 * Each direction of a connection keeps its order; otherwise anything may be
 * late, and what a closed side had sent may be lost.
 */
#include "net.h"

#include <linux/siphash.h>
#include <linux/slab.h>
#include <net/sock.h>

#include "net/auth.h"
#include "net/greeting.h"
#include "net/listener.h"
#include "net/packer.h"
#include "net/plug.h"

#define MAX_CONNS 64

struct message {
	struct message *next;
	u32 length;
	u32 pages;
	u8 header[DYAD_WIRE_HEADER];
	u64 data[];	/* bytes, or the first word of each page */
};

struct queue {
	struct message *first;
	struct message **last;
};

enum greet {
	GREET_HELLO,
	GREET_ANSWERED,
	GREET_PROVEN,
	GREET_ADMITTED,
	GREET_REFUSED,
};

/* A side's number is its node's. */
struct sim_conn {
	bool used;
	bool open[NODES];
	bool ended[NODES];		/* the end has arrived at this side */
	bool started[NODES];
	struct dyad_stream *stream[NODES];
	struct queue transit[NODES];	/* on the way to this side */
	struct queue arrived[NODES];
	wait_queue_head_t wait[NODES];
	enum greet greet;
	enum dyad_reason reason;
	struct dyad_hello hello;
	u64 session;
	u8 streams;
};

struct dyad_caller {
	struct socket *sock;
	bool taken;
};

static struct sim_conn conns[MAX_CONNS];
static int conn_high;
static bool cut[NODES];

static void queue_init(struct queue *q)
{
	q->first = NULL;
	q->last = &q->first;
}

static void queue_put(struct queue *q, struct message *m)
{
	m->next = NULL;
	*q->last = m;
	q->last = &m->next;
}

static struct message *queue_get(struct queue *q)
{
	struct message *m = q->first;

	if (!m)
		return NULL;
	q->first = m->next;
	if (!q->first)
		q->last = &q->first;
	return m;
}

static void queue_drop(struct queue *q)
{
	struct message *m;

	while ((m = queue_get(q)))
		sim_free(m);
}

void net_reset(void)
{
	memset(conns, 0, sizeof(conns));
	conn_high = 0;
	net_cut(0, false);
	net_cut(1, false);
}

void net_cut(int node, bool yes)
{
	cut[node] = yes;
}

bool net_is_cut(int node)
{
	return cut[node];
}

/* --- connections --- */

static struct sim_conn *conn_create(void)
{
	int i, n;

	for (i = 0; i < MAX_CONNS && conns[i].used; i++)
		;
	sim_assert(i < MAX_CONNS, "too many connections");
	conn_high = max(conn_high, i + 1);
	memset(&conns[i], 0, sizeof(conns[i]));
	conns[i].used = true;
	for (n = 0; n < NODES; n++) {
		conns[i].open[n] = true;
		queue_init(&conns[i].transit[n]);
		queue_init(&conns[i].arrived[n]);
		init_waitqueue_head(&conns[i].wait[n]);
	}
	return &conns[i];
}

/* One side is gone. What it had sent arrives in part, then the end. */
static void conn_close(struct sim_conn *conn, int side)
{
	struct queue kept, *out = &conn->transit[!side];
	struct message *m;

	if (!conn->open[side])
		return;
	conn->open[side] = false;
	conn->stream[side] = NULL;
	queue_drop(&conn->transit[side]);
	queue_drop(&conn->arrived[side]);
	queue_init(&kept);
	while (!one_in(4) && (m = queue_get(out)))
		queue_put(&kept, m);
	queue_drop(out);
	*out = kept;
	if (!out->first)
		out->last = &out->first;
	if (conn->open[!side])
		return;
	queue_drop(out);
	conn->used = false;
}

static bool deliverable(const struct sim_conn *conn, int node)
{
	return conn->used && conn->open[node] && !conn->ended[node] &&
	       (conn->transit[node].first || !conn->open[!node]);
}

/* A session that hears nothing ends some time. */
static struct dyad_session *deaf(int node)
{
	struct dyad_resource *res = node_resource(node);

	if (!cut[node] || !res || !res->peer || !res->peer->session ||
	    dyad_session_has_failed(res->peer->session))
		return NULL;
	return res->peer->session;
}

void net_answer_pings(void)
{
	struct dyad_resource *a = node_resource(0), *b = node_resource(1);

	if (cut[0] || cut[1] || !a || !b || !a->peer || !b->peer || !a->peer->session ||
	    !b->peer->session || a->peer->session->id != b->peer->session->id ||
	    dyad_session_has_failed(a->peer->session) ||
	    dyad_session_has_failed(b->peer->session))
		return;
	a->peer->session->proven = a->peer->session->lent = sim_jiffies;
	b->peer->session->proven = b->peer->session->lent = sim_jiffies;
}

unsigned int net_busy(int node)
{
	unsigned int n = 0;
	int i;

	if (cut[node])
		return deaf(node) ? 1 : 0;
	for (i = 0; i < conn_high; i++)
		n += deliverable(&conns[i], node);
	return n;
}

static void ring(struct sim_conn *conn, int node)
{
	struct dyad_stream *stream = conn->stream[node];

	if (stream && conn->started[node])
		dyad_stream_wake(stream);
}

static void arrive(struct sim_conn *conn, int node)
{
	struct message *m = queue_get(&conn->transit[node]);

	if (m)
		queue_put(&conn->arrived[node], m);
	else
		conn->ended[node] = true;
	current_node = node;
	ring(conn, node);
	wake_up_all(&conn->wait[node]);
	current_node = NOBODY;
}

/* Something arrives at a node, or it notices that nothing does. */
void net_event(int node)
{
	struct dyad_session *session = deaf(node);
	u32 pick;
	int i;

	if (session) {
		bool reset = one_in(8);

		if (!one_in(32))
			return;
		/* It has heard nothing for that long, or what is in between resets it. */
		if (!reset)
			sim_jiffies += session->ping_timeout;
		current_node = node;
		dyad_session_fail(session, (struct dyad_cause) {
				  .reason = reset ? DYAD_REASON_CLOSED : DYAD_REASON_SILENT });
		current_node = NOBODY;
		return;
	}
	pick = sim_random(net_busy(node));
	for (i = 0; i < conn_high; i++)
		if (deliverable(&conns[i], node) && !pick--) {
			arrive(&conns[i], node);
			return;
		}
}

void net_crash(int node)
{
	int i;

	for (i = 0; i < conn_high; i++) {
		if (!conns[i].used)
			continue;
		conns[i].wait[node].wq.first = NULL;
		conn_close(&conns[i], node);
	}
}

/* --- sockets --- */

int sock_create_kern(struct net *net, int family, int type, int protocol, struct socket **sock)
{
	*sock = sim_alloc(sizeof(**sock), true);
	(*sock)->sk = &(*sock)->the_sk;
	(*sock)->side = current_node;
	return 0;
}

void sock_release(struct socket *sock)
{
	if (sock->conn)
		conn_close(sock->conn, sock->side);
	sim_free(sock);
}

void dyad_socket_tune(struct socket *sock)
{
}

void dyad_socket_make_room(struct socket *sock)
{
}

void dyad_socket_classify(struct socket *sock)
{
}

static void answer(void *arg)
{
	struct dyad_caller *caller = sim_alloc(sizeof(*caller), true);
	struct sim_conn *conn = arg;

	sock_create_kern(NULL, 0, 0, 0, &caller->sock);
	caller->sock->conn = conn;
	dyad_peer_answer(NULL, caller, caller->sock);
	if (!caller->taken)
		sock_release(caller->sock);
	sim_free(caller);
}

int kernel_connect(struct socket *sock, struct sockaddr_unsized *to, int size, int flags)
{
	int side = sock->side;

	if (cut[0] || cut[1] || !node_resource(!side)) {
		sim_sleep(1 + sim_random(HZ));
		return -ETIMEDOUT;
	}
	sock->conn = conn_create();
	sched_spawn(!side, answer, sock->conn, NULL);
	return 0;
}

struct socket *dyad_caller_take(struct dyad_caller *caller)
{
	caller->taken = true;
	return caller->sock;
}

/* --- the handshake --- */

/* Tell the other side how far it is, unless that cannot arrive. */
static int tell(struct socket *sock, enum greet greet)
{
	struct sim_conn *conn = sock->conn;

	if (cut[!sock->side])
		sim_sleep(DYAD_HANDSHAKE_TIME);
	if (cut[!sock->side] || !conn->open[!sock->side])
		return -ECONNRESET;
	conn->greet = greet;
	current_node = !sock->side;
	wake_up_all(&conn->wait[!sock->side]);
	current_node = sock->side;
	return 0;
}

static int hear(struct socket *sock, enum greet greet, struct dyad_cause *cause)
{
	struct sim_conn *conn = sock->conn;

	wait_event_timeout(conn->wait[sock->side], conn->greet >= greet ||
			   conn->ended[sock->side], DYAD_HANDSHAKE_TIME);
	if (conn->greet == greet && !conn->ended[sock->side])
		return 0;
	if (conn->greet == GREET_REFUSED)
		*cause = (struct dyad_cause) { .reason = conn->reason, .told = true };
	else
		*cause = (struct dyad_cause) { .reason = DYAD_REASON_CLOSED };
	return -ECONNRESET;
}

int dyad_handshake_dial(struct socket *sock, const struct dyad_identity *id,
			struct dyad_hello *hello, struct dyad_greeting *greeting,
			struct dyad_cause *cause)
{
	struct sim_conn *conn = sock->conn;

	hello->from = id->node;
	hello->to = id->peer;
	hello->streams = id->streams;
	memcpy(hello->resource, id->resource, sizeof(hello->resource));
	conn->hello = *hello;
	wake_up_all(&conn->wait[!sock->side]);
	if (hear(sock, GREET_ANSWERED, cause))
		return -ECONNRESET;
	memset(greeting, 0, sizeof(*greeting));
	greeting->peer.session = conn->session;
	greeting->peer.streams = conn->streams;
	if (tell(sock, GREET_PROVEN))
		return -ECONNRESET;
	return hear(sock, GREET_ADMITTED, cause);
}

int dyad_handshake_hear(struct socket *sock, struct dyad_greeting *greeting,
			struct dyad_cause *cause)
{
	struct sim_conn *conn = sock->conn;

	*cause = (struct dyad_cause) { .reason = DYAD_REASON_HANDSHAKE_TIME };
	wait_event_timeout(conn->wait[sock->side], conn->hello.to || conn->ended[sock->side],
			   DYAD_HANDSHAKE_TIME);
	if (!conn->hello.to || conn->ended[sock->side])
		return -ECONNRESET;
	memset(greeting, 0, sizeof(*greeting));
	greeting->peer = conn->hello;
	return 0;
}

int dyad_handshake_answer(struct socket *sock, const struct dyad_identity *id, u64 session,
			  struct dyad_greeting *greeting, struct dyad_cause *cause)
{
	*cause = (struct dyad_cause) { .reason = DYAD_REASON_CLOSED };
	sock->conn->session = session;
	sock->conn->streams = min(id->streams, greeting->peer.streams);
	if (tell(sock, GREET_ANSWERED))
		return -ECONNRESET;
	return hear(sock, GREET_PROVEN, cause);
}

int dyad_handshake_admit(struct socket *sock, const struct dyad_identity *id,
			 const struct dyad_greeting *greeting)
{
	return tell(sock, GREET_ADMITTED);
}

void dyad_handshake_refuse(struct socket *sock, enum dyad_reason reason)
{
	sock->conn->reason = reason;
	tell(sock, GREET_REFUSED);
}

int dyad_auth_code(u8 *mac, const u8 *key, enum dyad_auth_use use, const u8 *dialler,
		   const u8 *listener)
{
	memset(mac, 2 * use + 2, DYAD_WIRE_MAC);
	/* Of two keys that this is the second one is odd; see siphash.h. */
	mac[sizeof(siphash_key_t)] |= 1;
	return 0;
}

/* --- streams: sending --- */

static u32 words_of(const struct iov_iter *i)
{
	return i->pages ? DIV_ROUND_UP(i->count, PAGE_SIZE) : DIV_ROUND_UP(i->count, 8);
}

static struct message *pack(const struct dyad_frame *frame)
{
	const struct iov_iter *from = &frame->payload;
	u32 words = words_of(from), i;
	struct message *m = mem_alloc(NOBODY, sizeof(*m) + words * 8, false);

	memcpy(m->header, frame->header, sizeof(m->header));
	m->length = from->count;
	m->pages = from->pages ? words : 0;
	sim_assert(!from->iov_offset, "a payload begins within a page");
	for (i = 0; i < m->pages; i++)
		m->data[i] = *(u64 *)(from->bvec[i].bv_page->data + from->bvec[i].bv_offset);
	if (from->count && !from->pages)
		memcpy(m->data, from->kvec->iov_base, from->count);
	return m;
}

static void transmit(struct dyad_stream *stream, const struct dyad_frame *frame)
{
	struct sim_conn *conn = stream->sock->conn;
	int side = stream->sock->side;

	/* Pings are left out: silence is noticed by chance, see deaf(). */
	if (conn->open[!side])
		queue_put(&conn->transit[!side], pack(frame));
}

static bool tx_pending(struct dyad_stream *stream)
{
	return !list_empty(&stream->tx_queue) ||
	       (stream->ops->pending && stream->ops->pending(stream));
}

static struct dyad_frame *next_frame(struct dyad_stream *stream)
{
	struct dyad_frame *frame = stream->ops->next ? stream->ops->next(stream) : NULL;

	if (frame)
		return frame;
	frame = list_first_entry_or_null(&stream->tx_queue, struct dyad_frame, link);
	if (frame)
		list_del(&frame->link);
	return frame;
}

static void kick(struct dyad_stream *stream)
{
	struct dyad_frame *frame;

	while (!stream->stopped && tx_pending(stream) && mutex_trylock(&stream->tx_mutex)) {
		dyad_delay_drop(&stream->tx_delay);
		while (!stream->stopped && (frame = next_frame(stream))) {
			transmit(stream, frame);
			frame->sent(frame, 0);
		}
		mutex_unlock(&stream->tx_mutex);
	}
}

void dyad_stream_send(struct dyad_stream *stream, struct dyad_frame *frame)
{
	if (stream->stopped) {
		frame->sent(frame, -ENOTCONN);
		return;
	}
	list_add_tail(&frame->link, &stream->tx_queue);
	if (one_in(8))
		dyad_stream_wake(stream);
	else
		kick(stream);
}

void dyad_stream_queue(struct dyad_stream *stream, struct dyad_frame *frame)
{
	if (stream->stopped)
		frame->sent(frame, -ENOTCONN);
	else
		list_add_tail(&frame->link, &stream->tx_queue);
}

/* --- delays: over at any time --- */

static void delay_ended(struct work_struct *work)
{
	struct dyad_delay *delay = container_of(work, struct dyad_delay, timer.work);

	if (!delay->flags)
		return;
	delay->flags = 0;
	delay->over(delay);
}

void dyad_delay_init(struct dyad_delay *delay, void (*over)(struct dyad_delay *delay))
{
	delay->flags = 0;
	delay->over = over;
	INIT_WORK(&delay->timer.work, delay_ended);
}

bool dyad_delay_is_exact(void)
{
	return !one_in(4);
}

void dyad_delay_begin(struct dyad_delay *delay, u64 ns)
{
	if (delay->flags)
		return;
	delay->flags = 1;
	sim_work_queue(&delay->timer.work);
}

void dyad_delay_stop(struct dyad_delay *delay)
{
	cancel_work_sync(&delay->timer.work);
}

void dyad_stream_kick(struct dyad_stream *stream)
{
	kick(stream);
}

/* How many there are to wait for, and for how long, is nothing to whom it happens. */
void dyad_stream_kick_soon(struct dyad_stream *stream)
{
	if (!stream->stopped && one_in(2))
		dyad_delay_begin(&stream->tx_delay, 1);
	else
		kick(stream);
}

static void waited(struct dyad_delay *delay)
{
	dyad_stream_wake(container_of(delay, struct dyad_stream, tx_delay));
}

/* --- plugs --- */

/**
 * struct plug - somebody who may have more to send, and says later that this was all
 * @work: then
 * @stream: what it has sent on
 * @waits: that may wait for more
 * @pulled: tells the owner of what it has sent first
 * @owner: for that
 */
struct plug {
	struct work_struct work;
	struct dyad_stream *stream;
	bool waits;
	void (*pulled)(void *owner);
	void *owner;
};

static void pull(struct work_struct *work)
{
	struct plug *plug = container_of(work, struct plug, work);

	if (plug->waits)
		dyad_stream_kick_soon(plug->stream);
	else
		kick(plug->stream);
	plug->pulled(plug->owner);
	kfree(plug);
}

/* Each is the first of its plug here: that is the one whose end has to wait. */
enum dyad_plug dyad_plug_hold(struct dyad_stream *stream, u32 bytes, bool waits,
			      void (*pulled)(void *owner), void *owner)
{
	struct plug *plug;

	if (!one_in(8))
		return one_in(2) ? DYAD_PLUG_NONE : DYAD_PLUG_FULL;
	plug = kzalloc(sizeof(*plug), GFP_NOIO);
	INIT_WORK(&plug->work, pull);
	plug->stream = stream;
	plug->waits = waits;
	plug->pulled = pulled;
	plug->owner = owner;
	sim_work_queue(&plug->work);
	return DYAD_PLUG_FIRST;
}

/* --- streams: receiving --- */

static int unpack(struct dyad_stream *stream, const struct message *m)
{
	const struct iov_iter *to = &stream->rx_iter;
	u32 i;

	if (!m->length)
		return 0;
	if (to->pages) {
		sim_assert(m->pages && m->length == to->count, "pages that are none");
		for (i = 0; i < m->pages; i++)
			*(u64 *)(to->bvec[i].bv_page->data + to->bvec[i].bv_offset) = m->data[i];
	} else {
		sim_assert(!m->pages && m->length == to->count, "no pages where some should be");
		memcpy(to->kvec->iov_base, m->data, m->length);
	}
	return 0;
}

/* Return > 0 if something was received, 0 if there is nothing, < 0 if broken. */
static int receive(struct dyad_stream *stream, struct sim_conn *conn, int side)
{
	struct message *m = conn->arrived[side].first;

	if (!m)
		return conn->ended[side] ? -ECONNRESET : 0;
	if (!stream->rx_payload) {
		if (stream->ops->hold && stream->ops->hold(stream))
			return 0;
		if (dyad_wire_decode(&stream->rx_msg, m->header, stream->kind,
				     stream->session))
			return -EPROTO;
		if (stream->rx_msg.length &&
		    stream->ops->payload(stream, &stream->rx_msg, &stream->rx_iter))
			return -EPROTO;
		stream->rx_payload = true;
		/* The rest may come later, or never. */
		if (one_in(8))
			return 1;
	}
	unpack(stream, m);
	stream->rx_payload = false;
	sim_free(queue_get(&conn->arrived[side]));
	return stream->ops->message(stream, &stream->rx_msg) ? -EPROTO : 1;
}

static void work(struct work_struct *work)
{
	struct dyad_stream *stream = container_of(work, struct dyad_stream, work);
	int ret = 1, budget = 4;

	while (ret > 0 && budget-- && !stream->rx_broken && !stream->stopped) {
		ret = receive(stream, stream->sock->conn, stream->sock->side);
		stream->rx_broken = ret < 0;
	}
	kick(stream);
	if (ret < 0)
		stream->ops->broken(stream, ret == -EPROTO ? DYAD_REASON_PROTOCOL :
							     DYAD_REASON_CLOSED);
	else if (ret > 0 && !stream->rx_broken && !stream->stopped)
		dyad_stream_wake(stream);
}

void dyad_stream_wake(struct dyad_stream *stream)
{
	sim_work_queue(&stream->work);
}

void dyad_stream_init(struct dyad_stream *stream, struct socket *sock,
		      const struct dyad_stream_ops *ops, u64 session,
		      enum dyad_stream_kind kind, u8 index)
{
	memset(stream, 0, sizeof(*stream));
	stream->sock = sock;
	stream->ops = ops;
	stream->session = session;
	stream->kind = kind;
	stream->index = index;
	INIT_WORK(&stream->work, work);
	mutex_init(&stream->tx_mutex);
	spin_lock_init(&stream->tx_lock);
	INIT_LIST_HEAD(&stream->tx_queue);
	dyad_delay_init(&stream->tx_delay, waited);
	sock->conn->stream[sock->side] = stream;
}

void dyad_stream_start(struct dyad_stream *stream)
{
	stream->sock->conn->started[stream->sock->side] = true;
	dyad_stream_wake(stream);
}

void dyad_stream_stop(struct dyad_stream *stream)
{
	struct dyad_frame *frame, *next;
	LIST_HEAD(unsent);

	stream->stopped = true;
	dyad_delay_stop(&stream->tx_delay);
	cancel_work_sync(&stream->work);
	mutex_lock(&stream->tx_mutex);
	mutex_unlock(&stream->tx_mutex);
	cancel_work_sync(&stream->work);
	sock_release(stream->sock);
	stream->sock = NULL;
	list_splice_tail_init(&stream->tx_queue, &unsent);
	list_for_each_entry_safe(frame, next, &unsent, link)
		frame->sent(frame, -ENOTCONN);
}

void dyad_stream_shutdown(struct dyad_stream *stream)
{
}

/* Messages travel whole here: nobody wishes to have them packed. */
struct dyad_packer *dyad_packer_create(unsigned int compression)
{
	return NULL;
}

void dyad_packer_free(struct dyad_packer *packer)
{
}
