// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd-status: shows what there is.
 */
#include "cmd.h"
#include "model.h"
#include "kernel.h"
#include "print.h"
#include "show.h"

#include <string.h>

/* All resources, or the one called @name, into @m. */
static int load(struct ctx *ctx, const char *name, struct model *m)
{
	struct model_resource r;

	memset(m, 0, sizeof(*m));
	if (ctx_open(ctx))
		return CMD_NO_MODULE;
	if (name) {
		if (model_load_one(&r, ctx->kernel, name))
			return ctx_refused(ctx, name, NULL, "show it");
		model_put(m, &r);
	} else if (model_load(m, ctx->kernel)) {
		return ctx_fail(ctx, CMD_REFUSED, NULL, "cannot ask the kernel: %s",
				extack_reason(kernel_ack(ctx->kernel)));
	}
	return CMD_DONE;
}

int cmd_status(struct ctx *ctx, const struct cmd_args *args)
{
	struct print *p;
	struct model m;
	size_t i;
	int ret = load(ctx, cmd_value(args, "RES"), &m);

	if (ret)
		return ret;
	p = print_open(ctx->out, ctx->json, false);
	if (!m.n_resources && !ctx->quiet)
		print_text(p, "no resources; 'dyad help create' tells how to make one\n");
	print_array(p, "resources");
	for (i = 0; i < m.n_resources; i++) {
		print_object(p, NULL);
		show_resource(p, &m.resources[i]);
		print_end(p);
	}
	print_end(p);
	print_close(p);
	model_free(&m);
	return CMD_DONE;
}

int cmd_list(struct ctx *ctx, const struct cmd_args *args)
{
	struct print *p;
	struct model m;
	size_t i;
	int ret = load(ctx, NULL, &m);

	(void)args;
	if (ret)
		return ret;
	p = print_open(ctx->out, ctx->json, false);
	print_array(p, "resources");
	for (i = 0; i < m.n_resources; i++) {
		print_object(p, NULL);
		print_string(p, "name", m.resources[i].name, "%s\n", m.resources[i].name);
		print_end(p);
	}
	print_end(p);
	print_close(p);
	model_free(&m);
	return CMD_DONE;
}
