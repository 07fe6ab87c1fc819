// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd-disk: attaches, detaches and grows backing disks.
 */
#include "cmd.h"
#include "format.h"
#include "model.h"
#include "kernel.h"
#include "print.h"
#include "put.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>

/* The policy's limit for the attribute, without the final zero. */
#define MAX_DISK_PATH 255

/* The path as the user named it, by-id links and all, but from the root. */
static int absolute_path(struct ctx *ctx, const char *resource, const char *disk, char *path,
			 size_t size)
{
	char cwd[PATH_MAX] = "";

	if (disk[0] != '/' && !getcwd(cwd, sizeof(cwd)))
		return ctx_fail(ctx, CMD_REFUSED, resource,
				"cannot attach %s: the current directory has no path; give the disk's full path",
				disk);
	if ((size_t)snprintf(path, size, "%s%s%s", cwd, disk[0] == '/' ? "" : "/", disk) >= size)
		return ctx_fail(ctx, CMD_REFUSED, resource,
				"cannot attach %s: its path is longer than %d characters; use a shorter link to it",
				disk, MAX_DISK_PATH);
	return CMD_DONE;
}

static void take_device(struct nl_msg *msg, void *arg)
{
	struct nlattr *a = genlmsg_attrdata(nlmsg_data(nlmsg_hdr(msg)), 0);
	int len = genlmsg_attrlen(nlmsg_data(nlmsg_hdr(msg)), 0);
	int64_t *device = arg;

	a = nla_find(a, len, DYAD_A_VOLUME_DEVICE);
	if (a && nla_len(a) >= (int)sizeof(uint32_t))
		*device = nla_get_u32(a);
}

/* @meta is NULL if the metadata are on the disk itself. */
static int report(struct ctx *ctx, const char *name, uint32_t index, uint32_t device,
		  const char *path, const char *meta)
{
	char node[32];
	struct print *p;

	if (ctx->quiet)
		return CMD_DONE;
	snprintf(node, sizeof(node), "/dev/dyad%u", device);
	p = print_open(ctx->out, ctx->json, false);
	print_string(p, "name", name, "%s: ", name);
	print_u64(p, "index", index, "volume %u ", index);
	print_u64(p, "device", device, "");
	print_string(p, "path", node, "is %s", node);
	print_string(p, "disk", path, ", on %s", path);
	if (meta)
		print_string(p, "meta", meta, ", metadata on %s", meta);
	print_text(p, "\n");
	print_close(p);
	return CMD_DONE;
}

int cmd_attach(struct ctx *ctx, const struct cmd_args *args)
{
	const char *name = cmd_value(args, "RES"), *disk = cmd_value(args, "disk");
	uint32_t index = cmd_number(args, "volume", 0);
	const char *meta = cmd_value(args, "meta");
	char path[MAX_DISK_PATH + 1], meta_path[MAX_DISK_PATH + 1], what[MAX_DISK_PATH + 16];
	int64_t device = -1;
	struct nl_msg *msg;
	int ret;

	ret = absolute_path(ctx, name, disk, path, sizeof(path));
	if (!ret && meta)
		ret = absolute_path(ctx, name, meta, meta_path, sizeof(meta_path));
	if (ret)
		return ret;
	if (ctx_open(ctx))
		return CMD_NO_MODULE;
	msg = kernel_new(ctx->kernel, DYAD_CMD_VOLUME_ATTACH);
	put_string(msg, DYAD_A_VOLUME_RESOURCE, name);
	put_u32(msg, DYAD_A_VOLUME_INDEX, index);
	put_string(msg, DYAD_A_VOLUME_DISK, path);
	if (meta)
		put_string(msg, DYAD_A_VOLUME_META, meta_path);
	if (cmd_value(args, "device"))
		put_u32(msg, DYAD_A_VOLUME_DEVICE, cmd_number(args, "device", 0));
	snprintf(what, sizeof(what), "attach %s", path);
	if (kernel_do(ctx->kernel, msg, take_device, &device))
		return ctx_refused(ctx, name, NULL, what);
	if (device < 0)
		return ctx_fail(ctx, CMD_REFUSED, name,
				"attached %s, but the kernel did not tell as which device; see 'dyad status'",
				path);
	return report(ctx, name, index, device, path, meta ? meta_path : NULL);
}

/* A request about one volume that has no more to say. */
static int request(struct ctx *ctx, const struct cmd_args *args, uint8_t command,
		   const char *verb)
{
	const char *name = cmd_value(args, "RES");
	uint32_t index = cmd_number(args, "volume", 0);
	struct nl_msg *msg;
	char what[32];

	if (ctx_open(ctx))
		return CMD_NO_MODULE;
	msg = kernel_new(ctx->kernel, command);
	put_string(msg, DYAD_A_VOLUME_RESOURCE, name);
	put_u32(msg, DYAD_A_VOLUME_INDEX, index);
	snprintf(what, sizeof(what), "%s volume %u", verb, index);
	if (kernel_do(ctx->kernel, msg, NULL, NULL))
		return ctx_refused(ctx, name, NULL, what);
	return CMD_DONE;
}

static int about_volume(struct ctx *ctx, const struct cmd_args *args, const char *done)
{
	uint32_t index = cmd_number(args, "volume", 0);

	return ctx_done(ctx, cmd_value(args, "RES"), "volume %u %s", index, done);
}

int cmd_detach(struct ctx *ctx, const struct cmd_args *args)
{
	int ret = request(ctx, args, DYAD_CMD_VOLUME_DETACH, "detach");

	return ret ? ret : about_volume(ctx, args, "detached");
}

/* How large the volume is after it has grown, 0 if that cannot be told. */
static uint64_t size_of(struct ctx *ctx, const char *name, uint32_t index)
{
	const struct model_volume *v;
	struct model_resource r;
	uint64_t size;

	if (model_load_one(&r, ctx->kernel, name))
		return 0;
	v = model_find_volume(&r, index);
	size = v ? v->size : 0;
	model_free_resource(&r);
	return size;
}

int cmd_resize(struct ctx *ctx, const struct cmd_args *args)
{
	char done[64];
	int ret = request(ctx, args, DYAD_CMD_VOLUME_RESIZE, "resize");

	if (ret)
		return ret;
	snprintf(done, sizeof(done), "has %.32s now",
		 format_bytes(size_of(ctx, cmd_value(args, "RES"),
				      cmd_number(args, "volume", 0))).s);
	return about_volume(ctx, args, done);
}
