// SPDX-License-Identifier: GPL-2.0-only
/* Who leads: promotion, demotion, and what has to be true before. */
#include "role.h"

#include "core/state.h"
#include "control/event.h"
#include "control/fence.h"
#include "control/grant.h"
#include "control/hang.h"
#include "control/hold.h"
#include "control/lean.h"
#include "control/link.h"
#include "control/netlink.h"
#include "control/peer.h"
#include "control/record.h"
#include "path/cool.h"
#include "path/volume.h"

#define ANSWER_TIME (5 * HZ)

/*
 * Ask the peer, without the lock; returns with it. 0 means that the peer has
 * nothing against it, or that there is no peer any more.
 */
static int ask_peer(struct dyad_resource *res, struct netlink_ext_ack *extack)
{
	res->answer = 0;
	res->asking = true;
	dyad_grant_ask(res);
	dyad_resource_unlock(res);
	wait_event_timeout(res->wake, READ_ONCE(res->answer), ANSWER_TIME);
	dyad_resource_lock(res);
	res->asking = false;
	if (res->answer > 0 && dyad_link_is_connected(res))
		return 0;
	/* A grant may still be on its way: take the question back. */
	if (!res->answer)
		dyad_grant_return(res);
	/* Nobody is left to ask: what may be done alone is for the caller to see. */
	if (!dyad_link_is_connected(res))
		return 0;
	NL_SET_ERR_MSG(extack, "the peer refused or did not answer: it may be primary, about to be, or having its data replaced; look at 'dyad status' and try again");
	return -EBUSY;
}

static const char *may_promote(struct dyad_resource *res,
			       const struct dyad_word *word)
{
	struct dyad_promotion p = { .force = word->force,
				    .fenced = word->fenced };

	/* What a disk still has of the last session comes first (rule H3). */
	if (dyad_hang_refusal(res))
		return dyad_hang_refusal(res);
	p.worst = dyad_resource_worst(res, &p.volumes);
	dyad_link_describe(res, &p);
	return dyad_state_may_promote(&p);
}

/* On the disks, before anything is written under it. */
static int save_lead(struct dyad_resource *res, bool equal)
{
	bool incomplete = dyad_resource_worst(res, NULL) ==
			  DYAD_DATA_STATE_INCONSISTENT;
	struct dyad_volume *volume;
	int ret = 0;
	int i;

	/* How an incomplete copy differs from the peer's nobody knows. */
	dyad_for_each_volume(res, volume, i) {
		if (!incomplete || equal)
			break;
		dyad_regions_mark_all(&volume->regions);
		ret = dyad_heat_save(&volume->heat) ?: ret;
	}
	if (ret)
		return ret;
	res->role = DYAD_ROLE_PRIMARY;
	res->was_primary = true;
	dyad_for_each_volume(res, volume, i)
		volume->data_state = DYAD_DATA_STATE_UPTODATE;
	/* On a word, or before the peer is offered anything: it only follows. */
	if (!dyad_link_peer_may_count(res))
		dyad_fence_no_rival(res);
	res->fence.parting.known = false;
	/* Who has leant on this node must not take what is written now for its own. */
	if (res->bears)
		WRITE_ONCE(res->path.alone, false);
	res->bears = false;
	if (dyad_link_peer_uptodate(res) || res->path.alone)
		return dyad_record_save(res);
	/*
	 * What it was offered may make it count, and be told to lead under that name:
	 * nothing completes without it, so there is nothing to name yet.
	 */
	if (dyad_fence_is_armed(res))
		return dyad_record_save(res);
	return dyad_resource_go_alone(res);
}

static int record_lead(struct dyad_resource *res, bool equal)
{
	enum dyad_data_state before[DYAD_WIRE_VOLUMES];
	bool was_primary = res->was_primary;
	struct dyad_volume *volume;
	int ret;
	int i;

	dyad_for_each_volume(res, volume, i)
		before[i] = volume->data_state;
	ret = save_lead(res, equal);
	if (!ret)
		return 0;
	res->role = DYAD_ROLE_SECONDARY;
	res->was_primary = was_primary;
	dyad_for_each_volume(res, volume, i)
		volume->data_state = before[i];
	return ret;
}

/* The rest of a promotion; nothing can refuse it but our own disks. */
static int take_lead(struct dyad_resource *res, const struct dyad_word *word,
		     struct netlink_ext_ack *extack)
{
	struct dyad_volume *volume;
	int i;

	/*
	 * What was promised to the peer, in memsync, may have failed when the session was
	 * over, and what has to follow from that waits for the lock that we have (rule H5).
	 */
	if (dyad_resource_flush(res) ||
	    (!word->force && dyad_resource_has_failures(res))) {
		NL_SET_ERR_MSG(extack, "a disk failed to write or flush; replace it first");
		return -EIO;
	}
	dyad_for_each_volume(res, volume, i) {
		if (dyad_volume_announce(volume, true)) {
			NL_SET_ERR_MSG(extack, "cached pages of the device are in use by a reader; close it first");
			return -EBUSY;
		}
	}
	if (record_lead(res, word->equal)) {
		NL_SET_ERR_MSG(extack, "the metadata could not be written; replace the disk first");
		return -EIO;
	}
	dyad_for_each_volume(res, volume, i)
		dyad_volume_allow(volume, true, true);
	dyad_resource_publish(res);
	dyad_for_each_volume(res, volume, i)
		dyad_volume_announce(volume, false);
	pr_info("dyad %s: primary\n", res->name);
	dyad_link_promoted(res, word->equal);
	return 0;
}

/* Metadata are not written any more after they have failed once. */
static bool has_no_record(struct dyad_resource *res)
{
	struct dyad_volume *volume;
	int i;

	dyad_for_each_volume(res, volume, i)
		if (volume->data_state == DYAD_DATA_STATE_INCONSISTENT &&
		    volume->meta->failed)
			return true;
	return false;
}

/*
 * The operator says that a primary whose disk failed has the data that counts.
 * What it failed to write is marked; the next session copies it.
 */
static int vouch(struct dyad_resource *res, struct netlink_ext_ack *extack)
{
	struct dyad_volume *volume;
	bool any = false;
	int i;

	/* The peer could never be told that it holds what is here, nor this disk. */
	if (has_no_record(res)) {
		NL_SET_ERR_MSG(extack, "the metadata could not be written, so nothing can be recorded here; demote it, detach the disk and attach it again, or replace it");
		return -EIO;
	}
	dyad_for_each_volume(res, volume, i) {
		if (volume->data_state != DYAD_DATA_STATE_INCONSISTENT)
			continue;
		volume->data_state = DYAD_DATA_STATE_UPTODATE;
		any = true;
	}
	if (!any)
		return 0;
	dyad_record_save(res);
	dyad_link_close(res, DYAD_REASON_DISK_ERROR);
	return 0;
}

/* That both disks are equal can be believed only where nothing says otherwise. */
static bool may_be_equal(struct dyad_resource *res)
{
	return !res->lineage.now && dyad_link_is_connected(res) &&
	       !res->peer->theirs.lineage.now;
}

static int promote(struct dyad_resource *res, const struct dyad_word *word,
		   struct netlink_ext_ack *extack)
{
	const char *why;
	int ret;

	if (res->role == DYAD_ROLE_PRIMARY) {
		why = "it is primary already, by the peer's disks; nobody can vouch for those here, which lack what was written since: connect the peer, or close and demote the resource, and then use --force";
		if (word->force && res->lean != DYAD_LEAN_NONE)
			goto refuse;
		return word->force ? vouch(res, extack) : 0;
	}
	if (res->asking) {
		NL_SET_ERR_MSG(extack, "it is being promoted already; wait for that");
		return -EBUSY;
	}
	why = may_promote(res, word);
	if (!why && word->equal && !may_be_equal(res))
		why = "disks can be assumed equal only before the first promotion, with both nodes connected; connect them, or leave that word out and let the data be compared";
	if (why)
		goto refuse;
	if (dyad_link_is_connected(res)) {
		ret = ask_peer(res, extack);
		if (ret)
			return ret;
		why = res->gone ? "the resource is being deleted" : may_promote(res, word);
		if (why) {
			dyad_grant_return(res);
			goto refuse;
		}
	}
	/*
	 * To lead is the opposite of giving up what is here: what is written from now
	 * on is not what that word was about (law 5).
	 */
	if (res->peer)
		res->peer->discard = false;
	ret = take_lead(res, word, extack);
	if (ret)
		dyad_grant_return(res);
	return ret;

refuse:
	if (extack)
		extack->_msg = why;
	return -EPERM;
}

int dyad_role_promote(struct dyad_resource *res, const struct dyad_word *word,
		      struct netlink_ext_ack *extack)
{
	int ret;

	dyad_resource_lock(res);
	ret = res->gone ? -ENOENT : promote(res, word, extack);
	dyad_resource_unlock(res);
	if (!ret)
		dyad_netlink_notify(res, DYAD_CMD_RESOURCE_CHANGE_NTF);
	return ret;
}

/* Nobody may open for writing any more, or nothing has changed. */
static int close_writers(struct dyad_resource *res)
{
	struct dyad_volume *volume;
	int i;

	dyad_for_each_volume(res, volume, i)
		if (dyad_volume_allow(volume, true, false))
			goto undo;
	return 0;
undo:
	while (i--)
		if (res->path.volumes[i])
			dyad_volume_allow(res->path.volumes[i], true, true);
	return -EBUSY;
}

/*
 * Nothing is in flight any more: what both disks have flushed need not be suspect
 * if this node crashes as a secondary. A disk or peer that does not flush leaves
 * its regions hot.
 */
static void cool_down(struct dyad_resource *res)
{
	struct dyad_session *session = NULL;
	struct dyad_volume *volume;
	int i;

	if (dyad_resource_flush(res))
		return;
	if (!dyad_link_may_cool(res))
		return;
	if (dyad_link_is_up(res))
		session = res->peer->session;
	dyad_for_each_volume(res, volume, i)
		dyad_cool_all(volume, session);
}

static int demote(struct dyad_resource *res, struct netlink_ext_ack *extack)
{
	const char *why = dyad_hold_refusal(res);
	struct dyad_volume *volume;
	int i;

	if (res->role == DYAD_ROLE_SECONDARY)
		return 0;
	if (why) {
		if (extack)
			extack->_msg = why;
		return -EBUSY;
	}
	if (close_writers(res)) {
		NL_SET_ERR_MSG(extack, "a device is open for writing; close it first (unmount it, stop what uses it)");
		return -EBUSY;
	}
	/* Drain under the old role, so that the peer has all of it. */
	res->role = DYAD_ROLE_SECONDARY;
	dyad_resource_publish(res);
	dyad_lean_end(res);
	cool_down(res);
	dyad_record_save(res);
	/* The peer has what this node failed to write: it has to know that. */
	if (dyad_resource_worst(res, NULL) <= DYAD_DATA_STATE_INCONSISTENT)
		dyad_link_close(res, DYAD_REASON_DISK_ERROR);
	dyad_grant_return(res);
	dyad_for_each_volume(res, volume, i)
		dyad_volume_announce(volume, false);
	pr_info("dyad %s: secondary\n", res->name);
	return 0;
}

int dyad_role_demote(struct dyad_resource *res, struct netlink_ext_ack *extack)
{
	int ret;

	ret = dyad_backlog_catch_up(&res->path.backlog);
	if (ret)
		return ret;
	dyad_resource_lock(res);
	ret = res->gone ? -ENOENT : demote(res, extack);
	dyad_resource_unlock(res);
	if (!ret)
		dyad_netlink_notify(res, DYAD_CMD_RESOURCE_CHANGE_NTF);
	return ret;
}
