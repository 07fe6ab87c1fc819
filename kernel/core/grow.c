// SPDX-License-Identifier: GPL-2.0-only
/* What growing comes down to, without a disk or a peer at hand. Pure. */
#include "grow.h"

#include <linux/kernel.h>

static u64 dirty_sectors(u64 sectors)
{
	return DIV_ROUND_UP_ULL(dyad_meta_regions(sectors), DYAD_DIRTY_REGIONS) *
	       DYAD_META_PAGE_SECTORS;
}

static u64 whole_blocks(u64 sectors)
{
	return sectors - sectors % DYAD_META_PAGE_SECTORS;
}

static u64 map_end(const struct dyad_geometry *g)
{
	return g->dirty_first + g->dirty_pages * DYAD_META_PAGE_SECTORS;
}

static bool described(const struct dyad_geometry *g, u64 sectors)
{
	return DIV_ROUND_UP_ULL(dyad_meta_regions(sectors), DYAD_INTENT_REGIONS) <=
	       g->intent_pages;
}

/* At the end of the disk, behind the data and the old map. */
static enum dyad_grow_refusal place_internal(u64 *first,
					     const struct dyad_geometry *from,
					     u64 disk, u64 sectors)
{
	u64 size = dirty_sectors(sectors);
	u64 end = whole_blocks(disk);

	if (end < size || end - size < from->data_first + sectors ||
	    end - size < map_end(from))
		return DYAD_GROW_SMALL;
	*first = end - size;
	return DYAD_GROW_FITS;
}

/* Before the old map, where one was that has been grown out of, or behind it. */
static enum dyad_grow_refusal place_external(u64 *first,
					     const struct dyad_geometry *from,
					     u64 meta, u64 sectors)
{
	u64 size = dirty_sectors(sectors);
	u64 before = from->intent_first +
		     from->intent_pages * DYAD_META_PAGE_SECTORS;

	if (before <= from->dirty_first && from->dirty_first - before >= size)
		*first = before;
	else if (map_end(from) <= meta && meta - map_end(from) >= size)
		*first = map_end(from);
	else
		return DYAD_GROW_META;
	return DYAD_GROW_FITS;
}

enum dyad_grow_refusal dyad_grow_place(struct dyad_geometry *to,
				       const struct dyad_geometry *from,
				       const struct dyad_grow_disks *disks,
				       u64 sectors)
{
	enum dyad_grow_refusal why;

	if (sectors <= from->data_sectors || sectors > disks->disk ||
	    sectors % DYAD_META_PAGE_SECTORS)
		return DYAD_GROW_SMALL;
	if (!described(from, sectors))
		return DYAD_GROW_INTENT;
	*to = *from;
	to->data_sectors = sectors;
	to->dirty_pages = dirty_sectors(sectors) / DYAD_META_PAGE_SECTORS;
	if (disks->external)
		why = place_external(&to->dirty_first, from, disks->meta, sectors);
	else
		why = place_internal(&to->dirty_first, from, disks->disk, sectors);
	return why;
}

/* The data and their dirty map share what is left behind the header. */
static u64 largest_internal(const struct dyad_geometry *from, u64 disk)
{
	const u32 covered = DYAD_DIRTY_REGIONS * DYAD_META_REGION_SECTORS;
	u64 end = whole_blocks(disk);
	u64 left, pages;

	if (end <= from->data_first)
		return 0;
	left = end - from->data_first;
	pages = DIV_ROUND_UP_ULL(left, covered + DYAD_META_PAGE_SECTORS);
	return left - min(left, pages * DYAD_META_PAGE_SECTORS);
}

enum dyad_grow_refusal dyad_grow_room(u64 *sectors,
				      const struct dyad_geometry *from,
				      const struct dyad_grow_disks *disks)
{
	struct dyad_geometry to;

	*sectors = disks->external ? whole_blocks(disks->disk) :
				     largest_internal(from, disks->disk);
	return dyad_grow_place(&to, from, disks, *sectors);
}

u64 dyad_grow_outcome(const struct dyad_volume_state *mine,
		      const struct dyad_volume_state *peer)
{
	bool finish = mine->pending && (mine->pending == peer->sectors ||
					mine->pending == peer->pending);

	return finish ? mine->pending : mine->sectors;
}
