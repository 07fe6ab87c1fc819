/* SPDX-License-Identifier: GPL-2.0-only */
/* Regions of a volume: what differs from the peer's, and where writes may go. */
#ifndef DYAD_DISK_REGION_H
#define DYAD_DISK_REGION_H

#include <linux/atomic.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct xarray;

#define DYAD_BLOCK_SECTORS	8u		/* 4 KiB */
#define DYAD_REGION_BLOCKS	1024u		/* 4 MiB */
#define DYAD_REGION_SECTORS	(DYAD_REGION_BLOCKS * DYAD_BLOCK_SECTORS)
#define DYAD_REGION_LOCKS	64

/**
 * struct dyad_region - 4 MiB of a volume
 * @dirty: number of dirty blocks
 * @partly: a bitmap says which; else it is all of them or none
 * @suspect: dirty blocks may well be equal: compare before copying
 * @hot: its intent bit is on the disk, so it may be written; set and cleared by
 *	disk/heat.c alone
 * @touched: written since the last pass that looked for regions to cool
 * @stale: its intent bit is on the disk since an earlier life of the node: all of
 *	it is suspect until a resync has settled
 * @unsure: it has writes that the peer may not have on stable storage, although
 *	no bit says so; what @hot says while there is a session
 *
 * Eight bytes: what a volume in sync costs is 2 MiB per TiB. The flags are
 * bytes, so that each can be written without the lock of the others.
 */
struct dyad_region {
	u16 dirty;
	bool partly;
	bool suspect;
	bool hot;
	bool touched;
	bool stale;
	bool unsure;
};

/**
 * struct dyad_regions - all regions of a volume
 * @sectors: size of the volume
 * @count: number of regions
 * @dirty: dirty blocks in all
 * @locks: a region is protected by the lock of its number
 * @region: the regions
 * @maps: a bitmap, one bit for each dirty block, by number for those that are partly dirty
 */
struct dyad_regions {
	u64 sectors;
	u64 count;
	atomic64_t dirty;
	spinlock_t locks[DYAD_REGION_LOCKS];	/* protect region[] by number */
	struct dyad_region *region;
	struct xarray *maps;
};

/**
 * struct dyad_extent - dirty blocks in a row
 * @sector: first sector
 * @sectors: length, shorter than whole blocks only at the end of the volume
 * @suspect: compare before copying
 */
struct dyad_extent {
	u64 sector;
	u32 sectors;
	bool suspect;
};

/**
 * dyad_region_of() - the number of the region a sector is in
 * @sector: the sector
 *
 * Return: the region's number.
 */
static inline u64 dyad_region_of(u64 sector)
{
	return sector / DYAD_REGION_SECTORS;
}

/**
 * dyad_region_left() - sectors from here to the end of the region
 * @sector: the sector
 *
 * Return: at least 1.
 */
static inline u32 dyad_region_left(u64 sector)
{
	return DYAD_REGION_SECTORS - (u32)(sector % DYAD_REGION_SECTORS);
}

/**
 * dyad_regions_create() - the regions of a volume, all clean
 * @regions: to initialise
 * @sectors: size of the volume
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int dyad_regions_create(struct dyad_regions *regions, u64 sectors);

/**
 * dyad_regions_destroy() - free what dyad_regions_create() and marks allocated
 * @regions: to clean up
 */
void dyad_regions_destroy(struct dyad_regions *regions);

/**
 * dyad_regions_replace() - of another disk from here on
 * @regions: of a volume; nothing of it is in flight
 * @with: the new ones, for as many sectors; those before afterwards
 */
void dyad_regions_replace(struct dyad_regions *regions, struct dyad_regions *with);

/**
 * dyad_regions_merge() - what is dirty in one is dirty in another
 * @regions: to be marked
 * @from: of as many sectors
 *
 * Context: may allocate, process.
 */
void dyad_regions_merge(struct dyad_regions *regions, struct dyad_regions *from);

/**
 * dyad_regions_alloc() - room for the regions of a larger volume
 * @sectors: size of the volume then
 *
 * Context: may sleep.
 * Return: for dyad_regions_grow() or kvfree(), or NULL.
 */
struct dyad_region *dyad_regions_alloc(u64 sectors);

/**
 * dyad_regions_grow() - the volume is larger from now on
 * @regions: of the volume; nothing uses them meanwhile
 * @sectors: its size, more than before
 * @room: from dyad_regions_alloc() for that size; ownership passes
 *
 * What is new is dirty and suspect: nobody knows what the disks hold there.
 *
 * Context: may sleep.
 */
void dyad_regions_grow(struct dyad_regions *regions, u64 sectors,
		       struct dyad_region *room);

/**
 * dyad_regions_mark() - blocks differ from now on
 * @regions: of the volume
 * @sector: first sector
 * @sectors: length; the range stays in one region
 * @gfp: how to allocate; if that fails, the whole region is marked, which is
 *	more than true but safe (law 4)
 *
 * Context: any, as @gfp allows.
 */
void dyad_regions_mark(struct dyad_regions *regions, u64 sector, u32 sectors,
		       gfp_t gfp);

/**
 * dyad_regions_suspect() - all of a region may differ: compare it
 * @regions: of the volume
 * @number: of the region
 *
 * Context: process.
 */
void dyad_regions_suspect(struct dyad_regions *regions, u64 number);

/**
 * dyad_regions_lost_peer() - the session is over; the peer may yet lose its cache
 * @regions: of the volume
 *
 * What is hot is unsure from here on.
 *
 * Context: process.
 */
void dyad_regions_lost_peer(struct dyad_regions *regions);

/**
 * dyad_regions_any_unsure() - could more differ than is dirty?
 * @regions: of the volume
 *
 * Context: process.
 * Return: true if a region is unsure.
 */
bool dyad_regions_any_unsure(const struct dyad_regions *regions);

/**
 * dyad_regions_lost_cache() - what the peer had not flushed is lost
 * @regions: of the volume
 *
 * All that is hot or unsure becomes suspect (rule H7).
 *
 * Context: process.
 */
void dyad_regions_lost_cache(struct dyad_regions *regions);

/**
 * dyad_regions_unsure() - a region's copy at the peer is not on stable storage
 * @regions: of the volume
 * @sector: in the region
 *
 * Context: any.
 */
static inline void dyad_regions_unsure(struct dyad_regions *regions, u64 sector)
{
	struct dyad_region *r = &regions->region[dyad_region_of(sector)];

	if (!READ_ONCE(r->unsure))
		WRITE_ONCE(r->unsure, true);
}

/**
 * dyad_regions_settled() - the peer has all of it, on stable storage
 * @regions: of the volume
 *
 * Context: process.
 */
void dyad_regions_settled(struct dyad_regions *regions);

/**
 * dyad_regions_mark_all() - every block may differ: compare all
 * @regions: of the volume
 *
 * Context: process.
 */
void dyad_regions_mark_all(struct dyad_regions *regions);

/**
 * dyad_regions_clear() - blocks are equal from now on
 * @regions: of the volume
 * @sector: first sector, start of a block
 * @sectors: whole blocks, or up to the end of the volume; in one region
 *
 * The caller holds the range, so nobody marks it meanwhile for a reason that
 * this call does not know.
 *
 * Context: process, on the I/O path.
 */
void dyad_regions_clear(struct dyad_regions *regions, u64 sector, u32 sectors);

/**
 * dyad_regions_clear_all() - everything is equal from now on
 * @regions: of the volume, nothing marks it
 *
 * Context: process.
 */
void dyad_regions_clear_all(struct dyad_regions *regions);

/**
 * dyad_regions_next() - the next dirty extent
 * @regions: of the volume
 * @from: look from this sector on
 * @max_blocks: longest extent wanted
 * @extent: filled in
 *
 * Context: any.
 * Return: true, or false if nothing is dirty from @from on.
 */
bool dyad_regions_next(struct dyad_regions *regions, u64 from,
		       unsigned int max_blocks, struct dyad_extent *extent);

/**
 * dyad_regions_any() - is any of this dirty?
 * @regions: of the volume
 * @sector: first sector
 * @sectors: length, not 0; the range stays in one region
 *
 * Context: any. The caller holds the range, or the answer may be old.
 * Return: true if so.
 */
bool dyad_regions_any(struct dyad_regions *regions, u64 sector, u32 sectors);

/**
 * dyad_regions_suspect_bytes() - bytes in regions that are compared first
 * @regions: of the volume
 *
 * Return: an estimate, since the regions may change meanwhile.
 */
u64 dyad_regions_suspect_bytes(const struct dyad_regions *regions);

/**
 * dyad_regions_dirty() - dirty bytes
 * @regions: of the volume
 *
 * Return: the number of dirty bytes, a multiple of the block size.
 */
u64 dyad_regions_dirty(const struct dyad_regions *regions);

/**
 * dyad_regions_get_map() - copy one region's dirty bits out
 * @regions: of the volume
 * @number: of the region
 * @map: DYAD_REGION_BLOCKS bits, little-endian; bit i is block i
 * @suspect: set to whether to compare them first; may be NULL
 *
 * Return: number of dirty blocks.
 */
unsigned int dyad_regions_get_map(struct dyad_regions *regions, u64 number,
				  u8 *map, bool *suspect);

/**
 * dyad_regions_add_map() - what the other side says is dirty is dirty here
 * @regions: of the volume
 * @number: of the region
 * @map: as from dyad_regions_get_map(), or NULL for the whole region
 * @suspect: compare the whole region first; what it says is then added to by
 *	marking all of it
 *
 * Context: process.
 * Return: 0, or -EINVAL if there is no such region.
 */
int dyad_regions_add_map(struct dyad_regions *regions, u64 number, const u8 *map,
			 bool suspect);

#endif
