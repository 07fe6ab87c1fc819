// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd-resource: creates and deletes resources, changes their role.
 */
#include "cmd.h"
#include "model.h"
#include "kernel.h"
#include "put.h"

#include <errno.h>

int cmd_create(struct ctx *ctx, const struct cmd_args *args)
{
	const char *name = cmd_value(args, "RES");
	uint32_t node = cmd_number(args, "node", 0);
	struct nl_msg *msg;

	if (ctx_open(ctx))
		return CMD_NO_MODULE;
	msg = kernel_new(ctx->kernel, DYAD_CMD_RESOURCE_CREATE);
	put_string(msg, DYAD_A_RESOURCE_NAME, name);
	put_u32(msg, DYAD_A_RESOURCE_NODE_ID, node);
	if (cmd_value(args, "port"))
		put_u32(msg, DYAD_A_RESOURCE_PORT, cmd_number(args, "port", 0));
	if (cmd_value(args, "streams"))
		put_u32(msg, DYAD_A_RESOURCE_STREAMS, cmd_number(args, "streams", 0));
	/* There is one mode yet, and the table let nothing else pass. */
	if (cmd_value(args, "mode"))
		put_u32(msg, DYAD_A_RESOURCE_MODE, DYAD_MODE_SYNC);
	if (kernel_do(ctx->kernel, msg, NULL, NULL))
		return ctx_refused(ctx, name, NULL, "create it");
	return ctx_done(ctx, name, "created as node %u", node);
}

int cmd_delete(struct ctx *ctx, const struct cmd_args *args)
{
	const char *name = cmd_value(args, "RES");
	struct nl_msg *msg;

	if (ctx_open(ctx))
		return CMD_NO_MODULE;
	msg = kernel_new(ctx->kernel, DYAD_CMD_RESOURCE_DELETE);
	put_string(msg, DYAD_A_RESOURCE_NAME, name);
	if (kernel_do(ctx->kernel, msg, NULL, NULL))
		return ctx_refused(ctx, name, NULL, "delete it");
	return ctx_done(ctx, name, "deleted");
}

/* To be what it is already is done too, and said. */
static bool has_role(struct ctx *ctx, const char *name, uint32_t role)
{
	struct model_resource r;
	bool has;

	if (model_load_one(&r, ctx->kernel, name))
		return false;
	has = r.role == role;
	model_free_resource(&r);
	return has;
}

static int change_role(struct ctx *ctx, const char *name, uint32_t role, bool force)
{
	bool promote = role == DYAD_ROLE_PRIMARY, had;
	struct nl_msg *msg;
	int ret;

	if (ctx_open(ctx))
		return CMD_NO_MODULE;
	had = has_role(ctx, name, role);
	msg = kernel_new(ctx->kernel,
		     promote ? DYAD_CMD_RESOURCE_PROMOTE : DYAD_CMD_RESOURCE_DEMOTE);
	put_string(msg, DYAD_A_RESOURCE_NAME, name);
	if (force)
		put_flag(msg, DYAD_A_RESOURCE_FORCE);
	ret = kernel_do(ctx->kernel, msg, NULL, NULL);
	if (ret && ret != -EALREADY)
		return ctx_refused(ctx, name, NULL, promote ? "promote" : "demote");
	return ctx_done(ctx, name, "%s%s", had ? "already " : "", model_role(role));
}

int cmd_promote(struct ctx *ctx, const struct cmd_args *args)
{
	return change_role(ctx, cmd_value(args, "RES"), DYAD_ROLE_PRIMARY,
			   cmd_value(args, "--force"));
}

int cmd_demote(struct ctx *ctx, const struct cmd_args *args)
{
	return change_role(ctx, cmd_value(args, "RES"), DYAD_ROLE_SECONDARY, false);
}
