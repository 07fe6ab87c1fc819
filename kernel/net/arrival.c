// SPDX-License-Identifier: GPL-2.0-only
/*
 * What has arrived is received by the stream's worker, which may sleep. But a write whose
 * acknowledgement is there has only to be told so: that is done in the softirq which
 * brings it, as a disk's interrupt would, and nobody is woken up but whoever waits for the
 * write. And who has looked at a header takes it: asking TCP for one costs more than to
 * read it where it is.
 */
#include "arrival.h"

#include <linux/bitops.h>
#include <linux/skbuff.h>
#include <net/tcp.h>

#include "net/stream.h"

#define PAYLOAD	(8 * DYAD_WIRE_ACK_BYTES)	/* on a stack; more is worth a wake-up */

/*
 * One message of this buffer, or else the header of one, which ends this. Return the length,
 * or 0 to leave it, and the rest, alone.
 */
static size_t take_one(struct dyad_stream *stream, struct sk_buff *skb,
		       unsigned int offset, size_t left)
{
	struct dyad_msg *msg = &stream->rx_msg;
	u8 payload[PAYLOAD];
	u8 header[DYAD_WIRE_HEADER];

	/* What is wrong with it the worker will say. */
	if (left < sizeof(header) || skb_copy_bits(skb, offset, header, sizeof(header)) ||
	    dyad_wire_decode(msg, header, stream->kind, stream->session))
		return 0;
	if (msg->length <= min(left - sizeof(header), sizeof(payload)) &&
	    !skb_copy_bits(skb, offset + sizeof(header), payload, msg->length) &&
	    stream->ops->prompt(stream, msg, payload))
		return sizeof(header) + msg->length;
	stream->rx_have = sizeof(header);
	return sizeof(header);
}

static int take(read_descriptor_t *desc, struct sk_buff *skb, unsigned int offset,
		size_t length)
{
	struct dyad_stream *stream = desc->arg.data;
	size_t taken = 0, n;

	/* It asks once more about the rest of a buffer. */
	if (!desc->count)
		return 0;
	do {
		n = take_one(stream, skb, offset + taken, length - taken);
		taken += n;
	} while (n && !stream->rx_have);
	/* Whatever is left of it ends this. */
	if (taken < length || stream->rx_have)
		desc->count = 0;
	stream->received_bytes += taken;
	if (taken)
		WRITE_ONCE(stream->rx_at, jiffies);
	return taken;
}

/* With DYAD_STREAM_RECEIVES and the socket's spinlock held; nobody owns the socket. */
static void take_all(struct dyad_stream *stream)
{
	read_descriptor_t desc = { .arg.data = stream, .count = 1 };

	/* Not in the midst of a message. */
	if (!stream->rx_have && !stream->rx_payload && !stream->rx_broken &&
	    !READ_ONCE(stream->stopped))
		tcp_read_sock(stream->sock->sk, &desc, take);
}

bool dyad_arrival_take(struct dyad_stream *stream)
{
	struct sock *sk = stream->sock->sk;
	bool all;

	if (!stream->ops->prompt || sock_owned_by_user_nocheck(sk) ||
	    test_and_set_bit_lock(DYAD_STREAM_RECEIVES, &stream->flags))
		return false;
	take_all(stream);
	all = dyad_stream_is_quiet(stream) && !stream->rx_have && !stream->rx_payload;
	/* What could not be sent for want of memory is tried again by the worker. */
	all &= !data_race(stream->tx_frame);
	clear_bit_unlock(DYAD_STREAM_RECEIVES, &stream->flags);
	return all;
}

void dyad_arrival_begin(struct dyad_stream *stream)
{
	struct sock *sk = stream->sock->sk;

	if (!stream->ops->prompt || stream->rx_have || dyad_stream_is_quiet(stream))
		return;
	spin_lock_bh(&sk->sk_lock.slock);
	if (!sock_owned_by_user_nocheck(sk))
		take_all(stream);
	spin_unlock_bh(&sk->sk_lock.slock);
}
