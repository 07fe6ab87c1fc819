/* SPDX-License-Identifier: GPL-2.0-only */
/* A volume's metadata on the disk: reading and writing superblock and maps. */
#ifndef DYAD_DISK_META_H
#define DYAD_DISK_META_H

#include <linux/bio.h>
#include <linux/mutex.h>
#include <linux/types.h>

#include "core/ondisk.h"
#include "disk/backing.h"
#include "disk/region.h"

#define DYAD_META_RUN 32	/* pages of one transfer */

/**
 * struct dyad_meta - the metadata of an attached disk
 * @dev: the metadata device, if it is one of its own
 * @bdev: where the metadata are
 * @path: of the metadata device, empty if internal
 * @super: the superblock, as it is on the disk; changed by one caller at a time
 * @lock: protects all below
 * @intent: pages of the intent map, as they are on the disk
 * @intent_count: how many are in use
 * @unread: a bit for each page of the intent map that is not on the disk as it is
 *	here, since it was damaged
 * @filled: a bit for each page of the dirty map that is not empty on the disk
 * @buffer: for one transfer, DYAD_META_RUN pages
 * @bio: for one transfer
 * @vecs: the bio's
 * @watch: of the disk that they belong to: if that is given up, a transfer is not waited
 *	for, and @buffer, @bio and @intent are left as they are
 * @submit: submits it
 * @phase: of one transfer, for @watch
 * @done: it has ended
 * @writes: transfers that wrote
 * @failed: one did not succeed; all later ones fail at once
 */
struct dyad_meta {
	struct dyad_bdev dev;
	struct block_device *bdev;
	char path[DYAD_PATH_MAX];
	struct dyad_super super;

	struct mutex lock;	/* one transfer at a time */
	u8 **intent;
	u64 intent_count;
	unsigned long *unread;
	unsigned long *filled;
	u8 *buffer;
	struct bio bio;
	struct bio_vec vecs[DYAD_META_RUN];
	struct dyad_watch *watch;
	struct work_struct submit;
	u8 phase;
	bool done;
	atomic64_t writes;
	bool failed;
};

/**
 * enum dyad_meta_error - why metadata cannot be used
 * @DYAD_META_OK: they can
 * @DYAD_META_NO_DEVICE: the metadata device could not be opened; see the errno
 * @DYAD_META_MISSING: there are none
 * @DYAD_META_DAMAGED: both superblocks are damaged
 * @DYAD_META_NEWER: they are of a newer version
 * @DYAD_META_IMPOSSIBLE: they say what cannot be, or the two copies are of
 *	different metadata
 * @DYAD_META_KIND: internal ones were asked for and external ones found, or the
 *	other way round
 * @DYAD_META_SMALL: the disk is smaller than they say
 * @DYAD_META_IO: they cannot be read or written
 * @DYAD_META_MEMORY: out of memory
 */
enum dyad_meta_error {
	DYAD_META_OK,
	DYAD_META_NO_DEVICE,
	DYAD_META_MISSING,
	DYAD_META_DAMAGED,
	DYAD_META_NEWER,
	DYAD_META_IMPOSSIBLE,
	DYAD_META_KIND,
	DYAD_META_SMALL,
	DYAD_META_IO,
	DYAD_META_MEMORY,
};

/**
 * dyad_meta_open() - read a disk's superblock
 * @meta: filled in on success
 * @backing: the data disk; its data's place and size are set from the geometry
 * @path: of the metadata device, or NULL: on the data disk
 * @ret: errno if the metadata device cannot be opened
 *
 * One damaged copy is put right with the next dyad_meta_save().
 *
 * Context: may sleep.
 * Return: DYAD_META_OK or why not; nothing to clean up then.
 */
enum dyad_meta_error dyad_meta_open(struct dyad_meta **meta,
				    struct dyad_backing *backing,
				    const char *path, int *ret);

/**
 * dyad_meta_load() - read both maps into the regions
 * @meta: opened
 * @regions: of the volume, all clean
 *
 * A region whose intent bit is set becomes stale and suspect; blocks in the
 * dirty map become dirty. A page that does not check counts as all set (law 7).
 *
 * Context: may sleep.
 * Return: 0 or a negative errno.
 */
int dyad_meta_load(struct dyad_meta *meta, struct dyad_regions *regions);

/**
 * dyad_meta_release() - give the devices back, but remember what is on them
 * @meta: nothing is written to them any more; all that is tried fails
 *
 * Context: may sleep.
 */
void dyad_meta_release(struct dyad_meta *meta);

/**
 * dyad_meta_close() - release the metadata
 * @meta: nothing uses it any more; may be NULL
 *
 * Context: may sleep.
 */
void dyad_meta_close(struct dyad_meta *meta);

/**
 * dyad_meta_save() - write the superblock
 * @meta: its @super has been changed; the caller is the only one who does
 *
 * Both copies are on stable storage when it returns: only then may anything
 * rely on what changed (rule H9).
 *
 * Context: process, on the I/O path.
 * Return: 0 or a negative errno.
 */
int dyad_meta_save(struct dyad_meta *meta);

/**
 * dyad_meta_write_intent() - make the intent map say which regions are hot
 * @meta: opened
 * @numbers: of the regions, ascending
 * @count: how many
 * @hot: they are from now on; else they are not
 *
 * One write for each page that changes, on stable storage when it returns.
 *
 * Context: process, on the I/O path; under the lock of disk/heat.c, which keeps
 * the flags of the regions and these bits together.
 * Return: 0 or a negative errno.
 */
int dyad_meta_write_intent(struct dyad_meta *meta, const u64 *numbers,
			   unsigned int count, bool hot);

/**
 * dyad_meta_write_dirty() - make the dirty map say what is dirty in a region
 * @meta: opened
 * @regions: of the volume
 * @number: of the region; its neighbours in the same page are written with it
 *
 * On stable storage when it returns.
 *
 * Context: process, on the I/O path.
 * Return: 0 or a negative errno.
 */
int dyad_meta_write_dirty(struct dyad_meta *meta, struct dyad_regions *regions,
			  u64 number);

/**
 * dyad_meta_write_dirty_run() - the same for many pages at once
 * @meta: opened
 * @regions: of the volume
 * @first: of DYAD_META_RUN pages of the dirty map, or as many as there are
 *
 * Context: process, on the I/O path.
 * Return: 0 or a negative errno.
 */
int dyad_meta_write_dirty_run(struct dyad_meta *meta,
			      struct dyad_regions *regions, u64 first);

/**
 * dyad_meta_forget() - both replicas are equal: clear the maps
 * @meta: opened
 * @regions: of the volume; their dirty bits and flags are what is written
 *
 * Pages of the dirty map that are not empty are written anew; intent bits stay
 * for hot and stale regions alone.
 *
 * Context: process, on the I/O path; under the lock of disk/heat.c.
 * Return: 0 or a negative errno; more than is true may be on the disk then.
 */
int dyad_meta_forget(struct dyad_meta *meta, struct dyad_regions *regions);

/*
 * For disk/extend.c, with the lock held.
 */

/**
 * dyad_meta_fill_dirty() - what a page of the dirty map has to say
 * @regions: of the volume
 * @number: of the page
 * @page: DYAD_META_PAGE bytes, to be sealed by the caller
 *
 * Return: true if there is a bit set in it.
 */
bool dyad_meta_fill_dirty(struct dyad_regions *regions, u64 number, u8 *page);

/**
 * dyad_meta_write_run() - write pages from the buffer
 * @meta: opened
 * @sector: of the first one
 * @pages: how many
 *
 * On stable storage only after a flush.
 *
 * Return: 0 or a negative errno.
 */
int dyad_meta_write_run(struct dyad_meta *meta, u64 sector, unsigned int pages);

#endif
