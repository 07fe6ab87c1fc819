// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd-meta: makes, shows, checks and wipes the metadata on a disk that is not
 * attached. Needs no kernel module.
 */
#include "cmd.h"
#include "disk.h"
#include "format.h"
#include "meta-show.h"
#include "meta.h"
#include "print.h"
#include "signature.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

static const char creating[] = "create metadata";
static const char wiping[] = "wipe its metadata";

static int failed(struct ctx *ctx, const struct disk *d, const char *what, int error)
{
	return ctx_fail(ctx, CMD_REFUSED, d->path, "cannot %s: writing failed: %s%s", what,
			strerror(-error), what == creating ? "; there are none on it now" : "");
}

/* --- create --- */

/* What a creation is about: @data is not written if @meta is a device of its own. */
struct creation {
	struct disk data;
	struct disk meta;	/* without a path if the metadata are internal */
	bool force;
};

/* Where the metadata go. */
static const struct disk *target_of(const struct creation *c)
{
	return c->meta.path ? &c->meta : &c->data;
}

static int open_disks(struct ctx *ctx, struct creation *c, const char *data, const char *meta)
{
	int ret = disk_open(ctx, &c->data, data, !meta, creating);

	if (ret || !meta)
		return ret;
	ret = disk_open(ctx, &c->meta, meta, true, creating);
	if (!ret && disk_same(&c->data, &c->meta))
		ret = ctx_fail(ctx, CMD_REFUSED, meta,
			       "cannot create metadata: it is the disk with the data as well; leave 'meta' out for metadata on the disk itself");
	return ret;
}

static int lay_out(struct ctx *ctx, const struct creation *c, struct dyad_geometry *g)
{
	uint64_t sectors = c->data.sectors, need;
	int ret;

	if (!c->meta.path) {
		ret = dyad_geometry_internal(g, sectors);
		if (ret == -ENOSPC)
			return ctx_fail(ctx, CMD_REFUSED, c->data.path,
					"cannot create metadata: it has %s, which leaves no room for data beside metadata of 1 MiB and more",
					format_bytes(sectors * 512).s);
	} else {
		need = dyad_geometry_meta_sectors(sectors);
		ret = dyad_geometry_external(g, sectors, c->meta.sectors);
		if (ret == -ENOSPC)
			return ctx_fail(ctx, CMD_REFUSED, c->meta.path,
					"cannot create metadata for %s: it has %s, and they need %s (%llu bytes)",
					c->data.path, format_bytes(c->meta.sectors * 512).s,
					format_bytes(need * 512).s,
					(unsigned long long)need * 512);
	}
	if (ret)
		return ctx_fail(ctx, CMD_REFUSED, c->data.path,
				"cannot create metadata: its size, %s, is not one that a volume can have",
				format_bytes(sectors * 512).s);
	return CMD_DONE;
}

static int refuse_metadata(struct ctx *ctx, const struct disk *d, const char *more)
{
	char owner[128];
	struct meta m;

	meta_read(&m, d);
	if (!meta_present(&m))
		return CMD_DONE;
	meta_owner(&m, owner, sizeof(owner));
	return ctx_fail(ctx, CMD_REFUSED, d->path,
			"cannot create metadata: it has metadata already, %sof %s; %s",
			m.error ? "damaged or newer ones, " : "", owner, more);
}

static int refuse_used(struct ctx *ctx, const struct creation *c)
{
	const struct disk *target = target_of(c);
	char found[256];
	int ret;

	ret = refuse_metadata(ctx, target, "--force makes new ones in their place");
	if (!ret && c->meta.path)
		ret = refuse_metadata(ctx, &c->data,
				      "attach it without 'meta', or take it, metadata and all, as data with --force");
	if (ret)
		return ret;
	if (signature_find(target, found, sizeof(found)))
		return ctx_fail(ctx, CMD_REFUSED, target->path,
				"cannot create metadata: reading it failed, so what it holds is not known");
	if (!found[0])
		return CMD_DONE;
	return ctx_fail(ctx, CMD_REFUSED, target->path,
			c->meta.path ?
			"cannot create metadata: it holds something: %s; --force overwrites it" :
			"cannot create metadata: it holds something: %s; --force overwrites it, 'meta DEV' keeps it and puts the metadata on another device",
			found);
}

static int report_created(struct ctx *ctx, const struct creation *c,
			  const struct dyad_geometry *g)
{
	uint64_t size = g->data_sectors * 512;
	struct print *p;

	if (ctx->quiet)
		return CMD_DONE;
	p = print_open(ctx->out, ctx->json, false);
	print_string(p, "device", target_of(c)->path, "%s: metadata created", target_of(c)->path);
	print_string(p, "disk", c->data.path, "");
	print_bool(p, "external", c->meta.path, "");
	print_u64(p, "size", size, c->meta.path ? ", for the %s on %s, which stay as they are\n" :
		  ", %s are left for data\n", format_bytes(size).s, c->data.path);
	print_close(p);
	return CMD_DONE;
}

static int create(struct ctx *ctx, const struct creation *c)
{
	const struct disk *target = target_of(c);
	uint8_t uuid[DYAD_META_UUID];
	struct dyad_geometry g;
	struct dyad_super s;
	int ret = lay_out(ctx, c, &g);

	if (!ret && !c->force)
		ret = refuse_used(ctx, c);
	if (ret)
		return ret;
	if (getrandom(uuid, sizeof(uuid), 0) != sizeof(uuid))
		return ctx_fail(ctx, CMD_REFUSED, target->path,
				"cannot create metadata: the kernel gave no random bytes: %s",
				strerror(errno));
	/* Whatever looks at all disks must not find what is gone. */
	ret = c->force ? signature_wipe(target) : 0;
	meta_fresh(&s, &g, c->meta.path, uuid);
	if (!ret)
		ret = meta_write(target, &s);
	return ret ? failed(ctx, target, creating, ret) : report_created(ctx, c, &g);
}

int cmd_meta_create(struct ctx *ctx, const struct cmd_args *args)
{
	struct creation c = { .force = cmd_value(args, "--force") };
	int ret = open_disks(ctx, &c, cmd_value(args, "DISK"), cmd_value(args, "meta"));

	if (!ret)
		ret = create(ctx, &c);
	disk_close(&c.data);
	disk_close(&c.meta);
	return ret;
}

/* --- show, check, dump --- */

static int refuse_none(struct ctx *ctx, const struct disk *d, const char *what)
{
	return ctx_fail(ctx, CMD_REFUSED, d->path,
			"cannot %s: there are none; they may be on a device of their own, and 'dyad meta create' makes them",
			what);
}

/* Says on stderr what keeps all of the metadata from being used. */
static int tell_unusable(struct ctx *ctx, const struct meta *m)
{
	char text[512];

	meta_unusable(m, text, sizeof(text));
	return ctx_fail(ctx, CMD_REFUSED, m->disk->path, "the metadata cannot be used: %s", text);
}

static int read_report(struct ctx *ctx, const char *path, const char *what, struct disk *d,
		       struct meta_report *r)
{
	int ret = disk_open(ctx, d, path, false, what);

	if (ret)
		return ret;
	meta_report_read(r, d);
	return meta_present(&r->meta) ? CMD_DONE : refuse_none(ctx, d, what);
}

static int show(struct ctx *ctx, const char *path, const char *what, bool extents)
{
	struct meta_report r;
	struct print *p;
	struct disk d;
	int ret = read_report(ctx, path, what, &d, &r);

	if (!ret && (!r.meta.error || ctx->json)) {
		p = print_open(ctx->out, ctx->json, false);
		meta_show_record(p, &r);
		if (extents)
			meta_show_extents(p, &r);
		if (ctx->json || meta_report_damaged(&r))
			meta_show_verdict(p, &r);
		print_close(p);
	}
	if (!ret && r.meta.error)
		ret = tell_unusable(ctx, &r.meta);
	disk_close(&d);
	return ret;
}

int cmd_meta_show(struct ctx *ctx, const struct cmd_args *args)
{
	return show(ctx, cmd_value(args, "DEV"), "show its metadata", false);
}

int cmd_meta_dump(struct ctx *ctx, const struct cmd_args *args)
{
	return show(ctx, cmd_value(args, "DEV"), "dump its metadata", true);
}

/* Are the metadata on @meta those of the disk called @path? */
static int check_fits(struct ctx *ctx, const struct meta *m, const char *path)
{
	const struct dyad_geometry *g = &m->super.geometry;
	struct disk data;
	int ret = disk_open(ctx, &data, path, false, "check its metadata");

	if (ret)
		return ret;
	if (!m->super.external)
		ret = ctx_fail(ctx, CMD_REFUSED, m->disk->path,
			       "these are the metadata of the data on this device itself, not of %s",
			       path);
	else if (data.sectors < g->data_sectors)
		ret = ctx_fail(ctx, CMD_REFUSED, path,
			       "it has %llu bytes, but the metadata on %s are for %llu: it is not their disk",
			       (unsigned long long)data.sectors * 512, m->disk->path,
			       (unsigned long long)g->data_sectors * 512);
	disk_close(&data);
	return ret;
}

int cmd_meta_check(struct ctx *ctx, const struct cmd_args *args)
{
	const char *path = cmd_value(args, "DEV"), *meta = cmd_value(args, "meta");
	struct meta_report r;
	struct print *p;
	struct disk d;
	int ret = read_report(ctx, meta ? meta : path, "check its metadata", &d, &r);

	if (!ret && meta && !r.meta.error)
		ret = check_fits(ctx, &r.meta, path);
	if (!ret) {
		if (ctx->json || !ctx->quiet) {
			p = print_open(ctx->out, ctx->json, false);
			if (ctx->json)
				meta_show_record(p, &r);
			meta_show_verdict(p, &r);
			print_close(p);
		}
		if (r.meta.error)
			ret = tell_unusable(ctx, &r.meta);
		else if (meta_report_damaged(&r))
			ret = CMD_REFUSED;
	}
	disk_close(&d);
	return ret;
}

/* --- wipe --- */

static int wipe(struct ctx *ctx, const struct disk *d, bool force)
{
	char owner[128];
	struct print *p;
	struct meta m;
	int ret;

	meta_read(&m, d);
	if (!meta_present(&m))
		return ctx_fail(ctx, CMD_REFUSED, d->path,
				"cannot wipe its metadata: there are none");
	meta_owner(&m, owner, sizeof(owner));
	if (!force && (m.error || m.super.resource[0]))
		return ctx_fail(ctx, CMD_REFUSED, d->path,
				"cannot wipe its metadata: they are of %s; without them it is not known any more what the disk holds, or how much of it; --force wipes them all the same",
				owner);
	ret = meta_wipe(&m);
	if (ret)
		return failed(ctx, d, wiping, ret);
	if (ctx->quiet)
		return CMD_DONE;
	p = print_open(ctx->out, ctx->json, false);
	print_string(p, "device", d->path, "%s: ", d->path);
	print_string(p, "done", "metadata wiped", "metadata of %s wiped\n", owner);
	print_close(p);
	return CMD_DONE;
}

int cmd_meta_wipe(struct ctx *ctx, const struct cmd_args *args)
{
	struct disk d;
	int ret = disk_open(ctx, &d, cmd_value(args, "DEV"), true, wiping);

	if (!ret)
		ret = wipe(ctx, &d, cmd_value(args, "--force"));
	disk_close(&d);
	return ret;
}
