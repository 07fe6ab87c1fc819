// SPDX-License-Identifier: GPL-2.0-only
/* Registering the generic netlink family; see compat-genl.h. */
#include <net/genetlink.h>

#include "compat.h"

#if DYAD_KERNEL(6, 2)
#include "compat-genl.h"
#include "control/netlink-gen.h"

#define family dyad_nl_family

int dyad_genl_register(void)
{
	return genl_register_family(&family);
}
#else
/* Of the kernel's type, and so before the header that gives it another name. */
static struct genl_family family;
static struct genl_ops ops[32];
static int register_family(void)
{
	return genl_register_family(&family);
}

#include "compat-genl.h"
#include "control/netlink-gen.h"

static void merge(struct genl_ops *op, const struct genl_split_ops *split)
{
	op->cmd = split->cmd;
	op->flags |= split->flags;
	if (split->doit)
		op->doit = split->doit;
	if (split->dumpit)
		op->dumpit = split->dumpit;
	if (split->policy) {
		op->policy = split->policy;
		op->maxattr = split->maxattr;
	}
}

/* The table has the two halves of an operation next to each other. */
int dyad_genl_register(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < dyad_nl_family.n_split_ops; i++) {
		const struct genl_split_ops *split = &dyad_nl_family.split_ops[i];

		if (i && split->cmd == split[-1].cmd)
			n--;
		if (n == ARRAY_SIZE(ops))
			return -ENOSPC;
		merge(&ops[n++], split);
	}
	strscpy(family.name, dyad_nl_family.name, sizeof(family.name));
	family.version = dyad_nl_family.version;
	family.netnsok = dyad_nl_family.netnsok;
	family.parallel_ops = dyad_nl_family.parallel_ops;
	family.module = dyad_nl_family.module;
	family.ops = ops;
	family.n_ops = n;
	family.resv_start_op = __DYAD_CMD_MAX;
	family.mcgrps = dyad_nl_family.mcgrps;
	family.n_mcgrps = dyad_nl_family.n_mcgrps;
	return register_family();
}
#endif

void dyad_genl_unregister(void)
{
	genl_unregister_family(&family);
}

void *dyad_genl_put(struct sk_buff *skb, u32 portid, u32 seq, int flags, u8 cmd)
{
	return genlmsg_put(skb, portid, seq, &family, flags, cmd);
}

bool dyad_genl_listened(struct net *net)
{
	return genl_has_listeners(&family, net, DYAD_NLGRP_MONITOR);
}

void dyad_genl_multicast(struct net *net, struct sk_buff *skb)
{
	genlmsg_multicast_netns(&family, net, skb, 0, DYAD_NLGRP_MONITOR, GFP_KERNEL);
}
