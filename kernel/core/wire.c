// SPDX-License-Identifier: GPL-2.0-only
/*
 * Encoding, decoding and checking of all that travels between nodes; nothing
 * else looks at bytes from the wire. Pure.
 */
#include "wire.h"

#include <linux/crc32c.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include <asm/byteorder.h>

#include "uapi/linux/dyad.h"

/* The header as it travels. */
struct wire_header {
	__le32 magic;
	u8 type;
	u8 volume;
	__le16 flags;
	__le32 length;
	__le32 bytes;
	__le64 session;
	__le64 tag;
	__le64 sector;
	__le64 epoch;
	__le64 sequence;
	__le32 payload_crc;	/* reserved, 0 */
	__le32 crc;		/* CRC32C of all before it */
};

#define CRC_BYTES offsetof(struct wire_header, crc)
#define SECTORS_MAX (~0ull >> 9)
#define MAX_MODE DYAD_MODE_ASYNC

/* What a type may look like. */
struct rule {
	u32 length_min;
	u32 length_max;
	u16 flags;
	u8 kinds;	/* BIT(enum dyad_stream_kind) */
	bool ranged;	/* sector and bytes name a range of the volume */
	bool framed;	/* length must be bytes */
};

#define ON_NEW		BIT(DYAD_STREAM_NEW)
#define ON_CONTROL	BIT(DYAD_STREAM_CONTROL)
#define ON_DATA		BIT(DYAD_STREAM_DATA)

static const struct rule rules[] = {
	[DYAD_MSG_HELLO] = {
		.length_min = DYAD_WIRE_HELLO_BYTES,
		.length_max = DYAD_WIRE_HELLO_BYTES,
		.kinds = ON_NEW,
	},
	[DYAD_MSG_AUTH] = {
		.length_min = DYAD_WIRE_MAC,
		.length_max = DYAD_WIRE_MAC,
		.kinds = ON_NEW,
	},
	[DYAD_MSG_REFUSE] = { .kinds = ON_NEW | ON_CONTROL },
	[DYAD_MSG_STATE] = {
		.length_min = DYAD_WIRE_STATE_BYTES,
		.length_max = DYAD_WIRE_STATE_BYTES,
		.kinds = ON_CONTROL,
	},
	[DYAD_MSG_MAP] = {
		.length_max = DYAD_WIRE_MAP_BYTES,
		.flags = DYAD_MSG_F_ALL | DYAD_MSG_F_SUSPECT,
		.kinds = ON_CONTROL,
	},
	[DYAD_MSG_READY] = { .kinds = ON_CONTROL },
	[DYAD_MSG_PING] = { .kinds = ON_CONTROL },
	[DYAD_MSG_PONG] = { .kinds = ON_CONTROL },
	[DYAD_MSG_ROLE] = {
		.flags = DYAD_MSG_F_PRIMARY,
		.kinds = ON_CONTROL,
	},
	[DYAD_MSG_ROLE_ANSWER] = {
		.flags = DYAD_MSG_F_GRANTED,
		.kinds = ON_CONTROL,
	},
	[DYAD_MSG_SYNC_START] = {
		.length_min = DYAD_WIRE_SYNC_BYTES,
		.length_max = DYAD_WIRE_SYNC_BYTES,
		.kinds = ON_CONTROL,
	},
	[DYAD_MSG_SYNC_STARTED] = { .kinds = ON_CONTROL },
	[DYAD_MSG_SYNC_DONE] = {
		.length_min = DYAD_WIRE_SYNC_BYTES,
		.length_max = DYAD_WIRE_SYNC_BYTES,
		.kinds = ON_CONTROL,
	},
	[DYAD_MSG_SYNC_SETTLED] = { .kinds = ON_CONTROL },
	[DYAD_MSG_GROW] = { .kinds = ON_CONTROL },
	[DYAD_MSG_GROW_READY] = { .kinds = ON_CONTROL },
	[DYAD_MSG_GROW_COMMIT] = { .kinds = ON_CONTROL },
	[DYAD_MSG_GROW_DONE] = { .kinds = ON_CONTROL },
	[DYAD_MSG_GROW_UNDO] = { .kinds = ON_CONTROL },
	[DYAD_MSG_MODE] = { .kinds = ON_CONTROL },
	[DYAD_MSG_MODE_RECORDED] = { .kinds = ON_CONTROL },
	[DYAD_MSG_TRACK] = {
		.length_min = DYAD_WIRE_SYNC_BYTES,
		.length_max = DYAD_WIRE_SYNC_BYTES,
		.kinds = ON_CONTROL,
	},
	[DYAD_MSG_TRACKED] = { .kinds = ON_CONTROL },
	[DYAD_MSG_BEHIND] = { .kinds = ON_CONTROL },
	[DYAD_MSG_REFILLED] = { .kinds = ON_CONTROL },
	[DYAD_MSG_WRITE] = {
		.length_min = 512,
		.length_max = DYAD_WIRE_MAX_IO,
		.flags = DYAD_MSG_F_FUA | DYAD_MSG_F_PREFLUSH |
			 DYAD_MSG_F_RESYNC | DYAD_MSG_F_RECEIPT |
			 DYAD_MSG_F_PACKED,
		.kinds = ON_DATA,
		.ranged = true,
		.framed = true,
	},
	[DYAD_MSG_FLUSH] = { .kinds = ON_DATA },
	[DYAD_MSG_DISCARD] = {
		.flags = DYAD_MSG_F_RECEIPT,
		.kinds = ON_DATA,
		.ranged = true,
	},
	[DYAD_MSG_ZEROES] = {
		.flags = DYAD_MSG_F_RESYNC | DYAD_MSG_F_KEEP |
			 DYAD_MSG_F_RECEIPT,
		.kinds = ON_DATA,
		.ranged = true,
	},
	[DYAD_MSG_CHECK] = {
		.length_min = DYAD_WIRE_DIGEST,
		.length_max = DYAD_WIRE_DIGEST * DYAD_WIRE_MAX_CHECK,
		.kinds = ON_DATA,
		.ranged = true,
	},
	[DYAD_MSG_ACK] = {
		.length_min = DYAD_WIRE_ACK_BYTES,
		.length_max = DYAD_WIRE_ACK_BYTES * DYAD_WIRE_MAX_ACKS,
		.kinds = ON_DATA,
	},
	[DYAD_MSG_READ] = {
		.kinds = ON_DATA,
		.ranged = true,
	},
	[DYAD_MSG_DATA] = {
		.length_min = 512,
		.length_max = DYAD_WIRE_MAX_IO,
		.flags = DYAD_MSG_F_PACKED,
		.kinds = ON_DATA,
		.ranged = true,
		.framed = true,
	},
	[DYAD_MSG_EPOCH] = {
		.length_min = DYAD_WIRE_EPOCH_BYTES,
		.length_max = DYAD_WIRE_EPOCH_BYTES,
		.kinds = ON_DATA,
	},
};

void dyad_wire_encode(u8 *to, const struct dyad_msg *msg)
{
	struct wire_header h = {
		.magic = cpu_to_le32(DYAD_WIRE_MAGIC),
		.type = msg->type,
		.volume = msg->volume,
		.flags = cpu_to_le16(msg->flags),
		.length = cpu_to_le32(msg->length),
		.bytes = cpu_to_le32(msg->bytes),
		.session = cpu_to_le64(msg->session),
		.tag = cpu_to_le64(msg->tag),
		.sector = cpu_to_le64(msg->sector),
		.epoch = cpu_to_le64(msg->epoch),
		.sequence = cpu_to_le64(msg->sequence),
	};

	BUILD_BUG_ON(sizeof(h) != DYAD_WIRE_HEADER);
	h.crc = cpu_to_le32(crc32c(~0u, &h, CRC_BYTES));
	memcpy(to, &h, sizeof(h));
}

static bool legal_range(const struct dyad_msg *m)
{
	u64 sectors = m->bytes / 512;

	return m->bytes && !(m->bytes % 512) && m->bytes <= DYAD_WIRE_MAX_RANGE &&
	       m->sector <= (~0ull >> 9) - sectors;
}

/* One digest for each block that the range touches. */
static bool legal_check(const struct dyad_msg *m)
{
	u32 blocks = DIV_ROUND_UP(m->bytes, DYAD_WIRE_BLOCK);

	return !(m->sector % DYAD_WIRE_BLOCK_SECTORS) &&
	       m->length == blocks * DYAD_WIRE_DIGEST;
}

static bool legal_map(const struct dyad_msg *m)
{
	if (m->flags & DYAD_MSG_F_ALL)
		return !m->length && m->bytes;
	return m->length == DYAD_WIRE_MAP_BYTES;
}

/* A size, or what says that there is none. */
static bool legal_grow(const struct dyad_msg *m)
{
	if (m->sector > SECTORS_MAX)
		return false;
	if (m->type == DYAD_MSG_GROW_READY)
		return !m->sector == !!m->bytes;
	if (m->type == DYAD_MSG_GROW_UNDO)
		return !m->sector && !m->bytes;
	return m->sector && !m->bytes;
}

/* What may have a place in the order of epochs. */
static bool has_place(u8 type)
{
	return type == DYAD_MSG_WRITE || type == DYAD_MSG_DISCARD ||
	       type == DYAD_MSG_ZEROES || type == DYAD_MSG_EPOCH;
}

/*
 * What promises more than its arrival is not told of before it is done (rule H6), and
 * what has a place in the order of epochs promises nothing by itself.
 */
static bool legal_flags(const struct dyad_msg *m)
{
	if (m->epoch && !has_place(m->type))
		return false;
	if (m->epoch && m->flags & ~(DYAD_MSG_F_KEEP | DYAD_MSG_F_PACKED))
		return false;
	return !(m->flags & DYAD_MSG_F_RECEIPT) ||
	       !(m->flags & (DYAD_MSG_F_FUA | DYAD_MSG_F_PREFLUSH |
			     DYAD_MSG_F_RESYNC));
}

static bool legal(const struct dyad_msg *m, enum dyad_stream_kind kind)
{
	const struct rule *r;

	if (m->type >= ARRAY_SIZE(rules))
		return false;
	r = &rules[m->type];
	if (!(r->kinds & BIT(kind)) || m->flags & ~r->flags || !legal_flags(m))
		return false;
	if (m->length < r->length_min || m->length > r->length_max)
		return false;
	if (m->volume >= DYAD_WIRE_VOLUMES)
		return false;
	if (r->ranged && !legal_range(m))
		return false;
	if (r->framed && m->length != m->bytes)
		return false;
	switch (m->type) {
	case DYAD_MSG_CHECK:
		return legal_check(m);
	case DYAD_MSG_MAP:
		return legal_map(m);
	case DYAD_MSG_ACK:
		return !(m->length % DYAD_WIRE_ACK_BYTES);
	case DYAD_MSG_READ:
		/* The answer has to fit in one message. */
		return m->bytes <= DYAD_WIRE_MAX_IO;
	case DYAD_MSG_EPOCH:
		return m->epoch && !m->bytes;
	case DYAD_MSG_MODE:
	case DYAD_MSG_MODE_RECORDED:
		return m->bytes <= MAX_MODE;
	case DYAD_MSG_GROW:
	case DYAD_MSG_GROW_READY:
	case DYAD_MSG_GROW_COMMIT:
	case DYAD_MSG_GROW_DONE:
	case DYAD_MSG_GROW_UNDO:
		return legal_grow(m);
	default:
		return true;
	}
}

int dyad_wire_decode(struct dyad_msg *msg, const u8 *from,
		     enum dyad_stream_kind kind, u64 session)
{
	struct wire_header h;

	memcpy(&h, from, sizeof(h));
	if (le32_to_cpu(h.magic) != DYAD_WIRE_MAGIC)
		return -EBADMSG;
	if (le32_to_cpu(h.crc) != crc32c(~0u, &h, CRC_BYTES))
		return -EBADMSG;
	*msg = (struct dyad_msg) {
		.session = le64_to_cpu(h.session),
		.tag = le64_to_cpu(h.tag),
		.sector = le64_to_cpu(h.sector),
		.epoch = le64_to_cpu(h.epoch),
		.sequence = le64_to_cpu(h.sequence),
		.length = le32_to_cpu(h.length),
		.bytes = le32_to_cpu(h.bytes),
		.flags = le16_to_cpu(h.flags),
		.type = h.type,
		.volume = h.volume,
	};
	if (msg->session != session || !legal(msg, kind))
		return -EPROTO;
	return 0;
}

bool dyad_wire_answers(const struct dyad_msg *asked, const struct dyad_msg *data)
{
	return asked->type == DYAD_MSG_READ && data->type == DYAD_MSG_DATA &&
	       asked->tag == data->tag && asked->volume == data->volume &&
	       asked->sector == data->sector && asked->bytes == data->bytes;
}

static u8 *put8(u8 *p, u8 v)
{
	*p = v;
	return p + 1;
}

static u8 *put16(u8 *p, u16 v)
{
	__le16 le = cpu_to_le16(v);

	memcpy(p, &le, sizeof(le));
	return p + sizeof(le);
}

static u8 *put32(u8 *p, u32 v)
{
	__le32 le = cpu_to_le32(v);

	memcpy(p, &le, sizeof(le));
	return p + sizeof(le);
}

static u8 *put64(u8 *p, u64 v)
{
	__le64 le = cpu_to_le64(v);

	memcpy(p, &le, sizeof(le));
	return p + sizeof(le);
}

static u8 *put_bytes(u8 *p, const void *from, size_t n)
{
	memcpy(p, from, n);
	return p + n;
}

static u8 get8(const u8 **p)
{
	return *(*p)++;
}

static u16 get16(const u8 **p)
{
	__le16 le;

	memcpy(&le, *p, sizeof(le));
	*p += sizeof(le);
	return le16_to_cpu(le);
}

static u32 get32(const u8 **p)
{
	__le32 le;

	memcpy(&le, *p, sizeof(le));
	*p += sizeof(le);
	return le32_to_cpu(le);
}

static u64 get64(const u8 **p)
{
	__le64 le;

	memcpy(&le, *p, sizeof(le));
	*p += sizeof(le);
	return le64_to_cpu(le);
}

void dyad_wire_put_hello(u8 *to, const struct dyad_hello *hello)
{
	u8 *p = to;

	p = put16(p, hello->version_min);
	p = put16(p, hello->version_max);
	p = put32(p, hello->features);
	p = put64(p, hello->session);
	p = put8(p, hello->kind);
	p = put8(p, hello->index);
	p = put8(p, hello->streams);
	p = put8(p, hello->keyed);
	p = put32(p, hello->from);
	p = put32(p, hello->to);
	p = put_bytes(p, hello->nonce, sizeof(hello->nonce));
	put_bytes(p, hello->resource, sizeof(hello->resource));
}

int dyad_wire_get_hello(struct dyad_hello *hello, const u8 *from)
{
	const u8 *p = from;
	u8 keyed;

	hello->version_min = get16(&p);
	hello->version_max = get16(&p);
	hello->features = get32(&p);
	hello->session = get64(&p);
	hello->kind = get8(&p);
	hello->index = get8(&p);
	hello->streams = get8(&p);
	keyed = get8(&p);
	hello->keyed = keyed;
	hello->from = get32(&p);
	hello->to = get32(&p);
	memcpy(hello->nonce, p, sizeof(hello->nonce));
	p += sizeof(hello->nonce);
	memcpy(hello->resource, p, sizeof(hello->resource));

	if (hello->kind != DYAD_STREAM_CONTROL && hello->kind != DYAD_STREAM_DATA)
		return -EPROTO;
	if (!hello->streams || hello->streams > DYAD_WIRE_STREAMS ||
	    hello->index >= DYAD_WIRE_STREAMS || keyed > 1)
		return -EPROTO;
	if (hello->version_min > hello->version_max || !hello->version_max)
		return -EPROTO;
	if (hello->resource[DYAD_WIRE_NAME - 1] || !hello->resource[0])
		return -EPROTO;
	return 0;
}

static u8 *put_lineage(u8 *p, const struct dyad_lineage *l)
{
	int i;

	p = put64(p, l->now);
	p = put64(p, l->base);
	for (i = 0; i < DYAD_HISTORY; i++)
		p = put64(p, l->history[i]);
	return p;
}

static void get_lineage(struct dyad_lineage *l, const u8 **p)
{
	int i;

	l->now = get64(p);
	l->base = get64(p);
	for (i = 0; i < DYAD_HISTORY; i++)
		l->history[i] = get64(p);
}

#define STATE_PRIMARY	0x01
#define STATE_WAS	0x02
#define STATE_DISCARD	0x04
#define STATE_FENCING	0x08
#define MAX_POLICY	DYAD_SPLIT_POLICY_DISCARD_ZERO_CHANGES
#define MAX_PRIMARY_POLICY DYAD_PRIMARY_POLICY_DISCARD_SECONDARY
#define VOLUME_PRESENT	0x01
#define VOLUME_IN_USE	0x02
#define VOLUME_UNSURE	0x04

void dyad_wire_put_state(u8 *to, const struct dyad_state_msg *state)
{
	u8 *p = put_lineage(to, &state->lineage);
	int i;

	p = put64(p, state->instance);
	p = put64(p, state->peer_instance);
	p = put64(p, state->alone_since);
	p = put8(p, (state->primary ? STATE_PRIMARY : 0) |
		    (state->was_primary ? STATE_WAS : 0) |
		    (state->discard ? STATE_DISCARD : 0) |
		    (state->fencing ? STATE_FENCING : 0));
	p = put8(p, state->mode);
	p = put8(p, state->policy);
	p = put8(p, state->primary_policy);
	p = put32(p, state->ping_ms);
	for (i = 0; i < DYAD_WIRE_VOLUMES; i++) {
		const struct dyad_volume_state *v = &state->volumes[i];

		p = put64(p, v->sectors);
		p = put64(p, v->pending);
		p = put64(p, v->dirty);
		p = put32(p, v->block_size);
		p = put8(p, (v->present ? VOLUME_PRESENT : 0) |
			    (v->in_use ? VOLUME_IN_USE : 0) |
			    (v->unsure ? VOLUME_UNSURE : 0));
		p = put8(p, v->data_state);
		p = put16(p, 0);
	}
}

static bool legal_block_size(u32 size)
{
	return size >= 512 && size <= DYAD_WIRE_BLOCK && !(size & (size - 1));
}

static int get_volume(struct dyad_volume_state *v, const u8 **p)
{
	u8 flags;

	v->sectors = get64(p);
	v->pending = get64(p);
	v->dirty = get64(p);
	v->block_size = get32(p);
	flags = get8(p);
	v->present = flags & VOLUME_PRESENT;
	v->in_use = flags & VOLUME_IN_USE;
	v->unsure = flags & VOLUME_UNSURE;
	v->data_state = get8(p);
	get16(p);
	/* The values of enum dyad_data_state, which is part of the protocol. */
	if (v->data_state > 5 || v->sectors > SECTORS_MAX ||
	    v->pending > SECTORS_MAX || (v->pending && v->pending <= v->sectors))
		return -EPROTO;
	if (v->present && !legal_block_size(v->block_size))
		return -EPROTO;
	return 0;
}

int dyad_wire_get_state(struct dyad_state_msg *state, const u8 *from)
{
	const u8 *p = from;
	u8 flags;
	int i;

	get_lineage(&state->lineage, &p);
	state->instance = get64(&p);
	state->peer_instance = get64(&p);
	state->alone_since = get64(&p);
	flags = get8(&p);
	state->primary = flags & STATE_PRIMARY;
	state->was_primary = flags & STATE_WAS;
	state->discard = flags & STATE_DISCARD;
	state->fencing = flags & STATE_FENCING;
	state->mode = get8(&p);
	state->policy = get8(&p);
	state->primary_policy = get8(&p);
	if (state->mode > MAX_MODE || state->policy > MAX_POLICY ||
	    state->primary_policy > MAX_PRIMARY_POLICY)
		return -EPROTO;
	state->ping_ms = get32(&p);
	for (i = 0; i < DYAD_WIRE_VOLUMES; i++)
		if (get_volume(&state->volumes[i], &p))
			return -EPROTO;
	return 0;
}

void dyad_wire_put_sync(u8 *to, const struct dyad_sync_msg *sync)
{
	u8 *p = put_lineage(to, &sync->lineage);
	int i;

	for (i = 0; i < DYAD_WIRE_VOLUMES; i++)
		p = put64(p, sync->dirty[i]);
}

int dyad_wire_get_sync(struct dyad_sync_msg *sync, const u8 *from)
{
	const u8 *p = from;
	int i;

	get_lineage(&sync->lineage, &p);
	for (i = 0; i < DYAD_WIRE_VOLUMES; i++)
		sync->dirty[i] = get64(&p);
	return sync->lineage.now ? 0 : -EPROTO;
}

void dyad_wire_put_ack(u8 *to, const struct dyad_ack *ack)
{
	u8 *p = to;

	p = put64(p, ack->tag);
	p = put64(p, ack->value);
	p = put32(p, ack->status);
	put32(p, 0);
}

int dyad_wire_get_ack(struct dyad_ack *ack, const u8 *from)
{
	const u8 *p = from;

	ack->tag = get64(&p);
	ack->value = get64(&p);
	ack->status = get32(&p);
	return ack->status <= DYAD_ACK_RECEIVED ? 0 : -EPROTO;
}

void dyad_wire_put_epoch(u8 *to, const u32 *counts)
{
	int i;

	for (i = 0; i < DYAD_WIRE_STREAMS; i++)
		to = put32(to, counts[i]);
}

void dyad_wire_get_epoch(u32 *counts, const u8 *from)
{
	int i;

	for (i = 0; i < DYAD_WIRE_STREAMS; i++)
		counts[i] = get32(&from);
}

u16 dyad_wire_choose(const struct dyad_hello *mine, const struct dyad_hello *peer)
{
	u16 low = max(mine->version_min, peer->version_min);
	u16 high = min(mine->version_max, peer->version_max);

	return low <= high ? high : 0;
}

u32 dyad_wire_feature(unsigned int compression)
{
	switch (compression) {
	case DYAD_COMPRESSION_LZ4:
		return DYAD_FEATURE_LZ4;
	case DYAD_COMPRESSION_ZSTD:
		return DYAD_FEATURE_ZSTD;
	default:
		return 0;
	}
}

unsigned int dyad_wire_compression(u32 features)
{
	switch (features & (DYAD_FEATURE_LZ4 | DYAD_FEATURE_ZSTD)) {
	case DYAD_FEATURE_LZ4:
		return DYAD_COMPRESSION_LZ4;
	case DYAD_FEATURE_ZSTD:
		return DYAD_COMPRESSION_ZSTD;
	default:
		return DYAD_COMPRESSION_NONE;
	}
}

bool dyad_wire_may_pack(const u8 *header)
{
	struct wire_header h;

	memcpy(&h, header, sizeof(h));
	return (h.type == DYAD_MSG_WRITE || h.type == DYAD_MSG_DATA) &&
	       le32_to_cpu(h.length) >= DYAD_WIRE_PACK_MIN;
}

void dyad_wire_set_packed(u8 *header)
{
	struct wire_header h;

	memcpy(&h, header, sizeof(h));
	h.flags |= cpu_to_le16(DYAD_MSG_F_PACKED);
	h.crc = cpu_to_le32(crc32c(~0u, &h, CRC_BYTES));
	memcpy(header, &h, sizeof(h));
}

void dyad_wire_put_block(u8 *to, u32 bytes)
{
	put32(to, bytes);
}

int dyad_wire_get_block(u32 *bytes, u32 *plain, const u8 *from, u32 left)
{
	*bytes = get32(&from);
	*plain = min(left, DYAD_WIRE_PACK_BLOCK);
	return *bytes && *bytes <= *plain ? 0 : -EPROTO;
}
