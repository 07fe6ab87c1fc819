// SPDX-License-Identifier: GPL-2.0-only
/*
 * Law 10: what a secondary holds was there once. A flush parts what had completed when
 * it began from what began when it had ended; whoever holds any of the latter holds all
 * of the former.
 */
#include "judge.h"

#include "node.h"
#include "verify.h"

/**
 * struct order - what was written before and what after a flush
 * @branch: of history
 * @volume: that was flushed
 * @begun: what had completed by then is covered
 * @ended: what began after that comes later, on any volume
 */
struct order {
	int branch;
	int volume;
	u64 begun;
	u64 ended;
};

static struct order orders[MAX_WRITES];
static unsigned int order_count;

void past_reset(void)
{
	order_count = 0;
}

void past_flushed(int branch, int volume, u64 begun, u64 ended)
{
	if (order_count < MAX_WRITES)
		orders[order_count++] = (struct order) { branch, volume, begun, ended };
}

/* Is it seen there? Of zeroes nobody knows. */
static bool is_there(int node, const struct write *w)
{
	unsigned int i;

	for (i = w->first; i < w->first + w->count && w->content != MODEL_ZERO; i++)
		if (!judge_is_of_any_time(i) && judge_content(node, i) == w->content)
			return true;
	return false;
}

/* It was flushed, and is not there. */
static const struct write *missing(int node, const struct order *o)
{
	unsigned int i;

	for (i = branches[o->branch].from; i < write_count; i++) {
		const struct write *w = &writes[i];

		if (w->branch == o->branch && w->ok && judge_volume_of(w) == o->volume &&
		    (w->ended < o->begun || (w->fua && w->ended == o->ended)) &&
		    !judge_touches_any_time(w) && !judge_held_by(node, w))
			return w;
	}
	return NULL;
}

/* A whole replica that does not lead holds what a disk with a cache could (law 10). */
static void check_past(int node, const char *when)
{
	const struct write *later, *lost;
	unsigned int i, j;

	if (!nodes[node].up || !nodes[node].res || node_leads(node) || broken[0] || broken[1] ||
	    branch_of[node] == NO_BRANCH || branch_of[node] != branch_of[!node] ||
	    node_state(node) < DYAD_DATA_STATE_OUTDATED || nodes[node].res->failed_disks)
		return;
	for (i = 0; i < order_count; i++) {
		const struct order *o = &orders[i];

		if (o->branch != branch_of[node])
			continue;
		lost = missing(node, o);
		for (j = branches[o->branch].from; lost && j < write_count; j++) {
			later = &writes[j];
			if (later->branch == o->branch && later->begun > o->ended &&
			    is_there(node, later))
				sim_fail("law 10", "%s: %c holds %llu, but not %llu, which was flushed before that",
					 when, 'A' + node, later->content, lost->content);
		}
	}
}

void model_past(const char *when)
{
	check_past(0, when);
	check_past(1, when);
}
