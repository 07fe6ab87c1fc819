/* SPDX-License-Identifier: GPL-2.0-only */
/* The on-disk metadata: layouts, limits, and the one place that checks them. */
#ifndef DYAD_CORE_ONDISK_H
#define DYAD_CORE_ONDISK_H

#include <linux/types.h>

#include "lineage.h"

#define DYAD_META_PAGE		4096u
#define DYAD_META_PAGE_SECTORS	(DYAD_META_PAGE / 512)
#define DYAD_META_VERSION	1
#define DYAD_META_UUID		16
#define DYAD_META_NAME		32
#define DYAD_META_SUPERS	2
#define DYAD_META_SUPER_GAP	128u		/* sectors between the two superblocks */
#define DYAD_META_INTENT_FIRST	256u		/* sector of the intent map */
#define DYAD_META_HEADER	2048u		/* sectors: 1 MiB, least size of the header */
#define DYAD_META_REGION_BLOCKS	1024u		/* of 4 KiB, as in disk/region.h */
#define DYAD_META_REGION_SECTORS (DYAD_META_REGION_BLOCKS * 8)
#define DYAD_META_MAP_HEADER	128u		/* bytes before the bits of a map page */
#define DYAD_META_MAP_BYTES	(DYAD_META_PAGE - DYAD_META_MAP_HEADER)
#define DYAD_META_REGION_BYTES	(DYAD_META_REGION_BLOCKS / 8)
/* Regions that one page tells of. */
#define DYAD_INTENT_REGIONS	(DYAD_META_MAP_BYTES * 8)
#define DYAD_DIRTY_REGIONS	(DYAD_META_MAP_BYTES / DYAD_META_REGION_BYTES)

/**
 * struct dyad_geometry - where everything is; sectors of 512 bytes
 * @data_first: first sector of the data on the data disk, 0 if the metadata is
 *	on another device
 * @data_sectors: size of the data; 0: there is no such geometry
 * @intent_first: first sector of the intent map on the metadata device
 * @intent_pages: pages it has room for; more than the size needs
 * @dirty_first: first sector of the dirty map on the metadata device
 * @dirty_pages: pages of the dirty map
 */
struct dyad_geometry {
	u64 data_first;
	u64 data_sectors;
	u64 intent_first;
	u64 intent_pages;
	u64 dirty_first;
	u64 dirty_pages;
};

/**
 * struct dyad_super - what a superblock says
 * @sequence: counts writes of this superblock, of the first copy and then, once
 *	that is on stable storage, of the second; of two good copies the higher
 *	one counts
 * @uuid: names these metadata; in every map page too
 * @map_epoch: in every map page too; a page of another epoch is not believed
 * @geometry: where everything is
 * @pending: where it is going to be, while the volume grows; else all 0. The
 *	data and the intent map stay where they are, there is more of the data,
 *	and the new dirty map is beside the old one (rule H17)
 * @external: the metadata are on a device of their own
 * @change: counts changes of the resource's record; of two volumes of a
 *	resource the higher one has the newer record
 * @lineage: generations
 * @instance: names the time since the disk was attached last
 * @alone_since: when this node went on without the peer, in seconds since
 *	1970, 0 if it has not
 * @sequence_written: place in the resource's order of writes, 0 in this version
 * @data_state: enum dyad_data_state, of a disk that is there: never diskless
 *	or failed
 * @mode: enum dyad_mode of the last session
 * @primary: this node was primary when this was written
 * @was_primary: it was the last primary as far as it knows
 * @alone: the current generation is not known to the peer
 * @clean: the disk was detached in order, nothing was in flight
 * @node_id: the node's number
 * @volume: the volume's index
 * @resource: its name, zero-padded and zero-terminated, of the letters that
 *	names may have; empty before the first attach
 */
struct dyad_super {
	u64 sequence;
	u8 uuid[DYAD_META_UUID];
	u64 map_epoch;
	struct dyad_geometry geometry;
	struct dyad_geometry pending;
	bool external;
	u64 change;
	struct dyad_lineage lineage;
	u64 instance;
	u64 alone_since;
	u64 sequence_written;
	u8 data_state;
	u8 mode;
	bool primary;
	bool was_primary;
	bool alone;
	bool clean;
	u32 node_id;
	u32 volume;
	char resource[DYAD_META_NAME];
};

/**
 * enum dyad_map - the two maps
 * @DYAD_MAP_INTENT: a bit for each region that is hot or was when a node crashed
 * @DYAD_MAP_DIRTY: a bit for each block that differs from the peer's
 */
enum dyad_map {
	DYAD_MAP_INTENT = 1,
	DYAD_MAP_DIRTY,
};

/**
 * dyad_geometry_internal() - metadata and data on one disk
 * @g: filled in on success
 * @disk_sectors: size of the disk
 *
 * A header of 1 MiB (more for disks that need a larger intent map), the data,
 * the dirty map at the end.
 *
 * Return: 0, -ENOSPC if the disk is too small to hold any data, -EINVAL if no
 * disk is that large.
 */
int dyad_geometry_internal(struct dyad_geometry *g, u64 disk_sectors);

/**
 * dyad_geometry_external() - metadata on another device
 * @g: filled in on success
 * @data_sectors: size of the data disk, all of which is data
 * @meta_sectors: size of the metadata device
 *
 * Return: 0, -ENOSPC if the metadata device is too small, -EINVAL if there is
 * no data or no disk is that large.
 */
int dyad_geometry_external(struct dyad_geometry *g, u64 data_sectors,
			   u64 meta_sectors);

/**
 * dyad_geometry_meta_sectors() - how large an external metadata device must be
 * @data_sectors: size of the data disk
 *
 * Return: sectors; ~0 if no data disk is that large.
 */
u64 dyad_geometry_meta_sectors(u64 data_sectors);

/**
 * dyad_geometry_check() - may this geometry be believed?
 * @g: the geometry
 * @external: the metadata are on another device
 *
 * Nothing overlaps, everything is where it can be and large enough. What is
 * left to the caller: whether the devices reach as far, see
 * dyad_geometry_end().
 *
 * Return: true if so.
 */
bool dyad_geometry_check(const struct dyad_geometry *g, bool external);

/**
 * dyad_geometry_end() - how far a geometry reaches
 * @g: the geometry, checked
 * @external: the metadata are on another device
 *
 * Return: the number of sectors that the device with the metadata must have.
 * With external metadata the data disk must have data_sectors.
 */
u64 dyad_geometry_end(const struct dyad_geometry *g, bool external);

/**
 * dyad_meta_regions() - regions of a volume
 * @data_sectors: its size
 *
 * Return: the number of regions, the last one may be partial.
 */
u64 dyad_meta_regions(u64 data_sectors);

/**
 * dyad_super_encode() - lay a superblock out for the disk
 * @page: DYAD_META_PAGE bytes
 * @super: what to say
 */
void dyad_super_encode(u8 *page, const struct dyad_super *super);

/**
 * dyad_super_decode() - read and check a superblock
 * @super: filled in on success
 * @page: DYAD_META_PAGE bytes from the disk
 *
 * Return: 0; -ENODATA if this was never a superblock (no magic), -EBADMSG if
 * it is damaged (checksum), -EPROTONOSUPPORT if it is of a newer version,
 * -EUCLEAN if it is whole but says what cannot be.
 */
int dyad_super_decode(struct dyad_super *super, const u8 *page);

/**
 * dyad_super_choose() - read two copies of a superblock
 * @super: filled in on success, from the newer of the good ones
 * @first: DYAD_META_PAGE bytes, the first copy
 * @second: DYAD_META_PAGE bytes, the second
 *
 * A copy of a newer version, or of other metadata, is not passed over in
 * silence: then the call fails (rule H9).
 *
 * Return: 0 if at least one is good, else the graver of the two errors of
 * dyad_super_decode(), in the order newer version, impossible, damaged, none;
 * -EUCLEAN if both are good but of different metadata, or differ although
 * their sequences are the same.
 */
int dyad_super_choose(struct dyad_super *super, const u8 *first, const u8 *second);

/**
 * dyad_super_sector() - where a copy of the superblock is
 * @copy: 0 or 1
 *
 * Return: its first sector on the metadata device.
 */
static inline u64 dyad_super_sector(unsigned int copy)
{
	return copy * DYAD_META_SUPER_GAP;
}

/**
 * dyad_map_clear() - an empty map page
 * @page: DYAD_META_PAGE bytes
 */
void dyad_map_clear(u8 *page);

/**
 * dyad_map_seal() - make a map page fit for the disk
 * @page: its bits are set
 * @super: of the metadata it belongs to
 * @map: which of the maps
 * @number: of the page in its map
 */
void dyad_map_seal(u8 *page, const struct dyad_super *super, enum dyad_map map,
		   u64 number);

/**
 * dyad_map_check() - may a map page be believed?
 * @page: DYAD_META_PAGE bytes from the disk
 * @super: of the metadata it should belong to
 * @map: which of the maps
 * @number: of the page in its map
 *
 * If not, the caller takes the safe superset: all hot, or all dirty (law 7).
 *
 * Return: true if so.
 */
bool dyad_map_check(const u8 *page, const struct dyad_super *super,
		    enum dyad_map map, u64 number);

/**
 * dyad_intent_get() - is a region's bit set?
 * @page: of the intent map
 * @index: of the region within the page, below DYAD_INTENT_REGIONS
 *
 * Return: true if so.
 */
static inline bool dyad_intent_get(const u8 *page, unsigned int index)
{
	return page[DYAD_META_MAP_HEADER + index / 8] & (1u << (index % 8));
}

/**
 * dyad_intent_put() - set or clear a region's bit
 * @page: of the intent map
 * @index: of the region within the page, below DYAD_INTENT_REGIONS
 * @hot: set it
 */
static inline void dyad_intent_put(u8 *page, unsigned int index, bool hot)
{
	u8 *byte = page + DYAD_META_MAP_HEADER + index / 8;
	u8 bit = 1u << (index % 8);

	*byte = hot ? *byte | bit : *byte & ~bit;
}

/**
 * dyad_dirty_of() - a region's bits in a page of the dirty map
 * @page: of the dirty map
 * @index: of the region within the page, below DYAD_DIRTY_REGIONS
 *
 * Return: DYAD_META_REGION_BYTES bytes; bit i of the little-endian map is
 * block i of the region.
 */
static inline u8 *dyad_dirty_of(u8 *page, unsigned int index)
{
	return page + DYAD_META_MAP_HEADER + index * DYAD_META_REGION_BYTES;
}

#endif
