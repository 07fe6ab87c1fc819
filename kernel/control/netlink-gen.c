// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/dyad.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink-gen.h"

#include <uapi/linux/dyad.h>

/* Integer value ranges */
static const struct netlink_range_validation dyad_a_resource_port_range = {
	.min	= 1ULL,
	.max	= 65535ULL,
};

static const struct netlink_range_validation dyad_a_resource_recovery_range = {
	.max	= 86400ULL,
};

static const struct netlink_range_validation dyad_a_resource_fence_timeout_range = {
	.max	= 86400ULL,
};

static const struct netlink_range_validation dyad_a_resource_backlog_range = {
	.min	= 1048576ULL,
	.max	= 68719476736ULL,
};

static const struct netlink_range_validation dyad_a_resource_io_timeout_range = {
	.max	= 86400ULL,
};

static const struct netlink_range_validation dyad_a_volume_device_range = {
	.max	= 65535ULL,
};

static const struct netlink_range_validation dyad_a_peer_ping_timeout_range = {
	.min	= 200ULL,
	.max	= 60000ULL,
};

/* DYAD_CMD_RESOURCE_GET - do */
static const struct nla_policy dyad_resource_get_nl_policy[DYAD_A_RESOURCE_NAME + 1] = {
	[DYAD_A_RESOURCE_NAME] = { .type = NLA_NUL_STRING, .len = DYAD_MAX_NAME, },
};

/* DYAD_CMD_RESOURCE_CREATE - do */
static const struct nla_policy dyad_resource_create_nl_policy[DYAD_A_RESOURCE_MODE + 1] = {
	[DYAD_A_RESOURCE_NAME] = { .type = NLA_NUL_STRING, .len = DYAD_MAX_NAME, },
	[DYAD_A_RESOURCE_NODE_ID] = NLA_POLICY_MAX(NLA_U32, DYAD_MAX_NODE_ID),
	[DYAD_A_RESOURCE_PORT] = NLA_POLICY_FULL_RANGE(NLA_U32, &dyad_a_resource_port_range),
	[DYAD_A_RESOURCE_STREAMS] = NLA_POLICY_RANGE(NLA_U32, 1, DYAD_MAX_STREAMS),
	[DYAD_A_RESOURCE_MODE] = NLA_POLICY_MAX(NLA_U32, 2),
};

/* DYAD_CMD_RESOURCE_DELETE - do */
static const struct nla_policy dyad_resource_delete_nl_policy[DYAD_A_RESOURCE_NAME + 1] = {
	[DYAD_A_RESOURCE_NAME] = { .type = NLA_NUL_STRING, .len = DYAD_MAX_NAME, },
};

/* DYAD_CMD_RESOURCE_PROMOTE - do */
static const struct nla_policy dyad_resource_promote_nl_policy[DYAD_A_RESOURCE_ASSUME_EQUAL + 1] = {
	[DYAD_A_RESOURCE_NAME] = { .type = NLA_NUL_STRING, .len = DYAD_MAX_NAME, },
	[DYAD_A_RESOURCE_FORCE] = { .type = NLA_FLAG, },
	[DYAD_A_RESOURCE_FENCED] = { .type = NLA_FLAG, },
	[DYAD_A_RESOURCE_ASSUME_EQUAL] = { .type = NLA_FLAG, },
};

/* DYAD_CMD_RESOURCE_DEMOTE - do */
static const struct nla_policy dyad_resource_demote_nl_policy[DYAD_A_RESOURCE_NAME + 1] = {
	[DYAD_A_RESOURCE_NAME] = { .type = NLA_NUL_STRING, .len = DYAD_MAX_NAME, },
};

/* DYAD_CMD_VOLUME_ATTACH - do */
static const struct nla_policy dyad_volume_attach_nl_policy[DYAD_A_VOLUME_META + 1] = {
	[DYAD_A_VOLUME_RESOURCE] = { .type = NLA_NUL_STRING, .len = DYAD_MAX_NAME, },
	[DYAD_A_VOLUME_INDEX] = NLA_POLICY_MAX(NLA_U32, 15),
	[DYAD_A_VOLUME_DEVICE] = NLA_POLICY_FULL_RANGE(NLA_U32, &dyad_a_volume_device_range),
	[DYAD_A_VOLUME_DISK] = { .type = NLA_NUL_STRING, .len = 255, },
	[DYAD_A_VOLUME_META] = { .type = NLA_NUL_STRING, .len = 255, },
};

/* DYAD_CMD_VOLUME_DETACH - do */
static const struct nla_policy dyad_volume_detach_nl_policy[DYAD_A_VOLUME_INDEX + 1] = {
	[DYAD_A_VOLUME_RESOURCE] = { .type = NLA_NUL_STRING, .len = DYAD_MAX_NAME, },
	[DYAD_A_VOLUME_INDEX] = NLA_POLICY_MAX(NLA_U32, 15),
};

/* DYAD_CMD_PEER_CREATE - do */
static const struct nla_policy dyad_peer_create_nl_policy[DYAD_A_PEER_PING_TIMEOUT + 1] = {
	[DYAD_A_PEER_RESOURCE] = { .type = NLA_NUL_STRING, .len = DYAD_MAX_NAME, },
	[DYAD_A_PEER_NAME] = { .type = NLA_NUL_STRING, .len = DYAD_MAX_NAME, },
	[DYAD_A_PEER_NODE_ID] = NLA_POLICY_MAX(NLA_U32, DYAD_MAX_NODE_ID),
	[DYAD_A_PEER_ADDRESS] = NLA_POLICY_EXACT_LEN(28),
	[DYAD_A_PEER_KEY] = NLA_POLICY_EXACT_LEN(DYAD_KEY_LEN),
	[DYAD_A_PEER_INSECURE] = { .type = NLA_FLAG, },
	[DYAD_A_PEER_PING_TIMEOUT] = NLA_POLICY_FULL_RANGE(NLA_U32, &dyad_a_peer_ping_timeout_range),
};

/* DYAD_CMD_PEER_DELETE - do */
static const struct nla_policy dyad_peer_delete_nl_policy[DYAD_A_PEER_NAME + 1] = {
	[DYAD_A_PEER_RESOURCE] = { .type = NLA_NUL_STRING, .len = DYAD_MAX_NAME, },
	[DYAD_A_PEER_NAME] = { .type = NLA_NUL_STRING, .len = DYAD_MAX_NAME, },
};

/* DYAD_CMD_PEER_CONNECT - do */
static const struct nla_policy dyad_peer_connect_nl_policy[DYAD_A_PEER_DISCARD_LOCAL_CHANGES + 1] = {
	[DYAD_A_PEER_RESOURCE] = { .type = NLA_NUL_STRING, .len = DYAD_MAX_NAME, },
	[DYAD_A_PEER_NAME] = { .type = NLA_NUL_STRING, .len = DYAD_MAX_NAME, },
	[DYAD_A_PEER_DISCARD_LOCAL_CHANGES] = { .type = NLA_FLAG, },
};

/* DYAD_CMD_PEER_DISCONNECT - do */
static const struct nla_policy dyad_peer_disconnect_nl_policy[DYAD_A_PEER_NAME + 1] = {
	[DYAD_A_PEER_RESOURCE] = { .type = NLA_NUL_STRING, .len = DYAD_MAX_NAME, },
	[DYAD_A_PEER_NAME] = { .type = NLA_NUL_STRING, .len = DYAD_MAX_NAME, },
};

/* DYAD_CMD_RESOURCE_SET - do */
static const struct nla_policy dyad_resource_set_nl_policy[DYAD_A_RESOURCE_COMPRESSION + 1] = {
	[DYAD_A_RESOURCE_NAME] = { .type = NLA_NUL_STRING, .len = DYAD_MAX_NAME, },
	[DYAD_A_RESOURCE_RECOVERY] = NLA_POLICY_FULL_RANGE(NLA_U32, &dyad_a_resource_recovery_range),
	[DYAD_A_RESOURCE_RESYNC_RATE] = { .type = NLA_U64, },
	[DYAD_A_RESOURCE_SPLIT_POLICY] = NLA_POLICY_MAX(NLA_U32, 3),
	[DYAD_A_RESOURCE_MODE] = NLA_POLICY_MAX(NLA_U32, 2),
	[DYAD_A_RESOURCE_BACKLOG] = NLA_POLICY_FULL_RANGE(NLA_U64, &dyad_a_resource_backlog_range),
	[DYAD_A_RESOURCE_FENCING] = NLA_POLICY_MAX(NLA_U32, 1),
	[DYAD_A_RESOURCE_FENCE_TIMEOUT] = NLA_POLICY_FULL_RANGE(NLA_U32, &dyad_a_resource_fence_timeout_range),
	[DYAD_A_RESOURCE_FENCE_TIMEOUT_ACTION] = NLA_POLICY_MAX(NLA_U32, 1),
	[DYAD_A_RESOURCE_ON_IO_ERROR] = NLA_POLICY_MAX(NLA_U32, 1),
	[DYAD_A_RESOURCE_ON_NO_DATA] = NLA_POLICY_MAX(NLA_U32, 1),
	[DYAD_A_RESOURCE_SPLIT_POLICY_PRIMARY] = NLA_POLICY_MAX(NLA_U32, 1),
	[DYAD_A_RESOURCE_ON_FULL] = NLA_POLICY_MAX(NLA_U32, 1),
	[DYAD_A_RESOURCE_IO_TIMEOUT] = NLA_POLICY_FULL_RANGE(NLA_U32, &dyad_a_resource_io_timeout_range),
	[DYAD_A_RESOURCE_COMPRESSION] = NLA_POLICY_MAX(NLA_U32, 2),
};

/* DYAD_CMD_VOLUME_RESIZE - do */
static const struct nla_policy dyad_volume_resize_nl_policy[DYAD_A_VOLUME_INDEX + 1] = {
	[DYAD_A_VOLUME_RESOURCE] = { .type = NLA_NUL_STRING, .len = DYAD_MAX_NAME, },
	[DYAD_A_VOLUME_INDEX] = NLA_POLICY_MAX(NLA_U32, 15),
};

/* DYAD_CMD_VERIFY_START - do */
static const struct nla_policy dyad_verify_start_nl_policy[DYAD_A_RESOURCE_REPAIR + 1] = {
	[DYAD_A_RESOURCE_NAME] = { .type = NLA_NUL_STRING, .len = DYAD_MAX_NAME, },
	[DYAD_A_RESOURCE_REPAIR] = { .type = NLA_FLAG, },
};

/* DYAD_CMD_VERIFY_STOP - do */
static const struct nla_policy dyad_verify_stop_nl_policy[DYAD_A_RESOURCE_NAME + 1] = {
	[DYAD_A_RESOURCE_NAME] = { .type = NLA_NUL_STRING, .len = DYAD_MAX_NAME, },
};

/* DYAD_CMD_LATENCY_GET - do */
static const struct nla_policy dyad_latency_get_nl_policy[DYAD_A_VOLUME_INDEX + 1] = {
	[DYAD_A_VOLUME_RESOURCE] = { .type = NLA_NUL_STRING, .len = DYAD_MAX_NAME, },
	[DYAD_A_VOLUME_INDEX] = NLA_POLICY_MAX(NLA_U32, 15),
};

/* DYAD_CMD_LATENCY_RESET - do */
static const struct nla_policy dyad_latency_reset_nl_policy[DYAD_A_RESOURCE_NAME + 1] = {
	[DYAD_A_RESOURCE_NAME] = { .type = NLA_NUL_STRING, .len = DYAD_MAX_NAME, },
};

/* DYAD_CMD_RESOURCE_SUSPEND - do */
static const struct nla_policy dyad_resource_suspend_nl_policy[DYAD_A_RESOURCE_FORCE + 1] = {
	[DYAD_A_RESOURCE_NAME] = { .type = NLA_NUL_STRING, .len = DYAD_MAX_NAME, },
	[DYAD_A_RESOURCE_FORCE] = { .type = NLA_FLAG, },
};

/* DYAD_CMD_RESOURCE_RESUME - do */
static const struct nla_policy dyad_resource_resume_nl_policy[DYAD_A_RESOURCE_FORCE + 1] = {
	[DYAD_A_RESOURCE_NAME] = { .type = NLA_NUL_STRING, .len = DYAD_MAX_NAME, },
	[DYAD_A_RESOURCE_FORCE] = { .type = NLA_FLAG, },
};

/* DYAD_CMD_FENCE_ANSWER - do */
static const struct nla_policy dyad_fence_answer_nl_policy[DYAD_A_RESOURCE_FENCE_ANSWER + 1] = {
	[DYAD_A_RESOURCE_NAME] = { .type = NLA_NUL_STRING, .len = DYAD_MAX_NAME, },
	[DYAD_A_RESOURCE_FENCE_ANSWER] = NLA_POLICY_MAX(NLA_U32, 1),
	[DYAD_A_RESOURCE_FENCE_ID] = { .type = NLA_U32, },
};

/* DYAD_CMD_RESOURCE_OUTDATE - do */
static const struct nla_policy dyad_resource_outdate_nl_policy[DYAD_A_RESOURCE_NAME + 1] = {
	[DYAD_A_RESOURCE_NAME] = { .type = NLA_NUL_STRING, .len = DYAD_MAX_NAME, },
};

/* Ops table for dyad */
static const struct genl_split_ops dyad_nl_ops[] = {
	{
		.cmd		= DYAD_CMD_RESOURCE_GET,
		.doit		= dyad_nl_resource_get_doit,
		.policy		= dyad_resource_get_nl_policy,
		.maxattr	= DYAD_A_RESOURCE_NAME,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd	= DYAD_CMD_RESOURCE_GET,
		.dumpit	= dyad_nl_resource_get_dumpit,
		.flags	= GENL_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= DYAD_CMD_RESOURCE_CREATE,
		.doit		= dyad_nl_resource_create_doit,
		.policy		= dyad_resource_create_nl_policy,
		.maxattr	= DYAD_A_RESOURCE_MODE,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= DYAD_CMD_RESOURCE_DELETE,
		.doit		= dyad_nl_resource_delete_doit,
		.policy		= dyad_resource_delete_nl_policy,
		.maxattr	= DYAD_A_RESOURCE_NAME,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= DYAD_CMD_RESOURCE_PROMOTE,
		.doit		= dyad_nl_resource_promote_doit,
		.policy		= dyad_resource_promote_nl_policy,
		.maxattr	= DYAD_A_RESOURCE_ASSUME_EQUAL,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= DYAD_CMD_RESOURCE_DEMOTE,
		.doit		= dyad_nl_resource_demote_doit,
		.policy		= dyad_resource_demote_nl_policy,
		.maxattr	= DYAD_A_RESOURCE_NAME,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= DYAD_CMD_VOLUME_ATTACH,
		.doit		= dyad_nl_volume_attach_doit,
		.policy		= dyad_volume_attach_nl_policy,
		.maxattr	= DYAD_A_VOLUME_META,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= DYAD_CMD_VOLUME_DETACH,
		.doit		= dyad_nl_volume_detach_doit,
		.policy		= dyad_volume_detach_nl_policy,
		.maxattr	= DYAD_A_VOLUME_INDEX,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= DYAD_CMD_PEER_CREATE,
		.doit		= dyad_nl_peer_create_doit,
		.policy		= dyad_peer_create_nl_policy,
		.maxattr	= DYAD_A_PEER_PING_TIMEOUT,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= DYAD_CMD_PEER_DELETE,
		.doit		= dyad_nl_peer_delete_doit,
		.policy		= dyad_peer_delete_nl_policy,
		.maxattr	= DYAD_A_PEER_NAME,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= DYAD_CMD_PEER_CONNECT,
		.doit		= dyad_nl_peer_connect_doit,
		.policy		= dyad_peer_connect_nl_policy,
		.maxattr	= DYAD_A_PEER_DISCARD_LOCAL_CHANGES,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= DYAD_CMD_PEER_DISCONNECT,
		.doit		= dyad_nl_peer_disconnect_doit,
		.policy		= dyad_peer_disconnect_nl_policy,
		.maxattr	= DYAD_A_PEER_NAME,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= DYAD_CMD_RESOURCE_SET,
		.doit		= dyad_nl_resource_set_doit,
		.policy		= dyad_resource_set_nl_policy,
		.maxattr	= DYAD_A_RESOURCE_COMPRESSION,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= DYAD_CMD_VOLUME_RESIZE,
		.doit		= dyad_nl_volume_resize_doit,
		.policy		= dyad_volume_resize_nl_policy,
		.maxattr	= DYAD_A_VOLUME_INDEX,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= DYAD_CMD_VERIFY_START,
		.doit		= dyad_nl_verify_start_doit,
		.policy		= dyad_verify_start_nl_policy,
		.maxattr	= DYAD_A_RESOURCE_REPAIR,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= DYAD_CMD_VERIFY_STOP,
		.doit		= dyad_nl_verify_stop_doit,
		.policy		= dyad_verify_stop_nl_policy,
		.maxattr	= DYAD_A_RESOURCE_NAME,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= DYAD_CMD_LATENCY_GET,
		.doit		= dyad_nl_latency_get_doit,
		.policy		= dyad_latency_get_nl_policy,
		.maxattr	= DYAD_A_VOLUME_INDEX,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= DYAD_CMD_LATENCY_RESET,
		.doit		= dyad_nl_latency_reset_doit,
		.policy		= dyad_latency_reset_nl_policy,
		.maxattr	= DYAD_A_RESOURCE_NAME,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= DYAD_CMD_RESOURCE_SUSPEND,
		.doit		= dyad_nl_resource_suspend_doit,
		.policy		= dyad_resource_suspend_nl_policy,
		.maxattr	= DYAD_A_RESOURCE_FORCE,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= DYAD_CMD_RESOURCE_RESUME,
		.doit		= dyad_nl_resource_resume_doit,
		.policy		= dyad_resource_resume_nl_policy,
		.maxattr	= DYAD_A_RESOURCE_FORCE,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= DYAD_CMD_FENCE_ANSWER,
		.doit		= dyad_nl_fence_answer_doit,
		.policy		= dyad_fence_answer_nl_policy,
		.maxattr	= DYAD_A_RESOURCE_FENCE_ANSWER,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= DYAD_CMD_RESOURCE_OUTDATE,
		.doit		= dyad_nl_resource_outdate_doit,
		.policy		= dyad_resource_outdate_nl_policy,
		.maxattr	= DYAD_A_RESOURCE_NAME,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
};

static const struct genl_multicast_group dyad_nl_mcgrps[] = {
	[DYAD_NLGRP_MONITOR] = { "monitor", },
};

struct genl_family dyad_nl_family __ro_after_init = {
	.name		= DYAD_FAMILY_NAME,
	.version	= DYAD_FAMILY_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.split_ops	= dyad_nl_ops,
	.n_split_ops	= ARRAY_SIZE(dyad_nl_ops),
	.mcgrps		= dyad_nl_mcgrps,
	.n_mcgrps	= ARRAY_SIZE(dyad_nl_mcgrps),
};
