// SPDX-License-Identifier: GPL-2.0-only
/* The block layer above the disks: making, splitting and ending bios. */
#include "disk.h"

#include <linux/bitops.h>

void bio_init(struct bio *bio, struct block_device *bdev, struct bio_vec *vecs,
	      unsigned short max, blk_opf_t opf)
{
	memset(bio, 0, sizeof(*bio));
	bio->bi_bdev = bdev;
	bio->bi_opf = opf;
	bio->bi_io_vec = vecs;
	bio->bi_max_vecs = max;
	bio->bi_remaining = 1;
	bio->bi_slot = -1;
}

struct bio *bio_alloc_bioset(struct block_device *bdev, unsigned short vecs, blk_opf_t opf,
			     gfp_t gfp, struct bio_set *set)
{
	unsigned int front = set ? set->front : 0;
	u8 *p = sim_alloc(front + sizeof(struct bio) + vecs * sizeof(struct bio_vec), false);
	struct bio *bio = (struct bio *)(p + front);

	bio_init(bio, bdev, bio->bi_inline, vecs, opf);
	bio->bi_pool = set;
	return bio;
}

struct bio *bio_alloc_clone(struct block_device *bdev, struct bio *from, gfp_t gfp,
			    struct bio_set *set)
{
	struct bio *bio = bio_alloc_bioset(bdev, 0, from->bi_opf, gfp, set);

	bio->bi_io_vec = from->bi_io_vec;
	bio->bi_iter = from->bi_iter;
	return bio;
}

void bio_put(struct bio *bio)
{
	sim_assert(bio->bi_slot < 0, "a bio is freed while it is on its way");
	sim_free((u8 *)bio - (bio->bi_pool ? bio->bi_pool->front : 0));
}

void __bio_add_page(struct bio *bio, struct page *page, unsigned int len, unsigned int offset)
{
	sim_assert(bio->bi_vcnt < bio->bi_max_vecs, "a bio gets too many pages");
	bio->bi_io_vec[bio->bi_vcnt++] = (struct bio_vec) { page, len, offset };
	bio->bi_iter.bi_size += len;
}

int bio_add_page(struct bio *bio, struct page *page, unsigned int len, unsigned int offset)
{
	__bio_add_page(bio, page, len, offset);
	return len;
}

/* By whole pages, as all data lies in them. */
void bio_advance_iter(const struct bio *bio, struct bvec_iter *iter, unsigned int bytes)
{
	sim_assert(!(bytes % PAGE_SIZE) && bytes <= iter->bi_size, "a piece of a page");
	iter->bi_idx += bytes / PAGE_SIZE;
	iter->bi_sector += bytes / 512;
	iter->bi_size -= bytes;
}

void bio_copy_data(struct bio *to, struct bio *from)
{
	struct bvec_iter there = to->bi_iter, here = from->bi_iter;

	while (there.bi_size && here.bi_size) {
		*(u64 *)to->bi_io_vec[there.bi_idx].bv_page->data =
			*(u64 *)from->bi_io_vec[here.bi_idx].bv_page->data;
		bio_advance_iter(to, &there, PAGE_SIZE);
		bio_advance_iter(from, &here, PAGE_SIZE);
	}
}

static void chained(struct bio *bio)
{
	struct bio *parent = bio->bi_parent;

	if (bio->bi_status)
		parent->bi_status = bio->bi_status;
	bio_put(bio);
	bio_endio(parent);
}

void bio_chain(struct bio *bio, struct bio *parent)
{
	parent->bi_remaining++;
	bio->bi_parent = parent;
	bio->bi_end_io = chained;
}

void bio_endio(struct bio *bio)
{
	sim_assert(bio->bi_remaining > 0, "a bio ends twice");
	if (--bio->bi_remaining)
		return;
	bio->bi_end_io(bio);
}

struct bio *bio_split(struct bio *bio, int sectors, gfp_t gfp, struct bio_set *set)
{
	struct bio *front = bio_alloc_clone(bio->bi_bdev, bio, gfp, NULL);
	u32 bytes = sectors * 512;

	front->bi_iter.bi_size = bytes;
	bio->bi_iter.bi_sector += sectors;
	bio->bi_iter.bi_size -= bytes;
	if (bio_op(bio) == REQ_OP_WRITE || bio_op(bio) == REQ_OP_READ)
		bio->bi_iter.bi_idx += bytes / PAGE_SIZE;
	return front;
}

/* --- waiting for one --- */

struct waiter {
	struct sim_wq wq;
	bool done;
};

static void done(struct bio *bio)
{
	struct waiter *w = bio->bi_private;

	w->done = true;
	sim_wake_all(&w->wq);
}

int sim_bio_wait(struct bio *bio)
{
	struct waiter w = { };

	sim_might_sleep();
	bio->bi_private = &w;
	bio->bi_end_io = done;
	sim_bio_submit(bio);
	while (!w.done)
		sim_wait(&w.wq);
	return blk_status_to_errno(bio->bi_status);
}

int blkdev_issue_flush(struct block_device *bdev)
{
	struct bio bio;

	bio_init(&bio, bdev, NULL, 0, REQ_OP_WRITE | REQ_PREFLUSH);
	return sim_bio_wait(&bio);
}

int blkdev_issue_zeroout(struct block_device *bdev, sector_t sector, sector_t sectors,
			 gfp_t gfp, unsigned int flags)
{
	struct bio bio;

	bio_init(&bio, bdev, NULL, 0, REQ_OP_WRITE_ZEROES);
	bio.bi_iter.bi_sector = sector;
	bio.bi_iter.bi_size = sectors * 512;
	return sim_bio_wait(&bio);
}

sector_t bdev_nr_sectors(struct block_device *bdev)
{
	return bdev->lower->blocks * 8ull;
}

/* --- small things of the kernel --- */

void *memchr_inv(const void *p, int c, size_t n)
{
	const u8 *b = p;

	/* Of a data block only the first bytes are ever written. */
	if (n == PAGE_SIZE && IS_ALIGNED((unsigned long)p, PAGE_SIZE))
		n = sizeof(u64);
	for (; n; n--, b++)
		if (*b != (u8)c)
			return (void *)b;
	return NULL;
}

unsigned long sim_find_bit(const unsigned long *map, unsigned long bits, unsigned long n,
			   unsigned long invert)
{
	while (n < bits) {
		unsigned long word = (map[n / BITS_PER_LONG] ^ invert) >> n % BITS_PER_LONG;

		if (word)
			return min(n + __ffs(word), bits);
		n = round_down(n, BITS_PER_LONG) + BITS_PER_LONG;
	}
	return bits;
}

__attribute__((target("sse4.2"))) u32 crc32c(u32 crc, const void *data, unsigned int bytes)
{
	const u8 *p = data;
	u64 value = crc;

	for (; bytes >= 8; bytes -= 8, p += 8) {
		u64 word;

		memcpy(&word, p, sizeof(word));
		value = __builtin_ia32_crc32di(value, word);
	}
	for (; bytes; bytes--, p++)
		value = __builtin_ia32_crc32qi(value, *p);
	return value;
}
