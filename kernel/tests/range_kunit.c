// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of the range lock: who waits for whom, in which order they go on, and
 * random traffic beside a list that is searched from end to end (law 8).
 */
#include "../disk/range.c"

#include <linux/errno.h>
#include <linux/slab.h>

#include "tests.h"

#define HOLDERS 32

struct holder {
	struct dyad_range range;
	bool taken;
	bool held;
	unsigned int grants;
};

struct playground {
	struct dyad_ranges ranges;
	struct holder holder[HOLDERS];
	unsigned int grants;
};

static struct playground *ground;

static void granted(struct dyad_range *range)
{
	struct holder *holder = container_of(range, struct holder, range);

	holder->held = true;
	holder->grants++;
	ground->grants++;
}

static bool acquire(unsigned int n, u64 sector, u32 sectors)
{
	struct holder *holder = &ground->holder[n];

	*holder = (struct holder) { .taken = true };
	holder->held = dyad_range_acquire(&ground->ranges, &holder->range, sector, sectors,
					  granted);
	return holder->held;
}

static void release(unsigned int n)
{
	struct holder *holder = &ground->holder[n];

	holder->taken = false;
	holder->held = false;
	dyad_range_release(&ground->ranges, &holder->range);
}

static int range_init(struct kunit *test)
{
	ground = kunit_kzalloc(test, sizeof(*ground), GFP_KERNEL);
	if (!ground)
		return -ENOMEM;
	dyad_ranges_init(&ground->ranges);
	return 0;
}

/* Nothing is left behind in any bucket: there is no clean-up to call. */
static void expect_empty(struct kunit *test)
{
	int i;

	for (i = 0; i < DYAD_RANGE_BUCKETS; i++) {
		KUNIT_EXPECT_EQ_MSG(test, ground->ranges.buckets[i].waiters, 0u, "bucket %d", i);
		KUNIT_EXPECT_TRUE_MSG(test, !tree_iter_first(&ground->ranges.buckets[i].tree,
							     0, ~0ull), "bucket %d", i);
	}
}

struct overlap_row {
	const char *name;
	u64 a_sector;
	u32 a_sectors;
	u64 b_sector;
	u32 b_sectors;
	bool wait;
};

#define REGION ((u64)DYAD_REGION_SECTORS)

static const struct overlap_row overlap[] = {
	{ "the same", 8, 8, 8, 8, true },
	{ "one sector each, the same", 5, 1, 5, 1, true },
	{ "one sector each, neighbours", 5, 1, 6, 1, false },
	{ "right before", 8, 8, 0, 8, false },
	{ "right after", 8, 8, 16, 8, false },
	{ "over the first sector", 8, 8, 0, 9, true },
	{ "over the last sector", 8, 8, 15, 8, true },
	{ "inside", 8, 8, 10, 2, true },
	{ "around", 8, 8, 0, 64, true },
	{ "a whole region", 0, DYAD_REGION_SECTORS, DYAD_REGION_SECTORS - 1, 1, true },
	{ "the next region", 0, DYAD_REGION_SECTORS, DYAD_REGION_SECTORS, 1, false },
	{ "another region in the bucket", 0, DYAD_REGION_SECTORS,
	  REGION * DYAD_RANGE_BUCKETS, DYAD_REGION_SECTORS, false },
	{ "far out, the same", (~0ull >> 9) - 8, 8, (~0ull >> 9) - 1, 1, true },
};

DYAD_ROWS(overlap);

static void overlapping_waits(struct kunit *test)
{
	const struct overlap_row *row = test->param_value;
	int swap;

	for (swap = 0; swap < 2; swap++) {
		u64 first = swap ? row->b_sector : row->a_sector;
		u64 second = swap ? row->a_sector : row->b_sector;

		KUNIT_EXPECT_TRUE(test, acquire(0, first, swap ? row->b_sectors : row->a_sectors));
		KUNIT_EXPECT_EQ(test, acquire(1, second, swap ? row->a_sectors : row->b_sectors),
				!row->wait);
		release(0);
		KUNIT_EXPECT_TRUE(test, ground->holder[1].held);
		KUNIT_EXPECT_EQ(test, ground->holder[1].grants, (unsigned int)row->wait);
		release(1);
	}
	expect_empty(test);
}

/* Whoever waits for the same is served in the order of asking. */
static void first_come_first_served(struct kunit *test)
{
	unsigned int i;

	KUNIT_EXPECT_TRUE(test, acquire(0, 100, 8));
	for (i = 1; i < HOLDERS; i++)
		KUNIT_EXPECT_FALSE(test, acquire(i, 100 + i % 8, 8));
	for (i = 0; i < HOLDERS; i++) {
		KUNIT_ASSERT_TRUE_MSG(test, ground->holder[i].held, "holder %u", i);
		KUNIT_EXPECT_EQ_MSG(test, ground->grants, i, "holder %u", i);
		release(i);
	}
	expect_empty(test);
}

/* A stream of small writes does not starve a large one that waits for them. */
static void latecomers_queue_behind_a_waiter(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, acquire(0, 0, 8));
	KUNIT_EXPECT_FALSE(test, acquire(1, 0, 64));
	/* Free as such, but asked for by holder 1 before. */
	KUNIT_EXPECT_FALSE(test, acquire(2, 32, 8));
	KUNIT_EXPECT_TRUE(test, acquire(3, 64, 8));
	release(0);
	KUNIT_EXPECT_TRUE(test, ground->holder[1].held);
	KUNIT_EXPECT_FALSE(test, ground->holder[2].held);
	release(1);
	KUNIT_EXPECT_TRUE(test, ground->holder[2].held);
	release(2);
	release(3);
	expect_empty(test);
}

/* One release lets all go on that waited for nothing else, and no other. */
static void one_release_many_grants(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, acquire(0, 0, 64));
	KUNIT_EXPECT_TRUE(test, acquire(1, 64, 8));
	KUNIT_EXPECT_FALSE(test, acquire(2, 0, 8));
	KUNIT_EXPECT_FALSE(test, acquire(3, 8, 8));
	KUNIT_EXPECT_FALSE(test, acquire(4, 56, 16));
	KUNIT_EXPECT_FALSE(test, acquire(5, 4, 8));
	release(0);
	KUNIT_EXPECT_TRUE(test, ground->holder[2].held);
	KUNIT_EXPECT_TRUE(test, ground->holder[3].held);
	KUNIT_EXPECT_FALSE(test, ground->holder[4].held);
	KUNIT_EXPECT_FALSE(test, ground->holder[5].held);
	release(2);
	KUNIT_EXPECT_FALSE(test, ground->holder[5].held);
	release(3);
	KUNIT_EXPECT_TRUE(test, ground->holder[5].held);
	release(1);
	KUNIT_EXPECT_TRUE(test, ground->holder[4].held);
	release(4);
	release(5);
	KUNIT_EXPECT_EQ(test, ground->grants, 4u);
	expect_empty(test);
}

static bool overlaps(const struct dyad_range *a, const struct dyad_range *b)
{
	return a->first <= b->last && b->first <= a->last;
}

/* Held is who overlaps nobody that asked before: for all, after each step. */
static const char *broken(const u64 *asked)
{
	unsigned int i, j;

	for (i = 0; i < HOLDERS; i++) {
		const struct holder *a = &ground->holder[i];
		bool free = true;

		if (!a->taken)
			continue;
		for (j = 0; j < HOLDERS; j++) {
			const struct holder *b = &ground->holder[j];

			if (i != j && b->taken && asked[j] < asked[i] &&
			    overlaps(&a->range, &b->range))
				free = false;
		}
		if (a->held && !free)
			return "two hold what overlaps, or one overtook";
		if (!a->held && free)
			return "a grant is lost";
		if (a->grants > 1)
			return "granted twice";
	}
	return NULL;
}

static void release_one(u64 *seed)
{
	unsigned int i, n = dyad_random_below(seed, HOLDERS);

	for (i = 0; i < HOLDERS; i++, n = (n + 1) % HOLDERS) {
		if (ground->holder[n].held) {
			release(n);
			return;
		}
	}
}

static void random_traffic(struct kunit *test)
{
	/* Two regions that share a bucket, and one that does not. */
	static const u64 regions[] = { 0, DYAD_RANGE_BUCKETS, 1 };
	unsigned int step, n, waits = 0;
	u64 asked[HOLDERS] = { 0 };
	u64 seed = 8, clock = 0;

	for (step = 0; step < 20000; step++) {
		n = dyad_random_below(&seed, HOLDERS);
		if (ground->holder[n].taken) {
			release_one(&seed);
		} else {
			u64 region = regions[dyad_random_below(&seed, 3)] * REGION;
			u32 first = dyad_random_below(&seed, 200);

			asked[n] = ++clock;
			waits += !acquire(n, region + first, 1 + dyad_random_below(&seed, 30));
		}
		KUNIT_ASSERT_TRUE_MSG(test, !broken(asked), "step %u: %s", step, broken(asked));
	}
	for (n = 0; n < HOLDERS; n++)
		release_one(&seed);
	for (n = 0; n < HOLDERS; n++)
		KUNIT_EXPECT_FALSE_MSG(test, ground->holder[n].taken, "holder %u is stuck", n);
	KUNIT_EXPECT_TRUE(test, waits > 1000 && waits < 15000);
	expect_empty(test);
}

static struct kunit_case range_cases[] = {
	KUNIT_CASE_PARAM(overlapping_waits, overlap_rows_gen_params),
	KUNIT_CASE(first_come_first_served),
	KUNIT_CASE(latecomers_queue_behind_a_waiter),
	KUNIT_CASE(one_release_many_grants),
	KUNIT_CASE(random_traffic),
	{ }
};

static struct kunit_suite range_suite = {
	.name = "dyad_range",
	.init = range_init,
	.test_cases = range_cases,
};

kunit_test_suite(range_suite);
