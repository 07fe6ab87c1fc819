// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd-latency: shows how long the stages of I/O take, and begins anew.
 */
#include "cmd.h"
#include "format.h"
#include "kernel.h"
#include "mem.h"
#include "model.h"
#include "print.h"
#include "put.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include <linux/dyad.h>

#include "core/latency.h"

static const char *const stages[] = {
	[DYAD_LATENCY_STAGE_SUBMIT] = "submit",
	[DYAD_LATENCY_STAGE_LOCAL] = "local",
	[DYAD_LATENCY_STAGE_SEND] = "send",
	[DYAD_LATENCY_STAGE_PEER] = "peer",
	[DYAD_LATENCY_STAGE_WRITE] = "write",
	[DYAD_LATENCY_STAGE_READ] = "read",
	[DYAD_LATENCY_STAGE_FLUSH_LOCAL] = "flush-local",
	[DYAD_LATENCY_STAGE_FLUSH_PEER] = "flush-peer",
	[DYAD_LATENCY_STAGE_FLUSH] = "flush",
	[DYAD_LATENCY_STAGE_STORE] = "store",
};

#define N_STAGES (sizeof(stages) / sizeof(stages[0]))

/* What the kernel has measured of a volume. */
struct measured {
	struct dyad_latency stage[N_STAGES];
};

/* A stage that this tool does not know is left out, and so are buckets of another number. */
static void take_stage(struct measured *m, struct nlattr *nest)
{
	struct dyad_latency l = { 0 };
	uint32_t stage = N_STAGES;
	struct nlattr *a;
	int rest;

	nla_for_each_nested(a, nest, rest) {
		if (nla_type(a) == DYAD_A_LATENCY_STAGE && nla_len(a) >= 4)
			stage = nla_get_u32(a);
		else if (nla_type(a) == DYAD_A_LATENCY_SUM && nla_len(a) >= 8)
			l.sum = nla_get_u64(a);
		else if (nla_type(a) == DYAD_A_LATENCY_LONGEST && nla_len(a) >= 8)
			l.max = nla_get_u64(a);
		else if (nla_type(a) == DYAD_A_LATENCY_BUCKETS && nla_len(a) == sizeof(l.count))
			memcpy(l.count, nla_data(a), sizeof(l.count));
	}
	if (stage < N_STAGES)
		m->stage[stage] = l;
}

static void take(struct nl_msg *msg, void *arg)
{
	struct genlmsghdr *head;
	struct nlattr *a;
	int rest;

	if (!genlmsg_valid_hdr(nlmsg_hdr(msg), 0))
		return;
	head = nlmsg_data(nlmsg_hdr(msg));
	nla_for_each_attr(a, genlmsg_attrdata(head, 0), genlmsg_attrlen(head, 0), rest)
		if (nla_type(a) == DYAD_A_VOLUME_LATENCY)
			take_stage(arg, a);
}

/* All volumes of @r into @m, in their order. Returns 0 or a negative errno. */
static int ask(struct kernel *kernel, const struct model_resource *r, struct measured *m)
{
	struct nl_msg *msg;
	int ret = 0;
	size_t i;

	for (i = 0; i < r->n_volumes && !ret; i++) {
		msg = kernel_new(kernel, DYAD_CMD_LATENCY_GET);
		put_string(msg, DYAD_A_VOLUME_RESOURCE, r->name);
		put_u32(msg, DYAD_A_VOLUME_INDEX, r->volumes[i].index);
		ret = kernel_do(kernel, msg, take, &m[i]);
	}
	return ret;
}

static void show_buckets(struct print *p, const struct dyad_latency *l)
{
	unsigned int i;

	print_array(p, "buckets");
	for (i = 0; i < DYAD_LATENCY_BUCKETS; i++) {
		if (!l->count[i])
			continue;
		print_object(p, NULL);
		if (i < DYAD_LATENCY_BUCKETS - 1)
			print_u64(p, "below", dyad_latency_limit(i), "");
		print_u64(p, "count", l->count[i], "");
		print_end(p);
	}
	print_end(p);
}

/* As text only what has happened. */
static void show_stage(struct print *p, const char *name, const struct dyad_latency *l)
{
	static const struct {
		const char *name;
		unsigned int percent;
	} quantiles[] = { { "p50", 50 }, { "p90", 90 }, { "p99", 99 } };
	uint64_t n = dyad_latency_total(l), mean = n ? l->sum / n : 0;
	size_t i;

	print_object(p, NULL);
	print_string(p, "stage", name, n ? "    %-11s" : "", name);
	print_u64(p, "count", n, n ? "  %10" PRIu64 : "", n);
	print_u64(p, "sum", l->sum, "");
	print_u64(p, "mean", mean, n ? "  %8s" : "", format_ns(mean).s);
	for (i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++) {
		uint64_t ns = dyad_latency_quantile(l, quantiles[i].percent);

		print_u64(p, quantiles[i].name, ns, n ? "  %8s" : "", format_ns(ns).s);
	}
	print_u64(p, "longest", l->max, n ? "  %8s\n" : "", format_ns(l->max).s);
	show_buckets(p, l);
	print_end(p);
}

static void show_volume(struct print *p, const struct model_volume *v, const struct measured *m)
{
	size_t i;

	print_object(p, NULL);
	print_u64(p, "index", v->index, "  volume %" PRIu32, v->index);
	print_u64(p, "device", v->device, "  /dev/dyad%" PRIu32 "\n", v->device);
	print_text(p, "    %-11s  %10s  %8s  %8s  %8s  %8s  %8s\n", "stage", "count", "mean",
		   "p50", "p90", "p99", "longest");
	print_array(p, "latency");
	for (i = 0; i < N_STAGES; i++)
		show_stage(p, stages[i], &m->stage[i]);
	print_end(p);
	print_end(p);
}

static void show(struct ctx *ctx, const struct model_resource *r, const struct measured *m)
{
	struct print *p = print_open(ctx->out, ctx->json, false);
	size_t i;

	print_string(p, "name", r->name, "%s\n", r->name);
	print_array(p, "volume");
	for (i = 0; i < r->n_volumes; i++)
		show_volume(p, &r->volumes[i], &m[i]);
	print_end(p);
	print_close(p);
}

int cmd_latency_show(struct ctx *ctx, const struct cmd_args *args)
{
	const char *name = cmd_value(args, "RES");
	struct model_resource r;
	struct measured *m;
	int ret = CMD_DONE;

	if (ctx_open(ctx))
		return CMD_NO_MODULE;
	if (model_load_one(&r, ctx->kernel, name))
		return ctx_refused(ctx, name, NULL, "show its latencies");
	m = mem_zalloc(r.n_volumes + 1, sizeof(*m));
	if (ask(ctx->kernel, &r, m))
		ret = ctx_refused(ctx, name, NULL, "show its latencies");
	else
		show(ctx, &r, m);
	free(m);
	model_free_resource(&r);
	return ret;
}

int cmd_latency_reset(struct ctx *ctx, const struct cmd_args *args)
{
	const char *name = cmd_value(args, "RES");
	struct nl_msg *msg;

	if (ctx_open(ctx))
		return CMD_NO_MODULE;
	msg = kernel_new(ctx->kernel, DYAD_CMD_LATENCY_RESET);
	put_string(msg, DYAD_A_RESOURCE_NAME, name);
	if (kernel_do(ctx->kernel, msg, NULL, NULL))
		return ctx_refused(ctx, name, NULL, "reset its latencies");
	return ctx_done(ctx, name, "latencies are measured anew");
}
