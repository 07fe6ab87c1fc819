// SPDX-License-Identifier: GPL-2.0-only
/*
 * fake-kernel: a kernel for the tests, which replaces the session of kernel.c.
 */
#include "fake-kernel.h"
#include "kernel.h"
#include "mem.h"
#include "put.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#define FAMILY		32
#define MAX_EVENTS	16

struct kernel {
	struct extack ack;
};

struct fake fake;

static struct nl_msg *events[MAX_EVENTS];
static int n_events;

void fake_reset(void)
{
	while (n_events)
		nlmsg_free(events[--n_events]);
	model_free(&fake.model);
	free(fake.out);
	free(fake.err);
	memset(&fake, 0, sizeof(fake));
	strcpy(fake.in, "\n");
}

static char *copy(const char *text)
{
	char *s = strdup(text);

	if (!s)
		mem_exhausted();
	return s;
}

struct model_resource *fake_resource(const char *name)
{
	struct model_resource r = {
		.name = copy(name), .node_id = 1, .port = 8459, .streams = 4,
		.role = DYAD_ROLE_PRIMARY, .generation = 0x8f3a5c0d11e2b497, .recovery = 60,
		.io_timeout = 30,
		.n_volumes = 1, .n_peers = 1,
	};

	r.volumes = mem_zalloc(1, sizeof(*r.volumes));
	*r.volumes = (struct model_volume) {
		.disk = copy("/dev/sdb"), .size = 1 << 30, .openers = 1,
		.data_state = DYAD_DATA_STATE_UPTODATE,
		.peer_data_state = DYAD_DATA_STATE_UPTODATE, .peer_known = true,
		.reads = 11, .writes = 12, .flushes = 13, .peer_writes = 14, .pending = 15,
		.discards = 16, .read_bytes = 17, .write_bytes = 18,
	};
	r.peers = mem_zalloc(1, sizeof(*r.peers));
	*r.peers = (struct model_peer) {
		.name = copy("beta"), .node_id = 2, .ping_timeout = 500,
		.address = { .sin6_family = AF_INET6, .sin6_port = htons(8459),
			     .sin6_addr.s6_addr = { [10] = 255, 255, 10, 0, 0, 2 } },
		.link_state = DYAD_LINK_STATE_CONNECTED, .has_role = true,
		.has_streams = true, .streams = 4, .sent = 21, .received = 22, .sessions = 23,
	};
	model_put(&fake.model, &r);
	return model_find(&fake.model, name);
}

static struct nl_msg *message(uint8_t command)
{
	struct nl_msg *msg = nlmsg_alloc();

	if (!msg || !genlmsg_put(msg, 0, 0, FAMILY, 0, 0, command, DYAD_FAMILY_VERSION))
		mem_exhausted();
	return msg;
}

static void put_extent(struct nl_msg *msg, const struct model_extent *e)
{
	struct nlattr *nest = nla_nest_start(msg, DYAD_A_VOLUME_EXTENT);

	put_u64(msg, DYAD_A_EXTENT_START, e->start);
	put_u64(msg, DYAD_A_EXTENT_LENGTH, e->length);
	nla_nest_end(msg, nest);
}

static void put_volume(struct nl_msg *msg, const struct model_volume *v)
{
	struct nlattr *nest = nla_nest_start(msg, DYAD_A_RESOURCE_VOLUME);
	size_t i;

	put_u32(msg, DYAD_A_VOLUME_INDEX, v->index);
	put_u32(msg, DYAD_A_VOLUME_DEVICE, v->device);
	if (v->disk)
		put_string(msg, DYAD_A_VOLUME_DISK, v->disk);
	if (v->meta)
		put_string(msg, DYAD_A_VOLUME_META, v->meta);
	put_binary(msg, DYAD_A_VOLUME_PAD, NULL, 0);
	put_u64(msg, DYAD_A_VOLUME_SIZE, v->size);
	put_u32(msg, DYAD_A_VOLUME_DATA_STATE, v->data_state);
	if (v->peer_known)
		put_u32(msg, DYAD_A_VOLUME_PEER_DATA_STATE, v->peer_data_state);
	put_u32(msg, DYAD_A_VOLUME_OPENERS, v->openers);
	put_u64(msg, DYAD_A_VOLUME_DIRTY, v->dirty);
	put_u32(msg, DYAD_A_VOLUME_SYNC_ROLE, v->sync_role);
	put_u64(msg, DYAD_A_VOLUME_SYNC_TOTAL, v->sync_total);
	put_u64(msg, DYAD_A_VOLUME_SYNC_DONE, v->sync_done);
	put_u64(msg, DYAD_A_VOLUME_SYNC_COPIED, v->sync_copied);
	put_u64(msg, DYAD_A_VOLUME_SYNC_MS, v->sync_ms);
	put_u64(msg, DYAD_A_VOLUME_READS, v->reads);
	put_u64(msg, DYAD_A_VOLUME_WRITES, v->writes);
	put_u64(msg, DYAD_A_VOLUME_FLUSHES, v->flushes);
	put_u64(msg, DYAD_A_VOLUME_DISCARDS, v->discards);
	put_u64(msg, DYAD_A_VOLUME_READ_BYTES, v->read_bytes);
	put_u64(msg, DYAD_A_VOLUME_WRITE_BYTES, v->write_bytes);
	put_u64(msg, DYAD_A_VOLUME_PEER_WRITES, v->peer_writes);
	put_u64(msg, DYAD_A_VOLUME_PEER_READS, v->peer_reads);
	put_u64(msg, DYAD_A_VOLUME_REPAIRED, v->repaired);
	put_u32(msg, DYAD_A_VOLUME_PENDING, v->pending);
	put_u32(msg, DYAD_A_VOLUME_WAITING, v->waiting);
	put_u32(msg, DYAD_A_VOLUME_WAITING_REGION, v->waiting_region);
	put_u64(msg, DYAD_A_VOLUME_HOT, v->hot);
	put_u64(msg, DYAD_A_VOLUME_SUSPECT, v->suspect);
	put_u64(msg, DYAD_A_VOLUME_META_WRITES, v->meta_writes);
	put_u64(msg, DYAD_A_VOLUME_SYNC_DIFFER, v->sync_differ);
	for (i = 0; i < v->n_extents; i++)
		put_extent(msg, &v->extents[i]);
	nla_nest_end(msg, nest);
}

static void put_peer(struct nl_msg *msg, const struct model_peer *p)
{
	struct nlattr *nest = nla_nest_start(msg, DYAD_A_RESOURCE_PEER);

	put_string(msg, DYAD_A_PEER_NAME, p->name);
	put_u32(msg, DYAD_A_PEER_NODE_ID, p->node_id);
	put_binary(msg, DYAD_A_PEER_ADDRESS, &p->address, sizeof(p->address));
	if (p->insecure)
		put_flag(msg, DYAD_A_PEER_INSECURE);
	put_u32(msg, DYAD_A_PEER_PING_TIMEOUT, p->ping_timeout);
	put_u32(msg, DYAD_A_PEER_LINK_STATE, p->link_state);
	if (p->reason)
		put_string(msg, DYAD_A_PEER_REASON, p->reason);
	if (p->has_role)
		put_u32(msg, DYAD_A_PEER_ROLE, p->role);
	if (p->has_streams)
		put_u32(msg, DYAD_A_PEER_STREAMS, p->streams);
	put_u64(msg, DYAD_A_PEER_SENT, p->sent);
	put_u64(msg, DYAD_A_PEER_RECEIVED, p->received);
	put_u64(msg, DYAD_A_PEER_SESSIONS, p->sessions);
	if (p->lost_at)
		put_u64(msg, DYAD_A_PEER_LOST_AT, p->lost_at);
	if (p->lost_reason)
		put_string(msg, DYAD_A_PEER_LOST_REASON, p->lost_reason);
	if (p->has_streams) {
		put_u32(msg, DYAD_A_PEER_COMPRESSION, p->compression);
		put_u32(msg, DYAD_A_PEER_COMPRESSION_LACK, p->compression_lack);
		put_u64(msg, DYAD_A_PEER_PACKED_FROM, p->packed_from);
		put_u64(msg, DYAD_A_PEER_PACKED_TO, p->packed_to);
	}
	if (p->diverged) {
		put_flag(msg, DYAD_A_PEER_DIVERGED);
		put_u64(msg, DYAD_A_PEER_CHANGED, p->changed);
		put_u64(msg, DYAD_A_PEER_ALONE_SINCE, p->alone_since);
	}
	nla_nest_end(msg, nest);
}

struct nl_msg *fake_message(uint8_t command, const struct model_resource *r)
{
	struct nl_msg *msg = message(command);
	size_t i;

	put_string(msg, DYAD_A_RESOURCE_NAME, r->name);
	if (command == DYAD_CMD_RESOURCE_DELETE_NTF)
		return msg;
	put_u32(msg, DYAD_A_RESOURCE_NODE_ID, r->node_id);
	put_u32(msg, DYAD_A_RESOURCE_PORT, r->port);
	put_u32(msg, DYAD_A_RESOURCE_STREAMS, r->streams);
	put_u32(msg, DYAD_A_RESOURCE_MODE, r->mode);
	put_u32(msg, DYAD_A_RESOURCE_ROLE, r->role);
	put_u64(msg, DYAD_A_RESOURCE_GENERATION, r->generation);
	put_u32(msg, DYAD_A_RESOURCE_RECOVERY, r->recovery);
	put_u64(msg, DYAD_A_RESOURCE_RESYNC_RATE, r->resync_rate);
	put_u32(msg, DYAD_A_RESOURCE_SPLIT_POLICY, r->split_policy);
	put_u32(msg, DYAD_A_RESOURCE_SPLIT_POLICY_PRIMARY, r->split_policy_primary);
	put_u64(msg, DYAD_A_RESOURCE_BACKLOG, r->backlog);
	put_u32(msg, DYAD_A_RESOURCE_ON_FULL, r->on_full);
	put_u64(msg, DYAD_A_RESOURCE_BACKLOG_OVERRUNS, r->backlog_overruns);
	if (r->behind)
		put_flag(msg, DYAD_A_RESOURCE_BEHIND);
	if (r->has_lag) {
		put_u64(msg, DYAD_A_RESOURCE_LAG, r->lag);
		put_u64(msg, DYAD_A_RESOURCE_LAG_MS, r->lag_ms);
		put_u32(msg, DYAD_A_RESOURCE_THROTTLED, r->throttled);
	}
	if (r->alone_since)
		put_u64(msg, DYAD_A_RESOURCE_ALONE_SINCE, r->alone_since);
	put_u32(msg, DYAD_A_RESOURCE_FENCING, r->fencing);
	put_u32(msg, DYAD_A_RESOURCE_FENCE_TIMEOUT, r->fence_timeout);
	put_u32(msg, DYAD_A_RESOURCE_FENCE_TIMEOUT_ACTION, r->fence_timeout_action);
	put_u32(msg, DYAD_A_RESOURCE_ON_IO_ERROR, r->on_io_error);
	put_u32(msg, DYAD_A_RESOURCE_ON_NO_DATA, r->on_no_data);
	put_u32(msg, DYAD_A_RESOURCE_IO_TIMEOUT, r->io_timeout);
	put_u32(msg, DYAD_A_RESOURCE_COMPRESSION, r->compression);
	put_u32(msg, DYAD_A_RESOURCE_FENCE_STATE, r->fence_state);
	if (r->fence_state)
		put_u32(msg, DYAD_A_RESOURCE_FENCE_ID, r->fence_id);
	if (r->held)
		put_u32(msg, DYAD_A_RESOURCE_HELD, r->held);
	for (i = 0; i < r->n_volumes; i++)
		put_volume(msg, &r->volumes[i]);
	for (i = 0; i < r->n_peers; i++)
		put_peer(msg, &r->peers[i]);
	return msg;
}

void fake_notify(uint8_t command, const struct model_resource *r)
{
	if (!fake.subscribed || n_events == MAX_EVENTS)
		abort();
	events[n_events++] = fake_message(command, r);
}

struct kernel *kernel_open(bool load)
{
	(void)load;
	return fake.absent ? NULL : mem_zalloc(1, sizeof(struct kernel));
}

void kernel_close(struct kernel *kernel)
{
	free(kernel);
}

struct nl_msg *kernel_new(struct kernel *kernel, uint8_t command)
{
	(void)kernel;
	return message(command);
}

static void answer(struct nl_msg *msg, kernel_fn *fn, void *arg)
{
	if (fn)
		fn(msg, arg);
	nlmsg_free(msg);
}

static int end(struct kernel *kernel, int error, const char *text)
{
	kernel->ack = (struct extack){ .error = error };
	if (text)
		snprintf(kernel->ack.text, sizeof(kernel->ack.text), "%s", text);
	return -error;
}

static int get_one(struct kernel *kernel, struct genlmsghdr *head, kernel_fn *fn, void *arg)
{
	struct nlattr *name = nla_find(genlmsg_attrdata(head, 0), genlmsg_attrlen(head, 0),
				       DYAD_A_RESOURCE_NAME);
	struct model_resource *r = name ? model_find(&fake.model, nla_get_string(name)) : NULL;

	if (!r)
		return end(kernel, ENOENT, "no resource of that name");
	answer(fake_message(DYAD_CMD_RESOURCE_GET, r), fn, arg);
	return end(kernel, 0, NULL);
}

/* One stage more than the tool knows, which a newer kernel may have. */
static int get_latency(struct kernel *kernel, struct genlmsghdr *head, kernel_fn *fn, void *arg)
{
	struct nlattr *index = nla_find(genlmsg_attrdata(head, 0), genlmsg_attrlen(head, 0),
					DYAD_A_VOLUME_INDEX);
	static const struct dyad_latency unknown = { .count = { 1 } };
	struct nl_msg *msg = message(head->cmd);
	const struct dyad_latency *l;
	struct nlattr *nest;
	uint32_t stage;

	if (fake.refuse) {
		nlmsg_free(msg);
		return end(kernel, fake.refuse, fake.text);
	}
	for (stage = 0; stage <= __DYAD_LATENCY_STAGE_MAX && !nla_get_u32(index); stage++) {
		l = stage < __DYAD_LATENCY_STAGE_MAX ? &fake.latency[stage] : &unknown;
		nest = nla_nest_start(msg, DYAD_A_VOLUME_LATENCY);
		put_u32(msg, DYAD_A_LATENCY_STAGE, stage);
		put_binary(msg, DYAD_A_LATENCY_PAD, NULL, 0);
		put_u64(msg, DYAD_A_LATENCY_SUM, l->sum);
		put_u64(msg, DYAD_A_LATENCY_LONGEST, l->max);
		put_binary(msg, DYAD_A_LATENCY_BUCKETS, l->count, sizeof(l->count));
		nla_nest_end(msg, nest);
	}
	answer(msg, fn, arg);
	return end(kernel, 0, NULL);
}

static int change(struct kernel *kernel, struct nl_msg *msg, kernel_fn *fn, void *arg)
{
	struct genlmsghdr *head;
	size_t len = nlmsg_hdr(msg)->nlmsg_len;

	if (len > sizeof(fake.bytes))
		abort();
	memcpy(fake.bytes, nlmsg_hdr(msg), len);
	head = nlmsg_data((struct nlmsghdr *)fake.bytes);
	fake.command = head->cmd;
	fake.n_requests++;
	nla_parse(fake.sent, FAKE_ATTRS - 1, genlmsg_attrdata(head, 0), genlmsg_attrlen(head, 0), NULL);
	if (!fake.refuse && head->cmd == DYAD_CMD_VOLUME_ATTACH) {
		struct nl_msg *reply = message(head->cmd);

		put_u32(reply, DYAD_A_VOLUME_DEVICE, fake.device);
		answer(reply, fn, arg);
	}
	return end(kernel, fake.refuse, fake.text);
}

int kernel_do(struct kernel *kernel, struct nl_msg *msg, kernel_fn *fn, void *arg)
{
	struct genlmsghdr *head = nlmsg_data(nlmsg_hdr(msg));
	int ret;

	if (head->cmd == DYAD_CMD_RESOURCE_GET)
		ret = get_one(kernel, head, fn, arg);
	else if (head->cmd == DYAD_CMD_LATENCY_GET)
		ret = get_latency(kernel, head, fn, arg);
	else
		ret = change(kernel, msg, fn, arg);
	nlmsg_free(msg);
	return ret;
}

int kernel_dump(struct kernel *kernel, struct nl_msg *msg, kernel_fn *fn, void *arg)
{
	size_t i;

	nlmsg_free(msg);
	/* The first one comes twice if something else went away meanwhile. */
	if (fake.interrupted && fake.model.n_resources)
		answer(fake_message(DYAD_CMD_RESOURCE_GET, &fake.model.resources[0]), fn, arg);
	for (i = 0; i < fake.model.n_resources; i++)
		answer(fake_message(DYAD_CMD_RESOURCE_GET, &fake.model.resources[i]), fn, arg);
	end(kernel, 0, NULL);
	if (!fake.interrupted)
		return 0;
	fake.interrupted--;
	return -EINTR;
}

const struct extack *kernel_ack(const struct kernel *kernel)
{
	return &kernel->ack;
}

int kernel_subscribe(struct kernel *kernel)
{
	fake.subscribed = true;
	return end(kernel, 0, NULL);
}

static bool unloaded;

void kernel_wait(struct kernel *kernel, int timeout_ms)
{
	(void)kernel;
	(void)timeout_ms;
	unloaded = !fake.step || !fake.step(fake.n_steps++);
}

int kernel_events(struct kernel *kernel, kernel_fn *fn, void *arg)
{
	int i;

	for (i = 0; i < n_events; i++)
		answer(events[i], fn, arg);
	n_events = 0;
	if (unloaded) {
		unloaded = false;
		return end(kernel, ENODEV, "the kernel module was unloaded");
	}
	if (fake.lost) {
		fake.lost--;
		return -ENOBUFS;
	}
	return 0;
}

static int run(struct ctx *ctx, const char *first, va_list ap)
{
	size_t out_size, err_size;
	char *words[32];
	int n = 0, code;

	free(fake.out);
	free(fake.err);
	ctx->out = open_memstream(&fake.out, &out_size);
	ctx->err = open_memstream(&fake.err, &err_size);
	if (!ctx->out || !ctx->err)
		mem_exhausted();
	ctx->in = fmemopen(fake.in, strlen(fake.in), "r");
	if (!ctx->in)
		mem_exhausted();
	for (; first && n < 32; first = va_arg(ap, const char *))
		words[n++] = (char *)first;
	code = cmd_dispatch(ctx, n, words);
	kernel_close(ctx->kernel);
	fclose(ctx->in);
	fclose(ctx->out);
	fclose(ctx->err);
	return code;
}

#define RUN(name, ...)						\
	int name(const char *first, ...)			\
	{							\
		struct ctx ctx = { __VA_ARGS__ };		\
		va_list ap;					\
		int code;					\
								\
		va_start(ap, first);				\
		code = run(&ctx, first, ap);			\
		va_end(ap);					\
		return code;					\
	}

RUN(fake_run, .json = false)
RUN(fake_run_json, .json = true)
RUN(fake_run_quiet, .quiet = true)
RUN(fake_run_on_terminal, .terminal = true, .interactive = true)
