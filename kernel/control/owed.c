// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the peer owes. Requests on data streams are watched by the session; what is said
 * on the control stream is answered when the peer's disks have taken it, if they do. A
 * peer that goes on answering pings meanwhile is not lost by itself.
 */
#include "owed.h"

#include "control/event.h"
#include "control/link.h"
#include "control/peer.h"
#include "control/resize.h"

#define LIMIT DYAD_SESSION_STALL
#define TICK (LIMIT / 8)

/* Nobody waits for it, or it is owed by somebody else. */
#define NOTHING 0

/* A number that is the same for as long as the same answer is waited for. */
static u32 what(struct dyad_resource *res)
{
	const struct dyad_peer *peer = res->peer;

	if (!dyad_link_is_up(res))
		return NOTHING;
	if (peer->link == DYAD_LINK_STATE_NEGOTIATING)
		return 1;
	/* TRACKED: all I/O waits for it. */
	if (res->lean == DYAD_LEAN_ASKING)
		return 2;
	/* SYNC_DONE: it still does. */
	if (res->lean == DYAD_LEAN_ENDING)
		return 3;
	if (dyad_resize_is_running(res))
		return 4 + res->resize.step;
	switch (peer->phase) {
	case DYAD_PHASE_STARTING:
	case DYAD_PHASE_RESTARTING:
	case DYAD_PHASE_ENDING:
		return 16 + peer->phase;
	default:
		return NOTHING;
	}
}

static void look(struct work_struct *work)
{
	struct dyad_resource *res = container_of(to_delayed_work(work),
						 struct dyad_resource, owed.timer);
	struct dyad_owed *owed = &res->owed;
	u32 now;

	dyad_resource_lock(res);
	now = what(res);
	if (now != owed->what || res->heard != owed->heard) {
		owed->what = now;
		owed->heard = res->heard;
		owed->since = jiffies;
	} else if (now && time_after_eq(jiffies, owed->since + LIMIT)) {
		dyad_session_fail(res->peer->session, (struct dyad_cause) {
				  .reason = DYAD_REASON_STALLED });
		now = NOTHING;
	}
	if (now && !res->gone)
		queue_delayed_work(dyad_control_workqueue, &owed->timer, TICK);
	dyad_resource_unlock(res);
}

void dyad_owed_expect(struct dyad_resource *res)
{
	lockdep_assert_held(&res->lock);
	/* What is the same as the last time is another one all the same. */
	res->heard++;
	if (!res->gone)
		queue_delayed_work(dyad_control_workqueue, &res->owed.timer, TICK);
}

void dyad_owed_init(struct dyad_resource *res)
{
	INIT_DELAYED_WORK(&res->owed.timer, look);
}

void dyad_owed_stop(struct dyad_resource *res)
{
	cancel_delayed_work_sync(&res->owed.timer);
}
