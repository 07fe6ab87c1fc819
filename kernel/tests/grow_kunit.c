// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of growing: what is prepared is legal on the disk, nothing that could be
 * had is refused, and two nodes end at one size wherever they were interrupted
 * (rule H17). The code that lays superblocks out comes with ondisk_kunit.c.
 */
#include "../core/grow.c"

#include "ondisk.h"

#define MIB 2048ull	/* sectors */
#define GIB (1024 * MIB)

/* What the metadata code believes of it: a superblock with it can be read. */
static bool believed(struct kunit *test, const struct dyad_geometry *from,
		     const struct dyad_geometry *to, bool external)
{
	struct dyad_super *s = kunit_kzalloc(test, 2 * sizeof(*s), GFP_KERNEL);
	u8 *page = kunit_kzalloc(test, DYAD_META_PAGE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, s);
	KUNIT_ASSERT_NOT_NULL(test, page);
	s[0] = (struct dyad_super) {
		.sequence = 1, .uuid = { 1 }, .map_epoch = 1, .geometry = *from, .pending = *to,
		.external = external, .data_state = DYAD_DATA_STATE_UPTODATE,
	};
	dyad_super_encode(page, &s[0]);
	return !dyad_super_decode(&s[1], page);
}

/* Grow as far as the disks allow; where everything is afterwards. */
static struct dyad_geometry grown(struct kunit *test, const struct dyad_geometry *from,
				  const struct dyad_grow_disks *disks)
{
	struct dyad_geometry to = { };
	u64 sectors;

	KUNIT_EXPECT_EQ_MSG(test, dyad_grow_room(&sectors, from, disks), DYAD_GROW_FITS,
			    "from %llu to a disk of %llu", from->data_sectors, disks->disk);
	KUNIT_EXPECT_EQ(test, dyad_grow_place(&to, from, disks, sectors), DYAD_GROW_FITS);
	KUNIT_EXPECT_EQ(test, to.data_sectors, sectors);
	KUNIT_EXPECT_TRUE_MSG(test, believed(test, from, &to, disks->external),
			      "%llu sectors", sectors);
	KUNIT_EXPECT_LE(test, dyad_geometry_end(&to, disks->external),
			disks->external ? disks->meta : disks->disk);
	return to;
}

static void internal_grows(struct kunit *test)
{
	struct dyad_geometry at, fresh;
	u64 seed = 1, size = 4 * MIB;
	int i;

	KUNIT_ASSERT_EQ(test, dyad_geometry_internal(&at, size), 0);
	for (i = 0; i < 2000 && size < 8 * TIB; i++) {
		u64 more = 1 + dyad_random(&seed) % (size / 2);
		struct dyad_grow_disks disks = { .disk = size + more, .meta = size + more };
		u64 sectors, map = at.dirty_first + at.dirty_pages * 8;

		KUNIT_ASSERT_EQ(test, dyad_geometry_internal(&fresh, disks.disk), 0);
		if (dyad_grow_room(&sectors, &at, &disks)) {
			/* Only if the new map would be where the old one is. */
			KUNIT_EXPECT_TRUE(test, disks.disk - disks.disk % 8 < map +
					  fresh.dirty_pages * 8);
			continue;
		}
		at = grown(test, &at, &disks);
		size = disks.disk;
		/* As much as if it had been made for a disk of this size. */
		KUNIT_EXPECT_EQ(test, at.data_sectors, fresh.data_sectors);
	}
	KUNIT_EXPECT_TRUE(test, size > TIB);
}

static void external_grows(struct kunit *test)
{
	struct dyad_grow_disks disks = { .external = true, .disk = 16 * MIB };
	struct dyad_geometry at;
	int i;

	disks.meta = dyad_geometry_meta_sectors(8 * TIB) + dyad_geometry_meta_sectors(4 * TIB);
	KUNIT_ASSERT_EQ(test, dyad_geometry_external(&at, disks.disk, disks.meta), 0);
	for (i = 0; i < 18; i++) {
		disks.disk *= 2;
		at = grown(test, &at, &disks);
		KUNIT_EXPECT_EQ(test, at.data_sectors, disks.disk);
	}
}

/* The place that a map has left is good for the one after the next. */
static void external_comes_back(struct kunit *test)
{
	struct dyad_grow_disks disks = { .external = true, .disk = GIB };
	struct dyad_geometry at;
	u64 first;
	int i;

	disks.meta = dyad_geometry_meta_sectors(disks.disk) + 64 * 8;
	KUNIT_ASSERT_EQ(test, dyad_geometry_external(&at, disks.disk, disks.meta), 0);
	first = at.dirty_first;
	for (i = 0; i < 20; i++) {
		disks.disk += 8;
		at = grown(test, &at, &disks);
		KUNIT_EXPECT_EQ(test, at.dirty_first == first, i % 2);
	}
}

struct room_row {
	const char *name;
	u64 was;		/* size of the disk when it was made */
	u64 was_meta;		/* of the metadata device; 0: internal */
	u64 disk;
	u64 meta;
	enum dyad_grow_refusal why;
};

static const struct room_row room[] = {
	{ "no larger", GIB, 0, GIB, 0, DYAD_GROW_SMALL },
	{ "smaller", GIB, 0, GIB - 8, 0, DYAD_GROW_SMALL },
	{ "smaller than its header", GIB, 0, 8, 0, DYAD_GROW_SMALL },
	{ "no disk", GIB, 0, 0, 0, DYAD_GROW_SMALL },
	{ "larger by less than the map", GIB, 0, GIB + 9 * 8 - 1, 0, DYAD_GROW_SMALL },
	{ "larger by the map", GIB, 0, GIB + 9 * 8, 0, DYAD_GROW_FITS },
	{ "27 TiB", GIB, 0, 27 * TIB, 0, DYAD_GROW_FITS },
	{ "28 TiB", GIB, 0, 28 * TIB, 0, DYAD_GROW_INTENT },
	{ "made for 20 TiB, now 60", 20 * TIB, 0, 60 * TIB, 0, DYAD_GROW_INTENT },
	{ "made for 30 TiB, now 60", 30 * TIB, 0, 60 * TIB, 0, DYAD_GROW_FITS },
	{ "external, no larger", GIB, 8 * MIB, GIB, 8 * MIB, DYAD_GROW_SMALL },
	{ "external, by less than a block", GIB, 8 * MIB, GIB + 7, 8 * MIB, DYAD_GROW_SMALL },
	{ "external, by a block", GIB, 8 * MIB, GIB + 8, 8 * MIB, DYAD_GROW_FITS },
	{ "external, odd before", GIB + 3, 8 * MIB, GIB + 8, 8 * MIB, DYAD_GROW_FITS },
	{ "external, no room", GIB, MIB + 9 * 8, 2 * GIB, MIB + 9 * 8, DYAD_GROW_META },
	{ "external, not quite room", GIB, MIB + 9 * 8, 2 * GIB, MIB + 26 * 8 - 1, DYAD_GROW_META },
	{ "external, just room", GIB, MIB + 9 * 8, 2 * GIB, MIB + 26 * 8, DYAD_GROW_FITS },
	{ "external, metadata shrunk", GIB, 8 * MIB, 2 * GIB, MIB, DYAD_GROW_META },
	{ "external, 28 TiB", GIB, GIB, 28 * TIB, GIB, DYAD_GROW_INTENT },
};

DYAD_ROWS(room);

static void room_refused(struct kunit *test)
{
	const struct room_row *row = test->param_value;
	struct dyad_grow_disks disks = {
		.external = row->was_meta, .disk = row->disk, .meta = row->meta ?: row->disk,
	};
	struct dyad_geometry at;
	u64 sectors;

	KUNIT_ASSERT_EQ(test, row->was_meta ?
			dyad_geometry_external(&at, row->was, row->was_meta) :
			dyad_geometry_internal(&at, row->was), 0);
	KUNIT_EXPECT_EQ(test, dyad_grow_room(&sectors, &at, &disks), row->why);
}

/* A peer with a smaller disk sets the size. */
static void placed_for_less(struct kunit *test)
{
	struct dyad_grow_disks disks = { .disk = 8 * GIB, .meta = 8 * GIB };
	struct dyad_geometry at, to;
	u64 most, sectors;

	KUNIT_ASSERT_EQ(test, dyad_geometry_internal(&at, GIB), 0);
	KUNIT_ASSERT_EQ(test, dyad_grow_room(&most, &at, &disks), DYAD_GROW_FITS);
	for (sectors = at.data_sectors + 8; sectors <= most; sectors += 977 * 8) {
		KUNIT_EXPECT_EQ(test, dyad_grow_place(&to, &at, &disks, sectors), DYAD_GROW_FITS);
		KUNIT_EXPECT_TRUE_MSG(test, to.data_sectors == sectors &&
				      believed(test, &at, &to, false), "%llu sectors", sectors);
	}
	KUNIT_EXPECT_EQ(test, dyad_grow_place(&to, &at, &disks, most + 8), DYAD_GROW_SMALL);
	KUNIT_EXPECT_EQ(test, dyad_grow_place(&to, &at, &disks, most - 1), DYAD_GROW_SMALL);
	KUNIT_EXPECT_EQ(test, dyad_grow_place(&to, &at, &disks, at.data_sectors),
			DYAD_GROW_SMALL);
}

/* --- two nodes that were interrupted --- */

#define OLD 1000ull
#define NEW 2000ull

enum { OTHER, COORDINATOR, NODES };

/* The two, after so many steps of a growth. */
static void after(struct dyad_volume_state v[NODES], int steps)
{
	memset(v, 0, NODES * sizeof(*v));
	v[OTHER].sectors = steps < 3 ? OLD : NEW;
	v[OTHER].pending = steps == 1 || steps == 2 ? NEW : 0;
	v[COORDINATOR].sectors = steps < 4 ? OLD : NEW;
	v[COORDINATOR].pending = steps == 2 || steps == 3 ? NEW : 0;
}

/* A node acts on what both have told; it may be the only one that gets so far. */
static void act(struct dyad_volume_state v[NODES], const struct dyad_volume_state told[NODES],
		int node)
{
	v[node].sectors = dyad_grow_outcome(&told[node], &told[!node]);
	v[node].pending = 0;
}

static void interrupted(struct kunit *test)
{
	struct dyad_volume_state v[NODES], told[NODES];
	int steps, path, i;

	for (steps = 0; steps <= 4; steps++) {
		/* Three handshakes, each of which none, one or both may live through. */
		for (path = 0; path < 4 * 4 * 4; path++) {
			after(v, steps);
			for (i = 0; i < 3; i++) {
				memcpy(told, v, sizeof(told));
				if (path >> 2 * i & 1)
					act(v, told, OTHER);
				if (path >> 2 * i & 2)
					act(v, told, COORDINATOR);
			}
			memcpy(told, v, sizeof(told));
			act(v, told, OTHER);
			act(v, told, COORDINATOR);
			KUNIT_EXPECT_TRUE_MSG(test, v[OTHER].sectors == v[COORDINATOR].sectors &&
					      v[OTHER].sectors == (steps < 2 ? OLD : NEW),
					      "after %d steps, path %d: %llu and %llu", steps, path,
					      v[OTHER].sectors, v[COORDINATOR].sectors);
		}
	}
}

struct outcome_row {
	const char *name;
	u64 mine, mine_pending, peer, peer_pending;
	u64 size;
};

static const struct outcome_row outcome[] = {
	{ "nothing pending", OLD, 0, OLD, 0, OLD },
	{ "sizes differ, nothing pending", OLD, 0, NEW, 0, OLD },
	{ "pending here only", OLD, NEW, OLD, 0, OLD },
	{ "pending there only", OLD, 0, OLD, NEW, OLD },
	{ "pending on both", OLD, NEW, OLD, NEW, NEW },
	{ "done there", OLD, NEW, NEW, 0, NEW },
	{ "done here", NEW, 0, OLD, NEW, NEW },
	{ "another size pending there", OLD, NEW, OLD, NEW + 8, OLD },
	{ "done there, another one pending", OLD, NEW, NEW, NEW + 8, NEW },
	{ "another size there", OLD, NEW, NEW + 8, 0, OLD },
};

DYAD_ROWS(outcome);

static void outcome_is(struct kunit *test)
{
	const struct outcome_row *row = test->param_value;
	const struct dyad_volume_state mine = { .sectors = row->mine,
						.pending = row->mine_pending };
	const struct dyad_volume_state peer = { .sectors = row->peer,
						.pending = row->peer_pending };

	KUNIT_EXPECT_EQ(test, dyad_grow_outcome(&mine, &peer), row->size);
}

static struct kunit_case grow_cases[] = {
	KUNIT_CASE(internal_grows),
	KUNIT_CASE(external_grows),
	KUNIT_CASE(external_comes_back),
	KUNIT_CASE_PARAM(room_refused, room_rows_gen_params),
	KUNIT_CASE(placed_for_less),
	KUNIT_CASE(interrupted),
	KUNIT_CASE_PARAM(outcome_is, outcome_rows_gen_params),
	{ }
};

static struct kunit_suite grow_suite = {
	.name = "dyad_grow",
	.test_cases = grow_cases,
};

kunit_test_suite(grow_suite);
