/* SPDX-License-Identifier: GPL-2.0-only */
/* The digest that tells whether two blocks are equal. */
#ifndef DYAD_PATH_DIGEST_H
#define DYAD_PATH_DIGEST_H

#include <linux/bio.h>
#include <linux/siphash.h>

#include "core/wire.h"

/**
 * dyad_digest_bio() - the digests of the blocks that a bio has read
 * @key: the session's digest keys
 * @bio: its data lies in whole pages from the first vector on; the iterator
 *	is not used, since the disk has advanced it
 * @bytes: how much data
 * @out: DYAD_WIRE_DIGEST bytes for each block or part of one
 *
 * Two SipHash-2-4 codes with keys that only the two nodes know: 128 bits that
 * nobody who chooses the data can make collide (rule H22).
 *
 * Context: process.
 */
void dyad_digest_bio(const siphash_key_t key[2], struct bio *bio, u32 bytes,
		     u8 *out);

#endif
