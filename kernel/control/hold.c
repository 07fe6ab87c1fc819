// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suspending: new I/O waits, what is in flight ends on both sides, both sides'
 * disks flush. So two snapshots taken below, one on each node, are the same.
 */
#include "hold.h"

#include "control/fence.h"
#include "control/hang.h"
#include "control/lean.h"
#include "control/link.h"
#include "control/netlink.h"
#include "control/peer.h"
#include "control/resize.h"
#include "path/cool.h"

const char *dyad_hold_refusal(const struct dyad_resource *res)
{
	if (res->path.holds & DYAD_HOLD_SUSPENDED)
		return "the resource is suspended; resume it first, see 'dyad resume'";
	if (res->path.holds & DYAD_HOLD_FENCING)
		return "I/O waits for the peer to be fenced; answer that first, see 'dyad fence', or use 'dyad resume' with --force";
	if (res->path.holds & DYAD_HOLD_NO_DATA)
		return "I/O waits for the peer, which has the only usable disk; connect it, or use 'dyad set' with on-no-data error to have the I/O fail";
	return dyad_hang_refusal(res);
}

/* Why not, as a sentence, or NULL. */
static const char *refusal(struct dyad_resource *res, bool force)
{
	if (res->role != DYAD_ROLE_PRIMARY)
		return "the resource is secondary here, where nothing is written; suspend it on the primary";
	if (res->path.holds & (DYAD_HOLD_FENCING | DYAD_HOLD_NO_DATA) ||
	    dyad_hang_refusal(res))
		return dyad_hold_refusal(res);
	if (res->lean != DYAD_LEAN_NONE)
		return "the disks here have failed, or lack something still, so there is nothing to hold still; wait until they hold all, or demote this node, promote the peer, and suspend it there";
	if (dyad_resize_is_running(res))
		return "a volume is growing; try again in a moment";
	if (res->peer && res->peer->verify)
		return "a verify is running; wait for it with 'dyad wait', or stop it first";
	if (dyad_link_is_up(res) && !dyad_link_peer_uptodate(res) && !force)
		return "the peer does not hold the same yet, so its disk cannot be held still; wait with 'dyad wait RES synced', or use --force to hold this node's disk only";
	return NULL;
}

/* Nothing is in flight: on stable storage with it. NULL, or why not. */
static const char *settle(struct dyad_resource *res)
{
	struct dyad_session *session = NULL;
	struct dyad_volume *volume;
	int i;

	if (dyad_resource_flush(res))
		return "a disk failed to flush; replace it first";
	if (!dyad_link_may_cool(res))
		return NULL;
	if (dyad_link_is_up(res))
		session = res->peer->session;
	/* What has cooled is not compared after the snapshot has come to life. */
	dyad_for_each_volume(res, volume, i)
		if (!dyad_cool_all(volume, session))
			return "the peer did not flush, or was lost meanwhile; look at 'dyad status' and try again";
	return NULL;
}

static const char *suspend(struct dyad_resource *res, bool force)
{
	const char *why = refusal(res, force);

	if (why || res->path.holds & DYAD_HOLD_SUSPENDED)
		return why;
	res->path.holds |= DYAD_HOLD_SUSPENDED;
	dyad_resource_publish(res);
	/* In async the backlog may have been overrun since. */
	why = refusal(res, force) ?: settle(res);
	if (!why) {
		pr_info("dyad %s: suspended\n", res->name);
		return NULL;
	}
	res->path.holds &= ~DYAD_HOLD_SUSPENDED;
	dyad_resource_publish(res);
	return why;
}

int dyad_hold_suspend(struct dyad_resource *res, bool force,
		      struct netlink_ext_ack *extack)
{
	const char *why = NULL;
	int ret;

	ret = dyad_backlog_catch_up(&res->path.backlog);
	if (ret)
		return ret;
	dyad_resource_lock(res);
	if (res->gone)
		ret = -ENOENT;
	else
		why = suspend(res, force);
	dyad_resource_unlock(res);
	if (why && extack)
		extack->_msg = why;
	if (why)
		ret = -EBUSY;
	if (!ret)
		dyad_netlink_notify(res, DYAD_CMD_RESOURCE_CHANGE_NTF);
	return ret;
}

static const char *resume(struct dyad_resource *res, bool force)
{
	bool suspended = res->path.holds & DYAD_HOLD_SUSPENDED;
	const char *why = NULL;

	/* One word for one thing: what was suspended is not thereby fenced. */
	if (!suspended && dyad_fence_is_pending(res) && !force)
		return dyad_hold_refusal(res);
	res->path.holds &= ~DYAD_HOLD_SUSPENDED;
	if (force && dyad_fence_is_pending(res)) {
		pr_warn("dyad %s: going on by force, the peer may not be fenced\n",
			res->name);
		if (dyad_fence_no_rival(res))
			why = "the disks do not take a new generation: the writes that waited have failed; replace the disk";
	}
	if (suspended) {
		pr_info("dyad %s: resumed\n", res->name);
		dyad_link_resumed(res);
	}
	dyad_resource_publish(res);
	dyad_lean_resumed(res);
	return why;
}

int dyad_hold_resume(struct dyad_resource *res, bool force,
		     struct netlink_ext_ack *extack)
{
	const char *why = NULL;
	int ret = 0;

	dyad_resource_lock(res);
	if (res->gone)
		ret = -ENOENT;
	else
		why = resume(res, force);
	dyad_resource_unlock(res);
	if (why && extack)
		extack->_msg = why;
	if (why)
		ret = -EBUSY;
	if (!ret)
		dyad_netlink_notify(res, DYAD_CMD_RESOURCE_CHANGE_NTF);
	return ret;
}
