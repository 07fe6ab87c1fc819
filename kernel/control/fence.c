// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fencing. A peer that has all we have may be told to lead (by 'promote --fenced',
 * rule H1) once it has lost us. If fencing is required, nothing completes without
 * such a peer, from its loss until one of these is true:
 *
 *   - somebody answers that it is off or outdated, or gives his word for it
 *   - it has come back, and has recorded that it is incomplete
 *
 * Meanwhile new I/O waits before it enters, and writes that the peer lacks are
 * parked: they hold neither a view nor a range, so that losing the peer, meeting it
 * again and all else that drains something do not wait for the answer (rule H20).
 */
#include "fence.h"

#include "core/state.h"
#include "control/event.h"
#include "control/link.h"
#include "control/netlink.h"
#include "control/record.h"
#include "path/request.h"

bool dyad_fence_is_promised(const struct dyad_resource *res)
{
	return res->fencing == DYAD_FENCING_REQUIRED &&
	       res->fence.action == DYAD_FENCE_ACTION_STAY;
}

bool dyad_fence_is_pending(const struct dyad_resource *res)
{
	return res->fence.state != DYAD_FENCE_STATE_NONE;
}

bool dyad_fence_is_armed(const struct dyad_resource *res)
{
	return res->fencing == DYAD_FENCING_REQUIRED && res->fence.rival;
}

void dyad_fence_rival(struct dyad_resource *res)
{
	res->fence.rival = true;
}

static void ask(struct dyad_resource *res)
{
	struct dyad_fence *fence = &res->fence;

	if (dyad_fence_is_pending(res))
		return;
	fence->state = DYAD_FENCE_STATE_PENDING;
	fence->id++;
	res->path.holds |= DYAD_HOLD_FENCING;
	pr_warn("dyad %s: the peer is lost and may be told to lead: I/O waits until it is fenced\n",
		res->name);
	if (fence->seconds) {
		fence->deadline = jiffies + fence->seconds * HZ;
		mod_delayed_work(dyad_control_workqueue, &fence->timer,
				 fence->seconds * HZ);
	}
	dyad_event_fence(res);
}

int dyad_fence_no_rival(struct dyad_resource *res)
{
	res->fence.rival = false;
	if (!dyad_fence_is_pending(res))
		return 0;
	res->fence.state = DYAD_FENCE_STATE_NONE;
	res->path.holds &= ~DYAD_HOLD_FENCING;
	return dyad_resource_go_alone(res);
}

void dyad_fence_lost(struct dyad_resource *res)
{
	/* Who leans on it cannot go on without it. */
	if (res->role == DYAD_ROLE_PRIMARY && dyad_fence_is_armed(res) &&
	    res->lean == DYAD_LEAN_NONE && !res->gone)
		ask(res);
}

void dyad_fence_alone(struct dyad_resource *res)
{
	lockdep_assert_held(&res->lock);
	if (!dyad_fence_is_armed(res) || dyad_link_peer_knows(res)) {
		dyad_resource_go_alone(res);
		return;
	}
	/* Nobody is left who could answer. */
	if (res->gone) {
		dyad_path_resume(&res->path, BLK_STS_IOERR);
		return;
	}
	ask(res);
	dyad_path_park(&res->path);
}

/* --- the answer --- */

static const char *take_answer(struct dyad_resource *res, bool done, const u32 *id)
{
	if (res->gone)
		return "the resource is being deleted";
	if (!dyad_fence_is_pending(res))
		return "no I/O waits for the peer to be fenced; there is nothing to answer, see 'dyad status'";
	if (id && *id != res->fence.id)
		return "the answer is to an earlier question: the peer was lost again since; fence it once more";
	if (!done) {
		res->fence.state = DYAD_FENCE_STATE_FAILED;
		pr_warn("dyad %s: the peer could not be fenced: I/O goes on waiting\n",
			res->name);
		return NULL;
	}
	pr_info("dyad %s: the peer is fenced\n", res->name);
	if (dyad_fence_no_rival(res)) {
		dyad_resource_publish(res);
		return "the disks do not take a new generation: the writes that waited have failed; replace the disk";
	}
	dyad_resource_publish(res);
	return NULL;
}

int dyad_fence_answer(struct dyad_resource *res, bool done, const u32 *id,
		      struct netlink_ext_ack *extack)
{
	const char *why;

	dyad_resource_lock(res);
	why = take_answer(res, done, id);
	dyad_resource_unlock(res);
	if (why && extack)
		extack->_msg = why;
	if (!why)
		dyad_netlink_notify(res, DYAD_CMD_RESOURCE_CHANGE_NTF);
	return why ? -EBUSY : 0;
}

static void time_out(struct work_struct *work)
{
	struct dyad_resource *res = container_of(to_delayed_work(work),
						 struct dyad_resource, fence.timer);
	struct dyad_fence *fence = &res->fence;
	bool over;

	dyad_resource_lock(res);
	/* Else it was answered, and perhaps asked again since. */
	over = fence->state == DYAD_FENCE_STATE_PENDING && !res->gone &&
	       !time_before(jiffies, fence->deadline);
	if (over && fence->action == DYAD_FENCE_ACTION_GO_ON) {
		pr_warn("dyad %s: nobody has said that the peer is fenced: going on all the same\n",
			res->name);
		dyad_fence_no_rival(res);
		dyad_resource_publish(res);
	} else if (over) {
		pr_warn("dyad %s: nobody has said that the peer is fenced: I/O goes on waiting\n",
			res->name);
		fence->state = DYAD_FENCE_STATE_TIMED_OUT;
	}
	dyad_resource_unlock(res);
	if (over)
		dyad_netlink_notify(res, DYAD_CMD_RESOURCE_CHANGE_NTF);
}

void dyad_fence_init(struct dyad_resource *res)
{
	INIT_DELAYED_WORK(&res->fence.timer, time_out);
}

void dyad_fence_stop(struct dyad_resource *res)
{
	cancel_delayed_work_sync(&res->fence.timer);
}

const char *dyad_fence_set(struct dyad_resource *res,
			   const struct dyad_settings *settings)
{
	enum dyad_fencing fencing = settings->fencing ? *settings->fencing :
							res->fencing;
	enum dyad_fence_action action = settings->fence_action ?
					*settings->fence_action : res->fence.action;

	if (fencing != res->fencing || action != res->fence.action) {
		if (dyad_fence_is_pending(res))
			return "I/O waits for the peer to be fenced; answer that first, see 'dyad fence'";
		if (dyad_link_is_up(res))
			return "the peer relies on how fencing is set; disconnect it first";
	}
	res->fencing = fencing;
	res->fence.action = action;
	if (settings->fence_seconds)
		res->fence.seconds = *settings->fence_seconds;
	return NULL;
}

/* --- at the other side --- */

static const char *mark_outdated(struct dyad_resource *res)
{
	struct dyad_volume *volume;
	int i;

	if (res->gone)
		return "the resource is being deleted";
	if (res->role == DYAD_ROLE_PRIMARY || res->asking)
		return "this node is primary, or about to be; demote it first";
	if (dyad_link_is_up(res))
		return "the peer is connected; wait until it is lost, see 'dyad wait', or disconnect it first";
	if (dyad_resource_worst(res, NULL) == DYAD_DATA_STATE_DISKLESS)
		return "the resource has no volume, so there is nothing to outdate; attach a disk first";
	res->fence.parting.known = false;
	dyad_for_each_volume(res, volume, i)
		if (dyad_state_is_whole(volume->data_state))
			volume->data_state = DYAD_DATA_STATE_OUTDATED;
	if (dyad_record_save(res))
		return "the metadata could not be written, so it is not certain that this node stays outdated; turn it off instead";
	dyad_resource_publish(res);
	pr_info("dyad %s: outdated by command\n", res->name);
	return NULL;
}

int dyad_fence_outdate(struct dyad_resource *res, struct netlink_ext_ack *extack)
{
	const char *why;

	dyad_resource_lock(res);
	why = mark_outdated(res);
	dyad_resource_unlock(res);
	if (why && extack)
		extack->_msg = why;
	if (!why)
		dyad_netlink_notify(res, DYAD_CMD_RESOURCE_CHANGE_NTF);
	return why ? -EBUSY : 0;
}
