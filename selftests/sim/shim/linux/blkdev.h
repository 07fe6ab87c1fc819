/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: block devices and disks. */
#ifndef SIM_LINUX_BLKDEV_H
#define SIM_LINUX_BLKDEV_H

#include <linux/bio.h>
#include <linux/mutex.h>
#include <linux/sched/mm.h>

struct gendisk;
struct sim_disk;

struct request_queue {
	unsigned int block;
};

struct block_device {
	struct gendisk *bd_disk;
	struct sim_disk *lower;	/* a model of a disk, else a device of ours */
};

struct block_device_operations {
	int unused;
};

struct device {
	int kobj;
};

#define DISK_NAME_LEN 32
#define GD_NEED_PART_SCAN 0

struct gendisk {
	struct request_queue *queue;
	struct request_queue the_queue;
	struct block_device part;
	struct block_device *part0;
	const struct block_device_operations *fops;
	void *private_data;
	char disk_name[DISK_NAME_LEN];
	unsigned int open_partitions;
	unsigned long state;
	bool read_only;
	sector_t sectors;
	struct mutex open_mutex;
	struct bio_set bio_split;
	struct device device;
};

/* What it would hold together is held together by the model of dyad_plug_hold(). */
struct blk_plug {
	int unused;
};

#define blk_start_plug(plug) ((void)(plug))
#define blk_finish_plug(plug) ((void)(plug))

#define KOBJ_CHANGE 0
#define kobject_uevent(k, what) ((void)(k))
#define disk_to_dev(disk) (&(disk)->device)
#define set_disk_ro(disk, ro) ((disk)->read_only = (ro))
#define set_capacity(disk, n) ((disk)->sectors = (n))
#define set_capacity_and_notify(disk, n) set_capacity(disk, n)
#define get_capacity(disk) ((disk)->sectors)
#define add_disk(disk) (0)
#define del_gendisk(disk) ((void)(disk))
#define put_disk(disk) sim_free(disk)
#define queue_logical_block_size(q) ((q)->block)
#define bdev_logical_block_size(bdev) (512u)
#define bdev_read_only(bdev) (false)
#define bdev_is_zoned(bdev) (false)
#define bdev_write_zeroes_sectors(bdev) (8192u)
sector_t bdev_nr_sectors(struct block_device *bdev);

#define BLKDEV_ZERO_NOUNMAP 1
#define BLKDEV_ZERO_NOFALLBACK 2
int blkdev_issue_flush(struct block_device *bdev);
int blkdev_issue_zeroout(struct block_device *bdev, sector_t sector, sector_t sectors,
			 gfp_t gfp, unsigned int flags);

static inline blk_status_t errno_to_blk_status(int error)
{
	return error ? BLK_STS_IOERR : BLK_STS_OK;
}

static inline int blk_status_to_errno(blk_status_t status)
{
	return status ? -EIO : 0;
}

#endif
