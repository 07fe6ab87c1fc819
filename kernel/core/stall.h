/* SPDX-License-Identifier: GPL-2.0-only */
/* Has something been under way for too long? Told from two counts. */
#ifndef DYAD_CORE_STALL_H
#define DYAD_CORE_STALL_H

#include <linux/types.h>

/**
 * struct dyad_stall - two generations of what is under way
 * @phase: which of the two what begins now belongs to, 0 or 1
 * @since: when the other one was closed, in any unit
 * @hangs: a part of that has been under way for too long
 *
 * Nobody has to know when each request began: all of the closed generation did before it
 * was closed.
 */
struct dyad_stall {
	u8 phase;
	u64 since;
	bool hangs;
};

/**
 * dyad_stall_look() - what follows from how many are left
 * @stall: to be looked at now and then
 * @left: of the closed generation, that are under way
 * @now: the time
 * @limit: how long is too long, or 0 for never
 *
 * The more often this is called, the sooner after @limit it is seen.
 *
 * Return: true if what begins from here on belongs to the other generation.
 */
bool dyad_stall_look(struct dyad_stall *stall, u64 left, u64 now, u64 limit);

#endif
