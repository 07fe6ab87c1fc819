// SPDX-License-Identifier: GPL-2.0-only
/* Tests of how long requests wait for others: a table, and what is learned from answers. */
#include "../core/coalesce.c"

#include "tests.h"

static const struct wait_row {
	const char *name;
	u64 latency;
	u64 waiting;
	u64 under_way;
	u64 ns;
} waits[] = {
	{ "the first of all", 0, 1, 0, 0 },
	{ "one at a time", 160000, 1, 0, 0 },
	{ "few are under way", 160000, 1, 3, 0 },
	{ "some are", 160000, 1, 4, 10000 },
	{ "half as many wait", 160000, 2, 4, 0 },
	{ "nearly half", 160000, 2, 7, 10000 },
	{ "one less than half", 160000, 15, 32, 10000 },
	{ "half of many", 160000, 16, 32, 0 },
	{ "nearly a batch", 160000, 31, 1000, 10000 },
	{ "a batch", 160000, 32, 1000, 0 },
	{ "more than a batch", 160000, 33, 1000, 0 },
	{ "nothing is known yet", 0, 1, 4, 100000 },
	{ "answers come at once", 15, 1, 4, 0 },
	{ "answers come from afar", 1600016, 1, 4, 100000 },
	{ "not quite from afar", 1599984, 1, 4, 99999 },
	{ "from the moon", ~0ull, 1, 4, 100000 },
	{ "all that there can be", 160000, ~0ull, ~0ull, 0 },
};

DYAD_ROWS(waits);

static void wait(struct kunit *test)
{
	const struct wait_row *row = test->param_value;
	struct dyad_coalesce c = { .latency = row->latency };

	KUNIT_EXPECT_EQ(test, dyad_coalesce_wait(&c, row->waiting, row->under_way), row->ns);
}

static void learn(struct kunit *test)
{
	struct dyad_coalesce c = { };
	unsigned int i;

	dyad_coalesce_sample(&c, 1000000);
	KUNIT_EXPECT_EQ(test, c.latency, 1000000u);
	dyad_coalesce_sample(&c, 2000000);
	KUNIT_EXPECT_EQ(test, c.latency, 1250000u);
	dyad_coalesce_sample(&c, 250000);
	KUNIT_EXPECT_EQ(test, c.latency, 1000000u);
	for (i = 0; i < 40; i++)
		dyad_coalesce_sample(&c, 80000);
	KUNIT_EXPECT_TRUE(test, c.latency >= 80000 && c.latency < 80100);
	/* Gone is what was long, but not forgotten at once. */
	dyad_coalesce_sample(&c, ~0ull);
	KUNIT_EXPECT_TRUE(test, c.latency > 1ull << 60);
}

/* Samples are asked for exactly where something may wait. */
static void busy(struct kunit *test)
{
	struct dyad_coalesce c = { .latency = 160000 };
	u64 n;

	for (n = 0; n < 100; n++)
		KUNIT_EXPECT_EQ(test, dyad_coalesce_is_busy(n),
				dyad_coalesce_wait(&c, 1, n) > 0);
}

static struct kunit_case coalesce_cases[] = {
	KUNIT_CASE_PARAM(wait, waits_rows_gen_params),
	KUNIT_CASE(learn),
	KUNIT_CASE(busy),
	{ }
};

static struct kunit_suite coalesce_suite = {
	.name = "dyad_coalesce",
	.test_cases = coalesce_cases,
};

kunit_test_suite(coalesce_suite);
