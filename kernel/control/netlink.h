/* SPDX-License-Identifier: GPL-2.0-only */
/* The netlink door: operations from user space, notifications to it. */
#ifndef DYAD_CONTROL_NETLINK_H
#define DYAD_CONTROL_NETLINK_H

#include <linux/types.h>

struct dyad_resource;

/**
 * dyad_netlink_notify() - tell whoever listens what a resource is like now
 * @res: the resource, not locked
 * @cmd: DYAD_CMD_*_NTF
 *
 * Context: may sleep.
 */
void dyad_netlink_notify(struct dyad_resource *res, u8 cmd);

#endif
