/* SPDX-License-Identifier: GPL-2.0-only */
/* How much of a resync may be under way, so that applications hardly feel it. */
#ifndef DYAD_CORE_PACE_H
#define DYAD_CORE_PACE_H

#include <linux/types.h>

#define DYAD_PACE_TICK_MS	100		/* between two looks at the load */
#define DYAD_PACE_FLOOR		(64u << 10)	/* under way in any case, bytes */
#define DYAD_PACE_CEILING	(4u << 20)	/* at most */
#define DYAD_PACE_EXTENT	(256u << 10)	/* at most in one piece */

/**
 * struct dyad_pace_load - what the devices' counters say
 * @ios: writes that the applications have completed so far
 * @ns: time that these took, added up
 * @in_flight: that have not completed
 * @busy: bytes of the resync under way
 */
struct dyad_pace_load {
	u64 ios;
	u64 ns;
	u32 in_flight;
	u32 busy;
};

/**
 * struct dyad_pace - what the decision remembers
 * @window: bytes that may be under way
 * @base: mean time of a write with hardly any resync, ns; 0 if not known
 * @judged: the load when it was last judged
 * @seen: the load at the last tick
 * @ticks: since it was last judged
 * @stuck: ticks in a row in which writes were in flight and none completed
 * @idle: ticks in a row without a write, up to where it no longer matters
 * @settling: the window has shrunk: what is measured is still the past
 * @age: judgements since @base was measured
 * @credit: bytes that a capped resync may still take; negative if it took more
 */
struct dyad_pace {
	u32 window;
	u64 base;
	struct dyad_pace_load judged;
	struct dyad_pace_load seen;
	u32 ticks;
	u32 stuck;
	u32 idle;
	bool settling;
	u32 age;
	s64 credit;
};

/**
 * dyad_pace_init() - a resync begins
 * @p: to initialise
 * @load: now
 */
void dyad_pace_init(struct dyad_pace *p, const struct dyad_pace_load *load);

/**
 * dyad_pace_tick() - look at the load and think again
 * @p: the pace
 * @load: now, DYAD_PACE_TICK_MS after the last time
 *
 * While no application writes the window doubles with each tick. As soon as one
 * does, it falls to the floor, where it is measured how long a write takes; then
 * it grows by steps, and is halved each time that writes take notably longer.
 */
void dyad_pace_tick(struct dyad_pace *p, const struct dyad_pace_load *load);

/**
 * dyad_pace_refill() - time has passed for a capped resync
 * @p: the pace
 * @rate: the cap now, bytes a second, or 0 for none
 * @us: microseconds since the last time
 */
void dyad_pace_refill(struct dyad_pace *p, u64 rate, u64 us);

/**
 * dyad_pace_spend() - a piece was begun
 * @p: the pace
 * @bytes: its length
 */
void dyad_pace_spend(struct dyad_pace *p, u32 bytes);

/**
 * dyad_pace_room() - how long may the next piece be?
 * @p: the pace
 * @rate: the cap now, or 0 for none
 * @busy: bytes under way
 *
 * Return: bytes, 0 if none may be begun now; never 0 for ever.
 */
u32 dyad_pace_room(const struct dyad_pace *p, u64 rate, u32 busy);

#endif
