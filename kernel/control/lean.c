// SPDX-License-Identifier: GPL-2.0-only
/*
 * A primary without a disk tracks nothing (rule H2). So when its disks fail, it gives
 * up all of them, and leans on the peer's:
 *
 *   primary   drains, parks what its disks have failed
 *             TRACK      the generation that follows
 *   peer                 records that; all it is sent is hot and dirty before it is
 *                        written from here on
 *             TRACKED    the primary's I/O goes on, by the peer alone
 *
 * Nobody can be ahead of the peer then: it stays up to date if the primary is lost. The
 * primary may meet it again and go on, if it has lost nothing and nobody has led on it.
 * How it is given disks again is in refill.c.
 */
#include "lean.h"

#include "control/fence.h"
#include "control/link.h"
#include "control/owed.h"
#include "control/peer.h"
#include "control/record.h"
#include "control/refill.h"
#include "control/resize.h"
#include "control/track.h"
#include "control/verify.h"
#include "path/request.h"

bool dyad_lean_may(struct dyad_resource *res)
{
	return res->role == DYAD_ROLE_PRIMARY && !res->gone &&
	       res->on_io_error == DYAD_ON_IO_ERROR_DETACH &&
	       res->lean == DYAD_LEAN_NONE && !res->path.alone &&
	       dyad_link_peer_uptodate(res) &&
	       !dyad_session_has_failed(res->peer->session) &&
	       dyad_resource_worst(res, NULL) == DYAD_DATA_STATE_UPTODATE &&
	       !dyad_resize_is_running(res) &&
	       /* What a verify has found tells that the peer's disk is no better. */
	       !dyad_path_is_dirty(&res->path);
}

/* Kept on the disks as far as they take it; what is hot there is compared one day. */
static void give_disks_up(struct dyad_resource *res)
{
	struct dyad_volume *volume;
	int i;

	dyad_for_each_volume(res, volume, i)
		volume->data_state = DYAD_DATA_STATE_INCONSISTENT;
	dyad_record_save(res);
	dyad_for_each_volume(res, volume, i)
		volume->data_state = DYAD_DATA_STATE_FAILED;
}

void dyad_lean_ask(struct dyad_resource *res)
{
	struct dyad_msg msg = { .type = DYAD_MSG_TRACK,
				.length = DYAD_WIRE_SYNC_BYTES };
	struct dyad_sync_msg track = { .lineage = res->lineage };
	u8 payload[DYAD_WIRE_SYNC_BYTES];

	dyad_wire_put_sync(payload, &track);
	dyad_session_tell(res->peer->session, &msg, payload);
	dyad_owed_expect(res);
}

static bool has_peer(struct dyad_resource *res)
{
	return dyad_link_is_up(res) &&
	       !dyad_session_has_failed(res->peer->session);
}

bool dyad_lean_begin(struct dyad_resource *res)
{
	lockdep_assert_held(&res->lock);
	res->lean = DYAD_LEAN_ASKING;
	res->path.holds |= DYAD_HOLD_NO_DATA;
	/* What is in flight ends, or is parked; in async the peer gets what it lacks. */
	dyad_resource_publish(res);
	dyad_backlog_finish(&res->path.backlog, res->peer->session);
	if (!has_peer(res)) {
		res->lean = DYAD_LEAN_NONE;
		res->path.holds &= ~DYAD_HOLD_NO_DATA;
		return false;
	}
	/* Not the disks here: see dyad_record_save(). */
	dyad_lineage_diverge(&res->lineage, dyad_random_name());
	give_disks_up(res);
	pr_warn("dyad %s: the disks here are given up, the peer's take their place\n",
		res->name);
	dyad_resource_publish(res);
	dyad_lean_ask(res);
	return true;
}

/* By the peer, or, while they have not been given up, by the disks here. */
static bool may_still_end(struct dyad_resource *res)
{
	if (res->gone)
		return false;
	return has_peer(res) || res->on_no_data == DYAD_ON_NO_DATA_SUSPEND ||
	       dyad_state_is_whole(dyad_resource_worst(res, NULL));
}

/* A disk has failed whose place the peer's can take: what asks here first has to wait. */
static bool is_about_to(struct dyad_resource *res)
{
	return dyad_lean_may(res) && dyad_resource_has_failures(res);
}

void dyad_lean_decide(struct dyad_resource *res)
{
	lockdep_assert_held(&res->lock);
	if (is_about_to(res)) {
		/* dyad_failure_of_disk() is going to say which. */
		dyad_path_park(&res->path);
	} else if (res->lean == DYAD_LEAN_NONE) {
		if (dyad_path_fail(&res->path) && !dyad_track_begin(res))
			dyad_fence_alone(res);
	} else if (res->lean == DYAD_LEAN_ON && has_peer(res) && !res->path.holds) {
		/* Of a view that was left to a disk that hung. */
		dyad_path_lean(&res->path);
	} else if (may_still_end(res)) {
		dyad_path_park(&res->path);
	} else {
		dyad_path_resume(&res->path, BLK_STS_IOERR);
	}
}

/* Without any data: it waits for the peer, or fails. */
static void obey_policy(struct dyad_resource *res)
{
	if (res->on_no_data == DYAD_ON_NO_DATA_SUSPEND && !res->gone) {
		res->path.holds |= DYAD_HOLD_NO_DATA;
		return;
	}
	res->path.holds &= ~DYAD_HOLD_NO_DATA;
	dyad_path_resume(&res->path, BLK_STS_IOERR);
}

void dyad_lean_lost(struct dyad_resource *res)
{
	if (res->lean == DYAD_LEAN_NONE)
		return;
	res->lean = DYAD_LEAN_ASKING;
	pr_err("dyad %s: neither the disks here nor the peer's can be reached: I/O %s\n",
	       res->name, res->on_no_data == DYAD_ON_NO_DATA_SUSPEND ? "waits" : "fails");
	obey_policy(res);
}

void dyad_lean_resumed(struct dyad_resource *res)
{
	if (res->lean >= DYAD_LEAN_ON && !res->path.holds)
		dyad_path_lean(&res->path);
}

void dyad_lean_end(struct dyad_resource *res)
{
	if (res->lean != DYAD_LEAN_NONE) {
		res->lean = DYAD_LEAN_NONE;
		/* The disks here, if there are any again, are what they were before. */
		dyad_lineage_before(&res->lineage);
		res->path.holds &= ~DYAD_HOLD_NO_DATA;
	}
	dyad_path_resume(&res->path, BLK_STS_IOERR);
}

void dyad_lean_set(struct dyad_resource *res, const struct dyad_settings *settings)
{
	if (settings->on_io_error)
		res->on_io_error = *settings->on_io_error;
	if (settings->on_no_data)
		res->on_no_data = *settings->on_no_data;
	if (res->lean != DYAD_LEAN_NONE && !has_peer(res))
		obey_policy(res);
	if (settings->on_io_error || settings->on_no_data)
		dyad_resource_publish(res);
}

/* --- at the peer --- */

/* Both were in step, or have agreed that this node's disks are to go on being used. */
static bool may_bear(struct dyad_resource *res)
{
	struct dyad_peer *peer = res->peer;

	if (!dyad_link_is_connected(res) || res->role != DYAD_ROLE_SECONDARY ||
	    peer->role != DYAD_ROLE_PRIMARY)
		return false;
	switch (peer->agreement.direction) {
	case DYAD_DIRECTION_BEAR:
		return peer->phase == DYAD_PHASE_NONE;
	case DYAD_DIRECTION_SEND:
		/* It was told to let go, and then the disk there has failed again. */
		if (peer->phase == DYAD_PHASE_ENDING)
			return true;
		fallthrough;
	default:
		return peer->phase == DYAD_PHASE_SETTLED;
	}
}

/* The generation that follows ours, or is ours already. */
static bool follows(const struct dyad_lineage *next, const struct dyad_lineage *mine)
{
	return next->now == mine->now || (mine->now && next->base == mine->now);
}

/* On the disks before anything is written that only they hold (law 6). */
static int record(struct dyad_resource *res, const struct dyad_lineage *lineage)
{
	struct dyad_lineage before = res->lineage;
	u64 since = res->alone_since;
	bool alone = res->alone;
	struct dyad_volume *volume;
	int ret;
	int i;

	if (lineage->now != before.now)
		dyad_lineage_diverge(&res->lineage, lineage->now);
	res->alone = true;
	if (!since)
		res->alone_since = ktime_get_real_seconds();
	/* The primary knows that all it was told is written is here. */
	dyad_for_each_volume(res, volume, i)
		volume->data_state = DYAD_DATA_STATE_UPTODATE;
	ret = dyad_record_save(res);
	if (!ret)
		return 0;
	res->lineage = before;
	res->alone_since = since;
	res->alone = alone;
	return ret;
}

void dyad_lean_on_track(struct dyad_resource *res, const u8 *payload)
{
	struct dyad_peer *peer = res->peer;
	struct dyad_sync_msg track;
	struct dyad_volume *volume;
	int i;

	if (dyad_wire_get_sync(&track, payload) || !may_bear(res) ||
	    !follows(&track.lineage, &res->lineage)) {
		dyad_peer_fail(peer, DYAD_REASON_PROTOCOL);
		return;
	}
	/* A disk here has failed too: the session is about to end. */
	if (!dyad_state_is_whole(dyad_resource_worst(res, NULL)))
		return;
	dyad_verify_break(res, "the peer has lost its disk");
	if (record(res, &track.lineage))
		return;
	WRITE_ONCE(res->path.alone, true);
	res->bears = true;
	peer->agreement.direction = DYAD_DIRECTION_BEAR;
	peer->phase = DYAD_PHASE_LEANING;
	dyad_for_each_volume(res, volume, i)
		volume->peer_state = DYAD_DATA_STATE_FAILED;
	dyad_resource_publish(res);
	pr_warn("dyad %s: the primary has lost its disks, those here take their place\n",
		res->name);
	dyad_peer_tell(peer, DYAD_MSG_TRACKED, 0);
}

/* --- at the primary again --- */

void dyad_lean_on_tracked(struct dyad_resource *res)
{
	struct dyad_peer *peer = res->peer;
	struct dyad_volume *volume;
	int i;

	if (res->lean != DYAD_LEAN_ASKING || !dyad_link_is_connected(res)) {
		dyad_peer_fail(peer, DYAD_REASON_PROTOCOL);
		return;
	}
	/* What it fails is on its way, and decides. */
	if (dyad_session_has_failed(peer->session))
		return;
	res->lean = DYAD_LEAN_ON;
	res->path.holds &= ~DYAD_HOLD_NO_DATA;
	peer->phase = DYAD_PHASE_LEANING;
	dyad_for_each_volume(res, volume, i)
		volume->peer_state = DYAD_DATA_STATE_UPTODATE;
	dyad_resource_publish(res);
	dyad_lean_resumed(res);
	dyad_refill_start(res);
}
