// SPDX-License-Identifier: GPL-2.0-only
/* Tests of messages and greetings: all that is legal survives, nothing else is believed (law 9). */
#include "../core/wire.c"

#include "tests.h"
#include "uapi/linux/dyad.h"

#define SESSION 0x1122334455667788ull
#define NEW ON_NEW
#define CONTROL ON_CONTROL
#define DATA ON_DATA
#define LAST_SECTOR ((~0ull >> 9) - 1)

/* A stream on which a message may come, and the session it has there. */
static enum dyad_stream_kind kind_of(u8 kinds)
{
	return kinds & DATA ? DYAD_STREAM_DATA :
	       kinds & CONTROL ? DYAD_STREAM_CONTROL : DYAD_STREAM_NEW;
}

static u64 session_of(u8 kinds)
{
	return kinds == NEW ? 0 : SESSION;
}

struct message_row {
	const char *name;
	struct dyad_msg msg;
	u8 kinds;
};

#define MESSAGE(what, on, kind, ...) \
	{ .name = what, .kinds = (on), .msg = { .type = DYAD_MSG_##kind, __VA_ARGS__ } }
#define UNKNOWN(what, on, number) { .name = what, .kinds = (on), .msg = { .type = (number) } }
#define RANGE(first, n) .sector = (first), .bytes = (n)

static const struct message_row legal_message[] = {
	MESSAGE("hello", NEW, HELLO, .length = DYAD_WIRE_HELLO_BYTES),
	MESSAGE("auth", NEW, AUTH, .length = 32),
	MESSAGE("refuse in handshake", NEW, REFUSE, .bytes = DYAD_REASON_KEY_WRONG),
	MESSAGE("refuse in session", CONTROL, REFUSE, .bytes = DYAD_REASON_ASKED),
	MESSAGE("state", CONTROL, STATE, .length = DYAD_WIRE_STATE_BYTES),
	MESSAGE("map of bits", CONTROL, MAP, .length = 128, .sector = 7, .volume = 15),
	MESSAGE("map of whole regions", CONTROL, MAP, .flags = DYAD_MSG_F_ALL, .bytes = 3),
	MESSAGE("ready", CONTROL, READY),
	MESSAGE("ping", CONTROL, PING),
	MESSAGE("pong", CONTROL, PONG),
	MESSAGE("role wanted", CONTROL, ROLE, .flags = DYAD_MSG_F_PRIMARY),
	MESSAGE("role given up", CONTROL, ROLE),
	MESSAGE("role granted", CONTROL, ROLE_ANSWER, .flags = DYAD_MSG_F_GRANTED),
	MESSAGE("role refused", CONTROL, ROLE_ANSWER),
	MESSAGE("sync start", CONTROL, SYNC_START, .length = DYAD_WIRE_SYNC_BYTES),
	MESSAGE("sync started", CONTROL, SYNC_STARTED),
	MESSAGE("sync done", CONTROL, SYNC_DONE, .length = DYAD_WIRE_SYNC_BYTES),
	MESSAGE("sync settled", CONTROL, SYNC_SETTLED),
	MESSAGE("grow", CONTROL, GROW, .volume = 15, .sector = 1),
	MESSAGE("grow to the largest", CONTROL, GROW, .sector = ~0ull >> 9),
	MESSAGE("grow prepared", CONTROL, GROW_READY, .sector = 8),
	MESSAGE("grow refused", CONTROL, GROW_READY, .bytes = 1),
	MESSAGE("grow commit", CONTROL, GROW_COMMIT, .sector = 8),
	MESSAGE("grow done", CONTROL, GROW_DONE, .sector = 8),
	MESSAGE("grow undo", CONTROL, GROW_UNDO, .volume = 3),
	MESSAGE("mode memsync", CONTROL, MODE, .bytes = DYAD_MODE_MEMSYNC),
	MESSAGE("mode recorded", CONTROL, MODE_RECORDED, .bytes = DYAD_MODE_MEMSYNC),
	MESSAGE("write of a sector", DATA, WRITE, RANGE(1, 512), .length = 512, .tag = ~0ull),
	MESSAGE("write of the most", DATA, WRITE, RANGE(8, DYAD_WIRE_MAX_IO),
		.length = DYAD_WIRE_MAX_IO,
		.flags = DYAD_MSG_F_FUA | DYAD_MSG_F_PREFLUSH | DYAD_MSG_F_RESYNC),
	MESSAGE("write of the last sector", DATA, WRITE, RANGE(LAST_SECTOR, 512), .length = 512),
	MESSAGE("write, told of", DATA, WRITE, RANGE(1, 512), .length = 512,
		.flags = DYAD_MSG_F_RECEIPT),
	MESSAGE("write, packed", DATA, WRITE, RANGE(1, 4096), .length = 4096,
		.flags = DYAD_MSG_F_PACKED),
	MESSAGE("write, packed and told of", DATA, WRITE, RANGE(1, 4096), .length = 4096,
		.flags = DYAD_MSG_F_PACKED | DYAD_MSG_F_RECEIPT),
	MESSAGE("flush", DATA, FLUSH, .volume = 15),
	MESSAGE("zeroes, told of", DATA, ZEROES, RANGE(0, 4096), .flags = DYAD_MSG_F_RECEIPT),
	MESSAGE("discard", DATA, DISCARD, RANGE(3, 512)),
	MESSAGE("discard of the most", DATA, DISCARD, RANGE(8, DYAD_WIRE_MAX_RANGE)),
	MESSAGE("zeroes", DATA, ZEROES, RANGE(0, 4096),
		.flags = DYAD_MSG_F_RESYNC | DYAD_MSG_F_KEEP),
	MESSAGE("check of a block", DATA, CHECK, RANGE(8, 4096), .length = 16),
	MESSAGE("check of a short block", DATA, CHECK, RANGE(8, 512), .length = 16),
	MESSAGE("check of the most", DATA, CHECK, RANGE(0, 64 * 4096), .length = 64 * 16),
	MESSAGE("check with a short tail", DATA, CHECK, RANGE(16, 4096 + 512), .length = 32),
	MESSAGE("acknowledgement", DATA, ACK, .length = 24),
	MESSAGE("acknowledgements", DATA, ACK, .length = 64 * 24),
	MESSAGE("end of an epoch", DATA, EPOCH, .length = 32, .epoch = 1),
};

DYAD_ROWS(legal_message);

static const struct message_row refused_message[] = {
	UNKNOWN("type 0", CONTROL, 0),
	UNKNOWN("type between control and data", CONTROL, DYAD_MSG_REFILLED + 1),
	UNKNOWN("type before data", DATA, 31),
	UNKNOWN("type after the last", DATA, DYAD_MSG_EPOCH + 1),
	UNKNOWN("type 255", DATA, 255),
	MESSAGE("hello in a session", CONTROL, HELLO, .length = DYAD_WIRE_HELLO_BYTES),
	MESSAGE("auth in a session", CONTROL, AUTH, .length = 32),
	MESSAGE("auth on a data stream", DATA, AUTH, .length = 32),
	MESSAGE("refuse on a data stream", DATA, REFUSE),
	MESSAGE("state in the handshake", NEW, STATE, .length = DYAD_WIRE_STATE_BYTES),
	MESSAGE("state on a data stream", DATA, STATE, .length = DYAD_WIRE_STATE_BYTES),
	MESSAGE("write in the handshake", NEW, WRITE, RANGE(0, 512), .length = 512),
	MESSAGE("write on the control stream", CONTROL, WRITE, RANGE(0, 512), .length = 512),
	MESSAGE("acknowledgement on the control stream", CONTROL, ACK, .length = 24),
	MESSAGE("volume 16", DATA, FLUSH, .volume = 16),
	MESSAGE("volume 255", DATA, WRITE, RANGE(0, 512), .length = 512, .volume = 255),
	MESSAGE("write of nothing", DATA, WRITE, RANGE(0, 0), .length = 0),
	MESSAGE("write of half a sector", DATA, WRITE, RANGE(0, 256), .length = 256),
	MESSAGE("write off a sector", DATA, WRITE, RANGE(0, 1000), .length = 1000),
	MESSAGE("write of too much", DATA, WRITE, RANGE(0, DYAD_WIRE_MAX_IO + 512),
		.length = DYAD_WIRE_MAX_IO + 512),
	MESSAGE("write with more payload than range", DATA, WRITE, RANGE(0, 512), .length = 1024),
	MESSAGE("write with less payload than range", DATA, WRITE, RANGE(0, 1024), .length = 512),
	MESSAGE("write without payload", DATA, WRITE, RANGE(0, 512)),
	MESSAGE("write that wraps", DATA, WRITE, RANGE(~0ull, 512), .length = 512),
	MESSAGE("write beyond the last byte", DATA, WRITE, RANGE(LAST_SECTOR, 1024),
		.length = 1024),
	MESSAGE("write that wraps in bytes", DATA, WRITE, RANGE(1ull << 55, 512), .length = 512),
	MESSAGE("write that keeps", DATA, WRITE, RANGE(0, 512), .length = 512,
		.flags = DYAD_MSG_F_KEEP),
	MESSAGE("write, packed, with more payload than range", DATA, WRITE, RANGE(0, 512),
		.length = 1024, .flags = DYAD_MSG_F_PACKED),
	MESSAGE("flush, packed", DATA, FLUSH, .flags = DYAD_MSG_F_PACKED),
	MESSAGE("flush with payload", DATA, FLUSH, .length = 512),
	MESSAGE("flush with FUA", DATA, FLUSH, .flags = DYAD_MSG_F_FUA),
	MESSAGE("discard of nothing", DATA, DISCARD, RANGE(0, 0)),
	MESSAGE("discard off a sector", DATA, DISCARD, RANGE(0, 513)),
	MESSAGE("discard of too much", DATA, DISCARD, RANGE(0, DYAD_WIRE_MAX_RANGE + 512)),
	MESSAGE("discard of 4 GiB less a sector", DATA, DISCARD, RANGE(0, ~0u - 511)),
	MESSAGE("discard that wraps", DATA, DISCARD, RANGE(LAST_SECTOR, 1024)),
	MESSAGE("discard with payload", DATA, DISCARD, RANGE(0, 512), .length = 512),
	MESSAGE("zeroes with FUA", DATA, ZEROES, RANGE(0, 512), .flags = DYAD_MSG_F_FUA),
	MESSAGE("zeroes with payload", DATA, ZEROES, RANGE(0, 512), .length = 512),
	MESSAGE("check of nothing", DATA, CHECK, RANGE(0, 0)),
	MESSAGE("check off a block", DATA, CHECK, RANGE(4, 4096), .length = 16),
	MESSAGE("check with a digest too few", DATA, CHECK, RANGE(0, 8192), .length = 16),
	MESSAGE("check with a digest too many", DATA, CHECK, RANGE(0, 4096), .length = 32),
	MESSAGE("check with part of a digest", DATA, CHECK, RANGE(0, 4096), .length = 17),
	MESSAGE("check of too many blocks", DATA, CHECK, RANGE(0, 65 * 4096), .length = 65 * 16),
	MESSAGE("check with flags", DATA, CHECK, RANGE(0, 4096), .length = 16,
		.flags = DYAD_MSG_F_RESYNC),
	MESSAGE("no acknowledgement", DATA, ACK),
	MESSAGE("part of an acknowledgement", DATA, ACK, .length = 36),
	MESSAGE("too many acknowledgements", DATA, ACK, .length = 65 * 24),
	MESSAGE("map without bits", CONTROL, MAP),
	MESSAGE("map with few bits", CONTROL, MAP, .length = 127),
	MESSAGE("map with many bits", CONTROL, MAP, .length = 129),
	MESSAGE("map of no whole region", CONTROL, MAP, .flags = DYAD_MSG_F_ALL),
	MESSAGE("map of whole regions with bits", CONTROL, MAP, .flags = DYAD_MSG_F_ALL,
		.bytes = 1, .length = 128),
	MESSAGE("ping with payload", CONTROL, PING, .length = 1),
	MESSAGE("role granted to itself", CONTROL, ROLE, .flags = DYAD_MSG_F_GRANTED),
	MESSAGE("role answered with a wish", CONTROL, ROLE_ANSWER, .flags = DYAD_MSG_F_PRIMARY),
	MESSAGE("state with flags", CONTROL, STATE, .length = DYAD_WIRE_STATE_BYTES,
		.flags = DYAD_MSG_F_PRIMARY),
	MESSAGE("grow to nothing", CONTROL, GROW),
	MESSAGE("grow beyond the last byte", CONTROL, GROW, .sector = 1ull << 55),
	MESSAGE("grow with a code", CONTROL, GROW, .sector = 8, .bytes = 1),
	MESSAGE("grow on a data stream", DATA, GROW, .sector = 8),
	MESSAGE("grow with payload", CONTROL, GROW, .sector = 8, .length = 8),
	MESSAGE("grow neither prepared nor refused", CONTROL, GROW_READY),
	MESSAGE("grow prepared and refused", CONTROL, GROW_READY, .sector = 8, .bytes = 1),
	MESSAGE("grow prepared beyond the last byte", CONTROL, GROW_READY, .sector = ~0ull),
	MESSAGE("grow commit to nothing", CONTROL, GROW_COMMIT),
	MESSAGE("grow done to nothing", CONTROL, GROW_DONE),
	MESSAGE("grow undo of a size", CONTROL, GROW_UNDO, .sector = 8),
	MESSAGE("mode that nobody knows", CONTROL, MODE, .bytes = DYAD_MODE_ASYNC + 1),
	MESSAGE("mode on a data stream", DATA, MODE),
	MESSAGE("flush to be told of", DATA, FLUSH, .flags = DYAD_MSG_F_RECEIPT),
	MESSAGE("FUA to be told of", DATA, WRITE, RANGE(0, 512), .length = 512,
		.flags = DYAD_MSG_F_RECEIPT | DYAD_MSG_F_FUA),
	MESSAGE("end of no epoch", DATA, EPOCH, .length = 32),
	MESSAGE("end of an epoch with bytes", DATA, EPOCH, .length = 32, .epoch = 1, .bytes = 1),
	MESSAGE("read in an epoch", DATA, READ, RANGE(0, 512), .epoch = 1),
	MESSAGE("flush in an epoch", DATA, FLUSH, .epoch = 1),
	MESSAGE("ping in an epoch", CONTROL, PING, .epoch = 1),
	MESSAGE("end of an epoch with few counts", DATA, EPOCH, .length = 28, .epoch = 1),
	MESSAGE("FUA in an epoch", DATA, WRITE, RANGE(0, 512), .length = 512, .epoch = 1,
		.flags = DYAD_MSG_F_FUA),
	MESSAGE("resync in an epoch", DATA, ZEROES, RANGE(0, 512), .epoch = 1,
		.flags = DYAD_MSG_F_RESYNC),
	MESSAGE("payload of 4 GiB", CONTROL, STATE, .length = ~0u),
};

DYAD_ROWS(refused_message);

/* Exactly as long as a header is, so that reading beyond it is seen. */
static u8 *header_of(struct kunit *test, const struct dyad_msg *msg)
{
	u8 *bytes = kunit_kzalloc(test, DYAD_WIRE_HEADER, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, bytes);
	dyad_wire_encode(bytes, msg);
	return bytes;
}

static bool same_message(const struct dyad_msg *a, const struct dyad_msg *b)
{
	return a->session == b->session && a->tag == b->tag && a->sector == b->sector &&
	       a->epoch == b->epoch && a->sequence == b->sequence && a->length == b->length &&
	       a->bytes == b->bytes && a->flags == b->flags && a->type == b->type &&
	       a->volume == b->volume;
}

static void message_round_trip(struct kunit *test)
{
	const struct message_row *row = test->param_value;
	struct dyad_msg msg = row->msg, got;
	u8 *bytes;

	msg.session = session_of(row->kinds);
	/* What has flags of its own has no epoch, but it may be packed. */
	if ((msg.type == DYAD_MSG_WRITE || msg.type == DYAD_MSG_DISCARD ||
	     msg.type == DYAD_MSG_ZEROES || msg.type == DYAD_MSG_EPOCH) &&
	    !(msg.flags & ~(DYAD_MSG_F_KEEP | DYAD_MSG_F_PACKED)))
		msg.epoch = 0x0102030405060708ull;
	msg.sequence = ~0ull;
	bytes = header_of(test, &msg);
	KUNIT_EXPECT_EQ(test, dyad_wire_decode(&got, bytes, kind_of(row->kinds), msg.session), 0);
	KUNIT_EXPECT_TRUE(test, same_message(&msg, &got));
}

static void message_refused(struct kunit *test)
{
	const struct message_row *row = test->param_value;
	struct dyad_msg msg = row->msg, got;
	u8 *bytes;

	msg.session = session_of(row->kinds);
	bytes = header_of(test, &msg);
	KUNIT_EXPECT_EQ(test, dyad_wire_decode(&got, bytes, kind_of(row->kinds), msg.session),
			-EPROTO);
}

/* Damage is told from bad manners, wherever it is. */
static void message_flipped(struct kunit *test)
{
	const struct message_row *row = test->param_value;
	struct dyad_msg msg = row->msg, got;
	int bit;
	u8 *bytes;

	msg.session = session_of(row->kinds);
	bytes = header_of(test, &msg);
	for (bit = 0; bit < 8 * DYAD_WIRE_HEADER; bit++) {
		bytes[bit / 8] ^= 1u << (bit % 8);
		KUNIT_EXPECT_EQ_MSG(test, dyad_wire_decode(&got, bytes, kind_of(row->kinds),
							   msg.session),
				    -EBADMSG, "bit %d", bit);
		bytes[bit / 8] ^= 1u << (bit % 8);
	}
}

/* A header that breaks off is refused, whatever follows the break. */
static void message_truncated(struct kunit *test)
{
	const struct message_row *row = test->param_value;
	struct dyad_msg msg = row->msg, got;
	u8 *bytes, *part;
	int n;

	msg.session = session_of(row->kinds);
	msg.sequence = ~0ull;
	bytes = header_of(test, &msg);
	part = kunit_kzalloc(test, DYAD_WIRE_HEADER, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, part);
	for (n = 0; n < DYAD_WIRE_HEADER; n++) {
		memcpy(part, bytes, n);
		/* Not what was there, also if that was 0. */
		part[n] = ~bytes[n];
		memset(part + n + 1, 0, DYAD_WIRE_HEADER - n - 1);
		KUNIT_EXPECT_EQ_MSG(test, dyad_wire_decode(&got, part, kind_of(row->kinds),
							   msg.session),
				    -EBADMSG, "%d bytes", n);
	}
}

/* A stream carries what is meant for it, from its own session only (rule H3). */
static void message_elsewhere(struct kunit *test)
{
	static const u64 others[] = { 0, 1, SESSION ^ 1, SESSION >> 32, ~0ull };
	const struct message_row *row = test->param_value;
	struct dyad_msg msg = row->msg, got;
	enum dyad_stream_kind kind;
	u8 *bytes;
	int i;

	msg.session = session_of(row->kinds);
	bytes = header_of(test, &msg);
	for (kind = DYAD_STREAM_CONTROL; kind <= DYAD_STREAM_NEW; kind++) {
		bool may = kind == kind_of(row->kinds) ||
			   (msg.type == DYAD_MSG_REFUSE && kind != DYAD_STREAM_DATA);

		KUNIT_EXPECT_EQ_MSG(test, dyad_wire_decode(&got, bytes, kind, msg.session),
				    may ? 0 : -EPROTO, "kind %d", kind);
	}
	for (i = 0; i < ARRAY_SIZE(others); i++)
		if (others[i] != msg.session)
			KUNIT_EXPECT_EQ_MSG(test, dyad_wire_decode(&got, bytes, kind_of(row->kinds),
								   others[i]),
					    -EPROTO, "session %d", i);
}

/* What a type may carry, said again by other means than the table. */
static u16 flags_of(const struct dyad_msg *m)
{
	const u16 strong = DYAD_MSG_F_FUA | DYAD_MSG_F_PREFLUSH | DYAD_MSG_F_RESYNC;
	/* What promises more is not told of at its arrival, and the other way round. */
	u16 either = m->flags & DYAD_MSG_F_RECEIPT ? 0 : strong;

	either |= m->flags & strong ? 0 : DYAD_MSG_F_RECEIPT;
	switch (m->type) {
	case DYAD_MSG_WRITE:
		return either | DYAD_MSG_F_PACKED;
	case DYAD_MSG_DISCARD:
		return DYAD_MSG_F_RECEIPT;
	case DYAD_MSG_ZEROES:
		return (either & (DYAD_MSG_F_RESYNC | DYAD_MSG_F_RECEIPT)) | DYAD_MSG_F_KEEP;
	case DYAD_MSG_MAP:
		return DYAD_MSG_F_ALL | DYAD_MSG_F_SUSPECT;
	case DYAD_MSG_ROLE:
		return DYAD_MSG_F_PRIMARY;
	case DYAD_MSG_ROLE_ANSWER:
		return DYAD_MSG_F_GRANTED;
	default:
		return m->flags;
	}
}

static void message_flags(struct kunit *test)
{
	const struct message_row *row = test->param_value;
	struct dyad_msg msg = row->msg, got;
	u8 *bytes;
	int bit;

	msg.session = session_of(row->kinds);
	for (bit = 0; bit < 16; bit++) {
		msg.flags = row->msg.flags ^ BIT(bit);
		/* Whether a map is of whole regions changes all of it. */
		if (msg.type == DYAD_MSG_MAP && BIT(bit) == DYAD_MSG_F_ALL)
			continue;
		bytes = header_of(test, &msg);
		KUNIT_EXPECT_EQ_MSG(test, dyad_wire_decode(&got, bytes, kind_of(row->kinds),
							   msg.session),
				    BIT(bit) & flags_of(&row->msg) ? 0 : -EPROTO, "flag %d", bit);
	}
}

static bool is_ranged(u8 type)
{
	return type == DYAD_MSG_WRITE || type == DYAD_MSG_DISCARD ||
	       type == DYAD_MSG_ZEROES || type == DYAD_MSG_CHECK ||
	       type == DYAD_MSG_READ || type == DYAD_MSG_DATA;
}

/* Whatever is let through is safe to act on. */
static const char *unsafe(const struct dyad_msg *m, enum dyad_stream_kind kind)
{
	if (m->length > (m->type == DYAD_MSG_WRITE || m->type == DYAD_MSG_DATA ?
			 DYAD_WIRE_MAX_IO : DYAD_WIRE_MAX_SMALL))
		return "more payload than its buffer";
	if (m->volume >= 16)
		return "no such volume";
	if (kind == DYAD_STREAM_NEW && m->type > DYAD_MSG_REFUSE)
		return "not in the handshake";
	if (kind == DYAD_STREAM_DATA ? m->type < DYAD_MSG_WRITE : m->type >= DYAD_MSG_WRITE)
		return "on the wrong stream";
	if (m->flags & ~DYAD_MSG_F_KNOWN)
		return "a flag nobody knows";
	if (m->type >= DYAD_MSG_GROW && m->type <= DYAD_MSG_GROW_UNDO && m->sector >= 1ull << 55)
		return "a volume that no disk can hold";
	if (!is_ranged(m->type))
		return NULL;
	if (!m->bytes || m->bytes % 512 || m->bytes > DYAD_WIRE_MAX_RANGE)
		return "not a range";
	if (m->sector + m->bytes / 512 < m->sector || m->sector + m->bytes / 512 > ~0ull >> 9)
		return "the range wraps";
	if (m->type == DYAD_MSG_CHECK &&
	    (m->length / 16 > 64 || (u64)m->length / 16 * 4096 < m->bytes))
		return "a block without its digest";
	return NULL;
}

/* Every type with every combination of values at the edges of what is legal. */
static void message_combinations(struct kunit *test)
{
	static const u32 sizes[] = { 0, 1, 16, 24, 32, 128, 511, 512, 1024, 4096, 1u << 20,
				     (1u << 20) + 512, 4u << 20, (4u << 20) + 512, ~0u };
	static const u64 sectors[] = { 0, 1, 8, LAST_SECTOR - 8191, LAST_SECTOR, LAST_SECTOR + 1,
				       ~0ull };
	static const u16 flags[] = { 0, 1, 2, 4, 8, 16, 32, 64, 128, 0xff, 0xffff };
	enum dyad_stream_kind kind;
	unsigned int i, legal = 0;
	struct dyad_msg got;
	u8 *bytes;

	bytes = kunit_kzalloc(test, DYAD_WIRE_HEADER, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, bytes);
	for (i = 0; i < 48 * ARRAY_SIZE(sizes) * ARRAY_SIZE(sizes); i++) {
		struct dyad_msg msg = {
			.type = i % 48,
			.length = sizes[i / 48 % ARRAY_SIZE(sizes)],
			.bytes = sizes[i / 48 / ARRAY_SIZE(sizes)],
			.sector = sectors[i % ARRAY_SIZE(sectors)],
			.flags = flags[i % ARRAY_SIZE(flags)],
			.volume = i % 17,
		};

		dyad_wire_encode(bytes, &msg);
		for (kind = DYAD_STREAM_CONTROL; kind <= DYAD_STREAM_NEW; kind++) {
			if (dyad_wire_decode(&got, bytes, kind, 0))
				continue;
			legal++;
			KUNIT_EXPECT_TRUE_MSG(test, !unsafe(&got, kind), "%s: type %u",
					      unsafe(&got, kind), msg.type);
		}
	}
	KUNIT_EXPECT_NE(test, legal, 0u);
}

/* Not ours, although its checksum is right. */
static void message_of_another_protocol(struct kunit *test)
{
	struct dyad_msg msg = { .type = DYAD_MSG_PING }, got;
	u8 *bytes = header_of(test, &msg);
	int bit;

	for (bit = 0; bit < 32; bit++) {
		put32(bytes, DYAD_WIRE_MAGIC ^ 1u << bit);
		put32(bytes + CRC_BYTES, crc32c(~0u, bytes, CRC_BYTES));
		KUNIT_EXPECT_EQ_MSG(test, dyad_wire_decode(&got, bytes, DYAD_STREAM_CONTROL, 0),
				    -EBADMSG, "bit %d", bit);
	}
	put32(bytes, DYAD_WIRE_MAGIC);
	put32(bytes + CRC_BYTES, crc32c(~0u, bytes, CRC_BYTES));
	KUNIT_EXPECT_EQ(test, dyad_wire_decode(&got, bytes, DYAD_STREAM_CONTROL, 0), 0);
}

/* The layout and the checksum are the protocol: these bytes never change. */
static void message_bytes(struct kunit *test)
{
	static const struct dyad_msg msg = {
		.type = DYAD_MSG_WRITE, .volume = 3, .flags = 3, .length = 4096, .bytes = 4096,
		.session = SESSION, .tag = 0x99aabbccddeeff00ull, .sector = 0x0102030405060708ull,
		.epoch = 0x1112131415161718ull, .sequence = 0x2122232425262728ull,
	};
	static const u8 golden[DYAD_WIRE_HEADER] = {
		0x44, 0x59, 0x41, 0x44, 0x20, 0x03, 0x03, 0x00, 0x00, 0x10, 0x00, 0x00,
		0x00, 0x10, 0x00, 0x00, 0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11,
		0x00, 0xff, 0xee, 0xdd, 0xcc, 0xbb, 0xaa, 0x99, 0x08, 0x07, 0x06, 0x05,
		0x04, 0x03, 0x02, 0x01, 0x18, 0x17, 0x16, 0x15, 0x14, 0x13, 0x12, 0x11,
		0x28, 0x27, 0x26, 0x25, 0x24, 0x23, 0x22, 0x21, 0x00, 0x00, 0x00, 0x00,
		0x28, 0xb8, 0xd4, 0x6a,
	};

	KUNIT_EXPECT_EQ(test, memcmp(header_of(test, &msg), golden, sizeof(golden)), 0);
}

/* --- hello --- */

static const struct dyad_hello good_hello = {
	.version_min = 1, .version_max = 1, .features = 0xa5a5a5a5, .session = SESSION,
	.kind = DYAD_STREAM_DATA, .index = 7, .streams = 8, .keyed = true, .from = 1, .to = 255,
	.nonce = { 1, 2, 3, [31] = 0xff }, .resource = "a123456789012345678901234567890",
};

/* Offsets as in the protocol's description. */
static const struct dyad_byte_row hello_byte[] = {
	{ "as it is", 20, 1, 0 },
	{ "control stream", 16, DYAD_STREAM_CONTROL, 0 },
	{ "stream that is not authenticated", 16, DYAD_STREAM_NEW, -EPROTO },
	{ "stream of kind 255", 16, 255, -EPROTO },
	{ "stream 0", 17, 0, 0 },
	{ "stream 8", 17, 8, -EPROTO },
	{ "no streams", 18, 0, -EPROTO },
	{ "one stream", 18, 1, 0 },
	{ "nine streams", 18, 9, -EPROTO },
	{ "no key", 19, 0, 0 },
	{ "half a key", 19, 2, -EPROTO },
	{ "a newer version too", 2, 9, 0 },
	{ "oldest version after the newest", 0, 2, -EPROTO },
	{ "newest version before the oldest", 2, 0, -EPROTO },
	{ "no name", 60, 0, -EPROTO },
	{ "a name without end", 91, 'x', -EPROTO },
	{ "a short name", 61, 0, 0 },
};

DYAD_ROWS(hello_byte);

static void hello_checked(struct kunit *test)
{
	const struct dyad_byte_row *row = test->param_value;
	u8 *bytes = kunit_kzalloc(test, DYAD_WIRE_HELLO_BYTES, GFP_KERNEL);
	struct dyad_hello got;

	KUNIT_ASSERT_NOT_NULL(test, bytes);
	KUNIT_ASSERT_EQ(test, DYAD_WIRE_HELLO_BYTES, 92);
	dyad_wire_put_hello(bytes, &good_hello);
	bytes[row->at] = row->value;
	KUNIT_EXPECT_EQ(test, dyad_wire_get_hello(&got, bytes), row->ret);
}

/* What is accepted is understood: written again it is the same, bit for bit. */
static void hello_flipped(struct kunit *test)
{
	u8 *bytes = kunit_kzalloc(test, DYAD_WIRE_HELLO_BYTES, GFP_KERNEL);
	u8 again[DYAD_WIRE_HELLO_BYTES];
	struct dyad_hello got;
	int bit, refused = 0;

	KUNIT_ASSERT_NOT_NULL(test, bytes);
	for (bit = 0; bit < 8 * DYAD_WIRE_HELLO_BYTES; bit++) {
		dyad_wire_put_hello(bytes, &good_hello);
		bytes[bit / 8] ^= 1u << (bit % 8);
		if (dyad_wire_get_hello(&got, bytes)) {
			refused++;
			continue;
		}
		dyad_wire_put_hello(again, &got);
		KUNIT_EXPECT_TRUE_MSG(test, !memcmp(bytes, again, sizeof(again)), "bit %d", bit);
	}
	/* Not the session, the ids and the nonce; but most of kind, index and streams. */
	KUNIT_EXPECT_TRUE(test, refused > 16 && refused < 64);
}

struct choose_row {
	const char *name;
	u16 mine_min, mine_max, peer_min, peer_max;
	u16 version;
};

static const struct choose_row choose[] = {
	{ "the only one", 1, 1, 1, 1, 1 },
	{ "the newest both know", 1, 3, 2, 5, 3 },
	{ "the older side's newest", 1, 9, 1, 4, 4 },
	{ "touching", 1, 2, 2, 3, 2 },
	{ "the peer is too new", 1, 2, 3, 4, 0 },
	{ "the peer is too old", 3, 4, 1, 2, 0 },
	{ "everything", 0, 0xffff, 7, 7, 7 },
};

DYAD_ROWS(choose);

static void version_chosen(struct kunit *test)
{
	const struct choose_row *row = test->param_value;
	struct dyad_hello mine = { .version_min = row->mine_min, .version_max = row->mine_max };
	struct dyad_hello peer = { .version_min = row->peer_min, .version_max = row->peer_max };

	KUNIT_EXPECT_EQ(test, dyad_wire_choose(&mine, &peer), row->version);
	KUNIT_EXPECT_EQ(test, dyad_wire_choose(&peer, &mine), row->version);
}

static struct kunit_case wire_cases[] = {
	KUNIT_CASE_PARAM(message_round_trip, legal_message_rows_gen_params),
	KUNIT_CASE_PARAM(message_refused, refused_message_rows_gen_params),
	KUNIT_CASE_PARAM(message_flipped, legal_message_rows_gen_params),
	KUNIT_CASE_PARAM(message_truncated, legal_message_rows_gen_params),
	KUNIT_CASE_PARAM(message_elsewhere, legal_message_rows_gen_params),
	KUNIT_CASE_PARAM(message_flags, legal_message_rows_gen_params),
	KUNIT_CASE(message_combinations),
	KUNIT_CASE(message_of_another_protocol),
	KUNIT_CASE(message_bytes),
	KUNIT_CASE_PARAM(hello_checked, hello_byte_rows_gen_params),
	KUNIT_CASE(hello_flipped),
	KUNIT_CASE_PARAM(version_chosen, choose_rows_gen_params),
	{ }
};

static struct kunit_suite wire_suite = {
	.name = "dyad_wire",
	.test_cases = wire_cases,
};

kunit_test_suite(wire_suite);
