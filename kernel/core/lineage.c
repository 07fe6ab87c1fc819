// SPDX-License-Identifier: GPL-2.0-only
/* Comparing and moving generations; nothing else compares generation names. Pure. */
#include "lineage.h"

#include <linux/kernel.h>
#include <linux/string.h>

static bool in_history(const struct dyad_lineage *l, u64 name)
{
	int i;

	if (!name)
		return false;
	if (l->base == name)
		return true;
	for (i = 0; i < DYAD_HISTORY; i++)
		if (l->history[i] == name)
			return true;
	return false;
}

static bool common_ancestor(const struct dyad_lineage *a,
			    const struct dyad_lineage *b)
{
	int i;

	if (in_history(b, a->base))
		return true;
	for (i = 0; i < DYAD_HISTORY; i++)
		if (in_history(b, a->history[i]))
			return true;
	return false;
}

static void remember(struct dyad_lineage *l, u64 name)
{
	if (!name || l->history[0] == name)
		return;
	memmove(&l->history[1], &l->history[0],
		sizeof(l->history) - sizeof(l->history[0]));
	l->history[0] = name;
}

enum dyad_verdict dyad_lineage_compare(const struct dyad_lineage *mine,
				       const struct dyad_lineage *peer)
{
	if (!mine->now && !peer->now)
		return DYAD_VERDICT_BLANK;
	if (!peer->now)
		return DYAD_VERDICT_SEND_ALL;
	if (!mine->now)
		return DYAD_VERDICT_RECEIVE_ALL;
	if (mine->now == peer->now)
		return DYAD_VERDICT_EQUAL;
	/* Each in the other's past: nobody honest can say so. */
	if (in_history(mine, peer->now) && in_history(peer, mine->now))
		return DYAD_VERDICT_SPLIT_ALL;
	if (mine->base == peer->now)
		return DYAD_VERDICT_SEND_DIRTY;
	if (peer->base == mine->now)
		return DYAD_VERDICT_RECEIVE_DIRTY;
	if (in_history(mine, peer->now))
		return DYAD_VERDICT_SEND_ALL;
	if (in_history(peer, mine->now))
		return DYAD_VERDICT_RECEIVE_ALL;
	if (mine->base && mine->base == peer->base)
		return DYAD_VERDICT_SPLIT_DIRTY;
	if (common_ancestor(mine, peer))
		return DYAD_VERDICT_SPLIT_ALL;
	return DYAD_VERDICT_UNRELATED;
}

void dyad_lineage_diverge(struct dyad_lineage *l, u64 name)
{
	if (!l->base)
		l->base = l->now;
	else
		remember(l, l->now);
	l->now = name;
}

void dyad_lineage_before(struct dyad_lineage *l)
{
	l->now = l->base;
	l->base = 0;
}

enum dyad_lack dyad_lineage_lack(const struct dyad_lineage *disk,
				 const struct dyad_lineage *l)
{
	switch (dyad_lineage_compare(disk, l)) {
	case DYAD_VERDICT_EQUAL:
	case DYAD_VERDICT_RECEIVE_DIRTY:
		return DYAD_LACK_SOME;
	case DYAD_VERDICT_RECEIVE_ALL:
		return DYAD_LACK_ALL;
	default:
		return DYAD_LACK_OTHER;
	}
}

void dyad_lineage_adopt(struct dyad_lineage *l, const struct dyad_lineage *from)
{
	*l = *from;
	dyad_lineage_settle(l);
}

void dyad_lineage_settle(struct dyad_lineage *l)
{
	remember(l, l->base);
	l->base = 0;
}
