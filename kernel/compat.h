/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The only place that knows kernel versions. The code is written for the
 * newest kernel; this gives older ones the same shape. Supported: the latest
 * 6.1 and 6.12 longterm releases, and 6.11 onwards.
 */
#ifndef DYAD_COMPAT_H
#define DYAD_COMPAT_H

#include <linux/version.h>
#include <linux/bio.h>
#include <linux/blkdev.h>
#include <linux/hrtimer.h>
#include <linux/net.h>
#include <linux/workqueue.h>

#define DYAD_KERNEL(a, b) (LINUX_VERSION_CODE >= KERNEL_VERSION(a, b, 0))

/* An enum constant, which #ifdef cannot see. */
#if !DYAD_KERNEL(6, 17)
#define WQ_PERCPU 0
#endif

/* crypto_memneq() moved to a header of its own. */
#define DYAD_HAVE_CRYPTO_UTILS DYAD_KERNEL(6, 8)

/* Address arguments of bind and connect changed type in 6.19. */
#if DYAD_KERNEL(6, 19)
#define dyad_sockaddr(p) ((struct sockaddr_unsized *)(p))
#else
#define dyad_sockaddr(p) ((struct sockaddr *)(p))
#endif

/* It is set up in one from 6.13 on. */
#if DYAD_KERNEL(6, 13)
#define dyad_hrtimer_setup hrtimer_setup
#else
static inline void dyad_hrtimer_setup(struct hrtimer *timer,
				      enum hrtimer_restart (*function)(struct hrtimer *),
				      clockid_t clock, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock, mode);
	timer->function = function;
}
#endif

/**
 * struct dyad_bdev - an opened, claimed lower device
 * @bdev: the device, NULL if not open
 * @handle: what closing needs
 */
struct dyad_bdev {
	struct block_device *bdev;
	void *handle;
};

/**
 * dyad_bdev_open() - open and claim a block device for reading and writing
 * @d: filled in
 * @path: of the device node
 * @holder: identifies the claimant
 *
 * Context: may sleep.
 * Return: 0 or a negative errno.
 */
int dyad_bdev_open(struct dyad_bdev *d, const char *path, void *holder);

/**
 * dyad_bdev_close() - give a device back
 * @d: opened by dyad_bdev_open(), or with a NULL bdev
 *
 * Context: may sleep.
 */
void dyad_bdev_close(struct dyad_bdev *d);

/**
 * dyad_disk_alloc() - a gendisk with a write cache, FUA and stable pages
 * @lower: stack the limits of this device
 * @max_io: largest read or write, in bytes
 * @max_zeroes: largest discard or write-zeroes, in bytes; both are offered
 *	only if @lower can write zeroes by itself
 *
 * Context: may sleep.
 * Return: the disk or an ERR_PTR.
 */
struct gendisk *dyad_disk_alloc(struct block_device *lower, unsigned int max_io,
				unsigned int max_zeroes);

/**
 * dyad_disk_set_block_size() - raise the logical block size of a disk
 * @disk: nothing has it open
 * @size: in bytes
 *
 * Context: may sleep.
 */
void dyad_disk_set_block_size(struct gendisk *disk, unsigned int size);

/**
 * dyad_disk_may_use() - may a disk that is in use stand on another device?
 * @disk: made for some other one
 * @lower: the device
 *
 * Return: false if @lower needs larger blocks or stricter alignment than those who use
 * @disk were promised.
 */
bool dyad_disk_may_use(struct gendisk *disk, struct block_device *lower);

/**
 * dyad_disk_drop_cache() - forget what the page cache holds of a disk
 * @disk: nothing writes to it
 *
 * Context: may sleep.
 * Return: 0, or -EBUSY if a page is pinned or a partition, which has pages of its
 * own, is open.
 */
int dyad_disk_drop_cache(struct gendisk *disk);

/**
 * struct dyad_disk_ops - what a disk does, in one shape for all kernels
 * @submit: take a bio
 * @open: the device was opened, for writing or not; refuse with an errno
 * @release: an open ended; its kind is not known on every kernel
 */
struct dyad_disk_ops {
	void (*submit)(struct bio *bio);
	int (*open)(struct gendisk *disk, bool write);
	void (*release)(struct gendisk *disk);
};

/* Defined in path/volume.c, called by the wrappers that the kernel calls. */
extern const struct dyad_disk_ops dyad_disk_ops;
extern const struct block_device_operations dyad_fops;

/**
 * dyad_bio_split() - cut the front off a bio
 * @bio: the bio
 * @sectors: length of the front, less than the bio's
 * @bs: where the front comes from
 *
 * Return: the front, or NULL.
 */
static inline struct bio *dyad_bio_split(struct bio *bio, int sectors,
					 struct bio_set *bs)
{
	struct bio *front = bio_split(bio, sectors, GFP_NOIO, bs);

	return IS_ERR_OR_NULL(front) ? NULL : front;
}

#endif
