/* SPDX-License-Identifier: GPL-2.0-only */
/* What sessions and the data path ask of a resource, done under its lock later. */
#ifndef DYAD_CONTROL_EVENT_H
#define DYAD_CONTROL_EVENT_H

#include "control/resource.h"

/**
 * dyad_event_init() - no events
 * @res: being created
 */
void dyad_event_init(struct dyad_resource *res);

/**
 * dyad_event_flush() - wait until no event is waiting or worked on
 * @res: nothing raises events any more
 *
 * Context: sleeps; without the resource's lock.
 */
void dyad_event_flush(struct dyad_resource *res);

/**
 * dyad_event_message() - a control message of a session has come
 * @res: the resource
 * @session: that it came from
 * @msg: its header
 * @payload: copied
 *
 * Return: 0 or -ENOMEM.
 */
int dyad_event_message(struct dyad_resource *res, struct dyad_session *session,
		       const struct dyad_msg *msg, const u8 *payload);

/**
 * dyad_event_session_failed() - a session has to be stopped
 * @res: the resource
 * @session: the session
 *
 * Context: any.
 */
void dyad_event_session_failed(struct dyad_resource *res,
			       struct dyad_session *session);

/**
 * dyad_event_need_alone() - writes wait until the resource goes on alone, or the backlog
 * is overrun, or empty after that
 * @res: the resource
 *
 * Context: any.
 */
void dyad_event_need_alone(struct dyad_resource *res);

/**
 * dyad_event_fence() - tell whoever listens that the peer is to be fenced
 * @res: the resource
 *
 * Context: any.
 */
void dyad_event_fence(struct dyad_resource *res);

/**
 * dyad_event_changed() - a disk hangs or does not any more, or what one had has come back
 * @res: the resource
 *
 * Context: any.
 */
void dyad_event_changed(struct dyad_resource *res);

/**
 * dyad_event_disk_failed() - a disk failed a write or flush
 * @res: the resource
 * @volume: index
 *
 * Context: any.
 */
void dyad_event_disk_failed(struct dyad_resource *res, unsigned int volume);

/**
 * dyad_event_forget_disk() - what has failed has been replaced
 * @res: the resource, locked
 * @volume: index; all that its old disk had has ended
 */
void dyad_event_forget_disk(struct dyad_resource *res, unsigned int volume);

/**
 * dyad_event_resync_ended() - the resync or verify has nothing more to do
 * @res: the resource
 * @error: 0, or why it cannot go on
 *
 * Context: any.
 */
void dyad_event_resync_ended(struct dyad_resource *res, int error);

/**
 * dyad_events_setup() - start the workqueue that all resources share
 *
 * Return: 0 or -ENOMEM.
 */
int dyad_events_setup(void);

/**
 * dyad_events_cleanup() - stop it; no resource is left
 */
void dyad_events_cleanup(void);

/* For whatever takes a resource's lock and may sleep long. */
extern struct workqueue_struct *dyad_control_workqueue;

#endif
