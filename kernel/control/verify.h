/* SPDX-License-Identifier: GPL-2.0-only */
/* Comparing both sides' data while they are in use, and what follows from it. */
#ifndef DYAD_CONTROL_VERIFY_H
#define DYAD_CONTROL_VERIFY_H

#include <linux/netlink.h>

#include "control/resource.h"

/**
 * dyad_verify_start() - compare all of both sides in the background
 * @res: the resource
 * @repair: then copy what differs to the peer
 * @extack: says why not
 *
 * Runs where the ranges are owned: on the primary, or if there is none, on
 * either node (rule H18).
 *
 * Context: may sleep.
 * Return: 0 or a negative errno.
 */
int dyad_verify_start(struct dyad_resource *res, bool repair,
		      struct netlink_ext_ack *extack);

/**
 * dyad_verify_stop() - stop it; what it has found stays known
 * @res: the resource
 * @extack: says why not
 *
 * Context: may sleep.
 * Return: 0, or -EALREADY if none is running.
 */
int dyad_verify_stop(struct dyad_resource *res, struct netlink_ext_ack *extack);

/*
 * With the resource's lock held.
 */

/**
 * dyad_verify_break() - end a verify, if one is running, before it is done
 * @res: the resource
 * @why: for the log
 *
 * Context: sleeps until its I/O has ended.
 */
void dyad_verify_break(struct dyad_resource *res, const char *why);

/**
 * dyad_verify_ended() - a verify may have nothing more to do
 * @res: the resource
 * @error: 0, or why it cannot go on
 */
void dyad_verify_ended(struct dyad_resource *res, int error);

#endif
