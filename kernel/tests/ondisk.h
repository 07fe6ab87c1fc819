/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests of the on-disk metadata share: a superblock, and bytes of pages. */
#ifndef DYAD_TESTS_ONDISK_H
#define DYAD_TESTS_ONDISK_H

#include <linux/crc32c.h>

#include "../core/ondisk.h"
#include "tests.h"
#include "uapi/linux/dyad.h"

#define TIB (1ull << 31)	/* in sectors */

static inline u8 *new_page(struct kunit *test)
{
	u8 *page = kunit_kzalloc(test, DYAD_META_PAGE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, page);
	return page;
}

static inline void put_number(u8 *p, unsigned int bytes, u64 value)
{
	for (; bytes--; value >>= 8)
		*p++ = value;
}

static inline u64 get_number(const u8 *p, unsigned int bytes)
{
	u64 value = 0;

	while (bytes--)
		value = value << 8 | p[bytes];
	return value;
}

/* As the description has it: the whole page, with 0 for the checksum. */
static inline void fix_crc(u8 *page)
{
	put_number(page + 8, 4, 0);
	put_number(page + 8, 4, crc32c(~0u, page, DYAD_META_PAGE));
}

/* Every field has a value of its own. */
static const struct dyad_super good_super = {
	.sequence = 0x1112131415161718ull,
	.uuid = { 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28,
		  0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38 },
	.map_epoch = 0x4142434445464748ull,
	.geometry = { .data_first = 2048, .data_sectors = 800000, .intent_first = 256,
		      .intent_pages = 224, .dirty_first = 802048, .dirty_pages = 4 },
	.pending = { .data_first = 2048, .data_sectors = 900000, .intent_first = 256,
		     .intent_pages = 224, .dirty_first = 902048, .dirty_pages = 5 },
	.change = 0x5152535455565758ull,
	.lineage = { .now = 0x6162636465666768ull, .base = 0x7172737475767778ull,
		     .history = { 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, ~0x88ull } },
	.instance = 0x9192939495969798ull,
	.alone_since = 0xa1a2a3a4a5a6a7a8ull,
	.sequence_written = 0xb1b2b3b4b5b6b7b8ull,
	.data_state = DYAD_DATA_STATE_UPTODATE,
	.primary = true,
	.alone = true,
	.node_id = 255,
	.volume = 15,
	.resource = "a.1-2_456789012345678901234567z",
};

static inline struct dyad_super random_super(u64 *seed)
{
	struct dyad_super s = good_super;
	int i;

	s.sequence = dyad_random(seed);
	s.uuid[dyad_random_below(seed, DYAD_META_UUID)] = dyad_random(seed);
	s.map_epoch = dyad_random(seed);
	s.external = dyad_random_below(seed, 2);
	s.change = dyad_random(seed);
	s.lineage.now = dyad_random(seed);
	s.lineage.base = dyad_random(seed);
	for (i = 0; i < DYAD_HISTORY; i++)
		s.lineage.history[i] = dyad_random(seed);
	s.instance = dyad_random(seed);
	s.alone_since = dyad_random(seed);
	s.sequence_written = dyad_random(seed);
	s.data_state = DYAD_DATA_STATE_INCONSISTENT + dyad_random_below(seed, 4);
	s.primary = dyad_random_below(seed, 2);
	s.was_primary = dyad_random_below(seed, 2);
	s.alone = dyad_random_below(seed, 2);
	s.clean = dyad_random_below(seed, 2);
	s.node_id = dyad_random_below(seed, 256);
	s.volume = dyad_random_below(seed, 16);
	memset(s.resource, 0, sizeof(s.resource));
	for (i = dyad_random_below(seed, 32); i--; )
		s.resource[i] = 'a' + dyad_random_below(seed, 26);
	if (s.external)
		dyad_geometry_external(&s.geometry, 1 + dyad_random(seed) % (64 * TIB), ~0ull);
	else
		dyad_geometry_internal(&s.geometry, 4096 + dyad_random(seed) % (64 * TIB));
	if (s.external || dyad_random_below(seed, 2))
		memset(&s.pending, 0, sizeof(s.pending));
	else
		s.geometry = good_super.geometry;
	return s;
}

static inline bool same_geometry(const struct dyad_geometry *a, const struct dyad_geometry *b)
{
	return !memcmp(a, b, sizeof(*a));
}

/* Field by field: padding may differ. */
static inline bool same_super(const struct dyad_super *a, const struct dyad_super *b)
{
	return a->sequence == b->sequence && !memcmp(a->uuid, b->uuid, sizeof(a->uuid)) &&
	       a->map_epoch == b->map_epoch && same_geometry(&a->geometry, &b->geometry) &&
	       same_geometry(&a->pending, &b->pending) && a->external == b->external &&
	       a->change == b->change && !memcmp(&a->lineage, &b->lineage, sizeof(a->lineage)) &&
	       a->instance == b->instance && a->alone_since == b->alone_since &&
	       a->sequence_written == b->sequence_written && a->data_state == b->data_state &&
	       a->mode == b->mode && a->primary == b->primary &&
	       a->was_primary == b->was_primary && a->alone == b->alone && a->clean == b->clean &&
	       a->node_id == b->node_id && a->volume == b->volume &&
	       !memcmp(a->resource, b->resource, sizeof(a->resource));
}

#endif
