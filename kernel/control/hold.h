/* SPDX-License-Identifier: GPL-2.0-only */
/* Holding the I/O of applications back at the operator's word, and letting it go. */
#ifndef DYAD_CONTROL_HOLD_H
#define DYAD_CONTROL_HOLD_H

#include "control/resource.h"

/**
 * dyad_hold_suspend() - hold I/O back, with all that was acknowledged on the disks
 * @res: the resource, primary
 * @force: also while the peer is not up to date, whose disk is not held still then
 * @extack: says why not
 *
 * When it returns, nothing is in flight, and this node's disks have flushed, and
 * the peer's if it is connected and up to date: the two hold the same then, until
 * dyad_hold_resume(). No resync begins meanwhile. It does not survive the node.
 *
 * Context: sleeps until all I/O has ended.
 * Return: 0, also if it is suspended already, or a negative errno; nothing is
 * held back then.
 */
int dyad_hold_suspend(struct dyad_resource *res, bool force,
		      struct netlink_ext_ack *extack);

/**
 * dyad_hold_resume() - let I/O go on
 * @res: the resource
 * @force: also if it waits for the peer to be fenced: on the operator's word that the
 *	peer will not lead
 * @extack: says why not
 *
 * Context: may sleep.
 * Return: 0, also if it was not suspended, or a negative errno.
 */
int dyad_hold_resume(struct dyad_resource *res, bool force,
		     struct netlink_ext_ack *extack);

/**
 * dyad_hold_refusal() - is the resource held back, so that something has to wait?
 * @res: locked
 *
 * Return: NULL if not, else what to do first, as a sentence.
 */
const char *dyad_hold_refusal(const struct dyad_resource *res);

#endif
