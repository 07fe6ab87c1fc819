// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looking at a resource. With its lock what is seen is all of one moment. But that may be
 * held for as long as a disk takes to answer, and then it is worth more to see something.
 */
#include "look.h"

#include <linux/jiffies.h>
#include <linux/sched/signal.h>

#define PATIENCE (2 * HZ)
#define PAUSE (HZ / 50)

int dyad_look_begin(struct dyad_resource *res, bool *locked)
{
	unsigned long end = jiffies + PATIENCE;
	int ret;

	*locked = mutex_trylock(&res->lock);
	while (!*locked && time_before(jiffies, end)) {
		schedule_timeout_interruptible(PAUSE);
		if (signal_pending(current))
			return -EINTR;
		*locked = mutex_trylock(&res->lock);
	}
	ret = mutex_lock_interruptible(&res->shown);
	if (ret && *locked)
		mutex_unlock(&res->lock);
	return ret;
}

void dyad_look_end(struct dyad_resource *res, bool locked)
{
	mutex_unlock(&res->shown);
	if (locked)
		mutex_unlock(&res->lock);
}
