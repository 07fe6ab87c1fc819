// SPDX-License-Identifier: GPL-2.0-only
/* Tests of the list of differences, against a plain array of blocks. */
#include "../core/differ.c"

#include "tests.h"

#define BLOCKS 2000

/* Runs of marked blocks, in order: what the list should have. */
static unsigned int runs_of(const u8 *marked, struct dyad_differ_extent *runs,
			    unsigned int most)
{
	unsigned int i, n = 0;

	for (i = 0; i < BLOCKS; i++) {
		if (!marked[i])
			continue;
		if (i && marked[i - 1]) {
			if (n <= most)
				runs[n - 1].length++;
			continue;
		}
		if (n < most)
			runs[n] = (struct dyad_differ_extent) { i, 1 };
		n++;
	}
	return n;
}

/* Pieces in any order, each once: sorted, joined, and nothing is lost but the end. */
static void any_order(struct kunit *test)
{
	struct dyad_differ_extent *runs = kunit_kzalloc(test, BLOCKS * sizeof(*runs), GFP_KERNEL);
	struct dyad_differ *d = kunit_kzalloc(test, sizeof(*d), GFP_KERNEL);
	u8 *marked = kunit_kzalloc(test, BLOCKS, GFP_KERNEL);
	unsigned int round, i, n, bytes;
	u64 seed = 11;

	KUNIT_ASSERT_NOT_NULL(test, runs);
	KUNIT_ASSERT_NOT_NULL(test, d);
	KUNIT_ASSERT_NOT_NULL(test, marked);
	for (round = 0; round < 200; round++) {
		unsigned int pieces = 1 + dyad_random_below(&seed, 40);

		memset(marked, 0, BLOCKS);
		dyad_differ_init(d);
		bytes = 0;
		for (i = 0; i < pieces; i++) {
			u64 start = dyad_random_below(&seed, BLOCKS - 4);
			unsigned int length = 1 + dyad_random_below(&seed, 4), k;

			for (k = 0; k < length && !marked[start + k]; k++)
				;
			if (!k)
				continue;
			memset(marked + start, 1, k);
			dyad_differ_add(d, start, k);
			bytes += k;
		}
		n = runs_of(marked, runs, BLOCKS);
		KUNIT_EXPECT_EQ(test, d->bytes, (u64)bytes);
		KUNIT_EXPECT_EQ_MSG(test, d->count, n, "round %u", round);
		for (i = 0; i < d->count && i < n; i++) {
			KUNIT_EXPECT_EQ_MSG(test, d->extent[i].start, runs[i].start,
					    "round %u, %u", round, i);
			KUNIT_EXPECT_EQ_MSG(test, d->extent[i].length, runs[i].length,
					    "round %u, %u", round, i);
		}
	}
}

/* A full list keeps the first ones and counts all. */
static void more_than_fit(struct kunit *test)
{
	struct dyad_differ *d = kunit_kzalloc(test, sizeof(*d), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, d);
	dyad_differ_init(d);
	for (i = 2 * DYAD_DIFFER_EXTENTS; i--;)
		dyad_differ_add(d, 10 * i, 2);
	dyad_differ_add(d, 10000, 1);
	KUNIT_EXPECT_EQ(test, d->count, DYAD_DIFFER_EXTENTS);
	KUNIT_EXPECT_EQ(test, d->bytes, 4ull * DYAD_DIFFER_EXTENTS + 1);
	for (i = 0; i < d->count; i++)
		KUNIT_EXPECT_EQ(test, d->extent[i].start, 10ull * i);
}

static struct kunit_case differ_cases[] = {
	KUNIT_CASE(any_order),
	KUNIT_CASE(more_than_fit),
	{ }
};

static struct kunit_suite differ_suite = {
	.name = "dyad_differ",
	.test_cases = differ_cases,
};

kunit_test_suite(differ_suite);
