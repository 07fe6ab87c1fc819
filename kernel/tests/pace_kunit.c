// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of the pace of a resync: model devices whose writes take longer the more of
 * the resync is under way, and the window that results.
 */
#include "../core/pace.c"

#include "tests.h"

#define MS 1000000ull

/* An application: writes a tick, and how long each takes. */
struct device {
	struct dyad_pace_load load;
	unsigned int per_tick;
	u64 base_ns;
	u64 ns_per_mib;		/* more for each MiB of the resync under way */
};

static void run(struct dyad_pace *p, struct device *d, unsigned int ticks)
{
	u64 ns;

	while (ticks--) {
		d->load.busy = p->window;
		ns = d->base_ns + d->ns_per_mib * p->window / (1 << 20);
		d->load.ios += d->per_tick;
		d->load.ns += d->per_tick * ns;
		dyad_pace_tick(p, &d->load);
	}
}

static void idle_fills_the_link(struct kunit *test)
{
	struct device d = { };
	struct dyad_pace p;

	dyad_pace_init(&p, &d.load);
	run(&p, &d, 20);
	KUNIT_EXPECT_EQ(test, p.window, DYAD_PACE_CEILING);
}

/* An application that feels nothing is no reason to be slow. */
static void insensitive_device(struct kunit *test)
{
	struct device d = { .per_tick = 100, .base_ns = MS };
	struct dyad_pace p;

	dyad_pace_init(&p, &d.load);
	run(&p, &d, 80);
	KUNIT_EXPECT_TRUE(test, p.window >= DYAD_PACE_CEILING / 2);
}

static void yields_to_latency(struct kunit *test)
{
	struct device d = { .per_tick = 100, .base_ns = 2 * MS, .ns_per_mib = 8 * MS };
	u64 sum = 0, worst = 0, felt;
	struct dyad_pace p;
	int i;

	dyad_pace_init(&p, &d.load);
	run(&p, &d, 20);
	for (i = 0; i < 200; i++) {
		run(&p, &d, 1);
		felt = d.base_ns + d.ns_per_mib * p.window / (1 << 20);
		sum += felt;
		worst = max(worst, felt);
		KUNIT_EXPECT_TRUE(test, p.window >= DYAD_PACE_FLOOR);
	}
	/* Alone 2 ms; at the ceiling it would be 34 ms. */
	KUNIT_EXPECT_LE(test, sum / 200, 5 * MS);
	KUNIT_EXPECT_LE(test, worst, 8 * MS);
}

static void starts_and_stops(struct kunit *test)
{
	struct device d = { .base_ns = 2 * MS, .ns_per_mib = 8 * MS };
	struct dyad_pace p;

	dyad_pace_init(&p, &d.load);
	run(&p, &d, 10);
	KUNIT_EXPECT_EQ(test, p.window, DYAD_PACE_CEILING);
	d.per_tick = 100;
	run(&p, &d, 1);
	KUNIT_EXPECT_EQ(test, p.window, DYAD_PACE_FLOOR);
	run(&p, &d, 50);
	KUNIT_EXPECT_LE(test, p.window, 1u << 20);
	d.per_tick = 0;
	run(&p, &d, 12);
	KUNIT_EXPECT_EQ(test, p.window, DYAD_PACE_CEILING);
}

/* Writes that do not end at all are the longest. */
static void writes_that_hang(struct kunit *test)
{
	struct device d = { .per_tick = 100, .base_ns = MS };
	struct dyad_pace p;

	dyad_pace_init(&p, &d.load);
	run(&p, &d, 60);
	d.per_tick = 0;
	d.load.in_flight = 8;
	run(&p, &d, 60);
	KUNIT_EXPECT_LE(test, p.window, 2 * DYAD_PACE_FLOOR + (128u << 10));
	KUNIT_EXPECT_TRUE(test, p.window >= DYAD_PACE_FLOOR);
}

struct room_row {
	const char *name;
	u32 window;
	s64 credit;
	u64 rate;
	u32 busy;
	u32 room;
};

static const struct room_row room[] = {
	{ "nothing under way", 1 << 20, 0, 0, 0, DYAD_PACE_EXTENT },
	{ "a little left", 1 << 20, 0, 0, (1 << 20) - 4096, 4096 },
	{ "full", 1 << 20, 0, 0, 1 << 20, 0 },
	{ "more than full", 1 << 20, 0, 0, 2 << 20, 0 },
	{ "capped, nothing saved", 1 << 20, 0, 1 << 20, 0, 0 },
	{ "capped, in debt", 1 << 20, -5, 1 << 20, 0, 0 },
	{ "capped, something saved", 1 << 20, 1, 1 << 20, 0, DYAD_PACE_EXTENT },
	{ "no cap, whatever was owed", 1 << 20, -5, 0, 0, DYAD_PACE_EXTENT },
};

DYAD_ROWS(room);

static void room_for(struct kunit *test)
{
	const struct room_row *row = test->param_value;
	struct dyad_pace p = { .window = row->window, .credit = row->credit };

	KUNIT_EXPECT_EQ(test, dyad_pace_room(&p, row->rate, row->busy), row->room);
}

/* What is taken over a long time is what the cap allows, at any rate. */
static void cap_is_kept(struct kunit *test)
{
	static const u64 rates[] = { 1, 4096, 1 << 20, 100 << 20, ~0ull };
	struct dyad_pace_load load = { };
	unsigned int i, ms;

	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		u64 taken = 0, rate = min(rates[i], MAX_RATE);
		struct dyad_pace p;
		u32 bytes;

		dyad_pace_init(&p, &load);
		for (ms = 0; ms < 10000; ms++) {
			dyad_pace_refill(&p, rates[i], 1000);
			bytes = dyad_pace_room(&p, rates[i], 0);
			if (bytes)
				dyad_pace_spend(&p, bytes);
			taken += bytes;
		}
		KUNIT_EXPECT_TRUE_MSG(test, taken <= 10 * rate + 2ull * DYAD_PACE_EXTENT,
				      "at %llu", rates[i]);
		if (rate <= 100 << 20 && rate >= 1 << 20)
			KUNIT_EXPECT_TRUE_MSG(test, taken >= 9 * rate, "at %llu", rates[i]);
	}
}

static struct kunit_case pace_cases[] = {
	KUNIT_CASE(idle_fills_the_link),
	KUNIT_CASE(insensitive_device),
	KUNIT_CASE(yields_to_latency),
	KUNIT_CASE(starts_and_stops),
	KUNIT_CASE(writes_that_hang),
	KUNIT_CASE_PARAM(room_for, room_rows_gen_params),
	KUNIT_CASE(cap_is_kept),
	{ }
};

static struct kunit_suite pace_suite = {
	.name = "dyad_pace",
	.test_cases = pace_cases,
};

kunit_test_suite(pace_suite);
