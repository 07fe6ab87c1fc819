// SPDX-License-Identifier: GPL-2.0-only
/*
 * model: resources, volumes and peers as plain structs, filled from what the
 * kernel tells of them.
 */
#include "model.h"
#include "kernel.h"
#include "mem.h"
#include "put.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>

/* A dump that keeps being disturbed is taken as it is after this many times. */
#define DUMP_TRIES 16

#define NAME_OF(table, value) \
	((value) < sizeof(table) / sizeof((table)[0]) ? (table)[value] : "unknown")

/* False, with the model untouched, if the attribute's length is wrong. */
static bool take_u32(struct nlattr *a, uint32_t *value)
{
	if (nla_len(a) < (int)sizeof(*value))
		return false;
	*value = nla_get_u32(a);
	return true;
}

static bool take_u64(struct nlattr *a, uint64_t *value)
{
	if (nla_len(a) < (int)sizeof(*value))
		return false;
	*value = nla_get_u64(a);
	return true;
}

/* An empty text counts as none. */
static bool take_text(struct nlattr *a, char **text)
{
	size_t len = strnlen(nla_data(a), nla_len(a));

	free(*text);
	*text = NULL;
	if (!len)
		return true;
	*text = strndup(nla_data(a), len);
	if (!*text)
		mem_exhausted();
	return true;
}

static bool take_address(struct nlattr *a, struct sockaddr_in6 *address)
{
	if (nla_len(a) != (int)sizeof(*address))
		return false;
	memcpy(address, nla_data(a), sizeof(*address));
	return true;
}

static bool take_extent(struct model_volume *v, struct nlattr *nest)
{
	struct model_extent *e;
	struct nlattr *a;
	bool good = true;
	int rest;

	v->extents = mem_grow(v->extents, v->n_extents, sizeof(*e));
	e = &v->extents[v->n_extents++];
	nla_for_each_nested(a, nest, rest) {
		if (nla_type(a) == DYAD_A_EXTENT_START)
			good = good && take_u64(a, &e->start);
		else if (nla_type(a) == DYAD_A_EXTENT_LENGTH)
			good = good && take_u64(a, &e->length);
	}
	return good;
}

static bool take_volume_attribute(struct model_volume *v, struct nlattr *a)
{
	switch (nla_type(a)) {
	case DYAD_A_VOLUME_INDEX:
		return take_u32(a, &v->index);
	case DYAD_A_VOLUME_DEVICE:
		return take_u32(a, &v->device);
	case DYAD_A_VOLUME_DISK:
		return take_text(a, &v->disk);
	case DYAD_A_VOLUME_META:
		return take_text(a, &v->meta);
	case DYAD_A_VOLUME_SIZE:
		return take_u64(a, &v->size);
	case DYAD_A_VOLUME_DATA_STATE:
		return take_u32(a, &v->data_state);
	case DYAD_A_VOLUME_PEER_DATA_STATE:
		v->peer_known = true;
		return take_u32(a, &v->peer_data_state);
	case DYAD_A_VOLUME_OPENERS:
		return take_u32(a, &v->openers);
	case DYAD_A_VOLUME_DIRTY:
		return take_u64(a, &v->dirty);
	case DYAD_A_VOLUME_SYNC_ROLE:
		return take_u32(a, &v->sync_role);
	case DYAD_A_VOLUME_SYNC_TOTAL:
		return take_u64(a, &v->sync_total);
	case DYAD_A_VOLUME_SYNC_DONE:
		return take_u64(a, &v->sync_done);
	case DYAD_A_VOLUME_SYNC_COPIED:
		return take_u64(a, &v->sync_copied);
	case DYAD_A_VOLUME_SYNC_MS:
		return take_u64(a, &v->sync_ms);
	case DYAD_A_VOLUME_READS:
		return take_u64(a, &v->reads);
	case DYAD_A_VOLUME_WRITES:
		return take_u64(a, &v->writes);
	case DYAD_A_VOLUME_FLUSHES:
		return take_u64(a, &v->flushes);
	case DYAD_A_VOLUME_DISCARDS:
		return take_u64(a, &v->discards);
	case DYAD_A_VOLUME_READ_BYTES:
		return take_u64(a, &v->read_bytes);
	case DYAD_A_VOLUME_WRITE_BYTES:
		return take_u64(a, &v->write_bytes);
	case DYAD_A_VOLUME_PEER_WRITES:
		return take_u64(a, &v->peer_writes);
	case DYAD_A_VOLUME_PEER_READS:
		return take_u64(a, &v->peer_reads);
	case DYAD_A_VOLUME_REPAIRED:
		return take_u64(a, &v->repaired);
	case DYAD_A_VOLUME_PENDING:
		return take_u32(a, &v->pending);
	case DYAD_A_VOLUME_WAITING:
		return take_u32(a, &v->waiting);
	case DYAD_A_VOLUME_WAITING_REGION:
		return take_u32(a, &v->waiting_region);
	case DYAD_A_VOLUME_HOT:
		return take_u64(a, &v->hot);
	case DYAD_A_VOLUME_SUSPECT:
		return take_u64(a, &v->suspect);
	case DYAD_A_VOLUME_META_WRITES:
		return take_u64(a, &v->meta_writes);
	case DYAD_A_VOLUME_SYNC_DIFFER:
		return take_u64(a, &v->sync_differ);
	case DYAD_A_VOLUME_EXTENT:
		return take_extent(v, a);
	}
	return true;
}

static bool take_peer_attribute(struct model_peer *p, struct nlattr *a)
{
	switch (nla_type(a)) {
	case DYAD_A_PEER_NAME:
		return take_text(a, &p->name);
	case DYAD_A_PEER_NODE_ID:
		return take_u32(a, &p->node_id);
	case DYAD_A_PEER_ADDRESS:
		return take_address(a, &p->address);
	case DYAD_A_PEER_INSECURE:
		p->insecure = true;
		return true;
	case DYAD_A_PEER_PING_TIMEOUT:
		return take_u32(a, &p->ping_timeout);
	case DYAD_A_PEER_LINK_STATE:
		return take_u32(a, &p->link_state);
	case DYAD_A_PEER_REASON:
		return take_text(a, &p->reason);
	case DYAD_A_PEER_ROLE:
		p->has_role = true;
		return take_u32(a, &p->role);
	case DYAD_A_PEER_STREAMS:
		p->has_streams = true;
		return take_u32(a, &p->streams);
	case DYAD_A_PEER_SENT:
		return take_u64(a, &p->sent);
	case DYAD_A_PEER_RECEIVED:
		return take_u64(a, &p->received);
	case DYAD_A_PEER_DIVERGED:
		p->diverged = true;
		return true;
	case DYAD_A_PEER_CHANGED:
		return take_u64(a, &p->changed);
	case DYAD_A_PEER_ALONE_SINCE:
		return take_u64(a, &p->alone_since);
	case DYAD_A_PEER_SESSIONS:
		return take_u64(a, &p->sessions);
	case DYAD_A_PEER_LOST_AT:
		return take_u64(a, &p->lost_at);
	case DYAD_A_PEER_LOST_REASON:
		return take_text(a, &p->lost_reason);
	case DYAD_A_PEER_COMPRESSION:
		return take_u32(a, &p->compression);
	case DYAD_A_PEER_COMPRESSION_LACK:
		return take_u32(a, &p->compression_lack);
	case DYAD_A_PEER_PACKED_FROM:
		return take_u64(a, &p->packed_from);
	case DYAD_A_PEER_PACKED_TO:
		return take_u64(a, &p->packed_to);
	}
	return true;
}

static bool take_volume(struct model_resource *r, struct nlattr *nest)
{
	struct model_volume *v;
	struct nlattr *a;
	int rest;

	r->volumes = mem_grow(r->volumes, r->n_volumes, sizeof(*v));
	v = &r->volumes[r->n_volumes++];
	nla_for_each_nested(a, nest, rest)
		if (!take_volume_attribute(v, a))
			return false;
	return true;
}

static bool take_peer(struct model_resource *r, struct nlattr *nest)
{
	struct model_peer *p;
	struct nlattr *a;
	int rest;

	r->peers = mem_grow(r->peers, r->n_peers, sizeof(*p));
	p = &r->peers[r->n_peers++];
	nla_for_each_nested(a, nest, rest)
		if (!take_peer_attribute(p, a))
			return false;
	return p->name;
}

static bool take_resource_attribute(struct model_resource *r, struct nlattr *a)
{
	switch (nla_type(a)) {
	case DYAD_A_RESOURCE_NAME:
		return take_text(a, &r->name);
	case DYAD_A_RESOURCE_NODE_ID:
		return take_u32(a, &r->node_id);
	case DYAD_A_RESOURCE_PORT:
		return take_u32(a, &r->port);
	case DYAD_A_RESOURCE_STREAMS:
		return take_u32(a, &r->streams);
	case DYAD_A_RESOURCE_MODE:
		return take_u32(a, &r->mode);
	case DYAD_A_RESOURCE_ROLE:
		return take_u32(a, &r->role);
	case DYAD_A_RESOURCE_GENERATION:
		return take_u64(a, &r->generation);
	case DYAD_A_RESOURCE_RECOVERY:
		return take_u32(a, &r->recovery);
	case DYAD_A_RESOURCE_RESYNC_RATE:
		return take_u64(a, &r->resync_rate);
	case DYAD_A_RESOURCE_SPLIT_POLICY:
		return take_u32(a, &r->split_policy);
	case DYAD_A_RESOURCE_SPLIT_POLICY_PRIMARY:
		return take_u32(a, &r->split_policy_primary);
	case DYAD_A_RESOURCE_BACKLOG:
		return take_u64(a, &r->backlog);
	case DYAD_A_RESOURCE_ON_FULL:
		return take_u32(a, &r->on_full);
	case DYAD_A_RESOURCE_BACKLOG_OVERRUNS:
		return take_u64(a, &r->backlog_overruns);
	case DYAD_A_RESOURCE_BEHIND:
		r->behind = true;
		break;
	case DYAD_A_RESOURCE_LAG:
		r->has_lag = true;
		return take_u64(a, &r->lag);
	case DYAD_A_RESOURCE_LAG_MS:
		return take_u64(a, &r->lag_ms);
	case DYAD_A_RESOURCE_THROTTLED:
		return take_u32(a, &r->throttled);
	case DYAD_A_RESOURCE_ALONE_SINCE:
		return take_u64(a, &r->alone_since);
	case DYAD_A_RESOURCE_HELD:
		return take_u32(a, &r->held);
	case DYAD_A_RESOURCE_FENCING:
		return take_u32(a, &r->fencing);
	case DYAD_A_RESOURCE_FENCE_TIMEOUT:
		return take_u32(a, &r->fence_timeout);
	case DYAD_A_RESOURCE_FENCE_TIMEOUT_ACTION:
		return take_u32(a, &r->fence_timeout_action);
	case DYAD_A_RESOURCE_FENCE_STATE:
		return take_u32(a, &r->fence_state);
	case DYAD_A_RESOURCE_FENCE_ID:
		return take_u32(a, &r->fence_id);
	case DYAD_A_RESOURCE_ON_IO_ERROR:
		return take_u32(a, &r->on_io_error);
	case DYAD_A_RESOURCE_ON_NO_DATA:
		return take_u32(a, &r->on_no_data);
	case DYAD_A_RESOURCE_IO_TIMEOUT:
		return take_u32(a, &r->io_timeout);
	case DYAD_A_RESOURCE_COMPRESSION:
		return take_u32(a, &r->compression);
	case DYAD_A_RESOURCE_VOLUME:
		return take_volume(r, a);
	case DYAD_A_RESOURCE_PEER:
		return take_peer(r, a);
	}
	return true;
}

static int compare_volumes(const void *a, const void *b)
{
	uint32_t ia = ((const struct model_volume *)a)->index;
	uint32_t ib = ((const struct model_volume *)b)->index;

	return (ia > ib) - (ia < ib);
}

bool model_take(struct model_resource *r, struct nl_msg *msg)
{
	struct genlmsghdr *head;
	struct nlattr *a;
	int rest;

	memset(r, 0, sizeof(*r));
	if (!genlmsg_valid_hdr(nlmsg_hdr(msg), 0))
		return false;
	head = nlmsg_data(nlmsg_hdr(msg));
	nla_for_each_attr(a, genlmsg_attrdata(head, 0), genlmsg_attrlen(head, 0), rest) {
		if (!take_resource_attribute(r, a)) {
			model_free_resource(r);
			return false;
		}
	}
	if (!r->name) {
		model_free_resource(r);
		return false;
	}
	if (r->n_volumes)
		qsort(r->volumes, r->n_volumes, sizeof(*r->volumes), compare_volumes);
	return true;
}

static void take_into_model(struct nl_msg *msg, void *arg)
{
	struct model_resource r;

	if (model_take(&r, msg))
		model_put(arg, &r);
}

int model_load(struct model *m, struct kernel *kernel)
{
	int tries, ret = -EINTR;

	memset(m, 0, sizeof(*m));
	for (tries = 0; tries < DUMP_TRIES && ret == -EINTR; tries++) {
		model_free(m);
		ret = kernel_dump(kernel, kernel_new(kernel, DYAD_CMD_RESOURCE_GET), take_into_model, m);
	}
	if (ret == -EINTR)
		ret = 0;
	if (ret)
		model_free(m);
	return ret;
}

int model_load_one(struct model_resource *r, struct kernel *kernel, const char *name)
{
	struct nl_msg *msg = kernel_new(kernel, DYAD_CMD_RESOURCE_GET);
	struct model m = { 0 };
	int ret;

	put_string(msg, DYAD_A_RESOURCE_NAME, name);
	ret = kernel_do(kernel, msg, take_into_model, &m);
	if (ret || m.n_resources != 1 || strcmp(m.resources[0].name, name)) {
		model_free(&m);
		return ret == -ENODEV || ret == -ESRCH || !ret ? -ENOENT : ret;
	}
	*r = m.resources[0];
	free(m.resources);
	return 0;
}

struct model_resource *model_find(struct model *m, const char *name)
{
	size_t i;

	for (i = 0; i < m->n_resources; i++)
		if (!strcmp(m->resources[i].name, name))
			return &m->resources[i];
	return NULL;
}

const struct model_peer *model_find_peer(const struct model_resource *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->n_peers; i++)
		if (!strcmp(r->peers[i].name, name))
			return &r->peers[i];
	return NULL;
}

const struct model_volume *model_find_volume(const struct model_resource *r, uint32_t index)
{
	size_t i;

	for (i = 0; i < r->n_volumes; i++)
		if (r->volumes[i].index == index)
			return &r->volumes[i];
	return NULL;
}

void model_put(struct model *m, struct model_resource *r)
{
	struct model_resource *old = model_find(m, r->name);
	size_t i;

	if (old) {
		model_free_resource(old);
		*old = *r;
		return;
	}
	m->resources = mem_grow(m->resources, m->n_resources, sizeof(*r));
	for (i = m->n_resources++; i && strcmp(m->resources[i - 1].name, r->name) > 0; i--)
		m->resources[i] = m->resources[i - 1];
	m->resources[i] = *r;
}

void model_drop(struct model *m, const char *name)
{
	struct model_resource *r = model_find(m, name);
	size_t after;

	if (!r)
		return;
	model_free_resource(r);
	after = m->resources + m->n_resources - (r + 1);
	memmove(r, r + 1, after * sizeof(*r));
	m->n_resources--;
}

void model_free_resource(struct model_resource *r)
{
	size_t i;

	for (i = 0; i < r->n_volumes; i++) {
		free(r->volumes[i].disk);
		free(r->volumes[i].meta);
		free(r->volumes[i].extents);
	}
	for (i = 0; i < r->n_peers; i++) {
		free(r->peers[i].name);
		free(r->peers[i].reason);
		free(r->peers[i].lost_reason);
	}
	free(r->volumes);
	free(r->peers);
	free(r->name);
	memset(r, 0, sizeof(*r));
}

void model_free(struct model *m)
{
	size_t i;

	for (i = 0; i < m->n_resources; i++)
		model_free_resource(&m->resources[i]);
	free(m->resources);
	memset(m, 0, sizeof(*m));
}

const char *model_role(uint32_t role)
{
	static const char *const names[] = {
		[DYAD_ROLE_SECONDARY] = "secondary",
		[DYAD_ROLE_PRIMARY] = "primary",
	};

	return NAME_OF(names, role);
}

const char *const model_modes[] = {
	[DYAD_MODE_SYNC] = "sync",
	[DYAD_MODE_MEMSYNC] = "memsync",
	[DYAD_MODE_ASYNC] = "async",
	NULL,
};

const char *model_mode(uint32_t mode)
{
	const size_t last = sizeof(model_modes) / sizeof(model_modes[0]) - 1;

	return mode < last ? model_modes[mode] : "unknown";
}

const char *model_data_state(uint32_t state)
{
	static const char *const names[] = {
		[DYAD_DATA_STATE_DISKLESS] = "diskless",
		[DYAD_DATA_STATE_FAILED] = "failed",
		[DYAD_DATA_STATE_INCONSISTENT] = "inconsistent",
		[DYAD_DATA_STATE_OUTDATED] = "outdated",
		[DYAD_DATA_STATE_CONSISTENT] = "consistent",
		[DYAD_DATA_STATE_UPTODATE] = "uptodate",
	};

	return NAME_OF(names, state);
}

const char *model_link_state(uint32_t state)
{
	static const char *const names[] = {
		[DYAD_LINK_STATE_STANDALONE] = "standalone",
		[DYAD_LINK_STATE_CONNECTING] = "connecting",
		[DYAD_LINK_STATE_NEGOTIATING] = "negotiating",
		[DYAD_LINK_STATE_CONNECTED] = "connected",
	};

	return NAME_OF(names, state);
}

const char *model_sync_role(uint32_t role)
{
	static const char *const names[] = {
		[DYAD_SYNC_ROLE_NONE] = "none",
		[DYAD_SYNC_ROLE_SOURCE] = "source",
		[DYAD_SYNC_ROLE_TARGET] = "target",
		[DYAD_SYNC_ROLE_VERIFY] = "verify",
	};

	return NAME_OF(names, role);
}

const char *const model_split_policies[] = {
	[DYAD_SPLIT_POLICY_MANUAL] = "manual",
	[DYAD_SPLIT_POLICY_DISCARD_YOUNGER] = "discard-younger",
	[DYAD_SPLIT_POLICY_DISCARD_LEAST_CHANGES] = "discard-least-changes",
	[DYAD_SPLIT_POLICY_DISCARD_ZERO_CHANGES] = "discard-zero-changes",
	NULL,
};

const char *model_split_policy(uint32_t policy)
{
	const size_t last = sizeof(model_split_policies) / sizeof(model_split_policies[0]) - 1;

	return policy < last ? model_split_policies[policy] : "unknown";
}

const char *const model_primary_policies[] = {
	[DYAD_PRIMARY_POLICY_MANUAL] = "manual",
	[DYAD_PRIMARY_POLICY_DISCARD_SECONDARY] = "discard-secondary",
	NULL,
};

const char *const model_fencings[] = {
	[DYAD_FENCING_NONE] = "none",
	[DYAD_FENCING_REQUIRED] = "required",
	NULL,
};

const char *const model_fence_actions[] = {
	[DYAD_FENCE_ACTION_STAY] = "stay",
	[DYAD_FENCE_ACTION_GO_ON] = "go-on",
	NULL,
};

const char *const model_fence_answers[] = {
	[DYAD_FENCE_ANSWER_DONE] = "done",
	[DYAD_FENCE_ANSWER_FAILED] = "failed",
	NULL,
};

const char *const model_on_io_errors[] = {
	[DYAD_ON_IO_ERROR_DETACH] = "detach",
	[DYAD_ON_IO_ERROR_PASS_ON] = "pass-on",
	NULL,
};

const char *const model_on_no_datas[] = {
	[DYAD_ON_NO_DATA_ERROR] = "error",
	[DYAD_ON_NO_DATA_SUSPEND] = "suspend",
	NULL,
};

const char *const model_on_fulls[] = {
	[DYAD_ON_FULL_THROTTLE] = "throttle",
	[DYAD_ON_FULL_TRACK] = "track",
	NULL,
};

const char *const model_compressions[] = {
	[DYAD_COMPRESSION_NONE] = "none",
	[DYAD_COMPRESSION_LZ4] = "lz4",
	[DYAD_COMPRESSION_ZSTD] = "zstd",
	NULL,
};

uint32_t model_value(const char *const *names, const char *name)
{
	uint32_t i = 0;

	while (names[i + 1] && strcmp(names[i], name))
		i++;
	return i;
}

static const char *name_in(const char *const *names, uint32_t value)
{
	uint32_t i = 0;

	while (i < value && names[i])
		i++;
	return names[i] ? names[i] : "unknown";
}

const char *model_fencing(uint32_t fencing)
{
	return name_in(model_fencings, fencing);
}

const char *model_fence_action(uint32_t action)
{
	return name_in(model_fence_actions, action);
}

const char *model_on_io_error(uint32_t action)
{
	return name_in(model_on_io_errors, action);
}

const char *model_primary_policy(uint32_t policy)
{
	return name_in(model_primary_policies, policy);
}

const char *model_on_no_data(uint32_t action)
{
	return name_in(model_on_no_datas, action);
}

const char *model_on_full(uint32_t action)
{
	return name_in(model_on_fulls, action);
}

const char *model_compression(uint32_t compression)
{
	return name_in(model_compressions, compression);
}

const char *model_compression_lack(uint32_t lack)
{
	static const char *const names[] = { "nothing", "peer", "here" };

	return NAME_OF(names, lack);
}

const char *model_fence_state(uint32_t state)
{
	static const char *const names[] = {
		[DYAD_FENCE_STATE_NONE] = "none",
		[DYAD_FENCE_STATE_PENDING] = "pending",
		[DYAD_FENCE_STATE_FAILED] = "failed",
		[DYAD_FENCE_STATE_TIMED_OUT] = "timed-out",
	};

	return NAME_OF(names, state);
}

const char *model_hold(unsigned int bit)
{
	static const char *const names[] = {
		"growing", "suspended", "fencing", "catching-up", "no-data", "disk-hangs",
	};

	return bit < sizeof(names) / sizeof(names[0]) ? names[bit] : NULL;
}

/* Room for any number of bytes times a hundred. */
typedef unsigned __int128 wide;

static struct model_sync sync_of(uint64_t total, uint64_t done, uint64_t ms, bool verify)
{
	struct model_sync s = { .running = true, .verify = verify };

	if (done > total)
		done = total;
	if (total)
		s.percent = (wide)done * 100 / total;
	if (ms)
		s.rate = (wide)done * 1000 / ms;
	if (s.rate) {
		s.has_remaining = true;
		s.remaining = ((wide)(total - done) + s.rate - 1) / s.rate;
	}
	return s;
}

struct model_sync model_volume_sync(const struct model_volume *v)
{
	if (v->sync_role == DYAD_SYNC_ROLE_NONE)
		return (struct model_sync){ 0 };
	return sync_of(v->sync_total, v->sync_done, v->sync_ms,
		       v->sync_role == DYAD_SYNC_ROLE_VERIFY);
}

struct model_sync model_resource_sync(const struct model_resource *r)
{
	uint64_t total = 0, done = 0, ms = 0;
	bool running = false, verify = true;
	size_t i;

	for (i = 0; i < r->n_volumes; i++) {
		const struct model_volume *v = &r->volumes[i];

		if (v->sync_role == DYAD_SYNC_ROLE_NONE)
			continue;
		running = true;
		verify = verify && v->sync_role == DYAD_SYNC_ROLE_VERIFY;
		total += v->sync_total;
		done += v->sync_done;
		ms = v->sync_ms > ms ? v->sync_ms : ms;
	}
	return running ? sync_of(total, done, ms, verify) : (struct model_sync){ 0 };
}
