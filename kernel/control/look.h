/* SPDX-License-Identifier: GPL-2.0-only */
/* Looking at a resource, whatever it is busy with. */
#ifndef DYAD_CONTROL_LOOK_H
#define DYAD_CONTROL_LOOK_H

#include "control/resource.h"

/**
 * dyad_look_begin() - what is here stays, for whoever shows it
 * @res: the resource
 * @locked: filled in, for dyad_look_end()
 *
 * Whoever holds the resource's lock may be waiting for a disk, or for the peer. So after
 * a moment this goes on without, and what is seen may be a step of a change that is under
 * way (law 11).
 *
 * Context: sleeps a moment.
 * Return: 0 or -EINTR; end with dyad_look_end() if it is 0.
 */
int dyad_look_begin(struct dyad_resource *res, bool *locked);

/**
 * dyad_look_end() - what is here may go again
 * @res: the resource
 * @locked: from dyad_look_begin()
 */
void dyad_look_end(struct dyad_resource *res, bool locked);

#endif
