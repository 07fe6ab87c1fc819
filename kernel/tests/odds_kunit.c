// SPDX-License-Identifier: GPL-2.0-only
/* Tests of when a resync compares before it copies. */
#include "../core/odds.c"

#include "tests.h"

#define BLOCKS	64

static const struct compare_row {
	const char *name;
	struct dyad_odds before;
	unsigned int blocks;
	struct dyad_odds after;
	bool compare;
} compares[] = {
	{ "the first", { 0, 0 }, 64, { 64, 0 }, true },
	{ "the one before patience ends", { 959, 0 }, 64, { 1023, 0 }, true },
	{ "the last before it ends", { 960, 0 }, 64, { 1024, 1024 }, true },
	{ "then blindly", { 1024, 1024 }, 64, { 1088, 960 }, false },
	{ "the last one blindly", { 2000, 64 }, 64, { 2064, 0 }, false },
	{ "the rest of one", { 2000, 1 }, 64, { 2064, 0 }, false },
	{ "a look, and longer", { 2048, 0 }, 64, { 2112, 2112 }, true },
	{ "small ones are many", { 512, 0 }, 1, { 513, 0 }, true },
	{ "not for ever", { 16383, 0 }, 64, { 16384, 16384 }, true },
	{ "nor longer than that", { 16384, 0 }, 64, { 16384, 16384 }, true },
};

DYAD_ROWS(compares);

static void compare(struct kunit *test)
{
	const struct compare_row *row = test->param_value;
	struct dyad_odds odds = row->before;

	KUNIT_EXPECT_EQ(test, dyad_odds_compare(&odds, row->blocks), row->compare);
	KUNIT_EXPECT_EQ(test, odds.vain, row->after.vain);
	KUNIT_EXPECT_EQ(test, odds.blind, row->after.blind);
}

static const struct found_row {
	const char *name;
	unsigned int blocks;
	unsigned int equal;
	bool worth;
} founds[] = {
	{ "nothing equal", BLOCKS, 0, false },
	{ "too little", BLOCKS, 15, false },
	{ "enough", BLOCKS, 16, true },
	{ "all equal", BLOCKS, BLOCKS, true },
	{ "one block that differs", 1, 0, false },
	{ "one block that does not", 1, 1, true },
};

DYAD_ROWS(founds);

static void found(struct kunit *test)
{
	const struct found_row *row = test->param_value;
	struct dyad_odds odds = { 20, 12 };

	dyad_odds_found(&odds, row->blocks, row->equal);
	KUNIT_EXPECT_EQ(test, odds.vain, row->worth ? 0 : 20);
	KUNIT_EXPECT_EQ(test, odds.blind, row->worth ? 0 : 12);
}

/* How many of @extents are compared, if each has @equal blocks. */
static unsigned int compared(struct dyad_odds *odds, unsigned int extents, unsigned int equal)
{
	unsigned int n = 0;

	while (extents--) {
		if (!dyad_odds_compare(odds, BLOCKS))
			continue;
		n++;
		dyad_odds_found(odds, BLOCKS, equal);
	}
	return n;
}

static void new_disk(struct kunit *test)
{
	struct dyad_odds odds = { };

	KUNIT_EXPECT_EQ(test, compared(&odds, 16, 0), 16u);
	KUNIT_EXPECT_EQ(test, compared(&odds, 16, 0), 0u);
	KUNIT_EXPECT_EQ(test, compared(&odds, 1, 0), 1u);
	KUNIT_EXPECT_LE(test, compared(&odds, 1000, 0), 6u);
}

static void same_disk(struct kunit *test)
{
	struct dyad_odds odds = { };

	KUNIT_EXPECT_EQ(test, compared(&odds, 1000, BLOCKS), 1000u);
}

/* Behind a part that differs at most as much is copied in vain, and then nothing. */
static void half_new(struct kunit *test)
{
	unsigned int part;

	for (part = 0; part < 2000; part++) {
		struct dyad_odds odds = { };
		unsigned int most = min_t(unsigned int, part, DYAD_ODDS_BLIND / BLOCKS);

		compared(&odds, part, 0);
		KUNIT_EXPECT_LE(test, 1000 - compared(&odds, 1000, BLOCKS), most);
		KUNIT_EXPECT_EQ(test, compared(&odds, 1000, BLOCKS), 1000u);
	}
}

static struct kunit_case odds_cases[] = {
	KUNIT_CASE_PARAM(compare, compares_rows_gen_params),
	KUNIT_CASE_PARAM(found, founds_rows_gen_params),
	KUNIT_CASE(new_disk),
	KUNIT_CASE(same_disk),
	KUNIT_CASE(half_new),
	{ }
};

static struct kunit_suite odds_suite = {
	.name = "dyad_odds",
	.test_cases = odds_cases,
};

kunit_test_suite(odds_suite);
