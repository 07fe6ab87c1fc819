// SPDX-License-Identifier: GPL-2.0-only
/*
 * Encoding, decoding and checking of the on-disk metadata; nothing else looks
 * at its bytes. Pure.
 */
#include "ondisk.h"

#include <linux/crc32c.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <asm/byteorder.h>

#include "uapi/linux/dyad.h"

#define SUPER_MAGIC	0x7075732d64617964ull	/* "dyad-sup" */
#define MAP_MAGIC	0x70616d2d64617964ull	/* "dyad-map" */
#define SECTORS_MAX	(~0ull >> 9)	/* of a device: its end in bytes fits */
#define PAGES_MAX	(SECTORS_MAX / DYAD_META_PAGE_SECTORS)

#define FLAG_EXTERNAL		0x0001
#define FLAG_PRIMARY		0x0002
#define FLAG_WAS_PRIMARY	0x0004
#define FLAG_ALONE		0x0008
#define FLAG_CLEAN		0x0010
#define FLAGS_KNOWN		0x001f

struct disk_geometry {
	__le64 data_first;
	__le64 data_sectors;
	__le64 intent_first;
	__le64 intent_pages;
	__le64 dirty_first;
	__le64 dirty_pages;
};

/* What both kinds of page begin with; the same in all versions. */
struct disk_head {
	__le64 magic;
	__le32 crc;	/* CRC32C of the page as if this were 0 */
	__le32 kind;	/* superblock: version; map page: enum dyad_map */
};

/* A superblock; the rest of its page is reserved, 0. */
struct disk_super {
	struct disk_head head;
	__le64 sequence;
	u8 uuid[DYAD_META_UUID];
	__le64 map_epoch;
	struct disk_geometry geometry;
	struct disk_geometry pending;
	__le64 change;
	__le64 now;
	__le64 base;
	__le64 history[DYAD_HISTORY];
	__le64 instance;
	__le64 alone_since;
	__le64 sequence_written;
	__le32 node_id;
	__le32 volume;
	u8 data_state;
	u8 mode;
	__le16 flags;
	__le32 reserved;
	char resource[DYAD_META_NAME];
};

/* The header of a map page. */
struct disk_map {
	struct disk_head head;
	u8 uuid[DYAD_META_UUID];
	__le64 map_epoch;
	__le64 number;
	u8 reserved[80];
};

/* --- geometry --- */

struct area {
	u64 first;
	u64 sectors;
};

static u64 sectors_of(u64 pages)
{
	return pages <= PAGES_MAX ? pages * DYAD_META_PAGE_SECTORS : ~0ull;
}

static bool legal_area(const struct area *a)
{
	return a->sectors && a->first <= SECTORS_MAX &&
	       a->sectors <= SECTORS_MAX - a->first &&
	       !(a->first % DYAD_META_PAGE_SECTORS);
}

static bool apart(const struct area *a, const struct area *b)
{
	return a->first + a->sectors <= b->first ||
	       b->first + b->sectors <= a->first;
}

static u64 intent_pages(u64 sectors)
{
	return DIV_ROUND_UP_ULL(dyad_meta_regions(sectors), DYAD_INTENT_REGIONS);
}

static u64 dirty_pages(u64 sectors)
{
	return DIV_ROUND_UP_ULL(dyad_meta_regions(sectors), DYAD_DIRTY_REGIONS);
}

/* Where the intent map has room, for twice the pages if it needs a larger one. */
static u64 header_sectors(u64 sectors)
{
	u64 pages = intent_pages(sectors);
	u64 end = DYAD_META_INTENT_FIRST + sectors_of(pages);

	if (end <= DYAD_META_HEADER)
		return DYAD_META_HEADER;
	end += sectors_of(pages);
	return DIV_ROUND_UP_ULL(end, DYAD_META_HEADER) * DYAD_META_HEADER;
}

static u64 intent_room(u64 header)
{
	return (header - DYAD_META_INTENT_FIRST) / DYAD_META_PAGE_SECTORS;
}

int dyad_geometry_internal(struct dyad_geometry *g, u64 disk_sectors)
{
	const u32 covered = DYAD_DIRTY_REGIONS * DYAD_META_REGION_SECTORS;
	u64 header, whole, dirty;

	if (disk_sectors > SECTORS_MAX)
		return -EINVAL;
	header = header_sectors(disk_sectors);
	whole = disk_sectors - disk_sectors % DYAD_META_PAGE_SECTORS;
	if (whole <= header)
		return -ENOSPC;
	/* Each dirty page takes its own room besides what it covers. */
	dirty = DIV_ROUND_UP_ULL(whole - header, covered + DYAD_META_PAGE_SECTORS);
	if (whole - header <= sectors_of(dirty))
		return -ENOSPC;
	*g = (struct dyad_geometry) {
		.data_first = header,
		.data_sectors = whole - header - sectors_of(dirty),
		.intent_first = DYAD_META_INTENT_FIRST,
		.intent_pages = intent_room(header),
		.dirty_first = whole - sectors_of(dirty),
		.dirty_pages = dirty,
	};
	return 0;
}

u64 dyad_geometry_meta_sectors(u64 data_sectors)
{
	if (data_sectors > SECTORS_MAX)
		return ~0ull;
	return header_sectors(data_sectors) + sectors_of(dirty_pages(data_sectors));
}

int dyad_geometry_external(struct dyad_geometry *g, u64 data_sectors,
			   u64 meta_sectors)
{
	u64 header;

	if (!data_sectors || data_sectors > SECTORS_MAX)
		return -EINVAL;
	if (meta_sectors < dyad_geometry_meta_sectors(data_sectors))
		return -ENOSPC;
	header = header_sectors(data_sectors);
	*g = (struct dyad_geometry) {
		.data_sectors = data_sectors,
		.intent_first = DYAD_META_INTENT_FIRST,
		.intent_pages = intent_room(header),
		.dirty_first = header,
		.dirty_pages = dirty_pages(data_sectors),
	};
	return 0;
}

bool dyad_geometry_check(const struct dyad_geometry *g, bool external)
{
	const struct area areas[] = {
		{ dyad_super_sector(0), DYAD_META_PAGE_SECTORS },
		{ dyad_super_sector(1), DYAD_META_PAGE_SECTORS },
		{ g->intent_first, sectors_of(g->intent_pages) },
		{ g->dirty_first, sectors_of(g->dirty_pages) },
		{ g->data_first, g->data_sectors },
	};
	/* The data, the last, may be on a device of their own. */
	int together = ARRAY_SIZE(areas) - external;
	int i, j;

	for (i = 0; i < ARRAY_SIZE(areas); i++)
		if (!legal_area(&areas[i]))
			return false;
	for (i = 0; i < together; i++)
		for (j = 0; j < i; j++)
			if (!apart(&areas[i], &areas[j]))
				return false;
	if (external ? g->data_first : g->data_sectors % DYAD_META_PAGE_SECTORS)
		return false;
	return g->intent_pages >= intent_pages(g->data_sectors) &&
	       g->dirty_pages >= dirty_pages(g->data_sectors);
}

u64 dyad_geometry_end(const struct dyad_geometry *g, bool external)
{
	u64 end = max(g->intent_first + sectors_of(g->intent_pages),
		      g->dirty_first + sectors_of(g->dirty_pages));

	return external ? end : max(end, g->data_first + g->data_sectors);
}

u64 dyad_meta_regions(u64 data_sectors)
{
	return data_sectors / DYAD_META_REGION_SECTORS +
	       !!(data_sectors % DYAD_META_REGION_SECTORS);
}

/* While the volume grows the data stay where they are, and both dirty maps are good. */
static bool legal_pending(const struct dyad_super *s)
{
	static const struct dyad_geometry none;
	const struct dyad_geometry *p = &s->pending, *g = &s->geometry;
	const struct area now = { g->dirty_first, sectors_of(g->dirty_pages) };
	const struct area then = { p->dirty_first, sectors_of(p->dirty_pages) };

	if (!p->data_sectors)
		return !memcmp(p, &none, sizeof(none));
	return dyad_geometry_check(p, s->external) &&
	       p->data_sectors > g->data_sectors &&
	       p->data_first == g->data_first &&
	       p->intent_first == g->intent_first &&
	       p->intent_pages == g->intent_pages && apart(&now, &then);
}

/* --- pages --- */

static bool all_zero(const void *from, size_t n)
{
	const u8 *p = from;

	/* The first is, and each is as the one before. */
	return !n || (!p[0] && !memcmp(p, p + 1, n - 1));
}

static __le32 page_crc(const u8 *page)
{
	const size_t at = offsetof(struct disk_head, crc);
	const __le32 none = 0;
	u32 crc;

	crc = crc32c(~0u, page, at);
	crc = crc32c(crc, &none, sizeof(none));
	crc = crc32c(crc, page + at + sizeof(none), DYAD_META_PAGE - at - sizeof(none));
	return cpu_to_le32(crc);
}

/* The last thing done to a page. */
static void seal(u8 *page)
{
	const __le32 crc = page_crc(page);

	memcpy(page + offsetof(struct disk_head, crc), &crc, sizeof(crc));
}

static int check_head(const struct disk_head *head, const u8 *page, u64 magic)
{
	if (le64_to_cpu(head->magic) != magic)
		return -ENODATA;
	return head->crc == page_crc(page) ? 0 : -EBADMSG;
}

/* --- superblock --- */

static struct disk_geometry put_geometry(const struct dyad_geometry *g)
{
	return (struct disk_geometry) {
		.data_first = cpu_to_le64(g->data_first),
		.data_sectors = cpu_to_le64(g->data_sectors),
		.intent_first = cpu_to_le64(g->intent_first),
		.intent_pages = cpu_to_le64(g->intent_pages),
		.dirty_first = cpu_to_le64(g->dirty_first),
		.dirty_pages = cpu_to_le64(g->dirty_pages),
	};
}

static struct dyad_geometry get_geometry(const struct disk_geometry *d)
{
	return (struct dyad_geometry) {
		.data_first = le64_to_cpu(d->data_first),
		.data_sectors = le64_to_cpu(d->data_sectors),
		.intent_first = le64_to_cpu(d->intent_first),
		.intent_pages = le64_to_cpu(d->intent_pages),
		.dirty_first = le64_to_cpu(d->dirty_first),
		.dirty_pages = le64_to_cpu(d->dirty_pages),
	};
}

static u16 put_flags(const struct dyad_super *s)
{
	return (s->external ? FLAG_EXTERNAL : 0) |
	       (s->primary ? FLAG_PRIMARY : 0) |
	       (s->was_primary ? FLAG_WAS_PRIMARY : 0) |
	       (s->alone ? FLAG_ALONE : 0) | (s->clean ? FLAG_CLEAN : 0);
}

void dyad_super_encode(u8 *page, const struct dyad_super *super)
{
	struct disk_super d = {
		.head.magic = cpu_to_le64(SUPER_MAGIC),
		.head.kind = cpu_to_le32(DYAD_META_VERSION),
		.sequence = cpu_to_le64(super->sequence),
		.map_epoch = cpu_to_le64(super->map_epoch),
		.geometry = put_geometry(&super->geometry),
		.pending = put_geometry(&super->pending),
		.change = cpu_to_le64(super->change),
		.now = cpu_to_le64(super->lineage.now),
		.base = cpu_to_le64(super->lineage.base),
		.instance = cpu_to_le64(super->instance),
		.alone_since = cpu_to_le64(super->alone_since),
		.sequence_written = cpu_to_le64(super->sequence_written),
		.node_id = cpu_to_le32(super->node_id),
		.volume = cpu_to_le32(super->volume),
		.data_state = super->data_state,
		.mode = super->mode,
		.flags = cpu_to_le16(put_flags(super)),
	};
	int i;

	BUILD_BUG_ON(sizeof(d) != 304);
	for (i = 0; i < DYAD_HISTORY; i++)
		d.history[i] = cpu_to_le64(super->lineage.history[i]);
	memcpy(d.uuid, super->uuid, sizeof(d.uuid));
	memcpy(d.resource, super->resource, sizeof(d.resource));
	memset(page, 0, DYAD_META_PAGE);
	memcpy(page, &d, sizeof(d));
	seal(page);
}

/* Of a disk that is there. */
static bool legal_data_state(u8 state)
{
	switch (state) {
	case DYAD_DATA_STATE_INCONSISTENT:
	case DYAD_DATA_STATE_OUTDATED:
	case DYAD_DATA_STATE_CONSISTENT:
	case DYAD_DATA_STATE_UPTODATE:
		return true;
	default:
		return false;
	}
}

/* Of a resource, or none; with nothing behind its end. */
static bool legal_name(const char *name)
{
	int i, n = 0;

	while (n < DYAD_META_NAME && name[n])
		n++;
	if (n > DYAD_MAX_NAME || !all_zero(name + n, DYAD_META_NAME - n))
		return false;
	for (i = 0; i < n; i++)
		if (!(name[i] >= 'a' && name[i] <= 'z') &&
		    !(name[i] >= '0' && name[i] <= '9') &&
		    !(i && (name[i] == '.' || name[i] == '-' || name[i] == '_')))
			return false;
	return true;
}

static bool legal_super(const struct dyad_super *s)
{
	return !all_zero(s->uuid, sizeof(s->uuid)) &&
	       dyad_geometry_check(&s->geometry, s->external) &&
	       legal_pending(s) && legal_data_state(s->data_state) &&
	       s->mode <= DYAD_MODE_ASYNC && s->node_id <= DYAD_MAX_NODE_ID &&
	       s->volume < DYAD_MAX_VOLUMES && legal_name(s->resource);
}

static struct dyad_super get_super(const struct disk_super *d)
{
	const u16 flags = le16_to_cpu(d->flags);
	struct dyad_super s = {
		.sequence = le64_to_cpu(d->sequence),
		.map_epoch = le64_to_cpu(d->map_epoch),
		.geometry = get_geometry(&d->geometry),
		.pending = get_geometry(&d->pending),
		.external = flags & FLAG_EXTERNAL,
		.change = le64_to_cpu(d->change),
		.lineage.now = le64_to_cpu(d->now),
		.lineage.base = le64_to_cpu(d->base),
		.instance = le64_to_cpu(d->instance),
		.alone_since = le64_to_cpu(d->alone_since),
		.sequence_written = le64_to_cpu(d->sequence_written),
		.data_state = d->data_state,
		.mode = d->mode,
		.primary = flags & FLAG_PRIMARY,
		.was_primary = flags & FLAG_WAS_PRIMARY,
		.alone = flags & FLAG_ALONE,
		.clean = flags & FLAG_CLEAN,
		.node_id = le32_to_cpu(d->node_id),
		.volume = le32_to_cpu(d->volume),
	};
	int i;

	for (i = 0; i < DYAD_HISTORY; i++)
		s.lineage.history[i] = le64_to_cpu(d->history[i]);
	memcpy(s.uuid, d->uuid, sizeof(s.uuid));
	memcpy(s.resource, d->resource, sizeof(s.resource));
	return s;
}

int dyad_super_decode(struct dyad_super *super, const u8 *page)
{
	struct dyad_super s;
	struct disk_super d;
	int ret;

	memcpy(&d, page, sizeof(d));
	ret = check_head(&d.head, page, SUPER_MAGIC);
	if (ret)
		return ret;
	if (le32_to_cpu(d.head.kind) > DYAD_META_VERSION)
		return -EPROTONOSUPPORT;
	if (le32_to_cpu(d.head.kind) != DYAD_META_VERSION || d.reserved ||
	    le16_to_cpu(d.flags) & ~FLAGS_KNOWN ||
	    !all_zero(page + sizeof(d), DYAD_META_PAGE - sizeof(d)))
		return -EUCLEAN;
	s = get_super(&d);
	if (!legal_super(&s))
		return -EUCLEAN;
	*super = s;
	return 0;
}

/* What is the graver, the more it takes to be wrong about it. */
static int gravity(int error)
{
	switch (error) {
	case -EPROTONOSUPPORT:
		return 3;
	case -EUCLEAN:
		return 2;
	case -EBADMSG:
		return 1;
	default:
		return 0;
	}
}

int dyad_super_choose(struct dyad_super *super, const u8 *first, const u8 *second)
{
	struct dyad_super one, two;
	int a = dyad_super_decode(&one, first);
	int b = dyad_super_decode(&two, second);

	if (a == -EPROTONOSUPPORT || b == -EPROTONOSUPPORT)
		return -EPROTONOSUPPORT;
	if (a && b)
		return gravity(a) >= gravity(b) ? a : b;
	if (!a && !b) {
		if (memcmp(one.uuid, two.uuid, sizeof(one.uuid)))
			return -EUCLEAN;
		if (one.sequence == two.sequence &&
		    memcmp(first, second, DYAD_META_PAGE))
			return -EUCLEAN;
		*super = one.sequence >= two.sequence ? one : two;
		return 0;
	}
	*super = a ? two : one;
	return 0;
}

/* --- map pages --- */

static struct disk_map map_header(const struct dyad_super *super,
				  enum dyad_map map, u64 number)
{
	struct disk_map d = {
		.head.magic = cpu_to_le64(MAP_MAGIC),
		.head.kind = cpu_to_le32(map),
		.map_epoch = cpu_to_le64(super->map_epoch),
		.number = cpu_to_le64(number),
	};

	memcpy(d.uuid, super->uuid, sizeof(d.uuid));
	return d;
}

void dyad_map_clear(u8 *page)
{
	memset(page, 0, DYAD_META_PAGE);
}

void dyad_map_seal(u8 *page, const struct dyad_super *super, enum dyad_map map,
		   u64 number)
{
	struct disk_map d = map_header(super, map, number);

	BUILD_BUG_ON(sizeof(d) != DYAD_META_MAP_HEADER);
	memcpy(page, &d, sizeof(d));
	seal(page);
}

bool dyad_map_check(const u8 *page, const struct dyad_super *super,
		    enum dyad_map map, u64 number)
{
	struct disk_map d = map_header(super, map, number);

	/* All but the checksum is known before. */
	d.head.crc = page_crc(page);
	return !memcmp(page, &d, sizeof(d));
}
