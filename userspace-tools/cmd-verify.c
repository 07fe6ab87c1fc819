// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd-verify: starts and stops the comparison of both sides' data.
 */
#include "cmd.h"
#include "kernel.h"
#include "put.h"

#include <errno.h>

#include <linux/dyad.h>

int cmd_verify_start(struct ctx *ctx, const struct cmd_args *args)
{
	const char *name = cmd_value(args, "RES");
	struct nl_msg *msg;

	if (ctx_open(ctx))
		return CMD_NO_MODULE;
	msg = kernel_new(ctx->kernel, DYAD_CMD_VERIFY_START);
	put_string(msg, DYAD_A_RESOURCE_NAME, name);
	if (cmd_value(args, "--repair"))
		put_flag(msg, DYAD_A_RESOURCE_REPAIR);
	if (kernel_do(ctx->kernel, msg, NULL, NULL))
		return ctx_refused(ctx, name, NULL, "start a verify");
	return ctx_done(ctx, name, "verify started");
}

int cmd_verify_stop(struct ctx *ctx, const struct cmd_args *args)
{
	const char *name = cmd_value(args, "RES");
	struct nl_msg *msg;
	int ret;

	if (ctx_open(ctx))
		return CMD_NO_MODULE;
	msg = kernel_new(ctx->kernel, DYAD_CMD_VERIFY_STOP);
	put_string(msg, DYAD_A_RESOURCE_NAME, name);
	ret = kernel_do(ctx->kernel, msg, NULL, NULL);
	if (ret && ret != -EALREADY)
		return ctx_refused(ctx, name, NULL, "stop the verify");
	return ctx_done(ctx, name, "no verify is running");
}
