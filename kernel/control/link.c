// SPDX-License-Identifier: GPL-2.0-only
/*
 * The session of a resource, from the first exchange of states to its end:
 *
 *   both     STATE        what I hold; both reach the same agreement
 *   target   MAP ...      what is dirty here as well
 *   both     READY        I take your writes from here on
 *   source   SYNC_START   target records that it is incomplete, SYNC_STARTED
 *            ...          the copying, on the data streams
 *   source   SYNC_DONE    target flushes and records the generation,
 *                         SYNC_SETTLED: both hold the same
 */
#include "link.h"

#include "trace.h"
#include "control/compression.h"
#include "control/event.h"
#include "control/fence.h"
#include "control/grant.h"
#include "control/hang.h"
#include "control/lean.h"
#include "control/mode.h"
#include "control/owed.h"
#include "control/peer.h"
#include "control/record.h"
#include "control/refill.h"
#include "control/resize.h"
#include "control/sync.h"
#include "control/track.h"
#include "control/verify.h"
#include "core/agree.h"
#include "path/replica.h"
#include "path/resync.h"

static const char *const roles[] = {
	[DYAD_ROLE_SECONDARY] = "secondary",
	[DYAD_ROLE_PRIMARY] = "primary",
};

bool dyad_link_is_up(struct dyad_resource *res)
{
	return res->peer && res->peer->session;
}

bool dyad_link_is_connected(struct dyad_resource *res)
{
	return res->peer && res->peer->link == DYAD_LINK_STATE_CONNECTED;
}

bool dyad_link_may_store(struct dyad_resource *res)
{
	return dyad_link_is_up(res) && res->peer->may_store &&
	       res->role == DYAD_ROLE_SECONDARY;
}

/* Not before the target has recorded that it is incomplete (rule H8). */
struct dyad_session *dyad_link_take_session(struct dyad_resource *res)
{
	if (!dyad_link_is_connected(res))
		return NULL;
	switch (res->peer->phase) {
	case DYAD_PHASE_COPYING:
		if (res->peer->apart)
			return NULL;
		fallthrough;
	case DYAD_PHASE_RESTARTING:
	case DYAD_PHASE_ENDING:
	case DYAD_PHASE_SETTLED:
	case DYAD_PHASE_LEANING:
		return dyad_session_get(res->peer->session);
	default:
		return NULL;
	}
}

/*
 * The order of async is that of one side's writes, so it is kept only once both hold the
 * same. A resync copies what is newest: a block that was written after a flush, while what
 * the flush covered elsewhere is still in the backlog, and then tells the peer that it is
 * whole. That is no past that existed (law 10), for the moment until the backlog is empty; no
 * schedule of the simulator has hit it. A verify would find what only waits (rule H18).
 * And with a disk here that has failed, or none (rule H2), only what the peer has is kept
 * (rule H15).
 */
enum dyad_mode dyad_link_mode(struct dyad_resource *res)
{
	if (res->strict || res->lean != DYAD_LEAN_NONE ||
	    (res->mode == DYAD_MODE_ASYNC &&
	     (!dyad_link_peer_uptodate(res) || res->peer->verify ||
	      dyad_resize_is_running(res) ||
	      dyad_resource_worst(res, NULL) != DYAD_DATA_STATE_UPTODATE)))
		return DYAD_MODE_SYNC;
	return res->mode;
}

bool dyad_link_is_decided(struct dyad_resource *res)
{
	return dyad_link_is_connected(res) &&
	       res->peer->phase > DYAD_PHASE_STARTING;
}

bool dyad_link_is_leant_on(struct dyad_resource *res)
{
	return dyad_link_is_connected(res) && res->bears &&
	       res->peer->phase == DYAD_PHASE_LEANING;
}

bool dyad_link_may_cool(struct dyad_resource *res)
{
	return !dyad_link_is_up(res) || dyad_link_peer_uptodate(res);
}

bool dyad_link_peer_uptodate(struct dyad_resource *res)
{
	return dyad_link_is_connected(res) &&
	       res->peer->phase == DYAD_PHASE_SETTLED;
}

bool dyad_link_peer_may_count(struct dyad_resource *res)
{
	const struct dyad_peer *peer = res->peer;

	return dyad_link_is_connected(res) &&
	       (peer->phase == DYAD_PHASE_RESTARTING ||
		peer->phase == DYAD_PHASE_ENDING ||
		peer->phase == DYAD_PHASE_SETTLED);
}

static bool is_target(const struct dyad_peer *peer)
{
	return peer->agreement.direction == DYAD_DIRECTION_RECEIVE &&
	       peer->phase != DYAD_PHASE_SETTLED;
}

void dyad_link_describe(struct dyad_resource *res, struct dyad_promotion *p)
{
	const struct dyad_peer *peer = res->peer;

	p->connected = dyad_link_is_connected(res);
	p->level = dyad_state_is_level(&res->fence.parting, res->instance);
	p->negotiating = dyad_link_is_up(res) && !p->connected;
	p->peer_primary = p->connected && peer->role == DYAD_ROLE_PRIMARY;
	p->target = p->connected && is_target(peer);
	p->async = res->mode == DYAD_MODE_ASYNC;
}

/* --- what a session calls, from its workers --- */

static int session_payload(struct dyad_lane *lane, const struct dyad_msg *msg,
			   struct iov_iter *to)
{
	struct dyad_resource *res = lane->session->owner;

	return dyad_replica_payload(&res->path, lane, msg, to);
}

static int session_request(struct dyad_lane *lane, const struct dyad_msg *msg)
{
	struct dyad_resource *res = lane->session->owner;

	return dyad_replica_request(&res->path, lane, msg);
}

static int session_control(struct dyad_session *session,
			   const struct dyad_msg *msg, const u8 *payload)
{
	return dyad_event_message(session->owner, session, msg, payload);
}

static void session_failed(struct dyad_session *session)
{
	dyad_event_session_failed(session->owner, session);
}

static void session_release(struct dyad_session *session)
{
	dyad_resource_put(session->owner);
}

const struct dyad_session_ops dyad_link_ops = {
	.payload = session_payload,
	.request = session_request,
	.abandon = dyad_replica_abandon,
	.hold = dyad_replica_hold,
	.control = session_control,
	.failed = session_failed,
	.release = session_release,
};

/* --- agreeing --- */

static void snapshot(struct dyad_resource *res, struct dyad_state_msg *state)
{
	struct dyad_volume *volume;
	int i;

	memset(state, 0, sizeof(*state));
	state->lineage = res->lineage;
	state->instance = res->instance;
	state->peer_instance = res->equal;
	state->alone_since = res->alone_since;
	state->policy = res->policy;
	state->primary_policy = res->primary_policy;
	state->ping_ms = res->peer->ping_ms;
	state->primary = res->role == DYAD_ROLE_PRIMARY;
	state->was_primary = res->was_primary;
	state->discard = res->peer->discard;
	state->fencing = dyad_fence_is_promised(res);
	state->mode = res->mode;
	dyad_for_each_volume(res, volume, i) {
		struct dyad_volume_state *v = &state->volumes[i];

		v->present = true;
		v->in_use = dyad_volume_openers(volume);
		v->unsure = dyad_regions_any_unsure(&volume->regions);
		v->sectors = volume->regions.sectors;
		v->pending = volume->meta->super.pending.data_sectors;
		v->dirty = dyad_regions_dirty(&volume->regions) / DYAD_WIRE_BLOCK;
		v->block_size = queue_logical_block_size(volume->disk->queue);
		v->data_state = dyad_refill_told_state(res, volume);
	}
}

/* Whoever shows the session looks at it without the resource's lock. */
static void set_session(struct dyad_peer *peer, struct dyad_session *session)
{
	mutex_lock(&peer->res->shown);
	peer->session = session;
	mutex_unlock(&peer->res->shown);
}

void dyad_link_establish(struct dyad_resource *res, struct dyad_session *session)
{
	struct dyad_msg msg = { .type = DYAD_MSG_STATE, .length = DYAD_WIRE_STATE_BYTES };
	struct dyad_peer *peer = res->peer;
	u8 payload[DYAD_WIRE_STATE_BYTES];

	dyad_backlog_open(&res->path.backlog);
	dyad_inbox_open(&res->path.inbox);
	peer->link = DYAD_LINK_STATE_NEGOTIATING;
	peer->have_theirs = false;
	peer->verdict = (struct dyad_cause) { };
	peer->may_store = false;
	peer->phase = DYAD_PHASE_NONE;
	peer->behind = false;
	peer->apart = false;
	set_session(peer, session);
	snapshot(res, &peer->mine);
	dyad_session_start(session);
	dyad_wire_put_state(payload, &peer->mine);
	dyad_session_tell(session, &msg, payload);
	dyad_owed_expect(res);
}

static void send_map(struct dyad_peer *peer, struct dyad_volume *volume,
		     u64 number, const u8 *map, u32 whole, bool suspect)
{
	struct dyad_msg msg = {
		.type = DYAD_MSG_MAP,
		.volume = volume->index,
		.sector = number,
		.flags = (whole ? DYAD_MSG_F_ALL : 0) |
			 (suspect ? DYAD_MSG_F_SUSPECT : 0),
		.bytes = whole,
		.length = whole ? 0 : DYAD_WIRE_MAP_BYTES,
	};

	dyad_session_tell(peer->session, &msg, map);
}

static void send_volume_maps(struct dyad_peer *peer, struct dyad_volume *volume)
{
	u8 map[DYAD_WIRE_MAP_BYTES];
	bool suspect, run = false;
	unsigned int dirty;
	u64 number;
	u32 whole = 0;

	BUILD_BUG_ON(DYAD_WIRE_MAP_BYTES * 8 != DYAD_REGION_BLOCKS);
	for (number = 0; number < volume->regions.count; number++) {
		dirty = dyad_regions_get_map(&volume->regions, number, map, &suspect);
		/* Whole regions in a row go in one message, if of one kind. */
		if (whole && (dirty != DYAD_REGION_BLOCKS || suspect != run)) {
			send_map(peer, volume, number - whole, NULL, whole, run);
			whole = 0;
		}
		run = suspect;
		if (dirty == DYAD_REGION_BLOCKS)
			whole++;
		else if (dirty)
			send_map(peer, volume, number, map, 0, suspect);
		cond_resched();
	}
	if (whole)
		send_map(peer, volume, number - whole, NULL, whole, run);
}

/* The source copies what is dirty on either side (rule H12). */
static void send_maps(struct dyad_resource *res)
{
	struct dyad_volume *volume;
	int i;

	dyad_for_each_volume(res, volume, i)
		if (dyad_regions_dirty(&volume->regions))
			send_volume_maps(res->peer, volume);
}

/* Take the larger blocks of the peer's disk: agreed only if nobody is using it. */
static int adjust_volumes(struct dyad_resource *res)
{
	struct dyad_volume *volume;
	int i;

	dyad_for_each_volume(res, volume, i) {
		const struct dyad_volume_state *v = &res->peer->theirs.volumes[i];

		volume->peer_state = v->data_state;
		if (v->block_size <= queue_logical_block_size(volume->disk->queue))
			continue;
		/* It may have been opened since we told our state. */
		if (dyad_volume_openers(volume))
			return -EBUSY;
		dyad_disk_set_block_size(volume->disk, v->block_size);
	}
	return 0;
}

/* Another life of the peer: what it had not flushed in the last one is lost. */
static void meet(struct dyad_resource *res)
{
	struct dyad_peer *peer = res->peer;
	struct dyad_volume *volume;
	int i;

	if (res->met && res->met != peer->theirs.instance)
		dyad_for_each_volume(res, volume, i)
			dyad_heat_lost_cache(&volume->heat);
	res->met = peer->theirs.instance;
}

/* For whoever has to decide which side's changes to keep. */
static void note_split(struct dyad_peer *peer)
{
	int i;

	peer->diverged = peer->agreement.reason == DYAD_REASON_SPLIT_BRAIN ||
			 peer->agreement.reason == DYAD_REASON_UNRELATED;
	peer->alone_since = peer->theirs.alone_since;
	peer->changed = 0;
	for (i = 0; i < DYAD_WIRE_VOLUMES; i++)
		peer->changed += peer->theirs.volumes[i].dirty;
}

static void on_state(struct dyad_resource *res, const u8 *payload)
{
	struct dyad_peer *peer = res->peer;

	if (peer->have_theirs || dyad_wire_get_state(&peer->theirs, payload)) {
		dyad_peer_fail(peer, DYAD_REASON_PROTOCOL);
		return;
	}
	peer->have_theirs = true;
	peer->agreement = dyad_agree(&peer->mine, &peer->theirs,
				     res->node_id < peer->node_id);
	note_split(peer);
	dyad_session_set_lease(peer->session, peer->theirs.ping_ms);
	if (peer->agreement.reason) {
		dyad_peer_fail(peer, peer->agreement.reason);
		return;
	}
	peer->role = peer->theirs.primary ? DYAD_ROLE_PRIMARY :
					    DYAD_ROLE_SECONDARY;
	if (adjust_volumes(res)) {
		dyad_peer_fail(peer, DYAD_REASON_BLOCK_SIZE);
		return;
	}
	if (dyad_resize_meet(res) || dyad_mode_meet(res))
		return;
	meet(res);
	/* The peer may go on alone once it knows that we are here to follow. */
	res->fence.parting.known = false;
	if (peer->agreement.direction != DYAD_DIRECTION_BEAR)
		res->bears = false;
	if (peer->agreement.direction == DYAD_DIRECTION_RECEIVE &&
	    !peer->agreement.everything)
		send_maps(res);
	peer->may_store = true;
	dyad_resource_publish(res);
	WRITE_ONCE(peer->session->serving, true);
	dyad_peer_tell(peer, DYAD_MSG_READY, 0);
}

static void on_map(struct dyad_resource *res, const struct dyad_msg *msg, const u8 *map)
{
	struct dyad_volume *volume = res->path.volumes[msg->volume];
	struct dyad_peer *peer = res->peer;
	bool all = msg->flags & DYAD_MSG_F_ALL;
	u32 count = all ? msg->bytes : 1;
	u64 number = msg->sector;

	if (!volume || peer->link != DYAD_LINK_STATE_NEGOTIATING ||
	    !peer->have_theirs ||
	    peer->agreement.direction != DYAD_DIRECTION_SEND ||
	    number >= volume->regions.count ||
	    count > volume->regions.count - number) {
		dyad_peer_fail(peer, DYAD_REASON_PROTOCOL);
		return;
	}
	for (; count; count--, number++) {
		dyad_regions_add_map(&volume->regions, number, all ? NULL : map,
				     msg->flags & DYAD_MSG_F_SUSPECT);
		cond_resched();
	}
}

/* The peer has what counts; until it says so, ours may be behind. */
static void doubt(struct dyad_resource *res)
{
	struct dyad_volume *volume;
	int i;

	dyad_for_each_volume(res, volume, i)
		if (volume->data_state == DYAD_DATA_STATE_UPTODATE)
			volume->data_state = DYAD_DATA_STATE_CONSISTENT;
}

static void on_ready(struct dyad_resource *res)
{
	struct dyad_peer *peer = res->peer;

	if (!peer->have_theirs || peer->link != DYAD_LINK_STATE_NEGOTIATING) {
		dyad_peer_fail(peer, DYAD_REASON_PROTOCOL);
		return;
	}
	peer->link = DYAD_LINK_STATE_CONNECTED;
	peer->sessions++;
	peer->cause = (struct dyad_cause) { };
	switch (peer->agreement.direction) {
	case DYAD_DIRECTION_RECEIVE:
		doubt(res);
		break;
	case DYAD_DIRECTION_NONE:
		peer->discard = false;
		break;
	case DYAD_DIRECTION_LEAN:
		break;
	default:
		/* A disk has failed since we told our state. */
		if (!dyad_state_is_whole(dyad_resource_worst(res, NULL)))
			dyad_peer_fail(peer, DYAD_REASON_DISK_ERROR);
		break;
	}
	if (peer->verdict.reason)
		return;
	trace_dyad_session_up(res->name, peer->name);
	pr_info("dyad %s: connected to %s, which is %s\n", res->name, peer->name,
		roles[peer->role]);
	dyad_compression_report(res);
	/* Demoted since we told our state. */
	if (peer->mine.primary && res->role == DYAD_ROLE_SECONDARY)
		dyad_grant_return(res);
	/* The peer's disk is as it is until I/O goes on: it may be in a snapshot. */
	if (peer->agreement.direction == DYAD_DIRECTION_SEND &&
	    !(res->path.holds & DYAD_HOLD_SUSPENDED))
		dyad_sync_start(res);
	if (peer->agreement.direction == DYAD_DIRECTION_LEAN)
		dyad_lean_ask(res);
	dyad_resource_publish(res);
}

void dyad_link_resumed(struct dyad_resource *res)
{
	struct dyad_peer *peer = res->peer;

	if (!dyad_link_is_connected(res) || peer->verdict.reason ||
	    peer->agreement.direction != DYAD_DIRECTION_SEND ||
	    peer->phase != DYAD_PHASE_NONE ||
	    res->path.holds & DYAD_HOLD_SUSPENDED)
		return;
	/* A disk has failed since we told our state. */
	if (!dyad_state_is_whole(dyad_resource_worst(res, NULL)))
		dyad_peer_fail(peer, DYAD_REASON_DISK_ERROR);
	else
		dyad_sync_start(res);
}

void dyad_link_promoted(struct dyad_resource *res, bool equal)
{
	struct dyad_peer *peer = res->peer;

	if (!dyad_link_is_connected(res) ||
	    peer->agreement.direction != DYAD_DIRECTION_NONE)
		return;
	peer->agreement.direction = DYAD_DIRECTION_SEND;
	peer->agreement.everything = !equal;
	dyad_sync_start(res);
}

void dyad_link_message(struct dyad_resource *res, struct dyad_session *session,
		       const struct dyad_msg *msg, const u8 *payload)
{
	if (!res->peer || res->peer->session != session ||
	    res->peer->verdict.reason)
		return;
	res->heard++;
	switch (msg->type) {
	case DYAD_MSG_STATE:
		on_state(res, payload);
		break;
	case DYAD_MSG_MAP:
		on_map(res, msg, payload);
		break;
	case DYAD_MSG_READY:
		on_ready(res);
		break;
	case DYAD_MSG_ROLE:
	case DYAD_MSG_ROLE_ANSWER:
		dyad_grant_message(res, msg);
		break;
	case DYAD_MSG_SYNC_START:
		dyad_sync_on_start(res, payload);
		break;
	case DYAD_MSG_SYNC_STARTED:
		dyad_sync_on_started(res);
		break;
	case DYAD_MSG_SYNC_DONE:
		dyad_sync_on_done(res, payload);
		break;
	case DYAD_MSG_SYNC_SETTLED:
		dyad_sync_on_settled(res);
		break;
	case DYAD_MSG_GROW ... DYAD_MSG_GROW_UNDO:
		dyad_resize_message(res, msg);
		break;
	case DYAD_MSG_MODE:
	case DYAD_MSG_MODE_RECORDED:
		dyad_mode_message(res, msg);
		break;
	case DYAD_MSG_TRACK:
		dyad_lean_on_track(res, payload);
		break;
	case DYAD_MSG_TRACKED:
		dyad_lean_on_tracked(res);
		break;
	case DYAD_MSG_BEHIND:
		dyad_track_on_behind(res);
		break;
	case DYAD_MSG_REFILLED:
		dyad_refill_on_refilled(res);
		break;
	default:
		dyad_peer_fail(res->peer, DYAD_REASON_PROTOCOL);
		break;
	}
}

/* --- the end --- */

/* Closed on purpose by a side that goes on: not merely lost. */
static bool in_order(struct dyad_cause cause)
{
	return cause.reason == DYAD_REASON_ASKED ||
	       cause.reason == DYAD_REASON_DETACHED;
}

/*
 * Was the session ended by the peer, or has the peer heard that we do? Then it does not
 * take this for a loss: it says itself that it is not up to date any more. In the
 * handshake it has not begun to forget the last session yet. That a disk has failed is
 * said by whose disk it is; heard back it is our own.
 */
bool dyad_link_peer_knows(struct dyad_resource *res)
{
	struct dyad_session *session = dyad_link_is_connected(res) ?
				       res->peer->session : NULL;

	return session && dyad_session_has_failed(session) &&
	       session->cause.told &&
	       (in_order(session->cause) ||
		(session->cause.reason == DYAD_REASON_DISK_ERROR &&
		 !session->leaving));
}

/* What a word that the peer is off will be worth (rule H1). */
static void part(struct dyad_resource *res)
{
	const struct dyad_peer *peer = res->peer;

	res->fence.parting = (struct dyad_parting) {
		.known = true,
		.sync = res->mode != DYAD_MODE_ASYNC,
		.fencing = peer->mine.fencing && peer->theirs.fencing,
		.uptodate = dyad_resource_worst(res, NULL) ==
			    DYAD_DATA_STATE_UPTODATE,
		.instance = res->instance,
	};
}

static void lose_states(struct dyad_resource *res, struct dyad_cause cause)
{
	bool peer_primary = dyad_link_is_connected(res) &&
			    res->peer->role == DYAD_ROLE_PRIMARY;
	enum dyad_data_state state;
	struct dyad_volume *volume;
	bool changed = false;
	int i;

	/* The peer may lose its cache before it is met again. */
	dyad_for_each_volume(res, volume, i)
		dyad_heat_lost_peer(&volume->heat);
	if (!dyad_link_is_connected(res))
		return;
	part(res);
	dyad_for_each_volume(res, volume, i) {
		/* Who leans on this node cannot go on without it. */
		if (res->bears)
			break;
		state = dyad_state_after_loss(volume->data_state,
					      res->role == DYAD_ROLE_PRIMARY,
					      peer_primary, in_order(cause));
		changed |= state != volume->data_state;
		volume->data_state = state;
	}
	if (changed)
		dyad_record_save(res);
}

/* They do not fit, or a resync did not get to its end: not to be tried again at once. */
static bool is_in_vain(const struct dyad_peer *peer)
{
	return peer->verdict.reason || (peer->phase >= DYAD_PHASE_STARTING &&
					peer->phase <= DYAD_PHASE_ENDING);
}

/*
 * Losing the peer never waits for itself (rule H20): first its requests are
 * failed, which leaves their writes to complete here; then I/O enters without
 * it; then the old view drains, and with it what the peer had on our disks.
 */
static void teardown(struct dyad_resource *res, struct dyad_cause cause)
{
	struct dyad_peer *peer = res->peer;
	struct dyad_session *session = peer->session;

	trace_dyad_session_down(res->name, peer->name, dyad_cause_text(cause));
	/* A secondary has asked nothing that a disk of its own could be waiting for. */
	if (res->role == DYAD_ROLE_SECONDARY) {
		dyad_hang_stop(res, session, cause);
	} else {
		dyad_session_stop(session);
		dyad_replica_forget(&res->path);
	}
	res->lent_until = dyad_session_lent_until(session);
	dyad_resize_lost(res);
	if (dyad_link_peer_knows(res))
		dyad_fence_no_rival(res);
	else
		dyad_fence_lost(res);
	/* What has completed though the peer lacks it was written alone (rule H11). */
	if (dyad_backlog_has_lost(&res->path.backlog))
		dyad_resource_go_alone(res);
	dyad_lean_lost(res);
	/* A resync waits for ranges of writes that wait for this. */
	if (res->role == DYAD_ROLE_PRIMARY && peer->resync && res->lean == DYAD_LEAN_NONE)
		dyad_fence_alone(res);
	/* A farewell that was heard counts, whatever else ends the session since. */
	lose_states(res, dyad_link_peer_knows(res) ? session->cause : cause);
	if (dyad_link_is_connected(res)) {
		peer->lost_at = ktime_get_real_seconds();
		peer->lost = cause;
		if (!is_in_vain(peer))
			peer->failures = 0;
	}
	peer->behind = false;
	peer->may_store = false;
	peer->link = peer->wanted ? DYAD_LINK_STATE_CONNECTING :
				    DYAD_LINK_STATE_STANDALONE;
	set_session(peer, NULL);
	dyad_resource_publish(res);
	dyad_resync_stop(peer->resync);
	peer->resync = NULL;
	dyad_verify_break(res, dyad_cause_text(cause));
	dyad_sync_report(res);
	dyad_hang_finish(res, session);
	if (memcmp(&cause, &peer->cause, sizeof(cause)))
		pr_info("dyad %s: no session with %s: %s\n", res->name, peer->name,
			dyad_cause_text(cause));
	peer->cause = cause;
	if (is_in_vain(peer))
		peer->failures++;
	WRITE_ONCE(res->answer, -1);
	wake_up_all(&res->wake);
	dyad_peer_dial_soon(peer);
}

void dyad_link_close(struct dyad_resource *res, enum dyad_reason reason)
{
	struct dyad_cause cause = { .reason = reason };

	if (!dyad_link_is_up(res))
		return;
	dyad_mode_drain(res);
	/* Not heard, it would be a loss, with all that follows. */
	dyad_session_farewell(res->peer->session, reason, dyad_fence_is_armed(res) ?
			      res->peer->session->ping_timeout : 0);
	teardown(res, cause);
}

void dyad_link_replaced(struct dyad_resource *res)
{
	if (dyad_link_is_up(res))
		teardown(res, (struct dyad_cause) { .reason = DYAD_REASON_REPLACED });
}

void dyad_link_session_failed(struct dyad_resource *res,
			      struct dyad_session *session)
{
	struct dyad_peer *peer = res->peer;

	if (peer && peer->session == session)
		teardown(res, peer->verdict.reason ? peer->verdict :
						     session->cause);
}
