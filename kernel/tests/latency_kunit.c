// SPDX-License-Identifier: GPL-2.0-only
/* Tests of the histograms of times. */
#include "../core/latency.c"

#include "tests.h"

struct bucket_row {
	const char *name;
	u64 ns;
	unsigned int bucket;
};

static const struct bucket_row buckets[] = {
	{ "no time at all", 0, 0 },
	{ "one", 1, 0 },
	{ "the last of the first", 1023, 0 },
	{ "the first of the second", 1024, 1 },
	{ "the last of the second", 2047, 1 },
	{ "the first of the third", 2048, 2 },
	{ "a millisecond", 1000000, 10 },
	{ "20 milliseconds", 20000000, 15 },
	{ "a second", 1000000000, 20 },
	{ "30 seconds", 30000000000ull, 25 },
	{ "the last but one", (1ull << 40) - 1, 30 },
	{ "the last one", 1ull << 40, 31 },
	{ "beyond all", ~0ull, 31 },
};

DYAD_ROWS(buckets);

static void bucket_of(struct kunit *test)
{
	const struct bucket_row *row = test->param_value;
	unsigned int b = dyad_latency_bucket(row->ns);

	KUNIT_EXPECT_EQ(test, b, row->bucket);
	if (row->ns != ~0ull)
		KUNIT_EXPECT_TRUE(test, row->ns < dyad_latency_limit(b));
	if (b)
		KUNIT_EXPECT_TRUE(test, row->ns >= dyad_latency_limit(b - 1));
}

static void put(struct dyad_latency *l, u64 ns)
{
	l->count[dyad_latency_bucket(ns)]++;
	l->sum += ns;
	l->max = max(l->max, ns);
}

static void none(struct kunit *test)
{
	struct dyad_latency l = { };

	KUNIT_EXPECT_EQ(test, dyad_latency_total(&l), 0ull);
	KUNIT_EXPECT_EQ(test, dyad_latency_quantile(&l, 50), 0ull);
	KUNIT_EXPECT_EQ(test, dyad_latency_quantile(&l, 100), 0ull);
}

/* Never more than the longest, although its bucket reaches further. */
static void one(struct kunit *test)
{
	struct dyad_latency l = { };

	put(&l, 20000000);
	KUNIT_EXPECT_EQ(test, dyad_latency_total(&l), 1ull);
	KUNIT_EXPECT_EQ(test, dyad_latency_quantile(&l, 1), 20000000ull);
	KUNIT_EXPECT_EQ(test, dyad_latency_quantile(&l, 99), 20000000ull);
	put(&l, 500);
	/* Half of two is the first. */
	KUNIT_EXPECT_EQ(test, dyad_latency_quantile(&l, 50), 1024ull);
	KUNIT_EXPECT_EQ(test, dyad_latency_quantile(&l, 51), 20000000ull);
}

static void longest(struct kunit *test)
{
	struct dyad_latency l = { };

	put(&l, 1ull << 50);
	KUNIT_EXPECT_EQ(test, dyad_latency_quantile(&l, 50), 1ull << 50);
}

/* More than a u32 can count, and more than times a hundred fits in 64 bits. */
static void very_many(struct kunit *test)
{
	struct dyad_latency l = { .max = 5000 };

	l.count[0] = 1ull << 62;
	l.count[3] = 1ull << 60;
	KUNIT_EXPECT_EQ(test, dyad_latency_quantile(&l, 80), 1024ull);
	KUNIT_EXPECT_EQ(test, dyad_latency_quantile(&l, 81), 5000ull);
}

static void adding(struct kunit *test)
{
	struct dyad_latency a = { }, b = { };

	put(&a, 10);
	put(&a, 70000);
	put(&b, 5000);
	put(&b, 1ull << 41);
	dyad_latency_add(&a, &b);
	KUNIT_EXPECT_EQ(test, dyad_latency_total(&a), 4ull);
	KUNIT_EXPECT_EQ(test, a.sum, 75010 + (1ull << 41));
	KUNIT_EXPECT_EQ(test, a.max, 1ull << 41);
	KUNIT_EXPECT_EQ(test, dyad_latency_total(&b), 2ull);
	KUNIT_EXPECT_EQ(test, dyad_latency_quantile(&a, 25), 1024ull);
	KUNIT_EXPECT_EQ(test, dyad_latency_quantile(&a, 50), 8192ull);
}

static void sort(u64 *v, unsigned int n)
{
	unsigned int i, j;

	for (i = 1; i < n; i++)
		for (j = i; j && v[j - 1] > v[j]; j--) {
			u64 t = v[j];

			v[j] = v[j - 1];
			v[j - 1] = t;
		}
}

/* What a sorted list says, and at most twice as much. */
static void against_a_list(struct kunit *test)
{
	static u64 all[200];
	unsigned int round, percent, i, n;
	u64 state = 7, got, want;

	for (round = 0; round < 50; round++) {
		struct dyad_latency l = { };

		n = 1 + dyad_random_below(&state, ARRAY_SIZE(all));
		for (i = 0; i < n; i++) {
			all[i] = dyad_random(&state) >> (24 + dyad_random_below(&state, 40));
			put(&l, all[i]);
		}
		sort(all, n);
		for (percent = 1; percent <= 100; percent++) {
			want = all[(n * percent + 99) / 100 - 1];
			got = dyad_latency_quantile(&l, percent);
			KUNIT_EXPECT_TRUE_MSG(test, got >= want, "%u%% of %u", percent, n);
			KUNIT_EXPECT_TRUE_MSG(test, got <= max(2 * want, 1024ull),
					      "%u%% of %u", percent, n);
		}
		KUNIT_EXPECT_EQ(test, dyad_latency_quantile(&l, 100), l.max);
	}
}

static struct kunit_case latency_cases[] = {
	KUNIT_CASE_PARAM(bucket_of, buckets_rows_gen_params),
	KUNIT_CASE(none),
	KUNIT_CASE(one),
	KUNIT_CASE(longest),
	KUNIT_CASE(very_many),
	KUNIT_CASE(adding),
	KUNIT_CASE(against_a_list),
	{ }
};

static struct kunit_suite latency_suite = {
	.name = "dyad_latency",
	.test_cases = latency_cases,
};

kunit_test_suite(latency_suite);
