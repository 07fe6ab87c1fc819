// SPDX-License-Identifier: GPL-2.0-only
/* The primary role between two that are connected: asked for, granted, given back. */
#include "grant.h"

#include "control/link.h"
#include "control/peer.h"
#include "control/record.h"
#include "control/resize.h"
#include "control/verify.h"

#define MAX_BACKLOG 1024	/* messages that a peer leaves unread while asking more */

void dyad_grant_ask(struct dyad_resource *res)
{
	dyad_peer_tell(res->peer, DYAD_MSG_ROLE, DYAD_MSG_F_PRIMARY);
}

void dyad_grant_return(struct dyad_resource *res)
{
	if (dyad_link_is_connected(res))
		dyad_peer_tell(res->peer, DYAD_MSG_ROLE, 0);
}

/* Two that ask at once: the lower id wins, on both sides. */
static bool grant(struct dyad_resource *res)
{
	const struct dyad_peer *peer = res->peer;

	if (res->role == DYAD_ROLE_PRIMARY || dyad_resize_is_running(res))
		return false;
	if (res->asking && res->node_id < peer->node_id)
		return false;
	return peer->agreement.direction != DYAD_DIRECTION_SEND ||
	       peer->phase == DYAD_PHASE_SETTLED;
}

/* The peer is the last primary from here on, on the disks too (rule H13). */
static bool forget_lead(struct dyad_resource *res)
{
	if (!res->was_primary)
		return true;
	res->was_primary = false;
	if (!dyad_record_save(res))
		return true;
	res->was_primary = true;
	return false;
}

static void on_role(struct dyad_resource *res, const struct dyad_msg *msg)
{
	struct dyad_peer *peer = res->peer;
	bool granted;

	if (peer->link != DYAD_LINK_STATE_CONNECTED) {
		dyad_peer_fail(peer, DYAD_REASON_PROTOCOL);
		return;
	}
	if (!(msg->flags & DYAD_MSG_F_PRIMARY)) {
		peer->role = DYAD_ROLE_SECONDARY;
		return;
	}
	if (dyad_session_backlog(peer->session) > MAX_BACKLOG) {
		dyad_peer_fail(peer, DYAD_REASON_PROTOCOL);
		return;
	}
	granted = grant(res) && forget_lead(res);
	if (granted) {
		/* From here on only the peer knows what is being written (rule H18). */
		dyad_verify_break(res, "the peer becomes primary");
		peer->role = DYAD_ROLE_PRIMARY;
	}
	dyad_peer_tell(peer, DYAD_MSG_ROLE_ANSWER, granted ? DYAD_MSG_F_GRANTED : 0);
}

static void on_role_answer(struct dyad_resource *res, const struct dyad_msg *msg)
{
	if (res->asking)
		WRITE_ONCE(res->answer, msg->flags & DYAD_MSG_F_GRANTED ? 1 : -1);
}

void dyad_grant_message(struct dyad_resource *res, const struct dyad_msg *msg)
{
	if (msg->type == DYAD_MSG_ROLE)
		on_role(res, msg);
	else
		on_role_answer(res, msg);
}
