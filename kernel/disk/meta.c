// SPDX-License-Identifier: GPL-2.0-only
/*
 * Metadata I/O: one transfer at a time, through memory that is there already,
 * since the write path waits for it. What the bytes mean is in core/ondisk.c.
 */
#include "meta.h"

#include <linux/bitmap.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "stats.h"

static void transferred(struct bio *bio)
{
	struct dyad_meta *meta = container_of(bio, struct dyad_meta, bio);

	dyad_watch_done(meta->watch, meta->phase, &meta->done);
}

static void submit(struct work_struct *work)
{
	submit_bio(&container_of(work, struct dyad_meta, submit)->bio);
}

/* To or from pages anywhere in memory. */
static int transfer_pages(struct dyad_meta *meta, blk_opf_t opf, u64 sector,
			  u8 *const *data, unsigned int pages)
{
	struct bio *bio = &meta->bio;
	unsigned int i;
	int ret;

	lockdep_assert_held(&meta->lock);
	/* It may still have the last one. */
	if (dyad_watch_is_given_up(meta->watch))
		return -EIO;
	bio_init(bio, meta->bdev, meta->vecs, DYAD_META_RUN, opf);
	bio->bi_iter.bi_sector = sector;
	for (i = 0; i < pages; i++)
		__bio_add_page(bio, virt_to_page(data[i]), DYAD_META_PAGE,
			       offset_in_page(data[i]));
	bio->bi_end_io = transferred;
	meta->done = false;
	meta->phase = dyad_watch_begin(meta->watch);
	dyad_watch_submit(&meta->submit);
	if (!dyad_watch_wait(meta->watch, &meta->done))
		return -ETIMEDOUT;
	ret = blk_status_to_errno(bio->bi_status);
	bio_uninit(bio);
	return ret;
}

static int transfer(struct dyad_meta *meta, blk_opf_t opf, u64 sector, u8 *data,
		    unsigned int pages)
{
	u8 *list[DYAD_META_RUN];
	unsigned int i;

	for (i = 0; i < pages; i++)
		list[i] = data + i * DYAD_META_PAGE;
	return transfer_pages(meta, opf, sector, list, pages);
}

/* After a failure nobody knows what is on the disk: it is not written again. */
static int wrote(struct dyad_meta *meta, int ret)
{
	if (ret) {
		meta->failed = true;
		pr_err("dyad: %pg: the metadata could not be written, error %d\n",
		       meta->bdev, ret);
	}
	return ret;
}

static int write_pages(struct dyad_meta *meta, blk_opf_t flags, u64 sector,
		       u8 *data, unsigned int pages)
{
	if (meta->failed)
		return -EIO;
	atomic64_inc(&meta->writes);
	return wrote(meta, transfer(meta, REQ_OP_WRITE | REQ_SYNC | REQ_META | flags,
				    sector, data, pages));
}

static int write_page(struct dyad_meta *meta, u64 sector, u8 *page)
{
	return write_pages(meta, REQ_FUA, sector, page, 1);
}

int dyad_meta_write_run(struct dyad_meta *meta, u64 sector, unsigned int pages)
{
	return write_pages(meta, 0, sector, meta->buffer, pages);
}

/* --- superblock --- */

static enum dyad_meta_error why(int ret)
{
	switch (ret) {
	case 0:
		return DYAD_META_OK;
	case -ENODATA:
		return DYAD_META_MISSING;
	case -EBADMSG:
		return DYAD_META_DAMAGED;
	case -EPROTONOSUPPORT:
		return DYAD_META_NEWER;
	default:
		return DYAD_META_IMPOSSIBLE;
	}
}

/* A copy that cannot be read is as good as a damaged one. */
static enum dyad_meta_error read_super(struct dyad_meta *meta)
{
	u8 *copy[DYAD_META_SUPERS];
	unsigned int i, failed = 0;
	u64 size = bdev_nr_sectors(meta->bdev);

	if (size < DYAD_META_HEADER)
		return DYAD_META_MISSING;
	for (i = 0; i < DYAD_META_SUPERS; i++) {
		copy[i] = meta->buffer + i * DYAD_META_PAGE;
		memset(copy[i], 0xff, DYAD_META_PAGE);
		if (transfer(meta, REQ_OP_READ, dyad_super_sector(i), copy[i], 1))
			failed++;
	}
	if (failed == DYAD_META_SUPERS)
		return DYAD_META_IO;
	return why(dyad_super_choose(&meta->super, copy[0], copy[1]));
}

int dyad_meta_save(struct dyad_meta *meta)
{
	unsigned int i;
	int ret = 0;

	mutex_lock(&meta->lock);
	/* What is in the buffer may still be written: no other word than that. */
	if (meta->failed)
		ret = -EIO;
	meta->super.sequence++;
	if (!ret)
		dyad_super_encode(meta->buffer, &meta->super);
	for (i = 0; i < DYAD_META_SUPERS && !ret; i++)
		ret = write_page(meta, dyad_super_sector(i), meta->buffer);
	mutex_unlock(&meta->lock);
	return ret;
}

static enum dyad_meta_error fit(struct dyad_meta *meta,
				struct dyad_backing *backing, bool external)
{
	const struct dyad_geometry *g = &meta->super.geometry;

	if (meta->super.external != external)
		return DYAD_META_KIND;
	if (dyad_geometry_end(g, external) > bdev_nr_sectors(meta->bdev) ||
	    g->data_first + g->data_sectors > backing->sectors)
		return DYAD_META_SMALL;
	return DYAD_META_OK;
}

/* --- opening --- */

static void free_meta(struct dyad_meta *meta)
{
	u64 i;

	for (i = 0; meta->intent && i < meta->intent_count; i++)
		kfree(meta->intent[i]);
	kvfree(meta->intent);
	bitmap_free(meta->unread);
	bitmap_free(meta->filled);
	kfree(meta->buffer);
	mutex_destroy(&meta->lock);
	kfree(meta);
}

static int alloc_maps(struct dyad_meta *meta)
{
	u64 regions = dyad_meta_regions(meta->super.geometry.data_sectors);
	u64 i;

	meta->intent_count = DIV_ROUND_UP_ULL(regions, DYAD_INTENT_REGIONS);
	/* More pages than a bitmap can count have no room in memory either. */
	if (meta->super.geometry.dirty_pages > UINT_MAX || meta->intent_count > UINT_MAX)
		return -ENOMEM;
	meta->intent = kvcalloc(meta->intent_count, sizeof(*meta->intent),
				GFP_KERNEL);
	meta->filled = bitmap_zalloc(meta->super.geometry.dirty_pages, GFP_KERNEL);
	meta->unread = bitmap_zalloc(meta->intent_count, GFP_KERNEL);
	if (!meta->intent || !meta->filled || !meta->unread)
		return -ENOMEM;
	for (i = 0; i < meta->intent_count; i++) {
		meta->intent[i] = kmalloc(DYAD_META_PAGE, GFP_KERNEL);
		if (!meta->intent[i])
			return -ENOMEM;
	}
	return 0;
}

static struct dyad_meta *alloc_meta(const char *path)
{
	struct dyad_meta *meta = kzalloc(sizeof(*meta), GFP_KERNEL);

	if (!meta)
		return NULL;
	mutex_init(&meta->lock);
	INIT_WORK(&meta->submit, submit);
	if (path)
		strscpy(meta->path, path, sizeof(meta->path));
	meta->buffer = kmalloc(DYAD_META_RUN * DYAD_META_PAGE, GFP_KERNEL);
	if (meta->buffer)
		return meta;
	free_meta(meta);
	return NULL;
}

enum dyad_meta_error dyad_meta_open(struct dyad_meta **result,
				    struct dyad_backing *backing,
				    const char *path, int *ret)
{
	struct dyad_meta *meta = alloc_meta(path);
	enum dyad_meta_error error = DYAD_META_MEMORY;

	if (!meta)
		return error;
	meta->bdev = backing->dev.bdev;
	meta->watch = &backing->watch;
	if (path) {
		error = DYAD_META_NO_DEVICE;
		*ret = dyad_bdev_open(&meta->dev, path, meta);
		if (*ret)
			goto err_free;
		meta->bdev = meta->dev.bdev;
	}
	mutex_lock(&meta->lock);
	error = read_super(meta);
	mutex_unlock(&meta->lock);
	if (!error)
		error = fit(meta, backing, path);
	if (!error && alloc_maps(meta))
		error = DYAD_META_MEMORY;
	if (error)
		goto err_close;
	backing->first = meta->super.geometry.data_first;
	backing->sectors = meta->super.geometry.data_sectors;
	dyad_object_created();
	*result = meta;
	return DYAD_META_OK;

err_close:
	dyad_bdev_close(&meta->dev);
err_free:
	free_meta(meta);
	return error;
}

void dyad_meta_release(struct dyad_meta *meta)
{
	mutex_lock(&meta->lock);
	meta->failed = true;
	dyad_bdev_close(&meta->dev);
	meta->bdev = NULL;
	mutex_unlock(&meta->lock);
}

void dyad_meta_close(struct dyad_meta *meta)
{
	if (!meta)
		return;
	/* A transfer that was given up has ended by now. */
	bio_uninit(&meta->bio);
	dyad_bdev_close(&meta->dev);
	free_meta(meta);
	dyad_object_destroyed();
}

/* --- reading the maps --- */

static void load_intent(struct dyad_meta *meta, struct dyad_regions *regions,
			u64 number, const u8 *page)
{
	u64 first = number * DYAD_INTENT_REGIONS;
	bool good = dyad_map_check(page, &meta->super, DYAD_MAP_INTENT, number);
	unsigned int i;

	if (good) {
		memcpy(meta->intent[number], page, DYAD_META_PAGE);
	} else {
		dyad_map_clear(meta->intent[number]);
		__set_bit(number, meta->unread);
		pr_warn("dyad: %pg: page %llu of the intent map is damaged, its regions will be compared\n",
			meta->bdev, number);
	}
	for (i = 0; i < DYAD_INTENT_REGIONS && first + i < regions->count; i++) {
		if (!good)
			dyad_intent_put(meta->intent[number], i, true);
		else if (!dyad_intent_get(page, i))
			continue;
		regions->region[first + i].stale = true;
		dyad_regions_suspect(regions, first + i);
	}
}

static bool is_empty(const u8 *bits)
{
	return !memchr_inv(bits, 0, DYAD_META_REGION_BYTES);
}

/* A region that is wholly dirty may be so for want of knowing better: compare. */
static bool is_full(const u8 *bits)
{
	return !memchr_inv(bits, 0xff, DYAD_META_REGION_BYTES);
}

static void load_dirty(struct dyad_meta *meta, struct dyad_regions *regions,
		       u64 number, u8 *page)
{
	u64 first = number * DYAD_DIRTY_REGIONS;
	bool good = dyad_map_check(page, &meta->super, DYAD_MAP_DIRTY, number);
	unsigned int i;
	u8 *bits;

	if (!good)
		pr_warn("dyad: %pg: page %llu of the dirty map is damaged, its regions will be compared\n",
			meta->bdev, number);
	for (i = 0; i < DYAD_DIRTY_REGIONS && first + i < regions->count; i++) {
		bits = dyad_dirty_of(page, i);
		if (good && is_empty(bits))
			continue;
		__set_bit(number, meta->filled);
		dyad_regions_add_map(regions, first + i, bits,
				     !good || is_full(bits));
	}
	cond_resched();
}

/* What cannot be read counts as damaged: the pages are zeroes then. */
static void read_run(struct dyad_meta *meta, u64 sector, u64 from, u64 pages)
{
	sector += from * DYAD_META_PAGE_SECTORS;
	if (transfer(meta, REQ_OP_READ, sector, meta->buffer, pages))
		memset(meta->buffer, 0, pages * DYAD_META_PAGE);
}

int dyad_meta_load(struct dyad_meta *meta, struct dyad_regions *regions)
{
	const struct dyad_geometry *g = &meta->super.geometry;
	u64 used = DIV_ROUND_UP_ULL(regions->count, DYAD_DIRTY_REGIONS);
	u64 at, n, i;

	mutex_lock(&meta->lock);
	/* The dirty map first: what the intent map adds says more. */
	for (at = 0; at < used; at += n) {
		n = min_t(u64, used - at, DYAD_META_RUN);
		read_run(meta, g->dirty_first, at, n);
		for (i = 0; i < n; i++)
			load_dirty(meta, regions, at + i,
				   meta->buffer + i * DYAD_META_PAGE);
	}
	for (at = 0; at < meta->intent_count; at += n) {
		n = min_t(u64, meta->intent_count - at, DYAD_META_RUN);
		read_run(meta, g->intent_first, at, n);
		for (i = 0; i < n; i++)
			load_intent(meta, regions, at + i,
				    meta->buffer + i * DYAD_META_PAGE);
	}
	mutex_unlock(&meta->lock);
	return 0;
}

/* --- writing the maps --- */

static int write_intent_run(struct dyad_meta *meta, u64 first, unsigned int pages)
{
	u64 sector = meta->super.geometry.intent_first +
		     first * DYAD_META_PAGE_SECTORS;
	unsigned int i;
	int ret;

	if (meta->failed)
		return -EIO;
	for (i = 0; i < pages; i++)
		dyad_map_seal(meta->intent[first + i], &meta->super,
			      DYAD_MAP_INTENT, first + i);
	atomic64_inc(&meta->writes);
	ret = wrote(meta, transfer_pages(meta, REQ_OP_WRITE | REQ_SYNC | REQ_META |
					 REQ_FUA, sector, &meta->intent[first],
					 pages));
	if (!ret)
		bitmap_clear(meta->unread, first, pages);
	return ret;
}

/*
 * From the first page that has changed to the last, by one transfer if it can be:
 * those in between are written as they are on the disk.
 */
static int write_intent(struct dyad_meta *meta, u64 first, u64 last)
{
	unsigned int n;
	int ret = 0;

	for (; first <= last && !ret; first += n) {
		n = min_t(u64, last + 1 - first, DYAD_META_RUN);
		ret = write_intent_run(meta, first, n);
	}
	return ret;
}

int dyad_meta_write_intent(struct dyad_meta *meta, const u64 *numbers,
			   unsigned int count, bool hot)
{
	u64 first = ~0ull, last = 0;
	unsigned int i;
	int ret = 0;

	mutex_lock(&meta->lock);
	for (i = 0; i < count; i++) {
		unsigned int index = numbers[i] % DYAD_INTENT_REGIONS;
		u64 page = numbers[i] / DYAD_INTENT_REGIONS;

		if (dyad_intent_get(meta->intent[page], index) == hot &&
		    !test_bit(page, meta->unread))
			continue;
		dyad_intent_put(meta->intent[page], index, hot);
		first = min(first, page);
		last = max(last, page);
	}
	/* After a failure the bits here are not those on the disk. */
	if (meta->failed)
		ret = -EIO;
	else if (first <= last)
		ret = write_intent(meta, first, last);
	mutex_unlock(&meta->lock);
	return ret;
}

bool dyad_meta_fill_dirty(struct dyad_regions *regions, u64 number, u8 *page)
{
	u64 first = number * DYAD_DIRTY_REGIONS;
	unsigned int i;
	bool any = false;

	dyad_map_clear(page);
	for (i = 0; i < DYAD_DIRTY_REGIONS && first + i < regions->count; i++) {
		u8 *bits = dyad_dirty_of(page, i);

		if (dyad_regions_get_map(regions, first + i, bits, NULL))
			any = true;
		/* What was copied may be in the peer's cache alone (rule H7). */
		if (!READ_ONCE(regions->region[first + i].unsure))
			continue;
		memset(bits, 0xff, DYAD_META_REGION_BYTES);
		any = true;
	}
	return any;
}

static int write_dirty_pages(struct dyad_meta *meta, struct dyad_regions *regions,
			     u64 first, unsigned int pages)
{
	DECLARE_BITMAP(filled, DYAD_META_RUN) = { };
	unsigned int i;
	int ret;

	if (meta->failed)
		return -EIO;
	for (i = 0; i < pages; i++) {
		u8 *page = meta->buffer + i * DYAD_META_PAGE;

		if (dyad_meta_fill_dirty(regions, first + i, page))
			__set_bit(i, filled);
		dyad_map_seal(page, &meta->super, DYAD_MAP_DIRTY, first + i);
		/* Half of it may be there if it fails. */
		__set_bit(first + i, meta->filled);
	}
	ret = write_pages(meta, REQ_FUA, meta->super.geometry.dirty_first +
			  first * DYAD_META_PAGE_SECTORS, meta->buffer, pages);
	for (i = 0; i < pages && !ret; i++)
		if (!test_bit(i, filled))
			__clear_bit(first + i, meta->filled);
	return ret;
}

int dyad_meta_write_dirty_run(struct dyad_meta *meta,
			      struct dyad_regions *regions, u64 first)
{
	u64 used = DIV_ROUND_UP_ULL(regions->count, DYAD_DIRTY_REGIONS);
	int ret;

	mutex_lock(&meta->lock);
	ret = write_dirty_pages(meta, regions, first,
				min_t(u64, used - first, DYAD_META_RUN));
	mutex_unlock(&meta->lock);
	return ret;
}

int dyad_meta_write_dirty(struct dyad_meta *meta, struct dyad_regions *regions,
			  u64 number)
{
	int ret;

	mutex_lock(&meta->lock);
	ret = write_dirty_pages(meta, regions, number / DYAD_DIRTY_REGIONS, 1);
	mutex_unlock(&meta->lock);
	return ret;
}

/* Make the intent bits of a page say what the regions' flags say. */
static bool refresh_intent(struct dyad_meta *meta, struct dyad_regions *regions,
			   u64 number)
{
	u64 first = number * DYAD_INTENT_REGIONS;
	bool changed = test_bit(number, meta->unread);
	unsigned int i;

	for (i = 0; i < DYAD_INTENT_REGIONS && first + i < regions->count; i++) {
		struct dyad_region *r = &regions->region[first + i];

		if (!dyad_intent_get(meta->intent[number], i) ||
		    READ_ONCE(r->hot) || READ_ONCE(r->stale))
			continue;
		dyad_intent_put(meta->intent[number], i, false);
		changed = true;
	}
	return changed;
}

int dyad_meta_forget(struct dyad_meta *meta, struct dyad_regions *regions)
{
	u64 used = DIV_ROUND_UP_ULL(regions->count, DYAD_DIRTY_REGIONS);
	u64 number = 0;
	int ret = 0;

	mutex_lock(&meta->lock);
	while (!ret && (number = find_next_bit(meta->filled, used, number)) < used) {
		unsigned int n = min_t(u64, used - number, DYAD_META_RUN);

		ret = write_dirty_pages(meta, regions, number, n);
		number += n;
	}
	for (number = 0; number < meta->intent_count; number++)
		if (refresh_intent(meta, regions, number))
			ret = write_intent_run(meta, number, 1) ?: ret;
	mutex_unlock(&meta->lock);
	return ret;
}
