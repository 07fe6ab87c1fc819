/* SPDX-License-Identifier: GPL-2.0-only */
/* A primary in async whose backlog is full goes on without the peer, and catches up. */
#ifndef DYAD_CONTROL_TRACK_H
#define DYAD_CONTROL_TRACK_H

#include <linux/types.h>

#include "control/resource.h"

/*
 * With the resource's lock held.
 */

/**
 * dyad_track_begin() - writes wait that found no room in the backlog
 * @res: the resource, which does not lean on its peer
 *
 * They complete, with a generation that says that the peer lacks them.
 *
 * Return: false if nothing of that is so, or the peer is about to be lost: then it is
 * for dyad_fence_alone() to say.
 */
bool dyad_track_begin(struct dyad_resource *res);

/**
 * dyad_track_look() - the backlog is overrun, or is empty after that
 * @res: the resource
 *
 * Begins if it has to, and the resync once the peer has all that was in the backlog.
 *
 * Context: sleeps until the I/O that has entered has ended.
 */
void dyad_track_look(struct dyad_resource *res);

/**
 * dyad_track_on_behind() - the primary goes on without us for now
 * @res: the resource, at the other side
 */
void dyad_track_on_behind(struct dyad_resource *res);

#endif
