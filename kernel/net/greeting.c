// SPDX-License-Identifier: GPL-2.0-only
/*
 * The handshake of a stream, on a blocking socket:
 *
 *   dialler   HELLO ------------------> listener
 *             <------------------ HELLO          (or REFUSE)
 *             AUTH ------------------->
 *             <------------------- AUTH          (or REFUSE)
 *
 * A proof covers both hellos. Refusals before it are hints for the operator:
 * they end an attempt, nothing else.
 */
#include "greeting.h"

#include <linux/random.h>
#include <linux/string.h>
#include <net/sock.h>

#include "compat.h"

static int send_all(struct socket *sock, struct kvec *vec, size_t count, size_t size)
{
	struct msghdr msg = { .msg_flags = MSG_NOSIGNAL };
	int ret = kernel_sendmsg(sock, &msg, vec, count, size);

	if (ret < 0)
		return ret;
	return ret == size ? 0 : -ECONNRESET;
}

static int send_message(struct socket *sock, enum dyad_msg_type type,
			u32 bytes, const u8 *payload, u32 length)
{
	struct dyad_msg msg = { .type = type, .bytes = bytes, .length = length };
	u8 header[DYAD_WIRE_HEADER];
	struct kvec vec[] = {
		{ .iov_base = header, .iov_len = sizeof(header) },
		{ .iov_base = (void *)payload, .iov_len = length },
	};

	dyad_wire_encode(header, &msg);
	return send_all(sock, vec, length ? 2 : 1, sizeof(header) + length);
}

/* A whole message has to come within the time, however slowly it drips in. */
static int receive_all(struct socket *sock, u8 *to, size_t size,
		       unsigned long deadline)
{
	while (size) {
		struct msghdr msg = { .msg_flags = MSG_NOSIGNAL };
		struct kvec vec = { .iov_base = to, .iov_len = size };
		long left = (long)(deadline - jiffies);
		int ret;

		if (left <= 0)
			return -ETIMEDOUT;
		sock->sk->sk_rcvtimeo = left;
		ret = kernel_recvmsg(sock, &msg, &vec, 1, size, 0);
		if (ret == -EAGAIN || ret == -EINTR)
			return -ETIMEDOUT;
		if (ret <= 0)
			return ret ?: -ECONNRESET;
		to += ret;
		size -= ret;
	}
	return 0;
}

static enum dyad_reason reason_of(int error)
{
	return error == -ETIMEDOUT ? DYAD_REASON_HANDSHAKE_TIME : dyad_reason_of(error);
}

static int failed(struct dyad_cause *cause, int error)
{
	*cause = (struct dyad_cause) { .reason = reason_of(error) };
	return error;
}

static int refused(struct dyad_cause *cause, enum dyad_reason reason, bool told)
{
	*cause = (struct dyad_cause) { .reason = reason, .told = told };
	return -ECONNREFUSED;
}

static int receive_message(struct socket *sock, enum dyad_msg_type type,
			   u8 *payload, u32 length, struct dyad_cause *cause)
{
	unsigned long deadline = jiffies + DYAD_HANDSHAKE_TIME;
	u8 header[DYAD_WIRE_HEADER];
	struct dyad_msg msg;
	int ret;

	ret = receive_all(sock, header, sizeof(header), deadline);
	if (!ret)
		ret = dyad_wire_decode(&msg, header, DYAD_STREAM_NEW, 0);
	if (ret)
		return failed(cause, ret);
	if (msg.type == DYAD_MSG_REFUSE)
		return refused(cause, msg.bytes, true);
	if (msg.type != type)
		return failed(cause, -EPROTO);
	/* The decoder has checked that the type has exactly this length. */
	ret = receive_all(sock, payload, length, deadline);
	return ret ? failed(cause, ret) : 0;
}

static int receive_hello(struct socket *sock, u8 *raw, struct dyad_hello *hello,
			 struct dyad_cause *cause)
{
	int ret = receive_message(sock, DYAD_MSG_HELLO, raw,
				  DYAD_WIRE_HELLO_BYTES, cause);

	if (ret)
		return ret;
	ret = dyad_wire_get_hello(hello, raw);
	return ret ? failed(cause, ret) : 0;
}

/* Without a key the codes are zeroes, and nobody is the wiser. */
static int make_code(u8 *mac, const struct dyad_identity *id,
		     enum dyad_auth_use use, const struct dyad_greeting *g)
{
	memset(mac, 0, DYAD_WIRE_MAC);
	if (!id->keyed)
		return 0;
	return dyad_auth_code(mac, id->key, use, g->dialler, g->listener);
}

static int send_proof(struct socket *sock, const struct dyad_identity *id,
		      enum dyad_auth_use use, const struct dyad_greeting *g)
{
	u8 mac[DYAD_WIRE_MAC];

	return make_code(mac, id, use, g) ?:
	       send_message(sock, DYAD_MSG_AUTH, 0, mac, sizeof(mac));
}

static int check_proof(struct socket *sock, const struct dyad_identity *id,
		       enum dyad_auth_use use, const struct dyad_greeting *g,
		       struct dyad_cause *cause)
{
	u8 mac[DYAD_WIRE_MAC], theirs[DYAD_WIRE_MAC];
	int ret;

	ret = receive_message(sock, DYAD_MSG_AUTH, theirs, sizeof(theirs), cause);
	if (ret)
		return ret;
	ret = make_code(mac, id, use, g);
	if (ret)
		return failed(cause, ret);
	if (!dyad_auth_equal(mac, theirs))
		return refused(cause, DYAD_REASON_KEY_WRONG, false);
	return 0;
}

static void fill_hello(struct dyad_hello *hello, const struct dyad_identity *id)
{
	hello->version_min = DYAD_WIRE_VERSION_MIN;
	hello->version_max = DYAD_WIRE_VERSION_MAX;
	hello->features = id->features;
	hello->streams = id->streams;
	hello->keyed = id->keyed;
	hello->from = id->node;
	hello->to = id->peer;
	get_random_bytes(hello->nonce, sizeof(hello->nonce));
	memcpy(hello->resource, id->resource, sizeof(hello->resource));
}

static enum dyad_reason fits(const struct dyad_hello *peer,
			     const struct dyad_identity *id)
{
	struct dyad_hello mine = {
		.version_min = DYAD_WIRE_VERSION_MIN,
		.version_max = DYAD_WIRE_VERSION_MAX,
	};

	if (!dyad_wire_choose(&mine, peer))
		return DYAD_REASON_VERSION;
	if (memcmp(peer->resource, id->resource, sizeof(id->resource)))
		return DYAD_REASON_NO_RESOURCE;
	if (peer->from != id->peer || peer->to != id->node)
		return DYAD_REASON_NO_PEER;
	if (peer->keyed != id->keyed)
		return DYAD_REASON_KEY_NEEDED;
	return DYAD_REASON_NONE;
}

int dyad_handshake_dial(struct socket *sock, const struct dyad_identity *id,
			struct dyad_hello *hello, struct dyad_greeting *greeting,
			struct dyad_cause *cause)
{
	enum dyad_reason reason;
	int ret;

	sock->sk->sk_sndtimeo = DYAD_HANDSHAKE_TIME;
	fill_hello(hello, id);
	dyad_wire_put_hello(greeting->dialler, hello);
	ret = send_message(sock, DYAD_MSG_HELLO, 0, greeting->dialler,
			   sizeof(greeting->dialler));
	if (ret)
		return failed(cause, ret);
	ret = receive_hello(sock, greeting->listener, &greeting->peer, cause);
	if (ret)
		return ret;
	reason = fits(&greeting->peer, id);
	if (reason) {
		dyad_handshake_refuse(sock, reason);
		return refused(cause, reason, false);
	}
	ret = send_proof(sock, id, DYAD_AUTH_DIALLER, greeting);
	if (ret)
		return failed(cause, ret);
	return check_proof(sock, id, DYAD_AUTH_LISTENER, greeting, cause);
}

int dyad_handshake_hear(struct socket *sock, struct dyad_greeting *greeting,
			struct dyad_cause *cause)
{
	sock->sk->sk_sndtimeo = DYAD_HANDSHAKE_TIME;
	return receive_hello(sock, greeting->dialler, &greeting->peer, cause);
}

int dyad_handshake_answer(struct socket *sock, const struct dyad_identity *id,
			  u64 session, struct dyad_greeting *greeting,
			  struct dyad_cause *cause)
{
	struct dyad_hello hello = {
		.session = session,
		.kind = greeting->peer.kind,
		.index = greeting->peer.index,
	};
	enum dyad_reason reason = fits(&greeting->peer, id);
	int ret;

	if (reason)
		return refused(cause, reason, false);
	fill_hello(&hello, id);
	hello.version_min = dyad_wire_choose(&hello, &greeting->peer);
	hello.version_max = hello.version_min;
	hello.streams = min(id->streams, greeting->peer.streams);
	dyad_wire_put_hello(greeting->listener, &hello);
	ret = send_message(sock, DYAD_MSG_HELLO, 0, greeting->listener,
			   sizeof(greeting->listener));
	if (ret)
		return failed(cause, ret);
	return check_proof(sock, id, DYAD_AUTH_DIALLER, greeting, cause);
}

int dyad_handshake_admit(struct socket *sock, const struct dyad_identity *id,
			 const struct dyad_greeting *greeting)
{
	return send_proof(sock, id, DYAD_AUTH_LISTENER, greeting);
}

void dyad_handshake_refuse(struct socket *sock, enum dyad_reason reason)
{
	send_message(sock, DYAD_MSG_REFUSE, reason, NULL, 0);
}
