// SPDX-License-Identifier: GPL-2.0-only
/*
 * meta-show: how metadata look, in sentences and in JSON.
 */
#include "meta-show.h"
#include "disk.h"
#include "format.h"
#include "model.h"
#include "print.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

static const char *const copy_names[DYAD_META_SUPERS] = { "first", "second" };

void meta_report_read(struct meta_report *r, const struct disk *d)
{
	*r = (struct meta_report) { 0 };
	meta_read(&r->meta, d);
	if (r->meta.error)
		return;
	meta_read_map(&r->meta, DYAD_MAP_INTENT, &r->intent, NULL, NULL);
	meta_read_map(&r->meta, DYAD_MAP_DIRTY, &r->dirty, NULL, NULL);
}

bool meta_report_damaged(const struct meta_report *r)
{
	return r->meta.error || r->meta.copies[0].error || r->meta.copies[1].error ||
	       r->intent.bad || r->dirty.bad;
}

void meta_owner(const struct meta *m, char *text, size_t size)
{
	const struct dyad_super *s = &m->super;

	if (m->error)
		snprintf(text, size, "no resource that can be told");
	else if (!s->resource[0])
		snprintf(text, size, "no resource yet");
	else
		snprintf(text, size, "volume %" PRIu32 " of %s, node %" PRIu32 ", %s", s->volume,
			 s->resource, s->node_id, model_data_state(s->data_state));
}

void meta_unusable(const struct meta *m, char *text, size_t size)
{
	const char *more = "attach refuses it; 'dyad meta create' with --force makes new ones, and the data are then compared with the peer's as a whole";

	if (m->error == -EPROTONOSUPPORT)
		more = "use a newer release of the module and the tool";
	else if (m->error == -ENOSPC)
		more = "is this the device they were made on?";
	else if (m->error == -EUCLEAN && !m->copies[0].error && !m->copies[1].error)
		more = "both are whole, but they contradict each other; attach refuses it, 'dyad meta create' with --force makes new ones";
	snprintf(text, size, "superblocks: first: %s; second: %s: %s",
		 meta_error(m->copies[0].error), meta_error(m->copies[1].error), more);
}

static void show_copies(struct print *p, const struct meta *m)
{
	unsigned int i;

	print_array(p, "copy");
	for (i = 0; i < DYAD_META_SUPERS; i++) {
		const struct meta_copy *c = &m->copies[i];

		print_object(p, NULL);
		print_u64(p, "number", i, "");
		print_bool(p, "good", !c->error, "");
		if (c->error)
			print_string(p, "reason", meta_error(c->error), "");
		else
			print_u64(p, "sequence", c->super.sequence, "");
		print_end(p);
	}
	print_end(p);
}

static void show_uuid(struct print *p, const uint8_t uuid[DYAD_META_UUID])
{
	char text[2 * DYAD_META_UUID + 1];
	int i;

	for (i = 0; i < DYAD_META_UUID; i++)
		snprintf(text + 2 * i, 3, "%02x", uuid[i]);
	print_string(p, "uuid", text, "");
}

static void show_geometry(struct print *p, const struct dyad_super *s)
{
	const struct dyad_geometry *g = &s->geometry;

	print_bool(p, "external", s->external, "  %s metadata",
		   s->external ? "external" : "internal");
	print_u64(p, "size", g->data_sectors * 512, "  for %s of data",
		  format_bytes(g->data_sectors * 512).s);
	print_u64(p, "data-start", g->data_first * 512, "");
	print_u64(p, "intent-start", g->intent_first * 512, "");
	print_u64(p, "intent-room", g->intent_pages, "");
	print_u64(p, "dirty-start", g->dirty_first * 512, "");
	print_u64(p, "dirty-room", g->dirty_pages, "");
	print_u64(p, "pending-size", s->pending.data_sectors * 512, "");
	if (s->pending.data_sectors)
		print_text(p, "  growing to %s", format_bytes(s->pending.data_sectors * 512).s);
	print_text(p, "\n");
}

static void show_role(struct print *p, const struct dyad_super *s)
{
	print_string(p, "resource", s->resource, "");
	print_u64(p, "volume", s->volume, "");
	print_u64(p, "node-id", s->node_id, "");
	print_string(p, "data-state", model_data_state(s->data_state), "  %s",
		     model_data_state(s->data_state));
	print_string(p, "mode", model_mode(s->mode), "");
	print_bool(p, "primary", s->primary, "%s", s->primary ? "  primary" : "");
	print_bool(p, "was-primary", s->was_primary, "%s",
		   s->was_primary && !s->primary ? "  was primary last" : "");
	print_bool(p, "alone", s->alone, "%s", s->alone ? "  alone" : "");
	print_u64(p, "alone-since", s->alone_since, "");
	if (s->alone_since)
		print_text(p, " since %s", format_time(s->alone_since).s);
	print_bool(p, "clean", s->clean, "  %s\n",
		   s->clean ? "closed in order" : "not closed in order");
}

static void show_lineage(struct print *p, const struct dyad_super *s)
{
	struct format_text now = format_generation(s->lineage.now);
	struct format_text base = format_generation(s->lineage.base);
	struct format_text name;
	int i;

	print_string(p, "generation", now.s, "");
	print_text(p, s->lineage.now ? "  generation %s" : "  no generation yet", now.s);
	print_string(p, "base", base.s, "");
	if (s->lineage.base)
		print_text(p, "  the peer's was %s", base.s);
	print_array(p, "history");
	for (i = 0; i < DYAD_HISTORY && s->lineage.history[i]; i++) {
		name = format_generation(s->lineage.history[i]);
		print_string(p, "", name.s, "%s %s", i ? "" : "  before that", name.s);
	}
	print_end(p);
	print_string(p, "instance", format_generation(s->instance).s, "");
	print_text(p, "\n");
}

void meta_show_record(struct print *p, const struct meta_report *r)
{
	const struct meta *m = &r->meta;
	const struct dyad_super *s = &m->super;
	char owner[128];

	print_string(p, "device", m->disk->path, "%s", m->disk->path);
	print_bool(p, "usable", !m->error, "");
	show_copies(p, m);
	if (m->error)
		return;
	show_geometry(p, s);
	show_uuid(p, s->uuid);
	print_u64(p, "sequence", s->sequence, "");
	print_u64(p, "change", s->change, "");
	print_u64(p, "map-epoch", s->map_epoch, "");
	if (s->resource[0])
		snprintf(owner, sizeof(owner), "volume %" PRIu32 " of %s  node %" PRIu32,
			 s->volume, s->resource, s->node_id);
	else
		snprintf(owner, sizeof(owner), "of no resource yet");
	print_text(p, "  %s", owner);
	show_role(p, s);
	show_lineage(p, s);
	print_u64(p, "hot", r->intent.bytes, "  %s hot", format_bytes(r->intent.bytes).s);
	print_u64(p, "dirty", r->dirty.bytes, "  %s dirty\n", format_bytes(r->dirty.bytes).s);
}

static void show_map(struct print *p, const char *path, const char *name,
		     const struct meta_map *map, const char *meaning)
{
	if (map->bad)
		print_text(p, "%s: %s map: %" PRIu64 " of %" PRIu64 " pages damaged: read as %s\n",
			   path, name, map->bad, map->pages, meaning);
}

void meta_show_verdict(struct print *p, const struct meta_report *r)
{
	const struct meta *m = &r->meta;
	const char *path = m->disk->path;
	unsigned int i;

	print_bool(p, "damaged", meta_report_damaged(r), "");
	if (m->error)
		return;
	print_u64(p, "intent-pages", r->intent.pages, "");
	print_u64(p, "intent-bad", r->intent.bad, "");
	print_u64(p, "dirty-pages", r->dirty.pages, "");
	print_u64(p, "dirty-bad", r->dirty.bad, "");
	for (i = 0; i < DYAD_META_SUPERS; i++) {
		if (m->copies[i].error)
			print_text(p, "%s: %s superblock damaged: %s; the %s one is used\n", path,
				   copy_names[i], meta_error(m->copies[i].error),
				   copy_names[!i]);
		else if (m->copies[i].super.sequence < m->super.sequence)
			print_text(p, "%s: %s superblock is older, its update was cut short; the %s one is used\n",
				   path, copy_names[i], copy_names[!i]);
	}
	show_map(p, path, "intent", &r->intent,
		 "all hot, which is compared with the peer's at the next resync");
	show_map(p, path, "dirty", &r->dirty,
		 "all dirty, which is copied at the next resync");
	if (!meta_report_damaged(r))
		print_text(p, "%s: good: both superblocks, %" PRIu64 " of %" PRIu64
			   " intent pages, %" PRIu64 " of %" PRIu64 " dirty pages\n", path,
			   r->intent.pages, r->intent.pages, r->dirty.pages, r->dirty.pages);
}

static void show_hot(uint64_t start, uint64_t length, void *arg)
{
	struct print *p = arg;

	print_object(p, NULL);
	print_u64(p, "start", start, "  hot    %" PRIu64, start);
	print_u64(p, "length", length, " + %" PRIu64 "\n", length);
	print_end(p);
}

static void show_dirty(uint64_t start, uint64_t length, void *arg)
{
	struct print *p = arg;

	print_object(p, NULL);
	print_u64(p, "start", start, "  dirty  %" PRIu64, start);
	print_u64(p, "length", length, " + %" PRIu64 "\n", length);
	print_end(p);
}

void meta_show_extents(struct print *p, const struct meta_report *r)
{
	struct meta_map unused;

	if (r->meta.error)
		return;
	print_array(p, "hot-extent");
	meta_read_map(&r->meta, DYAD_MAP_INTENT, &unused, show_hot, p);
	print_end(p);
	print_array(p, "dirty-extent");
	meta_read_map(&r->meta, DYAD_MAP_DIRTY, &unused, show_dirty, p);
	print_end(p);
}
