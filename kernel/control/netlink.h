/* SPDX-License-Identifier: GPL-2.0-only */
/* The netlink door: operations from user space, notifications to it. */
#ifndef DYAD_CONTROL_NETLINK_H
#define DYAD_CONTROL_NETLINK_H

#include <linux/types.h>

struct dyad_resource;
struct dyad_session;
struct genl_info;
struct sk_buff;

/**
 * dyad_netlink_notify() - tell whoever listens what a resource is like now
 * @res: the resource, not locked
 * @cmd: DYAD_CMD_*_NTF
 *
 * Context: may sleep.
 */
void dyad_netlink_notify(struct dyad_resource *res, u8 cmd);

/**
 * dyad_netlink_find() - the resource that a request names
 * @info: the request; gets a sentence if there is none
 * @attr: of the name
 * @ret: the errno if there is none
 *
 * Return: the resource with a reference, or NULL.
 */
struct dyad_resource *dyad_netlink_find(struct genl_info *info, int attr,
					int *ret);

/**
 * dyad_netlink_put_settings() - tell what is set
 * @skb: where to
 * @res: the resource, locked
 *
 * Return: 0, or not if there is no room.
 */
int dyad_netlink_put_settings(struct sk_buff *skb, struct dyad_resource *res);

/**
 * dyad_netlink_put_packing() - tell how a session's data travels
 * @skb: where to
 * @session: complete
 *
 * Return: 0, or not if there is no room.
 */
int dyad_netlink_put_packing(struct sk_buff *skb, struct dyad_session *session);

#endif
