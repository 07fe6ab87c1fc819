// SPDX-License-Identifier: GPL-2.0-only
/*
 * A verify: where it may run, its end, and the repair. What it finds is dirty, on
 * the disks too, so the next resync copies it; a repair is a resync begun at once.
 */
#include "verify.h"

#include "core/state.h"
#include "control/event.h"
#include "control/hold.h"
#include "control/link.h"
#include "control/mode.h"
#include "control/netlink.h"
#include "control/peer.h"
#include "control/resize.h"
#include "control/sync.h"
#include "path/resync.h"

static bool is_running(const struct dyad_resource *res)
{
	return res->peer && res->peer->verify;
}

/* Why not, as a sentence, or NULL. */
static const char *refusal(struct dyad_resource *res)
{
	if (res->gone)
		return "the resource is being deleted";
	if (!dyad_link_is_connected(res))
		return "the peer is not connected, so there is nothing to compare with; see 'dyad status', and 'dyad connect'";
	if (dyad_resize_is_running(res))
		return "a volume is growing; try again in a moment";
	if (dyad_hold_refusal(res))
		return dyad_hold_refusal(res);
	if (is_running(res))
		return "a verify is running already; wait for it with 'dyad wait', or stop it first";
	if (res->role != DYAD_ROLE_PRIMARY &&
	    res->peer->role == DYAD_ROLE_PRIMARY)
		return "the peer is primary, and only there it is known what is being written; start the verify on the peer";
	if (!res->lineage.now)
		return "no data has been written yet; promote a node first";
	if (!dyad_link_peer_uptodate(res) ||
	    dyad_resource_worst(res, NULL) != DYAD_DATA_STATE_UPTODATE)
		return "the two sides do not hold the same yet; wait for the resync, see 'dyad wait', or look at 'dyad status'";
	return NULL;
}

/* Log and close the figures. */
static void report(struct dyad_resource *res)
{
	struct dyad_volume *volume;
	int i;

	dyad_for_each_volume(res, volume, i) {
		struct dyad_progress *p = &volume->progress;

		if (p->role != DYAD_SYNC_ROLE_VERIFY)
			continue;
		dyad_sync_end(res, volume);
		pr_info("dyad %s: volume %d: verify ended, %llu of %llu KiB compared, %llu bytes differ, in %lld ms\n",
			res->name, i, (u64)atomic64_read(&p->done) >> 10,
			p->total >> 10, p->differ.bytes,
			ktime_to_ms(ktime_sub(p->ended, p->started)));
	}
}

static void ended(void *owner, int error)
{
	dyad_event_resync_ended(owner, error);
}

/* Writes go as in sync while it runs: see dyad_link_mode(). */
static void resume_async(struct dyad_resource *res)
{
	if (res->mode == DYAD_MODE_ASYNC)
		dyad_resource_publish(res);
}

static int start(struct dyad_resource *res, bool repair,
		 struct netlink_ext_ack *extack)
{
	struct dyad_peer *peer = res->peer;
	struct dyad_volume *volume;
	struct dyad_resync *verify;
	int i;

	/* What the peer lacks for now would seem to differ. */
	dyad_mode_drain(res);
	if (!dyad_link_peer_uptodate(res)) {
		resume_async(res);
		NL_SET_ERR_MSG(extack, "the backlog was full, and the peer is to catch up first; wait with 'dyad wait RES synced'");
		return -EBUSY;
	}
	dyad_for_each_volume(res, volume, i)
		dyad_sync_begin(res, volume, DYAD_SYNC_ROLE_VERIFY,
				volume->regions.sectors << 9);
	verify = dyad_resync_start(&res->path, peer->session,
				   DYAD_RESYNC_COMPARE, &res->resync_rate,
				   ended, res);
	if (IS_ERR(verify)) {
		report(res);
		resume_async(res);
		NL_SET_ERR_MSG(extack, "not enough memory to compare; free some and try again");
		return PTR_ERR(verify);
	}
	peer->verify = verify;
	peer->repair = repair;
	resume_async(res);
	pr_info("dyad %s: verify started\n", res->name);
	return 0;
}

int dyad_verify_start(struct dyad_resource *res, bool repair,
		      struct netlink_ext_ack *extack)
{
	const char *why;
	int ret;

	ret = dyad_backlog_catch_up(&res->path.backlog);
	if (ret)
		return ret;
	dyad_resource_lock(res);
	ret = -EBUSY;
	why = refusal(res);
	if (!why)
		ret = start(res, repair, extack);
	else if (extack)
		extack->_msg = why;
	dyad_resource_unlock(res);
	if (!ret)
		dyad_netlink_notify(res, DYAD_CMD_RESOURCE_CHANGE_NTF);
	return ret;
}

static void finish(struct dyad_resource *res)
{
	dyad_resync_stop(res->peer->verify);
	res->peer->verify = NULL;
	report(res);
}

void dyad_verify_break(struct dyad_resource *res, const char *why)
{
	if (!is_running(res))
		return;
	pr_info("dyad %s: verify stopped: %s\n", res->name, why);
	finish(res);
	resume_async(res);
}

void dyad_verify_ended(struct dyad_resource *res, int error)
{
	if (!is_running(res) || !dyad_resync_is_over(res->peer->verify))
		return;
	/* The session is over; that it failed is on its way, with the reason. */
	if (error == -ENOTCONN)
		return;
	if (error) {
		dyad_verify_break(res, error == -ENOMEM ?
				  "this node is out of memory" :
				  "a disk could not be read");
		return;
	}
	finish(res);
	if (res->peer->repair && dyad_path_is_dirty(&res->path))
		dyad_sync_repair(res);
	else
		resume_async(res);
}

int dyad_verify_stop(struct dyad_resource *res, struct netlink_ext_ack *extack)
{
	int ret = 0;

	dyad_resource_lock(res);
	if (is_running(res)) {
		dyad_verify_break(res, "by the operator");
	} else {
		NL_SET_ERR_MSG(extack, "no verify is running here; a repair that has begun to copy ends by itself");
		ret = -EALREADY;
	}
	dyad_resource_unlock(res);
	if (!ret)
		dyad_netlink_notify(res, DYAD_CMD_RESOURCE_CHANGE_NTF);
	return ret;
}
