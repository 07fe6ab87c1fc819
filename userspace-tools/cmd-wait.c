// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd-wait: waits until a resource is what it should be.
 *
 * It subscribes before it looks, so that no change falls between; it looks
 * again after each notification, and while a resync runs, whose progress is no
 * change, now and then.
 */
#include "cmd.h"
#include "condition.h"
#include "format.h"
#include "model.h"
#include "kernel.h"
#include "parse.h"
#include "show.h"

#include <errno.h>
#include <inttypes.h>
#include <time.h>

#define LOOK_SYNC_MS	200
#define LOOK_MS		1000

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ull + t.tv_nsec / 1000000;
}

/* A line that the next one replaces; the cursor stays behind it. */
static void show_progress(struct ctx *ctx, const char *name, const struct model_sync *s)
{
	char line[128];

	show_sync_line(line, sizeof(line), s);
	fprintf(ctx->err, "\r%s  %s\033[K", name, line);
	fflush(ctx->err);
}

static void clear_progress(struct ctx *ctx, bool shown)
{
	if (!shown)
		return;
	fputs("\r\033[K", ctx->err);
	fflush(ctx->err);
}

/* The notification itself does not count, only that there was one. */
static void ignore(struct nl_msg *msg, void *arg)
{
	(void)msg;
	(void)arg;
}

struct look {
	bool holds;
	struct model_sync sync;
	char why[512];
};

static int look(struct ctx *ctx, const char *name, const char *condition, struct look *l)
{
	struct model_resource r;
	int ret;

	/* Also empties the socket after an overrun: what follows reads all anew. */
	ret = kernel_events(ctx->kernel, ignore, NULL);
	if (ret && ret != -ENOBUFS)
		return ctx_fail(ctx, ret == -ENODEV ? CMD_NO_MODULE : CMD_REFUSED, name,
				"cannot wait: %s", extack_reason(kernel_ack(ctx->kernel)));
	if (model_load_one(&r, ctx->kernel, name))
		return ctx_refused(ctx, name, NULL, "wait for it");
	l->holds = condition_holds(&r, condition, l->why, sizeof(l->why));
	l->sync = model_resource_sync(&r);
	model_free_resource(&r);
	return CMD_DONE;
}

static int wait_until(struct ctx *ctx, const char *name, const char *condition, bool forever,
		      uint64_t timeout)
{
	uint64_t start = now_ms(), passed, pause;
	bool shown = false;
	struct look l;
	int ret;

	for (;;) {
		ret = look(ctx, name, condition, &l);
		passed = now_ms() - start;
		if (ret || l.holds || (!forever && passed >= timeout))
			break;
		if (ctx->terminal && !ctx->quiet && l.sync.running) {
			show_progress(ctx, name, &l.sync);
			shown = true;
		} else {
			clear_progress(ctx, shown);
			shown = false;
		}
		pause = l.sync.running ? LOOK_SYNC_MS : LOOK_MS;
		if (!forever && timeout - passed < pause)
			pause = timeout - passed;
		kernel_wait(ctx->kernel, pause);
	}
	clear_progress(ctx, shown);
	if (ret)
		return ret;
	if (l.holds)
		return ctx_done(ctx, name, "%s", condition);
	if (!timeout)
		return ctx_fail(ctx, CMD_FALSE, name, "not %s: %s", condition, l.why);
	return ctx_fail(ctx, CMD_FALSE, name, "not %s after %s: %s", condition,
			format_duration(timeout).s, l.why);
}

int cmd_wait(struct ctx *ctx, const struct cmd_args *args)
{
	const char *name = cmd_value(args, "RES"), *text = cmd_value(args, "timeout");
	uint64_t timeout = 0;

	if (text && !parse_duration(text, 1000, &timeout))
		return ctx_fail(ctx, CMD_USAGE, "wait",
				"bad value for 'timeout': expected seconds, as 5 or 0.5, or a time, as 500ms, 5m or 1h, got \"%s\"",
				text);
	if (ctx_open(ctx))
		return CMD_NO_MODULE;
	if (kernel_subscribe(ctx->kernel))
		return ctx_fail(ctx, CMD_REFUSED, name, "cannot wait: %s",
				extack_reason(kernel_ack(ctx->kernel)));
	return wait_until(ctx, name, cmd_value(args, "CONDITION"), !text, timeout);
}
