/* SPDX-License-Identifier: GPL-2.0-only */
/* Doing something a little later, unless somebody does it before. */
#ifndef DYAD_NET_DELAY_H
#define DYAD_NET_DELAY_H

#include <linux/bitops.h>
#include <linux/hrtimer.h>
#include <linux/types.h>

#define DYAD_DELAY_BEGUN	0	/* in @flags */

/**
 * struct dyad_delay - a delay of microseconds
 * @timer: ends it
 * @flags: has it begun?
 * @over: then called, in softirq
 */
struct dyad_delay {
	struct hrtimer timer;
	unsigned long flags;
	void (*over)(struct dyad_delay *delay);
};

/**
 * dyad_delay_init() - one that has not begun
 * @delay: to initialise
 * @over: what is done at its end: by then it may begin again
 */
void dyad_delay_init(struct dyad_delay *delay, void (*over)(struct dyad_delay *delay));

/**
 * dyad_delay_is_exact() - are there timers for such short times?
 *
 * Return: false if the kernel or the machine only has those that tick.
 */
bool dyad_delay_is_exact(void);

/**
 * dyad_delay_begin() - have it end in time, unless it has begun
 * @delay: the delay
 * @ns: from now on
 *
 * A full barrier: whoever drops the delay, and looks afterwards at what this is for, sees it,
 * or else it does end.
 *
 * Context: any but hard interrupts.
 */
void dyad_delay_begin(struct dyad_delay *delay, u64 ns);

/**
 * dyad_delay_drop() - what it is for is about to be done
 * @delay: begun or not; it may still end, for nothing
 *
 * Context: any.
 */
static inline void dyad_delay_drop(struct dyad_delay *delay)
{
	/* If it begins just now it ends. */
	if (test_bit(DYAD_DELAY_BEGUN, &delay->flags))
		test_and_clear_bit(DYAD_DELAY_BEGUN, &delay->flags);
}

/**
 * dyad_delay_stop() - it does not end any more
 * @delay: nobody begins it any more
 *
 * Waits for @over.
 *
 * Context: process.
 */
void dyad_delay_stop(struct dyad_delay *delay);

#endif
