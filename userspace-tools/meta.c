// SPDX-License-Identifier: GPL-2.0-only
/*
 * meta: the metadata on a disk that is not attached.
 */
#include "meta.h"
#include "disk.h"
#include "mem.h"

#include <errno.h>
#include <string.h>

#include <linux/dyad.h>

/* A bit of either map's page, at its place behind the header. */
#define PAGE_BITS (DYAD_META_MAP_BYTES * 8)

void meta_read(struct meta *m, const struct disk *d)
{
	uint8_t pages[DYAD_META_SUPERS][DYAD_META_PAGE];
	unsigned int i;

	memset(m, 0, sizeof(*m));
	memset(pages, 0, sizeof(pages));
	m->disk = d;
	for (i = 0; i < DYAD_META_SUPERS; i++) {
		struct meta_copy *c = &m->copies[i];

		c->error = disk_read(d, dyad_super_sector(i), pages[i], DYAD_META_PAGE);
		if (c->error)
			memset(pages[i], 0, DYAD_META_PAGE);
		else
			c->error = dyad_super_decode(&c->super, pages[i]);
	}
	m->error = dyad_super_choose(&m->super, pages[0], pages[1]);
	/* What cannot be read may be one. */
	if (m->error == -ENODATA && (m->copies[0].error == -EIO || m->copies[1].error == -EIO))
		m->error = -EIO;
	/* Whole, and of some other disk: a copy of this one that was cut short. */
	if (!m->error && dyad_geometry_end(&m->super.geometry, m->super.external) > d->sectors)
		m->error = -ENOSPC;
}

bool meta_present(const struct meta *m)
{
	return m->error != -ENODATA;
}

bool meta_copies_agree(const struct meta *m)
{
	return !m->copies[0].error && !m->copies[1].error && !m->error &&
	       m->copies[0].super.sequence == m->copies[1].super.sequence;
}

const char *meta_error(int error)
{
	switch (error) {
	case 0:
		return "good";
	case -EIO:
		return "it cannot be read";
	case -ENODATA:
		return "something else is in its place";
	case -EBADMSG:
		return "its checksum is wrong";
	case -EPROTONOSUPPORT:
		return "it is of a newer version";
	case -EUCLEAN:
		return "it says what cannot be";
	case -ENOSPC:
		return "the device is smaller than it says";
	}
	return strerror(-error);
}

/* --- maps --- */

/* Neighbouring ranges become one. */
struct run {
	meta_extent_fn *fn;
	void *arg;
	uint64_t start, end;
	uint64_t bytes;
};

static void run_flush(struct run *r)
{
	if (r->fn && r->end > r->start)
		r->fn(r->start, r->end - r->start, r->arg);
	r->bytes += r->end - r->start;
}

static void run_add(struct run *r, uint64_t start, uint64_t end)
{
	if (start != r->end) {
		run_flush(r);
		r->start = start;
	}
	r->end = end;
}

struct layout {
	uint64_t first;		/* sector of the first page */
	uint64_t pages;		/* that the data need */
	uint64_t unit;		/* bytes of data that a bit stands for */
};

static struct layout layout_of(const struct dyad_super *s, enum dyad_map map)
{
	const struct dyad_geometry *g = &s->geometry;
	uint64_t regions = dyad_meta_regions(g->data_sectors);

	if (map == DYAD_MAP_INTENT)
		return (struct layout) {
			.first = g->intent_first,
			.pages = (regions + DYAD_INTENT_REGIONS - 1) / DYAD_INTENT_REGIONS,
			.unit = DYAD_META_REGION_SECTORS * 512ull,
		};
	return (struct layout) {
		.first = g->dirty_first,
		.pages = (regions + DYAD_DIRTY_REGIONS - 1) / DYAD_DIRTY_REGIONS,
		.unit = DYAD_META_REGION_SECTORS * 512ull / DYAD_META_REGION_BLOCKS,
	};
}

/* The bits of a page, whose first one stands for @start. */
static void read_bits(struct run *r, const uint8_t *page, uint64_t start, uint64_t unit,
		      uint64_t size)
{
	uint64_t i, from, to;

	for (i = 0; i < PAGE_BITS; i++) {
		if (!(i % 8) && !page[DYAD_META_MAP_HEADER + i / 8]) {
			i += 7;
			continue;
		}
		from = start + i * unit;
		if (from >= size)
			break;
		to = from + unit < size ? from + unit : size;
		if (page[DYAD_META_MAP_HEADER + i / 8] >> i % 8 & 1)
			run_add(r, from, to);
	}
}

void meta_read_map(const struct meta *m, enum dyad_map map, struct meta_map *sum,
		   meta_extent_fn *fn, void *arg)
{
	struct layout l = layout_of(&m->super, map);
	uint64_t size = m->super.geometry.data_sectors * 512;
	struct run r = { .fn = fn, .arg = arg };
	uint8_t page[DYAD_META_PAGE];
	uint64_t i;

	*sum = (struct meta_map) { .pages = l.pages };
	for (i = 0; i < l.pages; i++) {
		if (disk_read(m->disk, l.first + i * DYAD_META_PAGE_SECTORS, page, sizeof(page)) ||
		    !dyad_map_check(page, &m->super, map, i)) {
			sum->bad++;
			memset(page, 0xff, sizeof(page));
		}
		read_bits(&r, page, i * PAGE_BITS * l.unit, l.unit, size);
	}
	run_flush(&r);
	sum->bytes = r.bytes;
}

/* --- writing --- */

void meta_fresh(struct dyad_super *s, const struct dyad_geometry *g, bool external,
		const uint8_t uuid[DYAD_META_UUID])
{
	*s = (struct dyad_super) {
		.sequence = 1,
		.map_epoch = 1,
		.geometry = *g,
		.external = external,
		.data_state = DYAD_DATA_STATE_INCONSISTENT,
		.mode = DYAD_MODE_SYNC,
		.clean = true,
	};
	memcpy(s->uuid, uuid, DYAD_META_UUID);
}

static int write_map(const struct disk *d, const struct dyad_super *s, enum dyad_map map,
		     uint64_t first, uint64_t pages)
{
	uint8_t page[DYAD_META_PAGE];
	uint64_t i;
	int ret = 0;

	for (i = 0; i < pages && !ret; i++) {
		dyad_map_clear(page);
		dyad_map_seal(page, s, map, i);
		ret = disk_write(d, first + i * DYAD_META_PAGE_SECTORS, page, sizeof(page));
	}
	return ret;
}

static int write_supers(const struct disk *d, const struct dyad_super *s)
{
	uint8_t page[DYAD_META_PAGE];
	unsigned int i;
	int ret = 0;

	dyad_super_encode(page, s);
	for (i = 0; i < DYAD_META_SUPERS && !ret; i++)
		ret = disk_write(d, dyad_super_sector(i), page, sizeof(page));
	return ret ? ret : disk_sync(d);
}

int meta_write(const struct disk *d, const struct dyad_super *s)
{
	const struct dyad_geometry *g = &s->geometry;
	int ret;

	ret = disk_zero(d, 0, g->intent_first);
	if (!ret)
		ret = disk_sync(d);
	if (!ret)
		ret = write_map(d, s, DYAD_MAP_INTENT, g->intent_first, g->intent_pages);
	if (!ret)
		ret = write_map(d, s, DYAD_MAP_DIRTY, g->dirty_first, g->dirty_pages);
	if (!ret)
		ret = disk_sync(d);
	return ret ? ret : write_supers(d, s);
}

static int wipe_map(const struct disk *d, uint64_t first, uint64_t pages)
{
	return disk_zero(d, first, pages * DYAD_META_PAGE_SECTORS);
}

int meta_wipe(const struct meta *m)
{
	const struct dyad_geometry *g = &m->super.geometry;
	unsigned int i;
	int ret = 0;

	for (i = 0; i < DYAD_META_SUPERS && !ret; i++)
		ret = disk_zero(m->disk, dyad_super_sector(i), DYAD_META_PAGE_SECTORS);
	/* Without a superblock to believe there is no telling where maps are. */
	if (!ret && !m->error)
		ret = wipe_map(m->disk, g->intent_first, g->intent_pages);
	if (!ret && !m->error)
		ret = wipe_map(m->disk, g->dirty_first, g->dirty_pages);
	return ret ? ret : disk_sync(m->disk);
}
