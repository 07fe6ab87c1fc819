// SPDX-License-Identifier: GPL-2.0-only
/*
 * ctx: what all commands share: the session with the kernel and the way to
 * say that something was done or refused.
 */
#include "cmd.h"
#include "model.h"
#include "kernel.h"
#include "mem.h"
#include "print.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

int ctx_open(struct ctx *ctx)
{
	if (ctx->kernel)
		return CMD_DONE;
	ctx->kernel = kernel_open(true);
	if (ctx->kernel)
		return CMD_DONE;
	return ctx_fail(ctx, CMD_NO_MODULE, NULL,
			"the kernel module is not loaded and could not be loaded (no netlink family \"dyad\"); install it for this kernel and run 'modprobe dyad' as root");
}

int ctx_fail(struct ctx *ctx, int code, const char *object, const char *text, ...)
{
	va_list ap;

	fputs("dyad: ", ctx->err);
	if (object)
		fprintf(ctx->err, "%s: ", object);
	va_start(ap, text);
	vfprintf(ctx->err, text, ap);
	va_end(ap);
	fputc('\n', ctx->err);
	return code;
}

/* Something was not found: was it what the user named, or for example a disk? */
static bool is_unknown(struct ctx *ctx, const char *resource, const char *peer)
{
	struct model_resource r;
	int ret = model_load_one(&r, ctx->kernel, resource);
	bool unknown;

	if (ret)
		return ret == -ENOENT;
	unknown = peer && !model_find_peer(&r, peer);
	model_free_resource(&r);
	return unknown;
}

int ctx_refused(struct ctx *ctx, const char *resource, const char *peer, const char *what)
{
	struct extack ack = *kernel_ack(ctx->kernel);
	int code = CMD_REFUSED;

	if (ack.error == ENOENT || ack.error == ENODEV || ack.error == ESRCH)
		code = is_unknown(ctx, resource, peer) ? CMD_UNKNOWN : CMD_REFUSED;
	if (code == CMD_UNKNOWN && !ack.text[0])
		return ctx_fail(ctx, code, resource,
				"cannot %s: no such resource%s; 'dyad status' shows what there is",
				what, peer ? " or peer" : "");
	return ctx_fail(ctx, code, resource, "cannot %s: %s", what, extack_reason(&ack));
}

int ctx_done(struct ctx *ctx, const char *resource, const char *text, ...)
{
	const struct extack *note = kernel_ack(ctx->kernel);
	struct print *p;
	char *sentence;
	va_list ap;

	if (note->text[0])
		fprintf(ctx->err, "dyad: %s: note: %s\n", resource, note->text);
	if (ctx->quiet)
		return CMD_DONE;
	va_start(ap, text);
	if (vasprintf(&sentence, text, ap) < 0)
		mem_exhausted();
	va_end(ap);
	p = print_open(ctx->out, ctx->json, false);
	print_string(p, "name", resource, "%s: ", resource);
	print_string(p, "done", sentence, "%s\n", sentence);
	print_close(p);
	free(sentence);
	return CMD_DONE;
}
