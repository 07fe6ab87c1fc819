// SPDX-License-Identifier: GPL-2.0-only
/* The bookkeeping of epochs on both sides. Pure. */
#include "epoch.h"

#include <linux/string.h>

void dyad_epoch_writer_init(struct dyad_epoch_writer *w)
{
	memset(w, 0, sizeof(*w));
	w->now = 1;
}

u64 dyad_epoch_add(struct dyad_epoch_writer *w, unsigned int stream)
{
	w->count[stream]++;
	return w->now;
}

bool dyad_epoch_is_used(const struct dyad_epoch_writer *w)
{
	int i;

	for (i = 0; i < DYAD_WIRE_STREAMS; i++)
		if (w->count[i])
			return true;
	return false;
}

u64 dyad_epoch_finish(struct dyad_epoch_writer *w, u32 *counts)
{
	memcpy(counts, w->count, sizeof(w->count));
	memset(w->count, 0, sizeof(w->count));
	return w->now++;
}

void dyad_epoch_reader_init(struct dyad_epoch_reader *r)
{
	memset(r, 0, sizeof(*r));
	r->now = 1;
}

enum dyad_epoch_verdict dyad_epoch_write_now(struct dyad_epoch_reader *r,
					     unsigned int stream)
{
	if (r->ended && r->started[stream] >= r->expected[stream])
		return DYAD_EPOCH_BAD;
	r->started[stream]++;
	return DYAD_EPOCH_START;
}

enum dyad_epoch_verdict dyad_epoch_write_came(struct dyad_epoch_reader *r,
					      unsigned int stream, u64 epoch)
{
	if (stream >= DYAD_WIRE_STREAMS || epoch < r->now ||
	    epoch < r->last[stream])
		return DYAD_EPOCH_BAD;
	r->last[stream] = epoch;
	return epoch == r->now ? dyad_epoch_write_now(r, stream) : DYAD_EPOCH_WAIT;
}

enum dyad_epoch_verdict dyad_epoch_end_now(struct dyad_epoch_reader *r,
					   const u32 *counts)
{
	int i;

	for (i = 0; i < DYAD_WIRE_STREAMS; i++)
		if (counts[i] < r->started[i])
			return DYAD_EPOCH_BAD;
	memcpy(r->expected, counts, sizeof(r->expected));
	r->ended = true;
	return DYAD_EPOCH_START;
}

enum dyad_epoch_verdict dyad_epoch_end_came(struct dyad_epoch_reader *r, u64 epoch,
					    const u32 *counts)
{
	if (epoch != r->last_end + 1)
		return DYAD_EPOCH_BAD;
	r->last_end = epoch;
	return epoch == r->now ? dyad_epoch_end_now(r, counts) : DYAD_EPOCH_WAIT;
}

void dyad_epoch_write_done(struct dyad_epoch_reader *r, unsigned int stream)
{
	r->done[stream]++;
}

bool dyad_epoch_is_complete(const struct dyad_epoch_reader *r)
{
	return r->ended && !memcmp(r->done, r->expected, sizeof(r->done));
}

void dyad_epoch_next(struct dyad_epoch_reader *r)
{
	r->now++;
	r->ended = false;
	memset(r->started, 0, sizeof(r->started));
	memset(r->done, 0, sizeof(r->done));
}
