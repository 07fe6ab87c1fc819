/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether the peer could lead without us, and the question that is asked if so. */
#ifndef DYAD_CONTROL_FENCE_H
#define DYAD_CONTROL_FENCE_H

#include "control/resource.h"

/**
 * dyad_fence_init() - nobody has to be fenced
 * @res: being created
 */
void dyad_fence_init(struct dyad_resource *res);

/**
 * dyad_fence_stop() - no time-out happens any more
 * @res: gone, not locked
 *
 * Context: sleeps.
 */
void dyad_fence_stop(struct dyad_resource *res);

/**
 * dyad_fence_answer() - somebody says how the fencing of the peer went
 * @res: the resource
 * @done: the peer is off, or outdated: it cannot lead any more. Else it was not
 *	possible, and I/O goes on waiting
 * @id: the question that is answered, or NULL for the latest
 * @extack: says why not
 *
 * Context: may sleep.
 * Return: 0 or a negative errno.
 */
int dyad_fence_answer(struct dyad_resource *res, bool done, const u32 *id,
		      struct netlink_ext_ack *extack);

/**
 * dyad_fence_outdate() - never lead without force from now on
 * @res: the resource, secondary, without a session
 * @extack: says why not
 *
 * On the disks when it returns: so the peer can go on alone.
 *
 * Context: may sleep.
 * Return: 0 or a negative errno.
 */
int dyad_fence_outdate(struct dyad_resource *res, struct netlink_ext_ack *extack);

/*
 * All of these with the resource's lock held.
 */

/**
 * dyad_fence_set() - change the settings
 * @res: the resource
 * @settings: those of fencing are looked at
 *
 * Return: NULL, or why not, as a sentence; nothing has changed then.
 */
const char *dyad_fence_set(struct dyad_resource *res,
			   const struct dyad_settings *settings);

/**
 * dyad_fence_is_promised() - does this node never go on alone unasked?
 * @res: the resource
 *
 * Return: true if so; the peer is told.
 */
bool dyad_fence_is_promised(const struct dyad_resource *res);

/**
 * dyad_fence_is_pending() - does I/O wait for an answer?
 * @res: the resource
 *
 * Return: true if so.
 */
bool dyad_fence_is_pending(const struct dyad_resource *res);

/**
 * dyad_fence_rival() - from here on the peer may have all that we have
 * @res: the resource
 *
 * Should it be lost, it may be told to lead.
 */
void dyad_fence_rival(struct dyad_resource *res);

/**
 * dyad_fence_is_armed() - would losing the peer ask a question?
 * @res: the resource
 *
 * Return: true if so, so nothing completes without the peer.
 */
bool dyad_fence_is_armed(const struct dyad_resource *res);

/**
 * dyad_fence_no_rival() - the peer will not lead, as far as it goes by itself
 * @res: the resource
 *
 * It has recorded that it is incomplete, or has been told that we go on, or somebody
 * has given his word. If a question is open, that is the answer, and I/O goes on when
 * the caller publishes.
 *
 * Return: 0, or a negative errno if the disks did not take the new generation:
 * the writes that waited have failed then.
 */
int dyad_fence_no_rival(struct dyad_resource *res);

/**
 * dyad_fence_lost() - the peer was lost
 * @res: the resource
 *
 * If it is a rival of this primary, I/O is held back from the next view on, and the
 * question is asked.
 */
void dyad_fence_lost(struct dyad_resource *res);

/**
 * dyad_fence_alone() - writes wait that the peer lacks
 * @res: the resource
 *
 * They complete, with a generation that says so, if the peer is no rival; else
 * they are parked until the question is answered.
 */
void dyad_fence_alone(struct dyad_resource *res);

#endif
