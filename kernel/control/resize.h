/* SPDX-License-Identifier: GPL-2.0-only */
/* Growing a volume online, on both nodes or on neither. */
#ifndef DYAD_CONTROL_RESIZE_H
#define DYAD_CONTROL_RESIZE_H

#include "control/resource.h"

/**
 * dyad_resize_volume() - let a volume use all of its disks
 * @res: the resource; primary, or a secondary whose peer is one too
 * @index: of the volume
 * @extack: says why not
 *
 * Both backing disks have grown before. Returns when both nodes use the new size;
 * what is new is being compared and copied then.
 *
 * Context: may sleep.
 * Return: 0 or a negative errno.
 */
int dyad_resize_volume(struct dyad_resource *res, unsigned int index,
		       struct netlink_ext_ack *extack);

/*
 * All of these with the resource's lock held.
 */

/**
 * dyad_resize_is_running() - does a volume grow?
 * @res: the resource
 *
 * Return: true if so.
 */
bool dyad_resize_is_running(const struct dyad_resource *res);

/**
 * dyad_resize_message() - one of the messages about growing has come
 * @res: the resource, with a session
 * @msg: its header, checked by the decoder
 */
void dyad_resize_message(struct dyad_resource *res, const struct dyad_msg *msg);

/**
 * dyad_resize_lost() - the session is over
 * @res: the resource
 *
 * What is prepared on the disk stays so, until the two meet again.
 */
void dyad_resize_lost(struct dyad_resource *res);

/**
 * dyad_resize_meet() - finish or undo what an earlier session has left
 * @res: the resource; both states are known and fit
 *
 * Return: 0, or a negative errno: the session has been failed then.
 */
int dyad_resize_meet(struct dyad_resource *res);

#endif
