/* SPDX-License-Identifier: GPL-2.0-only */
/* The local disk below a volume. */
#ifndef DYAD_DISK_BACKING_H
#define DYAD_DISK_BACKING_H

#include <linux/bio.h>
#include <linux/types.h>

#include "compat.h"
#include "disk/watch.h"

#define DYAD_PATH_MAX 256

/**
 * struct dyad_backing - an attached disk
 * @dev: the claimed block device
 * @first: where the data starts on it, in sectors
 * @sectors: size of the data
 * @watch: what is under way on it, and on the device of its metadata
 * @path: as the user named it
 */
struct dyad_backing {
	struct dyad_bdev dev;
	u64 first;
	u64 sectors;
	struct dyad_watch watch;
	char path[DYAD_PATH_MAX];
};

/**
 * dyad_backing_open() - claim a disk
 * @path: of the device node
 *
 * Context: may sleep.
 * Return: the backing, owned by the caller, or an ERR_PTR: -EBUSY if somebody
 * else has claimed it, -ENOTBLK, -ENOENT, -EACCES for a read-only one,
 * -EINVAL for an empty one, -EOPNOTSUPP for a zoned one.
 */
struct dyad_backing *dyad_backing_open(const char *path);

/**
 * dyad_backing_close() - give a disk back
 * @backing: nothing uses it any more; may be NULL
 *
 * Context: may sleep.
 */
void dyad_backing_close(struct dyad_backing *backing);

/**
 * dyad_backing_release() - give a disk back, but remember how large its data was
 * @backing: nothing uses its device any more, and that has nothing of ours; gone afterwards
 *
 * Context: may sleep.
 */
void dyad_backing_release(struct dyad_backing *backing);

/**
 * dyad_backing_aim() - point a bio at the disk
 * @backing: the disk
 * @bio: its sector is the volume's
 */
static inline void dyad_backing_aim(const struct dyad_backing *backing,
				    struct bio *bio)
{
	bio_set_dev(bio, backing->dev.bdev);
	bio->bi_iter.bi_sector += backing->first;
}

#endif
