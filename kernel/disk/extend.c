// SPDX-License-Identifier: GPL-2.0-only
/*
 * The maps of a volume that grows. The new dirty map is written beside the old
 * one, then the superblock is switched over; until then the old one counts. Both
 * stay apart, so that a crash finds one that is whole.
 */
#include "extend.h"

#include <linux/bitmap.h>
#include <linux/blkdev.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "stats.h"

void dyad_extend_free(struct dyad_extend *extend)
{
	u64 i;

	if (!extend)
		return;
	for (i = 0; extend->intent && i < extend->intent_count; i++)
		kfree(extend->intent[i]);
	kvfree(extend->intent);
	kvfree(extend->region);
	bitmap_free(extend->unread);
	bitmap_free(extend->filled);
	kfree(extend);
	dyad_object_destroyed();
}

/* The pages that are in use now take their places at the commit. */
static int alloc_pages_beyond(struct dyad_extend *extend, u64 used)
{
	u64 i;

	for (i = used; i < extend->intent_count; i++) {
		extend->intent[i] = kzalloc(DYAD_META_PAGE, GFP_KERNEL);
		if (!extend->intent[i])
			return -ENOMEM;
	}
	return 0;
}

static struct dyad_extend *alloc_extend(const struct dyad_geometry *to,
					const struct dyad_meta *meta)
{
	struct dyad_extend *extend = kzalloc(sizeof(*extend), GFP_KERNEL);
	u64 regions = dyad_meta_regions(to->data_sectors);

	if (!extend)
		return NULL;
	dyad_object_created();
	extend->to = *to;
	extend->intent_count = DIV_ROUND_UP_ULL(regions, DYAD_INTENT_REGIONS);
	if (to->dirty_pages > UINT_MAX || extend->intent_count > UINT_MAX)
		goto err_free;
	extend->intent = kvcalloc(extend->intent_count, sizeof(*extend->intent),
				  GFP_KERNEL);
	extend->region = dyad_regions_alloc(to->data_sectors);
	extend->unread = bitmap_zalloc(extend->intent_count, GFP_KERNEL);
	extend->filled = bitmap_zalloc(to->dirty_pages, GFP_KERNEL);
	if (extend->intent && extend->region && extend->unread &&
	    extend->filled && !alloc_pages_beyond(extend, meta->intent_count))
		return extend;
err_free:
	dyad_extend_free(extend);
	return NULL;
}

/* --- the new dirty map --- */

/* All blocks from the end of the old size on. */
static bool add_tail(u8 *page, u64 number, u64 sectors)
{
	u64 tail = sectors / DYAD_BLOCK_SECTORS;
	bool any = false;
	unsigned int i;

	for (i = 0; i < DYAD_DIRTY_REGIONS; i++) {
		u64 first = (number * DYAD_DIRTY_REGIONS + i) * DYAD_REGION_BLOCKS;
		u64 block = max(first, tail) - first;
		u8 *bits = dyad_dirty_of(page, i);

		if (block >= DYAD_REGION_BLOCKS)
			continue;
		any = true;
		for (; block % 8; block++)
			bits[block / 8] |= 1u << block % 8;
		memset(bits + block / 8, 0xff, DYAD_META_REGION_BYTES - block / 8);
	}
	return any;
}

static bool fill(struct dyad_extend *extend, struct dyad_meta *meta,
		 struct dyad_regions *regions, u64 number, u8 *page)
{
	bool any = dyad_meta_fill_dirty(regions, number, page);

	any |= add_tail(page, number, regions->sectors);
	dyad_map_seal(page, &meta->super, DYAD_MAP_DIRTY, number);
	return any;
}

static u64 place_of(const struct dyad_extend *extend, u64 number)
{
	return extend->to.dirty_first + number * DYAD_META_PAGE_SECTORS;
}

static int write_all(struct dyad_extend *extend, struct dyad_meta *meta,
		     struct dyad_regions *regions)
{
	u64 at, n, i;
	int ret = 0;

	for (at = 0; at < extend->to.dirty_pages && !ret; at += n) {
		n = min_t(u64, extend->to.dirty_pages - at, DYAD_META_RUN);
		/* In between the write path may need the metadata. */
		mutex_lock(&meta->lock);
		for (i = 0; i < n; i++)
			if (fill(extend, meta, regions, at + i,
				 meta->buffer + i * DYAD_META_PAGE))
				__set_bit(at + i, extend->filled);
		ret = dyad_meta_write_run(meta, place_of(extend, at), n);
		mutex_unlock(&meta->lock);
		cond_resched();
	}
	return ret;
}

/*
 * What has changed since it was written: pages that are not empty, or were not.
 * Those that tell of nothing but the new part are as they were.
 */
static int write_again(struct dyad_extend *extend, struct dyad_meta *meta,
		       struct dyad_regions *regions)
{
	u64 last = dyad_region_of(regions->sectors) / DYAD_DIRTY_REGIONS;
	u64 number;
	int ret = 0;

	for (number = 0; number <= last && number < extend->to.dirty_pages && !ret;
	     number++) {
		bool any = fill(extend, meta, regions, number, meta->buffer);

		if (!any && !test_bit(number, extend->filled))
			continue;
		__set_bit(number, extend->filled);
		ret = dyad_meta_write_run(meta, place_of(extend, number), 1);
		cond_resched();
	}
	return ret;
}

/* There may be anything where no region has been so far. */
static int write_intent(struct dyad_extend *extend, struct dyad_meta *meta)
{
	u64 number;
	int ret = 0;

	mutex_lock(&meta->lock);
	for (number = meta->intent_count; number < extend->intent_count && !ret;
	     number++) {
		dyad_map_clear(meta->buffer);
		dyad_map_seal(meta->buffer, &meta->super, DYAD_MAP_INTENT, number);
		ret = dyad_meta_write_run(meta, extend->to.intent_first +
					  number * DYAD_META_PAGE_SECTORS, 1);
	}
	mutex_unlock(&meta->lock);
	return ret;
}

/* --- the steps --- */

int dyad_extend_prepare(struct dyad_extend **result, struct dyad_heat *heat,
			const struct dyad_geometry *to)
{
	struct dyad_meta *meta = heat->meta;
	struct dyad_extend *extend = alloc_extend(to, meta);
	const struct dyad_geometry before = meta->super.pending;
	int ret;

	if (!extend)
		return -ENOMEM;
	ret = write_all(extend, meta, heat->regions) ?: write_intent(extend, meta);
	if (!ret)
		ret = dyad_heat_flush(heat, meta->bdev);
	if (!ret) {
		meta->super.pending = *to;
		ret = dyad_meta_save(meta);
	}
	if (ret) {
		meta->super.pending = before;
		dyad_extend_free(extend);
		return ret;
	}
	*result = extend;
	return 0;
}

static void take_over(struct dyad_extend *extend, struct dyad_meta *meta,
		      struct dyad_regions *regions, struct dyad_backing *backing)
{
	u64 i;

	for (i = 0; i < meta->intent_count; i++)
		extend->intent[i] = meta->intent[i];
	for_each_set_bit(i, meta->unread, meta->intent_count)
		__set_bit(i, extend->unread);
	kvfree(meta->intent);
	bitmap_free(meta->unread);
	bitmap_free(meta->filled);
	meta->intent = extend->intent;
	meta->intent_count = extend->intent_count;
	meta->unread = extend->unread;
	meta->filled = extend->filled;
	extend->intent = NULL;
	extend->unread = NULL;
	extend->filled = NULL;
	dyad_regions_grow(regions, extend->to.data_sectors, extend->region);
	extend->region = NULL;
	backing->sectors = extend->to.data_sectors;
}

int dyad_extend_commit(struct dyad_extend *extend, struct dyad_meta *meta,
		       struct dyad_heat *heat, struct dyad_backing *backing)
{
	struct dyad_super before = meta->super;
	int ret;

	/* Nothing cools meanwhile, which would change what is dirty on the disk. */
	mutex_lock(&heat->lock);
	mutex_lock(&meta->lock);
	ret = write_again(extend, meta, heat->regions);
	mutex_unlock(&meta->lock);
	if (!ret)
		ret = dyad_heat_flush(heat, meta->bdev);
	if (!ret) {
		meta->super.geometry = extend->to;
		memset(&meta->super.pending, 0, sizeof(meta->super.pending));
		ret = dyad_meta_save(meta);
	}
	if (ret)
		meta->super = before;
	else
		take_over(extend, meta, heat->regions, backing);
	mutex_unlock(&heat->lock);
	return ret;
}

int dyad_extend_undo(struct dyad_meta *meta)
{
	if (!meta->super.pending.data_sectors)
		return 0;
	memset(&meta->super.pending, 0, sizeof(meta->super.pending));
	return dyad_meta_save(meta);
}
