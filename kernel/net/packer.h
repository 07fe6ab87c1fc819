/* SPDX-License-Identifier: GPL-2.0-only */
/* Packing of what one stream carries in one direction, block by block. */
#ifndef DYAD_NET_PACKER_H
#define DYAD_NET_PACKER_H

#include <linux/scatterlist.h>
#include <linux/types.h>
#include <linux/uio.h>

#include "core/wire.h"

struct acomp_req;
struct crypto_acomp;

/**
 * struct dyad_packer - packs, or unpacks; one message at a time
 * @tfm: the kernel's algorithm
 * @req: its request
 * @src: what it reads
 * @dst: where it writes
 * @plain: DYAD_WIRE_PACK_BLOCK bytes
 * @packed: likewise
 * @head: what comes before a block
 * @body: what follows it: in @plain or @packed
 * @size: what the block is when unpacked
 * @have: bytes of @head and @body that are sent, or received
 * @begun: whether to pack the message is decided
 * @packs: it is packed
 * @from: payload that was to be packed, in bytes; for statistics
 * @to: what it has become
 *
 * Protected by what protects that direction of the stream.
 */
struct dyad_packer {
	struct crypto_acomp *tfm;
	struct acomp_req *req;
	struct scatterlist src;
	struct scatterlist dst;
	u8 *plain;
	u8 *packed;
	u8 head[DYAD_WIRE_PACK_HEAD];
	struct kvec body;
	u32 size;
	u32 have;
	bool begun;
	bool packs;
	u64 from;
	u64 to;
};

/**
 * dyad_packer_create() - everything that one direction of a stream needs
 * @compression: an enum dyad_compression, not none
 *
 * Nothing is allocated later (law 12). May load a module.
 *
 * Context: sleeps; waits for no I/O but a module's.
 * Return: the packer, or NULL if the kernel lacks the algorithm, or memory.
 */
struct dyad_packer *dyad_packer_create(unsigned int compression);

/**
 * dyad_packer_free() - free it
 * @packer: may be NULL
 *
 * Context: may sleep.
 */
void dyad_packer_free(struct dyad_packer *packer);

/**
 * dyad_packer_begin() - a message is about to be sent: is it to be packed?
 * @packer: to pack with
 * @header: of the message, encoded; marked if it is packed
 * @payload: what follows; advanced by the first block if the message is packed
 *
 * What is small goes as it is, and what would not get smaller by a sample of its blocks;
 * nothing has changed then.
 *
 * Context: process; does not allocate.
 * Return: true if it is packed.
 */
bool dyad_packer_begin(struct dyad_packer *packer, u8 *header, struct iov_iter *payload);

/**
 * dyad_packer_next() - pack the next block
 * @packer: whose block is sent
 * @payload: of the message; advanced by the block
 *
 * A block that would not get smaller is sent as it is.
 *
 * Context: as dyad_packer_begin().
 * Return: 0, or -EFAULT.
 */
int dyad_packer_next(struct dyad_packer *packer, struct iov_iter *payload);

/**
 * dyad_packer_pieces() - what of the block is not yet sent
 * @packer: with a block
 * @vecs: filled in; room for two
 * @size: increased by the bytes in them
 *
 * They stay as they are until dyad_packer_next().
 *
 * Return: how many vecs; 0 if all of it is sent.
 */
unsigned int dyad_packer_pieces(const struct dyad_packer *packer, struct kvec *vecs,
				size_t *size);

/**
 * dyad_packer_room() - where the next bytes of a packed payload go
 * @packer: to unpack with
 *
 * Return: never empty.
 */
struct kvec dyad_packer_room(struct dyad_packer *packer);

/**
 * dyad_packer_take() - some of them have come
 * @packer: to unpack with
 * @bytes: not more than there was room for
 * @to: where the message goes; advanced by a block that is complete
 *
 * A block has to become exactly what the message promises (law 9).
 *
 * Context: process; does not allocate.
 * Return: 0, -EPROTO if the peer breaks the rules, or another negative errno.
 */
int dyad_packer_take(struct dyad_packer *packer, u32 bytes, struct iov_iter *to);

#endif
