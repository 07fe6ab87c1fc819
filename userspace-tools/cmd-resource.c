// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd-resource: creates and deletes resources, changes their role and settings.
 */
#include "cmd.h"
#include "format.h"
#include "model.h"
#include "parse.h"
#include "kernel.h"
#include "mem.h"
#include "put.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* By its name, which the table has checked. */
static uint32_t number_of(const char *const *names, const char *name)
{
	uint32_t i = 0;

	while (names[i + 1] && strcmp(names[i], name))
		i++;
	return i;
}

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
	if (cmd_value(args, "mode"))
		put_u32(msg, DYAD_A_RESOURCE_MODE, number_of(model_modes, cmd_value(args, "mode")));
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

static int change_role(struct ctx *ctx, const struct cmd_args *args, bool promote)
{
	uint32_t role = promote ? DYAD_ROLE_PRIMARY : DYAD_ROLE_SECONDARY;
	const char *name = cmd_value(args, "RES");
	struct nl_msg *msg;
	bool had;
	int ret;

	if (ctx_open(ctx))
		return CMD_NO_MODULE;
	had = has_role(ctx, name, role);
	msg = kernel_new(ctx->kernel,
		     promote ? DYAD_CMD_RESOURCE_PROMOTE : DYAD_CMD_RESOURCE_DEMOTE);
	put_string(msg, DYAD_A_RESOURCE_NAME, name);
	if (promote && cmd_value(args, "--force"))
		put_flag(msg, DYAD_A_RESOURCE_FORCE);
	if (promote && cmd_value(args, "--fenced"))
		put_flag(msg, DYAD_A_RESOURCE_FENCED);
	if (promote && cmd_value(args, "--assume-equal"))
		put_flag(msg, DYAD_A_RESOURCE_ASSUME_EQUAL);
	ret = kernel_do(ctx->kernel, msg, NULL, NULL);
	if (ret && ret != -EALREADY)
		return ctx_refused(ctx, name, NULL, promote ? "promote" : "demote");
	return ctx_done(ctx, name, "%s%s", had ? "already " : "", model_role(role));
}

int cmd_promote(struct ctx *ctx, const struct cmd_args *args)
{
	return change_role(ctx, args, true);
}

int cmd_demote(struct ctx *ctx, const struct cmd_args *args)
{
	return change_role(ctx, args, false);
}

/* Settings that are sent as a number, and told in the words they were given in. */
static const struct {
	const char *word;
	int attr;
	const char *const *choices;	/* of words, or NULL: it is a number */
} settings[] = {
	{ "on-full", DYAD_A_RESOURCE_ON_FULL, model_on_fulls },
	{ "fencing", DYAD_A_RESOURCE_FENCING, model_fencings },
	{ "fence-timeout", DYAD_A_RESOURCE_FENCE_TIMEOUT, NULL },
	{ "fence-timeout-action", DYAD_A_RESOURCE_FENCE_TIMEOUT_ACTION, model_fence_actions },
	{ "on-io-error", DYAD_A_RESOURCE_ON_IO_ERROR, model_on_io_errors },
	{ "on-no-data", DYAD_A_RESOURCE_ON_NO_DATA, model_on_no_datas },
	{ "split-policy-primary", DYAD_A_RESOURCE_SPLIT_POLICY_PRIMARY, model_primary_policies },
	{ "io-timeout", DYAD_A_RESOURCE_IO_TIMEOUT, NULL },
	{ "compression", DYAD_A_RESOURCE_COMPRESSION, model_compressions },
};

#define N_SETTINGS (sizeof(settings) / sizeof(settings[0]))

static bool any_setting(const struct cmd_args *args)
{
	size_t i;

	for (i = 0; i < N_SETTINGS; i++)
		if (cmd_value(args, settings[i].word))
			return true;
	return false;
}

static void put_settings(struct nl_msg *msg, const struct cmd_args *args)
{
	size_t i;

	for (i = 0; i < N_SETTINGS; i++) {
		const char *const *choices = settings[i].choices;
		const char *value = cmd_value(args, settings[i].word);

		if (value)
			put_u32(msg, settings[i].attr, choices ? model_value(choices, value) :
				cmd_number(args, settings[i].word, 0));
	}
}

static void tell_words(FILE *out, const struct cmd_args *args)
{
	size_t i;

	for (i = 0; i < N_SETTINGS; i++)
		if (cmd_value(args, settings[i].word))
			fprintf(out, ", %s %s", settings[i].word,
				cmd_value(args, settings[i].word));
}

/* Those that were given; @rate in bytes a second. */
static int tell_settings(struct ctx *ctx, const struct cmd_args *args, uint64_t rate,
			 uint64_t backlog)
{
	const char *recovery = cmd_value(args, "recovery");
	const char *policy = cmd_value(args, "split-policy"), *mode = cmd_value(args, "mode");
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int status;

	if (!out)
		mem_exhausted();
	if (recovery)
		fprintf(out, ", recovery %s s", recovery);
	if (cmd_value(args, "resync-rate") && rate)
		fprintf(out, ", resync at most %s/s", format_bytes(rate).s);
	else if (cmd_value(args, "resync-rate"))
		fprintf(out, ", resync without limit");
	if (policy)
		fprintf(out, ", split policy %s", policy);
	if (mode)
		fprintf(out, ", mode %s", mode);
	if (backlog)
		fprintf(out, ", backlog %s", format_bytes(backlog).s);
	tell_words(out, args);
	if (fclose(out) || !text)
		mem_exhausted();
	/* Without the first comma. */
	status = ctx_done(ctx, cmd_value(args, "RES"), "%s", text + 2);
	free(text);
	return status;
}

int cmd_set(struct ctx *ctx, const struct cmd_args *args)
{
	const char *name = cmd_value(args, "RES"), *recovery = cmd_value(args, "recovery");
	const char *rate = cmd_value(args, "resync-rate"), *policy = cmd_value(args, "split-policy");
	const char *mode = cmd_value(args, "mode"), *backlog = cmd_value(args, "backlog");
	uint64_t bytes = 0, most = 0;
	struct nl_msg *msg;

	if (!recovery && !rate && !policy && !mode && !backlog && !any_setting(args))
		return ctx_fail(ctx, CMD_USAGE, "set",
				"there is nothing to set; 'dyad help set' lists what can be");
	if (rate && !parse_bytes(rate, &bytes))
		return ctx_fail(ctx, CMD_USAGE, "set",
				"bad value for 'resync-rate': expected bytes a second, as 50M or 0 for no limit, got \"%s\"",
				rate);
	if (backlog && (!parse_bytes(backlog, &most) || most < 1ull << 20 || most > 64ull << 30))
		return ctx_fail(ctx, CMD_USAGE, "set",
				"bad value for 'backlog': expected bytes from 1M to 64G, as 64M, got \"%s\"",
				backlog);
	if (ctx_open(ctx))
		return CMD_NO_MODULE;
	msg = kernel_new(ctx->kernel, DYAD_CMD_RESOURCE_SET);
	put_string(msg, DYAD_A_RESOURCE_NAME, name);
	if (recovery)
		put_u32(msg, DYAD_A_RESOURCE_RECOVERY, cmd_number(args, "recovery", 0));
	if (rate)
		put_u64(msg, DYAD_A_RESOURCE_RESYNC_RATE, bytes);
	if (policy)
		put_u32(msg, DYAD_A_RESOURCE_SPLIT_POLICY,
			model_value(model_split_policies, policy));
	if (mode)
		put_u32(msg, DYAD_A_RESOURCE_MODE, model_value(model_modes, mode));
	if (backlog)
		put_u64(msg, DYAD_A_RESOURCE_BACKLOG, most);
	put_settings(msg, args);
	if (kernel_do(ctx->kernel, msg, NULL, NULL))
		return ctx_refused(ctx, name, NULL, "change its settings");
	return tell_settings(ctx, args, bytes, most);
}
