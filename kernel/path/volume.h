/* SPDX-License-Identifier: GPL-2.0-only */
/* A volume: one block device of a resource, /dev/dyadN. */
#ifndef DYAD_PATH_VOLUME_H
#define DYAD_PATH_VOLUME_H

#include <linux/bio.h>
#include <linux/blkdev.h>
#include <linux/workqueue.h>

#include "disk/backing.h"
#include "disk/extend.h"
#include "disk/heat.h"
#include "disk/meta.h"
#include "disk/order.h"
#include "disk/range.h"
#include "disk/region.h"
#include "path/progress.h"
#include "path/timing.h"
#include "path/view.h"
#include "uapi/linux/dyad.h"

/**
 * struct dyad_volume - a block device and what is known about its data
 * @path: the resource's path
 * @index: within the resource
 * @device: N of /dev/dyadN
 * @disk: the gendisk
 * @backing: the local disk, owned
 * @meta: its metadata, owned
 * @extend: prepared to grow, owned, or NULL
 * @heat: regions that may be written
 * @cool_work: makes room among them
 * @bios: requests, in the front pad of cloned bios
 * @ranges: writes in flight
 * @regions: what differs from the peer
 * @order: the peer's writes that it believes to be safe in our memory
 * @stored: the peer's writes stored here
 * @peer_reads: reads that the disk here failed and the peer served
 * @repaired: bytes written back to the disk here, which it had failed to read
 * @timing: how long its I/O takes, owned
 * @open_lock: protects the four below
 * @openers: how often the device is open
 * @writers: how often for writing; an upper bound on kernels that do not
 *	tell how a closed device was open
 * @allow_read: opening is allowed
 * @allow_write: opening for writing is allowed
 * @granted_lock: protects @granted
 * @granted: requests that got the range they waited for
 * @granted_work: starts them
 * @waiting: requests that wait for a range, or are held back
 * @progress: of a resync
 * @data_state: policy's: an enum dyad_data_state
 * @told_state: policy's: the last @data_state that a tracepoint has told
 * @peer_state: policy's: the peer's
 */
struct dyad_volume {
	struct dyad_path *path;
	unsigned int index;
	int device;
	struct gendisk *disk;
	struct dyad_backing *backing;
	struct dyad_meta *meta;
	struct dyad_extend *extend;
	struct dyad_heat heat;
	struct work_struct cool_work;
	struct bio_set bios;
	struct dyad_ranges ranges;
	struct dyad_regions regions;
	struct dyad_order order;
	atomic64_t stored;
	atomic64_t peer_reads;
	atomic64_t repaired;
	struct dyad_timing __percpu *timing;

	spinlock_t open_lock;	/* who may open, who has */
	unsigned int openers;
	unsigned int writers;
	bool allow_read;
	bool allow_write;

	spinlock_t granted_lock;	/* the list */
	struct list_head granted;
	struct work_struct granted_work;
	atomic_t waiting;

	struct dyad_progress progress;
	enum dyad_data_state data_state;
	enum dyad_data_state told_state;
	enum dyad_data_state peer_state;
};

/**
 * dyad_volume_create() - make a block device on top of a disk
 * @path: the resource's path
 * @index: within the resource
 * @device: N of /dev/dyadN, or -1 for the lowest free one
 * @backing: the disk; ownership passes on success
 * @meta: its metadata; ownership passes on success
 *
 * What the maps in the metadata say is in the regions when this returns.
 * The device exists but serves nothing before a view allows it to.
 *
 * Context: may sleep.
 * Return: the volume, or an ERR_PTR: -EEXIST if the device is taken.
 */
struct dyad_volume *dyad_volume_create(struct dyad_path *path,
				       unsigned int index, int device,
				       struct dyad_backing *backing,
				       struct dyad_meta *meta);

/**
 * dyad_volume_destroy() - take the block device away and release the disk
 * @volume: no view has its disk
 *
 * Context: may sleep.
 */
void dyad_volume_destroy(struct dyad_volume *volume);

/**
 * dyad_volume_allow() - say how the device may be opened from now on
 * @volume: the volume
 * @read: at all
 * @write: for writing
 *
 * Context: process.
 * Return: 0, or -EBUSY if @write is false and somebody has it open for
 * writing; nothing has changed then.
 */
int dyad_volume_allow(struct dyad_volume *volume, bool read, bool write);

/**
 * dyad_volume_shut() - let nobody open the device any more, if nobody has
 * @volume: the volume
 *
 * Context: process.
 * Return: 0, or -EBUSY if it is open; nothing has changed then.
 */
int dyad_volume_shut(struct dyad_volume *volume);

/**
 * dyad_volume_announce() - tell user space that the device has changed
 * @volume: the volume
 * @fresh: its content may be another: forget cached pages, look for
 *	partitions when it is opened next
 *
 * Context: may sleep.
 * Return: 0, or -EBUSY if cached pages could not be dropped.
 */
int dyad_volume_announce(struct dyad_volume *volume, bool fresh);

/**
 * dyad_volume_grow() - be as large as was prepared
 * @volume: with @extend, which is gone afterwards; nothing of it is in flight
 *
 * Context: may sleep.
 * Return: 0 or a negative errno; nothing has changed then.
 */
int dyad_volume_grow(struct dyad_volume *volume);

/**
 * dyad_volume_release() - give the disk back; the device stays
 * @volume: no view has its disk, and that has no request (law 13)
 *
 * It is not watched any more. What it was called and how large it was is remembered.
 *
 * Context: may sleep.
 */
void dyad_volume_release(struct dyad_volume *volume);

/**
 * dyad_volume_take() - stand on another disk
 * @volume: nothing is in flight, and nobody watches its disk, which has no request
 * @backing: the disk, as large as the volume; the one before afterwards, owned
 * @meta: its metadata; those before afterwards, owned
 * @regions: what is dirty on it; those before afterwards
 *
 * Nobody watches the disk before dyad_volume_set_limit(). Waits for no I/O.
 *
 * Context: may sleep.
 */
void dyad_volume_take(struct dyad_volume *volume, struct dyad_backing **backing,
		      struct dyad_meta **meta, struct dyad_regions *regions);

/**
 * dyad_volume_failed() - the disk of a volume has failed a write or flush
 * @volume: an I/O of it has not ended yet
 *
 * No region cools and no flush succeeds until that is on the disks (rule H15).
 *
 * Context: any.
 */
void dyad_volume_failed(struct dyad_volume *volume);

/**
 * dyad_volume_set_limit() - how long may the disk of a volume take?
 * @volume: the volume
 * @seconds: after which it hangs; 0 for never
 *
 * What can go on without a disk that hangs does: it counts as failed then. Else its I/O
 * waits, and the status says for what.
 *
 * Context: process.
 */
void dyad_volume_set_limit(struct dyad_volume *volume, u32 seconds);

/**
 * dyad_volume_unwatch() - it does not matter any more whether the disk answers
 * @volume: none of its path any more
 *
 * Context: sleeps.
 */
void dyad_volume_unwatch(struct dyad_volume *volume);

/**
 * dyad_volume_is_idle() - does the disk of a volume have no request?
 * @volume: no view has its disk
 *
 * Context: process; waits a moment for one that is about to end.
 * Return: true if so.
 */
bool dyad_volume_is_idle(struct dyad_volume *volume);

/**
 * dyad_volume_openers() - how often the device is open
 * @volume: the volume
 *
 * Return: the number of openers.
 */
unsigned int dyad_volume_openers(struct dyad_volume *volume);

/**
 * dyad_path_is_dirty() - does any volume differ, or may it?
 * @path: of the resource
 *
 * Return: true if a block of one of its volumes is dirty.
 */
bool dyad_path_is_dirty(const struct dyad_path *path);

/**
 * dyad_volumes_setup() - what all volumes share
 *
 * Return: 0 or a negative errno.
 */
int dyad_volumes_setup(void);

/**
 * dyad_volumes_cleanup() - undo it; no volume is left
 */
void dyad_volumes_cleanup(void);

/* Runs all that the data path cannot do where it is; allows reclaim. */
extern struct workqueue_struct *dyad_path_workqueue;

#endif
