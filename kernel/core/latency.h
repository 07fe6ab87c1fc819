/* SPDX-License-Identifier: GPL-2.0-only */
/* How long something takes, as a histogram whose buckets double. */
#ifndef DYAD_CORE_LATENCY_H
#define DYAD_CORE_LATENCY_H

#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/types.h>

#define DYAD_LATENCY_BUCKETS	32
#define DYAD_LATENCY_SHIFT	10	/* the first one is below 1024 ns */

/**
 * struct dyad_latency - a histogram
 * @count: how many took less than 1024 ns, then less than 2048 ns and so on; the
 *	last one has all that took longer, from 18 minutes on
 * @sum: of all, ns
 * @max: the longest, ns
 */
struct dyad_latency {
	u64 count[DYAD_LATENCY_BUCKETS];
	u64 sum;
	u64 max;
};

/**
 * dyad_latency_bucket() - where a time is counted
 * @ns: the time
 *
 * Context: any; cheap enough for each I/O.
 * Return: index of the bucket.
 */
static inline unsigned int dyad_latency_bucket(u64 ns)
{
	return min_t(unsigned int, fls64(ns >> DYAD_LATENCY_SHIFT),
		     DYAD_LATENCY_BUCKETS - 1);
}

/**
 * dyad_latency_limit() - what all times of a bucket are below
 * @bucket: its index
 *
 * Return: ns, or the largest number for the last bucket.
 */
u64 dyad_latency_limit(unsigned int bucket);

/**
 * dyad_latency_add() - add one histogram to another
 * @to: the sum
 * @from: not changed
 */
void dyad_latency_add(struct dyad_latency *to, const struct dyad_latency *from);

/**
 * dyad_latency_total() - how many times are in a histogram
 * @l: the histogram
 *
 * Return: their number.
 */
u64 dyad_latency_total(const struct dyad_latency *l);

/**
 * dyad_latency_quantile() - a time that so many did not exceed
 * @l: the histogram
 * @percent: of all, 1 to 100
 *
 * Return: ns, not less than the true one and at most twice that (or 1 us);
 * never more than the longest. 0 if there is none at all.
 */
u64 dyad_latency_quantile(const struct dyad_latency *l, unsigned int percent);

#endif
