// SPDX-License-Identifier: GPL-2.0-only
/*
 * A TCP connection that carries messages: framing, a send queue, one worker.
 * Knows nothing of what the messages mean beyond their headers.
 */
#include "stream.h"

#include <linux/sched/mm.h>
#include <linux/tcp.h>
#include <net/tcp.h>

#include "compat.h"
#include "stats.h"
#include "net/arrival.h"
#include "net/packer.h"

#define WORK_BUDGET	msecs_to_jiffies(2)
#define JOINED		8	/* pieces of a payload that are sent with its header */
#define ON_THE_WAY	(16 << 20)
#define UNSENT		(1 << 20)

static struct workqueue_struct *workqueue;

#ifdef CONFIG_DEBUG_LOCK_ALLOC
/*
 * Our sockets' locks nest inside those of block devices and file systems;
 * user space's do not. One class for both would show lockdep cycles that
 * cannot happen.
 */
static struct lock_class_key socket_keys[2];
static struct lock_class_key socket_slock_keys[2];

void dyad_socket_classify(struct socket *sock)
{
	struct sock *sk = sock->sk;
	bool v6 = sk->sk_family == AF_INET6;

	lockdep_set_class_and_name(&sk->sk_lock.slock, &socket_slock_keys[v6],
				   v6 ? "slock-AF_INET6-DYAD" :
					"slock-AF_INET-DYAD");
	lockdep_init_map(&sk->sk_lock.dep_map,
			 v6 ? "sk_lock-AF_INET6-DYAD" : "sk_lock-AF_INET-DYAD",
			 &socket_keys[v6], 0);
}
#else
void dyad_socket_classify(struct socket *sock)
{
}
#endif

/*
 * Left to itself TCP lets a connection have a few MiB on their way, which a link with a long
 * round trip could carry many times. What is written but not sent yet is another matter: what
 * comes next waits behind it. Twice: TCP counts what it keeps the bytes in as well. Locked:
 * else TCP makes less of it once the window is large. Where TCP may take as much by itself it is
 * left to itself, and no longer held to what a caller gets.
 */
void dyad_socket_make_room(struct socket *sock)
{
	struct sock *sk = sock->sk;
	const struct netns_ipv4 *ipv4 = &sock_net(sk)->ipv4;
	int bytes = min_t(u64, ON_THE_WAY, ((u64)totalram_pages() << PAGE_SHIFT) / 128);
	bool enough = READ_ONCE(ipv4->sysctl_tcp_rmem[2]) >= 2 * bytes;

	if (!enough)
		sock_set_rcvbuf(sk, bytes);
	lock_sock(sk);
	if (enough) {
		WRITE_ONCE(sk->sk_rcvbuf, max(sk->sk_rcvbuf,
					      READ_ONCE(ipv4->sysctl_tcp_rmem[1])));
		sk->sk_userlocks &= ~SOCK_RCVBUF_LOCK;
	}
	if (READ_ONCE(ipv4->sysctl_tcp_wmem[2]) < 2 * bytes) {
		WRITE_ONCE(sk->sk_sndbuf, 2 * bytes);
		sk->sk_userlocks |= SOCK_SNDBUF_LOCK;
	}
	WRITE_ONCE(tcp_sk(sk)->notsent_lowat, UNSENT);
	release_sock(sk);
}

void dyad_socket_tune(struct socket *sock)
{
	struct sock *sk = sock->sk;

	tcp_sock_set_nodelay(sk);
	sock_no_linger(sk);
	sk->sk_allocation = GFP_NOIO;
	sk->sk_use_task_frag = false;
}

/*
 * What is sent here may be what memory waits for: it may use the reserves, and so may what
 * arrives. sk_set_memalloc() would do, but for a lock that whoever takes a processor out
 * holds while he waits for memory; dyad_streams_setup() has counted for all. Nor is memory
 * waited for with the socket's lock, without which no acknowledgement of TCP's is heard, which
 * would give back what waits to be sent: what finds none is sent later.
 */
static void use_reserves(struct sock *sk)
{
	sock_set_flag(sk, SOCK_MEMALLOC);
	sk->sk_allocation = GFP_ATOMIC | __GFP_MEMALLOC;
}

static void data_ready(struct sock *sk)
{
	struct dyad_stream *stream;

	read_lock_bh(&sk->sk_callback_lock);
	stream = sk->sk_user_data;
	if (likely(stream) && !dyad_arrival_take(stream))
		dyad_stream_wake(stream);
	read_unlock_bh(&sk->sk_callback_lock);
}

static void write_space(struct sock *sk)
{
	struct dyad_stream *stream;

	read_lock_bh(&sk->sk_callback_lock);
	stream = sk->sk_user_data;
	if (likely(stream) && sk_stream_is_writeable(sk)) {
		clear_bit(SOCK_NOSPACE, &sk->sk_socket->flags);
		/* Whoever found it full may not be done yet: the worker would leave it to him. */
		set_bit(DYAD_STREAM_ROOM, &stream->flags);
		dyad_stream_wake(stream);
	}
	read_unlock_bh(&sk->sk_callback_lock);
}

/* Closed, reset or aborted: receiving will say which. */
static void state_change(struct sock *sk)
{
	struct dyad_stream *stream;

	read_lock_bh(&sk->sk_callback_lock);
	stream = sk->sk_user_data;
	if (likely(stream))
		dyad_stream_wake(stream);
	read_unlock_bh(&sk->sk_callback_lock);
}

static void take_callbacks(struct dyad_stream *stream)
{
	struct sock *sk = stream->sock->sk;

	write_lock_bh(&sk->sk_callback_lock);
	stream->saved_data_ready = sk->sk_data_ready;
	stream->saved_write_space = sk->sk_write_space;
	stream->saved_state_change = sk->sk_state_change;
	sk->sk_user_data = stream;
	sk->sk_data_ready = data_ready;
	sk->sk_write_space = write_space;
	sk->sk_state_change = state_change;
	write_unlock_bh(&sk->sk_callback_lock);
}

static void return_callbacks(struct dyad_stream *stream)
{
	struct sock *sk = stream->sock->sk;

	write_lock_bh(&sk->sk_callback_lock);
	if (sk->sk_user_data == stream) {
		sk->sk_data_ready = stream->saved_data_ready;
		sk->sk_write_space = stream->saved_write_space;
		sk->sk_state_change = stream->saved_state_change;
		sk->sk_user_data = NULL;
	}
	write_unlock_bh(&sk->sk_callback_lock);
}

static bool tx_pending(struct dyad_stream *stream)
{
	/*
	 * A wrong yes costs little, a wrong no is made good by whoever queued:
	 * it sees the mutex taken, and its holder looks again.
	 */
	return data_race(stream->tx_frame) || !list_empty_careful(&stream->tx_queue) ||
	       (stream->ops->pending && stream->ops->pending(stream));
}

static struct dyad_frame *next_frame(struct dyad_stream *stream)
{
	struct dyad_frame *frame = NULL;

	if (stream->ops->next)
		frame = stream->ops->next(stream);
	if (frame)
		return frame;
	spin_lock_bh(&stream->tx_lock);
	frame = list_first_entry_or_null(&stream->tx_queue, struct dyad_frame, link);
	if (frame) {
		list_del(&frame->link);
		stream->tx_count--;
	}
	spin_unlock_bh(&stream->tx_lock);
	return frame;
}

static int send_some(struct dyad_stream *stream, struct msghdr *msg, bool more)
{
	int ret;

	msg->msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL | (more ? MSG_MORE : 0);
	ret = sock_sendmsg(stream->sock, msg);
	if (ret == -EAGAIN)
		return 0;
	if (ret > 0)
		stream->sent_bytes += ret;
	return ret;
}

/* What one send takes of a frame; @vecs and @kvecs hold the pieces meanwhile. */
struct parcel {
	struct bio_vec vecs[JOINED + 1];
	struct kvec kvecs[2];
	bool more;
};

/* Header and payload in one, if the payload is of few pieces: each call costs. */
static bool join(struct parcel *p, struct dyad_frame *frame, u8 *head, size_t left,
		 struct iov_iter *iter)
{
	const struct iov_iter *from = &frame->payload;
	size_t n = from->nr_segs;

	if (iov_iter_is_kvec(from) && n == 1) {
		p->kvecs[0] = (struct kvec) { .iov_base = head, .iov_len = left };
		p->kvecs[1].iov_base = from->kvec->iov_base + from->iov_offset;
		p->kvecs[1].iov_len = iov_iter_count(from);
		iov_iter_kvec(iter, ITER_SOURCE, p->kvecs, 2, left + iov_iter_count(from));
		return true;
	}
	/* A header on a stack has no page of its own. */
	if (!iov_iter_is_bvec(from) || n > JOINED || is_vmalloc_addr(head))
		return false;
	p->vecs[0] = (struct bio_vec) { virt_to_page(head), left, offset_in_page(head) };
	memcpy(p->vecs + 1, from->bvec, n * sizeof(*p->vecs));
	p->vecs[1].bv_offset += from->iov_offset;
	p->vecs[1].bv_len -= from->iov_offset;
	iov_iter_bvec(iter, ITER_SOURCE, p->vecs, n + 1, left + iov_iter_count(from));
	return true;
}

static void pack(struct parcel *p, struct dyad_frame *frame, unsigned int have,
		 struct iov_iter *iter)
{
	size_t left = DYAD_WIRE_HEADER - have;
	u8 *head = frame->header + have;

	p->more = false;
	if (!left) {
		*iter = frame->payload;
	} else if (!iov_iter_count(&frame->payload) || !join(p, frame, head, left, iter)) {
		p->more = iov_iter_count(&frame->payload);
		p->kvecs[0] = (struct kvec) { .iov_base = head, .iov_len = left };
		iov_iter_kvec(iter, ITER_SOURCE, p->kvecs, 1, left);
	}
}

/* Return > 0 if the frame is sent, 0 if the socket is full, < 0 if broken. */
static int send_frame(struct dyad_stream *stream, struct dyad_frame *frame)
{
	while (stream->tx_have < DYAD_WIRE_HEADER || iov_iter_count(&frame->payload)) {
		struct msghdr msg = { };
		struct parcel parcel;
		unsigned int head;
		int ret;

		pack(&parcel, frame, stream->tx_have, &msg.msg_iter);
		ret = send_some(stream, &msg, parcel.more ||
				!list_empty_careful(&stream->tx_queue));
		if (ret <= 0)
			return ret;
		head = min_t(unsigned int, ret, DYAD_WIRE_HEADER - stream->tx_have);
		stream->tx_have += head;
		iov_iter_advance(&frame->payload, ret - head);
	}
	return 1;
}

/* As send_frame(). What is packed stays until TCP has the last byte of it. */
static int send_blocks(struct dyad_stream *stream, struct dyad_frame *frame)
{
	struct dyad_packer *packer = stream->packer;

	for (;;) {
		size_t size = DYAD_WIRE_HEADER - stream->tx_have;
		struct msghdr msg = { };
		struct kvec vecs[3] = {
			{ .iov_base = frame->header + stream->tx_have, .iov_len = size },
		};
		unsigned int n = size ? 1 : 0;
		unsigned int head = size;
		int ret;

		n += dyad_packer_pieces(packer, vecs + n, &size);
		if (!n) {
			if (!iov_iter_count(&frame->payload))
				return 1;
			ret = dyad_packer_next(packer, &frame->payload);
			if (ret)
				return ret;
			continue;
		}
		iov_iter_kvec(&msg.msg_iter, ITER_SOURCE, vecs, n, size);
		ret = send_some(stream, &msg, iov_iter_count(&frame->payload) ||
				!list_empty_careful(&stream->tx_queue));
		if (ret <= 0)
			return ret;
		head = min_t(unsigned int, ret, head);
		stream->tx_have += head;
		packer->have += ret - head;
	}
}

/* A frame that was begun goes on as it was begun. */
static int send_by_packer(struct dyad_stream *stream, struct dyad_frame *frame)
{
	struct dyad_packer *packer = stream->packer;
	int ret;

	if (!packer->begun) {
		packer->packs = dyad_packer_begin(packer, frame->header, &frame->payload);
		packer->begun = true;
	}
	ret = packer->packs ? send_blocks(stream, frame) : send_frame(stream, frame);
	if (ret > 0)
		packer->begun = false;
	return ret;
}

/* Send until the queue is empty (> 0), the socket full (0) or broken (< 0). */
static int push(struct dyad_stream *stream)
{
	struct dyad_frame *frame;
	int ret;

	for (;;) {
		if (!stream->tx_frame) {
			stream->tx_frame = next_frame(stream);
			stream->tx_have = 0;
		}
		frame = stream->tx_frame;
		if (!frame)
			return 1;
		ret = unlikely(stream->packer) ? send_by_packer(stream, frame) :
						 send_frame(stream, frame);
		if (ret <= 0)
			return ret;
		stream->tx_frame = NULL;
		frame->sent(frame, 0);
	}
}

void dyad_stream_kick(struct dyad_stream *stream)
{
	unsigned int noio = memalloc_noio_save();
	int ret = 1;

	for (;;) {
		/*
		 * Between queueing and trying the mutex, and between releasing it and
		 * looking at the queue: one of two who meet here sees the other.
		 */
		smp_mb();
		if (ret < 0 || READ_ONCE(stream->stopped) || !tx_pending(stream))
			break;
		/* Full, and TCP will say when it is not. */
		if (!ret && !test_bit(DYAD_STREAM_ROOM, &stream->flags))
			break;
		if (!mutex_trylock(&stream->tx_mutex))
			break;
		dyad_delay_drop(&stream->tx_delay);
		clear_bit(DYAD_STREAM_ROOM, &stream->flags);
		smp_mb__after_atomic(); /* room that is made from here on is told of */
		ret = READ_ONCE(stream->stopped) ? 0 : push(stream);
		mutex_unlock(&stream->tx_mutex);
	}
	memalloc_noio_restore(noio);
	if (ret < 0)
		stream->ops->broken(stream, DYAD_REASON_CLOSED);
}

void dyad_stream_kick_soon(struct dyad_stream *stream)
{
	u64 ns = 0;

	if (stream->ops->patience)
		/* Who sends meanwhile makes it less: then nobody waits. */
		ns = stream->ops->patience(stream, data_race(stream->tx_count));
	if (!ns) {
		dyad_stream_kick(stream);
		return;
	}
	spin_lock_bh(&stream->tx_lock);
	/* Whoever has taken it sends it. */
	if (!stream->stopped && stream->tx_count)
		dyad_delay_begin(&stream->tx_delay, ns);
	spin_unlock_bh(&stream->tx_lock);
}

static bool enqueue(struct dyad_stream *stream, struct dyad_frame *frame)
{
	bool stopped;

	spin_lock_bh(&stream->tx_lock);
	stopped = stream->stopped;
	if (!stopped) {
		list_add_tail(&frame->link, &stream->tx_queue);
		stream->tx_count++;
	}
	spin_unlock_bh(&stream->tx_lock);
	if (stopped)
		frame->sent(frame, -ENOTCONN);
	return !stopped;
}

void dyad_stream_send(struct dyad_stream *stream, struct dyad_frame *frame)
{
	if (enqueue(stream, frame))
		dyad_stream_kick(stream);
}

void dyad_stream_queue(struct dyad_stream *stream, struct dyad_frame *frame)
{
	enqueue(stream, frame);
}

void dyad_stream_queue_work(struct dyad_stream *stream, struct work_struct *work)
{
	queue_work_on(stream->cpu, workqueue, work);
}

void dyad_stream_wake(struct dyad_stream *stream)
{
	queue_work_on(stream->cpu, workqueue, &stream->work);
}

bool dyad_stream_is_quiet(const struct dyad_stream *stream)
{
	const struct sock *sk = stream->sock->sk;

	return skb_queue_empty_lockless(&sk->sk_receive_queue) &&
	       READ_ONCE(sk->sk_state) == TCP_ESTABLISHED && !READ_ONCE(sk->sk_err) &&
	       !(READ_ONCE(sk->sk_shutdown) & RCV_SHUTDOWN);
}

static int receive_bytes(struct dyad_stream *stream, struct msghdr *msg)
{
	int ret;

	/* No need to ask TCP. */
	if (dyad_stream_is_quiet(stream))
		return 0;
	msg->msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL;
	ret = sock_recvmsg(stream->sock, msg, msg->msg_flags);
	if (ret == -EAGAIN)
		return 0;
	if (!ret)
		return -ECONNRESET;
	if (ret > 0) {
		stream->received_bytes += ret;
		WRITE_ONCE(stream->rx_at, jiffies);
	}
	return ret;
}

/* The header is there: where does the rest go? */
static int begin(struct dyad_stream *stream)
{
	/* How it travels is nothing to whom it is for. */
	stream->rx_packed = stream->rx_msg.flags & DYAD_MSG_F_PACKED;
	stream->rx_msg.flags &= ~DYAD_MSG_F_PACKED;
	if (stream->rx_packed && !stream->unpacker)
		return -EPROTO;
	stream->rx_payload = true;
	if (stream->rx_msg.length &&
	    stream->ops->payload(stream, &stream->rx_msg, &stream->rx_iter))
		return -EPROTO;
	return 1;
}

static int receive_header(struct dyad_stream *stream)
{
	struct kvec kv = {
		.iov_base = stream->rx_header + stream->rx_have,
		.iov_len = DYAD_WIRE_HEADER - stream->rx_have,
	};
	struct msghdr msg = { };
	int ret;

	iov_iter_kvec(&msg.msg_iter, ITER_DEST, &kv, 1, kv.iov_len);
	ret = receive_bytes(stream, &msg);
	if (ret <= 0)
		return ret;
	stream->rx_have += ret;
	if (stream->rx_have < DYAD_WIRE_HEADER)
		return 1;
	if (dyad_wire_decode(&stream->rx_msg, stream->rx_header, stream->kind,
			     stream->session))
		return -EPROTO;
	return begin(stream);
}

static int receive_some(struct dyad_stream *stream)
{
	struct msghdr msg = { .msg_iter = stream->rx_iter };
	int ret = receive_bytes(stream, &msg);

	if (ret > 0)
		iov_iter_advance(&stream->rx_iter, ret);
	return ret;
}

static int receive_packed(struct dyad_stream *stream)
{
	struct kvec kv = dyad_packer_room(stream->unpacker);
	struct msghdr msg = { };
	int ret;

	iov_iter_kvec(&msg.msg_iter, ITER_DEST, &kv, 1, kv.iov_len);
	ret = receive_bytes(stream, &msg);
	if (ret <= 0)
		return ret;
	return dyad_packer_take(stream->unpacker, ret, &stream->rx_iter) ?: 1;
}

static int receive_payload(struct dyad_stream *stream)
{
	int ret;

	if (stream->rx_msg.length && iov_iter_count(&stream->rx_iter)) {
		ret = stream->rx_packed ? receive_packed(stream) : receive_some(stream);
		if (ret <= 0)
			return ret;
		if (iov_iter_count(&stream->rx_iter))
			return 1;
	}
	stream->rx_payload = false;
	stream->rx_have = 0;
	return stream->ops->message(stream, &stream->rx_msg) ? -EPROTO : 1;
}

/* Return > 0 if something was received, 0 if there is nothing, < 0 if broken. */
static int receive(struct dyad_stream *stream)
{
	if (stream->rx_payload)
		return receive_payload(stream);
	if ((!stream->rx_have || stream->rx_have == DYAD_WIRE_HEADER) &&
	    stream->ops->hold && stream->ops->hold(stream))
		return 0;
	dyad_arrival_begin(stream);
	return stream->rx_have == DYAD_WIRE_HEADER ? begin(stream) : receive_header(stream);
}

/* Return > 0 if there may be more, 0 if there is nothing, < 0 if broken. */
static int receive_all(struct dyad_stream *stream)
{
	unsigned long deadline = jiffies + WORK_BUDGET;
	int ret = 1;

	/* A softirq on another processor is about to be done with it. */
	if (test_and_set_bit_lock(DYAD_STREAM_RECEIVES, &stream->flags))
		return 1;
	while (ret > 0 && !stream->rx_broken && !READ_ONCE(stream->stopped)) {
		ret = receive(stream);
		stream->rx_broken = ret < 0;
		if (ret > 0 && time_after(jiffies, deadline))
			break;
	}
	clear_bit_unlock(DYAD_STREAM_RECEIVES, &stream->flags);
	return ret;
}

static void work(struct work_struct *work)
{
	struct dyad_stream *stream = container_of(work, struct dyad_stream, work);
	unsigned int noio = memalloc_noio_save();
	int ret = receive_all(stream);

	dyad_stream_kick(stream);
	memalloc_noio_restore(noio);
	if (ret < 0)
		stream->ops->broken(stream, dyad_reason_of(ret));
	else if (ret > 0 && !stream->rx_broken && !READ_ONCE(stream->stopped))
		dyad_stream_wake(stream);
}

/* Nobody came, or not enough. */
static void waited(struct dyad_delay *delay)
{
	dyad_stream_wake(container_of(delay, struct dyad_stream, tx_delay));
}

void dyad_stream_init(struct dyad_stream *stream, struct socket *sock,
		      const struct dyad_stream_ops *ops, u64 session,
		      enum dyad_stream_kind kind, u8 index)
{
	memset(stream, 0, sizeof(*stream));
	use_reserves(sock->sk);
	dyad_socket_make_room(sock);
	stream->sock = sock;
	stream->ops = ops;
	stream->session = session;
	stream->kind = kind;
	stream->index = index;
	stream->cpu = cpumask_local_spread(index, NUMA_NO_NODE);
	stream->rx_at = jiffies;
	INIT_WORK(&stream->work, work);
	mutex_init(&stream->tx_mutex);
	spin_lock_init(&stream->tx_lock);
	INIT_LIST_HEAD(&stream->tx_queue);
	dyad_delay_init(&stream->tx_delay, waited);
}

void dyad_stream_start(struct dyad_stream *stream)
{
	take_callbacks(stream);
	/* What came before the callbacks were ours rang no bell. */
	dyad_stream_wake(stream);
}

void dyad_stream_shutdown(struct dyad_stream *stream)
{
	kernel_sock_shutdown(stream->sock, SHUT_RDWR);
}

void dyad_stream_stop(struct dyad_stream *stream)
{
	struct dyad_frame *frame, *next;
	LIST_HEAD(unsent);

	spin_lock_bh(&stream->tx_lock);
	stream->stopped = true;
	spin_unlock_bh(&stream->tx_lock);

	/*
	 * Who can still touch the stream now: a socket callback, until they are
	 * returned; a delay, until it is stopped; the worker, until it is cancelled,
	 * and nobody queues it any more; a sender that saw it running, until we have had the mutex.
	 */
	return_callbacks(stream);
	dyad_delay_stop(&stream->tx_delay);
	cancel_work_sync(&stream->work);
	mutex_lock(&stream->tx_mutex);
	if (stream->tx_frame)
		list_add(&stream->tx_frame->link, &unsent);
	stream->tx_frame = NULL;
	mutex_unlock(&stream->tx_mutex);
	cancel_work_sync(&stream->work);

	/* No linger: this resets the connection and drops what is unsent. */
	sock_release(stream->sock);
	stream->sock = NULL;
	list_splice_tail_init(&stream->tx_queue, &unsent);
	list_for_each_entry_safe(frame, next, &unsent, link)
		frame->sent(frame, -ENOTCONN);
}

int dyad_streams_setup(void)
{
	workqueue = alloc_workqueue("dyad_stream", WQ_MEM_RECLAIM | WQ_HIGHPRI |
				    WQ_PERCPU, 0);
	if (!workqueue)
		return -ENOMEM;
	static_branch_inc(&memalloc_socks_key);
	return 0;
}

void dyad_streams_cleanup(void)
{
	static_branch_dec(&memalloc_socks_key);
	destroy_workqueue(workqueue);
}
