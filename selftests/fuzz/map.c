// SPDX-License-Identifier: GPL-2.0-only
/* Fuzzes the map pages: only what was written for this place is believed (law 7). */
#include "core/ondisk.h"
#include "fuzz.h"

static const struct dyad_super super = { .uuid = "a uuid of sixtee", .map_epoch = 5 };

/* By the description: nothing of the code under test. */
static bool belongs(const u8 *page, enum dyad_map map, u64 number)
{
	u8 *whole = new_bytes(DYAD_META_PAGE);
	bool same;

	memcpy(whole, "dyad-map", 8);
	whole[12] = map;
	memcpy(whole + 16, super.uuid, 16);
	whole[32] = super.map_epoch;
	for (int i = 0; i < 8; i++)
		whole[40 + i] = number >> 8 * i;
	memcpy(whole + 128, page + 128, DYAD_META_PAGE - 128);
	fix_page(whole);
	same = !memcmp(whole, page, DYAD_META_PAGE);
	free(whole);
	return same;
}

/* What is set is read back, and nothing else has changed. */
static void claim_bits(u8 *page, u32 random)
{
	u8 *before = new_bytes(DYAD_META_PAGE);
	const unsigned int index = random % DYAD_INTENT_REGIONS;
	const bool was = dyad_intent_get(page, index);

	memcpy(before, page, DYAD_META_PAGE);
	dyad_intent_put(page, index, !was);
	CLAIM(dyad_intent_get(page, index) == !was);
	dyad_intent_put(page, index, was);
	CLAIM(!memcmp(before, page, DYAD_META_PAGE));
	memcpy(dyad_dirty_of(page, random % DYAD_DIRTY_REGIONS), before, DYAD_META_REGION_BYTES);
	CLAIM(!memcmp(before, page, DYAD_META_MAP_HEADER));
	free(before);
}

/* A page is written for one place and looked for at another, or at the same. */
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	u8 *page = new_bytes(DYAD_META_PAGE);
	struct input in = { data, size };
	const u8 how = take_byte(&in);
	const enum dyad_map map = how & 1 ? DYAD_MAP_DIRTY : DYAD_MAP_INTENT;
	u64 written, sought;
	u32 random;

	take(&in, &written, sizeof(written));
	take(&in, &sought, sizeof(sought));
	take(&in, &random, sizeof(random));
	sought ^= written;
	dyad_map_seal(page, &super, how & 2 ? DYAD_MAP_DIRTY : DYAD_MAP_INTENT, written);
	while (in.left)
		patch(&in, page, take_byte(&in) % 2 ? DYAD_META_PAGE : DYAD_META_MAP_HEADER);
	if (how & 4)
		fix_page(page);
	CLAIM(dyad_map_check(page, &super, map, sought) == belongs(page, map, sought));
	claim_bits(page, random);
	free(page);
	return 0;
}
