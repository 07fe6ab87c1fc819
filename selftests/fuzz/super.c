// SPDX-License-Identifier: GPL-2.0-only
/* Fuzzes the superblocks: two copies from a disk, with the right checksum or not. */
#include "core/ondisk.h"
#include "fuzz.h"
#include "uapi/linux/dyad.h"

#define USED 320	/* bytes of a page that are worth changing, and some more */

typedef unsigned __int128 wide;

struct area {
	wide first;
	wide end;
};

static struct area area_of(wide first, wide sectors)
{
	return (struct area) { first, first + sectors };
}

/* In numbers that cannot wrap: all that is believed is somewhere, and alone there. */
static void claim_sound(const struct dyad_geometry *g, bool external)
{
	const struct area areas[] = {
		area_of(0, 8), area_of(128, 8),
		area_of(g->intent_first, (wide)g->intent_pages * 8),
		area_of(g->dirty_first, (wide)g->dirty_pages * 8),
		area_of(g->data_first, g->data_sectors),
	};
	const wide regions = ((wide)g->data_sectors + 8191) / 8192;
	const int n = external ? 4 : 5;
	wide end = 0;

	for (int i = 0; i < n; i++) {
		CLAIM(areas[i].first < areas[i].end && areas[i].first % 8 == 0);
		CLAIM(areas[i].end * 512 <= ~0ull);
		end = max(end, areas[i].end);
		for (int j = 0; j < n; j++)
			CLAIM(i == j || areas[i].end <= areas[j].first ||
			      areas[j].end <= areas[i].first);
	}
	CLAIM(g->data_sectors && (wide)g->data_sectors * 512 <= ~0ull);
	CLAIM(external == !g->data_first && (external || g->data_sectors % 8 == 0));
	CLAIM((wide)g->intent_pages * 31744 >= regions);
	CLAIM((wide)g->dirty_pages * 31 >= regions);
	CLAIM(dyad_geometry_end(g, external) == end);
	CLAIM(dyad_meta_regions(g->data_sectors) == regions);
}

static void claim_growth(const struct dyad_super *s)
{
	const struct dyad_geometry *g = &s->geometry, *p = &s->pending;
	static const struct dyad_geometry none;

	if (!p->data_sectors) {
		CLAIM(!memcmp(p, &none, sizeof(none)));
		return;
	}
	claim_sound(p, s->external);
	CLAIM(p->data_first == g->data_first && p->data_sectors > g->data_sectors);
	CLAIM(p->dirty_first >= g->dirty_first + g->dirty_pages * 8 ||
	      g->dirty_first >= p->dirty_first + p->dirty_pages * 8);
}

/* What the kernel and the tool rely on without another look. */
static void claim_legal(const struct dyad_super *s)
{
	size_t n = strnlen(s->resource, DYAD_META_NAME);

	claim_sound(&s->geometry, s->external);
	claim_growth(s);
	CLAIM(s->data_state >= DYAD_DATA_STATE_INCONSISTENT &&
	      s->data_state <= DYAD_DATA_STATE_UPTODATE);
	CLAIM(s->mode <= DYAD_MODE_ASYNC);
	CLAIM(s->node_id <= DYAD_MAX_NODE_ID && s->volume < DYAD_MAX_VOLUMES);
	CLAIM(n < DYAD_META_NAME);
	CLAIM(strspn(s->resource, "abcdefghijklmnopqrstuvwxyz0123456789._-") == n);
}

static int claim_decode(struct dyad_super *got, const u8 *page)
{
	u8 *again = new_bytes(DYAD_META_PAGE);
	struct dyad_super before;
	int ret;

	memset(got, 0x5a, sizeof(*got));
	before = *got;
	ret = dyad_super_decode(got, page);
	if (ret) {
		CLAIM(ret == -ENODATA || ret == -EBADMSG || ret == -EUCLEAN ||
		      ret == -EPROTONOSUPPORT);
		CLAIM(!memcmp(&before, got, sizeof(before)));
	} else {
		claim_legal(got);
		dyad_super_encode(again, got);
		CLAIM(!memcmp(again, page, DYAD_META_PAGE));
	}
	free(again);
	return ret;
}

/* A good page of one size or another, internal or external, growing or not. */
static void make_page(u8 *page, u8 how, u64 sequence)
{
	const unsigned int shift = 12 + how / 4 % 16 * 2;
	struct dyad_super s = {
		.sequence = sequence,
		.uuid = { 1 },
		.external = how & 1,
		.data_state = DYAD_DATA_STATE_UPTODATE,
		.resource = "0123456789-abcdefghij.klmnopqrs",
	};

	if (s.external)
		dyad_geometry_external(&s.geometry, 1ull << shift, ~0ull);
	else
		dyad_geometry_internal(&s.geometry, 1ull << shift);
	if (how & 2 && !s.external)
		dyad_geometry_internal(&s.pending, 1ull << (shift + 1));
	dyad_super_encode(page, &s);
}

/* The newer good copy, and nothing that must not be passed over (rule H9). */
static void claim_choice(const u8 *first, const u8 *second)
{
	struct dyad_super one, two, got;
	int a = claim_decode(&one, first), b = claim_decode(&two, second);
	int ret = dyad_super_choose(&got, first, second);

	CLAIM(dyad_super_choose(&got, second, first) == ret);
	if (a == -EPROTONOSUPPORT || b == -EPROTONOSUPPORT)
		CLAIM(ret == -EPROTONOSUPPORT);
	else if (a && b)
		CLAIM(ret == a || ret == b);
	else if (a || b)
		CLAIM(!ret && got.sequence == (a ? two : one).sequence);
	else if (memcmp(one.uuid, two.uuid, sizeof(one.uuid)))
		CLAIM(ret == -EUCLEAN);
	else if (one.sequence != two.sequence)
		CLAIM(!ret && got.sequence == max(one.sequence, two.sequence));
	else
		CLAIM(ret == (memcmp(first, second, DYAD_META_PAGE) ? -EUCLEAN : 0));
}

/* The first bytes choose what there is, and where the checksum is made right. */
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	u8 *first = new_bytes(DYAD_META_PAGE), *second = new_bytes(DYAD_META_PAGE);
	struct input in = { data, size };
	u8 how = take_byte(&in), wrong = take_byte(&in);

	make_page(first, how, 7);
	make_page(second, how, 7 + (how >> 7));
	while (in.left)
		patch(&in, take_byte(&in) % 2 ? second : first, USED);
	if (wrong % 8 != 1)
		fix_page(first);
	if (wrong % 8 != 2)
		fix_page(second);
	claim_choice(first, second);
	free(first);
	free(second);
	return 0;
}
