// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bringing the two sides together: the messages around a resync, on both ends,
 * and what they change in generations and data states.
 */
#include "sync.h"

#include <linux/blkdev.h>

#include "trace.h"
#include "control/event.h"
#include "control/fence.h"
#include "control/link.h"
#include "control/owed.h"
#include "control/peer.h"
#include "control/record.h"
#include "control/refill.h"
#include "control/verify.h"
#include "path/cool.h"
#include "path/resync.h"

#define APART_PART 16	/* of the backlog: so little may be copied while writes wait for it */

void dyad_sync_begin(struct dyad_resource *res, struct dyad_volume *volume,
		     enum dyad_sync_role role, u64 bytes)
{
	dyad_progress_start(&volume->progress, role, bytes);
	trace_dyad_resync_begin(res->name, volume->device, role, bytes, 0);
}

void dyad_sync_end(struct dyad_resource *res, struct dyad_volume *volume)
{
	struct dyad_progress *p = &volume->progress;

	trace_dyad_resync_end(res->name, volume->device, p->role, p->total,
			      atomic64_read(&p->copied));
	dyad_progress_end(p);
}

/* --- at the source --- */

static void tell_sync(struct dyad_resource *res, enum dyad_msg_type type)
{
	struct dyad_msg msg = { .type = type, .length = DYAD_WIRE_SYNC_BYTES };
	struct dyad_sync_msg sync = { .lineage = res->lineage };
	u8 payload[DYAD_WIRE_SYNC_BYTES];
	struct dyad_volume *volume;
	int i;

	dyad_for_each_volume(res, volume, i)
		sync.dirty[i] = dyad_regions_dirty(&volume->regions);
	dyad_wire_put_sync(payload, &sync);
	dyad_session_tell(res->peer->session, &msg, payload);
	dyad_owed_expect(res);
}

void dyad_sync_offer(struct dyad_resource *res)
{
	/* What the target may forget then has to be safe on both (rule H7). */
	if (dyad_resource_flush(res))
		return;
	res->peer->offered = res->lineage;
	res->peer->phase = DYAD_PHASE_ENDING;
	/* From here on the peer may hold this generation: the next needs a name. */
	WRITE_ONCE(res->path.alone, false);
	/* Nor may it get one that a write which lacks it is told to be under. */
	smp_mb();
	if (dyad_session_has_failed(res->peer->session))
		return;
	/* Nor may a node that comes back go on under it. */
	res->alone = false;
	/* As soon as it hears this, the peer counts as up to date. */
	dyad_fence_rival(res);
	if (!dyad_record_save(res))
		tell_sync(res, DYAD_MSG_SYNC_DONE);
}

void dyad_sync_start(struct dyad_resource *res)
{
	struct dyad_peer *peer = res->peer;
	struct dyad_volume *volume;
	int i;

	dyad_for_each_volume(res, volume, i) {
		if (peer->agreement.everything)
			dyad_regions_mark_all(&volume->regions);
		/* What we send is by agreement the latest. */
		volume->data_state = DYAD_DATA_STATE_UPTODATE;
	}
	peer->phase = DYAD_PHASE_STARTING;
	tell_sync(res, DYAD_MSG_SYNC_START);
}

void dyad_sync_repair(struct dyad_resource *res)
{
	struct dyad_peer *peer = res->peer;
	struct dyad_volume *volume;
	int i;

	/* Who was the source before does not matter any more. */
	peer->agreement.direction = DYAD_DIRECTION_SEND;
	peer->agreement.everything = false;
	peer->phase = DYAD_PHASE_RESTARTING;
	dyad_for_each_volume(res, volume, i)
		if (dyad_regions_dirty(&volume->regions))
			volume->peer_state = DYAD_DATA_STATE_INCONSISTENT;
	/* Nothing cools before the peer has flushed what it is sent. */
	dyad_resource_publish(res);
	tell_sync(res, DYAD_MSG_SYNC_START);
}

static void resync_ended(void *owner, int error)
{
	dyad_event_resync_ended(owner, error);
}

/*
 * Where a full backlog holds no writer up, a resync does not either: it goes round what is
 * dirty while writes leave more behind, until that is little.
 */
static bool may_go_apart(const struct dyad_resource *res, u64 dirty)
{
	const struct dyad_backlog *backlog = &res->path.backlog;

	return res->role == DYAD_ROLE_PRIMARY && res->mode == DYAD_MODE_ASYNC &&
	       READ_ONCE(backlog->track) &&
	       dirty > READ_ONCE(backlog->limit) / APART_PART;
}

static void copy(struct dyad_resource *res)
{
	struct dyad_peer *peer = res->peer;
	struct dyad_resync *resync;

	resync = dyad_resync_start(&res->path, peer->session, peer->apart ?
				   DYAD_RESYNC_TURN : DYAD_RESYNC_COPY,
				   &res->resync_rate, resync_ended, res);
	if (IS_ERR(resync))
		dyad_peer_fail(peer, DYAD_REASON_MEMORY);
	else
		peer->resync = resync;
}

static u64 dirty_bytes(struct dyad_resource *res)
{
	struct dyad_volume *volume;
	u64 bytes = 0;
	int i;

	dyad_for_each_volume(res, volume, i)
		bytes += dyad_regions_dirty(&volume->regions);
	return bytes;
}

/* All that was dirty has had its turn: the rest, perhaps with writes to both. */
static void copy_on(struct dyad_resource *res)
{
	struct dyad_peer *peer = res->peer;
	struct dyad_volume *volume;
	u64 dirty;
	int i;

	peer->apart = may_go_apart(res, dirty_bytes(res));
	/* What went alone has drained then. */
	if (!peer->apart)
		dyad_resource_publish(res);
	dyad_for_each_volume(res, volume, i) {
		struct dyad_progress *p = &volume->progress;

		dirty = dyad_regions_dirty(&volume->regions);
		if (p->role == DYAD_SYNC_ROLE_SOURCE)
			p->total = atomic64_read(&p->done) + dirty;
		else if (dirty)
			dyad_sync_begin(res, volume, DYAD_SYNC_ROLE_SOURCE, dirty);
		if (dirty)
			volume->peer_state = DYAD_DATA_STATE_INCONSISTENT;
	}
	copy(res);
}

void dyad_sync_on_started(struct dyad_resource *res)
{
	struct dyad_peer *peer = res->peer;
	struct dyad_volume *volume;
	u64 dirty, all = 0;
	int i;

	if (peer->phase != DYAD_PHASE_STARTING &&
	    peer->phase != DYAD_PHASE_RESTARTING) {
		dyad_peer_fail(peer, DYAD_REASON_PROTOCOL);
		return;
	}
	/* From here on writes go to both, unless apart; what went alone has drained then. */
	peer->phase = DYAD_PHASE_COPYING;
	peer->apart = may_go_apart(res, dirty_bytes(res));
	/* It has recorded that it is incomplete: as good as fenced. */
	dyad_fence_no_rival(res);
	dyad_resource_publish(res);
	dyad_for_each_volume(res, volume, i) {
		dirty = dyad_regions_dirty(&volume->regions);
		all += dirty;
		if (!dirty)
			continue;
		volume->peer_state = DYAD_DATA_STATE_INCONSISTENT;
		dyad_sync_begin(res, volume, DYAD_SYNC_ROLE_SOURCE, dirty);
		pr_info("dyad %s: volume %d: resync to %s, %llu KiB\n", res->name,
			i, peer->name, dirty >> 10);
	}
	if (!all && !peer->apart) {
		dyad_sync_offer(res);
		return;
	}
	copy(res);
}

void dyad_sync_report(struct dyad_resource *res)
{
	struct dyad_volume *volume;
	int i;

	dyad_for_each_volume(res, volume, i) {
		struct dyad_progress *p = &volume->progress;

		if (p->role == DYAD_SYNC_ROLE_NONE)
			continue;
		dyad_sync_end(res, volume);
		pr_info("dyad %s: volume %d: resync ended, %llu of %llu KiB copied in %lld ms\n",
			res->name, i, (u64)atomic64_read(&p->copied) >> 10,
			p->total >> 10,
			ktime_to_ms(ktime_sub(p->ended, p->started)));
	}
}

void dyad_sync_ended(struct dyad_resource *res, int error)
{
	struct dyad_peer *peer = res->peer;

	if (!peer || !peer->resync || !dyad_resync_is_over(peer->resync))
		return;
	dyad_resync_stop(peer->resync);
	peer->resync = NULL;
	/* The session is over; that it failed is on its way, with the reason. */
	if (error == -ENOTCONN)
		return;
	if (res->lean != DYAD_LEAN_NONE) {
		dyad_refill_ended(res, error);
		return;
	}
	if (error) {
		dyad_peer_fail(peer, error == -ENOMEM ? DYAD_REASON_MEMORY :
					      DYAD_REASON_DISK_ERROR);
		return;
	}
	if (peer->apart) {
		copy_on(res);
		return;
	}
	dyad_sync_report(res);
	/* A disk has failed in between: the next session copies what that left. */
	if (dyad_path_is_dirty(&res->path))
		dyad_peer_fail(peer, DYAD_REASON_DISK_ERROR);
	else
		dyad_sync_offer(res);
}

int dyad_sync_settle(struct dyad_resource *res, bool target)
{
	struct dyad_volume *volume;
	int ret = 0;
	int i;

	dyad_for_each_volume(res, volume, i) {
		int error = 0;

		if (target)
			dyad_regions_clear_all(&volume->regions);
		if (target)
			error = dyad_heat_cool_all(&volume->heat);
		if (!error)
			error = dyad_heat_settled(&volume->heat);
		if (error && error != -EAGAIN)
			dyad_volume_failed(volume);
		ret = ret ?: error;
		/* Demoted since: what came after the target's flush needs another. */
		if (!error && !target && res->role == DYAD_ROLE_SECONDARY)
			dyad_cool_all(volume, res->peer->session);
	}
	return ret;
}

void dyad_sync_on_settled(struct dyad_resource *res)
{
	struct dyad_peer *peer = res->peer;
	struct dyad_volume *volume;
	int i;

	if (peer->phase != DYAD_PHASE_ENDING) {
		dyad_peer_fail(peer, DYAD_REASON_PROTOCOL);
		return;
	}
	/* A promotion in between has named another generation. */
	if (memcmp(&peer->offered, &res->lineage, sizeof(res->lineage))) {
		dyad_sync_offer(res);
		return;
	}
	dyad_lineage_settle(&res->lineage);
	res->alone_since = 0;
	/* An operator's word is good for the split that it was given for. */
	peer->discard = false;
	dyad_for_each_volume(res, volume, i)
		volume->peer_state = DYAD_DATA_STATE_UPTODATE;
	peer->phase = DYAD_PHASE_SETTLED;
	peer->behind = false;
	/* A primary that has got it all keeps track of it from here on. */
	if (dyad_record_save(res) ||
	    dyad_sync_settle(res, peer->role == DYAD_ROLE_PRIMARY))
		return;
	res->equal = peer->theirs.instance;
	dyad_resource_publish(res);
}

/* --- at the target --- */

/*
 * A resync begins with the session, or later with a repair. If both have found
 * something to repair at the same time, the node with the lower id does.
 */
static bool may_start(struct dyad_peer *peer)
{
	if (peer->phase == DYAD_PHASE_RESTARTING &&
	    peer->res->node_id > peer->node_id)
		peer->phase = DYAD_PHASE_SETTLED;
	return peer->phase == DYAD_PHASE_NONE ||
	       peer->phase == DYAD_PHASE_SETTLED;
}

static bool may_receive(struct dyad_resource *res, const struct dyad_sync_msg *sync)
{
	struct dyad_peer *peer = res->peer;

	if (peer->link != DYAD_LINK_STATE_CONNECTED ||
	    res->role != DYAD_ROLE_SECONDARY)
		return false;
	if (peer->agreement.direction == DYAD_DIRECTION_RECEIVE)
		return true;
	/* Both have settled, and the peer has found something to repair. */
	if (peer->phase == DYAD_PHASE_SETTLED) {
		peer->agreement.direction = DYAD_DIRECTION_RECEIVE;
		return true;
	}
	/* Nobody knew whose data counts, until the peer was promoted. */
	if (peer->agreement.direction == DYAD_DIRECTION_NONE &&
	    !res->lineage.now) {
		peer->agreement.direction = DYAD_DIRECTION_RECEIVE;
		return true;
	}
	return false;
}

void dyad_sync_on_start(struct dyad_resource *res, const u8 *payload)
{
	struct dyad_peer *peer = res->peer;
	struct dyad_volume *volume;
	struct dyad_sync_msg sync;
	int i;

	/* The peer gives way to the repair that it is told of by now. */
	if (peer->phase == DYAD_PHASE_RESTARTING &&
	    res->node_id < peer->node_id)
		return;
	if (dyad_wire_get_sync(&sync, payload) || !may_start(peer) ||
	    !may_receive(res, &sync)) {
		dyad_peer_fail(peer, DYAD_REASON_PROTOCOL);
		return;
	}
	dyad_verify_break(res, "the peer begins to copy to this node");
	dyad_for_each_volume(res, volume, i) {
		volume->peer_state = DYAD_DATA_STATE_UPTODATE;
		/* Also if nothing is dirty yet: until it says so, more may come. */
		volume->data_state = DYAD_DATA_STATE_INCONSISTENT;
		if (sync.dirty[i])
			dyad_sync_begin(res, volume, DYAD_SYNC_ROLE_TARGET,
					sync.dirty[i]);
	}
	/* Before the first block that would make a mixture of it (rule H8). */
	if (dyad_record_save(res))
		return;
	peer->phase = DYAD_PHASE_COPYING;
	dyad_resource_publish(res);
	dyad_peer_tell(peer, DYAD_MSG_SYNC_STARTED, 0);
}

/* Hold what the source holds, on the disks too, or as before. */
static int adopt(struct dyad_resource *res, const struct dyad_lineage *lineage)
{
	struct dyad_lineage before = res->lineage;
	struct dyad_volume *volume;
	int ret;
	int i;

	dyad_lineage_adopt(&res->lineage, lineage);
	WRITE_ONCE(res->path.alone, false);
	res->alone = false;
	res->alone_since = 0;
	res->was_primary = false;
	dyad_for_each_volume(res, volume, i)
		volume->data_state = DYAD_DATA_STATE_UPTODATE;
	ret = dyad_record_save(res);
	if (!ret)
		return 0;
	res->lineage = before;
	dyad_for_each_volume(res, volume, i)
		volume->data_state = DYAD_DATA_STATE_INCONSISTENT;
	return ret;
}

void dyad_sync_on_done(struct dyad_resource *res, const u8 *payload)
{
	struct dyad_peer *peer = res->peer;
	struct dyad_volume *volume;
	struct dyad_sync_msg sync;
	int i;

	if (res->lean != DYAD_LEAN_NONE) {
		dyad_refill_on_done(res, payload);
		return;
	}
	if (dyad_wire_get_sync(&sync, payload) || !may_receive(res, &sync) ||
	    peer->phase == DYAD_PHASE_NONE) {
		dyad_peer_fail(peer, DYAD_REASON_PROTOCOL);
		return;
	}
	/*
	 * The data first, then the generation that names it (rule H8). A flush after one that
	 * has failed does not bring back what that has lost (rule H15): the session is about
	 * to end.
	 */
	if (dyad_resource_flush(res) || dyad_resource_has_failures(res) ||
	    adopt(res, &sync.lineage))
		return;
	peer->discard = false;
	dyad_for_each_volume(res, volume, i)
		volume->peer_state = DYAD_DATA_STATE_UPTODATE;
	if (dyad_sync_settle(res, true))
		return;
	res->equal = peer->theirs.instance;
	dyad_fence_rival(res);
	dyad_sync_report(res);
	peer->phase = DYAD_PHASE_SETTLED;
	peer->behind = false;
	dyad_resource_publish(res);
	dyad_peer_tell(peer, DYAD_MSG_SYNC_SETTLED, 0);
	dyad_for_each_volume(res, volume, i)
		dyad_volume_announce(volume, true);
}
