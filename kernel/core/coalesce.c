// SPDX-License-Identifier: GPL-2.0-only
/* When requests that are to be sent wait for others. Pure. */
#include "coalesce.h"

#include <linux/kernel.h>

#define MOST	32		/* in a batch */
#define LONGEST	100000		/* ns */

void dyad_coalesce_sample(struct dyad_coalesce *coalesce, u64 ns)
{
	/* The first one is all that is known. */
	if (!coalesce->latency)
		coalesce->latency = ns;
	else
		coalesce->latency -= coalesce->latency / 4 - ns / 4;
}

u64 dyad_coalesce_wait(const struct dyad_coalesce *coalesce, u64 waiting, u64 under_way)
{
	if (waiting >= min_t(u64, under_way / 2, MOST))
		return 0;
	return coalesce->latency ? min_t(u64, coalesce->latency / 16, LONGEST) : LONGEST;
}
