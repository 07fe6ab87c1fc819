/* SPDX-License-Identifier: GPL-2.0-only */
/* The first messages on a connection: who is there, and can they prove it? */
#ifndef DYAD_NET_GREETING_H
#define DYAD_NET_GREETING_H

#include <linux/net.h>

#include "core/reason.h"
#include "core/wire.h"
#include "net/auth.h"

#define DYAD_HANDSHAKE_TIME	(3 * HZ)	/* for each message */

/**
 * struct dyad_identity - what a node says of itself, and its key
 * @resource: name, zero-padded
 * @node: its id
 * @peer: the id it expects at the other end
 * @streams: data streams it offers
 * @features: DYAD_FEATURE_*, for the kind of stream
 * @keyed: there is a key
 * @key: the shared key, or for a data stream the session's
 */
struct dyad_identity {
	char resource[DYAD_WIRE_NAME];
	u32 node;
	u32 peer;
	u8 streams;
	u32 features;
	bool keyed;
	u8 key[DYAD_AUTH_KEY];
};

/**
 * struct dyad_greeting - the two hellos of a connection
 * @dialler: as it travelled
 * @listener: as it travelled
 * @peer: the other side's, decoded
 */
struct dyad_greeting {
	u8 dialler[DYAD_WIRE_HELLO_BYTES];
	u8 listener[DYAD_WIRE_HELLO_BYTES];
	struct dyad_hello peer;
};

/**
 * dyad_handshake_dial() - greet and authenticate, as the side that connected
 * @sock: connected
 * @id: who we are
 * @hello: kind, index and session of the stream; the rest is filled in
 * @greeting: filled in
 * @cause: why it failed
 *
 * Context: sleeps, at most DYAD_HANDSHAKE_TIME for each of two answers.
 * Return: 0 or a negative errno with @cause set.
 */
int dyad_handshake_dial(struct socket *sock, const struct dyad_identity *id,
			struct dyad_hello *hello, struct dyad_greeting *greeting,
			struct dyad_cause *cause);

/**
 * dyad_handshake_hear() - receive the greeting of a side that connected
 * @sock: accepted
 * @greeting: @dialler and @peer are filled in
 * @cause: why it failed
 *
 * Nothing in it is proven yet.
 *
 * Context: sleeps, at most DYAD_HANDSHAKE_TIME.
 * Return: 0 or a negative errno with @cause set.
 */
int dyad_handshake_hear(struct socket *sock, struct dyad_greeting *greeting,
			struct dyad_cause *cause);

/**
 * dyad_handshake_answer() - greet back and have the other side prove itself
 * @sock: accepted
 * @id: who we are
 * @session: id of the session that the stream opens or joins
 * @greeting: from dyad_handshake_hear(); completed here
 * @cause: why it failed
 *
 * Context: sleeps, at most DYAD_HANDSHAKE_TIME.
 * Return: 0 or a negative errno with @cause set.
 */
int dyad_handshake_answer(struct socket *sock, const struct dyad_identity *id,
			  u64 session, struct dyad_greeting *greeting,
			  struct dyad_cause *cause);

/**
 * dyad_handshake_admit() - prove ourselves in turn; the stream is open
 * @sock: accepted
 * @id: who we are
 * @greeting: complete
 *
 * Context: may sleep.
 * Return: 0 or a negative errno.
 */
int dyad_handshake_admit(struct socket *sock, const struct dyad_identity *id,
			 const struct dyad_greeting *greeting);

/**
 * dyad_handshake_refuse() - say why not; the caller closes the connection
 * @sock: accepted or connected
 * @reason: the reason
 *
 * Context: may sleep.
 */
void dyad_handshake_refuse(struct socket *sock, enum dyad_reason reason);

#endif
