// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of where the metadata are: all is covered, nothing overlaps, and what
 * cannot be is not believed. The code under test comes with ondisk_kunit.c.
 */
#include <linux/errno.h>

#include "ondisk.h"

#define REGION ((u64)DYAD_META_REGION_SECTORS)
#define SECTORS_MAX ((1ull << 55) - 1)
#define SUPER_BYTES 304

/* In other words than the code under test: no area begins inside another. */
static const char *unsafe(const struct dyad_geometry *g, bool external)
{
	const struct {
		u64 first, sectors;
	} area[] = {
		{ 0, 8 }, { 128, 8 }, { g->intent_first, g->intent_pages * 8 },
		{ g->dirty_first, g->dirty_pages * 8 }, { g->data_first, g->data_sectors },
	};
	const u64 most = 1ull << 55;
	const u64 regions = (g->data_sectors + REGION - 1) / REGION;
	int i, j, n = external ? 4 : 5;

	if (g->intent_pages > most / 8 || g->dirty_pages > most / 8 || g->data_sectors > most ||
	    g->intent_first > most || g->dirty_first > most || g->data_first > most)
		return "arithmetic wraps";
	if (!g->data_sectors)
		return "no data";
	if (external != !g->data_first)
		return "data at the wrong place";
	if (g->intent_pages < 1 << 24 && g->intent_pages * 31744 < regions)
		return "a region without an intent bit";
	if (g->dirty_pages < 1ull << 40 && g->dirty_pages * 31 < regions)
		return "a region without dirty bits";
	for (i = 0; i < n; i++) {
		if (area[i].first % 8 || area[i].first + area[i].sectors >= most)
			return "an area that nobody can write";
		for (j = 0; j < n; j++)
			if (i != j && area[i].first >= area[j].first &&
			    area[i].first < area[j].first + area[j].sectors)
				return "an overlap";
	}
	return NULL;
}

static void expect_sound(struct kunit *test, const struct dyad_geometry *g, bool external)
{
	struct dyad_geometry less = *g;
	const char *why = unsafe(g, external);

	KUNIT_EXPECT_TRUE_MSG(test, !why, "%llu sectors: %s", g->data_sectors, why);
	KUNIT_EXPECT_TRUE_MSG(test, dyad_geometry_check(g, external), "%llu sectors",
			      g->data_sectors);
	KUNIT_EXPECT_FALSE_MSG(test, dyad_geometry_check(g, !external), "%llu sectors",
			       g->data_sectors);
	/*
	 * As many dirty pages as are needed; at times that takes the one block
	 * that needed it. No fewer are believed, of either map.
	 */
	less.dirty_pages = (g->data_sectors + 31 * REGION - 1) / (31 * REGION);
	KUNIT_EXPECT_TRUE_MSG(test, g->dirty_pages == less.dirty_pages ||
			      (!external && g->data_sectors % (31 * REGION) == 0 &&
			       g->dirty_pages == less.dirty_pages + 1), "%llu sectors",
			      g->data_sectors);
	KUNIT_EXPECT_TRUE_MSG(test, dyad_geometry_check(&less, external), "%llu sectors",
			      g->data_sectors);
	less.dirty_pages--;
	KUNIT_EXPECT_FALSE_MSG(test, dyad_geometry_check(&less, external), "%llu sectors",
			       g->data_sectors);
	less = *g;
	less.intent_pages = ((g->data_sectors + REGION - 1) / REGION + 31743) / 31744;
	KUNIT_EXPECT_TRUE_MSG(test, dyad_geometry_check(&less, external), "%llu sectors",
			      g->data_sectors);
	KUNIT_EXPECT_TRUE(test, g->intent_pages == 224 ||
			  g->intent_pages >= 2 * less.intent_pages);
	less.intent_pages--;
	KUNIT_EXPECT_FALSE_MSG(test, dyad_geometry_check(&less, external), "%llu sectors",
			       g->data_sectors);
}

static void expect_internal(struct kunit *test, u64 disk)
{
	struct dyad_geometry g;
	int ret = dyad_geometry_internal(&g, disk);

	if (disk < 2064 || disk > SECTORS_MAX) {
		KUNIT_EXPECT_EQ_MSG(test, ret, disk < 2064 ? -ENOSPC : -EINVAL, "%llu", disk);
		return;
	}
	KUNIT_EXPECT_EQ_MSG(test, ret, 0, "%llu sectors", disk);
	if (ret)
		return;
	expect_sound(test, &g, false);
	/* Nothing lies idle but the rest of the header and of the last block. */
	KUNIT_EXPECT_TRUE_MSG(test, dyad_geometry_end(&g, false) == disk - disk % 8 &&
			      g.dirty_first == g.data_first + g.data_sectors &&
			      g.data_first == g.intent_first + g.intent_pages * 8 &&
			      g.data_first % 2048 == 0, "%llu sectors", disk);
}

static void expect_external(struct kunit *test, u64 data)
{
	const u64 meta = dyad_geometry_meta_sectors(data);
	struct dyad_geometry g;

	if (!data || data > SECTORS_MAX) {
		KUNIT_EXPECT_EQ(test, dyad_geometry_external(&g, data, ~0ull), -EINVAL);
		return;
	}
	KUNIT_EXPECT_EQ(test, dyad_geometry_external(&g, data, meta - 1), -ENOSPC);
	KUNIT_EXPECT_EQ(test, dyad_geometry_external(&g, data, meta), 0);
	expect_sound(test, &g, true);
	KUNIT_EXPECT_TRUE_MSG(test, g.data_sectors == data && dyad_geometry_end(&g, true) == meta &&
			      g.dirty_first % 2048 == 0, "%llu sectors", data);
}

/* Around every size at which something else is needed, and at random. */
static void geometry_sizes(struct kunit *test)
{
	static const u64 around[] = {
		0, 2048, 2064, 4096, REGION, 31 * REGION, 32 * REGION, 62 * REGION, TIB,
		31744 * REGION, 31744 * REGION + 31744 / 31 * 8, 16 * TIB, 224 * 31744 * REGION,
		224 * 31744 * REGION + 224 * 1024 * 8, 225 * 31744 * REGION,
		448 * 31744 * REGION, 64 * TIB, SECTORS_MAX,
	};
	u64 seed = 5;
	int i, shift;

	for (i = 0; i < ARRAY_SIZE(around); i++)
		for (shift = -40; shift <= 40; shift++) {
			expect_internal(test, around[i] + shift);
			expect_internal(test, around[i] + shift + DYAD_META_HEADER);
			expect_external(test, around[i] + shift);
		}
	for (i = 0; i < 20000; i++) {
		u64 size = dyad_random(&seed) >> dyad_random_below(&seed, 64);

		expect_internal(test, size);
		expect_external(test, size);
	}
	KUNIT_EXPECT_TRUE(test, dyad_geometry_meta_sectors(SECTORS_MAX + 1) == ~0ull);
}

#define AT(field) offsetof(struct dyad_geometry, field)

/* One field of a good geometry is another. */
static const struct geometry_row {
	const char *name;
	bool external;
	size_t at;
	u64 value;
	bool good;
} geometry[] = {
	{ "one intent page", false, AT(intent_pages), 1, true },
	{ "no intent map", false, AT(intent_pages), 0, false },
	{ "intent map over the data", false, AT(intent_pages), 225, false },
	{ "intent map that wraps", false, AT(intent_pages), (1ull << 61) + 1, false },
	{ "intent map without end", false, AT(intent_pages), ~0ull, false },
	{ "intent map at the start", false, AT(intent_first), 0, false },
	{ "intent map over the second superblock", false, AT(intent_first), 128, false },
	{ "intent map into the second superblock", true, AT(intent_first), 16, false },
	{ "intent map right behind it", false, AT(intent_first), 136, true },
	{ "intent map off a page", false, AT(intent_first), 255, false },
	{ "one dirty page more", false, AT(dirty_pages), 5, true },
	{ "one dirty page less", false, AT(dirty_pages), 3, false },
	{ "no dirty map", false, AT(dirty_pages), 0, false },
	{ "dirty map that wraps", false, AT(dirty_pages), (1ull << 61) + 4, false },
	{ "dirty map between the superblocks", false, AT(dirty_first), 8, true },
	{ "dirty map into the second superblock", false, AT(dirty_first), 104, false },
	{ "dirty map right before it", false, AT(dirty_first), 96, true },
	{ "dirty map over the data's end", false, AT(dirty_first), 802040, false },
	{ "dirty map off a page", false, AT(dirty_first), 802049, false },
	{ "dirty map in the middle of the data", false, AT(dirty_first), 400000, false },
	{ "dirty map over the intent map", true, AT(dirty_first), 2040, false },
	{ "dirty map in the middle of the intent map", true, AT(dirty_first), 1024, false },
	{ "dirty map at the end of the world", false, AT(dirty_first), (1ull << 55) - 40, true },
	{ "dirty map beyond", false, AT(dirty_first), (1ull << 55) - 32, false },
	{ "dirty map far beyond", false, AT(dirty_first), 1ull << 63, false },
	{ "dirty map whose end wraps", false, AT(dirty_first), ~7ull, false },
	{ "less data", false, AT(data_sectors), 799992, true },
	{ "part of a block", false, AT(data_sectors), 799999, false },
	{ "data whose end wraps", false, AT(data_sectors), ~2047ull, false },
	{ "data later", false, AT(data_first), 2056, false },
	{ "data off a page", false, AT(data_first), 2047, false },
	{ "no room before the data", false, AT(data_first), 0, false },
	{ "room before external data", true, AT(data_first), 2048, false },
	{ "part of a block, external", true, AT(data_sectors), 799999, true },
	{ "no external data", true, AT(data_sectors), 0, false },
	{ "all that the dirty map covers", true, AT(data_sectors), 124 * 8192, true },
	{ "a sector more", true, AT(data_sectors), 124 * 8192 + 1, false },
	{ "external data without end", true, AT(data_sectors), ~0ull, false },
};

DYAD_ROWS(geometry);

static void geometry_checked(struct kunit *test)
{
	const struct geometry_row *row = test->param_value;
	struct dyad_geometry g = good_super.geometry;

	if (row->external) {
		g.data_first = 0;
		g.dirty_first = 2048;
	}
	KUNIT_EXPECT_TRUE(test, dyad_geometry_check(&g, row->external));
	memcpy((u8 *)&g + row->at, &row->value, sizeof(row->value));
	KUNIT_EXPECT_EQ(test, dyad_geometry_check(&g, row->external), row->good);
}

/* --- what the checksum does not catch --- */

static void mutate(u8 *page, u64 *seed)
{
	static const u64 special[] = { 0, 1, 7, 8, 255, 256, 2048, 802048, 1ull << 32, 1ull << 52,
				       1ull << 55, 1ull << 61, 1ull << 63, ~7ull, ~0ull };
	u32 at = 8 + dyad_random_below(seed, SUPER_BYTES - 8);
	u8 *number = page + at / 8 * 8;

	switch (dyad_random_below(seed, 8)) {
	case 0:
		page[dyad_random_below(seed, DYAD_META_PAGE)] ^= 1u << dyad_random_below(seed, 8);
		break;
	case 1:
	case 2:
		page[at] = dyad_random(seed);
		break;
	case 3:
	case 4:
		page[at] ^= 1u << dyad_random_below(seed, 8);
		break;
	case 5:
		put_number(number, 8, get_number(number, 8) + dyad_random_below(seed, 65) - 32);
		break;
	default:
		put_number(number, 8,
			   special[dyad_random_below(seed, ARRAY_SIZE(special))]);
	}
}

/* What is believed can be; it is all that the page says, bit for bit. */
static void super_mutated(struct kunit *test)
{
	u8 *good = new_page(test), *page = new_page(test), *again = new_page(test);
	struct dyad_super got = good_super;
	int round, n, believed = 0;
	u64 seed = 9;

	for (round = 0; round < 10000; round++) {
		if (round % 16 == 0) {
			got = random_super(&seed);
			dyad_super_encode(good, &got);
		}
		memcpy(page, good, DYAD_META_PAGE);
		for (n = 1 + dyad_random_below(&seed, 3); n; n--)
			mutate(page, &seed);
		fix_crc(page);
		if (dyad_super_decode(&got, page))
			continue;
		believed++;
		dyad_super_encode(again, &got);
		KUNIT_EXPECT_TRUE_MSG(test, !memcmp(page, again, DYAD_META_PAGE), "round %d",
				      round);
		KUNIT_EXPECT_TRUE_MSG(test, !unsafe(&got.geometry, got.external), "round %d: %s",
				      round, unsafe(&got.geometry, got.external));
		KUNIT_EXPECT_TRUE_MSG(test, !got.pending.data_sectors ||
				      !unsafe(&got.pending, got.external), "round %d", round);
		KUNIT_EXPECT_TRUE(test, got.volume < 16 && got.node_id < 256 &&
				  got.data_state > 1 && got.data_state < 6 &&
				  got.mode <= DYAD_MODE_ASYNC &&
				  memchr(got.resource, 0, sizeof(got.resource)));
	}
	KUNIT_EXPECT_TRUE_MSG(test, believed > 1000 && believed < 9000, "believed %d", believed);
}

static struct kunit_case geometry_cases[] = {
	KUNIT_CASE(geometry_sizes),
	KUNIT_CASE_PARAM(geometry_checked, geometry_rows_gen_params),
	KUNIT_CASE(super_mutated),
	{ }
};

static struct kunit_suite geometry_suite = {
	.name = "dyad_geometry",
	.test_cases = geometry_cases,
};

kunit_test_suite(geometry_suite);
