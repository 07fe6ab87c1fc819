// SPDX-License-Identifier: GPL-2.0-only
/* Fuzzes the headers from the wire: what is let through is safe to act on (law 9). */
#include "core/wire.h"
#include "fuzz.h"

#define CRC_AT (DYAD_WIRE_HEADER - 4)

static void claim_ranged(const struct dyad_msg *m)
{
	const unsigned __int128 end = (unsigned __int128)m->sector * 512 + m->bytes;

	CLAIM(m->bytes && m->bytes % 512 == 0 && m->bytes <= DYAD_WIRE_MAX_RANGE);
	CLAIM(end <= ~0ull);
}

static void claim_safe(const struct dyad_msg *m, enum dyad_stream_kind kind)
{
	CLAIM(m->length <= (m->type == DYAD_MSG_WRITE || m->type == DYAD_MSG_DATA ?
			    DYAD_WIRE_MAX_IO : DYAD_WIRE_MAX_SMALL));
	CLAIM(m->volume < DYAD_WIRE_VOLUMES);
	CLAIM(!(m->flags & ~DYAD_MSG_F_KNOWN));
	CLAIM(kind != DYAD_STREAM_NEW || m->type <= DYAD_MSG_REFUSE);
	CLAIM((kind == DYAD_STREAM_DATA) == (m->type >= DYAD_MSG_WRITE));
	switch (m->type) {
	case DYAD_MSG_CHECK:
		CLAIM(m->length / DYAD_WIRE_DIGEST <= DYAD_WIRE_MAX_CHECK);
		CLAIM((u64)m->length / DYAD_WIRE_DIGEST * DYAD_WIRE_BLOCK >= m->bytes);
		claim_ranged(m);
		break;
	case DYAD_MSG_READ:
		CLAIM(m->bytes <= DYAD_WIRE_MAX_IO && !m->length);
		claim_ranged(m);
		break;
	case DYAD_MSG_WRITE:
	case DYAD_MSG_DATA:
		CLAIM(m->length == m->bytes);
		claim_ranged(m);
		break;
	case DYAD_MSG_DISCARD:
	case DYAD_MSG_ZEROES:
		claim_ranged(m);
		break;
	case DYAD_MSG_ACK:
		CLAIM(m->length && m->length % DYAD_WIRE_ACK_BYTES == 0);
		CLAIM(m->length / DYAD_WIRE_ACK_BYTES <= DYAD_WIRE_MAX_ACKS);
		break;
	case DYAD_MSG_MAP:
		CLAIM(m->length == (m->flags & DYAD_MSG_F_ALL ? 0 : DYAD_WIRE_MAP_BYTES));
		break;
	default:
		break;
	}
}

/* A legal header of the type, if there is one. */
static struct dyad_msg good(u8 type)
{
	struct dyad_msg m = { .type = type, .session = 3 };

	switch (type) {
	case DYAD_MSG_WRITE:
	case DYAD_MSG_DATA:
		m.length = m.bytes = 4096;
		break;
	case DYAD_MSG_READ:
	case DYAD_MSG_DISCARD:
	case DYAD_MSG_ZEROES:
		m.bytes = 4096;
		break;
	case DYAD_MSG_CHECK:
		m.bytes = 4096;
		m.length = DYAD_WIRE_DIGEST;
		break;
	case DYAD_MSG_ACK:
		m.length = DYAD_WIRE_ACK_BYTES;
		break;
	case DYAD_MSG_STATE:
		m.length = DYAD_WIRE_STATE_BYTES;
		break;
	case DYAD_MSG_SYNC_START:
	case DYAD_MSG_SYNC_DONE:
		m.length = DYAD_WIRE_SYNC_BYTES;
		break;
	default:
		break;
	}
	return m;
}

/* The input's first bytes choose the stream and the type, and what is to be right. */
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	u8 *bytes = new_bytes(DYAD_WIRE_HEADER), again[DYAD_WIRE_HEADER];
	struct input in = { data, size };
	const u8 how = take_byte(&in);
	const enum dyad_stream_kind kind = how % 3;
	struct dyad_msg msg = good(take_byte(&in)), got;
	u32 crc;
	int ret;

	dyad_wire_encode(bytes, &msg);
	patch_all(&in, bytes, DYAD_WIRE_HEADER);
	if (how < 250) {
		crc = cpu_to_le32(crc32c(~0u, bytes, CRC_AT));
		memcpy(bytes + CRC_AT, &crc, sizeof(crc));
	}
	ret = dyad_wire_decode(&got, bytes, kind, 3);
	CLAIM(!ret || ret == -EBADMSG || ret == -EPROTO);
	if (!ret) {
		CLAIM(got.session == 3);
		claim_safe(&got, kind);
		dyad_wire_encode(again, &got);
		/* Reserved bytes, before the checksum, may be anything. */
		CLAIM(!memcmp(again, bytes, CRC_AT - 4));
	}
	free(bytes);
	return 0;
}
