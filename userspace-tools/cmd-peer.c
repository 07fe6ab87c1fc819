// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd-peer: names the other node, connects to it, makes keys.
 */
#include "cmd.h"
#include "format.h"
#include "model.h"
#include "kernel.h"
#include "parse.h"
#include "print.h"
#include "put.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

/* More than a key with white space around it; a longer file is not one. */
#define MAX_KEY_FILE 4096

static int read_key(struct ctx *ctx, const char *resource, const char *path,
		    uint8_t key[DYAD_KEY_LEN])
{
	char text[MAX_KEY_FILE];
	struct stat st;
	FILE *f = fopen(path, "re");
	bool failed, good;
	size_t len;

	if (!f)
		return ctx_fail(ctx, CMD_REFUSED, resource, "cannot read the key file %s: %s",
				path, strerror(errno));
	setvbuf(f, NULL, _IONBF, 0);
	if (!fstat(fileno(f), &st) && S_ISREG(st.st_mode) && (st.st_mode & 077))
		fprintf(ctx->err, "dyad: %s: warning: others may read the key in %s; 'chmod 600 %s' hides it\n",
			resource, path, path);
	len = fread(text, 1, sizeof(text), f);
	failed = ferror(f);
	good = !failed && len < sizeof(text) && parse_key(text, len, key);
	explicit_bzero(text, sizeof(text));
	fclose(f);
	if (good)
		return CMD_DONE;
	if (failed)
		return ctx_fail(ctx, CMD_REFUSED, resource, "cannot read the key file %s", path);
	return ctx_fail(ctx, CMD_REFUSED, resource,
			"%s does not hold a key: expected 32 bytes as base64 or as 64 hexadecimal digits; make one with 'dyad genkey'",
			path);
}

int cmd_peer_add(struct ctx *ctx, const struct cmd_args *args)
{
	const char *name = cmd_value(args, "RES"), *peer = cmd_value(args, "NAME");
	const char *address = cmd_value(args, "address"), *file = cmd_value(args, "key-file");
	struct sockaddr_in6 sin6;
	uint8_t key[DYAD_KEY_LEN];
	struct nl_msg *msg;
	int ret;

	if (!parse_address(address, DYAD_DEFAULT_PORT, &sin6))
		return ctx_fail(ctx, CMD_USAGE, "peer add",
				"bad value for 'address': expected ADDR[:PORT] in numbers, as 10.0.0.2:8459 or [fd00::2]:8459, got \"%s\"",
				address);
	if (file) {
		ret = read_key(ctx, name, file, key);
		if (ret)
			return ret;
	} else {
		fprintf(ctx->err, "dyad: %s: warning: without a key anyone who reaches the port can read and overwrite the data\n",
			name);
	}
	ret = ctx_open(ctx);
	if (ret)
		goto out;
	msg = kernel_new(ctx->kernel, DYAD_CMD_PEER_CREATE);
	put_string(msg, DYAD_A_PEER_RESOURCE, name);
	put_string(msg, DYAD_A_PEER_NAME, peer);
	put_u32(msg, DYAD_A_PEER_NODE_ID, cmd_number(args, "node", 0));
	put_binary(msg, DYAD_A_PEER_ADDRESS, &sin6, sizeof(sin6));
	if (file)
		put_binary(msg, DYAD_A_PEER_KEY, key, sizeof(key));
	else
		put_flag(msg, DYAD_A_PEER_INSECURE);
	if (cmd_value(args, "ping-timeout"))
		put_u32(msg, DYAD_A_PEER_PING_TIMEOUT, cmd_number(args, "ping-timeout", 0));
	if (kernel_do(ctx->kernel, msg, NULL, NULL))
		ret = ctx_refused(ctx, name, NULL, "add the peer");
	else
		ret = ctx_done(ctx, name, "peer %s added at %s", peer, format_address(&sin6).s);
out:
	explicit_bzero(key, sizeof(key));
	return ret;
}

int cmd_peer_delete(struct ctx *ctx, const struct cmd_args *args)
{
	const char *name = cmd_value(args, "RES"), *peer = cmd_value(args, "NAME");
	struct nl_msg *msg;

	if (ctx_open(ctx))
		return CMD_NO_MODULE;
	msg = kernel_new(ctx->kernel, DYAD_CMD_PEER_DELETE);
	put_string(msg, DYAD_A_PEER_RESOURCE, name);
	put_string(msg, DYAD_A_PEER_NAME, peer);
	if (kernel_do(ctx->kernel, msg, NULL, NULL))
		return ctx_refused(ctx, name, peer, "delete the peer");
	return ctx_done(ctx, name, "peer %s deleted", peer);
}

/* One request per peer of the resource. */
static int for_each_peer(struct ctx *ctx, const char *name, uint8_t command, int flag,
			 const char *what, const char *done)
{
	struct model_resource r;
	int ret = CMD_DONE;
	struct nl_msg *msg;
	size_t i;
	int err;

	if (ctx_open(ctx))
		return CMD_NO_MODULE;
	if (model_load_one(&r, ctx->kernel, name))
		return ctx_refused(ctx, name, NULL, what);
	if (!r.n_peers)
		ret = ctx_fail(ctx, CMD_REFUSED, name,
			       "cannot %s: it has no peer; add one with 'dyad peer add'", what);
	for (i = 0; i < r.n_peers && !ret; i++) {
		msg = kernel_new(ctx->kernel, command);
		put_string(msg, DYAD_A_PEER_RESOURCE, name);
		put_string(msg, DYAD_A_PEER_NAME, r.peers[i].name);
		if (flag)
			put_flag(msg, flag);
		err = kernel_do(ctx->kernel, msg, NULL, NULL);
		if (err && err != -EALREADY)
			ret = ctx_refused(ctx, name, r.peers[i].name, what);
		else
			ret = ctx_done(ctx, name, "%s %s", done, r.peers[i].name);
	}
	model_free_resource(&r);
	return ret;
}

int cmd_connect(struct ctx *ctx, const struct cmd_args *args)
{
	bool discard = cmd_value(args, "--discard-local-changes");

	return for_each_peer(ctx, cmd_value(args, "RES"), DYAD_CMD_PEER_CONNECT,
			     discard ? DYAD_A_PEER_DISCARD_LOCAL_CHANGES : 0, "connect",
			     "connecting to");
}

int cmd_disconnect(struct ctx *ctx, const struct cmd_args *args)
{
	return for_each_peer(ctx, cmd_value(args, "RES"), DYAD_CMD_PEER_DISCONNECT, 0,
			     "disconnect", "disconnected from");
}

int cmd_genkey(struct ctx *ctx, const struct cmd_args *args)
{
	uint8_t key[DYAD_KEY_LEN];
	struct format_text text;
	struct print *p;

	(void)args;
	if (getrandom(key, sizeof(key), 0) != sizeof(key))
		return ctx_fail(ctx, CMD_REFUSED, "genkey",
				"the kernel gave no random bytes: %s", strerror(errno));
	text = format_key(key);
	p = print_open(ctx->out, ctx->json, false);
	print_string(p, "key", text.s, "%s\n", text.s);
	print_close(p);
	explicit_bzero(key, sizeof(key));
	explicit_bzero(&text, sizeof(text));
	return CMD_DONE;
}
