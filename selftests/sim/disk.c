// SPDX-License-Identifier: GPL-2.0-only
/*
 * Disks: a write that has completed is in the cache, and on the medium only
 * after a flush or if it was FUA. What is in the cache when the power goes is
 * kept, lost or, for metadata, torn at 512 bytes.
 *
 * A block of data is a number, its version. Where a map is behind the header, the
 * version names the page's bytes: whoever takes the map for data sees that.
 */
#include "disk.h"

#include <linux/crc32c.h>

#include "core/ondisk.h"
#include "model.h"

#define BLOCK 4096u
#define SECTORS 8u
#define HEADER_BLOCKS (DYAD_META_HEADER / SECTORS)
#define PAGE_VERSION (0xd1adull << 40)
#define GARBAGE_VERSION (0x6a7bull << 40)

struct sim_disk disks[NODES][VOLUMES][2];

static struct meta_page *find_page(struct sim_disk *disk, u32 block)
{
	unsigned int i;

	for (i = 0; i < disk->pages; i++)
		if (disk->page[i].block == block)
			return &disk->page[i];
	sim_assert(disk->pages < MAX_META, "metadata in too many places");
	memset(&disk->page[i], 0, offsetof(struct meta_page, data));
	disk->page[i].block = block;
	disk->pages++;
	return &disk->page[i];
}

u8 *disk_page(struct sim_disk *disk, u32 block)
{
	return find_page(disk, block)->now;
}

/* Where the metadata of a volume are. */
static struct sim_disk *meta_of(int node, int volume)
{
	return meta_disk(node, volume)->blocks ? meta_disk(node, volume) :
						 data_disk(node, volume);
}

void disk_super(int node, int volume, struct dyad_super *super)
{
	struct sim_disk *disk = meta_of(node, volume);

	sim_assert(!dyad_super_choose(super, find_page(disk, 0)->safe,
				      find_page(disk, DYAD_META_SUPER_GAP / SECTORS)->safe),
		   "both superblocks are damaged");
}

static bool has_version(const struct sim_disk *disk, u32 block)
{
	return !disk->meta && block - disk->data_first < disk->data_blocks;
}

/* The version of a block that is a page of a map. */
static u64 page_version(const struct sim_disk *disk, const u8 *bytes)
{
	return PAGE_VERSION + ((u64)disk->node << 32) + crc32c(~0u, bytes, BLOCK);
}

static bool is_page(const struct sim_disk *disk, u64 version)
{
	return (version - PAGE_VERSION) >> 32 == disk->node;
}

static void init(struct sim_disk *disk, int node, int volume, bool meta, u32 blocks)
{
	memset(disk, 0, offsetof(struct sim_disk, cache));
	disk->bdev.lower = disk;
	disk->node = node;
	disk->volume = volume;
	disk->meta = meta;
	disk->blocks = blocks;
	disk->data_first = 0;
	disk->data_blocks = meta ? 0 : blocks;
	disk->covered = 0;
	disk->cached = 0;
	disk->pages = 0;
	disk->is_bad = false;
	disk->hangs = false;
	disk->fail_writes = 0;
	disk->fail_flushes = 0;
}

/* Its bytes have changed by no write. */
static void name_page(struct sim_disk *disk, const struct meta_page *p)
{
	u32 at = p->block - disk->data_first;

	if (!has_version(disk, p->block))
		return;
	disk->now[at] = page_version(disk, p->now);
	disk->safe[at] = page_version(disk, p->safe);
}

/* As 'dyad meta create' does it. */
static void format(struct sim_disk *data, struct sim_disk *meta, bool external)
{
	struct dyad_super super = {
		.sequence = 1,
		.map_epoch = 1,
		.external = external,
		.data_state = DYAD_DATA_STATE_INCONSISTENT,
		.clean = true,
	};
	struct sim_disk *where = external ? meta : data;
	struct dyad_geometry *g = &super.geometry;
	u8 *page;
	u32 i;

	memset(super.uuid, 0x11 + 2 * data->volume + data->node, sizeof(super.uuid));
	sim_assert(!(external ? dyad_geometry_external(g, data->blocks * 8ull, meta->blocks * 8ull) :
		     dyad_geometry_internal(g, data->blocks * 8ull)), "a disk is too small");
	data->data_first = g->data_first / SECTORS;
	data->data_blocks = data->blocks - data->data_first;
	data->covered = g->data_sectors / SECTORS;
	sim_assert(data->data_blocks <= DISK_BLOCKS, "a disk is too large");
	for (i = 0; i < 2; i++) {
		page = disk_page(where, dyad_super_sector(i) / SECTORS);
		dyad_super_encode(page, &super);
	}
	page = disk_page(where, g->intent_first / SECTORS);
	dyad_map_clear(page);
	dyad_map_seal(page, &super, DYAD_MAP_INTENT, 0);
	page = disk_page(where, g->dirty_first / SECTORS);
	dyad_map_clear(page);
	dyad_map_seal(page, &super, DYAD_MAP_DIRTY, 0);
	for (i = 0; i < where->pages; i++)
		memcpy(where->page[i].safe, where->page[i].now, BLOCK);
	for (i = 0; i < where->pages; i++)
		name_page(where, &where->page[i]);
}

/* A new disk with room for so many blocks of data, all zero. */
void disk_create(int node, int volume, u32 blocks, bool external)
{
	struct sim_disk *data = data_disk(node, volume), *meta = meta_disk(node, volume);

	if (!blocks) {
		data->blocks = meta->blocks = 0;
		return;
	}
	if (!external) {
		init(data, node, volume, false, blocks + HEADER_BLOCKS + 1);
		init(meta, node, volume, true, 0);
	} else {
		init(data, node, volume, false, blocks);
		init(meta, node, volume, true,
		     dyad_geometry_meta_sectors(blocks * 8ull) / SECTORS);
	}
	format(data, meta, external);
	sim_assert(data->covered == blocks, "a disk of another size");
}

/* There may be anything in what is new. */
void disk_enlarge(int node, u32 blocks)
{
	struct sim_disk *disk = data_disk(node, 0), *meta = meta_disk(node, 0);
	u32 from = disk->data_blocks, i;
	bool zero = one_in(2);

	if (from + blocks > DISK_BLOCKS)
		return;
	disk->blocks += blocks;
	disk->data_blocks += blocks;
	for (i = from; i < disk->data_blocks; i++)
		disk->now[i] = disk->safe[i] = zero ? 0 :
					       GARBAGE_VERSION + ((u64)node << 32) + i;
	/* For the new dirty map, beside the old one. */
	if (meta->blocks && meta->blocks < HEADER_BLOCKS + 4)
		meta->blocks++;
}

u32 disk_room(int node)
{
	return data_disk(node, 0)->data_blocks - !meta_disk(node, 0)->blocks;
}

/*
 * Both superblocks call it data before it is used as that: whichever is read after a
 * crash, what it takes for a map is one.
 */
static void check_covered(struct sim_disk *disk, u32 at)
{
	struct sim_disk *where = meta_of(disk->node, disk->volume);
	struct dyad_super super;
	u32 i, least = ~0u;

	if (at < disk->covered)
		return;
	for (i = 0; i < DYAD_META_SUPERS; i++)
		if (!dyad_super_decode(&super, find_page(where, dyad_super_sector(i) /
							 SECTORS)->safe))
			least = min(least, (u32)(super.geometry.data_sectors / SECTORS));
	disk->covered = least;
	if (at >= least)
		sim_fail("law 6", "%c writes data to block %u, but a superblock says that there are %u",
			 'A' + disk->node, at, least);
}

/* --- the cache --- */

static void page_flush(struct meta_page *p, u64 seq)
{
	unsigned int i, n = 0;

	while (n < p->cached && p->seq[n] <= seq)
		n++;
	if (!n)
		return;
	memcpy(p->safe, p->data[n - 1], BLOCK);
	p->cached -= n;
	for (i = 0; i < p->cached; i++) {
		p->seq[i] = p->seq[n + i];
		memcpy(p->data[i], p->data[n + i], BLOCK);
	}
}

/* What had completed at seq is on the medium. */
static void flush(struct sim_disk *disk, u64 seq)
{
	unsigned int i, n = 0;

	for (i = 0; i < disk->cached; i++)
		if (disk->cache[i].seq <= seq)
			disk->safe[disk->cache[i].block] = disk->cache[i].value;
		else
			disk->cache[n++] = disk->cache[i];
	disk->cached = n;
	for (i = 0; i < disk->pages; i++)
		page_flush(&disk->page[i], seq);
}

static void forget(struct sim_disk *disk, u32 block)
{
	unsigned int i, n = 0;

	for (i = 0; i < disk->cached; i++)
		if (disk->cache[i].block != block)
			disk->cache[n++] = disk->cache[i];
	disk->cached = n;
}

void disk_alter(int node, u32 block, u64 version)
{
	struct sim_disk *disk = data_disk(node, 0);

	forget(disk, block);
	disk->now[block] = disk->safe[block] = version;
}

static void write_version(struct sim_disk *disk, u32 block, u64 value, bool fua)
{
	disk->now[block] = value;
	if (disk->bad == block)
		disk->is_bad = false;
	if (fua) {
		disk->safe[block] = value;
		forget(disk, block);
		return;
	}
	if (disk->cached == MAX_CACHED)
		flush(disk, disk->cache[MAX_CACHED / 2].seq);
	disk->cache[disk->cached++] = (struct cached) { block, value, disk->seq };
}

static void write_page(struct sim_disk *disk, u32 block, const u8 *from, bool fua)
{
	struct meta_page *p = find_page(disk, block);

	if (has_version(disk, block))
		write_version(disk, block - disk->data_first, page_version(disk, from), fua);
	memcpy(p->now, from, BLOCK);
	if (fua) {
		memcpy(p->safe, from, BLOCK);
		p->cached = 0;
		return;
	}
	if (p->cached == META_CACHED)
		page_flush(p, p->seq[META_CACHED / 2]);
	p->seq[p->cached] = disk->seq;
	memcpy(p->data[p->cached++], from, BLOCK);
}

/* --- requests --- */

static const u8 *vec_at(const struct bio *bio, u32 i)
{
	const struct bio_vec *v = &bio->bi_io_vec[bio->bi_iter.bi_idx + i];

	return v->bv_page->data + v->bv_offset;
}

/* Of pages of data only the first bytes count; metadata are elsewhere in memory. */
static bool is_metadata(const struct bio *bio)
{
	return bio_op(bio) != REQ_OP_WRITE_ZEROES &&
	       !mem_is_page(bio->bi_io_vec[bio->bi_iter.bi_idx].bv_page);
}

static void write_block(struct sim_disk *disk, const struct bio *bio, u32 i)
{
	u32 block = bio->bi_iter.bi_sector / SECTORS + i;
	bool fua = bio->bi_opf & REQ_FUA;

	if (is_metadata(bio)) {
		write_page(disk, block, vec_at(bio, i), fua);
		return;
	}
	sim_assert(has_version(disk, block), "data in the place of metadata");
	check_covered(disk, block - disk->data_first);
	write_version(disk, block - disk->data_first, bio_op(bio) == REQ_OP_WRITE ?
		      *(const u64 *)vec_at(bio, i) : 0, fua);
}

static u32 blocks_of(const struct bio *bio)
{
	return DIV_ROUND_UP(bio->bi_iter.bi_size, BLOCK);
}

static void read_page(struct sim_disk *disk, u32 block, u8 *to)
{
	struct meta_page *p;

	if (has_version(disk, block) && !is_page(disk, disk->now[block - disk->data_first])) {
		memset(to, 0x5a, BLOCK);
		return;
	}
	p = find_page(disk, block);
	memcpy(to, p->now, BLOCK);
}

static void read_blocks(struct sim_disk *disk, struct bio *bio)
{
	u32 block = bio->bi_iter.bi_sector / SECTORS, i;

	for (i = 0; i < blocks_of(bio); i++, block++) {
		u8 *to = (u8 *)vec_at(bio, i);

		if (is_metadata(bio))
			read_page(disk, block, to);
		else
			*(u64 *)to = disk->now[block - disk->data_first];
	}
}

static bool flushes(const struct bio *bio)
{
	return bio->bi_opf & REQ_PREFLUSH || bio_op(bio) == REQ_OP_FLUSH;
}

/* A failed flush: what was in the cache may be lost, and is then not read any more. */
static void lose_cache(struct sim_disk *disk)
{
	unsigned int i, n = 0;

	for (i = 0; i < disk->cached; i++)
		if (one_in(2))
			disk->now[disk->cache[i].block] = disk->safe[disk->cache[i].block];
		else
			disk->cache[n++] = disk->cache[i];
	disk->cached = n;
	for (i = 0; i < n; i++)
		disk->now[disk->cache[i].block] = disk->cache[i].value;
}

static bool fails(struct sim_disk *disk, unsigned int *budget)
{
	if (!*budget)
		return false;
	(*budget)--;
	model_disk_failed(disk->node);
	return true;
}

static bool is_unreadable(const struct sim_disk *disk, const struct bio *bio)
{
	u32 block = bio->bi_iter.bi_sector / SECTORS;

	return disk->is_bad && disk->data_first + disk->bad - block < blocks_of(bio);
}

/* One at a time. */
void disk_spoil(int node, u32 block)
{
	struct sim_disk *disk = data_disk(node, 0);

	disk->is_bad = true;
	disk->bad = block;
}

static void carry_out(struct sim_disk *disk, struct bio *bio)
{
	u32 i, n = blocks_of(bio);

	if (bio_op(bio) == REQ_OP_READ) {
		if (is_unreadable(disk, bio))
			bio->bi_status = BLK_STS_IOERR;
		else
			read_blocks(disk, bio);
		return;
	}
	if (flushes(bio)) {
		disk->flushes++;
		if (fails(disk, &disk->fail_flushes)) {
			lose_cache(disk);
			bio->bi_status = BLK_STS_IOERR;
			return;
		}
		flush(disk, bio->bi_seq);
	}
	if (!n)
		return;
	disk->seq++;
	disk->writes++;
	if (fails(disk, &disk->fail_writes)) {
		bio->bi_status = BLK_STS_IOERR;
		n = sim_random(n + 1);
	}
	for (i = 0; i < n; i++)
		write_block(disk, bio, i);
}

static void check_range(const struct sim_disk *disk, const struct bio *bio)
{
	u64 end = bio->bi_iter.bi_sector + bio_sectors(bio);

	sim_assert(end <= (u64)disk->blocks * SECTORS, "a request beyond the end of a disk");
	sim_assert(!(bio->bi_iter.bi_sector % SECTORS), "a request for part of a block");
}

static struct bio *take_from(struct bag *bag, unsigned int i)
{
	struct bio *bio = bag->item[i];
	struct bio *last = bag->item[--bag->count];

	bag->item[i] = last;
	last->bi_slot = i;
	bio->bi_slot = -1;
	return bio;
}

static struct bio *take(int node, unsigned int i)
{
	return take_from(&world.bios[node], i);
}

/* It answers nothing, and has what it had. */
static bool any_of(const struct bag *bag, const struct block_device *bdev)
{
	unsigned int i;

	for (i = 0; i < bag->count; i++)
		if (((struct bio *)bag->item[i])->bi_bdev == bdev)
			return true;
	return false;
}

bool disk_has_requests(int node, const struct block_device *bdev)
{
	return any_of(&world.bios[node], bdev) || any_of(&world.held[node], bdev);
}

void disk_hang(struct sim_disk *disk)
{
	struct bag *bag = &world.bios[disk->node];
	unsigned int i = 0;

	disk->hangs = true;
	while (i < bag->count) {
		struct bio *bio = bag->item[i];

		if (bio->bi_bdev->lower == disk)
			bio->bi_slot = bag_add(&world.held[disk->node], take_from(bag, i));
		else
			i++;
	}
}

bool disk_hangs(int node)
{
	int v;

	for (v = 0; v < VOLUMES; v++)
		if (data_disk(node, v)->hangs || meta_disk(node, v)->hangs)
			return true;
	return false;
}

/* All disks of a node answer. */
void disk_answer(int node)
{
	struct bag *held = &world.held[node];
	int v;

	for (v = 0; v < VOLUMES; v++)
		data_disk(node, v)->hangs = meta_disk(node, v)->hangs = false;
	while (held->count) {
		struct bio *bio = take_from(held, 0);

		bio->bi_slot = bag_add(&world.bios[node], bio);
	}
}

/* One request of a node's disks is carried out and completed. */
void disk_event(int node)
{
	struct bio *bio = take(node, sim_random(world.bios[node].count));
	struct sim_disk *disk = bio->bi_bdev->lower;

	carry_out(disk, bio);
	if (verbose)
		trace("%c disk %s %s %llu+%u%s%s%s", 'A' + node, disk->meta ? "meta" : "data",
		      bio_op(bio) == REQ_OP_READ ? "read" :
		      bio_op(bio) == REQ_OP_WRITE ? "write" : "zeroes",
		      (u64)bio->bi_iter.bi_sector / SECTORS, blocks_of(bio),
		      bio->bi_opf & REQ_PREFLUSH ? " preflush" : "",
		      bio->bi_opf & REQ_FUA ? " fua" : "", bio->bi_status ? " FAILS" : "");
	current_node = node;
	sim_in_irq++;
	bio_endio(bio);
	sim_in_irq--;
	current_node = NOBODY;
}


void sim_bio_submit(struct bio *bio)
{
	struct sim_disk *disk = bio->bi_bdev->lower;

	if (!disk) {
		dyad_disk_ops.submit(bio);
		return;
	}
	check_range(disk, bio);
	sim_assert(disk->node == current_node, "a request for the other node's disk");
	bio->bi_seq = disk->seq;
	bio->bi_slot = bag_add(disk->hangs ? &world.held[current_node] :
			       &world.bios[current_node], bio);
}

/* --- crashes --- */

static void write_torn(struct sim_disk *disk, u32 block, const u8 *from)
{
	struct meta_page *p = find_page(disk, block);
	u32 s;

	for (s = 0; s < BLOCK; s += 512)
		if (one_in(2))
			memcpy(p->safe + s, from + s, 512);
	name_page(disk, p);
}

/* A request under way when the node dies: done, not done, or in part. */
static void abandon(struct bio *bio, bool power)
{
	struct sim_disk *disk = bio->bi_bdev->lower;
	u32 i, mode = sim_random(3);
	u32 first = bio->bi_iter.bi_sector / SECTORS;

	if (bio_op(bio) == REQ_OP_READ)
		return;
	disk->seq++;
	for (i = 0; i < blocks_of(bio); i++)
		if (mode == 2 && power && bio_op(bio) == REQ_OP_WRITE && is_metadata(bio))
			write_torn(disk, first + i, vec_at(bio, i));
		else if (mode == 1 || (mode == 2 && one_in(2)))
			write_block(disk, bio, i);
}

static void tear(struct meta_page *p)
{
	u32 s, choice;

	for (s = 0; s < BLOCK; s += 512) {
		choice = sim_random(p->cached + 1);
		if (choice)
			memcpy(p->safe + s, p->data[choice - 1] + s, 512);
	}
}

static void lose_power(struct sim_disk *disk)
{
	u32 mode = sim_random(3);
	unsigned int i;

	for (i = 0; i < disk->cached; i++)
		if (mode == 1 || (mode == 2 && one_in(2)))
			disk->safe[disk->cache[i].block] = disk->cache[i].value;
	disk->cached = 0;
	memcpy(disk->now, disk->safe, disk->data_blocks * sizeof(u64));
	for (i = 0; i < disk->pages; i++) {
		struct meta_page *p = &disk->page[i];

		if (p->cached && mode == 2)
			tear(p);
		else if (p->cached && mode == 1)
			memcpy(p->safe, p->data[p->cached - 1], BLOCK);
		p->cached = 0;
		memcpy(p->now, p->safe, BLOCK);
		if (has_version(disk, p->block) &&
		    is_page(disk, disk->now[p->block - disk->data_first]))
			name_page(disk, p);
	}
}

void disk_crash(int node, bool power)
{
	int v;

	disk_answer(node);
	while (world.bios[node].count)
		abandon(take(node, sim_random(world.bios[node].count)), power);
	for (v = 0; v < VOLUMES && power; v++) {
		if (data_disk(node, v)->blocks)
			lose_power(data_disk(node, v));
		if (meta_disk(node, v)->blocks)
			lose_power(meta_disk(node, v));
	}
}

static bool in_map(const struct dyad_geometry *g, u32 block)
{
	return block - g->dirty_first / SECTORS < g->dirty_pages;
}

/* A map page, or one copy of the superblock if the other is good. */
void disk_damage(int node, int volume)
{
	struct sim_disk *disk = meta_of(node, volume);
	struct meta_page *p = &disk->page[sim_random(disk->pages)];
	u32 copy = DYAD_META_SUPER_GAP / SECTORS;
	struct dyad_super super;

	/* It may have been a map once. */
	disk_super(node, volume, &super);
	if (has_version(disk, p->block) && !in_map(&super.geometry, p->block) &&
	    !in_map(&super.pending, p->block))
		return;

	if ((p->block == 0 || p->block == copy) &&
	    dyad_super_decode(&super, find_page(disk, copy - p->block)->safe))
		return;
	if (one_in(2))
		memset(p->safe, 0, BLOCK);
	else
		p->safe[sim_random(BLOCK)] ^= 1 << sim_random(8);
	memcpy(p->now, p->safe, BLOCK);
	p->cached = 0;
	if (has_version(disk, p->block))
		forget(disk, p->block - disk->data_first);
	name_page(disk, p);
}
