// SPDX-License-Identifier: GPL-2.0-only
/*
 * Resources: creation and deletion, disks, and the views that follow from what
 * is known. Roles are in role.c, the session with the peer is in link.c.
 */
#include "resource.h"

#include <linux/blkdev.h>
#include <linux/random.h>
#include <linux/slab.h>

#include "stats.h"
#include "core/state.h"
#include "control/event.h"
#include "control/link.h"
#include "control/netlink.h"
#include "control/node.h"
#include "control/peer.h"
#include "path/request.h"

void dyad_resource_get(struct dyad_resource *res)
{
	kref_get(&res->ref);
}

static void release(struct kref *ref)
{
	struct dyad_resource *res = container_of(ref, struct dyad_resource, ref);

	dyad_path_destroy(&res->path);
	dyad_view_retire(res->spare);
	mutex_destroy(&res->lock);
	kfree(res);
	dyad_object_destroyed();
}

void dyad_resource_put(struct dyad_resource *res)
{
	kref_put(&res->ref, release);
}

static struct dyad_resource *of_path(struct dyad_path *path)
{
	return container_of(path, struct dyad_resource, path);
}

static void path_need_alone(struct dyad_path *path)
{
	dyad_event_need_alone(of_path(path));
}

static void path_make_alone(struct dyad_path *path)
{
	dyad_resource_go_alone(of_path(path));
}

static void path_disk_failed(struct dyad_path *path, unsigned int volume)
{
	dyad_event_disk_failed(of_path(path), volume);
}

static const struct dyad_path_ops path_ops = {
	.need_alone = path_need_alone,
	.make_alone = path_make_alone,
	.disk_failed = path_disk_failed,
};

static u64 random_name(void)
{
	u64 name;

	do {
		name = get_random_u64();
	} while (!name);
	return name;
}

static struct dyad_resource *alloc_resource(struct dyad_node *node,
					    const char *name)
{
	struct dyad_resource *res = kzalloc(sizeof(*res), GFP_KERNEL);

	if (!res)
		return NULL;
	kref_init(&res->ref);
	INIT_LIST_HEAD(&res->link);
	res->node = node;
	strscpy(res->name, name, sizeof(res->name));
	mutex_init(&res->lock);
	init_waitqueue_head(&res->wake);
	res->instance = random_name();
	dyad_event_init(res);
	if (dyad_path_init(&res->path, &path_ops))
		goto err_free;
	res->spare = dyad_view_create(&res->path);
	if (!res->spare)
		goto err_path;
	dyad_object_created();
	return res;

err_path:
	dyad_path_destroy(&res->path);
err_free:
	kfree(res);
	return NULL;
}

int dyad_resource_create(struct dyad_node *node, const char *name, u32 node_id,
			 u16 port, u8 streams, struct netlink_ext_ack *extack)
{
	struct dyad_resource *res = alloc_resource(node, name);
	int ret;

	if (!res)
		return -ENOMEM;
	res->node_id = node_id;
	res->port = port;
	res->streams = streams;
	ret = dyad_node_add(node, res, extack);
	if (ret)
		dyad_resource_put(res);
	return ret;
}

enum dyad_data_state dyad_resource_worst(struct dyad_resource *res,
					 unsigned int *volumes)
{
	enum dyad_data_state worst = DYAD_DATA_STATE_UPTODATE;
	struct dyad_volume *volume;
	unsigned int n = 0;
	int i;

	dyad_for_each_volume(res, volume, i) {
		worst = min(worst, volume->data_state);
		n++;
	}
	if (volumes)
		*volumes = n;
	return n ? worst : DYAD_DATA_STATE_DISKLESS;
}

/* A secondary serves reads while it provably has the latest data. */
static bool may_read(struct dyad_resource *res)
{
	if (res->role == DYAD_ROLE_PRIMARY)
		return true;
	return dyad_link_is_connected(res) &&
	       dyad_resource_worst(res, NULL) == DYAD_DATA_STATE_UPTODATE;
}

static void fill_view(struct dyad_resource *res, struct dyad_view *view)
{
	struct dyad_volume *volume;
	int i;

	view->may_write = res->role == DYAD_ROLE_PRIMARY;
	view->may_read = may_read(res) && !res->gone;
	view->may_store = dyad_link_may_store(res);
	if (view->may_write)
		view->session = dyad_link_take_session(res);
	dyad_for_each_volume(res, volume, i)
		if (dyad_state_has_disk(volume->data_state))
			view->backing[i] = volume->backing;
}

static struct dyad_view *take_spare(struct dyad_resource *res)
{
	struct dyad_view *view = res->spare;

	/* Memory for the next time may be short now, but cannot stay so. */
	while (!view) {
		view = dyad_view_create(&res->path);
		if (!view)
			schedule_timeout_uninterruptible(1);
	}
	res->spare = NULL;
	return view;
}

void dyad_resource_publish(struct dyad_resource *res)
{
	struct dyad_view *view = take_spare(res);
	struct dyad_volume *volume;
	bool read;
	int i;

	lockdep_assert_held(&res->lock);
	fill_view(res, view);
	read = view->may_read;
	view = dyad_path_publish(&res->path, view);
	dyad_for_each_volume(res, volume, i)
		dyad_volume_allow(volume, read, volume->allow_write);
	dyad_view_retire(view);
	res->spare = dyad_view_create(&res->path);
}

void dyad_resource_go_alone(struct dyad_resource *res)
{
	lockdep_assert_held(&res->lock);
	if (!res->path.alone) {
		dyad_lineage_diverge(&res->lineage, random_name());
		WRITE_ONCE(res->path.alone, true);
		pr_info("dyad %s: going on without the peer\n", res->name);
	}
	dyad_path_resume(&res->path);
}

int dyad_resource_flush(struct dyad_resource *res)
{
	struct dyad_volume *volume;
	int ret = 0;
	int i;

	dyad_for_each_volume(res, volume, i) {
		if (!dyad_state_has_disk(volume->data_state))
			continue;
		ret = blkdev_issue_flush(volume->backing->dev.bdev);
		if (ret) {
			dyad_event_disk_failed(res, i);
			return ret;
		}
	}
	return 0;
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

/* A new volume of a resource that leads is the latest data; else nobody knows. */
static void add_volume(struct dyad_resource *res, struct dyad_volume *volume)
{
	bool primary = res->role == DYAD_ROLE_PRIMARY;

	volume->data_state = primary ? DYAD_DATA_STATE_UPTODATE :
				       DYAD_DATA_STATE_INCONSISTENT;
	volume->peer_state = DYAD_DATA_STATE_DISKLESS;
	if (res->lineage.now)
		dyad_regions_mark_all(&volume->regions);
	res->path.volumes[volume->index] = volume;
	dyad_volume_allow(volume, primary, primary);
	dyad_resource_publish(res);
	pr_info("dyad %s: volume %u is /dev/dyad%d on %s\n", res->name,
		volume->index, volume->device, volume->backing->path);
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

static struct dyad_volume *create_volume(struct dyad_resource *res,
					 unsigned int index, int device,
					 const char *path,
					 struct netlink_ext_ack *extack)
{
	struct dyad_backing *backing;
	struct dyad_volume *volume;

	backing = dyad_backing_open(path);
	if (IS_ERR(backing))
		return ERR_PTR(open_error(PTR_ERR(backing), extack));
	volume = dyad_volume_create(&res->path, index, device, backing);
	if (IS_ERR(volume)) {
		dyad_backing_close(backing);
		open_error(PTR_ERR(volume), extack);
	}
	return volume;
}

int dyad_resource_attach(struct dyad_resource *res, unsigned int index,
			 int device, const char *path,
			 struct netlink_ext_ack *extack)
{
	struct dyad_volume *volume;
	int ret;

	dyad_resource_lock(res);
	ret = may_attach(res, index, extack);
	dyad_resource_unlock(res);
	if (ret)
		return ret;
	/* Without the lock, under which memory is scarcer than this needs. */
	volume = create_volume(res, index, device, path, extack);
	if (IS_ERR(volume))
		return PTR_ERR(volume);
	dyad_resource_lock(res);
	ret = may_attach(res, index, extack);
	if (!ret) {
		ret = volume->device;
		add_volume(res, volume);
		dyad_volume_announce(volume, false);
	}
	dyad_resource_unlock(res);
	if (ret < 0)
		dyad_volume_destroy(volume);
	else
		dyad_netlink_notify(res, DYAD_CMD_RESOURCE_CHANGE_NTF);
	return ret;
}

/* No view has the volume's disk afterwards, so nothing enters it any more. */
static void remove_volume(struct dyad_resource *res, struct dyad_volume *volume)
{
	int device = volume->device;

	dyad_volume_allow(volume, false, false);
	volume->data_state = DYAD_DATA_STATE_DISKLESS;
	dyad_resource_publish(res);
	res->path.volumes[volume->index] = NULL;
	dyad_volume_destroy(volume);
	/* What was known about a disk is not known of the next one. */
	if (dyad_resource_worst(res, NULL) == DYAD_DATA_STATE_DISKLESS) {
		memset(&res->lineage, 0, sizeof(res->lineage));
		res->path.alone = false;
		res->was_primary = false;
		res->instance = random_name();
	}
	pr_info("dyad %s: /dev/dyad%d detached\n", res->name, device);
}

static int detach(struct dyad_resource *res, unsigned int index,
		  struct netlink_ext_ack *extack)
{
	struct dyad_volume *volume = res->path.volumes[index];

	if (!volume) {
		NL_SET_ERR_MSG(extack, "there is no such volume; see 'dyad status'");
		return -ENOENT;
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
	remove_volume(res, volume);
	return 0;
}

int dyad_resource_detach(struct dyad_resource *res, unsigned int index,
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

/* Nobody may open a device any more, or nothing has changed. */
static int shut_all(struct dyad_resource *res, struct netlink_ext_ack *extack)
{
	bool primary = res->role == DYAD_ROLE_PRIMARY;
	struct dyad_volume *volume;
	int i;

	dyad_for_each_volume(res, volume, i)
		if (dyad_volume_shut(volume))
			goto undo;
	return 0;
undo:
	NL_SET_ERR_MSG(extack, "a device of the resource is open; close it first (unmount it, stop what uses it)");
	while (i--)
		if (res->path.volumes[i])
			dyad_volume_allow(res->path.volumes[i], may_read(res),
					  primary);
	return -EBUSY;
}

int dyad_resource_delete(struct dyad_resource *res, bool force,
			 struct netlink_ext_ack *extack)
{
	struct dyad_volume *volume;
	int ret = 0;
	int i;

	dyad_resource_lock(res);
	if (res->gone)
		ret = -ENOENT;
	else if (!force)
		ret = shut_all(res, extack);
	if (ret) {
		dyad_resource_unlock(res);
		return ret;
	}
	res->gone = true;
	dyad_link_close(res, DYAD_REASON_ASKED);
	dyad_resource_unlock(res);
	/* Without the lock: waits for a dialler, which takes it. */
	dyad_peer_remove(res);
	dyad_resource_lock(res);
	res->role = DYAD_ROLE_SECONDARY;
	dyad_for_each_volume(res, volume, i)
		remove_volume(res, volume);
	dyad_resource_unlock(res);
	dyad_event_flush(res);
	dyad_node_remove(res->node, res);
	dyad_netlink_notify(res, DYAD_CMD_RESOURCE_DELETE_NTF);
	return 0;
}
