/* SPDX-License-Identifier: GPL-2.0-only */
/* Disks with a volatile cache. */
#ifndef SIM_DISK_H
#define SIM_DISK_H

#include "world.h"

#include "core/ondisk.h"

#define DISK_BLOCKS	3136	/* most blocks of a disk behind its header */
#define MAX_CACHED	6144
#define MAX_META	32	/* metadata pages in use on a disk */
#define META_CACHED	4

/* A data block in the cache, or that was: what it holds is a version. */
struct cached {
	u32 block;
	u64 value;
	u64 seq;
};

/* A page that holds bytes. */
struct meta_page {
	u32 block;
	u8 now[4096];
	u8 safe[4096];
	unsigned int cached;
	u64 seq[META_CACHED];
	u8 data[META_CACHED][4096];
};

struct sim_disk {
	struct block_device bdev;
	int node;
	int volume;
	bool meta;		/* holds nothing but metadata */
	u32 blocks;		/* of the device, 4 KiB each */
	u32 data_first;		/* blocks from here on hold versions, or a map's page */
	u32 data_blocks;
	u32 covered;		/* of these, data by both superblocks, as last looked */
	u64 now[DISK_BLOCKS];	/* as read */
	u64 safe[DISK_BLOCKS];	/* on the medium */
	u64 seq;		/* writes completed */
	struct cached cache[MAX_CACHED];
	unsigned int cached;
	struct meta_page page[MAX_META];
	unsigned int pages;
	bool is_bad;
	u32 bad;		/* a block that cannot be read before it is written */
	bool hangs;
	unsigned int fail_writes;
	unsigned int fail_flushes;
	u64 writes;
	u64 flushes;
};

extern struct sim_disk disks[NODES][VOLUMES][2];

#define data_disk(node, volume) (&disks[node][volume][0])
#define meta_disk(node, volume) (&disks[node][volume][1])

/* Of no blocks: there is no such volume. */
void disk_create(int node, int volume, u32 blocks, bool external);
void disk_enlarge(int node, u32 blocks);	/* the first volume's, as all below */
void disk_alter(int node, u32 block, u64 version);	/* the medium, by itself */
u32 disk_room(int node);		/* for data, with metadata as they are made */
void disk_event(int node);
void disk_crash(int node, bool power);
void disk_damage(int node, int volume);
bool disk_has_requests(int node, const struct block_device *bdev);
void disk_hang(struct sim_disk *disk);
bool disk_hangs(int node);		/* does one of them? */
void disk_answer(int node);
void disk_spoil(int node, u32 block);	/* it cannot be read before it is written */
void disk_super(int node, int volume, struct dyad_super *super);	/* as it would be read */
u8 *disk_page(struct sim_disk *disk, u32 block);

static inline u64 disk_read(int node, int volume, u32 block)
{
	return data_disk(node, volume)->now[block];
}

#endif
