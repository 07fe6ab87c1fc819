// SPDX-License-Identifier: GPL-2.0-only
/* The event queue of a resource: collects from any context, works in order. */
#include "event.h"

#include <linux/slab.h>

#include "control/failure.h"
#include "control/lean.h"
#include "control/link.h"
#include "control/netlink.h"
#include "control/peer.h"
#include "control/sync.h"
#include "control/track.h"
#include "control/verify.h"

struct workqueue_struct *dyad_control_workqueue;

struct message {
	struct list_head link;
	struct dyad_session *session;
	struct dyad_msg msg;
	u8 payload[];
};

/* What has come in since the last time. */
struct events {
	struct list_head messages;
	struct dyad_session *failed;
	unsigned long failed_disks;
	bool need_alone;
	bool fence_asked;
	bool changed;
	bool resync_ended;
	int resync_error;
};

static void poke(struct dyad_resource *res)
{
	dyad_resource_get(res);
	if (!queue_work(dyad_control_workqueue, &res->event_work))
		dyad_resource_put(res);
}

int dyad_event_message(struct dyad_resource *res, struct dyad_session *session,
		       const struct dyad_msg *msg, const u8 *payload)
{
	struct message *m = kmalloc(struct_size(m, payload, msg->length), GFP_NOIO);

	if (!m)
		return -ENOMEM;
	m->session = dyad_session_get(session);
	m->msg = *msg;
	memcpy(m->payload, payload, msg->length);
	spin_lock_irq(&res->event_lock);
	list_add_tail(&m->link, &res->messages);
	spin_unlock_irq(&res->event_lock);
	poke(res);
	return 0;
}

void dyad_event_session_failed(struct dyad_resource *res,
			       struct dyad_session *session)
{
	struct dyad_session *old;
	unsigned long flags;

	dyad_session_get(session);
	spin_lock_irqsave(&res->event_lock, flags);
	old = res->failed;
	res->failed = session;
	spin_unlock_irqrestore(&res->event_lock, flags);
	/* An older one that nobody has looked at was replaced meanwhile. */
	dyad_session_put(old);
	poke(res);
}

void dyad_event_need_alone(struct dyad_resource *res)
{
	unsigned long flags;

	spin_lock_irqsave(&res->event_lock, flags);
	res->need_alone = true;
	spin_unlock_irqrestore(&res->event_lock, flags);
	poke(res);
}

void dyad_event_fence(struct dyad_resource *res)
{
	unsigned long flags;

	spin_lock_irqsave(&res->event_lock, flags);
	res->fence_asked = true;
	spin_unlock_irqrestore(&res->event_lock, flags);
	poke(res);
}

void dyad_event_changed(struct dyad_resource *res)
{
	unsigned long flags;

	spin_lock_irqsave(&res->event_lock, flags);
	res->changed = true;
	spin_unlock_irqrestore(&res->event_lock, flags);
	poke(res);
}

void dyad_event_disk_failed(struct dyad_resource *res, unsigned int volume)
{
	unsigned long flags;

	spin_lock_irqsave(&res->event_lock, flags);
	__set_bit(volume, &res->failed_disks);
	spin_unlock_irqrestore(&res->event_lock, flags);
	poke(res);
}

void dyad_event_forget_disk(struct dyad_resource *res, unsigned int volume)
{
	spin_lock_irq(&res->event_lock);
	__clear_bit(volume, &res->failed_disks);
	spin_unlock_irq(&res->event_lock);
}

void dyad_event_resync_ended(struct dyad_resource *res, int error)
{
	unsigned long flags;

	spin_lock_irqsave(&res->event_lock, flags);
	res->resync_ended = true;
	res->resync_error = error;
	spin_unlock_irqrestore(&res->event_lock, flags);
	poke(res);
}

static void collect(struct dyad_resource *res, struct events *ev)
{
	INIT_LIST_HEAD(&ev->messages);
	spin_lock_irq(&res->event_lock);
	list_splice_init(&res->messages, &ev->messages);
	ev->failed = res->failed;
	ev->failed_disks = res->failed_disks;
	ev->need_alone = res->need_alone;
	ev->fence_asked = res->fence_asked;
	ev->changed = res->changed;
	ev->resync_ended = res->resync_ended;
	ev->resync_error = res->resync_error;
	res->failed = NULL;
	res->failed_disks = 0;
	res->need_alone = false;
	res->fence_asked = false;
	res->changed = false;
	res->resync_ended = false;
	spin_unlock_irq(&res->event_lock);
}

/*
 * The disks first: a replica that cannot store must not say that it is up to
 * date, and what has failed on them may wait for what follows from it. The
 * messages before the failure: the last one may say why.
 */
static void handle(struct dyad_resource *res, struct events *ev)
{
	struct message *m, *next;
	unsigned int i;

	for_each_set_bit(i, &ev->failed_disks, DYAD_WIRE_VOLUMES)
		dyad_failure_of_disk(res, i);
	if (ev->need_alone && !list_empty_careful(&res->path.deferred))
		dyad_lean_decide(res);
	if (ev->need_alone)
		dyad_track_look(res);
	list_for_each_entry_safe(m, next, &ev->messages, link) {
		dyad_link_message(res, m->session, &m->msg, m->payload);
		dyad_session_control_done(m->session);
		dyad_session_put(m->session);
		kfree(m);
	}
	if (ev->resync_ended) {
		dyad_sync_ended(res, ev->resync_error);
		dyad_verify_ended(res, ev->resync_error);
	}
	if (ev->failed)
		dyad_link_session_failed(res, ev->failed);
	/* What has kept the two apart may be over. */
	if (ev->changed && res->peer)
		dyad_peer_dial_soon(res->peer);
	dyad_session_put(ev->failed);
}

static void work(struct work_struct *work)
{
	struct dyad_resource *res =
		container_of(work, struct dyad_resource, event_work);
	struct events ev;
	bool gone;

	dyad_resource_lock(res);
	collect(res, &ev);
	handle(res, &ev);
	gone = res->gone;
	dyad_resource_unlock(res);
	wake_up_all(&res->wake);
	/* The node may go before the last reference to a deleted resource. */
	if (!gone)
		dyad_netlink_notify(res, ev.fence_asked ? DYAD_CMD_FENCE_NTF :
				    DYAD_CMD_RESOURCE_CHANGE_NTF);
	dyad_resource_put(res);
}

void dyad_event_init(struct dyad_resource *res)
{
	INIT_WORK(&res->event_work, work);
	spin_lock_init(&res->event_lock);
	INIT_LIST_HEAD(&res->messages);
}

void dyad_event_flush(struct dyad_resource *res)
{
	flush_work(&res->event_work);
}

int dyad_events_setup(void)
{
	dyad_control_workqueue = alloc_workqueue("dyad_control", WQ_UNBOUND |
						 WQ_MEM_RECLAIM, 0);
	return dyad_control_workqueue ? 0 : -ENOMEM;
}

void dyad_events_cleanup(void)
{
	destroy_workqueue(dyad_control_workqueue);
}
