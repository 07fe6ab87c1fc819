// SPDX-License-Identifier: GPL-2.0-only
/* The block device: creation, limits, who may open it. */
#include "volume.h"

#include <linux/idr.h>
#include <linux/slab.h>

#include "stats.h"
#include "path/cool.h"
#include "path/request.h"

#define POOL_SIZE 64

struct workqueue_struct *dyad_path_workqueue;

static DEFINE_IDA(devices);

/* Refusals of an open have no text: errno is all that a caller gets. */
static int open_volume(struct gendisk *disk, bool write)
{
	struct dyad_volume *volume = disk->private_data;
	int ret = 0;

	if (!volume)
		return -ENXIO;
	spin_lock(&volume->open_lock);
	if (write && !volume->allow_write) {
		ret = -EROFS;
	} else if (!volume->allow_read) {
		ret = -ENODATA;
	} else {
		volume->openers++;
		volume->writers += write;
	}
	spin_unlock(&volume->open_lock);
	return ret;
}

static void release_volume(struct gendisk *disk)
{
	struct dyad_volume *volume = disk->private_data;

	if (!volume)
		return;
	spin_lock(&volume->open_lock);
	if (!WARN_ON_ONCE(!volume->openers))
		volume->openers--;
	/* Newer kernels do not say whether it was a writer that closed. */
	volume->writers = min(volume->writers, volume->openers);
	spin_unlock(&volume->open_lock);
}

const struct dyad_disk_ops dyad_disk_ops = {
	.submit = dyad_request_submit,
	.open = open_volume,
	.release = release_volume,
};

int dyad_volume_allow(struct dyad_volume *volume, bool read, bool write)
{
	int ret = 0;

	spin_lock(&volume->open_lock);
	/*
	 * How a partition was opened after the first time nobody is told: if one
	 * is open while writing is allowed, it may be for writing.
	 */
	if (!write && (volume->writers ||
		       (volume->allow_write && volume->disk->open_partitions))) {
		ret = -EBUSY;
	} else {
		volume->allow_read = read;
		volume->allow_write = write;
	}
	spin_unlock(&volume->open_lock);
	return ret;
}

int dyad_volume_shut(struct dyad_volume *volume)
{
	int ret = 0;

	spin_lock(&volume->open_lock);
	if (volume->openers) {
		ret = -EBUSY;
	} else {
		volume->allow_read = false;
		volume->allow_write = false;
	}
	spin_unlock(&volume->open_lock);
	return ret;
}

bool dyad_path_is_dirty(const struct dyad_path *path)
{
	int i;

	for (i = 0; i < DYAD_WIRE_VOLUMES; i++)
		if (path->volumes[i] && dyad_regions_dirty(&path->volumes[i]->regions))
			return true;
	return false;
}

void dyad_volume_failed(struct dyad_volume *volume)
{
	dyad_heat_failed(&volume->heat);
	volume->path->ops->disk_failed(volume->path, volume->index);
}

/* Can what is here go on without its disk, as if that had failed? */
static bool is_spared(struct dyad_volume *volume)
{
	struct dyad_view *view = dyad_view_get(volume->path);
	bool yes = view->spares || !view->backing[volume->index];

	dyad_view_put(view);
	return yes;
}

static void give_up(struct dyad_volume *volume)
{
	struct dyad_path *path = volume->path;

	pr_err("dyad: /dev/dyad%d: the disk %s does not answer, it is given up\n",
	       volume->device, volume->backing->path);
	set_bit(volume->index, &path->given_up);
	dyad_volume_failed(volume);
	dyad_watch_give_up(&volume->backing->watch);
	wake_up_all(&path->wake);
}

static void looked(struct dyad_watch *watch)
{
	struct dyad_volume *volume = watch->owner;
	struct dyad_path *path = volume->path;
	bool hangs = watch->stall.hangs;

	if (hangs && !test_and_set_bit(volume->index, &path->hung)) {
		pr_warn("dyad: /dev/dyad%d: the disk %s does not answer\n",
			volume->device, volume->backing->path);
		path->ops->changed(path);
	}
	if (!hangs && test_and_clear_bit(volume->index, &path->hung)) {
		pr_info("dyad: /dev/dyad%d: the disk %s answers again\n",
			volume->device, volume->backing->path);
		path->ops->changed(path);
	}
	if (hangs && !dyad_watch_is_given_up(watch) && is_spared(volume))
		give_up(volume);
}

static void own(struct dyad_volume *volume, struct dyad_backing *backing)
{
	backing->watch.looked = looked;
	backing->watch.owner = volume;
}

void dyad_volume_set_limit(struct dyad_volume *volume, u32 seconds)
{
	dyad_watch_set_limit(&volume->backing->watch, seconds);
}

void dyad_volume_unwatch(struct dyad_volume *volume)
{
	dyad_watch_stop(&volume->backing->watch);
	clear_bit(volume->index, &volume->path->hung);
	clear_bit(volume->index, &volume->path->given_up);
}

bool dyad_volume_is_idle(struct dyad_volume *volume)
{
	struct dyad_watch *watch = &volume->backing->watch;
	unsigned long end = jiffies + HZ;

	while (!dyad_watch_is_idle(watch) && time_before(jiffies, end))
		schedule_timeout_uninterruptible(1);
	return dyad_watch_is_idle(watch);
}

unsigned int dyad_volume_openers(struct dyad_volume *volume)
{
	return READ_ONCE(volume->openers);
}

int dyad_volume_announce(struct dyad_volume *volume, bool fresh)
{
	int ret = 0;

	if (fresh) {
		ret = dyad_disk_drop_cache(volume->disk);
		set_bit(GD_NEED_PART_SCAN, &volume->disk->state);
	}
	set_disk_ro(volume->disk, !volume->allow_write);
	kobject_uevent(&disk_to_dev(volume->disk)->kobj, KOBJ_CHANGE);
	return ret;
}

int dyad_volume_grow(struct dyad_volume *volume)
{
	int ret = dyad_extend_commit(volume->extend, volume->meta, &volume->heat,
				     volume->backing);

	dyad_extend_free(volume->extend);
	volume->extend = NULL;
	if (!ret)
		set_capacity_and_notify(volume->disk, volume->regions.sectors);
	return ret;
}

void dyad_volume_release(struct dyad_volume *volume)
{
	dyad_volume_unwatch(volume);
	dyad_meta_release(volume->meta);
	dyad_backing_release(volume->backing);
}

void dyad_volume_take(struct dyad_volume *volume, struct dyad_backing **backing,
		      struct dyad_meta **meta, struct dyad_regions *regions)
{
	own(volume, *backing);
	dyad_heat_replace(&volume->heat, *meta, &(*backing)->watch, regions);
	swap(volume->meta, *meta);
	swap(volume->backing, *backing);
}

static int choose_device(int device)
{
	if (device < 0)
		return ida_alloc_max(&devices, 65535, GFP_KERNEL);
	device = ida_alloc_range(&devices, device, device, GFP_KERNEL);
	return device == -ENOSPC ? -EEXIST : device;
}

static int add_disk_of(struct dyad_volume *volume)
{
	struct gendisk *disk = dyad_disk_alloc(volume->backing->dev.bdev,
					       DYAD_WIRE_MAX_IO,
					       DYAD_WIRE_MAX_RANGE);
	int ret;

	if (IS_ERR(disk))
		return PTR_ERR(disk);
	volume->disk = disk;
	/* No major of our own: the kernel takes minors from its extended range. */
	disk->fops = &dyad_fops;
	disk->private_data = volume;
	snprintf(disk->disk_name, DISK_NAME_LEN, "dyad%d", volume->device);
	set_capacity(disk, volume->regions.sectors);
	set_disk_ro(disk, true);
	ret = add_disk(disk);
	if (ret)
		put_disk(disk);
	return ret;
}

struct dyad_volume *dyad_volume_create(struct dyad_path *path,
				       unsigned int index, int device,
				       struct dyad_backing *backing,
				       struct dyad_meta *meta)
{
	struct dyad_volume *volume = kzalloc(sizeof(*volume), GFP_KERNEL);
	int ret = -ENOMEM;

	if (!volume)
		return ERR_PTR(ret);
	volume->path = path;
	volume->index = index;
	volume->backing = backing;
	volume->meta = meta;
	dyad_ranges_init(&volume->ranges);
	dyad_order_init(&volume->order);
	dyad_progress_init(&volume->progress);
	spin_lock_init(&volume->open_lock);
	spin_lock_init(&volume->granted_lock);
	INIT_LIST_HEAD(&volume->granted);
	INIT_WORK(&volume->granted_work, dyad_request_start_granted);
	own(volume, backing);
	dyad_cool_init(volume);
	ret = dyad_regions_create(&volume->regions, backing->sectors);
	if (ret)
		goto err_free;
	ret = dyad_meta_load(meta, &volume->regions);
	if (ret)
		goto err_regions;
	ret = bioset_init(&volume->bios, POOL_SIZE, dyad_request_pad(), 0);
	if (ret)
		goto err_regions;
	ret = -ENOMEM;
	volume->timing = dyad_timing_create();
	if (!volume->timing)
		goto err_bios;
	volume->device = choose_device(device);
	ret = volume->device;
	if (ret < 0)
		goto err_timing;
	ret = add_disk_of(volume);
	if (ret)
		goto err_device;
	dyad_object_created();
	return volume;

err_device:
	ida_free(&devices, volume->device);
err_timing:
	free_percpu(volume->timing);
err_bios:
	bioset_exit(&volume->bios);
err_regions:
	dyad_regions_destroy(&volume->regions);
err_free:
	dyad_cool_stop(volume);
	kfree(volume);
	return ERR_PTR(ret);
}

void dyad_volume_destroy(struct dyad_volume *volume)
{
	struct gendisk *disk = volume->disk;

	del_gendisk(disk);
	/* It may stay open, though it is dead: opening and closing find nothing. */
	mutex_lock(&disk->open_mutex);
	disk->private_data = NULL;
	mutex_unlock(&disk->open_mutex);
	cancel_work_sync(&volume->granted_work);
	dyad_cool_stop(volume);
	dyad_volume_unwatch(volume);
	ida_free(&devices, volume->device);
	free_percpu(volume->timing);
	bioset_exit(&volume->bios);
	dyad_regions_destroy(&volume->regions);
	dyad_extend_free(volume->extend);
	dyad_meta_close(volume->meta);
	dyad_backing_close(volume->backing);
	put_disk(disk);
	kfree(volume);
	dyad_object_destroyed();
}

int dyad_volumes_setup(void)
{
	dyad_path_workqueue = alloc_workqueue("dyad_path", WQ_UNBOUND |
					      WQ_MEM_RECLAIM, 0);
	return dyad_path_workqueue ? 0 : -ENOMEM;
}

void dyad_volumes_cleanup(void)
{
	destroy_workqueue(dyad_path_workqueue);
	ida_destroy(&devices);
}
