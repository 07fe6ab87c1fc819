// SPDX-License-Identifier: GPL-2.0-only
/*
 * Replication modes. The primary's rules. A switch drains what was written in the old
 * mode, goes on as in sync, which keeps every promise of any mode, has the peer record
 * the new one, records it, and only then writes in it.
 */
#include "mode.h"

#include "control/event.h"
#include "control/hang.h"
#include "control/link.h"
#include "control/netlink.h"
#include "control/peer.h"
#include "control/record.h"
#include "control/resize.h"

#define ANSWER_TIME (5 * HZ)
#define MAX_BACKLOG 1024	/* messages that a peer leaves unread while asking more */

static const char *const names[] = {
	[DYAD_MODE_SYNC] = "sync",
	[DYAD_MODE_MEMSYNC] = "memsync",
	[DYAD_MODE_ASYNC] = "async",
};

/* On the disks, if there are any, or as before. */
static int record(struct dyad_resource *res, enum dyad_mode mode)
{
	enum dyad_mode before = res->mode;
	unsigned int volumes;
	int ret = 0;

	dyad_resource_worst(res, &volumes);
	/* In async only this side has to keep what has completed (rule H13). */
	if (mode == DYAD_MODE_ASYNC && dyad_resource_flush(res))
		return -EIO;
	res->mode = mode;
	if (volumes)
		ret = dyad_record_save(res);
	if (ret)
		res->mode = before;
	else
		pr_info("dyad %s: mode %s\n", res->name, names[mode]);
	return ret;
}

/* Why not, as a sentence, or NULL. */
static const char *refusal(struct dyad_resource *res, enum dyad_mode mode)
{
	if (res->switching >= 0)
		return "the mode is being switched already; wait for that";
	/* Who has what had completed then, the two find out by that (rule H13). */
	if (!dyad_link_is_up(res) && res->mode == DYAD_MODE_ASYNC &&
	    mode != res->mode && res->role != DYAD_ROLE_PRIMARY && res->lineage.now)
		return "the last session was in async, in which the two may differ; connect the peer, or promote this node, before the mode is changed";
	if (dyad_hang_refusal(res))
		return dyad_hang_refusal(res);
	if (!dyad_link_is_up(res))
		return NULL;
	if (!dyad_link_is_connected(res))
		return "the session with the peer is being negotiated; try again in a moment";
	if (dyad_resize_is_running(res))
		return "a volume is growing; try again in a moment";
	/* The peer would record it, and the session not outlive that it is not recorded here. */
	if (res->role == DYAD_ROLE_PRIMARY)
		return mode == res->mode || dyad_record_is_possible(res) ? NULL :
			"a disk of this node has failed, and the mode is recorded on all; give it a disk first";
	if (res->peer->role == DYAD_ROLE_PRIMARY)
		return "the primary's mode rules both nodes; set it there";
	return "neither node is primary, and the primary's mode rules both; promote one first, or disconnect";
}

static void tell(struct dyad_resource *res, enum dyad_msg_type type,
		 enum dyad_mode mode)
{
	struct dyad_msg msg = { .type = type, .bytes = mode };

	dyad_session_tell(res->peer->session, &msg, NULL);
}

/* Without the lock; returns with it. */
static bool ask_peer(struct dyad_resource *res, enum dyad_mode mode)
{
	struct dyad_session *session = dyad_session_get(res->peer->session);
	bool recorded;

	res->switching = mode;
	tell(res, DYAD_MSG_MODE, mode);
	dyad_resource_unlock(res);
	wait_event_timeout(res->wake, READ_ONCE(res->switching) < 0 ||
			   dyad_session_has_failed(session), ANSWER_TIME);
	dyad_resource_lock(res);
	recorded = res->switching < 0 && dyad_link_is_connected(res) &&
		   res->peer->session == session;
	res->switching = -1;
	dyad_session_put(session);
	return recorded;
}

static int with_peer(struct dyad_resource *res, enum dyad_mode mode,
		     struct netlink_ext_ack *extack)
{
	int ret = 0;

	/* From here on as in sync; what was written in the old mode has drained. */
	dyad_mode_drain(res);
	res->strict = true;
	dyad_resource_publish(res);
	if (!ask_peer(res, mode)) {
		NL_SET_ERR_MSG(extack, "the peer did not record the mode; look at 'dyad status' and try again");
		ret = -EBUSY;
	} else if (record(res, mode)) {
		NL_SET_ERR_MSG(extack, "the metadata could not be written; replace the disk first");
		ret = -EIO;
	}
	/* It may have recorded what does not come now: the next handshake says which. */
	if (ret)
		dyad_link_close(res, ret == -EIO ? DYAD_REASON_DISK_ERROR :
						   DYAD_REASON_STALLED);
	res->strict = false;
	dyad_resource_publish(res);
	return ret;
}

static int alone(struct dyad_resource *res, enum dyad_mode mode,
		 struct netlink_ext_ack *extack)
{
	if (record(res, mode)) {
		NL_SET_ERR_MSG(extack, "the metadata could not be written; replace the disk first");
		return -EIO;
	}
	dyad_resource_publish(res);
	return 0;
}

int dyad_mode_set(struct dyad_resource *res, enum dyad_mode mode,
		  struct netlink_ext_ack *extack)
{
	const char *why;
	int ret;

	/* Without the lock, so that the status has the lag meanwhile (law 11). */
	ret = dyad_backlog_catch_up(&res->path.backlog);
	if (ret)
		return ret;
	dyad_resource_lock(res);
	why = refusal(res, mode);
	if (res->gone) {
		ret = -ENOENT;
	} else if (why) {
		if (extack)
			extack->_msg = why;
		ret = -EBUSY;
	} else if (mode == res->mode) {
		ret = 0;
	} else if (dyad_link_is_up(res)) {
		ret = with_peer(res, mode, extack);
	} else {
		ret = alone(res, mode, extack);
	}
	dyad_resource_unlock(res);
	if (!ret)
		dyad_netlink_notify(res, DYAD_CMD_RESOURCE_CHANGE_NTF);
	return ret;
}

/* What is written in sync must not overtake what waits in the backlog (law 10). */
void dyad_mode_drain(struct dyad_resource *res)
{
	if (res->role != DYAD_ROLE_PRIMARY || !dyad_link_is_connected(res) ||
	    dyad_link_mode(res) != DYAD_MODE_ASYNC)
		return;
	res->path.holds |= DYAD_HOLD_CATCHING_UP;
	dyad_resource_publish(res);
	res->path.holds &= ~DYAD_HOLD_CATCHING_UP;
}

int dyad_mode_meet(struct dyad_resource *res)
{
	enum dyad_mode mode = res->peer->agreement.mode;

	return mode == res->mode ? 0 : record(res, mode);
}

static void on_mode(struct dyad_resource *res, enum dyad_mode mode)
{
	struct dyad_peer *peer = res->peer;

	if (peer->link != DYAD_LINK_STATE_CONNECTED ||
	    res->role == DYAD_ROLE_PRIMARY ||
	    dyad_session_backlog(peer->session) > MAX_BACKLOG) {
		dyad_peer_fail(peer, DYAD_REASON_PROTOCOL);
		return;
	}
	/* A disk that does not take it has failed; that ends the session. */
	if (mode != res->mode && record(res, mode))
		return;
	dyad_resource_publish(res);
	tell(res, DYAD_MSG_MODE_RECORDED, mode);
}

void dyad_mode_message(struct dyad_resource *res, const struct dyad_msg *msg)
{
	if (msg->type == DYAD_MSG_MODE)
		on_mode(res, msg->bytes);
	else if (res->switching == (int)msg->bytes)
		WRITE_ONCE(res->switching, -1);
}
