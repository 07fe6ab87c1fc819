// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of the dirty map: beside a plain array of blocks, at sizes that do not
 * divide, and with memory that runs out, when it may only say too much (law 4).
 */
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/types.h>
#include <linux/xarray.h>

static unsigned int starving;	/* of 8 allocations of a bitmap, so many fail */
static unsigned int crowded;	/* of 8 bitmaps, so many find no place */
static unsigned int allocations;

static inline void *kzalloc_at_times(size_t bytes, gfp_t gfp)
{
	if (allocations++ * 5 % 8 < starving)
		return NULL;
	return kzalloc(bytes, gfp);
}

static inline void *xa_store_at_times(struct xarray *xa, unsigned long index, void *entry,
				      gfp_t gfp)
{
	if (allocations++ * 5 % 8 < crowded)
		return XA_ERROR(-ENOMEM);
	return xa_store(xa, index, entry, gfp);
}

#undef kzalloc
#define kzalloc kzalloc_at_times
#define xa_store xa_store_at_times
#include "../disk/region.c"

#include "tests.h"

#define REGION ((u64)DYAD_REGION_SECTORS)
#define MOST_BLOCKS (70 * DYAD_REGION_BLOCKS + 1)

struct plain {
	struct dyad_regions regions;
	u32 blocks;
	u8 dirty[MOST_BLOCKS];
};

static struct plain *plain;

static void set_up(struct kunit *test, u64 sectors)
{
	KUNIT_ASSERT_EQ(test, dyad_regions_create(&plain->regions, sectors), 0);
	plain->blocks = DIV_ROUND_UP_ULL(sectors, DYAD_BLOCK_SECTORS);
	KUNIT_ASSERT_TRUE(test, plain->blocks <= MOST_BLOCKS);
}

static int region_init(struct kunit *test)
{
	plain = kvcalloc(1, sizeof(*plain), GFP_KERNEL);
	starving = 0;
	crowded = 0;
	return plain ? 0 : -ENOMEM;
}

static void region_exit(struct kunit *test)
{
	if (!plain)
		return;
	dyad_regions_destroy(&plain->regions);
	KUNIT_EXPECT_TRUE(test, !plain->regions.region);
	/* A second time is no harm: error paths do that. */
	dyad_regions_destroy(&plain->regions);
	kvfree(plain);
	plain = NULL;
}

static void set_plain(u64 sector, u32 sectors, u8 value)
{
	u64 block;

	for (block = sector / 8; block <= (sector + sectors - 1) / 8; block++)
		plain->dirty[block] = value;
}

static void mark(u64 sector, u32 sectors, gfp_t gfp)
{
	dyad_regions_mark(&plain->regions, sector, sectors, gfp);
	set_plain(sector, sectors, 1);
}

static void clear(u64 sector, u32 sectors)
{
	dyad_regions_clear(&plain->regions, sector, sectors);
	set_plain(sector, sectors, 0);
}

/* What the maps of all regions say must be true, and if nothing failed, exact. */
static void compare_maps(struct kunit *test, bool exact, const char *when)
{
	u8 map[DYAD_REGION_BLOCKS / 8];
	u64 block, number, sum = 0;

	for (number = 0; number < plain->regions.count; number++) {
		unsigned int said, bits = 0, i;

		memset(map, 0xff, sizeof(map));
		said = dyad_regions_get_map(&plain->regions, number, map, NULL);
		for (i = 0; i < DYAD_REGION_BLOCKS; i++) {
			bool dirty = map[i / 8] & (1u << (i % 8));

			block = number * DYAD_REGION_BLOCKS + i;
			bits += dirty;
			if (block >= plain->blocks)
				KUNIT_ASSERT_TRUE_MSG(test, !dirty, "%s: beyond the end", when);
			else if (plain->dirty[block] && !dirty)
				KUNIT_FAIL(test, "%s: block %llu is forgotten (law 4)",
					   when, block);
			else if (exact && dirty && !plain->dirty[block])
				KUNIT_FAIL(test, "%s: block %llu is made up", when, block);
		}
		KUNIT_EXPECT_EQ_MSG(test, said, bits, "%s: region %llu", when, number);
		sum += bits;
	}
	KUNIT_EXPECT_EQ_MSG(test, dyad_regions_dirty(&plain->regions), sum * 4096, "%s", when);
}

/* Walking finds the same as the maps: in order, in one region, inside the volume. */
static void compare_walk(struct kunit *test, u64 *seed, const char *when)
{
	u64 sector = 0, found = 0, before = 0;
	struct dyad_extent e;

	while (dyad_regions_next(&plain->regions, sector, 1 + dyad_random_below(seed, 80), &e)) {
		KUNIT_ASSERT_TRUE_MSG(test, e.sectors && e.sector >= sector, "%s: at %llu", when,
				      sector);
		KUNIT_EXPECT_EQ_MSG(test, e.sector % 8, 0ull, "%s: at %llu", when, sector);
		KUNIT_EXPECT_EQ_MSG(test, e.sector / REGION, (e.sector + e.sectors - 1) / REGION,
				    "%s: an extent in two regions", when);
		KUNIT_ASSERT_TRUE_MSG(test, e.sector + e.sectors <= plain->regions.sectors,
				      "%s: beyond the end", when);
		KUNIT_EXPECT_TRUE_MSG(test, e.sectors % 8 == 0 ||
				      e.sector + e.sectors == plain->regions.sectors,
				      "%s: part of a block", when);
		for (; before < e.sector / 8; before++)
			KUNIT_EXPECT_TRUE_MSG(test, !plain->dirty[before], "%s: skipped %llu", when,
					      before);
		sector = e.sector + e.sectors;
		before = DIV_ROUND_UP_ULL(sector, 8);
		found += DIV_ROUND_UP(e.sectors, 8);
	}
	KUNIT_EXPECT_EQ_MSG(test, found * 4096, dyad_regions_dirty(&plain->regions), "%s", when);
	for (; before < plain->blocks; before++)
		KUNIT_EXPECT_TRUE_MSG(test, !plain->dirty[before], "%s: skipped %llu", when,
				      before);
}

struct size_row {
	const char *name;
	u64 sectors;
};

static const struct size_row size[] = {
	{ "one sector", 1 },
	{ "a sector less than a block", 7 },
	{ "a block", 8 },
	{ "a block and a sector", 9 },
	{ "a sector less than a region", REGION - 1 },
	{ "a region", REGION },
	{ "a region and a sector", REGION + 1 },
	{ "an odd number of sectors", 2 * REGION + 4243 },
	{ "more regions than locks, and a sector", 70 * REGION + 1 },
};

DYAD_ROWS(size);

/* A range in one region, with the length of an I/O more often than not. */
static u32 any_range(u64 *seed, u64 *sector)
{
	u64 left;

	*sector = dyad_random(seed) % plain->regions.sectors;
	left = min_t(u64, dyad_region_left(*sector), plain->regions.sectors - *sector);
	if (dyad_random_below(seed, 4))
		left = min_t(u64, left, 200);
	return 1 + dyad_random_below(seed, left);
}

static void any_clear(u64 *seed)
{
	u64 sector, end;
	u32 sectors = any_range(seed, &sector);

	end = sector + sectors;
	sector -= sector % 8;
	end = min_t(u64, (end + 7) / 8 * 8, plain->regions.sectors);
	clear(sector, end - sector);
}

static void any_map(struct kunit *test, u64 *seed)
{
	u64 number = dyad_random(seed) % plain->regions.count;
	u8 map[DYAD_REGION_BLOCKS / 8];
	bool all = !dyad_random_below(seed, 8);
	unsigned int i;

	for (i = 0; i < sizeof(map); i++)
		map[i] = dyad_random_below(seed, 8) ? 0 : dyad_random(seed);
	KUNIT_EXPECT_EQ(test, dyad_regions_add_map(&plain->regions, number,
						   all ? NULL : map, false), 0);
	for (i = 0; i < DYAD_REGION_BLOCKS; i++) {
		u64 block = number * DYAD_REGION_BLOCKS + i;

		if (block < plain->blocks && (all || map[i / 8] & (1u << (i % 8))))
			plain->dirty[block] = 1;
	}
}

static const char *any_step(struct kunit *test, u64 *seed)
{
	unsigned int what = dyad_random_below(seed, 256);
	u64 sector;
	u32 sectors;

	if (what < 1) {
		dyad_regions_mark_all(&plain->regions);
		memset(plain->dirty, 1, plain->blocks);
		return "mark all";
	}
	if (what < 3) {
		dyad_regions_clear_all(&plain->regions);
		memset(plain->dirty, 0, plain->blocks);
		return "clear all";
	}
	if (what < 6) {
		any_map(test, seed);
		return "add map";
	}
	if (what < 120) {
		any_clear(seed);
		return "clear";
	}
	sectors = any_range(seed, &sector);
	mark(sector, sectors, GFP_NOWAIT);
	return "mark";
}

static void beside_an_array(struct kunit *test, unsigned int hunger)
{
	const struct size_row *row = test->param_value;
	/* A large volume takes its time to compare. */
	unsigned int step, every = row->sectors > 8 * REGION ? 64 : 4;
	const char *what;
	u64 seed = row->sectors;

	set_up(test, row->sectors);
	starving = hunger;
	compare_maps(test, true, "in the beginning");
	for (step = 0; step < 800; step++) {
		what = any_step(test, &seed);
		if (step % every)
			continue;
		compare_maps(test, !hunger, what);
		compare_walk(test, &seed, what);
	}
	dyad_regions_clear_all(&plain->regions);
	KUNIT_EXPECT_EQ(test, dyad_regions_dirty(&plain->regions), 0ull);
}

static void exact_with_memory(struct kunit *test)
{
	beside_an_array(test, 0);
}

static void superset_with_little_memory(struct kunit *test)
{
	crowded = 2;
	beside_an_array(test, 3);
}

static void superset_without_memory(struct kunit *test)
{
	beside_an_array(test, 8);
}

/* Without memory for a bitmap, or for a place for it, the whole region is dirty. */
static void whole_region_without(struct kunit *test, unsigned int *scarce)
{
	struct dyad_extent e;

	set_up(test, 2 * REGION);
	*scarce = 8;
	mark(REGION + 16, 1, GFP_NOWAIT);
	KUNIT_EXPECT_EQ(test, dyad_regions_dirty(&plain->regions), REGION * 512);
	KUNIT_ASSERT_TRUE(test, dyad_regions_next(&plain->regions, 0, 1024, &e));
	KUNIT_EXPECT_EQ(test, e.sector, REGION);
	KUNIT_EXPECT_EQ(test, e.sectors, DYAD_REGION_SECTORS);
	/* A clear that fails leaves it so; with memory it is done. */
	clear(REGION, 8);
	KUNIT_EXPECT_EQ(test, dyad_regions_dirty(&plain->regions), REGION * 512);
	*scarce = 0;
	clear(REGION, 8);
	KUNIT_EXPECT_EQ(test, dyad_regions_dirty(&plain->regions), REGION * 512 - 4096);
}

static void failed_mark_covers_the_region(struct kunit *test)
{
	whole_region_without(test, &starving);
}

static void mark_without_a_place_covers_the_region(struct kunit *test)
{
	whole_region_without(test, &crowded);
}

/* All of it may be unequal: compared first. What was written since is not. */
static void suspect_until_clean(struct kunit *test)
{
	struct dyad_extent e;

	set_up(test, 2 * REGION);
	dyad_regions_mark_all(&plain->regions);
	KUNIT_ASSERT_TRUE(test, dyad_regions_next(&plain->regions, 0, 1, &e));
	KUNIT_EXPECT_TRUE(test, e.suspect);
	dyad_regions_clear(&plain->regions, 0, 8);
	KUNIT_ASSERT_TRUE(test, dyad_regions_next(&plain->regions, 0, 1, &e));
	KUNIT_EXPECT_EQ(test, e.sector, 8ull);
	KUNIT_EXPECT_TRUE(test, e.suspect);
	dyad_regions_clear(&plain->regions, 0, DYAD_REGION_SECTORS);
	dyad_regions_mark(&plain->regions, 0, 1, GFP_KERNEL);
	KUNIT_ASSERT_TRUE(test, dyad_regions_next(&plain->regions, 0, 1, &e));
	KUNIT_EXPECT_FALSE(test, e.suspect);
	KUNIT_ASSERT_TRUE(test, dyad_regions_next(&plain->regions, REGION, 1, &e));
	KUNIT_EXPECT_TRUE(test, e.suspect);
	dyad_regions_clear_all(&plain->regions);
	dyad_regions_mark(&plain->regions, REGION, 1, GFP_KERNEL);
	KUNIT_ASSERT_TRUE(test, dyad_regions_next(&plain->regions, 0, 1, &e));
	KUNIT_EXPECT_FALSE(test, e.suspect);
}

struct walk_row {
	const char *name;
	u64 from;
	unsigned int max_blocks;
	bool found;
	u64 sector;
	u32 sectors;
};

/* Of three regions and 5 sectors, with blocks 2 to 4, 1023, 1024 and the last dirty. */
static const struct walk_row walk[] = {
	{ "from the beginning", 0, 1024, true, 16, 24 },
	{ "at most two blocks", 0, 2, true, 16, 16 },
	{ "from inside the extent", 24, 1024, true, 24, 16 },
	{ "from inside a block", 25, 1024, true, 24, 16 },
	{ "from behind it, up to the region's end", 40, 1024, true, REGION - 8, 8 },
	{ "from the next region", REGION, 1024, true, REGION, 8 },
	{ "to the short block at the end", REGION + 8, 1024, true, 3 * REGION, 5 },
	{ "from the last sector", 3 * REGION + 4, 1024, true, 3 * REGION, 5 },
	{ "from behind the end", 3 * REGION + 5, 1024, false, 0, 0 },
	{ "from the region behind the end", 4 * REGION, 1024, false, 0, 0 },
};

DYAD_ROWS(walk);

static void walked(struct kunit *test)
{
	const struct walk_row *row = test->param_value;
	struct dyad_extent e = { .sector = 0 };

	set_up(test, 3 * REGION + 5);
	mark(2 * 8, 3 * 8, GFP_KERNEL);
	mark(REGION - 1, 1, GFP_KERNEL);
	mark(REGION, 1, GFP_KERNEL);
	mark(3 * REGION + 4, 1, GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, dyad_regions_next(&plain->regions, row->from, row->max_blocks, &e),
			row->found);
	KUNIT_EXPECT_EQ(test, e.sector, row->sector);
	KUNIT_EXPECT_EQ(test, e.sectors, row->sectors);
}

struct any_row {
	const char *name;
	u64 sector;
	u32 sectors;
	bool any;
};

/* Blocks 2 to 4 of a region are dirty, and all of the next one; of the third none. */
static const struct any_row any[] = {
	{ "in front", 0, 16, false },
	{ "in front and the first sector", 0, 17, true },
	{ "a sector of it", 25, 1, true },
	{ "the last sector", 39, 1, true },
	{ "behind", 40, REGION - 40, false },
	{ "around", 8, 40, true },
	{ "all of the region", 0, REGION, true },
	{ "in a region without bits", REGION + 77, 1, true },
	{ "a clean region", 2 * REGION, REGION, false },
};

DYAD_ROWS(any);

static void any_dirty(struct kunit *test)
{
	const struct any_row *row = test->param_value;

	set_up(test, 3 * REGION);
	mark(2 * 8, 3 * 8, GFP_KERNEL);
	mark(REGION, REGION, GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, dyad_regions_any(&plain->regions, row->sector, row->sectors),
			row->any);
}

/* A number from the peer: there is no region behind the last (law 9). */
static void map_of_no_region(struct kunit *test)
{
	set_up(test, REGION + 1);
	KUNIT_EXPECT_EQ(test, dyad_regions_add_map(&plain->regions, 2, NULL, false), -EINVAL);
	KUNIT_EXPECT_EQ(test, dyad_regions_add_map(&plain->regions, ~0ull, NULL, false), -EINVAL);
	KUNIT_EXPECT_EQ(test, dyad_regions_add_map(&plain->regions, 1, NULL, false), 0);
	KUNIT_EXPECT_EQ(test, dyad_regions_dirty(&plain->regions), 4096ull);
}

static u64 dirty_blocks(unsigned int number, bool *suspect)
{
	u8 map[DYAD_REGION_BLOCKS / 8];

	return dyad_regions_get_map(&plain->regions, number, map, suspect);
}

/* A map that says "compare" makes all of the region suspect, whatever its bits. */
static void map_of_suspects(struct kunit *test)
{
	u8 map[DYAD_REGION_BLOCKS / 8] = { 1 };
	bool suspect;

	set_up(test, 2 * REGION + 1);
	KUNIT_EXPECT_EQ(test, dyad_regions_add_map(&plain->regions, 0, map, false), 0);
	KUNIT_EXPECT_EQ(test, dirty_blocks(0, &suspect), 1ull);
	KUNIT_EXPECT_FALSE(test, suspect);
	KUNIT_EXPECT_EQ(test, dyad_regions_add_map(&plain->regions, 0, map, true), 0);
	KUNIT_EXPECT_EQ(test, dirty_blocks(0, &suspect), (u64)DYAD_REGION_BLOCKS);
	KUNIT_EXPECT_TRUE(test, suspect);
	KUNIT_EXPECT_EQ(test, dyad_regions_add_map(&plain->regions, 2, NULL, true), 0);
	KUNIT_EXPECT_EQ(test, dirty_blocks(2, &suspect), 1ull);
	KUNIT_EXPECT_TRUE(test, suspect);
	KUNIT_EXPECT_EQ(test, dyad_regions_suspect_bytes(&plain->regions),
			(DYAD_REGION_BLOCKS + 1) * 4096ull);
}

/* Another disk: what is known of it, and what was marked before it came. */
static void merged_and_replaced(struct kunit *test)
{
	struct dyad_regions *fresh = kunit_kzalloc(test, sizeof(*fresh), GFP_KERNEL);
	bool suspect;

	set_up(test, 2 * REGION + 1);
	KUNIT_ASSERT_NOT_NULL(test, fresh);
	KUNIT_ASSERT_EQ(test, dyad_regions_create(fresh, 2 * REGION + 1), 0);
	dyad_regions_mark(&plain->regions, 8, 8, GFP_KERNEL);
	plain->regions.region[0].hot = true;
	dyad_regions_suspect(&plain->regions, 2);
	dyad_regions_mark(fresh, 0, 8, GFP_KERNEL);
	dyad_regions_mark(fresh, REGION, 16, GFP_KERNEL);
	dyad_regions_merge(fresh, &plain->regions);
	dyad_regions_replace(&plain->regions, fresh);
	KUNIT_EXPECT_TRUE(test, fresh->region[0].hot);
	KUNIT_EXPECT_EQ(test, dyad_regions_dirty(fresh), 2 * 4096ull);
	KUNIT_EXPECT_EQ(test, dirty_blocks(0, &suspect), 2ull);
	KUNIT_EXPECT_FALSE(test, suspect);
	KUNIT_EXPECT_EQ(test, dirty_blocks(1, &suspect), 2ull);
	KUNIT_EXPECT_EQ(test, dirty_blocks(2, &suspect), 1ull);
	KUNIT_EXPECT_TRUE(test, suspect);
	KUNIT_EXPECT_EQ(test, dyad_regions_dirty(&plain->regions), 5 * 4096ull);
	KUNIT_EXPECT_FALSE(test, plain->regions.region[0].hot);
	dyad_regions_destroy(fresh);
}

/* What the peer may have had in its cache only, and when that ends (rule H7). */
static void unflushed_at_the_peer(struct kunit *test)
{
	bool suspect;

	set_up(test, 5 * REGION);
	plain->regions.region[0].hot = true;
	plain->regions.region[1].hot = true;
	dyad_regions_lost_peer(&plain->regions);
	KUNIT_EXPECT_EQ(test, dyad_regions_dirty(&plain->regions), 0ull);
	/* It cooled down while the peer was away; another was resynced. */
	plain->regions.region[1].hot = false;
	dyad_regions_unsure(&plain->regions, 2 * REGION + 9);
	plain->regions.region[4].hot = true;
	dyad_regions_lost_cache(&plain->regions);
	KUNIT_EXPECT_EQ(test, dirty_blocks(0, &suspect), (u64)DYAD_REGION_BLOCKS);
	KUNIT_EXPECT_TRUE(test, suspect);
	KUNIT_EXPECT_EQ(test, dirty_blocks(1, NULL), (u64)DYAD_REGION_BLOCKS);
	KUNIT_EXPECT_EQ(test, dirty_blocks(2, NULL), (u64)DYAD_REGION_BLOCKS);
	KUNIT_EXPECT_EQ(test, dirty_blocks(3, NULL), 0ull);
	KUNIT_EXPECT_EQ(test, dirty_blocks(4, NULL), (u64)DYAD_REGION_BLOCKS);
	dyad_regions_clear_all(&plain->regions);
	dyad_regions_settled(&plain->regions);
	plain->regions.region[0].hot = false;
	plain->regions.region[4].hot = false;
	dyad_regions_lost_cache(&plain->regions);
	KUNIT_EXPECT_EQ(test, dyad_regions_dirty(&plain->regions), 0ull);
}

static void region_arithmetic(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, dyad_region_of(0), 0ull);
	KUNIT_EXPECT_EQ(test, dyad_region_of(REGION - 1), 0ull);
	KUNIT_EXPECT_EQ(test, dyad_region_of(REGION), 1ull);
	KUNIT_EXPECT_EQ(test, dyad_region_of(~0ull >> 9), (1ull << 42) - 1);
	KUNIT_EXPECT_EQ(test, dyad_region_left(0), DYAD_REGION_SECTORS);
	KUNIT_EXPECT_EQ(test, dyad_region_left(REGION - 1), 1u);
	KUNIT_EXPECT_EQ(test, dyad_region_left(REGION + 1), DYAD_REGION_SECTORS - 1);
}

/* A volume in sync costs 2 MiB per TiB, and one that was dirty does too. */
static void clean_regions_are_small(struct kunit *test)
{
	unsigned int i;

	KUNIT_EXPECT_LE(test, sizeof(struct dyad_region), (size_t)8);
	set_up(test, 8 * REGION);
	for (i = 0; i < 8; i++)
		mark(i * REGION + 8 * i, 1, GFP_KERNEL);
	for (i = 0; i < 8; i++) {
		KUNIT_EXPECT_TRUE(test, plain->regions.region[i].partly);
		clear(i * REGION + 8 * i, 8);
		KUNIT_EXPECT_TRUE(test, !plain->regions.region[i].partly);
	}
	KUNIT_EXPECT_EQ(test, dyad_regions_dirty(&plain->regions), 0ull);
}

static void grow(struct kunit *test, u64 sectors)
{
	u64 old = plain->regions.sectors;
	struct dyad_region *room = dyad_regions_alloc(sectors);

	KUNIT_ASSERT_NOT_NULL(test, room);
	dyad_regions_grow(&plain->regions, sectors, room);
	plain->blocks = DIV_ROUND_UP_ULL(sectors, DYAD_BLOCK_SECTORS);
	set_plain(old, sectors - old, 1);
}

/* What is new is dirty and suspect, what was there is as it was (rule H17). */
static void grown_from_any_size(struct kunit *test)
{
	static const u64 more[] = { 1, 7, 8, REGION - 8, REGION, 3 * REGION + 9 };
	u64 seed = 3, sectors, added, block;
	unsigned int i, state, memory;
	struct dyad_extent e;

	for (i = 0; i < 5 * 4 * 2 * ARRAY_SIZE(more); i++) {
		state = i % 4;
		memory = i / 4 % 2;
		sectors = 2 * REGION + (i / 8 % 5) * (REGION / 4) + (i % 3) * 5;
		added = more[i / 40];
		set_up(test, sectors);
		for (block = 0; block < plain->blocks && state; block++)
			if (state == 3 || dyad_random_below(&seed, 64) < (state == 2 ? 32 : 1))
				mark(block * 8, min_t(u64, 8, sectors - block * 8), GFP_KERNEL);
		plain->regions.region[1].hot = true;
		starving = memory ? 0 : 8;
		grow(test, sectors + added);
		starving = 0;
		compare_maps(test, memory, "grown");
		compare_walk(test, &seed, "grown");
		KUNIT_EXPECT_TRUE(test, plain->regions.region[1].hot);
		for (block = sectors; block < sectors + added; block = e.sector + e.sectors) {
			KUNIT_ASSERT_TRUE(test, dyad_regions_next(&plain->regions, block, ~0u, &e));
			KUNIT_EXPECT_TRUE_MSG(test, e.suspect && e.sector / 8 == block / 8,
					      "%llu sectors and %llu", sectors, added);
		}
		/* And it can be settled like any other. */
		for (block = 0; block < plain->blocks; block++)
			clear(block * 8, min_t(u64, 8, sectors + added - block * 8));
		compare_maps(test, true, "settled");
		KUNIT_EXPECT_EQ(test, dyad_regions_dirty(&plain->regions), 0ull);
		memset(plain->dirty, 0, sizeof(plain->dirty));
		dyad_regions_destroy(&plain->regions);
	}
	set_up(test, REGION);
}

static struct kunit_case region_cases[] = {
	KUNIT_CASE_PARAM(exact_with_memory, size_rows_gen_params),
	KUNIT_CASE_PARAM(superset_with_little_memory, size_rows_gen_params),
	KUNIT_CASE_PARAM(superset_without_memory, size_rows_gen_params),
	KUNIT_CASE(failed_mark_covers_the_region),
	KUNIT_CASE(mark_without_a_place_covers_the_region),
	KUNIT_CASE(suspect_until_clean),
	KUNIT_CASE_PARAM(walked, walk_rows_gen_params),
	KUNIT_CASE_PARAM(any_dirty, any_rows_gen_params),
	KUNIT_CASE(map_of_no_region),
	KUNIT_CASE(map_of_suspects),
	KUNIT_CASE(merged_and_replaced),
	KUNIT_CASE(unflushed_at_the_peer),
	KUNIT_CASE(region_arithmetic),
	KUNIT_CASE(clean_regions_are_small),
	KUNIT_CASE(grown_from_any_size),
	{ }
};

static struct kunit_suite region_suite = {
	.name = "dyad_region",
	.init = region_init,
	.exit = region_exit,
	.test_cases = region_cases,
};

kunit_test_suite(region_suite);
