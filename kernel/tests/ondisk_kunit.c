// SPDX-License-Identifier: GPL-2.0-only
/* Tests of the on-disk metadata: what was written is read, damage is seen (law 7). */
#include "../core/ondisk.c"

#include "ondisk.h"

/* --- superblock --- */

struct field_row {
	const char *name;
	unsigned int at;
	unsigned int bytes;
	u64 value;
};

/* The layout is the format: these never change. */
static const struct field_row field[] = {
	{ "magic", 0, 8, 0x7075732d64617964ull },
	{ "checksum", 8, 4, 0xd705aa89 },
	{ "version", 12, 4, 1 },
	{ "sequence", 16, 8, 0x1112131415161718ull },
	{ "uuid, first half", 24, 8, 0x2827262524232221ull },
	{ "uuid, second half", 32, 8, 0x3837363534333231ull },
	{ "map epoch", 40, 8, 0x4142434445464748ull },
	{ "data first", 48, 8, 2048 },
	{ "data sectors", 56, 8, 800000 },
	{ "intent first", 64, 8, 256 },
	{ "intent pages", 72, 8, 224 },
	{ "dirty first", 80, 8, 802048 },
	{ "dirty pages", 88, 8, 4 },
	{ "pending data first", 96, 8, 2048 },
	{ "pending data sectors", 104, 8, 900000 },
	{ "pending intent first", 112, 8, 256 },
	{ "pending intent pages", 120, 8, 224 },
	{ "pending dirty first", 128, 8, 902048 },
	{ "pending dirty pages", 136, 8, 5 },
	{ "change", 144, 8, 0x5152535455565758ull },
	{ "generation", 152, 8, 0x6162636465666768ull },
	{ "base", 160, 8, 0x7172737475767778ull },
	{ "newest of the history", 168, 8, 0x81 },
	{ "history 1", 176, 8, 0x82 },
	{ "history 2", 184, 8, 0x83 },
	{ "history 3", 192, 8, 0x84 },
	{ "history 4", 200, 8, 0x85 },
	{ "history 5", 208, 8, 0x86 },
	{ "history 6", 216, 8, 0x87 },
	{ "history 7", 224, 8, ~0x88ull },
	{ "instance", 232, 8, 0x9192939495969798ull },
	{ "alone since", 240, 8, 0xa1a2a3a4a5a6a7a8ull },
	{ "sequence written", 248, 8, 0xb1b2b3b4b5b6b7b8ull },
	{ "node id", 256, 4, 255 },
	{ "volume", 260, 4, 15 },
	{ "data state", 264, 1, 5 },
	{ "mode", 265, 1, 0 },
	{ "flags", 266, 2, 0x0a },
	{ "name, start", 272, 8, 0x35345f322d312e61ull },
	{ "name, end", 296, 8, 0x007a373635343332ull },
};

static void super_layout(struct kunit *test)
{
	u8 *page = new_page(test), *seen = new_page(test);
	const struct field_row *f;
	unsigned int i;

	memset(page, 0xff, DYAD_META_PAGE);
	dyad_super_encode(page, &good_super);
	for (f = field; f < field + ARRAY_SIZE(field); f++) {
		KUNIT_EXPECT_TRUE_MSG(test, get_number(page + f->at, f->bytes) == f->value,
				      "%s: %llx", f->name, get_number(page + f->at, f->bytes));
		memset(seen + f->at, 1, f->bytes);
	}
	memset(seen + 272, 1, DYAD_META_NAME);
	for (i = 0; i < DYAD_META_PAGE; i++)
		KUNIT_EXPECT_TRUE_MSG(test, seen[i] || !page[i], "byte %u is in use", i);
}

static void super_round_trip(struct kunit *test)
{
	u8 *page = new_page(test);
	struct dyad_super super = good_super, got;
	u64 seed = 1;
	int round;

	for (round = 0; round < 500; round++) {
		dyad_super_encode(page, &super);
		memset(&got, 0xff, sizeof(got));
		KUNIT_EXPECT_EQ_MSG(test, dyad_super_decode(&got, page), 0, "round %d", round);
		KUNIT_EXPECT_TRUE_MSG(test, same_super(&super, &got), "round %d", round);
		super = random_super(&seed);
	}
}

/* Written over what it says at @at, with the right checksum. */
static const struct refused_row {
	const char *name;
	unsigned int at;
	unsigned int bytes;
	u64 value;
	int ret;
} refused[] = {
	{ "as it is", 16, 8, 1, 0 },
	{ "another magic", 0, 1, 0, -ENODATA },
	{ "magic of a map page", 0, 8, MAP_MAGIC, -ENODATA },
	{ "version 0", 12, 4, 0, -EUCLEAN },
	{ "a newer version", 12, 4, 2, -EPROTONOSUPPORT },
	{ "the newest version", 12, 4, ~0u, -EPROTONOSUPPORT },
	{ "data inside the header", 48, 8, 2040, -EUCLEAN },
	{ "data where the superblocks are", 48, 8, 0, -EUCLEAN },
	{ "no data", 56, 8, 0, -EUCLEAN },
	{ "more data than room", 56, 8, 800008, -EUCLEAN },
	{ "pending shrinks", 104, 8, 700000, -EUCLEAN },
	{ "pending of the same size", 104, 8, 800000, -EUCLEAN },
	{ "pending of no size", 104, 8, 0, -EUCLEAN },
	{ "pending moves the data", 96, 8, 2056, -EUCLEAN },
	{ "pending moves the intent map", 112, 8, 264, -EUCLEAN },
	{ "pending with a smaller intent map", 120, 8, 223, -EUCLEAN },
	{ "pending cannot be", 136, 8, 3, -EUCLEAN },
	{ "pending dirty map over the new data", 128, 8, 802080, -EUCLEAN },
	{ "node 256", 256, 4, 256, -EUCLEAN },
	{ "volume 16", 260, 4, 16, -EUCLEAN },
	{ "diskless", 264, 1, DYAD_DATA_STATE_DISKLESS, -EUCLEAN },
	{ "failed", 264, 1, DYAD_DATA_STATE_FAILED, -EUCLEAN },
	{ "inconsistent", 264, 1, DYAD_DATA_STATE_INCONSISTENT, 0 },
	{ "outdated", 264, 1, DYAD_DATA_STATE_OUTDATED, 0 },
	{ "consistent", 264, 1, DYAD_DATA_STATE_CONSISTENT, 0 },
	{ "a data state nobody knows", 264, 1, DYAD_DATA_STATE_UPTODATE + 1, -EUCLEAN },
	{ "a mode nobody knows", 265, 1, DYAD_MODE_ASYNC + 1, -EUCLEAN },
	{ "no flag", 266, 2, 0, 0 },
	{ "flags but external", 266, 2, 0x1e, 0 },
	{ "external with internal geometry", 266, 2, 0x01, -EUCLEAN },
	{ "a flag nobody knows", 266, 2, 0x20, -EUCLEAN },
	{ "the highest flag", 266, 2, 0x8000, -EUCLEAN },
	{ "reserved before the name", 271, 1, 1, -EUCLEAN },
	{ "reserved behind the name", 304, 1, 1, -EUCLEAN },
	{ "reserved at the end", 4095, 1, 1, -EUCLEAN },
	{ "a name without end", 303, 1, 'x', -EUCLEAN },
	{ "a name that ends and goes on", 280, 1, 0, -EUCLEAN },
	{ "a name with a bell", 280, 1, 7, -EUCLEAN },
	{ "a name with a slash", 280, 1, '/', -EUCLEAN },
	{ "a name that starts with a dash", 272, 1, '-', -EUCLEAN },
	{ "a name that starts with a digit", 272, 1, '0', 0 },
};

DYAD_ROWS(refused);

static void super_refused(struct kunit *test)
{
	const struct refused_row *row = test->param_value;
	u8 *page = new_page(test);
	struct dyad_super got;

	dyad_super_encode(page, &good_super);
	put_number(page + row->at, row->bytes, row->value);
	fix_crc(page);
	KUNIT_EXPECT_EQ(test, dyad_super_decode(&got, page), row->ret);
}

/* What takes more than one field. */
static void super_refused_more(struct kunit *test)
{
	u8 *page = new_page(test);
	struct dyad_super super = good_super, got;

	memset(super.uuid, 0, sizeof(super.uuid));
	dyad_super_encode(page, &super);
	KUNIT_EXPECT_EQ(test, dyad_super_decode(&got, page), -EUCLEAN);

	/* A uuid may be of the same bytes, what is reserved may not. */
	memset(super.uuid, 7, sizeof(super.uuid));
	dyad_super_encode(page, &super);
	KUNIT_EXPECT_EQ(test, dyad_super_decode(&got, page), 0);
	memset(page + 304, 7, DYAD_META_PAGE - 304);
	fix_crc(page);
	KUNIT_EXPECT_EQ(test, dyad_super_decode(&got, page), -EUCLEAN);

	/* All the new data fit before the new dirty map, which is over the old one. */
	super = good_super;
	super.pending.data_sectors = 800008;
	super.pending.dirty_first = 802056;
	dyad_super_encode(page, &super);
	KUNIT_EXPECT_EQ(test, dyad_super_decode(&got, page), -EUCLEAN);
	super.pending.dirty_first = 802048 + 4 * DYAD_META_PAGE_SECTORS;
	dyad_super_encode(page, &super);
	KUNIT_EXPECT_EQ(test, dyad_super_decode(&got, page), 0);

	/* The data would have to move, although there is room. */
	super.pending = (struct dyad_geometry) {
		.data_first = 2056, .data_sectors = 900000, .intent_first = 256,
		.intent_pages = 224, .dirty_first = 902056, .dirty_pages = 5,
	};
	KUNIT_EXPECT_TRUE(test, dyad_geometry_check(&super.pending, false));
	dyad_super_encode(page, &super);
	KUNIT_EXPECT_EQ(test, dyad_super_decode(&got, page), -EUCLEAN);

	/* Nothing pending is all zero, and no name has nothing behind it. */
	super.pending = (struct dyad_geometry) { .dirty_pages = 1 };
	dyad_super_encode(page, &super);
	KUNIT_EXPECT_EQ(test, dyad_super_decode(&got, page), -EUCLEAN);
	memset(&super.pending, 0, sizeof(super.pending));
	memset(super.resource, 0, sizeof(super.resource));
	dyad_super_encode(page, &super);
	KUNIT_EXPECT_EQ(test, dyad_super_decode(&got, page), 0);
	super.resource[1] = 'a';
	dyad_super_encode(page, &super);
	KUNIT_EXPECT_EQ(test, dyad_super_decode(&got, page), -EUCLEAN);
}

/* --- damage --- */

static void seal_with_bits(u8 *page, u64 seed)
{
	int i;

	dyad_map_clear(page);
	for (i = DYAD_META_MAP_HEADER; i < DYAD_META_PAGE; i++)
		page[i] = dyad_random(&seed);
	dyad_map_seal(page, &good_super, DYAD_MAP_DIRTY, 3);
}

/* Every byte in turn, with every bit of it in turn over the whole. */
static void pages_flipped(struct kunit *test)
{
	u8 *super = new_page(test), *map = new_page(test);
	struct dyad_super got = good_super;
	unsigned int i;
	int ret;

	dyad_super_encode(super, &good_super);
	seal_with_bits(map, 1);
	for (i = 0; i < DYAD_META_PAGE; i++) {
		u8 flip = i % 9 == 8 ? 0xff : 1u << i % 9;

		super[i] ^= flip;
		map[i] ^= flip;
		ret = dyad_super_decode(&got, super);
		KUNIT_EXPECT_EQ_MSG(test, ret, i < 8 ? -ENODATA : -EBADMSG, "byte %u", i);
		KUNIT_EXPECT_FALSE_MSG(test, dyad_map_check(map, &good_super, DYAD_MAP_DIRTY, 3),
				       "byte %u", i);
		super[i] ^= flip;
		map[i] ^= flip;
	}
	/* Whoever refuses leaves what was there. */
	KUNIT_EXPECT_TRUE(test, same_super(&got, &good_super));
	KUNIT_EXPECT_EQ(test, dyad_super_decode(&got, super), 0);
	KUNIT_EXPECT_TRUE(test, dyad_map_check(map, &good_super, DYAD_MAP_DIRTY, 3));
}

/* A superblock is in one sector: what has torn there is what a disk tears worst. */
static void super_torn(struct kunit *test)
{
	u8 *old = new_page(test), *new = new_page(test), *page = new_page(test);
	struct dyad_super super = good_super, got;
	unsigned int i;

	dyad_super_encode(old, &super);
	super.sequence++;
	super.lineage.now = ~super.lineage.now;
	super.clean = true;
	strscpy(super.resource, "zzzzzzz-zzzzzzz-zzzzzzz-zzzzzzz", sizeof(super.resource));
	dyad_super_encode(new, &super);
	for (i = 0; i <= DYAD_META_PAGE; i++) {
		memcpy(page, old, DYAD_META_PAGE);
		memcpy(page, new, i);
		if (!memcmp(page, old, DYAD_META_PAGE) || !memcmp(page, new, DYAD_META_PAGE))
			KUNIT_EXPECT_EQ_MSG(test, dyad_super_decode(&got, page), 0, "at %u", i);
		else
			KUNIT_EXPECT_EQ_MSG(test, dyad_super_decode(&got, page), -EBADMSG,
					    "at %u", i);
		/* The rest never got there. */
		memset(page + i, 0, DYAD_META_PAGE - i);
		if (memcmp(page, new, DYAD_META_PAGE))
			KUNIT_EXPECT_NE(test, dyad_super_decode(&got, page), 0);
	}
}

/* Each sector is of the old page, of the new one, or zero. */
static void map_torn(struct kunit *test)
{
	u8 *old = new_page(test), *new = new_page(test), *page = new_page(test);
	unsigned int i, n, sector, rest, whole = 0;

	seal_with_bits(old, 1);
	seal_with_bits(new, 2);
	for (n = i = 0; n < 3 * 3 * 3 * 3 * 3 * 3 * 3 * 3; n++) {
		bool torn;

		for (sector = 0, rest = n; sector < 8; sector++, rest /= 3) {
			const u8 *from = rest % 3 == 1 ? old : new;

			if (rest % 3)
				memcpy(page + 512 * sector, from + 512 * sector, 512);
			else
				memset(page + 512 * sector, 0, 512);
		}
		torn = memcmp(page, old, DYAD_META_PAGE) && memcmp(page, new, DYAD_META_PAGE);
		whole += !torn;
		KUNIT_EXPECT_TRUE_MSG(test, torn == !dyad_map_check(page, &good_super,
								    DYAD_MAP_DIRTY, 3),
				      "mixture %u", n);
	}
	KUNIT_EXPECT_EQ(test, whole, 2u);
}

static void pages_blank(struct kunit *test)
{
	u8 *page = new_page(test);
	struct dyad_super got;
	int fill;

	for (fill = 0; fill < 256; fill++) {
		memset(page, fill, DYAD_META_PAGE);
		KUNIT_EXPECT_EQ(test, dyad_super_decode(&got, page), -ENODATA);
		KUNIT_EXPECT_EQ(test, dyad_super_choose(&got, page, page), -ENODATA);
		KUNIT_EXPECT_FALSE(test, dyad_map_check(page, &good_super, DYAD_MAP_INTENT, 0));
		fix_crc(page);
		KUNIT_EXPECT_EQ(test, dyad_super_decode(&got, page), -ENODATA);
		KUNIT_EXPECT_FALSE(test, dyad_map_check(page, &good_super, DYAD_MAP_INTENT, 0));
	}
}

/* --- two copies --- */

/*
 * A copy is old, new, torn, zero, flipped, of a newer version, of another uuid,
 * impossible, or says something else under the new one's sequence.
 */
static const char copies[] = "ontzfvuis";

/* The copy that counts; or V, X, D, - for the four errors, by gravity. */
static const char *const choices[] = {
	"onoooVXos",
	"nnnnnVXnX",
	"onDDDVuXs",
	"onD-DVuXs",
	"onDDDVuXs",
	"VVVVVVVVV",
	"XXuuuVuuX",
	"onXXXVuXs",
	"sXsssVXss",
};

static struct dyad_super make_copy(u8 *page, char kind)
{
	struct dyad_super s = good_super;

	s.sequence = kind == 'o' ? 7 : kind == 'u' ? 9 : 8;
	if (kind == 'u')
		s.uuid[15] ^= 0x80;
	if (kind == 's')
		s.clean = true;
	if (kind == 'i')
		s.data_state = DYAD_DATA_STATE_DISKLESS;
	dyad_super_encode(page, &s);
	if (kind == 't')
		memset(page + 200, 0, DYAD_META_PAGE - 200);
	if (kind == 'z')
		memset(page, 0, DYAD_META_PAGE);
	if (kind == 'f')
		page[2000] ^= 4;
	if (kind == 'v') {
		put_number(page + 12, 4, DYAD_META_VERSION + 1);
		fix_crc(page);
	}
	return s;
}

static int error_of(char choice)
{
	switch (choice) {
	case 'V':
		return -EPROTONOSUPPORT;
	case 'X':
		return -EUCLEAN;
	case 'D':
		return -EBADMSG;
	case '-':
		return -ENODATA;
	default:
		return 0;
	}
}

static void super_chosen(struct kunit *test)
{
	u8 *first = new_page(test), *second = new_page(test), *scratch = new_page(test);
	struct dyad_super want, got;
	int i, j;

	for (i = 0; copies[i]; i++) {
		for (j = 0; copies[j]; j++) {
			char choice = choices[i][j];

			make_copy(first, copies[i]);
			make_copy(second, copies[j]);
			want = make_copy(scratch, choice);
			memset(&got, 0xff, sizeof(got));
			KUNIT_EXPECT_EQ_MSG(test, dyad_super_choose(&got, first, second),
					    error_of(choice), "%c %c", copies[i], copies[j]);
			if (!error_of(choice))
				KUNIT_EXPECT_TRUE_MSG(test, same_super(&want, &got), "%c %c",
						      copies[i], copies[j]);
		}
	}
}

/* --- map pages --- */

static void map_layout(struct kunit *test)
{
	u8 *page = new_page(test);
	unsigned int i;

	memset(page, 0xff, DYAD_META_PAGE);
	dyad_map_clear(page);
	dyad_intent_put(page, 31743, true);
	dyad_map_seal(page, &good_super, DYAD_MAP_INTENT, 0xc1c2c3c4c5c6c7c8ull);
	KUNIT_EXPECT_TRUE(test, !memcmp(page, "dyad-map", 8));
	KUNIT_EXPECT_EQ(test, get_number(page + 8, 4), 0xf15227e0ull);
	KUNIT_EXPECT_EQ(test, get_number(page + 12, 4), 1ull);
	KUNIT_EXPECT_TRUE(test, !memcmp(page + 16, good_super.uuid, 16));
	KUNIT_EXPECT_TRUE(test, get_number(page + 32, 8) == good_super.map_epoch);
	KUNIT_EXPECT_TRUE(test, get_number(page + 40, 8) == 0xc1c2c3c4c5c6c7c8ull);
	for (i = 48; i < DYAD_META_PAGE - 1; i++)
		KUNIT_EXPECT_TRUE_MSG(test, !page[i], "byte %u is in use", i);
	KUNIT_EXPECT_EQ(test, page[DYAD_META_PAGE - 1], 0x80);
}

/* A page is believed only where it belongs. */
static void map_elsewhere(struct kunit *test)
{
	u8 *page = new_page(test);
	struct dyad_super other;
	int bit;

	seal_with_bits(page, 3);
	KUNIT_EXPECT_TRUE(test, dyad_map_check(page, &good_super, DYAD_MAP_DIRTY, 3));
	KUNIT_EXPECT_FALSE(test, dyad_map_check(page, &good_super, DYAD_MAP_INTENT, 3));
	for (bit = 0; bit < 64; bit++) {
		KUNIT_EXPECT_FALSE(test, dyad_map_check(page, &good_super, DYAD_MAP_DIRTY,
							3 ^ 1ull << bit));
		other = good_super;
		other.map_epoch ^= 1ull << bit;
		KUNIT_EXPECT_FALSE(test, dyad_map_check(page, &other, DYAD_MAP_DIRTY, 3));
	}
	for (bit = 0; bit < 128; bit++) {
		other = good_super;
		other.uuid[bit / 8] ^= 1u << bit % 8;
		KUNIT_EXPECT_FALSE(test, dyad_map_check(page, &other, DYAD_MAP_DIRTY, 3));
	}
	/* What is reserved is zero, whatever the checksum says. */
	for (bit = 48; bit < DYAD_META_MAP_HEADER; bit++) {
		page[bit] = 1;
		fix_crc(page);
		KUNIT_EXPECT_FALSE(test, dyad_map_check(page, &good_super, DYAD_MAP_DIRTY, 3));
		page[bit] = 0;
	}
	fix_crc(page);
	KUNIT_EXPECT_TRUE(test, dyad_map_check(page, &good_super, DYAD_MAP_DIRTY, 3));
}

/* Every bit is one region's, and all are within the page. */
static void map_bits(struct kunit *test)
{
	u8 *page = new_page(test), *plain;
	unsigned int i, index;
	u64 seed = 4;

	plain = kunit_kzalloc(test, DYAD_INTENT_REGIONS, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, plain);
	for (i = 0; i < 4 * DYAD_INTENT_REGIONS; i++) {
		index = dyad_random_below(&seed, DYAD_INTENT_REGIONS);
		plain[index] = dyad_random_below(&seed, 2);
		dyad_intent_put(page, index, plain[index]);
	}
	for (i = 0; i < DYAD_INTENT_REGIONS; i++)
		KUNIT_EXPECT_EQ(test, dyad_intent_get(page, i), (bool)plain[i]);
	for (i = 0; i < DYAD_META_MAP_HEADER; i++)
		KUNIT_EXPECT_EQ(test, page[i], 0);

	KUNIT_EXPECT_EQ(test, DYAD_DIRTY_REGIONS, 31u);
	for (i = 0; i < DYAD_DIRTY_REGIONS; i++)
		memset(dyad_dirty_of(page, i), i + 1, DYAD_META_REGION_BYTES);
	for (i = 0; i < DYAD_META_PAGE; i++)
		KUNIT_EXPECT_EQ(test, page[i], i / 128);
}

static struct kunit_case ondisk_cases[] = {
	KUNIT_CASE(super_layout),
	KUNIT_CASE(super_round_trip),
	KUNIT_CASE_PARAM(super_refused, refused_rows_gen_params),
	KUNIT_CASE(super_refused_more),
	KUNIT_CASE(pages_flipped),
	KUNIT_CASE(super_torn),
	KUNIT_CASE(map_torn),
	KUNIT_CASE(pages_blank),
	KUNIT_CASE(super_chosen),
	KUNIT_CASE(map_layout),
	KUNIT_CASE(map_elsewhere),
	KUNIT_CASE(map_bits),
	{ }
};

static struct kunit_suite ondisk_suite = {
	.name = "dyad_ondisk",
	.test_cases = ondisk_cases,
};

kunit_test_suite(ondisk_suite);
