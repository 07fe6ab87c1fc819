// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd-monitor: tells of changes as they happen.
 *
 * It keeps a model of what it has told; each notification carries the whole
 * resource, and what differs is a line. If notifications were lost, the same
 * is done with all resources.
 */
#include "cmd.h"
#include "diff.h"
#include "fence-handler.h"
#include "format.h"
#include "model.h"
#include "kernel.h"
#include "print.h"
#include "show.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#define REAP_MS 100	/* between two looks at commands that run */

struct monitor {
	struct ctx *ctx;
	const char *only;	/* the resource to watch, or NULL for all */
	const char *name;	/* the one being told of */
	struct model told;
	struct fence_handler *handler;	/* or NULL */
};

static void print_line(const char *line, void *arg)
{
	struct monitor *m = arg;

	fprintf(m->ctx->out, "%s %s: %s\n", format_now().s, m->name, line);
}

/* @r is NULL for an event about no resource in particular. */
static void print_event(struct monitor *m, const char *event, const struct model_resource *r)
{
	struct print *p = print_open(m->ctx->out, true, true);

	print_string(p, "time", format_now().s, "");
	print_string(p, "event", event, "");
	if (r) {
		print_object(p, "resource");
		show_resource(p, r);
		print_end(p);
	}
	print_close(p);
}

static void tell_present(struct monitor *m, const struct model_resource *r)
{
	m->name = r->name;
	if (m->ctx->json)
		print_event(m, "present", r);
	else
		diff_summary(r, print_line, m);
	if (m->handler)
		fence_handler_look(m->handler, r);
}

static void tell_ready(struct monitor *m)
{
	if (m->ctx->json)
		print_event(m, "ready", NULL);
	else if (!m->ctx->quiet)
		fprintf(m->ctx->out, "%s watching %s\n", format_now().s,
			m->only ? m->only : "all resources");
	fflush(m->ctx->out);
}

/* Takes @r over. */
static void tell_update(struct monitor *m, struct model_resource *r)
{
	struct model_resource *old = model_find(&m->told, r->name);

	m->name = r->name;
	if (m->ctx->json)
		print_event(m, old ? "change" : "create", r);
	else
		diff_resource(old, r, print_line, m);
	if (m->handler)
		fence_handler_look(m->handler, r);
	model_put(&m->told, r);
	fflush(m->ctx->out);
}

static void tell_delete(struct monitor *m, const char *name)
{
	struct model_resource *old = model_find(&m->told, name);

	if (!old)
		return;
	m->name = old->name;
	if (m->ctx->json)
		print_event(m, "delete", old);
	else
		diff_resource(old, NULL, print_line, m);
	model_drop(&m->told, name);
	fflush(m->ctx->out);
}

static void on_notification(struct nl_msg *msg, void *arg)
{
	struct genlmsghdr *head = nlmsg_data(nlmsg_hdr(msg));
	struct monitor *m = arg;
	struct model_resource r;

	if (!model_take(&r, msg))
		return;
	if (m->only && strcmp(r.name, m->only)) {
		model_free_resource(&r);
		return;
	}
	switch (head->cmd) {
	case DYAD_CMD_RESOURCE_CREATE_NTF:
	case DYAD_CMD_RESOURCE_CHANGE_NTF:
	case DYAD_CMD_FENCE_NTF:
		tell_update(m, &r);
		return;
	case DYAD_CMD_RESOURCE_DELETE_NTF:
		tell_delete(m, r.name);
		break;
	}
	model_free_resource(&r);
}

/* All resources that are watched, or a negative errno. */
static int load(struct monitor *m, struct model *now)
{
	size_t i = 0;
	int ret = model_load(now, m->ctx->kernel);

	while (m->only && i < now->n_resources) {
		if (strcmp(now->resources[i].name, m->only))
			model_drop(now, now->resources[i].name);
		else
			i++;
	}
	return ret;
}

/* Tells of all that differs from what was told. */
static int catch_up(struct monitor *m)
{
	struct model now;
	size_t i = 0;
	int ret = load(m, &now);

	if (ret)
		return ret;
	while (i < m->told.n_resources) {
		if (model_find(&now, m->told.resources[i].name))
			i++;
		else
			tell_delete(m, m->told.resources[i].name);
	}
	for (i = 0; i < now.n_resources; i++)
		tell_update(m, &now.resources[i]);
	free(now.resources);
	return 0;
}

static int watch(struct monitor *m)
{
	int ret;

	do {
		bool busy = m->handler && fence_handler_reap(m->handler);

		kernel_wait(m->ctx->kernel, busy ? REAP_MS : -1);
		ret = kernel_events(m->ctx->kernel, on_notification, m);
		if (ret == -ENOBUFS)
			ret = catch_up(m);
	} while (!ret && !ferror(m->ctx->out));
	return ret;
}

int cmd_monitor(struct ctx *ctx, const struct cmd_args *args)
{
	struct monitor m = { .ctx = ctx, .only = cmd_value(args, "RES") };
	size_t i;
	int ret;

	if (ctx_open(ctx))
		return CMD_NO_MODULE;
	if (cmd_value(args, "fence-handler"))
		m.handler = fence_handler_new(ctx, cmd_value(args, "fence-handler"));
	ret = kernel_subscribe(ctx->kernel);
	if (!ret)
		ret = load(&m, &m.told);
	if (!ret && m.only && !m.told.n_resources) {
		model_free(&m.told);
		fence_handler_free(m.handler);
		return ctx_fail(ctx, CMD_UNKNOWN, m.only,
				"cannot watch it: no such resource; 'dyad list' shows what there is");
	}
	if (!ret) {
		for (i = 0; i < m.told.n_resources; i++)
			tell_present(&m, &m.told.resources[i]);
		tell_ready(&m);
		ret = watch(&m);
	}
	model_free(&m.told);
	fence_handler_free(m.handler);
	if (ret)
		return ctx_fail(ctx, ret == -ENODEV ? CMD_NO_MODULE : CMD_REFUSED, m.only,
				"cannot watch: %s",
				extack_reason(kernel_ack(ctx->kernel)));
	return CMD_DONE;
}
