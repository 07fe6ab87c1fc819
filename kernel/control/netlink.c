// SPDX-License-Identifier: GPL-2.0-only
/*
 * The operations of the netlink family: from attributes to calls, and from a
 * resource to attributes. Policies and tables are generated from the spec.
 */
#include "netlink.h"

#include <linux/blkdev.h>
#include <linux/part_stat.h>

#include "compat-genl.h"
#include "control/event.h"
#include "control/link.h"
#include "control/look.h"
#include "control/disk.h"
#include "control/fence.h"
#include "control/hang.h"
#include "control/hold.h"
#include "control/netlink-gen.h"
#include "control/node.h"
#include "control/peer.h"
#include "control/resize.h"
#include "control/resource.h"
#include "control/role.h"
#include "control/verify.h"

#define MESSAGE_SIZE	(16 * 1024)
#define MAX_EXTENTS	128u
#define DEFAULT_STREAMS	4u
#define DEFAULT_PING_MS	2000

/* --- from a resource to attributes --- */

static u64 completed(struct dyad_volume *volume, int group)
{
	return part_stat_read(volume->disk->part0, ios[group]);
}

static u64 bytes(struct dyad_volume *volume, int group)
{
	return (u64)part_stat_read(volume->disk->part0, sectors[group]) << SECTOR_SHIFT;
}

static u32 in_flight(struct dyad_volume *volume)
{
	struct block_device *part = volume->disk->part0;
	s64 n = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		n += part_stat_local_read_cpu(part, in_flight[0], cpu) +
		     part_stat_local_read_cpu(part, in_flight[1], cpu);
	return max_t(s64, n, 0);
}

static u64 progress_ms(const struct dyad_progress *p)
{
	if (!p->started)
		return 0;
	return ktime_to_ms(ktime_sub(p->role == DYAD_SYNC_ROLE_NONE ? p->ended :
				     ktime_get(), p->started));
}

static int put_u64(struct sk_buff *skb, int attr, u64 value)
{
	/* The pad attribute has the same number in every set. */
	BUILD_BUG_ON((int)DYAD_A_VOLUME_PAD != (int)DYAD_A_PEER_PAD ||
		     (int)DYAD_A_VOLUME_PAD != (int)DYAD_A_RESOURCE_PAD);
	return nla_put_u64_64bit(skb, attr, value, DYAD_A_VOLUME_PAD);
}

static int fill_progress(struct sk_buff *skb, struct dyad_volume *volume)
{
	struct dyad_progress *p = &volume->progress;

	return nla_put_u32(skb, DYAD_A_VOLUME_SYNC_ROLE, p->role) ||
	       put_u64(skb, DYAD_A_VOLUME_SYNC_TOTAL, p->total) ||
	       put_u64(skb, DYAD_A_VOLUME_SYNC_DONE,
		       min_t(u64, atomic64_read(&p->done), p->total)) ||
	       put_u64(skb, DYAD_A_VOLUME_SYNC_COPIED, atomic64_read(&p->copied)) ||
	       put_u64(skb, DYAD_A_VOLUME_SYNC_MS, progress_ms(p));
}

static int fill_extent(struct sk_buff *skb, const struct dyad_differ_extent *e)
{
	struct nlattr *nest = nla_nest_start(skb, DYAD_A_VOLUME_EXTENT);

	BUILD_BUG_ON((int)DYAD_A_VOLUME_PAD != (int)DYAD_A_EXTENT_PAD);
	if (!nest || put_u64(skb, DYAD_A_EXTENT_START, e->start) ||
	    put_u64(skb, DYAD_A_EXTENT_LENGTH, e->length))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* Of many volumes fewer extents each: a message has room for so many. */
static int fill_differ(struct sk_buff *skb, struct dyad_volume *volume,
		       unsigned int volumes)
{
	unsigned int most = min(MAX_EXTENTS / volumes, DYAD_DIFFER_EXTENTS);
	struct dyad_progress *p = &volume->progress;
	unsigned int i;
	int ret;

	spin_lock_irq(&p->lock);
	ret = put_u64(skb, DYAD_A_VOLUME_SYNC_DIFFER, p->differ.bytes);
	for (i = 0; i < min(p->differ.count, most) && !ret; i++)
		ret = fill_extent(skb, &p->differ.extent[i]);
	spin_unlock_irq(&p->lock);
	return ret;
}

static int fill_counters(struct sk_buff *skb, struct dyad_volume *volume)
{
	u64 writes = completed(volume, STAT_WRITE) + completed(volume, STAT_DISCARD);

	return put_u64(skb, DYAD_A_VOLUME_READS, completed(volume, STAT_READ)) ||
	       put_u64(skb, DYAD_A_VOLUME_WRITES, writes) ||
	       put_u64(skb, DYAD_A_VOLUME_FLUSHES, completed(volume, STAT_FLUSH)) ||
	       put_u64(skb, DYAD_A_VOLUME_DISCARDS,
		       completed(volume, STAT_DISCARD)) ||
	       put_u64(skb, DYAD_A_VOLUME_READ_BYTES, bytes(volume, STAT_READ)) ||
	       put_u64(skb, DYAD_A_VOLUME_WRITE_BYTES, bytes(volume, STAT_WRITE)) ||
	       put_u64(skb, DYAD_A_VOLUME_PEER_WRITES,
		       atomic64_read(&volume->stored)) ||
	       put_u64(skb, DYAD_A_VOLUME_PEER_READS,
		       atomic64_read(&volume->peer_reads)) ||
	       put_u64(skb, DYAD_A_VOLUME_REPAIRED,
		       atomic64_read(&volume->repaired)) ||
	       nla_put_u32(skb, DYAD_A_VOLUME_PENDING, in_flight(volume)) ||
	       nla_put_u32(skb, DYAD_A_VOLUME_WAITING,
			   atomic_read(&volume->waiting)) ||
	       nla_put_u32(skb, DYAD_A_VOLUME_WAITING_REGION,
			   dyad_heat_waiters(&volume->heat));
}

static int fill_meta(struct sk_buff *skb, struct dyad_volume *volume)
{
	return put_u64(skb, DYAD_A_VOLUME_HOT, dyad_heat_bytes(&volume->heat)) ||
	       put_u64(skb, DYAD_A_VOLUME_SUSPECT,
		       dyad_regions_suspect_bytes(&volume->regions)) ||
	       put_u64(skb, DYAD_A_VOLUME_META_WRITES,
		       atomic64_read(&volume->meta->writes));
}

static int fill_volume(struct sk_buff *skb, struct dyad_resource *res,
		       struct dyad_volume *volume, unsigned int volumes)
{
	struct nlattr *nest = nla_nest_start(skb, DYAD_A_RESOURCE_VOLUME);
	/* One that has failed still is there, one that was released is not. */
	bool has_disk = volume->data_state != DYAD_DATA_STATE_DISKLESS;

	if (!nest ||
	    nla_put_u32(skb, DYAD_A_VOLUME_INDEX, volume->index) ||
	    nla_put_u32(skb, DYAD_A_VOLUME_DEVICE, volume->device) ||
	    (has_disk && nla_put_string(skb, DYAD_A_VOLUME_DISK, volume->backing->path)) ||
	    put_u64(skb, DYAD_A_VOLUME_SIZE, volume->regions.sectors << 9) ||
	    (has_disk && *volume->meta->path &&
	     nla_put_string(skb, DYAD_A_VOLUME_META, volume->meta->path)) ||
	    nla_put_u32(skb, DYAD_A_VOLUME_DATA_STATE, volume->data_state) ||
	    nla_put_u32(skb, DYAD_A_VOLUME_OPENERS, dyad_volume_openers(volume)) ||
	    put_u64(skb, DYAD_A_VOLUME_DIRTY, dyad_regions_dirty(&volume->regions)) ||
	    fill_meta(skb, volume) || fill_progress(skb, volume) ||
	    fill_differ(skb, volume, volumes) || fill_counters(skb, volume))
		return -EMSGSIZE;
	if (dyad_link_is_connected(res) &&
	    nla_put_u32(skb, DYAD_A_VOLUME_PEER_DATA_STATE, volume->peer_state))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int fill_session(struct sk_buff *skb, struct dyad_peer *peer)
{
	u64 sent, received;

	if (!peer->session)
		return 0;
	dyad_session_traffic(peer->session, &sent, &received);
	return nla_put_u32(skb, DYAD_A_PEER_ROLE, peer->role) ||
	       nla_put_u32(skb, DYAD_A_PEER_STREAMS, peer->session->streams) ||
	       put_u64(skb, DYAD_A_PEER_SENT, sent) ||
	       put_u64(skb, DYAD_A_PEER_RECEIVED, received) ||
	       dyad_netlink_put_packing(skb, peer->session);
}

static int fill_split(struct sk_buff *skb, struct dyad_peer *peer)
{
	if (!peer->diverged)
		return 0;
	return nla_put_flag(skb, DYAD_A_PEER_DIVERGED) ||
	       put_u64(skb, DYAD_A_PEER_CHANGED, peer->changed * DYAD_WIRE_BLOCK) ||
	       (peer->alone_since &&
		put_u64(skb, DYAD_A_PEER_ALONE_SINCE, peer->alone_since));
}

/* Of all sessions so far, also when one stands. */
static int fill_history(struct sk_buff *skb, struct dyad_peer *peer)
{
	if (put_u64(skb, DYAD_A_PEER_SESSIONS, peer->sessions))
		return -EMSGSIZE;
	if (!peer->lost_at)
		return 0;
	return put_u64(skb, DYAD_A_PEER_LOST_AT, peer->lost_at) ||
	       nla_put_string(skb, DYAD_A_PEER_LOST_REASON,
			      dyad_cause_text(peer->lost));
}

static int fill_peer(struct sk_buff *skb, struct dyad_peer *peer)
{
	struct nlattr *nest = nla_nest_start(skb, DYAD_A_RESOURCE_PEER);
	const char *reason = dyad_cause_text(peer->cause);

	if (!nest ||
	    nla_put_string(skb, DYAD_A_PEER_NAME, peer->name) ||
	    nla_put_u32(skb, DYAD_A_PEER_NODE_ID, peer->node_id) ||
	    nla_put(skb, DYAD_A_PEER_ADDRESS, sizeof(peer->address), &peer->address) ||
	    nla_put_u32(skb, DYAD_A_PEER_PING_TIMEOUT, peer->ping_ms) ||
	    nla_put_u32(skb, DYAD_A_PEER_LINK_STATE, peer->link))
		return -EMSGSIZE;
	if ((!peer->keyed && nla_put_flag(skb, DYAD_A_PEER_INSECURE)) ||
	    (*reason && nla_put_string(skb, DYAD_A_PEER_REASON, reason)) ||
	    fill_split(skb, peer) || fill_session(skb, peer) ||
	    fill_history(skb, peer))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int fill_lag(struct sk_buff *skb, struct dyad_resource *res)
{
	struct dyad_backlog *backlog = &res->path.backlog;
	u64 bytes, ms;

	if (put_u64(skb, DYAD_A_RESOURCE_BACKLOG_OVERRUNS, READ_ONCE(backlog->overruns)))
		return -EMSGSIZE;
	if (res->mode != DYAD_MODE_ASYNC || res->role != DYAD_ROLE_PRIMARY)
		return 0;
	dyad_backlog_lag(backlog, &bytes, &ms);
	if (res->peer && res->peer->behind && nla_put_flag(skb, DYAD_A_RESOURCE_BEHIND))
		return -EMSGSIZE;
	return put_u64(skb, DYAD_A_RESOURCE_LAG, bytes) ||
	       put_u64(skb, DYAD_A_RESOURCE_LAG_MS, ms) ||
	       nla_put_u32(skb, DYAD_A_RESOURCE_THROTTLED,
			   atomic_read(&backlog->waiting));
}

static int fill_body(struct sk_buff *skb, struct dyad_resource *res)
{
	u32 held = res->path.holds |
		   (dyad_hang_refusal(res) ? DYAD_HOLD_DISK_HANGS : 0);
	struct dyad_volume *volume;
	unsigned int volumes;
	int i;

	dyad_resource_worst(res, &volumes);
	if (nla_put_string(skb, DYAD_A_RESOURCE_NAME, res->name) ||
	    nla_put_u32(skb, DYAD_A_RESOURCE_NODE_ID, res->node_id) ||
	    nla_put_u32(skb, DYAD_A_RESOURCE_PORT, res->port) ||
	    nla_put_u32(skb, DYAD_A_RESOURCE_STREAMS, res->streams) ||
	    nla_put_u32(skb, DYAD_A_RESOURCE_MODE, res->mode) ||
	    nla_put_u32(skb, DYAD_A_RESOURCE_ROLE, res->role) ||
	    put_u64(skb, DYAD_A_RESOURCE_GENERATION, res->lineage.now) ||
	    (res->alone_since &&
	     put_u64(skb, DYAD_A_RESOURCE_ALONE_SINCE, res->alone_since)) ||
	    fill_lag(skb, res) || dyad_netlink_put_settings(skb, res))
		return -EMSGSIZE;
	dyad_for_each_volume(res, volume, i)
		if (fill_volume(skb, res, volume, volumes))
			return -EMSGSIZE;
	if ((held && nla_put_u32(skb, DYAD_A_RESOURCE_HELD, held)) ||
	    (res->fence.state &&
	     nla_put_u32(skb, DYAD_A_RESOURCE_FENCE_ID, res->fence.id)) ||
	    nla_put_u32(skb, DYAD_A_RESOURCE_FENCE_STATE, res->fence.state))
		return -EMSGSIZE;
	return res->peer ? fill_peer(skb, res->peer) : 0;
}

/* The same attributes for an answer, a dump and a notification. */
static int fill(struct sk_buff *skb, struct dyad_resource *res, u32 portid,
		u32 seq, int flags, u8 cmd)
{
	void *header = dyad_genl_put(skb, portid, seq, flags, cmd);
	bool locked;
	int ret;

	if (!header)
		return -EMSGSIZE;
	ret = dyad_look_begin(res, &locked);
	if (!ret) {
		ret = fill_body(skb, res);
		dyad_look_end(res, locked);
	}
	if (ret) {
		genlmsg_cancel(skb, header);
		return ret;
	}
	genlmsg_end(skb, header);
	return 0;
}

void dyad_netlink_notify(struct dyad_resource *res, u8 cmd)
{
	struct net *net = res->node->net;
	struct sk_buff *skb;

	if (!dyad_genl_listened(net))
		return;
	skb = genlmsg_new(MESSAGE_SIZE, GFP_KERNEL);
	if (!skb)
		return;
	if (fill(skb, res, 0, 0, 0, cmd))
		nlmsg_free(skb);
	else
		dyad_genl_multicast(net, skb);
}

/* --- from attributes to calls --- */

static bool valid_name(const char *name)
{
	const char *p;

	for (p = name; *p; p++) {
		bool alnum = (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9');

		if (!alnum && (p == name || !strchr("_.-", *p)))
			return false;
	}
	return p != name;
}

/* A name attribute, checked; sets a sentence if it is missing or bad. */
static const char *get_name(struct genl_info *info, int attr)
{
	const char *name;

	if (!info->attrs[attr]) {
		NL_SET_ERR_MSG(info->extack, "a name is missing; say which resource or peer is meant");
		return NULL;
	}
	name = nla_data(info->attrs[attr]);
	if (valid_name(name))
		return name;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[attr], "a name has lower-case letters, digits, dots, dashes and underscores, and starts with a letter or digit");
	return NULL;
}

struct dyad_resource *dyad_netlink_find(struct genl_info *info, int attr,
					int *ret)
{
	const char *name = get_name(info, attr);
	struct dyad_resource *res;

	*ret = -EINVAL;
	if (!name)
		return NULL;
	res = dyad_node_find(dyad_node_of(genl_info_net(info)), name);
	if (res)
		return res;
	*ret = -ENOENT;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[attr], "there is no such resource; see 'dyad list'");
	return NULL;
}

static u32 get_u32(struct genl_info *info, int attr, u32 absent)
{
	return info->attrs[attr] ? nla_get_u32(info->attrs[attr]) : absent;
}

int dyad_nl_resource_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct dyad_resource *res;
	struct sk_buff *answer;
	int ret;

	res = dyad_netlink_find(info, DYAD_A_RESOURCE_NAME, &ret);
	if (!res)
		return ret;
	answer = genlmsg_new(MESSAGE_SIZE, GFP_KERNEL);
	ret = answer ? fill(answer, res, info->snd_portid, info->snd_seq, 0,
			    DYAD_CMD_RESOURCE_GET) : -ENOMEM;
	dyad_resource_put(res);
	if (!ret)
		return genlmsg_reply(answer, info);
	nlmsg_free(answer);
	return ret;
}

int dyad_nl_resource_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct dyad_node *node = dyad_node_of(sock_net(skb->sk));
	struct dyad_resource *res;
	unsigned int changes;
	int ret = 0;

	while (!ret) {
		res = dyad_node_nth(node, cb->args[0], &changes);
		cb->seq = changes;
		if (!res)
			break;
		ret = fill(skb, res, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			   NLM_F_MULTI, DYAD_CMD_RESOURCE_GET);
		dyad_resource_put(res);
		if (!ret)
			cb->args[0]++;
	}
	/* Full: the rest comes with the next call. */
	return skb->len ?: ret;
}

int dyad_nl_resource_create_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct dyad_node *node = dyad_node_of(genl_info_net(info));
	const char *name = get_name(info, DYAD_A_RESOURCE_NAME);
	struct dyad_resource *res;
	int ret;

	if (!name)
		return -EINVAL;
	if (!info->attrs[DYAD_A_RESOURCE_NODE_ID]) {
		NL_SET_ERR_MSG(info->extack, "the node id is missing; give each of the two nodes its own number");
		return -EINVAL;
	}
	ret = dyad_resource_create(node, name,
				   nla_get_u32(info->attrs[DYAD_A_RESOURCE_NODE_ID]),
				   get_u32(info, DYAD_A_RESOURCE_PORT,
					   DYAD_DEFAULT_PORT),
				   get_u32(info, DYAD_A_RESOURCE_STREAMS,
					   min(DEFAULT_STREAMS, num_online_cpus())),
				   get_u32(info, DYAD_A_RESOURCE_MODE,
					   DYAD_MODE_SYNC),
				   info->extack);
	if (ret)
		return ret;
	res = dyad_node_find(node, name);
	if (res) {
		dyad_netlink_notify(res, DYAD_CMD_RESOURCE_CREATE_NTF);
		dyad_resource_put(res);
	}
	return 0;
}

int dyad_nl_resource_delete_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct dyad_resource *res;
	int ret;

	res = dyad_netlink_find(info, DYAD_A_RESOURCE_NAME, &ret);
	if (!res)
		return ret;
	ret = dyad_resource_delete(res, false, info->extack);
	dyad_resource_put(res);
	return ret;
}

int dyad_nl_resource_promote_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct dyad_resource *res;
	struct dyad_word word;
	int ret;

	res = dyad_netlink_find(info, DYAD_A_RESOURCE_NAME, &ret);
	if (!res)
		return ret;
	word.force = info->attrs[DYAD_A_RESOURCE_FORCE];
	word.fenced = info->attrs[DYAD_A_RESOURCE_FENCED];
	word.equal = info->attrs[DYAD_A_RESOURCE_ASSUME_EQUAL];
	ret = dyad_role_promote(res, &word, info->extack);
	dyad_resource_put(res);
	return ret;
}

int dyad_nl_resource_suspend_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct dyad_resource *res;
	int ret;

	res = dyad_netlink_find(info, DYAD_A_RESOURCE_NAME, &ret);
	if (!res)
		return ret;
	ret = dyad_hold_suspend(res, info->attrs[DYAD_A_RESOURCE_FORCE],
				info->extack);
	dyad_resource_put(res);
	return ret;
}

int dyad_nl_resource_resume_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct dyad_resource *res;
	int ret;

	res = dyad_netlink_find(info, DYAD_A_RESOURCE_NAME, &ret);
	if (!res)
		return ret;
	ret = dyad_hold_resume(res, info->attrs[DYAD_A_RESOURCE_FORCE],
			       info->extack);
	dyad_resource_put(res);
	return ret;
}

int dyad_nl_fence_answer_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *answer = info->attrs[DYAD_A_RESOURCE_FENCE_ANSWER];
	struct nlattr *id = info->attrs[DYAD_A_RESOURCE_FENCE_ID];
	struct dyad_resource *res;
	int ret;

	res = dyad_netlink_find(info, DYAD_A_RESOURCE_NAME, &ret);
	if (!res)
		return ret;
	ret = -EINVAL;
	if (!answer)
		NL_SET_ERR_MSG(info->extack, "the answer is missing; say whether the peer is fenced");
	else
		ret = dyad_fence_answer(res, nla_get_u32(answer) ==
					DYAD_FENCE_ANSWER_DONE,
					id ? nla_data(id) : NULL, info->extack);
	dyad_resource_put(res);
	return ret;
}

int dyad_nl_resource_outdate_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct dyad_resource *res;
	int ret;

	res = dyad_netlink_find(info, DYAD_A_RESOURCE_NAME, &ret);
	if (!res)
		return ret;
	ret = dyad_fence_outdate(res, info->extack);
	dyad_resource_put(res);
	return ret;
}

int dyad_nl_volume_resize_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct dyad_resource *res;
	int ret;

	res = dyad_netlink_find(info, DYAD_A_VOLUME_RESOURCE, &ret);
	if (!res)
		return ret;
	ret = dyad_resize_volume(res, get_u32(info, DYAD_A_VOLUME_INDEX, 0),
				 info->extack);
	dyad_resource_put(res);
	return ret;
}

int dyad_nl_verify_start_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct dyad_resource *res;
	int ret;

	res = dyad_netlink_find(info, DYAD_A_RESOURCE_NAME, &ret);
	if (!res)
		return ret;
	ret = dyad_verify_start(res, info->attrs[DYAD_A_RESOURCE_REPAIR],
				info->extack);
	dyad_resource_put(res);
	return ret;
}

int dyad_nl_verify_stop_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct dyad_resource *res;
	int ret;

	res = dyad_netlink_find(info, DYAD_A_RESOURCE_NAME, &ret);
	if (!res)
		return ret;
	ret = dyad_verify_stop(res, info->extack);
	dyad_resource_put(res);
	return ret;
}

int dyad_nl_resource_demote_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct dyad_resource *res;
	int ret;

	res = dyad_netlink_find(info, DYAD_A_RESOURCE_NAME, &ret);
	if (!res)
		return ret;
	ret = dyad_role_demote(res, info->extack);
	dyad_resource_put(res);
	return ret;
}

static int reply_device(struct genl_info *info, int device)
{
	struct sk_buff *answer = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	void *header;

	if (!answer)
		return -ENOMEM;
	header = dyad_genl_put(answer, info->snd_portid, info->snd_seq, 0,
			       DYAD_CMD_VOLUME_ATTACH);
	if (!header || nla_put_u32(answer, DYAD_A_VOLUME_DEVICE, device)) {
		nlmsg_free(answer);
		return -EMSGSIZE;
	}
	genlmsg_end(answer, header);
	return genlmsg_reply(answer, info);
}

int dyad_nl_volume_attach_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *device = info->attrs[DYAD_A_VOLUME_DEVICE];
	struct nlattr *disk = info->attrs[DYAD_A_VOLUME_DISK];
	struct nlattr *meta = info->attrs[DYAD_A_VOLUME_META];
	struct dyad_resource *res;
	int ret;

	res = dyad_netlink_find(info, DYAD_A_VOLUME_RESOURCE, &ret);
	if (!res)
		return ret;
	ret = -EINVAL;
	if (!disk)
		NL_SET_ERR_MSG(info->extack, "the disk is missing; name a block device");
	else
		ret = dyad_disk_attach(res, get_u32(info, DYAD_A_VOLUME_INDEX, 0),
				       device ? nla_get_u32(device) : -1,
				       nla_data(disk), meta ? nla_data(meta) : NULL,
				       info->extack);
	dyad_resource_put(res);
	return ret < 0 ? ret : reply_device(info, ret);
}

int dyad_nl_volume_detach_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct dyad_resource *res;
	int ret;

	res = dyad_netlink_find(info, DYAD_A_VOLUME_RESOURCE, &ret);
	if (!res)
		return ret;
	ret = dyad_disk_detach(res, get_u32(info, DYAD_A_VOLUME_INDEX, 0),
			       info->extack);
	dyad_resource_put(res);
	return ret;
}

static int peer_create(struct dyad_resource *res, struct genl_info *info)
{
	const char *name = get_name(info, DYAD_A_PEER_NAME);
	struct nlattr *node = info->attrs[DYAD_A_PEER_NODE_ID];
	struct nlattr *address = info->attrs[DYAD_A_PEER_ADDRESS];
	struct nlattr *key = info->attrs[DYAD_A_PEER_KEY];

	if (!name)
		return -EINVAL;
	if (!node || !address) {
		NL_SET_ERR_MSG(info->extack, "the peer's node id or address is missing; give both");
		return -EINVAL;
	}
	if (!key == !info->attrs[DYAD_A_PEER_INSECURE]) {
		NL_SET_ERR_MSG(info->extack, "give either a key or the word that there is to be none");
		return -EINVAL;
	}
	return dyad_peer_create(res, name, nla_get_u32(node), nla_data(address),
				key ? nla_data(key) : NULL,
				get_u32(info, DYAD_A_PEER_PING_TIMEOUT,
					DEFAULT_PING_MS), info->extack);
}

int dyad_nl_peer_create_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct dyad_resource *res;
	int ret;

	res = dyad_netlink_find(info, DYAD_A_PEER_RESOURCE, &ret);
	if (!res)
		return ret;
	ret = peer_create(res, info);
	dyad_resource_put(res);
	return ret;
}

int dyad_nl_peer_delete_doit(struct sk_buff *skb, struct genl_info *info)
{
	const char *name = get_name(info, DYAD_A_PEER_NAME);
	struct dyad_resource *res;
	int ret;

	if (!name)
		return -EINVAL;
	res = dyad_netlink_find(info, DYAD_A_PEER_RESOURCE, &ret);
	if (!res)
		return ret;
	ret = dyad_peer_delete(res, name, info->extack);
	dyad_resource_put(res);
	return ret;
}

static const char *optional_name(struct genl_info *info)
{
	struct nlattr *name = info->attrs[DYAD_A_PEER_NAME];

	return name ? nla_data(name) : NULL;
}

int dyad_nl_peer_connect_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct dyad_resource *res;
	int ret;

	res = dyad_netlink_find(info, DYAD_A_PEER_RESOURCE, &ret);
	if (!res)
		return ret;
	ret = dyad_peer_connect(res, optional_name(info),
				info->attrs[DYAD_A_PEER_DISCARD_LOCAL_CHANGES],
				info->extack);
	dyad_resource_put(res);
	return ret;
}

int dyad_nl_peer_disconnect_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct dyad_resource *res;
	int ret;

	res = dyad_netlink_find(info, DYAD_A_PEER_RESOURCE, &ret);
	if (!res)
		return ret;
	ret = dyad_peer_disconnect(res, optional_name(info), info->extack);
	dyad_resource_put(res);
	return ret;
}
