// SPDX-License-Identifier: GPL-2.0-only
/*
 * A primary that leans on its peer (see lean.c) is given disks again, while it is in use:
 *
 *   attach    the disk that was there lacks what was written since, and may lack what was
 *             on its way when it failed; any other lacks all (law 4, rule H19)
 *   refill    once all volumes have one: writes go to both sides; what is dirty here is
 *             fetched under its range (rule H18), and read from the peer until then
 *   end       I/O waits, and the disks here flush:
 *
 *   primary   REFILLED       the peer flushes; it is no longer the only one that counts
 *   peer      SYNC_DONE      the primary records the generation: complete (rule H8)
 *   primary   SYNC_SETTLED   the peer forgets what it has marked
 *
 * Until then the record on the disks here says that they are incomplete, under the
 * generation that they had before. So the peer's are the only whole copy, may lead without
 * a word, and copy to here what they have marked if this node is lost.
 *
 * The peer lets go first: would the primary, it could go on alone, while the peer thinks
 * that it could not, and leads.
 */
#include "refill.h"

#include "control/event.h"
#include "control/fence.h"
#include "control/hang.h"
#include "control/lean.h"
#include "control/link.h"
#include "control/owed.h"
#include "control/peer.h"
#include "control/record.h"
#include "control/sync.h"
#include "path/request.h"
#include "path/resync.h"

bool dyad_refill_is_running(const struct dyad_resource *res)
{
	return res->lean >= DYAD_LEAN_REFILLING;
}

bool dyad_refill_wants(const struct dyad_resource *res, unsigned int index)
{
	return !res->gone && res->lean != DYAD_LEAN_NONE && res->path.volumes[index];
}

enum dyad_data_state dyad_refill_told_state(const struct dyad_resource *res,
					    const struct dyad_volume *volume)
{
	return res->lean == DYAD_LEAN_NONE ? volume->data_state : DYAD_DATA_STATE_FAILED;
}

/* Something has failed that is going to be heard of, and decides. */
static bool has_failed(struct dyad_resource *res)
{
	return dyad_resource_has_failures(res) || !dyad_link_is_connected(res) ||
	       dyad_session_has_failed(res->peer->session);
}

/*
 * By the peer alone again. What has been copied stays, what has not is dirty. A peer that
 * was told to let go keeps track again before anything goes on.
 */
static void stop(struct dyad_resource *res)
{
	bool told = res->lean == DYAD_LEAN_ENDING;

	if (dyad_link_is_up(res) && res->peer->resync) {
		dyad_resync_stop(res->peer->resync);
		res->peer->resync = NULL;
		dyad_sync_report(res);
	}
	if (!dyad_refill_is_running(res))
		return;
	res->lean = told ? DYAD_LEAN_ASKING : DYAD_LEAN_ON;
	if (!told)
		res->path.holds &= ~DYAD_HOLD_NO_DATA;
	dyad_resource_publish(res);
	if (told)
		dyad_lean_ask(res);
	/* What the disks here have failed. */
	dyad_lean_resumed(res);
}

bool dyad_refill_disk_failed(struct dyad_resource *res, struct dyad_volume *volume)
{
	if (res->lean == DYAD_LEAN_NONE)
		return false;
	pr_err("dyad %s: volume %u: the disk %s %s\n", res->name, volume->index,
	       volume->backing->path, dyad_watch_is_given_up(&volume->backing->watch) ?
	       "was given up" : "returned an error");
	volume->data_state = DYAD_DATA_STATE_FAILED;
	stop(res);
	return true;
}

/* --- taking disks out and putting them in --- */

/* All that a disk which was given up has finds what belongs to it (law 13). */
static const char *still_used(struct dyad_resource *res, struct dyad_volume *volume)
{
	const char *why = dyad_hang_refusal(res);

	if (why || dyad_volume_is_idle(volume))
		return why;
	return "the disk still has requests; try again";
}

const char *dyad_refill_release(struct dyad_resource *res, unsigned int index)
{
	struct dyad_volume *volume = res->path.volumes[index];
	const char *why = dyad_hang_refusal(res);

	if (volume->data_state == DYAD_DATA_STATE_DISKLESS)
		return "the volume has no disk, its I/O goes on by the peer's; attach another disk, or close and demote the resource to take the device away";
	if (why)
		return why;
	volume->data_state = DYAD_DATA_STATE_FAILED;
	stop(res);
	/* It may have begun to hang meanwhile: then it has failed. */
	why = still_used(res, volume);
	if (why)
		return why;
	volume->data_state = DYAD_DATA_STATE_DISKLESS;
	dyad_volume_release(volume);
	pr_info("dyad %s: volume %u: the disk is released, /dev/dyad%d stays\n",
		res->name, index, volume->device);
	return NULL;
}

const char *dyad_refill_prepare(struct dyad_resource *res, unsigned int index, int device)
{
	struct dyad_volume *volume = res->path.volumes[index];

	if (dyad_state_has_disk(volume->data_state))
		return "the volume has a disk again already; see 'dyad status', and detach it first if another one is to take its place";
	if (device >= 0 && device != volume->device)
		return "the volume is in use under another device number, which it keeps; leave the number out";
	if (volume->data_state == DYAD_DATA_STATE_FAILED)
		return dyad_refill_release(res, index);
	return dyad_hang_refusal(res);
}

static const char *misfit(const struct dyad_volume *volume, const struct dyad_spare *spare)
{
	if (spare->backing->sectors != volume->regions.sectors)
		return "the disk has not the size of the volume, which is in use; take one of the same size, see 'dyad meta show' and 'dyad status'";
	if (spare->meta->super.pending.data_sectors)
		return "the disk is about to grow; use 'dyad meta create --force' if what is on it does not count";
	if (!dyad_disk_may_use(volume->disk, spare->backing->dev.bdev))
		return "the disk has larger blocks, or a stricter alignment, than the volume, which is in use; take another one";
	return NULL;
}

/*
 * That it is the one whose regions are in memory, in the state that it was given up in
 * or, if it did not take that, in the one before. An older copy lacks more.
 */
static bool is_known(const struct dyad_super *before, const struct dyad_super *now)
{
	return !memcmp(before->uuid, now->uuid, sizeof(now->uuid)) &&
	       now->change + 1 >= before->change;
}

/* Nothing is in flight. */
static void put_in(struct dyad_resource *res, struct dyad_volume *volume,
		   struct dyad_spare *spare, bool known)
{
	/* What was in its cache may be lost, or never have got there (rule H7). */
	dyad_heat_lost_cache(&volume->heat);
	if (known)
		dyad_regions_merge(&spare->regions, &volume->regions);
	else
		dyad_regions_mark_all(&spare->regions);
	/* A new limit may have had it watched again, without a disk. */
	dyad_volume_unwatch(volume);
	/* Of the disk before: this one has failed nothing yet. */
	dyad_event_forget_disk(res, volume->index);
	mutex_lock(&res->shown);
	dyad_volume_take(volume, &spare->backing, &spare->meta, &spare->regions);
	mutex_unlock(&res->shown);
	dyad_volume_set_limit(volume, res->io_timeout);
}

/* Marked on the disk, then the record that relies on it (law 6). */
static int begin_record(struct dyad_resource *res, struct dyad_volume *volume)
{
	int ret;

	volume->data_state = DYAD_DATA_STATE_INCONSISTENT;
	ret = dyad_heat_save(&volume->heat) ?: dyad_record_begin(res, volume);
	if (ret)
		volume->data_state = DYAD_DATA_STATE_FAILED;
	return ret;
}

const char *dyad_refill_take(struct dyad_resource *res, unsigned int index,
			     struct dyad_spare *spare)
{
	struct dyad_volume *volume = res->path.volumes[index];
	u32 held = res->path.holds & DYAD_HOLD_NO_DATA;
	const char *why = misfit(volume, spare);
	enum dyad_lack lack;
	bool known;

	if (why)
		return why;
	lack = dyad_lineage_lack(&spare->meta->super.lineage, &res->lineage);
	if (lack == DYAD_LACK_OTHER)
		return "the disk holds data of another history, and all of it would be overwritten by the peer's; use 'dyad meta create --force' if it does not count";
	known = lack == DYAD_LACK_SOME &&
		is_known(&volume->meta->super, &spare->meta->super);
	res->path.holds |= DYAD_HOLD_NO_DATA;
	dyad_resource_publish(res);
	why = dyad_hang_refusal(res);
	if (!why)
		put_in(res, volume, spare, known);
	if (!held)
		res->path.holds &= ~DYAD_HOLD_NO_DATA;
	dyad_resource_publish(res);
	if (why)
		return why;
	if (begin_record(res, volume)) {
		dyad_refill_release(res, index);
		return "the metadata cannot be written; replace the disk";
	}
	pr_info("dyad %s: volume %u: /dev/dyad%d is on %s again, which lacks %llu KiB%s\n",
		res->name, index, volume->device, volume->backing->path,
		dyad_regions_dirty(&volume->regions) >> 10,
		known ? "" : ", all there is");
	dyad_refill_start(res);
	return NULL;
}

/* --- the copying --- */

static void resync_ended(void *owner, int error)
{
	dyad_event_resync_ended(owner, error);
}

/* Nothing is dirty here: what is left is to have it on record, here and there. */
static void end(struct dyad_resource *res)
{
	res->path.holds |= DYAD_HOLD_NO_DATA;
	dyad_resource_publish(res);
	if (has_failed(res) || dyad_resource_flush(res))
		return;
	if (dyad_path_is_dirty(&res->path)) {
		stop(res);
		return;
	}
	res->lean = DYAD_LEAN_ENDING;
	dyad_peer_tell(res->peer, DYAD_MSG_REFILLED, 0);
	/* All I/O waits for the answer. */
	dyad_owed_expect(res);
}

void dyad_refill_start(struct dyad_resource *res)
{
	struct dyad_resync *resync;
	struct dyad_volume *volume;
	u64 dirty;
	int i;

	if (res->lean != DYAD_LEAN_ON ||
	    !dyad_state_has_disk(dyad_resource_worst(res, NULL)) ||
	    dyad_record_save(res))
		return;
	res->lean = DYAD_LEAN_REFILLING;
	/* From here on writes go to both; what went to the peer alone is marked. */
	dyad_resource_publish(res);
	dyad_for_each_volume(res, volume, i) {
		dirty = dyad_regions_dirty(&volume->regions);
		if (!dirty)
			continue;
		dyad_sync_begin(res, volume, DYAD_SYNC_ROLE_TARGET, dirty);
		pr_info("dyad %s: volume %d: resync from %s, %llu KiB\n", res->name, i,
			res->peer->name, dirty >> 10);
	}
	if (!dyad_path_is_dirty(&res->path)) {
		end(res);
		return;
	}
	resync = dyad_resync_start(&res->path, res->peer->session, DYAD_RESYNC_FETCH,
				   &res->resync_rate, resync_ended, res);
	if (IS_ERR(resync))
		dyad_refill_ended(res, PTR_ERR(resync));
	else
		res->peer->resync = resync;
}

static const char *why_ended(int error)
{
	switch (error) {
	case -EREMOTEIO:
		return "the peer's disk could not be read";
	case -ENOMEM:
		return "this node is out of memory";
	default:
		return "a disk here has failed";
	}
}

void dyad_refill_ended(struct dyad_resource *res, int error)
{
	dyad_sync_report(res);
	if (!error) {
		end(res);
		return;
	}
	if (has_failed(res))
		return;
	pr_err("dyad %s: the disks here do not get what they lack: %s; detach and attach one to try again\n",
	       res->name, why_ended(error));
	stop(res);
}

/* --- the end --- */

/*
 * Hold what the peer holds, on the disks too. If one does not take that, another may say
 * so for ever, and would be believed: so this node leans on the peer under the generation
 * that follows.
 */
static int adopt(struct dyad_resource *res, const struct dyad_lineage *lineage)
{
	struct dyad_volume *volume;
	int ret;
	int i;

	res->lean = DYAD_LEAN_NONE;
	dyad_lineage_adopt(&res->lineage, lineage);
	dyad_for_each_volume(res, volume, i)
		volume->data_state = DYAD_DATA_STATE_UPTODATE;
	ret = dyad_record_save(res);
	if (!ret)
		return 0;
	res->lean = DYAD_LEAN_ASKING;
	dyad_lineage_diverge(&res->lineage, dyad_random_name());
	dyad_for_each_volume(res, volume, i)
		volume->data_state = DYAD_DATA_STATE_INCONSISTENT;
	dyad_record_save(res);
	dyad_lean_ask(res);
	return ret;
}

void dyad_refill_on_done(struct dyad_resource *res, const u8 *payload)
{
	struct dyad_peer *peer = res->peer;
	struct dyad_volume *volume;
	struct dyad_sync_msg sync;
	int i;

	/* It may have been broken off since it was said to be done. */
	if (dyad_wire_get_sync(&sync, payload) || !dyad_link_is_connected(res) ||
	    sync.lineage.now != res->lineage.now) {
		dyad_peer_fail(peer, DYAD_REASON_PROTOCOL);
		return;
	}
	if (res->lean != DYAD_LEAN_ENDING || has_failed(res) ||
	    adopt(res, &sync.lineage))
		return;
	peer->agreement.direction = DYAD_DIRECTION_RECEIVE;
	peer->phase = DYAD_PHASE_SETTLED;
	res->equal = peer->theirs.instance;
	dyad_for_each_volume(res, volume, i)
		volume->peer_state = DYAD_DATA_STATE_UPTODATE;
	/* It counts as up to date, but may not lead any more without a word. */
	dyad_fence_rival(res);
	dyad_peer_tell(peer, DYAD_MSG_SYNC_SETTLED, 0);
	/* A disk that does not take this has failed: once more, then. */
	dyad_sync_settle(res, true);
	res->path.holds &= ~DYAD_HOLD_NO_DATA;
	dyad_resource_publish(res);
	pr_info("dyad %s: the disks here hold all again\n", res->name);
}

void dyad_refill_on_refilled(struct dyad_resource *res)
{
	struct dyad_peer *peer = res->peer;

	if (!dyad_link_is_leant_on(res) || res->role != DYAD_ROLE_SECONDARY ||
	    peer->role != DYAD_ROLE_PRIMARY) {
		dyad_peer_fail(peer, DYAD_REASON_PROTOCOL);
		return;
	}
	/* A disk here has failed: the session is about to end. */
	if (!dyad_state_is_whole(dyad_resource_worst(res, NULL)))
		return;
	/* The primary may have all that is here, and go on with it. */
	res->bears = false;
	peer->agreement.direction = DYAD_DIRECTION_SEND;
	peer->phase = DYAD_PHASE_ENDING;
	/* What was tracked has ended. */
	dyad_resource_publish(res);
	dyad_sync_offer(res);
}
