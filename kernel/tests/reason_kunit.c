// SPDX-License-Identifier: GPL-2.0-only
/* Tests of the reasons: numbers that never change, sentences for both sides. */
#include "../core/reason.c"

#include <linux/string.h>

#include "tests.h"

struct reason_row {
	const char *name;
	enum dyad_reason reason;
	unsigned int number;
};

/* The numbers travel in refusals: a row may be added, none may change. */
static const struct reason_row reason[] = {
	{ "unreachable", DYAD_REASON_UNREACHABLE, 1 },
	{ "not dyad", DYAD_REASON_NOT_DYAD, 2 },
	{ "version", DYAD_REASON_VERSION, 3 },
	{ "no resource", DYAD_REASON_NO_RESOURCE, 4 },
	{ "no peer", DYAD_REASON_NO_PEER, 5 },
	{ "not wanted", DYAD_REASON_NOT_WANTED, 6 },
	{ "key needed", DYAD_REASON_KEY_NEEDED, 7 },
	{ "key wrong", DYAD_REASON_KEY_WRONG, 8 },
	{ "stream", DYAD_REASON_STREAM, 9 },
	{ "handshake time", DYAD_REASON_HANDSHAKE_TIME, 10 },
	{ "busy", DYAD_REASON_BUSY, 11 },
	{ "protocol", DYAD_REASON_PROTOCOL, 12 },
	{ "closed", DYAD_REASON_CLOSED, 13 },
	{ "silent", DYAD_REASON_SILENT, 14 },
	{ "asked", DYAD_REASON_ASKED, 15 },
	{ "replaced", DYAD_REASON_REPLACED, 16 },
	{ "volumes", DYAD_REASON_VOLUMES, 17 },
	{ "size", DYAD_REASON_SIZE, 18 },
	{ "block size", DYAD_REASON_BLOCK_SIZE, 19 },
	{ "no disk", DYAD_REASON_NO_DISK, 20 },
	{ "both primary", DYAD_REASON_BOTH_PRIMARY, 21 },
	{ "split brain", DYAD_REASON_SPLIT_BRAIN, 22 },
	{ "unrelated", DYAD_REASON_UNRELATED, 23 },
	{ "no source", DYAD_REASON_NO_SOURCE, 24 },
	{ "primary behind", DYAD_REASON_PRIMARY_BEHIND, 25 },
	{ "disk error", DYAD_REASON_DISK_ERROR, 26 },
	{ "detached", DYAD_REASON_DETACHED, 27 },
	{ "memory", DYAD_REASON_MEMORY, 28 },
	{ "stalled", DYAD_REASON_STALLED, 29 },
	{ "lost disk", DYAD_REASON_LOST_DISK, 30 },
};

DYAD_ROWS(reason);

static bool is_sentence(const char *s)
{
	return s && *s && (*s < 'A' || *s > 'Z') && strlen(s) < 200 && s[strlen(s) - 1] != '.';
}

static void number_and_sentences(struct kunit *test)
{
	const struct reason_row *row = test->param_value;
	struct dyad_cause seen = { .reason = row->reason };
	struct dyad_cause told = { .reason = row->reason, .told = true };

	KUNIT_EXPECT_EQ(test, (unsigned int)row->reason, row->number);
	KUNIT_EXPECT_TRUE(test, is_sentence(dyad_reason_here(row->reason)));
	KUNIT_EXPECT_TRUE(test, is_sentence(dyad_reason_there(row->reason)));
	KUNIT_EXPECT_STREQ(test, dyad_cause_text(seen), dyad_reason_here(row->reason));
	KUNIT_EXPECT_STREQ(test, dyad_cause_text(told), dyad_reason_there(row->reason));
}

/* A reason without a row here would be a number that nothing pins. */
static void every_reason_has_a_row(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, ARRAY_SIZE(reason) + 1, (size_t)DYAD_REASON_COUNT);
	KUNIT_EXPECT_EQ(test, (int)DYAD_REASON_NONE, 0);
}

/* Two reasons that read the same would not be told apart in status. */
static void no_sentence_twice(struct kunit *test)
{
	enum dyad_reason a, b;

	for (a = 1; a < DYAD_REASON_COUNT; a++)
		for (b = 1; b < a; b++)
			if (!strcmp(dyad_reason_here(a), dyad_reason_here(b)) ||
			    !strcmp(dyad_reason_there(a), dyad_reason_there(b)))
				KUNIT_FAIL(test, "%d and %d", a, b);
}

/* The number comes from the peer (law 9). */
static void unknown_numbers(struct kunit *test)
{
	static const u32 unknown[] = { DYAD_REASON_COUNT, 255, 1u << 31, ~0u };
	struct dyad_cause none = { };
	int i;

	for (i = 0; i < ARRAY_SIZE(unknown); i++) {
		struct dyad_cause told = { .reason = unknown[i], .told = true };

		KUNIT_EXPECT_TRUE(test, is_sentence(dyad_reason_here(unknown[i])));
		KUNIT_EXPECT_TRUE(test, is_sentence(dyad_cause_text(told)));
	}
	KUNIT_EXPECT_STREQ(test, dyad_cause_text(none), "");
	KUNIT_EXPECT_STREQ(test, dyad_reason_there(DYAD_REASON_NONE), "");
}

static struct kunit_case reason_cases[] = {
	KUNIT_CASE_PARAM(number_and_sentences, reason_rows_gen_params),
	KUNIT_CASE(every_reason_has_a_row),
	KUNIT_CASE(no_sentence_twice),
	KUNIT_CASE(unknown_numbers),
	{ }
};

static struct kunit_suite reason_suite = {
	.name = "dyad_reason",
	.test_cases = reason_cases,
};

kunit_test_suite(reason_suite);
