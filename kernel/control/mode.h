/* SPDX-License-Identifier: GPL-2.0-only */
/* The replication mode: set, agreed on, and on both sides' disks before it counts. */
#ifndef DYAD_CONTROL_MODE_H
#define DYAD_CONTROL_MODE_H

#include "control/resource.h"

/**
 * dyad_mode_set() - switch to another mode
 * @res: the resource
 * @mode: checked
 * @extack: says why not
 *
 * While the two are connected only at the primary. Writes go as in sync while the
 * peer records the mode and then this node does; so nothing is written in a mode that
 * is not on both sides' disks (rule H13).
 *
 * Context: may sleep.
 * Return: 0 or a negative errno; the mode is as before then.
 */
int dyad_mode_set(struct dyad_resource *res, enum dyad_mode mode,
		  struct netlink_ext_ack *extack);

/**
 * dyad_mode_drain() - let the peer catch up before the session ends in order
 * @res: locked, with a session
 *
 * Writes are held back from here on, until the next view is published.
 *
 * Context: sleeps until the peer has written the backlog, or is lost.
 */
void dyad_mode_drain(struct dyad_resource *res);

/**
 * dyad_mode_meet() - take over what a handshake has agreed on
 * @res: locked, with the agreement
 *
 * Return: 0, or a negative errno if the disks do not take it.
 */
int dyad_mode_meet(struct dyad_resource *res);

/**
 * dyad_mode_message() - MODE or MODE_RECORDED has come
 * @res: locked, with a session
 * @msg: its header, checked by the decoder
 */
void dyad_mode_message(struct dyad_resource *res, const struct dyad_msg *msg);

#endif
