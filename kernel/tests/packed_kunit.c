// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of packed payloads on the wire: what may be packed, what a hello says of
 * that, and the blocks that a payload comes in (law 9).
 */
#include "core/wire.h"

#include <linux/errno.h>

#include "tests.h"
#include "uapi/linux/dyad.h"

#define FULL DYAD_WIRE_PACK_BLOCK

/* --- what a hello says --- */

struct feature_row {
	const char *name;
	u32 features;
	unsigned int compression;
};

static const struct feature_row feature[] = {
	{ "none", 0, DYAD_COMPRESSION_NONE },
	{ "lz4", 1, DYAD_COMPRESSION_LZ4 },
	{ "zstd", 2, DYAD_COMPRESSION_ZSTD },
	{ "both", 3, DYAD_COMPRESSION_NONE },
	{ "one of the future", 4, DYAD_COMPRESSION_NONE },
	{ "lz4 and all of the future", ~0u & ~2u, DYAD_COMPRESSION_LZ4 },
	{ "zstd and all of the future", ~0u & ~1u, DYAD_COMPRESSION_ZSTD },
	{ "everything", ~0u, DYAD_COMPRESSION_NONE },
};

DYAD_ROWS(feature);

static void feature_read(struct kunit *test)
{
	const struct feature_row *row = test->param_value;

	KUNIT_EXPECT_EQ(test, dyad_wire_compression(row->features), row->compression);
}

/* The bits are the protocol. What is not known here is never said. */
static void feature_said(struct kunit *test)
{
	unsigned int i;

	KUNIT_EXPECT_EQ(test, dyad_wire_feature(DYAD_COMPRESSION_NONE), 0u);
	KUNIT_EXPECT_EQ(test, dyad_wire_feature(DYAD_COMPRESSION_LZ4), 1u);
	KUNIT_EXPECT_EQ(test, dyad_wire_feature(DYAD_COMPRESSION_ZSTD), 2u);
	for (i = DYAD_COMPRESSION_ZSTD + 1; i < 40; i++)
		KUNIT_EXPECT_EQ_MSG(test, dyad_wire_feature(i), 0u, "compression %u", i);
}

/* --- what may be packed --- */

struct packable_row {
	const char *name;
	struct dyad_msg msg;
	bool may;
};

static const struct packable_row packable[] = {
	{ "write of a sector", { .type = DYAD_MSG_WRITE, .length = 512 }, false },
	{ "write that is just too small",
	  { .type = DYAD_MSG_WRITE, .length = DYAD_WIRE_PACK_MIN - 512 }, false },
	{ "write", { .type = DYAD_MSG_WRITE, .length = DYAD_WIRE_PACK_MIN }, true },
	{ "write of the most", { .type = DYAD_MSG_WRITE, .length = DYAD_WIRE_MAX_IO }, true },
	{ "answer to a read", { .type = DYAD_MSG_DATA, .length = 4096 }, true },
	{ "small answer", { .type = DYAD_MSG_DATA, .length = 512 }, false },
	{ "digests", { .type = DYAD_MSG_CHECK, .length = 1024 }, false },
	{ "acknowledgements", { .type = DYAD_MSG_ACK, .length = 1536 }, false },
	{ "state", { .type = DYAD_MSG_STATE, .length = 2048 }, false },
	{ "read", { .type = DYAD_MSG_READ, .bytes = 4096 }, false },
};

DYAD_ROWS(packable);

static void packable_or_not(struct kunit *test)
{
	const struct packable_row *row = test->param_value;
	u8 bytes[DYAD_WIRE_HEADER];

	dyad_wire_encode(bytes, &row->msg);
	KUNIT_EXPECT_EQ(test, dyad_wire_may_pack(bytes), row->may);
}

/* Nothing but that changes, and the header is whole. */
static void marked(struct kunit *test)
{
	const struct dyad_msg msg = {
		.type = DYAD_MSG_WRITE, .volume = 3, .flags = DYAD_MSG_F_RECEIPT,
		.length = 4096, .bytes = 4096, .session = 7, .tag = 8, .sector = 9,
		.sequence = 10,
	};
	u8 bytes[DYAD_WIRE_HEADER], again[DYAD_WIRE_HEADER];
	struct dyad_msg got;

	dyad_wire_encode(bytes, &msg);
	dyad_wire_set_packed(bytes);
	KUNIT_ASSERT_EQ(test, dyad_wire_decode(&got, bytes, DYAD_STREAM_DATA, 7), 0);
	KUNIT_EXPECT_EQ(test, got.flags, DYAD_MSG_F_RECEIPT | 0x0200);
	got.flags = msg.flags;
	dyad_wire_encode(again, &got);
	dyad_wire_encode(bytes, &msg);
	KUNIT_EXPECT_EQ(test, memcmp(bytes, again, sizeof(again)), 0);
}

/* --- blocks --- */

struct block_row {
	const char *name;
	u32 bytes;
	u32 left;
	u32 plain;
	int ret;
};

static const struct block_row block[] = {
	{ "packed to a byte", 1, FULL, FULL, 0 },
	{ "packed by a byte", FULL - 1, FULL, FULL, 0 },
	{ "as it is", FULL, FULL, FULL, 0 },
	{ "longer than what it holds", FULL + 1, FULL, FULL, -EPROTO },
	{ "empty", 0, FULL, FULL, -EPROTO },
	{ "the longest", ~0u, FULL, FULL, -EPROTO },
	{ "the longest of the longest payload", ~0u, DYAD_WIRE_MAX_IO, FULL, -EPROTO },
	{ "one of many", 100, DYAD_WIRE_MAX_IO, FULL, 0 },
	{ "one of many, as it is", FULL, DYAD_WIRE_MAX_IO, FULL, 0 },
	{ "one of many, too long", FULL + 1, DYAD_WIRE_MAX_IO, FULL, -EPROTO },
	{ "all of the payload at once", DYAD_WIRE_MAX_IO, DYAD_WIRE_MAX_IO, FULL, -EPROTO },
	{ "the last one", 511, 512, 512, 0 },
	{ "the last one, as it is", 512, 512, 512, 0 },
	{ "the last one, too long", 513, 512, 512, -EPROTO },
	{ "the last one, empty", 0, 512, 512, -EPROTO },
	{ "a block and a sector are left", FULL, FULL + 512, FULL, 0 },
};

DYAD_ROWS(block);

static void block_read(struct kunit *test)
{
	const struct block_row *row = test->param_value;
	u8 head[DYAD_WIRE_PACK_HEAD];
	u32 bytes, plain;

	dyad_wire_put_block(head, row->bytes);
	KUNIT_EXPECT_EQ(test, dyad_wire_get_block(&bytes, &plain, head, row->left), row->ret);
	KUNIT_EXPECT_EQ(test, bytes, row->bytes);
	KUNIT_EXPECT_EQ(test, plain, row->plain);
}

/* The layout is the protocol. */
static void block_bytes(struct kunit *test)
{
	static const u8 golden[] = { 0x04, 0x03, 0x02, 0x01 };
	u8 head[DYAD_WIRE_PACK_HEAD];

	dyad_wire_put_block(head, 0x01020304);
	KUNIT_EXPECT_EQ(test, memcmp(head, golden, sizeof(golden)), 0);
	KUNIT_EXPECT_EQ(test, sizeof(head), 4);
	KUNIT_EXPECT_EQ(test, FULL, 32768u);
}

/* Whatever comes, a block fits the receiver's buffers and what the message still lacks. */
static void block_safe(struct kunit *test)
{
	u64 state = 1;
	int i, good = 0;

	for (i = 0; i < 100000; i++) {
		u32 left = 512 * (1 + dyad_random_below(&state, DYAD_WIRE_MAX_IO / 512));
		u32 said = dyad_random(&state) >> dyad_random_below(&state, 64);
		u8 head[DYAD_WIRE_PACK_HEAD];
		u32 bytes, plain;

		dyad_wire_put_block(head, said);
		if (dyad_wire_get_block(&bytes, &plain, head, left))
			continue;
		good++;
		KUNIT_EXPECT_TRUE_MSG(test, bytes && bytes <= FULL && plain <= FULL &&
				      plain <= left && bytes <= plain,
				      "%u bytes of %u, %u left", bytes, plain, left);
	}
	KUNIT_EXPECT_TRUE(test, good > 1000);
}

static struct kunit_case packed_cases[] = {
	KUNIT_CASE_PARAM(feature_read, feature_rows_gen_params),
	KUNIT_CASE(feature_said),
	KUNIT_CASE_PARAM(packable_or_not, packable_rows_gen_params),
	KUNIT_CASE(marked),
	KUNIT_CASE_PARAM(block_read, block_rows_gen_params),
	KUNIT_CASE(block_bytes),
	KUNIT_CASE(block_safe),
	{ }
};

static struct kunit_suite packed_suite = {
	.name = "dyad_packed",
	.test_cases = packed_cases,
};

kunit_test_suite(packed_suite);
