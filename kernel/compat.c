// SPDX-License-Identifier: GPL-2.0-only
/* Version differences that need more than a line; see compat.h. */
#include "compat.h"

#include <linux/blk-mq.h>
#include <linux/fs.h>
#include <linux/pagemap.h>

#if DYAD_KERNEL(6, 9)
int dyad_bdev_open(struct dyad_bdev *d, const char *path, void *holder)
{
	struct file *file = bdev_file_open_by_path(path, BLK_OPEN_READ |
						   BLK_OPEN_WRITE, holder, NULL);

	if (IS_ERR(file))
		return PTR_ERR(file);
	d->handle = file;
	d->bdev = file_bdev(file);
	return 0;
}

void dyad_bdev_close(struct dyad_bdev *d)
{
	if (d->bdev)
		bdev_fput(d->handle);
	d->bdev = NULL;
}
#else
#define MODE (FMODE_READ | FMODE_WRITE | FMODE_EXCL)

int dyad_bdev_open(struct dyad_bdev *d, const char *path, void *holder)
{
	struct block_device *bdev = blkdev_get_by_path(path, MODE, holder);

	if (IS_ERR(bdev))
		return PTR_ERR(bdev);
	d->bdev = bdev;
	return 0;
}

void dyad_bdev_close(struct dyad_bdev *d)
{
	if (d->bdev)
		blkdev_put(d->bdev, MODE);
	d->bdev = NULL;
}
#endif

/*
 * What the lower device cannot do by itself it would do by writing zeroes,
 * which the block layer above does better: so offer zeroing only if it can.
 */
static void limit(struct queue_limits *lim, struct block_device *lower,
		  unsigned int max_io, unsigned int max_zeroes)
{
	unsigned int zeroes = min(bdev_write_zeroes_sectors(lower),
				  max_zeroes >> SECTOR_SHIFT);

	/* What is too large for a disk is split there; the peer's may be another. */
	lim->max_hw_sectors = max_io >> SECTOR_SHIFT;
	lim->max_dev_sectors = lim->max_hw_sectors;
#if DYAD_KERNEL(6, 11)
	lim->max_user_sectors = lim->max_hw_sectors;
#else
	lim->max_sectors = lim->max_hw_sectors;
#endif
	lim->max_write_zeroes_sectors = zeroes;
	lim->max_hw_discard_sectors = zeroes;
	lim->max_secure_erase_sectors = 0;
#if DYAD_KERNEL(7, 0)
	lim->max_hw_wzeroes_unmap_sectors = zeroes;
	lim->max_user_wzeroes_unmap_sectors = zeroes;
#endif
	if (zeroes && !lim->discard_granularity)
		lim->discard_granularity = lim->physical_block_size;
}

#if DYAD_KERNEL(6, 11)
struct gendisk *dyad_disk_alloc(struct block_device *lower, unsigned int max_io,
				unsigned int max_zeroes)
{
	struct queue_limits lim;

	blk_set_stacking_limits(&lim);
	queue_limits_stack_bdev(&lim, lower, 0, "dyad");
	limit(&lim, lower, max_io, max_zeroes);
	lim.features |= BLK_FEAT_WRITE_CACHE | BLK_FEAT_FUA |
			BLK_FEAT_STABLE_WRITES;
	lim.features &= ~(BLK_FEAT_NOWAIT | BLK_FEAT_POLL | BLK_FEAT_ZONED);
	return blk_alloc_disk(&lim, NUMA_NO_NODE);
}

void dyad_disk_set_block_size(struct gendisk *disk, unsigned int size)
{
	struct queue_limits lim = queue_limits_start_update(disk->queue);

	lim.logical_block_size = size;
	lim.physical_block_size = max(lim.physical_block_size, size);
	lim.io_min = max(lim.io_min, size);
	if (queue_limits_commit_update(disk->queue, &lim))
		pr_warn("dyad: %s: cannot raise the block size to %u\n",
			disk->disk_name, size);
}
#else
struct gendisk *dyad_disk_alloc(struct block_device *lower, unsigned int max_io,
				unsigned int max_zeroes)
{
	struct gendisk *disk = blk_alloc_disk(NUMA_NO_NODE);
	struct queue_limits *lim;

	if (!disk)
		return ERR_PTR(-ENOMEM);
	lim = &disk->queue->limits;
	blk_set_stacking_limits(lim);
	blk_stack_limits(lim, &bdev_get_queue(lower)->limits,
			 get_start_sect(lower));
	limit(lim, lower, max_io, max_zeroes);
	lim->max_discard_sectors = lim->max_hw_discard_sectors;
	blk_queue_write_cache(disk->queue, true, true);
	blk_queue_flag_set(QUEUE_FLAG_STABLE_WRITES, disk->queue);
	if (bdev_nonrot(lower))
		blk_queue_flag_set(QUEUE_FLAG_NONROT, disk->queue);
	return disk;
}

void dyad_disk_set_block_size(struct gendisk *disk, unsigned int size)
{
	blk_mq_freeze_queue(disk->queue);
	blk_queue_logical_block_size(disk->queue, size);
	blk_mq_unfreeze_queue(disk->queue);
}
#endif

bool dyad_disk_may_use(struct gendisk *disk, struct block_device *lower)
{
	return bdev_logical_block_size(lower) <= queue_logical_block_size(disk->queue) &&
	       bdev_dma_alignment(lower) <= queue_dma_alignment(disk->queue);
}

int dyad_disk_drop_cache(struct gendisk *disk)
{
	if (disk->open_partitions)
		return -EBUSY;
#if DYAD_KERNEL(6, 11)
	return invalidate_inode_pages2(disk->part0->bd_mapping);
#else
	return invalidate_inode_pages2(disk->part0->bd_inode->i_mapping);
#endif
}

#if DYAD_KERNEL(6, 5)
static int open(struct gendisk *disk, blk_mode_t mode)
{
	return dyad_disk_ops.open(disk, mode & BLK_OPEN_WRITE);
}

static void release(struct gendisk *disk)
{
	dyad_disk_ops.release(disk);
}
#else
static int open(struct block_device *bdev, fmode_t mode)
{
	return dyad_disk_ops.open(bdev->bd_disk, mode & FMODE_WRITE);
}

static void release(struct gendisk *disk, fmode_t mode)
{
	dyad_disk_ops.release(disk);
}
#endif

static void submit(struct bio *bio)
{
	dyad_disk_ops.submit(bio);
}

const struct block_device_operations dyad_fops = {
	.owner = THIS_MODULE,
	.submit_bio = submit,
	.open = open,
	.release = release,
};
