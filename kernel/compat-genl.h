/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Generic netlink as the generated code wants it. Kernels before 6.2 know no
 * split operations: there the generated table is of a type of ours, and turned
 * into what the kernel takes when the family is registered. To be included
 * before netlink-gen.h, and by the compiler's option for netlink-gen.c.
 */
#ifndef DYAD_COMPAT_GENL_H
#define DYAD_COMPAT_GENL_H

#include <net/genetlink.h>

#include "compat.h"

/**
 * dyad_genl_register() - make the family known
 *
 * Return: 0 or a negative errno.
 */
int dyad_genl_register(void);

/**
 * dyad_genl_unregister() - take it back; waits for running operations
 */
void dyad_genl_unregister(void);

/**
 * dyad_genl_put() - begin a message
 * @skb: to write to
 * @portid: of the receiver
 * @seq: of the request
 * @flags: NLM_F_*
 * @cmd: DYAD_CMD_*
 *
 * Return: the header for genlmsg_end(), or NULL.
 */
void *dyad_genl_put(struct sk_buff *skb, u32 portid, u32 seq, int flags, u8 cmd);

/**
 * dyad_genl_listened() - does anybody in a namespace listen to the group?
 * @net: the namespace
 *
 * Return: true if so.
 */
bool dyad_genl_listened(struct net *net);

/**
 * dyad_genl_multicast() - send a message to the group
 * @net: the namespace
 * @skb: ownership passes
 */
void dyad_genl_multicast(struct net *net, struct sk_buff *skb);

/* Policies could not point to constant ranges, though they never write them. */
#if !DYAD_KERNEL(6, 7)
#undef NLA_POLICY_FULL_RANGE
#define NLA_POLICY_FULL_RANGE(tp, r) {					\
	.type = NLA_ENSURE_INT_OR_BINARY_TYPE(tp),			\
	.validation_type = NLA_VALIDATE_RANGE_PTR,			\
	.range = (struct netlink_range_validation *)(r),		\
}
#endif

#if !DYAD_KERNEL(6, 2)
struct genl_split_ops {
	int (*doit)(struct sk_buff *skb, struct genl_info *info);
	int (*dumpit)(struct sk_buff *skb, struct netlink_callback *cb);
	const struct nla_policy *policy;
	unsigned int maxattr;
	u8 cmd;
	u8 flags;
};

struct dyad_split_family {
	char name[GENL_NAMSIZ];
	unsigned int version;
	bool netnsok;
	bool parallel_ops;
	struct module *module;
	const struct genl_split_ops *split_ops;
	unsigned int n_split_ops;
	const struct genl_multicast_group *mcgrps;
	unsigned int n_mcgrps;
};

#define genl_family dyad_split_family
#endif

#endif
