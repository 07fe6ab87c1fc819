/* SPDX-License-Identifier: GPL-2.0-only */
/* How long may what is to be sent wait for what comes next, to share its price? */
#ifndef DYAD_CORE_COALESCE_H
#define DYAD_CORE_COALESCE_H

#include <linux/types.h>

#define DYAD_COALESCE_BUSY	4	/* half of these, less one, may wait */

/**
 * struct dyad_coalesce - what is known of a stream of requests
 * @latency: from a request to its answer, in ns, smoothed; 0: nothing is known yet
 *
 * As network cards do with interrupts: who sends one request at a time never waits, and of many
 * that are under way each waits for a small part of the time that it takes anyway.
 */
struct dyad_coalesce {
	u64 latency;
};

/**
 * dyad_coalesce_sample() - learn from an answer
 * @coalesce: zeroed at the beginning
 * @ns: that it took
 */
void dyad_coalesce_sample(struct dyad_coalesce *coalesce, u64 ns);

/**
 * dyad_coalesce_is_busy() - are so many under way that anything may wait?
 * @under_way: requests that have been sent and not been answered
 *
 * Return: true if so; only then are samples of use.
 */
static inline bool dyad_coalesce_is_busy(u64 under_way)
{
	return under_way >= DYAD_COALESCE_BUSY;
}

/**
 * dyad_coalesce_wait() - how long what waits may wait for more
 * @coalesce: what is known
 * @waiting: requests that are to be sent, 1 at least
 * @under_way: requests that have been sent and not been answered
 *
 * A batch is half as large as what is under way, so that at all times most of what there is to
 * do is with the peer.
 *
 * Return: ns from now on, or 0: not at all.
 */
u64 dyad_coalesce_wait(const struct dyad_coalesce *coalesce, u64 waiting, u64 under_way);

#endif
