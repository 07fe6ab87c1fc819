// SPDX-License-Identifier: GPL-2.0-only
/*
 * The region array: dirty bits, sparse. A region in sync or wholly dirty has
 * no bitmap; one is allocated when it becomes partly dirty.
 */
#include "region.h"

#include <linux/bitmap.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#define MAP_BYTES (DYAD_REGION_BLOCKS / 8)

static spinlock_t *lock_of(struct dyad_regions *regions, u64 number)
{
	return &regions->locks[number % DYAD_REGION_LOCKS];
}

/* Blocks of a region; fewer only in the last one. */
static unsigned int blocks_in(const struct dyad_regions *regions, u64 number)
{
	u64 left = regions->sectors - number * DYAD_REGION_SECTORS;

	return min_t(u64, DIV_ROUND_UP_ULL(left, DYAD_BLOCK_SECTORS),
		     DYAD_REGION_BLOCKS);
}

static void account(struct dyad_regions *regions, struct dyad_region *r,
		    unsigned int dirty)
{
	atomic64_add((s64)dirty - r->dirty, &regions->dirty);
	r->dirty = dirty;
}

struct dyad_region *dyad_regions_alloc(u64 sectors)
{
	return kvcalloc(DIV_ROUND_UP_ULL(sectors, DYAD_REGION_SECTORS),
			sizeof(struct dyad_region), GFP_KERNEL);
}

int dyad_regions_create(struct dyad_regions *regions, u64 sectors)
{
	int i;

	BUILD_BUG_ON(sizeof(struct dyad_region) > 8);
	regions->sectors = sectors;
	regions->count = DIV_ROUND_UP_ULL(sectors, DYAD_REGION_SECTORS);
	atomic64_set(&regions->dirty, 0);
	for (i = 0; i < DYAD_REGION_LOCKS; i++)
		spin_lock_init(&regions->locks[i]);
	regions->maps = kzalloc(sizeof(*regions->maps), GFP_KERNEL);
	regions->region = dyad_regions_alloc(sectors);
	if (!regions->maps || !regions->region) {
		kvfree(regions->region);
		kfree(regions->maps);
		regions->region = NULL;
		return -ENOMEM;
	}
	xa_init(regions->maps);
	return 0;
}

void dyad_regions_destroy(struct dyad_regions *regions)
{
	unsigned long number, *bits;

	if (!regions->region)
		return;
	xa_for_each(regions->maps, number, bits) {
		kfree(xa_erase_irq(regions->maps, number));
		cond_resched();
	}
	xa_destroy(regions->maps);
	kfree(regions->maps);
	kvfree(regions->region);
	regions->region = NULL;
}

void dyad_regions_replace(struct dyad_regions *regions, struct dyad_regions *with)
{
	s64 dirty = atomic64_read(&regions->dirty);

	swap(regions->region, with->region);
	swap(regions->maps, with->maps);
	atomic64_set(&regions->dirty, atomic64_read(&with->dirty));
	atomic64_set(&with->dirty, dirty);
}

/* The bitmap of a region that is partly dirty, else NULL. With the region's lock held. */
static unsigned long *bits_of(const struct dyad_regions *regions, u64 number)
{
	return regions->region[number].partly ? xa_load(regions->maps, number) : NULL;
}

/* All or nothing needs no bitmap. Returns it for the caller to free. */
static unsigned long *simplify(const struct dyad_regions *regions,
			       struct dyad_region *r, u64 number)
{
	if (!r->dirty)
		r->suspect = false;
	if (!r->partly || (r->dirty && r->dirty != blocks_in(regions, number)))
		return NULL;
	r->partly = false;
	return xa_erase(regions->maps, number);
}

/*
 * Give a region without a bitmap one that says the same. Returns NULL if there is no memory:
 * @bits is the caller's then.
 */
static unsigned long *spread(const struct dyad_regions *regions, struct dyad_region *r,
			     u64 number, unsigned long *bits)
{
	if (!bits || xa_err(xa_store(regions->maps, number, bits,
				     GFP_ATOMIC | __GFP_NOWARN)))
		return NULL;
	if (r->dirty)
		bitmap_set(bits, 0, blocks_in(regions, number));
	r->partly = true;
	return bits;
}

/* As many are dirty as @bits says. Returns the bitmap if it is to be freed. */
static unsigned long *recount(struct dyad_regions *regions, struct dyad_region *r,
			      u64 number, const unsigned long *bits)
{
	account(regions, r, bitmap_weight(bits, DYAD_REGION_BLOCKS));
	return simplify(regions, r, number);
}

void dyad_regions_mark(struct dyad_regions *regions, u64 sector, u32 sectors,
		       gfp_t gfp)
{
	u64 number = dyad_region_of(sector);
	u64 start = number * DYAD_REGION_SECTORS;
	unsigned int first = (u32)(sector - start) / DYAD_BLOCK_SECTORS;
	unsigned int last = (u32)(sector - start + sectors - 1) / DYAD_BLOCK_SECTORS;
	struct dyad_region *r = &regions->region[number];
	unsigned int blocks = blocks_in(regions, number);
	unsigned long *fresh = NULL, *bits, *unused = NULL;
	unsigned long flags;

	if (!READ_ONCE(r->partly) && READ_ONCE(r->dirty) != blocks)
		fresh = kzalloc(MAP_BYTES, gfp | __GFP_NOWARN);

	spin_lock_irqsave(lock_of(regions, number), flags);
	bits = bits_of(regions, number);
	if (!bits && r->dirty != blocks) {
		bits = spread(regions, r, number, fresh);
		if (bits)
			fresh = NULL;
		else
			account(regions, r, blocks);
	}
	if (bits) {
		bitmap_set(bits, first, last - first + 1);
		unused = recount(regions, r, number, bits);
	}
	spin_unlock_irqrestore(lock_of(regions, number), flags);
	kfree(fresh);
	kfree(unused);
}

static void set_whole(struct dyad_regions *regions, u64 number, bool dirty)
{
	struct dyad_region *r = &regions->region[number];
	unsigned long *bits;
	unsigned long flags;

	spin_lock_irqsave(lock_of(regions, number), flags);
	account(regions, r, dirty ? blocks_in(regions, number) : 0);
	r->suspect = dirty;
	bits = simplify(regions, r, number);
	spin_unlock_irqrestore(lock_of(regions, number), flags);
	kfree(bits);
}

static void set_all(struct dyad_regions *regions, bool dirty)
{
	u64 i;

	for (i = 0; i < regions->count; i++) {
		set_whole(regions, i, dirty);
		cond_resched();
	}
}

/* The last region may have been partial: the rest of it is new too. */
static void grow_last(struct dyad_regions *regions, u64 old)
{
	u64 number = dyad_region_of(old - 1);
	struct dyad_region *r = &regions->region[number];
	u64 end = min((number + 1) * DYAD_REGION_SECTORS, regions->sectors);

	if (end == old)
		return;
	/* Without bits all of it is dirty, which is more than it was. */
	if (r->dirty && !r->partly)
		account(regions, r, blocks_in(regions, number));
	dyad_regions_mark(regions, old, end - old, GFP_KERNEL);
	r->suspect = true;
}

void dyad_regions_grow(struct dyad_regions *regions, u64 sectors,
		       struct dyad_region *room)
{
	u64 number, first = regions->count, old = regions->sectors;

	memcpy(room, regions->region, first * sizeof(*room));
	kvfree(regions->region);
	regions->region = room;
	regions->sectors = sectors;
	regions->count = DIV_ROUND_UP_ULL(sectors, DYAD_REGION_SECTORS);
	grow_last(regions, old);
	for (number = first; number < regions->count; number++) {
		set_whole(regions, number, true);
		cond_resched();
	}
}

void dyad_regions_suspect(struct dyad_regions *regions, u64 number)
{
	set_whole(regions, number, true);
}

void dyad_regions_lost_peer(struct dyad_regions *regions)
{
	u64 i;

	for (i = 0; i < regions->count; i++) {
		if (READ_ONCE(regions->region[i].hot))
			WRITE_ONCE(regions->region[i].unsure, true);
		cond_resched();
	}
}

bool dyad_regions_any_unsure(const struct dyad_regions *regions)
{
	u64 i;

	for (i = 0; i < regions->count; i++) {
		if (READ_ONCE(regions->region[i].unsure))
			return true;
		cond_resched();
	}
	return false;
}

void dyad_regions_lost_cache(struct dyad_regions *regions)
{
	u64 i;

	for (i = 0; i < regions->count; i++) {
		struct dyad_region *r = &regions->region[i];

		if (READ_ONCE(r->hot) || READ_ONCE(r->unsure))
			set_whole(regions, i, true);
		cond_resched();
	}
}

void dyad_regions_settled(struct dyad_regions *regions)
{
	u64 i;

	for (i = 0; i < regions->count; i++) {
		if (READ_ONCE(regions->region[i].unsure))
			WRITE_ONCE(regions->region[i].unsure, false);
		cond_resched();
	}
}

void dyad_regions_mark_all(struct dyad_regions *regions)
{
	set_all(regions, true);
}

void dyad_regions_clear_all(struct dyad_regions *regions)
{
	set_all(regions, false);
}

void dyad_regions_clear(struct dyad_regions *regions, u64 sector, u32 sectors)
{
	u64 number = dyad_region_of(sector);
	u64 start = number * DYAD_REGION_SECTORS;
	unsigned int first = (u32)(sector - start) / DYAD_BLOCK_SECTORS;
	unsigned int count = DIV_ROUND_UP(sectors, DYAD_BLOCK_SECTORS);
	struct dyad_region *r = &regions->region[number];
	unsigned long *fresh = NULL, *bits, *unused = NULL;
	unsigned long flags;

	if (!READ_ONCE(r->partly) && READ_ONCE(r->dirty))
		fresh = kzalloc(MAP_BYTES, GFP_NOIO | __GFP_NOWARN);

	spin_lock_irqsave(lock_of(regions, number), flags);
	bits = bits_of(regions, number);
	if (!bits && r->dirty) {
		bits = spread(regions, r, number, fresh);
		if (bits)
			fresh = NULL;
	}
	/* Without memory the region stays dirty and is copied again. */
	if (bits) {
		bitmap_clear(bits, first, count);
		unused = recount(regions, r, number, bits);
	}
	spin_unlock_irqrestore(lock_of(regions, number), flags);
	kfree(fresh);
	kfree(unused);
}

/* The first run of dirty blocks of a region, from block *first on. */
static bool find(const struct dyad_regions *regions, u64 number, unsigned int *first,
		 unsigned int *count)
{
	const unsigned long *bits = bits_of(regions, number);
	unsigned int blocks = blocks_in(regions, number);
	unsigned int end = blocks;

	if (!regions->region[number].dirty)
		return false;
	if (bits) {
		*first = find_next_bit(bits, blocks, *first);
		end = find_next_zero_bit(bits, blocks, *first);
	}
	if (*first >= blocks)
		return false;
	*count = end - *first;
	return true;
}

bool dyad_regions_next(struct dyad_regions *regions, u64 from,
		       unsigned int max_blocks, struct dyad_extent *extent)
{
	u64 number = dyad_region_of(from);
	unsigned int first = (u32)(from % DYAD_REGION_SECTORS) / DYAD_BLOCK_SECTORS;
	unsigned int count = 0;
	unsigned long flags;
	bool found = false;

	if (from >= regions->sectors)
		return false;
	for (; number < regions->count; number++, first = 0) {
		struct dyad_region *r = &regions->region[number];

		if (!READ_ONCE(r->dirty))
			continue;
		spin_lock_irqsave(lock_of(regions, number), flags);
		found = find(regions, number, &first, &count);
		extent->suspect = r->suspect;
		spin_unlock_irqrestore(lock_of(regions, number), flags);
		if (found)
			break;
	}
	if (!found)
		return false;
	count = min(count, max_blocks);
	extent->sector = number * DYAD_REGION_SECTORS + first * DYAD_BLOCK_SECTORS;
	extent->sectors = min_t(u64, count * DYAD_BLOCK_SECTORS,
				regions->sectors - extent->sector);
	return true;
}

bool dyad_regions_any(struct dyad_regions *regions, u64 sector, u32 sectors)
{
	u64 number = dyad_region_of(sector);
	u64 start = number * DYAD_REGION_SECTORS;
	unsigned int first = (u32)(sector - start) / DYAD_BLOCK_SECTORS;
	unsigned int last = (u32)(sector + sectors - 1 - start) / DYAD_BLOCK_SECTORS;
	unsigned int count;
	unsigned long flags;
	bool any;

	spin_lock_irqsave(lock_of(regions, number), flags);
	any = find(regions, number, &first, &count) && first <= last;
	spin_unlock_irqrestore(lock_of(regions, number), flags);
	return any;
}

u64 dyad_regions_suspect_bytes(const struct dyad_regions *regions)
{
	u64 blocks = 0;
	u64 i;

	for (i = 0; i < regions->count; i++)
		if (READ_ONCE(regions->region[i].suspect))
			blocks += READ_ONCE(regions->region[i].dirty);
	return blocks * DYAD_BLOCK_SECTORS * 512;
}

u64 dyad_regions_dirty(const struct dyad_regions *regions)
{
	return (u64)atomic64_read(&regions->dirty) * DYAD_BLOCK_SECTORS * 512;
}

unsigned int dyad_regions_get_map(struct dyad_regions *regions, u64 number,
				  u8 *map, bool *suspect)
{
	struct dyad_region *r = &regions->region[number];
	const unsigned long *bits;
	unsigned int dirty, i;
	unsigned long flags;

	memset(map, 0, MAP_BYTES);
	spin_lock_irqsave(lock_of(regions, number), flags);
	bits = bits_of(regions, number);
	dirty = r->dirty;
	if (suspect)
		*suspect = r->suspect;
	for (i = 0; dirty && i < blocks_in(regions, number); i++)
		if (!bits || test_bit(i, bits))
			map[i / 8] |= 1u << (i % 8);
	spin_unlock_irqrestore(lock_of(regions, number), flags);
	return dirty;
}

static bool in_map(const u8 *map, unsigned int block)
{
	return map[block / 8] & (1u << (block % 8));
}

int dyad_regions_add_map(struct dyad_regions *regions, u64 number, const u8 *map,
			 bool suspect)
{
	u64 start = number * DYAD_REGION_SECTORS;
	unsigned int blocks, first, end;

	if (number >= regions->count)
		return -EINVAL;
	if (suspect) {
		set_whole(regions, number, true);
		return 0;
	}
	if (!map) {
		dyad_regions_mark(regions, start,
				  min_t(u64, DYAD_REGION_SECTORS,
					regions->sectors - start), GFP_KERNEL);
		return 0;
	}
	blocks = blocks_in(regions, number);
	for (first = 0; first < blocks; first = end + 1) {
		end = first;
		while (end < blocks && in_map(map, end))
			end++;
		if (end > first)
			dyad_regions_mark(regions,
					  start + first * DYAD_BLOCK_SECTORS,
					  (end - first) * DYAD_BLOCK_SECTORS,
					  GFP_KERNEL);
	}
	return 0;
}

void dyad_regions_merge(struct dyad_regions *regions, struct dyad_regions *from)
{
	u8 map[MAP_BYTES];
	bool suspect;
	u64 number;

	for (number = 0; number < from->count; number++) {
		if (dyad_regions_get_map(from, number, map, &suspect))
			dyad_regions_add_map(regions, number, map, suspect);
		cond_resched();
	}
}
