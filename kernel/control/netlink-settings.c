// SPDX-License-Identifier: GPL-2.0-only
/* Netlink: the settings of a resource, told and changed. */
#include "netlink.h"

#include "compat-genl.h"
#include "control/compression.h"
#include "control/mode.h"
#include "control/netlink-gen.h"
#include "control/resource.h"
#include "net/packing.h"

int dyad_netlink_put_settings(struct sk_buff *skb, struct dyad_resource *res)
{
	return nla_put_u32(skb, DYAD_A_RESOURCE_RECOVERY, res->recovery) ||
	       nla_put_u64_64bit(skb, DYAD_A_RESOURCE_RESYNC_RATE, res->resync_rate,
				 DYAD_A_RESOURCE_PAD) ||
	       nla_put_u32(skb, DYAD_A_RESOURCE_SPLIT_POLICY, res->policy) ||
	       nla_put_u32(skb, DYAD_A_RESOURCE_SPLIT_POLICY_PRIMARY,
			   res->primary_policy) ||
	       nla_put_u64_64bit(skb, DYAD_A_RESOURCE_BACKLOG,
				 READ_ONCE(res->path.backlog.limit),
				 DYAD_A_RESOURCE_PAD) ||
	       nla_put_u32(skb, DYAD_A_RESOURCE_ON_FULL,
			   READ_ONCE(res->path.backlog.track) ?
			   DYAD_ON_FULL_TRACK : DYAD_ON_FULL_THROTTLE) ||
	       nla_put_u32(skb, DYAD_A_RESOURCE_FENCING, res->fencing) ||
	       nla_put_u32(skb, DYAD_A_RESOURCE_FENCE_TIMEOUT, res->fence.seconds) ||
	       nla_put_u32(skb, DYAD_A_RESOURCE_FENCE_TIMEOUT_ACTION,
			   res->fence.action) ||
	       nla_put_u32(skb, DYAD_A_RESOURCE_ON_IO_ERROR, res->on_io_error) ||
	       nla_put_u32(skb, DYAD_A_RESOURCE_ON_NO_DATA, res->on_no_data) ||
	       nla_put_u32(skb, DYAD_A_RESOURCE_IO_TIMEOUT, res->io_timeout) ||
	       nla_put_u32(skb, DYAD_A_RESOURCE_COMPRESSION, res->compression);
}

int dyad_netlink_put_packing(struct sk_buff *skb, struct dyad_session *session)
{
	u64 from, to;

	dyad_packing_count(session, &from, &to);
	return nla_put_u32(skb, DYAD_A_PEER_COMPRESSION, session->compression) ||
	       nla_put_u32(skb, DYAD_A_PEER_COMPRESSION_LACK, session->lack) ||
	       nla_put_u64_64bit(skb, DYAD_A_PEER_PACKED_FROM, from, DYAD_A_PEER_PAD) ||
	       nla_put_u64_64bit(skb, DYAD_A_PEER_PACKED_TO, to, DYAD_A_PEER_PAD);
}

/* NULL if it is absent; enums are numbers of that size too. */
static const u32 *number(struct genl_info *info, int attr)
{
	return info->attrs[attr] ? nla_data(info->attrs[attr]) : NULL;
}

/* Where one of 64 bits lies is not good enough for a pointer to it. */
static const u64 *long_number(struct genl_info *info, int attr, u64 *copy)
{
	if (!info->attrs[attr])
		return NULL;
	*copy = nla_get_u64(info->attrs[attr]);
	return copy;
}

int dyad_nl_resource_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	const u32 *mode = number(info, DYAD_A_RESOURCE_MODE);
	u64 rate, backlog;
	struct dyad_settings settings = {
		.recovery = number(info, DYAD_A_RESOURCE_RECOVERY),
		.resync_rate = long_number(info, DYAD_A_RESOURCE_RESYNC_RATE, &rate),
		.policy = number(info, DYAD_A_RESOURCE_SPLIT_POLICY),
		.primary_policy = number(info, DYAD_A_RESOURCE_SPLIT_POLICY_PRIMARY),
		.fencing = number(info, DYAD_A_RESOURCE_FENCING),
		.fence_seconds = number(info, DYAD_A_RESOURCE_FENCE_TIMEOUT),
		.fence_action = number(info, DYAD_A_RESOURCE_FENCE_TIMEOUT_ACTION),
		.backlog = long_number(info, DYAD_A_RESOURCE_BACKLOG, &backlog),
		.on_full = number(info, DYAD_A_RESOURCE_ON_FULL),
		.on_io_error = number(info, DYAD_A_RESOURCE_ON_IO_ERROR),
		.on_no_data = number(info, DYAD_A_RESOURCE_ON_NO_DATA),
		.io_timeout = number(info, DYAD_A_RESOURCE_IO_TIMEOUT),
		.compression = number(info, DYAD_A_RESOURCE_COMPRESSION),
	};
	struct dyad_resource *res;
	int ret;

	res = dyad_netlink_find(info, DYAD_A_RESOURCE_NAME, &ret);
	if (!res)
		return ret;
	ret = settings.compression ?
	      dyad_compression_check(*settings.compression, info->extack) : 0;
	ret = ret ?: dyad_resource_set(res, &settings, info->extack);
	/* Last what needs the peer: if that is refused, nothing that matters has changed. */
	if (!ret && mode)
		ret = dyad_mode_set(res, *mode, info->extack);
	dyad_resource_put(res);
	return ret;
}
