/* SPDX-License-Identifier: GPL-2.0-only */
/* A primary whose disks have failed leans on its peer's (rule H2). */
#ifndef DYAD_CONTROL_LEAN_H
#define DYAD_CONTROL_LEAN_H

#include <linux/types.h>

#include "control/resource.h"

/*
 * With the resource's lock held.
 */

/**
 * dyad_lean_may() - could the peer's disks take the place of those here?
 * @res: the resource
 *
 * Return: true if this node leads, is set to do so, and both hold the same.
 */
bool dyad_lean_may(struct dyad_resource *res);

/**
 * dyad_lean_begin() - give the disks here up, and have the peer keep track
 * @res: the resource; dyad_lean_may() is true
 *
 * Nothing completes before the peer has said that it does.
 *
 * Context: sleeps until the I/O of the disks here has ended.
 * Return: false if the peer was lost in between: the disks here have to do, and
 * dyad_lean_decide() has to be called.
 */
bool dyad_lean_begin(struct dyad_resource *res);

/**
 * dyad_lean_ask() - the peer is there; have it keep track
 * @res: the resource, which leans
 */
void dyad_lean_ask(struct dyad_resource *res);

/**
 * dyad_lean_decide() - what becomes of requests that only one of the two has?
 * @res: the resource
 *
 * See &dyad_path_ops.make_alone. A disk that has failed may not have been looked at yet: if
 * the peer's can take its place nothing ends with an error before that has been decided.
 */
void dyad_lean_decide(struct dyad_resource *res);

/**
 * dyad_lean_lost() - the peer is lost, and with it all data
 * @res: the resource; does nothing if it does not lean
 */
void dyad_lean_lost(struct dyad_resource *res);

/**
 * dyad_lean_resumed() - I/O goes on after it was suspended
 * @res: the resource
 */
void dyad_lean_resumed(struct dyad_resource *res);

/**
 * dyad_lean_end() - this node does not lead any more
 * @res: the resource; whatever still waits for a disk or the peer fails
 */
void dyad_lean_end(struct dyad_resource *res);

/**
 * dyad_lean_set() - what a disk error and the loss of all data lead to
 * @res: the resource
 * @settings: of which the two
 */
void dyad_lean_set(struct dyad_resource *res, const struct dyad_settings *settings);

/**
 * dyad_lean_on_track() - the peer asks this node to keep track
 * @res: the resource
 * @payload: its message's
 */
void dyad_lean_on_track(struct dyad_resource *res, const u8 *payload);

/**
 * dyad_lean_on_tracked() - the peer keeps track
 * @res: the resource
 */
void dyad_lean_on_tracked(struct dyad_resource *res);

#endif
