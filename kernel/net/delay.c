// SPDX-License-Identifier: GPL-2.0-only
/*
 * Delays of microseconds. Taking a timer back costs more than to have it end for nothing, so
 * a flag says whether it is wanted.
 */
#include "delay.h"

#include <linux/preempt.h>
#include <linux/time64.h>

#include "compat.h"

static enum hrtimer_restart ended(struct hrtimer *timer)
{
	struct dyad_delay *delay = container_of(timer, struct dyad_delay, timer);

	if (test_and_clear_bit(DYAD_DELAY_BEGUN, &delay->flags))
		delay->over(delay);
	return HRTIMER_NORESTART;
}

void dyad_delay_init(struct dyad_delay *delay, void (*over)(struct dyad_delay *delay))
{
	delay->flags = 0;
	delay->over = over;
	dyad_hrtimer_setup(&delay->timer, ended, CLOCK_MONOTONIC, HRTIMER_MODE_REL_SOFT);
}

bool dyad_delay_is_exact(void)
{
	return hrtimer_resolution < NSEC_PER_USEC;
}

void dyad_delay_begin(struct dyad_delay *delay, u64 ns)
{
	/* What others rely on must not be left half done. */
	preempt_disable();
	if (!test_and_set_bit(DYAD_DELAY_BEGUN, &delay->flags))
		hrtimer_start(&delay->timer, ns_to_ktime(ns), HRTIMER_MODE_REL_SOFT);
	preempt_enable();
}

void dyad_delay_stop(struct dyad_delay *delay)
{
	hrtimer_cancel(&delay->timer);
}
