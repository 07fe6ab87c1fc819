/* SPDX-License-Identifier: GPL-2.0-only */
/* Proof of a shared key: HMAC-SHA256 over the greeting (RFC 2104, FIPS 180-4). */
#ifndef DYAD_NET_AUTH_H
#define DYAD_NET_AUTH_H

#include <linux/types.h>

#include "core/wire.h"

#define DYAD_AUTH_KEY 32

/**
 * enum dyad_auth_use - what a code is good for; codes for one use never fit
 *	another
 * @DYAD_AUTH_DIALLER: proof of the side that connected
 * @DYAD_AUTH_LISTENER: proof of the side that was connected to
 * @DYAD_AUTH_SESSION: the key of the session's data streams
 * @DYAD_AUTH_DIGEST: the key of block digests
 */
enum dyad_auth_use {
	DYAD_AUTH_DIALLER,
	DYAD_AUTH_LISTENER,
	DYAD_AUTH_SESSION,
	DYAD_AUTH_DIGEST,
};

/**
 * dyad_auth_code() - a code that only a holder of the key can make
 * @mac: DYAD_WIRE_MAC bytes, filled in
 * @key: DYAD_AUTH_KEY bytes
 * @use: what for
 * @dialler: the hello of the side that connected, as it travelled
 * @listener: the hello of the other side, as it travelled
 *
 * Both hellos hold a random nonce and everything that was negotiated, so a
 * code is neither replayed nor moved to another greeting.
 *
 * Context: may sleep.
 * Return: 0 or a negative errno.
 */
int dyad_auth_code(u8 *mac, const u8 *key, enum dyad_auth_use use,
		   const u8 *dialler, const u8 *listener);

/**
 * dyad_auth_equal() - compare two codes in constant time
 * @a: DYAD_WIRE_MAC bytes
 * @b: DYAD_WIRE_MAC bytes
 *
 * Return: true if they are equal.
 */
bool dyad_auth_equal(const u8 *a, const u8 *b);

#endif
