// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packing by the kernel's compression algorithms.
 *
 * Blocks are small enough for the scratch memory that these have on some kernels (64 KiB,
 * less a bit), to keep a processor for a short time only, and to be had in one piece.
 */
#include "packer.h"

#include <crypto/acompress.h>
#include <linux/crypto.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "stats.h"
#include "uapi/linux/dyad.h"

/* A message that begins with what does not get smaller is looked at again so often, in bytes. */
#define PROBE_STEP	(128u << 10)

static const char *const names[] = {
	[DYAD_COMPRESSION_LZ4] = "lz4",
	[DYAD_COMPRESSION_ZSTD] = "zstd",
};

static int alloc(struct dyad_packer *packer, const char *name)
{
	/* One that answers at once: nothing waits for it on the way of a write. */
	packer->tfm = crypto_alloc_acomp(name, 0, CRYPTO_ALG_ASYNC);
	if (IS_ERR(packer->tfm))
		return PTR_ERR(packer->tfm);
	packer->req = acomp_request_alloc(packer->tfm);
	packer->plain = kmalloc(DYAD_WIRE_PACK_BLOCK, GFP_KERNEL);
	packer->packed = kmalloc(DYAD_WIRE_PACK_BLOCK, GFP_KERNEL);
	return packer->req && packer->plain && packer->packed ? 0 : -ENOMEM;
}

struct dyad_packer *dyad_packer_create(unsigned int compression)
{
	struct dyad_packer *packer;
	unsigned int noio;
	int ret = -EINVAL;

	if (compression >= ARRAY_SIZE(names) || !names[compression])
		return NULL;
	/* Memory may wait for a write that waits for this session. */
	noio = memalloc_noio_save();
	packer = kzalloc(sizeof(*packer), GFP_KERNEL);
	if (packer) {
		dyad_object_created();
		ret = alloc(packer, names[compression]);
	}
	memalloc_noio_restore(noio);
	if (packer && ret) {
		dyad_packer_free(packer);
		packer = NULL;
	}
	return packer;
}

void dyad_packer_free(struct dyad_packer *packer)
{
	if (!packer)
		return;
	if (packer->req)
		acomp_request_free(packer->req);
	if (!IS_ERR_OR_NULL(packer->tfm))
		crypto_free_acomp(packer->tfm);
	kfree(packer->plain);
	kfree(packer->packed);
	kfree(packer);
	dyad_object_destroyed();
}

static void describe(struct dyad_packer *packer, u8 *from, u32 size, u8 *to, u32 room)
{
	sg_init_one(&packer->src, from, size);
	sg_init_one(&packer->dst, to, room);
	acomp_request_set_params(packer->req, &packer->src, &packer->dst, size, room);
	acomp_request_set_callback(packer->req, 0, NULL, NULL);
}

/* Less is gained than unpacking it costs: a failure. */
static int pack_block(struct dyad_packer *packer)
{
	u32 room = packer->size - packer->size / 16;
	int ret;

	describe(packer, packer->plain, packer->size, packer->packed, room);
	ret = crypto_acomp_compress(packer->req);
	if (ret)
		return ret;
	if (!packer->req->dlen || packer->req->dlen > room)
		return -ENOSPC;
	packer->body.iov_base = packer->packed;
	packer->body.iov_len = packer->req->dlen;
	return 0;
}

static int load_block(struct dyad_packer *packer, struct iov_iter *payload)
{
	packer->size = min_t(size_t, iov_iter_count(payload), DYAD_WIRE_PACK_BLOCK);
	return copy_from_iter_full(packer->plain, packer->size, payload) ? 0 : -EFAULT;
}

static void finish_block(struct dyad_packer *packer)
{
	dyad_wire_put_block(packer->head, packer->body.iov_len);
	packer->have = 0;
	WRITE_ONCE(packer->from, packer->from + packer->size);
	WRITE_ONCE(packer->to, packer->to + sizeof(packer->head) + packer->body.iov_len);
}

static void keep_plain(struct dyad_packer *packer)
{
	packer->body.iov_base = packer->plain;
	packer->body.iov_len = packer->size;
}

/* The first block does not get smaller: does any of those further on? */
static bool later_shrinks(struct dyad_packer *packer, struct iov_iter payload)
{
	while (iov_iter_count(&payload) > PROBE_STEP) {
		struct iov_iter block;

		iov_iter_advance(&payload, PROBE_STEP);
		block = payload;
		if (!load_block(packer, &block) && !pack_block(packer))
			return true;
	}
	return false;
}

bool dyad_packer_begin(struct dyad_packer *packer, u8 *header, struct iov_iter *payload)
{
	size_t size = iov_iter_count(payload);
	struct iov_iter iter = *payload;

	if (!dyad_wire_may_pack(header))
		return false;
	if (load_block(packer, &iter) || pack_block(packer)) {
		iter = *payload;
		if (!later_shrinks(packer, iter) || load_block(packer, &iter)) {
			WRITE_ONCE(packer->from, packer->from + size);
			WRITE_ONCE(packer->to, packer->to + size);
			return false;
		}
		keep_plain(packer);
	}
	*payload = iter;
	dyad_wire_set_packed(header);
	finish_block(packer);
	return true;
}

int dyad_packer_next(struct dyad_packer *packer, struct iov_iter *payload)
{
	int ret = load_block(packer, payload);

	if (ret)
		return ret;
	if (pack_block(packer))
		keep_plain(packer);
	finish_block(packer);
	return 0;
}

unsigned int dyad_packer_pieces(const struct dyad_packer *packer, struct kvec *vecs,
				size_t *size)
{
	u32 at = packer->have;
	unsigned int n = 0;

	*size += sizeof(packer->head) + packer->body.iov_len - at;
	if (at < sizeof(packer->head)) {
		vecs[n].iov_base = (u8 *)packer->head + at;
		vecs[n++].iov_len = sizeof(packer->head) - at;
		at = sizeof(packer->head);
	}
	at -= sizeof(packer->head);
	if (at < packer->body.iov_len) {
		vecs[n].iov_base = packer->body.iov_base + at;
		vecs[n++].iov_len = packer->body.iov_len - at;
	}
	return n;
}

struct kvec dyad_packer_room(struct dyad_packer *packer)
{
	u32 at = packer->have;

	if (at < sizeof(packer->head))
		return (struct kvec) { packer->head + at, sizeof(packer->head) - at };
	at -= sizeof(packer->head);
	return (struct kvec) { packer->body.iov_base + at, packer->body.iov_len - at };
}

static int expect_block(struct dyad_packer *packer, u32 left)
{
	u32 bytes;

	if (dyad_wire_get_block(&bytes, &packer->size, packer->head, left))
		return -EPROTO;
	packer->body.iov_base = bytes < packer->size ? packer->packed : packer->plain;
	packer->body.iov_len = bytes;
	return 0;
}

static int unpack_block(struct dyad_packer *packer)
{
	int ret;

	if (packer->body.iov_base == packer->plain)
		return 0;
	describe(packer, packer->packed, packer->body.iov_len, packer->plain, packer->size);
	ret = crypto_acomp_decompress(packer->req);
	if (ret == -ENOMEM)
		return ret;
	if (!ret && packer->req->dlen == packer->size)
		return 0;
	pr_warn_ratelimited("dyad: a packed block of a peer does not become %u bytes\n",
			    packer->size);
	return -EPROTO;
}

int dyad_packer_take(struct dyad_packer *packer, u32 bytes, struct iov_iter *to)
{
	int ret;

	packer->have += bytes;
	if (packer->have == sizeof(packer->head))
		return expect_block(packer, iov_iter_count(to));
	if (packer->have < sizeof(packer->head) ||
	    packer->have < sizeof(packer->head) + packer->body.iov_len)
		return 0;
	packer->have = 0;
	ret = unpack_block(packer);
	if (ret)
		return ret;
	return copy_to_iter(packer->plain, packer->size, to) == packer->size ? 0 : -EFAULT;
}
