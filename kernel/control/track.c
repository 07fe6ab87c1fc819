// SPDX-License-Identifier: GPL-2.0-only
/*
 * A full backlog that makes nobody wait ('on-full track'). It is as if the peer were lost,
 * but that it still gets, in order, what had room:
 *
 *   primary   what finds no room is dirty; the generation that follows; then it completes
 *             BEHIND       the peer records that it is outdated: still a past that existed
 *             ...          the rest of the backlog
 *             SYNC_START   and all that follows from it: see link.c
 *
 * Nothing goes to the peer out of order before it has recorded, at SYNC_START, that it is
 * incomplete (law 10). In async with this setting a resync leaves writes alone, too:
 * see dyad_sync_on_started().
 */
#include "track.h"

#include "control/event.h"
#include "control/link.h"
#include "control/peer.h"
#include "control/record.h"
#include "control/sync.h"

static bool has_peer(struct dyad_resource *res)
{
	return dyad_link_is_connected(res) && !res->peer->verdict.reason &&
	       !dyad_session_has_failed(res->peer->session);
}

/* From here on the peer is to be copied to, as at the beginning of a session. */
static void fall_behind(struct dyad_resource *res)
{
	struct dyad_peer *peer = res->peer;
	struct dyad_volume *volume;
	int i;

	peer->behind = true;
	peer->phase = DYAD_PHASE_NONE;
	peer->agreement.direction = DYAD_DIRECTION_SEND;
	peer->agreement.everything = false;
	dyad_for_each_volume(res, volume, i)
		volume->peer_state = DYAD_DATA_STATE_OUTDATED;
	dyad_peer_tell(peer, DYAD_MSG_BEHIND, 0);
	pr_info("dyad %s: the backlog is full: the peer is to catch up by a resync\n",
		res->name);
	/* It may be empty by now; and the caller may be about to publish. */
	dyad_event_need_alone(res);
}

bool dyad_track_begin(struct dyad_resource *res)
{
	lockdep_assert_held(&res->lock);
	if (!dyad_backlog_is_overrun(&res->path.backlog) || !has_peer(res))
		return false;
	/* First, so that the peer is not leant on under a name that only half our disks took. */
	if (res->peer->phase == DYAD_PHASE_SETTLED)
		fall_behind(res);
	/*
	 * Whether the peer could lead does not matter while it is there: in async it lacks
	 * what has completed at any time. When it is lost, that is asked.
	 */
	dyad_resource_go_alone(res);
	return true;
}

void dyad_track_look(struct dyad_resource *res)
{
	struct dyad_peer *peer = res->peer;

	lockdep_assert_held(&res->lock);
	if (res->lean != DYAD_LEAN_NONE || !has_peer(res))
		return;
	if (peer->phase == DYAD_PHASE_SETTLED && !dyad_track_begin(res))
		return;
	if (!peer->behind || peer->phase != DYAD_PHASE_NONE ||
	    !dyad_backlog_is_empty(&res->path.backlog))
		return;
	/*
	 * A disk here did not take the generation. That ends the session when it is looked
	 * at; or it was before, when there was nothing to end.
	 */
	if (!res->path.alone) {
		if (dyad_resource_worst(res, NULL) <= DYAD_DATA_STATE_INCONSISTENT)
			dyad_link_close(res, DYAD_REASON_DISK_ERROR);
		return;
	}
	/* Of what the peer gets in order nothing is on its way then. */
	dyad_resource_publish(res);
	dyad_link_resumed(res);
}

/* --- at the peer --- */

void dyad_track_on_behind(struct dyad_resource *res)
{
	struct dyad_peer *peer = res->peer;
	struct dyad_volume *volume;
	int i;

	/* A volume has grown since: this node is being copied to by now. */
	if (dyad_link_is_connected(res) && peer->phase == DYAD_PHASE_COPYING &&
	    peer->agreement.direction == DYAD_DIRECTION_RECEIVE)
		return;
	if (!dyad_link_is_connected(res) || res->role != DYAD_ROLE_SECONDARY ||
	    peer->role != DYAD_ROLE_PRIMARY || peer->phase != DYAD_PHASE_SETTLED) {
		dyad_peer_fail(peer, DYAD_REASON_PROTOCOL);
		return;
	}
	peer->behind = true;
	peer->phase = DYAD_PHASE_NONE;
	peer->agreement.direction = DYAD_DIRECTION_RECEIVE;
	peer->agreement.everything = false;
	dyad_for_each_volume(res, volume, i)
		if (volume->data_state == DYAD_DATA_STATE_UPTODATE)
			volume->data_state = DYAD_DATA_STATE_OUTDATED;
	if (dyad_record_save(res))
		return;
	dyad_resource_publish(res);
	pr_info("dyad %s: the primary's backlog is full: it goes on without this node for now\n",
		res->name);
}
