// SPDX-License-Identifier: GPL-2.0-only
/* Arithmetic on histograms of times. The tool has the same code. */
#include "latency.h"

#include <linux/math64.h>

u64 dyad_latency_limit(unsigned int bucket)
{
	if (bucket >= DYAD_LATENCY_BUCKETS - 1)
		return ~0ull;
	return 1ull << (DYAD_LATENCY_SHIFT + bucket);
}

void dyad_latency_add(struct dyad_latency *to, const struct dyad_latency *from)
{
	unsigned int i;

	for (i = 0; i < DYAD_LATENCY_BUCKETS; i++)
		to->count[i] += from->count[i];
	to->sum += from->sum;
	to->max = max(to->max, from->max);
}

u64 dyad_latency_total(const struct dyad_latency *l)
{
	unsigned int i;
	u64 n = 0;

	for (i = 0; i < DYAD_LATENCY_BUCKETS; i++)
		n += l->count[i];
	return n;
}

/* Rounded up: of two, half is the first one; nothing is left out of 100 percent. */
static u64 rank_of(u64 total, unsigned int percent)
{
	u64 whole = div_u64(total, 100);
	u32 rest = total - whole * 100;

	return whole * percent + DIV_ROUND_UP(rest * percent, 100);
}

u64 dyad_latency_quantile(const struct dyad_latency *l, unsigned int percent)
{
	u64 rank = rank_of(dyad_latency_total(l), percent), n = 0;
	unsigned int i;

	if (!rank)
		return 0;
	for (i = 0; i < DYAD_LATENCY_BUCKETS; i++) {
		n += l->count[i];
		if (n >= rank)
			break;
	}
	return min(dyad_latency_limit(i), l->max);
}
