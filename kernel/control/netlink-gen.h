/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/dyad.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_DYAD_GEN_H
#define _LINUX_DYAD_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/dyad.h>

int dyad_nl_resource_get_doit(struct sk_buff *skb, struct genl_info *info);
int dyad_nl_resource_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb);
int dyad_nl_resource_create_doit(struct sk_buff *skb, struct genl_info *info);
int dyad_nl_resource_delete_doit(struct sk_buff *skb, struct genl_info *info);
int dyad_nl_resource_promote_doit(struct sk_buff *skb, struct genl_info *info);
int dyad_nl_resource_demote_doit(struct sk_buff *skb, struct genl_info *info);
int dyad_nl_volume_attach_doit(struct sk_buff *skb, struct genl_info *info);
int dyad_nl_volume_detach_doit(struct sk_buff *skb, struct genl_info *info);
int dyad_nl_peer_create_doit(struct sk_buff *skb, struct genl_info *info);
int dyad_nl_peer_delete_doit(struct sk_buff *skb, struct genl_info *info);
int dyad_nl_peer_connect_doit(struct sk_buff *skb, struct genl_info *info);
int dyad_nl_peer_disconnect_doit(struct sk_buff *skb, struct genl_info *info);
int dyad_nl_resource_set_doit(struct sk_buff *skb, struct genl_info *info);
int dyad_nl_volume_resize_doit(struct sk_buff *skb, struct genl_info *info);
int dyad_nl_verify_start_doit(struct sk_buff *skb, struct genl_info *info);
int dyad_nl_verify_stop_doit(struct sk_buff *skb, struct genl_info *info);
int dyad_nl_latency_get_doit(struct sk_buff *skb, struct genl_info *info);
int dyad_nl_latency_reset_doit(struct sk_buff *skb, struct genl_info *info);
int dyad_nl_resource_suspend_doit(struct sk_buff *skb, struct genl_info *info);
int dyad_nl_resource_resume_doit(struct sk_buff *skb, struct genl_info *info);
int dyad_nl_fence_answer_doit(struct sk_buff *skb, struct genl_info *info);
int dyad_nl_resource_outdate_doit(struct sk_buff *skb, struct genl_info *info);

enum {
	DYAD_NLGRP_MONITOR,
};

extern struct genl_family dyad_nl_family;

#endif /* _LINUX_DYAD_GEN_H */
