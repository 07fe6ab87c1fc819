// SPDX-License-Identifier: GPL-2.0-only
/* The list of differences: sorted, joined, bounded. Pure. */
#include "differ.h"

#include <linux/kernel.h>
#include <linux/string.h>

void dyad_differ_init(struct dyad_differ *d)
{
	d->bytes = 0;
	d->limit = ~0ull;
	d->count = 0;
}

static u64 end_of(const struct dyad_differ_extent *e)
{
	return e->start + e->length;
}

/* How many listed extents begin before an offset. */
static unsigned int before(const struct dyad_differ *d, u64 start)
{
	unsigned int n = 0;

	while (n < d->count && d->extent[n].start < start)
		n++;
	return n;
}

static void remove_at(struct dyad_differ *d, unsigned int at)
{
	d->count--;
	memmove(&d->extent[at], &d->extent[at + 1],
		(d->count - at) * sizeof(d->extent[0]));
}

/* A full list drops its last one, and from then on has nothing behind its place. */
static void insert_at(struct dyad_differ *d, unsigned int at, u64 start,
		      u64 length)
{
	if (d->count == DYAD_DIFFER_EXTENTS)
		d->limit = d->extent[--d->count].start;
	memmove(&d->extent[at + 1], &d->extent[at],
		(d->count - at) * sizeof(d->extent[0]));
	d->extent[at] = (struct dyad_differ_extent) { start, length };
	d->count++;
}

void dyad_differ_add(struct dyad_differ *d, u64 start, u64 length)
{
	unsigned int at = before(d, start);
	struct dyad_differ_extent *prev = at ? &d->extent[at - 1] : NULL;
	struct dyad_differ_extent *next = at < d->count ? &d->extent[at] : NULL;

	d->bytes += length;
	if (prev && end_of(prev) == start) {
		prev->length += length;
		if (next && end_of(prev) == next->start) {
			prev->length += next->length;
			remove_at(d, at);
		}
		return;
	}
	if (next && start + length == next->start) {
		next->start = start;
		next->length += length;
		return;
	}
	if (start >= d->limit)
		return;
	if (at == DYAD_DIFFER_EXTENTS)
		d->limit = start;
	else
		insert_at(d, at, start, length);
}
