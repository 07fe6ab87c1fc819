// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd-hold: holds the I/O of a resource back, and lets it go on; and what is said about
 * a lost peer for which it waits.
 */
#include "cmd.h"
#include "kernel.h"
#include "model.h"
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
	if (cmd_value(args, "--force"))
		put_flag(msg, DYAD_A_RESOURCE_FORCE);
	if (kernel_do(ctx->kernel, msg, NULL, NULL))
		return ctx_refused(ctx, name, NULL, "resume");
	return ctx_done(ctx, name, "resumed");
}

int cmd_fence(struct ctx *ctx, const struct cmd_args *args)
{
	uint32_t answer = model_value(model_fence_answers, cmd_value(args, "ANSWER"));
	const char *name = cmd_value(args, "RES");
	struct nl_msg *msg;

	if (ctx_open(ctx))
		return CMD_NO_MODULE;
	msg = kernel_new(ctx->kernel, DYAD_CMD_FENCE_ANSWER);
	put_string(msg, DYAD_A_RESOURCE_NAME, name);
	put_u32(msg, DYAD_A_RESOURCE_FENCE_ANSWER, answer);
	if (cmd_value(args, "id"))
		put_u32(msg, DYAD_A_RESOURCE_FENCE_ID, cmd_number(args, "id", 0));
	if (kernel_do(ctx->kernel, msg, NULL, NULL))
		return ctx_refused(ctx, name, NULL, "answer");
	if (answer == DYAD_FENCE_ANSWER_DONE)
		return ctx_done(ctx, name, "the peer is fenced: I/O goes on");
	return ctx_done(ctx, name, "the peer is not fenced: I/O goes on waiting");
}

int cmd_outdate(struct ctx *ctx, const struct cmd_args *args)
{
	const char *name = cmd_value(args, "RES");
	struct nl_msg *msg;

	if (ctx_open(ctx))
		return CMD_NO_MODULE;
	msg = kernel_new(ctx->kernel, DYAD_CMD_RESOURCE_OUTDATE);
	put_string(msg, DYAD_A_RESOURCE_NAME, name);
	if (kernel_do(ctx->kernel, msg, NULL, NULL))
		return ctx_refused(ctx, name, NULL, "outdate");
	return ctx_done(ctx, name, "outdated: it does not lead unless by force");
}
