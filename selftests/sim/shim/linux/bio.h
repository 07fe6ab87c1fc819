/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: requests to block devices. Data lies in whole pages. */
#ifndef SIM_LINUX_BIO_H
#define SIM_LINUX_BIO_H

#include <linux/atomic.h>
#include <linux/highmem.h>
#include <linux/uio.h>

#define SECTOR_SHIFT 9
#define SECTOR_SIZE 512
#define BLK_STS_OK 0
#define BLK_STS_IOERR 10
#define BLK_STS_RESOURCE 9

enum req_op {
	REQ_OP_READ,
	REQ_OP_WRITE,
	REQ_OP_FLUSH,
	REQ_OP_DISCARD,
	REQ_OP_WRITE_ZEROES = 9,
};

#define REQ_OP_MASK 0xffu
#define REQ_SYNC 0x100u
#define REQ_META 0x200u
#define REQ_PRIO 0x400u
#define REQ_FUA 0x800u
#define REQ_PREFLUSH 0x1000u
#define REQ_NOUNMAP 0x2000u
#define REQ_IDLE 0x4000u
#define REQ_RAHEAD 0x8000u
#define REQ_NOWAIT 0x10000u

struct bio_vec {
	struct page *bv_page;
	unsigned int bv_len;
	unsigned int bv_offset;
};

struct bvec_iter {
	sector_t bi_sector;
	unsigned int bi_size;
	unsigned int bi_idx;
};

struct bio_set {
	unsigned int front;
};

struct block_device;

typedef void bio_end_io_t(struct bio *bio);

struct bio {
	struct block_device *bi_bdev;
	blk_opf_t bi_opf;
	blk_status_t bi_status;
	unsigned short bi_vcnt;
	unsigned short bi_max_vecs;
	struct bvec_iter bi_iter;
	bio_end_io_t *bi_end_io;
	void *bi_private;
	struct bio_vec *bi_io_vec;
	struct bio_set *bi_pool;
	int bi_slot;		/* in the bag of bios on their way */
	int bi_remaining;	/* chained ones that have not ended */
	struct bio *bi_parent;
	u64 bi_seq;		/* of the disk, at submission */
	struct bio_vec bi_inline[];
};

#define BIOSET_NEED_BVECS 1
#define BIO_MAX_VECS 256

#define bio_op(bio) ((enum req_op)((bio)->bi_opf & REQ_OP_MASK))
#define op_is_write(op) ((op) & 1)
#define bio_sectors(bio) ((bio)->bi_iter.bi_size >> 9)
#define bio_set_dev(bio, bdev) ((void)((bio)->bi_bdev = (bdev)))
#define bioset_init(set, pool, pad, flags) ((set)->front = (pad), 0)
#define bioset_exit(set) ((void)(set))
#define bio_split_to_limits(bio) (bio)
#define bio_start_io_acct(bio) ((unsigned long)0)
#define bio_end_io_acct(bio, start) ((void)(start))
#define submit_bio(bio) sim_bio_submit(bio)
#define submit_bio_noacct(bio) sim_bio_submit(bio)
#define submit_bio_wait(bio) sim_bio_wait(bio)
#define bio_for_each_bvec(bv, bio, i) \
	for ((i) = (bio)->bi_iter; (i).bi_size && ((bv) = (bio)->bi_io_vec[(i).bi_idx], true); \
	     (i).bi_size -= (bv).bv_len, (i).bi_idx++)
#define __bvec_iter_bvec(vec, iter) (&(vec)[(iter).bi_idx])
#define mp_bvec_iter_offset(vec, iter) ((vec)[(iter).bi_idx].bv_offset)

struct bio *bio_alloc_bioset(struct block_device *bdev, unsigned short vecs, blk_opf_t opf,
			     gfp_t gfp, struct bio_set *set);
#define bio_alloc(bdev, vecs, opf, gfp) bio_alloc_bioset(bdev, vecs, opf, gfp, NULL)
struct bio *bio_alloc_clone(struct block_device *bdev, struct bio *from, gfp_t gfp,
			    struct bio_set *set);
struct bio *bio_split(struct bio *bio, int sectors, gfp_t gfp, struct bio_set *set);
void bio_chain(struct bio *bio, struct bio *parent);
void bio_init(struct bio *bio, struct block_device *bdev, struct bio_vec *vecs,
	      unsigned short max, blk_opf_t opf);
void bio_put(struct bio *bio);
void bio_endio(struct bio *bio);
void __bio_add_page(struct bio *bio, struct page *page, unsigned int len, unsigned int offset);
void bio_advance_iter(const struct bio *bio, struct bvec_iter *iter, unsigned int bytes);
int bio_add_page(struct bio *bio, struct page *page, unsigned int len, unsigned int offset);
#define bio_uninit(bio) ((void)(bio))
#define bio_reset(bio, bdev, opf) bio_init(bio, bdev, (bio)->bi_io_vec, (bio)->bi_max_vecs, opf)

void bio_copy_data(struct bio *to, struct bio *from);

static inline void bio_io_error(struct bio *bio)
{
	bio->bi_status = BLK_STS_IOERR;
	bio_endio(bio);
}

#endif
