// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of when a silent peer counts as lost: table-driven, and with peers that answer, that
 * do not, and nodes that sleep.
 */
#include "../core/silence.c"

#include "tests.h"

#define LIMIT	200ul
#define EVERY	50ul

static const struct look_row {
	const char *name;
	struct dyad_silence before;
	unsigned long heard;
	unsigned long now;
	bool lost;
	struct dyad_silence after;
	unsigned long next;
} looks[] = {
	{ "the first look", { }, 1000, 1000, false, { 1000, 1000, true }, 50 },
	{ "the first look, when the clock began at 0", { }, 0, 1000, false, { 0, 1000, true }, 50 },
	{ "heard since", { 1000, 1000, true }, 1003, 1050, false, { 1003, 1050, true }, 50 },
	{ "not heard", { 1003, 1050, true }, 1003, 1100, false, { 1003, 1050, true }, 50 },
	{ "the last look before", { 1003, 1050, true }, 1003, 1200, false,
	  { 1003, 1050, true }, 4 },
	{ "the last moment", { 1003, 1050, true }, 1003, 1203, false, { 1003, 1050, true }, 1 },
	{ "for too long", { 1003, 1050, true }, 1003, 1204, true, { 1003, 1050, true }, 1 },
	{ "heard in the last moment", { 1003, 1050, true }, 1202, 1204, false,
	  { 1202, 1204, true }, 50 },
	{ "we have slept", { 1000, 1000, true }, 1003, 5000, false, { 1003, 5000, true }, 50 },
	{ "and asked a moment ago", { 1003, 5000, true }, 1003, 5030, false,
	  { 1003, 5000, true }, 20 },
	{ "and asked in vain", { 1003, 5000, true }, 1003, 5050, true, { 1003, 5000, true }, 1 },
	{ "heard before the first ping", { }, 1000, 1190, false, { 1000, 1190, true }, 50 },
	{ "which has its time", { 1000, 1190, true }, 1000, 1210, false,
	  { 1000, 1190, true }, 30 },
	{ "the clock wraps", { -20ul, -10ul, true }, -20ul, 180, false,
	  { -20ul, -10ul, true }, 1 },
	{ "and it is too long", { -20ul, -10ul, true }, -20ul, 181, true,
	  { -20ul, -10ul, true }, 1 },
};

DYAD_ROWS(looks);

static void look(struct kunit *test)
{
	const struct look_row *row = test->param_value;
	struct dyad_silence s = row->before;

	KUNIT_EXPECT_EQ(test, dyad_silence_look(&s, row->heard, row->now, LIMIT, EVERY),
			row->lost);
	KUNIT_EXPECT_EQ(test, s.heard, row->after.heard);
	KUNIT_EXPECT_EQ(test, s.asked, row->after.asked);
	KUNIT_EXPECT_EQ(test, s.waits, row->after.waits);
	KUNIT_EXPECT_EQ(test, dyad_silence_next(&s, row->now, LIMIT, EVERY), row->next);
}

/* A peer that answers each ping in time is never lost, however long the node sleeps. */
static void alive(struct kunit *test)
{
	unsigned long now = 1000, heard = now, answer = now;
	struct dyad_silence s = { };
	u64 seed = 1;
	int step;

	for (step = 0; step < 20000; step++) {
		if (answer <= now)
			heard = answer;
		KUNIT_ASSERT_TRUE(test, !dyad_silence_look(&s, heard, now, LIMIT, EVERY));
		/* The oldest ping on its way is answered first. */
		if (answer <= now)
			answer = now + 1 + dyad_random_below(&seed, EVERY - 1);
		now += dyad_silence_next(&s, now, LIMIT, EVERY);
		if (!dyad_random_below(&seed, 8))
			now += dyad_random_below(&seed, 10 * LIMIT);
	}
}

/* One that is gone is lost right after the limit, if the node is awake; never before. */
static void gone(struct kunit *test)
{
	unsigned long heard, now, last;
	u64 seed = 2;
	int trial;

	for (trial = 0; trial < 2000; trial++) {
		struct dyad_silence s = { };
		bool lost;

		now = 1000;
		/* It says something at any time, and then no more. */
		last = now + dyad_random_below(&seed, 3 * LIMIT);
		heard = now;
		do {
			if (now >= last)
				heard = last;
			else if (now - heard > EVERY)
				heard = now - 1;
			lost = dyad_silence_look(&s, heard, now, LIMIT, EVERY);
			if (!lost)
				now += dyad_silence_next(&s, now, LIMIT, EVERY);
		} while (!lost);
		KUNIT_EXPECT_EQ(test, heard, last);
		KUNIT_EXPECT_EQ(test, now, last + LIMIT + 1);
	}
}

static struct kunit_case silence_cases[] = {
	KUNIT_CASE_PARAM(look, looks_rows_gen_params),
	KUNIT_CASE(alive),
	KUNIT_CASE(gone),
	{ }
};

static struct kunit_suite silence_suite = {
	.name = "dyad_silence",
	.test_cases = silence_cases,
};

kunit_test_suite(silence_suite);
