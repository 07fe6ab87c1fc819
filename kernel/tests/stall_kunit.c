// SPDX-License-Identifier: GPL-2.0-only
/* Tests of what counts as a disk that hangs: table-driven, and against each request's age. */
#include "../core/stall.c"

#include "tests.h"

#define LIMIT	8
#define MOST	16
#define STEPS	20000

static const struct look_row {
	const char *name;
	struct dyad_stall before;
	u64 left;
	u64 now;
	u64 limit;
	struct dyad_stall after;
	bool flips;
} looks[] = {
	{ "nothing under way", { 0, 10, false }, 0, 15, LIMIT, { 1, 15, false }, true },
	{ "and back again", { 1, 10, false }, 0, 15, LIMIT, { 0, 15, false }, true },
	{ "one that is young", { 0, 10, false }, 1, 17, LIMIT, { 0, 10, false }, false },
	{ "one that is old", { 0, 10, false }, 1, 18, LIMIT, { 0, 10, true }, false },
	{ "it is still there", { 1, 10, true }, 3, 100, LIMIT, { 1, 10, true }, false },
	{ "it has come back", { 1, 10, true }, 0, 100, LIMIT, { 0, 100, false }, true },
	{ "any time is allowed", { 0, 10, false }, 1, 1000, 0, { 0, 10, false }, false },
	{ "and is from now on", { 0, 10, true }, 1, 1000, 0, { 0, 10, false }, false },
};

DYAD_ROWS(looks);

static void look(struct kunit *test)
{
	const struct look_row *row = test->param_value;
	struct dyad_stall stall = row->before;

	KUNIT_EXPECT_EQ(test, dyad_stall_look(&stall, row->left, row->now, row->limit),
			row->flips);
	KUNIT_EXPECT_EQ(test, stall.phase, row->after.phase);
	KUNIT_EXPECT_EQ(test, stall.since, row->after.since);
	KUNIT_EXPECT_EQ(test, stall.hangs, row->after.hangs);
}

/* What is under way, each with its generation and its beginning. */
struct request {
	bool busy;
	u8 phase;
	u64 begun;
};

static u64 count(const struct request *requests, u8 phase)
{
	u64 n = 0;
	int i;

	for (i = 0; i < MOST; i++)
		n += requests[i].busy && requests[i].phase == phase;
	return n;
}

static u64 oldest(const struct request *requests, u64 now)
{
	u64 age = 0;
	int i;

	for (i = 0; i < MOST; i++)
		if (requests[i].busy)
			age = max(age, now - requests[i].begun);
	return age;
}

/* Never said of what is younger than the limit, and soon of all that is older than twice. */
static void against_ages(struct kunit *test)
{
	struct request requests[MOST] = { };
	struct dyad_stall stall = { };
	u64 state = 1, now;

	for (now = 1; now < STEPS; now++) {
		struct request *r = &requests[dyad_random_below(&state, MOST)];
		/* Now and then nothing ends for a while. */
		bool stuck = now % 512 > 480;

		if (!r->busy)
			*r = (struct request) { true, stall.phase, now };
		else if (!stuck)
			r->busy = false;
		dyad_stall_look(&stall, count(requests, !stall.phase), now, LIMIT);
		if (stall.hangs)
			KUNIT_EXPECT_TRUE(test, oldest(requests, now) >= LIMIT);
		if (oldest(requests, now) > 40 * LIMIT)
			KUNIT_EXPECT_TRUE(test, stall.hangs);
	}
}

/* One that never ends is found, whatever goes on beside it. */
static void one_that_stays(struct kunit *test)
{
	struct dyad_stall stall = { };
	u64 now;

	/* It begins at 0, in generation 0; others begin and end at each look. */
	for (now = 1; now <= LIMIT; now++) {
		dyad_stall_look(&stall, stall.phase, now, LIMIT);
		KUNIT_EXPECT_FALSE(test, stall.hangs);
	}
	dyad_stall_look(&stall, stall.phase, now, LIMIT);
	KUNIT_EXPECT_TRUE(test, stall.hangs);
}

static struct kunit_case stall_cases[] = {
	KUNIT_CASE_PARAM(look, looks_rows_gen_params),
	KUNIT_CASE(against_ages),
	KUNIT_CASE(one_that_stays),
	{ }
};

static struct kunit_suite stall_suite = {
	.name = "dyad_stall",
	.test_cases = stall_cases,
};

kunit_test_suite(stall_suite);
