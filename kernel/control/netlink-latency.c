// SPDX-License-Identifier: GPL-2.0-only
/* Netlink: how long the I/O of a volume takes. */
#include "netlink.h"

#include "compat-genl.h"
#include "control/netlink-gen.h"
#include "control/look.h"
#include "control/resource.h"
#include "path/timing.h"

#define MESSAGE_SIZE	(8 * 1024)

static int fill_stage(struct sk_buff *skb, struct dyad_volume *volume,
		      enum dyad_latency_stage stage)
{
	struct nlattr *nest = nla_nest_start(skb, DYAD_A_VOLUME_LATENCY);
	struct dyad_latency l;

	dyad_timing_read(volume->timing, stage, &l);
	if (!nest || nla_put_u32(skb, DYAD_A_LATENCY_STAGE, stage) ||
	    nla_put_u64_64bit(skb, DYAD_A_LATENCY_SUM, l.sum, DYAD_A_LATENCY_PAD) ||
	    nla_put_u64_64bit(skb, DYAD_A_LATENCY_LONGEST, l.max,
			      DYAD_A_LATENCY_PAD) ||
	    nla_put(skb, DYAD_A_LATENCY_BUCKETS, sizeof(l.count), l.count))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int fill_volume(struct sk_buff *skb, struct dyad_volume *volume)
{
	enum dyad_latency_stage stage;

	if (nla_put_u32(skb, DYAD_A_VOLUME_INDEX, volume->index) ||
	    nla_put_u32(skb, DYAD_A_VOLUME_DEVICE, volume->device))
		return -EMSGSIZE;
	for (stage = 0; stage < __DYAD_LATENCY_STAGE_MAX; stage++)
		if (fill_stage(skb, volume, stage))
			return -EMSGSIZE;
	return 0;
}

static int fill(struct sk_buff *skb, struct dyad_resource *res,
		struct genl_info *info)
{
	struct nlattr *index = info->attrs[DYAD_A_VOLUME_INDEX];
	struct dyad_volume *volume;
	void *header;
	bool locked;
	int ret;

	header = dyad_genl_put(skb, info->snd_portid, info->snd_seq, 0,
			       DYAD_CMD_LATENCY_GET);
	if (!header)
		return -EMSGSIZE;
	ret = dyad_look_begin(res, &locked);
	if (ret)
		return ret;
	volume = res->path.volumes[index ? nla_get_u32(index) : 0];
	ret = -ENXIO;
	if (volume)
		ret = fill_volume(skb, volume);
	else
		NL_SET_ERR_MSG(info->extack, "the resource has no such volume; see 'dyad status'");
	dyad_look_end(res, locked);
	genlmsg_end(skb, header);
	return ret;
}

int dyad_nl_latency_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct dyad_resource *res;
	struct sk_buff *answer;
	int ret;

	res = dyad_netlink_find(info, DYAD_A_VOLUME_RESOURCE, &ret);
	if (!res)
		return ret;
	answer = genlmsg_new(MESSAGE_SIZE, GFP_KERNEL);
	ret = answer ? fill(answer, res, info) : -ENOMEM;
	dyad_resource_put(res);
	if (!ret)
		return genlmsg_reply(answer, info);
	nlmsg_free(answer);
	return ret;
}

int dyad_nl_latency_reset_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct dyad_resource *res;
	struct dyad_volume *volume;
	bool locked;
	int ret;
	int i;

	res = dyad_netlink_find(info, DYAD_A_RESOURCE_NAME, &ret);
	if (!res)
		return ret;
	ret = dyad_look_begin(res, &locked);
	if (!ret) {
		dyad_for_each_volume(res, volume, i)
			dyad_timing_reset(volume->timing);
		dyad_look_end(res, locked);
	}
	dyad_resource_put(res);
	return ret;
}
