// SPDX-License-Identifier: GPL-2.0-only
/*
 * Growing a volume in two phases (rule H17). The coordinator is the primary, or
 * the node that was asked if there is none:
 *
 *   coordinator  GROW          I have room for so much
 *   other side   GROW_READY    prepared for so much, pending on my disk
 *   coordinator                prepares the same
 *   coordinator  GROW_COMMIT   other side switches over, counts as incomplete
 *   other side   GROW_DONE     coordinator switches over, copies what is new
 *
 * Nobody uses the new size before both are prepared, and the primary uses it last:
 * so whatever is cut off can be finished, or undone if one is not prepared.
 */
#include "resize.h"

#include "control/event.h"
#include "control/hold.h"
#include "control/link.h"
#include "control/netlink.h"
#include "control/owed.h"
#include "control/peer.h"
#include "control/record.h"
#include "control/sync.h"
#include "core/grow.h"
#include "path/volume.h"

#define ANSWER_TIME (60 * HZ)
#define MAX_BACKLOG 64	/* messages that a peer leaves unread while asking more */

/**
 * struct dyad_resize_wait - somebody waits for a volume to grow
 * @done: it has, or it will not
 * @why: not, as a sentence; NULL if it has
 */
struct dyad_resize_wait {
	bool done;
	const char *why;
};

static const char *const here[DYAD_GROW_REFUSALS] = {
	[DYAD_GROW_SMALL] = "the disk here has not grown, or by less than its dirty map needs; make both nodes' disks larger first (volumes never get smaller)",
	[DYAD_GROW_META] = "the metadata device here has no room for a larger dirty map; make it larger first",
	[DYAD_GROW_INTENT] = "the disk here is larger than its metadata can describe; use less of it, or make the metadata anew for a disk of this size and have the peer's data copied here",
	[DYAD_GROW_BUSY] = "something else is going on with the resource; look at 'dyad status' and try again",
	[DYAD_GROW_DISK] = "the metadata here cannot be written; replace the disk first",
	[DYAD_GROW_MEMORY] = "not enough memory for the maps of a larger volume here; free some and try again",
};

static const char *const there[DYAD_GROW_REFUSALS] = {
	[DYAD_GROW_SMALL] = "the peer's disk has not grown, or by less than its dirty map needs; make it larger there first",
	[DYAD_GROW_META] = "the peer's metadata device has no room for a larger dirty map; make it larger there first",
	[DYAD_GROW_INTENT] = "the peer's disk is larger than its metadata can describe; use less of it there, or make the metadata there anew and have the data copied",
	[DYAD_GROW_BUSY] = "something else is going on at the peer; look at 'dyad status' there and try again",
	[DYAD_GROW_DISK] = "the peer's metadata cannot be written; replace its disk first",
	[DYAD_GROW_MEMORY] = "the peer has not enough memory for the maps of a larger volume; free some there and try again",
};

static const char lost[] = "the session ended before it was done; when the two connect again they finish it, or undo it: then look at the size in 'dyad status'";

static const char *sentence(const char *const *side, u32 why)
{
	return why < DYAD_GROW_REFUSALS && side[why] ? side[why] :
						       side[DYAD_GROW_BUSY];
}

bool dyad_resize_is_running(const struct dyad_resource *res)
{
	return res->resize.step != DYAD_RESIZE_NONE;
}

/* --- what both sides do --- */

/*
 * Both hold the same, and nothing of theirs is on its way but writes. What a
 * verify has found is not to be repaired by the way.
 */
static bool is_settled(struct dyad_resource *res)
{
	return dyad_link_peer_uptodate(res) && !res->peer->resync &&
	       !res->peer->verify &&
	       dyad_resource_worst(res, NULL) == DYAD_DATA_STATE_UPTODATE &&
	       !dyad_path_is_dirty(&res->path);
}

static struct dyad_grow_disks disks_of(const struct dyad_volume *volume)
{
	return (struct dyad_grow_disks) {
		.external = volume->meta->super.external,
		.disk = bdev_nr_sectors(volume->backing->dev.bdev),
		.meta = bdev_nr_sectors(volume->meta->bdev),
	};
}

static enum dyad_grow_refusal room(const struct dyad_volume *volume, u64 *sectors)
{
	struct dyad_grow_disks disks = disks_of(volume);

	return dyad_grow_room(sectors, &volume->meta->super.geometry, &disks);
}

static enum dyad_grow_refusal prepare(struct dyad_resource *res,
				      struct dyad_volume *volume, u64 sectors)
{
	struct dyad_grow_disks disks = disks_of(volume);
	enum dyad_grow_refusal why;
	struct dyad_geometry to;
	int ret;

	why = dyad_grow_place(&to, &volume->meta->super.geometry, &disks, sectors);
	if (why)
		return why;
	ret = dyad_extend_prepare(&volume->extend, &volume->heat, &to);
	if (!ret || ret == -ENOMEM)
		return ret ? DYAD_GROW_MEMORY : DYAD_GROW_FITS;
	dyad_volume_failed(volume);
	return DYAD_GROW_DISK;
}

/*
 * Switch over while nothing is in flight; whatever comes waits. The caller
 * publishes afterwards, which lets it go on.
 */
static int commit(struct dyad_resource *res, struct dyad_volume *volume)
{
	int ret;

	res->path.holds |= DYAD_HOLD_GROWING;
	dyad_resource_publish(res);
	/* Its maps move, which the status looks into. */
	mutex_lock(&res->shown);
	ret = dyad_volume_grow(volume);
	mutex_unlock(&res->shown);
	res->path.holds &= ~DYAD_HOLD_GROWING;
	if (ret)
		dyad_volume_failed(volume);
	else
		pr_info("dyad %s: volume %u has grown to %llu KiB\n", res->name,
			volume->index, volume->regions.sectors / 2);
	return ret;
}

/* Nothing is prepared any more, on the disk too if that takes it. */
static void undo(struct dyad_resource *res, struct dyad_volume *volume)
{
	dyad_extend_free(volume->extend);
	volume->extend = NULL;
	if (dyad_extend_undo(volume->meta))
		dyad_volume_failed(volume);
}

static void tell(struct dyad_resource *res, enum dyad_msg_type type,
		 unsigned int volume, u64 sectors, u32 why)
{
	struct dyad_msg msg = { .type = type, .volume = volume,
				.sector = sectors, .bytes = why };

	dyad_session_tell(res->peer->session, &msg, NULL);
}

static struct dyad_volume *begin(struct dyad_resource *res,
				 enum dyad_resize_step step, unsigned int volume,
				 u64 sectors)
{
	res->resize.step = step;
	res->resize.volume = volume;
	res->resize.sectors = sectors;
	dyad_owed_expect(res);
	return res->path.volumes[volume];
}

/* It is over; @why not, or NULL. */
static void end(struct dyad_resource *res, const char *why)
{
	struct dyad_resize_wait *wait = res->resize.wait;

	memset(&res->resize, 0, sizeof(res->resize));
	if (!wait)
		return;
	wait->why = why;
	WRITE_ONCE(wait->done, true);
	wake_up_all(&res->wake);
}

/* --- the other side --- */

static enum dyad_grow_refusal answer(struct dyad_resource *res,
				     struct dyad_volume *volume, u64 *sectors)
{
	enum dyad_grow_refusal why;
	u64 most;

	if (res->role == DYAD_ROLE_PRIMARY || res->asking ||
	    dyad_resize_is_running(res) || !is_settled(res))
		return DYAD_GROW_BUSY;
	why = room(volume, &most);
	if (why)
		return why;
	*sectors = min(*sectors, most);
	return prepare(res, volume, *sectors);
}

static void on_grow(struct dyad_resource *res, const struct dyad_msg *msg)
{
	struct dyad_volume *volume = res->path.volumes[msg->volume];
	enum dyad_grow_refusal why;
	u64 sectors = msg->sector;

	if (dyad_session_backlog(res->peer->session) > MAX_BACKLOG) {
		dyad_peer_fail(res->peer, DYAD_REASON_PROTOCOL);
		return;
	}
	why = answer(res, volume, &sectors);
	if (!why)
		begin(res, DYAD_RESIZE_PREPARED, msg->volume, sectors);
	tell(res, DYAD_MSG_GROW_READY, msg->volume, why ? 0 : sectors, why);
}

static void on_commit(struct dyad_resource *res, struct dyad_volume *volume)
{
	struct dyad_peer *peer = res->peer;
	int ret = commit(res, volume);

	if (ret) {
		dyad_peer_fail(peer, DYAD_REASON_DISK_ERROR);
	} else {
		/* The coordinator copies to here, whoever did so before (rule H8). */
		peer->agreement.direction = DYAD_DIRECTION_RECEIVE;
		peer->phase = DYAD_PHASE_COPYING;
		volume->data_state = DYAD_DATA_STATE_INCONSISTENT;
		dyad_sync_begin(res, volume, DYAD_SYNC_ROLE_TARGET,
				dyad_regions_dirty(&volume->regions));
		ret = dyad_record_save(res);
	}
	dyad_resource_publish(res);
	if (!ret)
		tell(res, DYAD_MSG_GROW_DONE, volume->index,
		     volume->regions.sectors, 0);
	end(res, NULL);
}

/* --- the coordinator --- */

/* The peer's part is no longer wanted. */
static void call_off(struct dyad_resource *res, const char *why)
{
	tell(res, DYAD_MSG_GROW_UNDO, res->resize.volume, 0, 0);
	end(res, why);
}

static void on_ready(struct dyad_resource *res, struct dyad_volume *volume,
		     const struct dyad_msg *msg)
{
	enum dyad_grow_refusal why = DYAD_GROW_BUSY;

	if (!msg->sector) {
		end(res, sentence(there, msg->bytes));
		return;
	}
	if (is_settled(res) && res->peer->role == DYAD_ROLE_SECONDARY)
		why = prepare(res, volume, msg->sector);
	if (why) {
		call_off(res, sentence(here, why));
		return;
	}
	res->resize.step = DYAD_RESIZE_COMMITTING;
	res->resize.sectors = msg->sector;
	tell(res, DYAD_MSG_GROW_COMMIT, msg->volume, msg->sector, 0);
}

static void on_done(struct dyad_resource *res, struct dyad_volume *volume)
{
	struct dyad_peer *peer = res->peer;

	if (commit(res, volume)) {
		dyad_peer_fail(peer, DYAD_REASON_DISK_ERROR);
		dyad_resource_publish(res);
		end(res, here[DYAD_GROW_DISK]);
		return;
	}
	/* The peer has recorded that it is incomplete: copy. */
	peer->agreement.direction = DYAD_DIRECTION_SEND;
	peer->phase = DYAD_PHASE_STARTING;
	dyad_sync_on_started(res);
	end(res, NULL);
}

static bool expected(const struct dyad_resource *res, const struct dyad_msg *msg)
{
	const struct dyad_resize *r = &res->resize;

	switch (msg->type) {
	case DYAD_MSG_GROW:
		return true;
	case DYAD_MSG_GROW_READY:
		return r->step == DYAD_RESIZE_ASKED && r->volume == msg->volume;
	case DYAD_MSG_GROW_DONE:
		return r->step == DYAD_RESIZE_COMMITTING &&
		       r->volume == msg->volume && r->sectors == msg->sector;
	case DYAD_MSG_GROW_COMMIT:
		return r->step == DYAD_RESIZE_PREPARED &&
		       r->volume == msg->volume && r->sectors == msg->sector;
	default:
		return r->step == DYAD_RESIZE_PREPARED && r->volume == msg->volume;
	}
}

void dyad_resize_message(struct dyad_resource *res, const struct dyad_msg *msg)
{
	struct dyad_volume *volume = res->path.volumes[msg->volume];

	if (!dyad_link_is_connected(res) || !volume || !expected(res, msg)) {
		dyad_peer_fail(res->peer, DYAD_REASON_PROTOCOL);
		return;
	}
	switch (msg->type) {
	case DYAD_MSG_GROW:
		on_grow(res, msg);
		break;
	case DYAD_MSG_GROW_READY:
		on_ready(res, volume, msg);
		break;
	case DYAD_MSG_GROW_COMMIT:
		on_commit(res, volume);
		break;
	case DYAD_MSG_GROW_DONE:
		on_done(res, volume);
		break;
	default:
		undo(res, volume);
		end(res, NULL);
		break;
	}
}

static const char *ask(struct dyad_resource *res, unsigned int index,
		       struct dyad_resize_wait *wait)
{
	struct dyad_volume *volume = res->path.volumes[index];
	enum dyad_grow_refusal why;
	u64 sectors;

	if (res->gone || !volume)
		return "there is no such volume; see 'dyad status'";
	if (dyad_link_is_connected(res) && res->peer->role == DYAD_ROLE_PRIMARY)
		return "the peer is primary; resize the volume there";
	if (dyad_resize_is_running(res) || res->asking)
		return here[DYAD_GROW_BUSY];
	if (dyad_hold_refusal(res))
		return dyad_hold_refusal(res);
	if (dyad_link_is_connected(res) && res->peer->verify)
		return "a verify is running; wait for it with 'dyad wait', or stop it first";
	if (res->mode == DYAD_MODE_ASYNC && res->role == DYAD_ROLE_PRIMARY)
		return "a volume cannot grow in async; switch to sync or memsync first, see 'dyad set'";
	if (!is_settled(res))
		return "a volume can grow only while both nodes are connected and hold the same; connect them and wait until the resync is done, see 'dyad wait', and have repaired what a verify has found";
	why = room(volume, &sectors);
	if (why)
		return here[why];
	begin(res, DYAD_RESIZE_ASKED, index, sectors);
	res->resize.wait = wait;
	tell(res, DYAD_MSG_GROW, index, sectors, 0);
	return NULL;
}

int dyad_resize_volume(struct dyad_resource *res, unsigned int index,
		       struct netlink_ext_ack *extack)
{
	struct dyad_resize_wait wait = { };
	const char *why;

	dyad_resource_lock(res);
	why = ask(res, index, &wait);
	if (!why) {
		dyad_resource_unlock(res);
		wait_event_timeout(res->wake, READ_ONCE(wait.done), ANSWER_TIME);
		dyad_resource_lock(res);
		/* Ends the wait, by dyad_resize_lost(). */
		if (!wait.done)
			dyad_link_close(res, DYAD_REASON_STALLED);
		why = wait.why;
	}
	dyad_resource_unlock(res);
	if (extack && why)
		extack->_msg = why;
	if (!why)
		dyad_netlink_notify(res, DYAD_CMD_RESOURCE_CHANGE_NTF);
	return why ? -EBUSY : 0;
}

/* --- what a session leaves behind --- */

void dyad_resize_lost(struct dyad_resource *res)
{
	struct dyad_volume *volume = res->path.volumes[res->resize.volume];

	if (!dyad_resize_is_running(res))
		return;
	if (volume) {
		dyad_extend_free(volume->extend);
		volume->extend = NULL;
	}
	end(res, lost);
}

static bool fits_disks(const struct dyad_volume *volume)
{
	const struct dyad_super *super = &volume->meta->super;
	const struct dyad_grow_disks disks = disks_of(volume);

	return dyad_geometry_end(&super->pending, super->external) <= disks.meta &&
	       super->pending.data_first + super->pending.data_sectors <= disks.disk;
}

/* Much may have been written since it was prepared: do that again. */
static int finish(struct dyad_resource *res, struct dyad_volume *volume)
{
	const struct dyad_geometry to = volume->meta->super.pending;
	int ret;

	if (!fits_disks(volume)) {
		pr_err("dyad %s: volume %u: its disks have become smaller while it grew; make them as large as they were\n",
		       res->name, volume->index);
		return -ENOSPC;
	}
	ret = dyad_extend_prepare(&volume->extend, &volume->heat, &to);
	if (!ret)
		ret = commit(res, volume);
	else if (ret != -ENOMEM)
		dyad_volume_failed(volume);
	return ret;
}

static enum dyad_reason reason_of(int error)
{
	switch (error) {
	case -ENOSPC:
		return DYAD_REASON_SIZE;
	case -ENOMEM:
		return DYAD_REASON_MEMORY;
	default:
		return DYAD_REASON_DISK_ERROR;
	}
}

int dyad_resize_meet(struct dyad_resource *res)
{
	struct dyad_peer *peer = res->peer;
	struct dyad_volume *volume;
	bool grown = false;
	int ret = 0;
	int i;

	dyad_for_each_volume(res, volume, i) {
		u64 pending = volume->meta->super.pending.data_sectors;

		if (!pending || ret)
			continue;
		if (dyad_grow_outcome(&peer->mine.volumes[i],
				      &peer->theirs.volumes[i]) == pending) {
			ret = finish(res, volume);
			grown = true;
		} else {
			undo(res, volume);
		}
	}
	if (grown)
		dyad_resource_publish(res);
	if (ret)
		dyad_peer_fail(peer, reason_of(ret));
	return ret;
}
