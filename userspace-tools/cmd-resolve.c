// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd-resolve: leads out of a split: shows what each side would lose, and lets
 * one of them give up what it wrote alone.
 */
#include "cmd.h"
#include "format.h"
#include "kernel.h"
#include "model.h"
#include "print.h"
#include "put.h"
#include "show.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* What was written here that the peer may not have, in bytes. */
static uint64_t changed_here(const struct model_resource *r)
{
	uint64_t bytes = 0;
	size_t i;

	for (i = 0; i < r->n_volumes; i++)
		bytes += r->volumes[i].dirty;
	return bytes;
}

/* The peer this side has parted with, NULL if there is none. */
static const struct model_peer *diverged_peer(const struct model_resource *r)
{
	size_t i;

	for (i = 0; i < r->n_peers; i++)
		if (r->peers[i].diverged)
			return &r->peers[i];
	return NULL;
}

static int nothing_to_resolve(struct ctx *ctx, const struct model_resource *r)
{
	char link[256];

	if (!r->n_peers)
		return ctx_fail(ctx, CMD_REFUSED, r->name, "nothing to resolve: it has no peer");
	show_link_line(link, sizeof(link), &r->peers[0]);
	return ctx_fail(ctx, CMD_REFUSED, r->name,
			"nothing to resolve: that both sides were written alone shows when they meet, and it did not (peer %s is %s)",
			r->peers[0].name, link);
}

static void show_side(struct print *p, const char *key, const char *name, uint32_t node,
		      uint64_t since, uint64_t changed)
{
	print_object(p, key);
	print_string(p, "name", name, "  %s, node %" PRIu32 ":", name, node);
	print_u64(p, "node-id", node, "");
	if (since)
		print_u64(p, "alone-since", since, " alone since %s,", format_time(since).s);
	print_u64(p, "changed", changed, " %s changed\n", format_bytes(changed).s);
	print_end(p);
}

static int guide(struct ctx *ctx, const struct model_resource *r, const struct model_peer *peer)
{
	bool primary = r->role == DYAD_ROLE_PRIMARY;
	struct print *p = print_open(ctx->out, ctx->json, false);

	print_string(p, "name", r->name, "%s: both sides were written alone\n", r->name);
	print_bool(p, "diverged", true, "");
	print_string(p, "role", model_role(r->role), "");
	if (peer->reason)
		print_string(p, "reason", peer->reason, "  %s\n", peer->reason);
	show_side(p, "local", "this side", r->node_id, r->alone_since, changed_here(r));
	show_side(p, "peer", peer->name, peer->node_id, peer->alone_since, peer->changed);
	print_text(p, "Neither is overwritten until one of them gives up what it wrote. Look at both\n"
		      "first, and save what is needed from the one to be given up.\n\n");
	print_text(p, "To keep what is here, and lose what only %s has, type there\n"
		      "  dyad resolve %s --keep-peer\nand here\n  dyad resolve %s --keep-local\n\n",
		   peer->name, r->name, r->name);
	print_text(p, "To keep what %s has, and lose what is only here, type there\n"
		      "  dyad resolve %s --keep-local\nand here%s\n%s%s%s  dyad resolve %s --keep-peer\n",
		   peer->name, r->name,
		   primary ? ", when nothing uses the device any more" : "",
		   primary ? "  dyad demote " : "", primary ? r->name : "", primary ? "\n" : "",
		   r->name);
	print_close(p);
	return CMD_DONE;
}

/* Did the person say yes? */
static bool agreed(struct ctx *ctx)
{
	char answer[16];

	fputs("Type 'yes' to go on: ", ctx->err);
	fflush(ctx->err);
	return fgets(answer, sizeof(answer), ctx->in) && !strcmp(answer, "yes\n");
}

static int confirm(struct ctx *ctx, const struct model_resource *r,
		   const struct model_peer *peer)
{
	struct format_text lost = format_bytes(changed_here(r));

	if (!ctx->interactive)
		return ctx_fail(ctx, CMD_REFUSED, r->name,
				"cannot resolve: what is only here (%s changed) would be lost, and there is no terminal to ask on; --yes says it in a script",
				lost.s);
	fprintf(ctx->err, "%s: what is only here (%s changed%s%s) will be overwritten with what %s has.\n",
		r->name, lost.s, r->alone_since ? " since " : "",
		r->alone_since ? format_time(r->alone_since).s : "", peer->name);
	if (agreed(ctx))
		return CMD_DONE;
	return ctx_fail(ctx, CMD_REFUSED, r->name, "nothing was done");
}

static int connect_to(struct ctx *ctx, const char *name, const char *peer, bool discard)
{
	struct nl_msg *msg = kernel_new(ctx->kernel, DYAD_CMD_PEER_CONNECT);
	int ret;

	put_string(msg, DYAD_A_PEER_RESOURCE, name);
	put_string(msg, DYAD_A_PEER_NAME, peer);
	if (discard)
		put_flag(msg, DYAD_A_PEER_DISCARD_LOCAL_CHANGES);
	ret = kernel_do(ctx->kernel, msg, NULL, NULL);
	if (ret && (discard || ret != -EALREADY))
		return ctx_refused(ctx, name, peer, "connect");
	return CMD_DONE;
}

static int keep_peer(struct ctx *ctx, const struct model_resource *r,
		     const struct model_peer *peer, bool yes)
{
	int ret;

	if (r->role == DYAD_ROLE_PRIMARY)
		return ctx_fail(ctx, CMD_REFUSED, r->name,
				"cannot resolve: it is primary, and what is in use cannot be overwritten; stop what uses it, 'dyad demote %s', and try again",
				r->name);
	ret = yes ? CMD_DONE : confirm(ctx, r, peer);
	if (!ret)
		ret = connect_to(ctx, r->name, peer->name, true);
	return ret ? ret : ctx_done(ctx, r->name, "gives up what was written here, connecting to %s",
				    peer->name);
}

static int keep_local(struct ctx *ctx, const struct model_resource *r,
		      const struct model_peer *peer)
{
	int ret = connect_to(ctx, r->name, peer->name, false);

	return ret ? ret : ctx_done(ctx, r->name,
				    "keeps what was written here, connecting to %s; for %s to be overwritten type there: dyad resolve %s --keep-peer",
				    peer->name, peer->name, r->name);
}

int cmd_resolve(struct ctx *ctx, const struct cmd_args *args)
{
	const char *name = cmd_value(args, "RES");
	const struct model_peer *peer;
	struct model_resource r;
	int ret;

	if (ctx_open(ctx))
		return CMD_NO_MODULE;
	if (model_load_one(&r, ctx->kernel, name))
		return ctx_refused(ctx, name, NULL, "resolve");
	peer = diverged_peer(&r);
	if (!peer)
		ret = nothing_to_resolve(ctx, &r);
	else if (cmd_value(args, "--keep-peer"))
		ret = keep_peer(ctx, &r, peer, cmd_value(args, "--yes"));
	else if (cmd_value(args, "--keep-local"))
		ret = keep_local(ctx, &r, peer);
	else
		ret = guide(ctx, &r, peer);
	model_free_resource(&r);
	return ret;
}
