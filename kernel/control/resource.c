// SPDX-License-Identifier: GPL-2.0-only
/*
 * Resources: creation and deletion, and the views that follow from what is known.
 * Disks are in disk.c, roles in role.c, the session with the peer is in link.c.
 */
#include "resource.h"

#include <linux/blkdev.h>
#include <linux/random.h>
#include <linux/slab.h>

#include "stats.h"
#include "trace.h"
#include "core/state.h"
#include "control/disk.h"
#include "control/event.h"
#include "control/fence.h"
#include "control/hang.h"
#include "control/lean.h"
#include "control/link.h"
#include "control/netlink.h"
#include "control/node.h"
#include "control/owed.h"
#include "control/peer.h"
#include "control/record.h"
#include "control/refill.h"
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
	mutex_destroy(&res->shown);
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
	dyad_lean_decide(of_path(path));
}

static void path_disk_failed(struct dyad_path *path, unsigned int volume)
{
	dyad_event_disk_failed(of_path(path), volume);
}

static void path_changed(struct dyad_path *path)
{
	dyad_event_changed(of_path(path));
}

static const struct dyad_path_ops path_ops = {
	.need_alone = path_need_alone,
	.make_alone = path_make_alone,
	.disk_failed = path_disk_failed,
	.changed = path_changed,
};

u64 dyad_random_name(void)
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
	mutex_init(&res->shown);
	init_waitqueue_head(&res->wake);
	res->instance = dyad_random_name();
	res->recovery = DYAD_HEAT_RECOVERY;
	res->io_timeout = DYAD_WATCH_LIMIT;
	res->switching = -1;
	dyad_event_init(res);
	dyad_fence_init(res);
	dyad_owed_init(res);
	dyad_hang_init(res);
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

void dyad_resource_set_volume(struct dyad_resource *res, unsigned int index,
			      struct dyad_volume *volume)
{
	lockdep_assert_held(&res->lock);
	mutex_lock(&res->shown);
	res->path.volumes[index] = volume;
	mutex_unlock(&res->shown);
}

void dyad_resource_set_peer(struct dyad_resource *res, struct dyad_peer *peer)
{
	lockdep_assert_held(&res->lock);
	mutex_lock(&res->shown);
	res->peer = peer;
	mutex_unlock(&res->shown);
}

int dyad_resource_set(struct dyad_resource *res,
		      const struct dyad_settings *settings,
		      struct netlink_ext_ack *extack)
{
	struct dyad_volume *volume;
	const char *why;
	int i;

	dyad_resource_lock(res);
	why = dyad_fence_set(res, settings);
	if (why) {
		dyad_resource_unlock(res);
		if (extack)
			extack->_msg = why;
		return -EBUSY;
	}
	if (settings->recovery)
		res->recovery = *settings->recovery;
	if (settings->resync_rate)
		res->resync_rate = *settings->resync_rate;
	if (settings->policy)
		res->policy = *settings->policy;
	if (settings->primary_policy)
		res->primary_policy = *settings->primary_policy;
	if (settings->backlog)
		dyad_backlog_set_limit(&res->path.backlog, *settings->backlog);
	if (settings->on_full)
		dyad_backlog_set_track(&res->path.backlog,
				       *settings->on_full == DYAD_ON_FULL_TRACK);
	dyad_lean_set(res, settings);
	if (settings->io_timeout)
		res->io_timeout = *settings->io_timeout;
	if (settings->compression)
		res->compression = *settings->compression;
	dyad_for_each_volume(res, volume, i) {
		dyad_heat_set_recovery(&volume->heat, res->recovery);
		dyad_volume_set_limit(volume, res->io_timeout);
	}
	dyad_resource_unlock(res);
	dyad_netlink_notify(res, DYAD_CMD_RESOURCE_CHANGE_NTF);
	return 0;
}

int dyad_resource_create(struct dyad_node *node, const char *name, u32 node_id,
			 u16 port, u8 streams, enum dyad_mode mode,
			 struct netlink_ext_ack *extack)
{
	struct dyad_resource *res = alloc_resource(node, name);
	int ret;

	if (!res)
		return -ENOMEM;
	res->node_id = node_id;
	res->port = port;
	res->streams = streams;
	res->mode = mode;
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

/* Does it have all that was sent to it? That is on both disks, too (rule H13). */
static bool is_latest(struct dyad_resource *res)
{
	return dyad_link_is_decided(res) &&
	       dyad_resource_worst(res, NULL) == DYAD_DATA_STATE_UPTODATE;
}

/* A secondary is read while that is provably all there is: not in async, where it lags. */
static bool may_read(struct dyad_resource *res)
{
	return res->role == DYAD_ROLE_PRIMARY ||
	       (res->mode != DYAD_MODE_ASYNC && is_latest(res));
}

static void fill_view(struct dyad_resource *res, struct dyad_view *view)
{
	struct dyad_volume *volume;
	int i;

	view->may_write = res->role == DYAD_ROLE_PRIMARY;
	view->may_read = may_read(res) && !res->gone;
	if (view->may_read && !view->may_write)
		view->lender = dyad_session_get(res->peer->session);
	view->may_store = dyad_link_may_store(res);
	view->may_serve = view->may_store && is_latest(res);
	view->tracks = view->may_store && dyad_link_is_leant_on(res);
	if (view->may_write)
		view->session = dyad_link_take_session(res);
	view->mode = dyad_link_mode(res);
	view->peer_same = view->session && dyad_link_peer_uptodate(res);
	/* With the resource goes the end that the wait would have. */
	view->holds = res->gone ? 0 : res->path.holds;
	view->refills = dyad_refill_is_running(res);
	view->may_lean = dyad_lean_may(res) || view->refills;
	view->spares = view->may_lean || !view->may_write || res->gone ||
		       res->lean != DYAD_LEAN_NONE;
	view->may_cool = view->tracks || (view->may_write && !view->holds &&
					  dyad_link_may_cool(res));
	/* What lacks something is of no use to who has nobody to fetch it from. */
	dyad_for_each_volume(res, volume, i)
		if (dyad_state_has_disk(volume->data_state) &&
		    (res->lean == DYAD_LEAN_NONE || view->refills))
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

static void tell_state(struct dyad_resource *res, struct dyad_volume *volume)
{
	if (volume->told_state == volume->data_state)
		return;
	trace_dyad_volume_state(res->name, volume->device, volume->told_state,
				volume->data_state);
	volume->told_state = volume->data_state;
}

void dyad_resource_publish(struct dyad_resource *res)
{
	struct dyad_view *view = take_spare(res);
	struct dyad_volume *volume;
	bool read, async;
	int i;

	lockdep_assert_held(&res->lock);
	fill_view(res, view);
	read = view->may_read;
	async = view->session && view->mode == DYAD_MODE_ASYNC;
	if (async)
		dyad_backlog_mix(&res->path.backlog, true);
	view = dyad_path_publish(&res->path, view);
	dyad_for_each_volume(res, volume, i) {
		dyad_volume_allow(volume, read, volume->allow_write);
		tell_state(res, volume);
	}
	dyad_view_retire(view);
	if (async)
		dyad_backlog_mix(&res->path.backlog, res->path.left);
	else
		dyad_backlog_recover(&res->path.backlog);
	res->spare = dyad_view_create(&res->path);
}

/* Another generation, on the disks before anybody may rely on it. */
static int name_generation(struct dyad_resource *res)
{
	struct dyad_lineage before = res->lineage;
	u64 since = res->alone_since;
	bool alone = res->alone;
	int ret;

	dyad_lineage_diverge(&res->lineage, dyad_random_name());
	res->alone = true;
	if (!since)
		res->alone_since = ktime_get_real_seconds();
	ret = dyad_record_save(res);
	if (!ret)
		return 0;
	res->lineage = before;
	res->alone = alone;
	res->alone_since = since;
	return ret;
}

/*
 * A peer that does not know that the session is over serves reads for a while:
 * until then nothing that it lacks may be seen here (rule H21). At most three
 * quarters of the ping timeout, and nothing at all after silence.
 */
static void await_lease(struct dyad_resource *res)
{
	struct dyad_session *session = res->peer ? res->peer->session : NULL;
	unsigned long until = res->lent_until;

	if (session && dyad_session_has_failed(session))
		until = dyad_session_lent_until(session);
	while (time_before(jiffies, until))
		schedule_timeout_uninterruptible(until - jiffies);
}

int dyad_resource_go_alone(struct dyad_resource *res)
{
	int ret = 0;

	lockdep_assert_held(&res->lock);
	if (!res->path.alone) {
		await_lease(res);
		ret = name_generation(res);
		if (ret) {
			pr_err_ratelimited("dyad %s: the disks do not take a new generation: writes fail\n",
					   res->name);
		} else {
			WRITE_ONCE(res->path.alone, true);
			pr_info("dyad %s: going on without the peer\n", res->name);
		}
		trace_dyad_alone(res->name, res->lineage.now, ret);
	}
	dyad_path_resume(&res->path, errno_to_blk_status(ret));
	return ret;
}

bool dyad_resource_has_failures(struct dyad_resource *res)
{
	struct dyad_volume *volume;
	int i;

	dyad_for_each_volume(res, volume, i)
		if (dyad_heat_failures(&volume->heat))
			return true;
	return false;
}

int dyad_resource_flush(struct dyad_resource *res)
{
	struct dyad_volume *volume;
	int ret = 0;
	int i;

	dyad_for_each_volume(res, volume, i) {
		if (!dyad_state_has_disk(volume->data_state))
			continue;
		ret = dyad_heat_flush(&volume->heat, volume->backing->dev.bdev);
		if (ret) {
			dyad_volume_failed(volume);
			return ret;
		}
	}
	return 0;
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

static int may_delete(struct dyad_resource *res, struct netlink_ext_ack *extack)
{
	const char *why = dyad_hang_refusal(res);

	if (!why)
		return shut_all(res, extack);
	if (extack)
		extack->_msg = why;
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
		ret = may_delete(res, extack);
	if (ret) {
		dyad_resource_unlock(res);
		return ret;
	}
	res->gone = true;
	dyad_link_close(res, DYAD_REASON_ASKED);
	dyad_resource_unlock(res);
	/* Without the lock: waits for a dialler, which takes it. */
	dyad_peer_remove(res);
	dyad_fence_stop(res);
	dyad_owed_stop(res);
	dyad_resource_lock(res);
	res->role = DYAD_ROLE_SECONDARY;
	/* What was parked has no view that would be waited for. */
	dyad_path_resume(&res->path, BLK_STS_IOERR);
	dyad_for_each_volume(res, volume, i) {
		dyad_disk_close(res, volume);
		dyad_hang_await(res, volume);
		dyad_disk_remove(res, volume);
	}
	dyad_resource_unlock(res);
	dyad_event_flush(res);
	dyad_node_remove(res->node, res);
	dyad_netlink_notify(res, DYAD_CMD_RESOURCE_DELETE_NTF);
	return 0;
}
