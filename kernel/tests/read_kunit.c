// SPDX-License-Identifier: GPL-2.0-only
/* Tests of reads from the peer: the messages, and which data answers which (law 9). */
#include "core/wire.h"

#include <linux/errno.h>

#include "tests.h"

#define SESSION 0x1122334455667788ull
#define LAST_SECTOR ((~0ull >> 9) - 1)

struct read_row {
	const char *name;
	enum dyad_stream_kind kind;
	struct dyad_msg msg;
	int result;
};

#define ROW(what, on, type_, first, n, ret, ...) \
	{ .name = what, .kind = DYAD_STREAM_##on, .result = (ret), \
	  .msg = { .type = DYAD_MSG_##type_, .session = SESSION, .sector = (first), \
		   .bytes = (n), __VA_ARGS__ } }

static const struct read_row read_message[] = {
	ROW("a sector", DATA, READ, 1, 512, 0, .tag = ~0ull),
	ROW("as much as an answer carries", DATA, READ, 8, DYAD_WIRE_MAX_IO, 0, .volume = 15),
	ROW("the last sector", DATA, READ, LAST_SECTOR, 512, 0),
	ROW("nothing", DATA, READ, 0, 0, -EPROTO),
	ROW("part of a sector", DATA, READ, 0, 1000, -EPROTO),
	ROW("more than an answer carries", DATA, READ, 0, DYAD_WIRE_MAX_IO + 512, -EPROTO),
	ROW("a range that wraps", DATA, READ, LAST_SECTOR, 1024, -EPROTO),
	ROW("volume 16", DATA, READ, 0, 512, -EPROTO, .volume = 16),
	ROW("with payload", DATA, READ, 0, 512, -EPROTO, .length = 512),
	ROW("with a flag", DATA, READ, 0, 512, -EPROTO, .flags = DYAD_MSG_F_RESYNC),
	ROW("on the control stream", CONTROL, READ, 0, 512, -EPROTO),
	ROW("in the handshake", NEW, READ, 0, 512, -EPROTO),
	ROW("data of a sector", DATA, DATA, 1, 512, 0, .length = 512),
	ROW("data of the most", DATA, DATA, 8, DYAD_WIRE_MAX_IO, 0, .length = DYAD_WIRE_MAX_IO),
	ROW("data without payload", DATA, DATA, 0, 512, -EPROTO),
	ROW("less data than its range", DATA, DATA, 0, 1024, -EPROTO, .length = 512),
	ROW("more data than its range", DATA, DATA, 0, 512, -EPROTO, .length = 1024),
	ROW("too much data", DATA, DATA, 0, DYAD_WIRE_MAX_IO + 512, -EPROTO,
	    .length = DYAD_WIRE_MAX_IO + 512),
	ROW("data that wraps", DATA, DATA, LAST_SECTOR, 1024, -EPROTO, .length = 1024),
	ROW("data with a flag", DATA, DATA, 0, 512, -EPROTO, .length = 512,
	    .flags = DYAD_MSG_F_FUA),
	ROW("data, packed", DATA, DATA, 0, 4096, 0, .length = 4096,
	    .flags = DYAD_MSG_F_PACKED),
	ROW("packed data of another length than its range", DATA, DATA, 0, 4096, -EPROTO,
	    .length = 512, .flags = DYAD_MSG_F_PACKED),
	ROW("data on the control stream", CONTROL, DATA, 0, 512, -EPROTO, .length = 512),
	ROW("sync start of another length", CONTROL, SYNC_START, 0, 0, -EPROTO,
	    .length = DYAD_WIRE_SYNC_BYTES - 8),
	ROW("track", CONTROL, TRACK, 0, 0, 0, .length = DYAD_WIRE_SYNC_BYTES),
	ROW("track without a lineage", CONTROL, TRACK, 0, 0, -EPROTO),
	ROW("track among data", DATA, TRACK, 0, 0, -EPROTO, .length = DYAD_WIRE_SYNC_BYTES),
	ROW("tracked", CONTROL, TRACKED, 0, 0, 0),
	ROW("tracked with a payload", CONTROL, TRACKED, 0, 0, -EPROTO, .length = 8),
	ROW("behind", CONTROL, BEHIND, 0, 0, 0),
	ROW("behind with a payload", CONTROL, BEHIND, 0, 0, -EPROTO, .length = 8),
	ROW("behind by data", DATA, BEHIND, 0, 0, -EPROTO),
	ROW("refilled", CONTROL, REFILLED, 0, 0, 0),
	ROW("refilled with a payload", CONTROL, REFILLED, 0, 0, -EPROTO, .length = 8),
	ROW("data in the handshake", NEW, DATA, 0, 512, -EPROTO, .length = 512),
};

DYAD_ROWS(read_message);

static void message_checked(struct kunit *test)
{
	const struct read_row *row = test->param_value;
	u8 *bytes = kunit_kzalloc(test, DYAD_WIRE_HEADER, GFP_KERNEL);
	struct dyad_msg got = { .type = 0 };

	KUNIT_ASSERT_NOT_NULL(test, bytes);
	dyad_wire_encode(bytes, &row->msg);
	KUNIT_EXPECT_EQ(test, dyad_wire_decode(&got, bytes, row->kind, SESSION), row->result);
	if (row->result)
		return;
	KUNIT_EXPECT_EQ(test, got.type, row->msg.type);
	KUNIT_EXPECT_EQ(test, got.tag, row->msg.tag);
	KUNIT_EXPECT_EQ(test, got.sector, row->msg.sector);
	KUNIT_EXPECT_EQ(test, got.bytes, row->msg.bytes);
	KUNIT_EXPECT_EQ(test, got.length, row->msg.length);
}

struct answer_row {
	const char *name;
	u8 asked;
	struct dyad_msg data;
	bool answers;
};

#define ANSWER(what, good, to, ...) \
	{ .name = what, .asked = DYAD_MSG_##to, .answers = (good), .data = { __VA_ARGS__ } }
#define DATA(tag_, volume_, first, n) \
	.type = DYAD_MSG_DATA, .tag = (tag_), .volume = (volume_), .sector = (first), \
	.bytes = (n), .length = (n)

/* To a request with tag 5 for volume 3, 4096 bytes from sector 16 on. */
static const struct answer_row answer[] = {
	ANSWER("what was asked for", true, READ, DATA(5, 3, 16, 4096)),
	ANSWER("for another request", false, READ, DATA(6, 3, 16, 4096)),
	ANSWER("of another volume", false, READ, DATA(5, 2, 16, 4096)),
	ANSWER("of another place", false, READ, DATA(5, 3, 8, 4096)),
	ANSWER("too little", false, READ, DATA(5, 3, 16, 3584)),
	ANSWER("too much", false, READ, DATA(5, 3, 16, 4608)),
	ANSWER("to a write", false, WRITE, DATA(5, 3, 16, 4096)),
	ANSWER("to a check", false, CHECK, DATA(5, 3, 16, 4096)),
	ANSWER("no data", false, READ, .type = DYAD_MSG_WRITE, .tag = 5, .volume = 3,
	       .sector = 16, .bytes = 4096, .length = 4096),
};

DYAD_ROWS(answer);

static void answer_fits(struct kunit *test)
{
	const struct answer_row *row = test->param_value;
	const struct dyad_msg asked = { .type = row->asked, .tag = 5, .volume = 3, .sector = 16,
					.bytes = 4096 };

	KUNIT_EXPECT_EQ(test, dyad_wire_answers(&asked, &row->data), row->answers);
}

static struct kunit_case read_cases[] = {
	KUNIT_CASE_PARAM(message_checked, read_message_rows_gen_params),
	KUNIT_CASE_PARAM(answer_fits, answer_rows_gen_params),
	{ }
};

static struct kunit_suite read_suite = {
	.name = "dyad_read",
	.test_cases = read_cases,
};

kunit_test_suite(read_suite);
