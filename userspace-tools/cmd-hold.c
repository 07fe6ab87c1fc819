// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd-hold: holds the I/O of a resource back, and lets it go on.
 */
#include "cmd.h"
#include "kernel.h"
#include "put.h"

#include <linux/dyad.h>

int cmd_suspend(struct ctx *ctx, const struct cmd_args *args)
{
	const char *name = cmd_value(args, "RES");
	struct nl_msg *msg;

	if (ctx_open(ctx))
		return CMD_NO_MODULE;
	msg = kernel_new(ctx->kernel, DYAD_CMD_RESOURCE_SUSPEND);
	put_string(msg, DYAD_A_RESOURCE_NAME, name);
	if (cmd_value(args, "--force"))
		put_flag(msg, DYAD_A_RESOURCE_FORCE);
	if (kernel_do(ctx->kernel, msg, NULL, NULL))
		return ctx_refused(ctx, name, NULL, "suspend");
	return ctx_done(ctx, name, "suspended: I/O waits until 'dyad resume %s'", name);
}

int cmd_resume(struct ctx *ctx, const struct cmd_args *args)
{
	const char *name = cmd_value(args, "RES");
	struct nl_msg *msg;

	if (ctx_open(ctx))
		return CMD_NO_MODULE;
	msg = kernel_new(ctx->kernel, DYAD_CMD_RESOURCE_RESUME);
	put_string(msg, DYAD_A_RESOURCE_NAME, name);
	if (kernel_do(ctx->kernel, msg, NULL, NULL))
		return ctx_refused(ctx, name, NULL, "resume");
	return ctx_done(ctx, name, "resumed");
}
