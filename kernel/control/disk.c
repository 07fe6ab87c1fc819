// SPDX-License-Identifier: GPL-2.0-only
/* Disks come and go: opened, checked against their metadata, put in order. */
#include "disk.h"

#include <linux/blkdev.h>
#include <linux/slab.h>

#include "core/state.h"
#include "control/hang.h"
#include "control/link.h"
#include "control/netlink.h"
#include "control/peer.h"
#include "control/record.h"
#include "control/refill.h"

/* A sentence that is chosen at run time; constant, as extack needs it. */
static void refuse(struct netlink_ext_ack *extack, const char *why)
{
	if (extack)
		extack->_msg = why;
}

static int open_error(int error, struct netlink_ext_ack *extack)
{
	switch (error) {
	case -EBUSY:
		NL_SET_ERR_MSG(extack, "the disk is in use by something else (a mount, LVM, another volume); free it first");
		break;
	case -ENOENT:
		NL_SET_ERR_MSG(extack, "there is no such disk; check the path");
		break;
	case -ENOTBLK:
		NL_SET_ERR_MSG(extack, "this is not a block device; name one, for a file use losetup");
		break;
	case -EACCES:
	case -EROFS:
		NL_SET_ERR_MSG(extack, "the disk is read-only; make it writable first");
		break;
	case -EINVAL:
		NL_SET_ERR_MSG(extack, "the disk has no size; check that there is a medium in it");
		break;
	case -EOPNOTSUPP:
		NL_SET_ERR_MSG(extack, "the disk is zoned, it cannot be written at random; use another");
		break;
	case -EEXIST:
		NL_SET_ERR_MSG(extack, "the device number is taken; choose another or leave it out");
		break;
	case -ENOMEM:
		NL_SET_ERR_MSG(extack, "not enough memory to attach the disk; free some and try again");
		break;
	default:
		NL_SET_ERR_MSG(extack, "the disk could not be opened; see the kernel log");
		break;
	}
	return error;
}

static int may_attach(struct dyad_resource *res, unsigned int index,
		      struct netlink_ext_ack *extack)
{
	if (res->gone)
		return -ENOENT;
	if (res->path.volumes[index]) {
		NL_SET_ERR_MSG(extack, "the volume has a disk already; detach it first");
		return -EEXIST;
	}
	if (dyad_link_is_up(res)) {
		NL_SET_ERR_MSG(extack, "a volume can only be added while the peer is disconnected; disconnect first");
		return -EBUSY;
	}
	return 0;
}

static const char *const meta_errors[] = {
	[DYAD_META_NO_DEVICE] = "the metadata device could not be opened; check its path, and that nothing else uses it",
	[DYAD_META_MISSING] = "there are no metadata; make them with 'dyad meta create', or name the device they are on",
	[DYAD_META_DAMAGED] = "both superblocks of the metadata are damaged; see 'dyad meta check', and use 'dyad meta create --force' to begin anew and have the peer's data copied here",
	[DYAD_META_NEWER] = "the metadata were written by a newer version; install that one",
	[DYAD_META_IMPOSSIBLE] = "the metadata contradict themselves; see 'dyad meta check', and use 'dyad meta create --force' to begin anew and have the peer's data copied here",
	[DYAD_META_KIND] = "the metadata were made to be kept elsewhere (on the disk itself, or on another device); attach the disk as they were made, see 'dyad meta show'",
	[DYAD_META_SMALL] = "the disk is smaller than its metadata say; make it as large as it was",
	[DYAD_META_IO] = "the metadata cannot be read; replace the disk",
	[DYAD_META_MEMORY] = "not enough memory for the metadata; free some and try again",
};

static int meta_errno(enum dyad_meta_error error, int ret)
{
	switch (error) {
	case DYAD_META_NO_DEVICE:
		return ret;
	case DYAD_META_IO:
		return -EIO;
	case DYAD_META_MEMORY:
		return -ENOMEM;
	default:
		return -EINVAL;
	}
}

/* All that a volume stands on, opened and fit for it. */
static int open_disk(struct dyad_resource *res, unsigned int index,
		     const char *path, const char *meta_path,
		     struct dyad_backing **backing, struct dyad_meta **meta,
		     struct netlink_ext_ack *extack)
{
	enum dyad_meta_error error;
	const char *why;
	int ret = 0;

	*backing = dyad_backing_open(path);
	if (IS_ERR(*backing))
		return open_error(PTR_ERR(*backing), extack);
	error = dyad_meta_open(meta, *backing, meta_path, &ret);
	if (error) {
		refuse(extack, meta_errors[error]);
		ret = meta_errno(error, ret);
		goto err_backing;
	}
	why = dyad_record_refusal(res, index, &(*meta)->super);
	if (!why)
		return 0;
	refuse(extack, why);
	ret = -EINVAL;
	dyad_meta_close(*meta);
err_backing:
	dyad_backing_close(*backing);
	return ret;
}

static struct dyad_volume *create_volume(struct dyad_resource *res,
					 unsigned int index, int device,
					 const char *path, const char *meta_path,
					 struct netlink_ext_ack *extack)
{
	struct dyad_backing *backing;
	struct dyad_volume *volume;
	struct dyad_meta *meta;
	int ret;

	ret = open_disk(res, index, path, meta_path, &backing, &meta, extack);
	if (ret)
		return ERR_PTR(ret);
	volume = dyad_volume_create(&res->path, index, device, backing, meta);
	if (IS_ERR(volume)) {
		dyad_meta_close(meta);
		dyad_backing_close(backing);
		open_error(PTR_ERR(volume), extack);
	}
	return volume;
}

/* What was known about the disks is not known of the next ones. */
static void forget_if_diskless(struct dyad_resource *res)
{
	if (dyad_resource_worst(res, NULL) != DYAD_DATA_STATE_DISKLESS)
		return;
	memset(&res->lineage, 0, sizeof(res->lineage));
	res->path.alone = false;
	res->alone = false;
	res->alone_since = 0;
	res->change = 0;
	res->was_primary = false;
	res->bears = false;
	res->instance = dyad_random_name();
}

static int add_volume(struct dyad_resource *res, struct dyad_volume *volume,
		      struct netlink_ext_ack *extack)
{
	bool primary = res->role == DYAD_ROLE_PRIMARY;
	const char *why = dyad_record_adopt(res, volume);
	int ret;

	if (why) {
		refuse(extack, why);
		return -EINVAL;
	}
	volume->peer_state = DYAD_DATA_STATE_DISKLESS;
	dyad_heat_set_recovery(&volume->heat, res->recovery);
	dyad_volume_set_limit(volume, res->io_timeout);
	dyad_resource_set_volume(res, volume->index, volume);
	res->instance = dyad_random_name();
	res->equal = 0;
	ret = dyad_heat_save(&volume->heat) ?: dyad_record_keep(res);
	if (ret) {
		refuse(extack, "the metadata cannot be written; replace the disk");
		dyad_resource_set_volume(res, volume->index, NULL);
		forget_if_diskless(res);
		return ret;
	}
	dyad_volume_allow(volume, primary, primary);
	dyad_resource_publish(res);
	pr_info("dyad %s: volume %u is /dev/dyad%d on %s\n", res->name,
		volume->index, volume->device, volume->backing->path);
	return 0;
}

static void close_spare(struct dyad_spare *spare)
{
	dyad_regions_destroy(&spare->regions);
	dyad_meta_close(spare->meta);
	dyad_backing_close(spare->backing);
	kfree(spare);
}

static struct dyad_spare *open_spare(struct dyad_resource *res, unsigned int index,
				     const char *path, const char *meta_path,
				     struct netlink_ext_ack *extack)
{
	/* Its locks are too many for a stack. */
	struct dyad_spare *spare = kzalloc(sizeof(*spare), GFP_KERNEL);
	int ret;

	if (!spare)
		return ERR_PTR(-ENOMEM);
	ret = open_disk(res, index, path, meta_path, &spare->backing, &spare->meta,
			extack);
	if (ret)
		goto err_free;
	ret = dyad_regions_create(&spare->regions, spare->backing->sectors) ?:
	      dyad_meta_load(spare->meta, &spare->regions);
	if (!ret)
		return spare;
	refuse(extack, meta_errors[ret == -ENOMEM ? DYAD_META_MEMORY : DYAD_META_IO]);
	close_spare(spare);
	return ERR_PTR(ret);

err_free:
	kfree(spare);
	return ERR_PTR(ret);
}

/* The device stays, whoever has it open; what it stands on is another disk then. */
static int replace(struct dyad_resource *res, unsigned int index, int device,
		   const char *path, const char *meta, struct netlink_ext_ack *extack)
{
	struct dyad_spare *spare = open_spare(res, index, path, meta, extack);
	const char *why;
	int ret = 0;

	if (IS_ERR(spare))
		return PTR_ERR(spare);
	dyad_resource_lock(res);
	/* Its primary may have been demoted, or another disk attached, meanwhile. */
	if (dyad_refill_wants(res, index)) {
		why = dyad_refill_prepare(res, index, device) ?:
		      dyad_refill_take(res, index, spare);
		ret = res->path.volumes[index]->device;
	} else {
		why = "the resource has changed meanwhile; look at 'dyad status', and try again";
	}
	dyad_resource_unlock(res);
	close_spare(spare);
	refuse(extack, why);
	dyad_netlink_notify(res, DYAD_CMD_RESOURCE_CHANGE_NTF);
	return why ? -EBUSY : ret;
}

int dyad_disk_attach(struct dyad_resource *res, unsigned int index,
		     int device, const char *path, const char *meta,
		     struct netlink_ext_ack *extack)
{
	struct dyad_volume *volume;
	const char *why = NULL;
	bool again;
	int ret = 0;

	dyad_resource_lock(res);
	again = dyad_refill_wants(res, index);
	if (again)
		why = dyad_refill_prepare(res, index, device);
	else
		ret = may_attach(res, index, extack);
	dyad_resource_unlock(res);
	if (why) {
		refuse(extack, why);
		return -EBUSY;
	}
	if (ret)
		return ret;
	if (again)
		return replace(res, index, device, path, meta, extack);
	/* Without the lock, under which memory is scarcer than this needs. */
	volume = create_volume(res, index, device, path, meta, extack);
	if (IS_ERR(volume))
		return PTR_ERR(volume);
	dyad_resource_lock(res);
	ret = may_attach(res, index, extack);
	if (!ret)
		ret = add_volume(res, volume, extack);
	if (!ret) {
		ret = volume->device;
		dyad_volume_announce(volume, false);
	}
	dyad_resource_unlock(res);
	if (ret < 0)
		dyad_hang_destroy(res, volume);
	else
		dyad_netlink_notify(res, DYAD_CMD_RESOURCE_CHANGE_NTF);
	return ret;
}

/* What is not in the metadata when the disk goes is forgotten. */
static void put_in_order(struct dyad_resource *res, struct dyad_volume *volume)
{
	if (!dyad_state_has_disk(volume->data_state) || volume->meta->failed ||
	    dyad_watch_is_given_up(&volume->backing->watch))
		return;
	if (dyad_heat_flush(&volume->heat, volume->backing->dev.bdev) ||
	    dyad_heat_cool_all(&volume->heat))
		return;
	dyad_record_close(res, volume);
}

void dyad_disk_close(struct dyad_resource *res, struct dyad_volume *volume)
{
	enum dyad_data_state state = volume->data_state;

	dyad_volume_allow(volume, false, false);
	/* No view has its disk afterwards, so nothing enters it any more. */
	volume->data_state = DYAD_DATA_STATE_DISKLESS;
	dyad_resource_publish(res);
	volume->data_state = state;
	put_in_order(res, volume);
}

void dyad_disk_remove(struct dyad_resource *res, struct dyad_volume *volume)
{
	int device = volume->device;

	dyad_resource_set_volume(res, volume->index, NULL);
	dyad_volume_destroy(volume);
	forget_if_diskless(res);
	pr_info("dyad %s: /dev/dyad%d detached\n", res->name, device);
}

static int detach(struct dyad_resource *res, unsigned int index,
		  struct netlink_ext_ack *extack)
{
	struct dyad_volume *volume = res->path.volumes[index];
	const char *why = dyad_hang_refusal(res);

	if (!volume) {
		NL_SET_ERR_MSG(extack, "there is no such volume; see 'dyad status'");
		return -ENOENT;
	}
	if (dyad_refill_wants(res, index)) {
		why = dyad_refill_release(res, index);
		refuse(extack, why);
		return why ? -EBUSY : 0;
	}
	if (why) {
		refuse(extack, why);
		return -EBUSY;
	}
	if (!dyad_volume_openers(volume) && res->role == DYAD_ROLE_PRIMARY) {
		NL_SET_ERR_MSG(extack, "the resource is primary; demote it first");
		return -EBUSY;
	}
	if (dyad_volume_shut(volume)) {
		NL_SET_ERR_MSG(extack, "the device is open; close it first");
		return -EBUSY;
	}
	dyad_link_close(res, DYAD_REASON_DETACHED);
	dyad_disk_close(res, volume);
	/* It has begun to hang meanwhile, and has failed. */
	why = dyad_hang_refusal(res);
	if (!why && dyad_volume_is_idle(volume)) {
		dyad_disk_remove(res, volume);
		return 0;
	}
	refuse(extack, why ?: "the disk still has requests; try again");
	return -EBUSY;
}

int dyad_disk_detach(struct dyad_resource *res, unsigned int index,
		     struct netlink_ext_ack *extack)
{
	int ret;

	dyad_resource_lock(res);
	ret = res->gone ? -ENOENT : detach(res, index, extack);
	dyad_resource_unlock(res);
	if (!ret)
		dyad_netlink_notify(res, DYAD_CMD_RESOURCE_CHANGE_NTF);
	return ret;
}

