// SPDX-License-Identifier: GPL-2.0-only
/* Block digests. */
#include "digest.h"

#include <linux/highmem.h>

static void digest_block(const siphash_key_t key[2], const void *data, u32 bytes,
			 u8 *out)
{
	__le64 half[2] = {
		cpu_to_le64(siphash(data, bytes, &key[0])),
		cpu_to_le64(siphash(data, bytes, &key[1])),
	};

	BUILD_BUG_ON(sizeof(half) != DYAD_WIRE_DIGEST);
	memcpy(out, half, sizeof(half));
}

void dyad_digest_bio(const siphash_key_t key[2], struct bio *bio, u32 bytes,
		     u8 *out)
{
	u32 at, n;

	for (at = 0; at < bytes; at += n, out += DYAD_WIRE_DIGEST) {
		struct bio_vec *bv = &bio->bi_io_vec[at / PAGE_SIZE];
		void *page = kmap_local_page(bv->bv_page);

		n = min(bytes - at, DYAD_WIRE_BLOCK);
		digest_block(key, page + at % PAGE_SIZE, n, out);
		kunmap_local(page);
		cond_resched();
	}
}
