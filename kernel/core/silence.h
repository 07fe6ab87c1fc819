/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the peer lost, or have we merely not asked it? Told from when it was heard. */
#ifndef DYAD_CORE_SILENCE_H
#define DYAD_CORE_SILENCE_H

#include <linux/types.h>

/**
 * struct dyad_silence - how long the peer has said nothing, though it was asked
 * @heard: its last sign of life, in any unit
 * @asked: the first ping after that
 * @waits: there was one
 *
 * Zeroed at the beginning. A node that has slept itself, or had no processor, has not
 * asked: the peer's silence until then means nothing.
 */
struct dyad_silence {
	unsigned long heard;
	unsigned long asked;
	bool waits;
};

/**
 * dyad_silence_look() - has it been silent for too long? If not, it is pinged now
 * @silence: what is known
 * @heard: its last sign of life, no later than @now
 * @now: the time; may wrap
 * @limit: a longer silence is too long
 * @every: how long it has at least, after a ping; less than @limit
 *
 * Return: true if it is lost.
 */
bool dyad_silence_look(struct dyad_silence *silence, unsigned long heard,
		       unsigned long now, unsigned long limit, unsigned long every);

/**
 * dyad_silence_next() - when to look, and ping, again
 * @silence: was looked at
 * @now: the time
 * @limit: as above
 * @every: as above; also the longest time between two pings
 *
 * If nothing is heard until then the peer is lost as soon as it may be.
 *
 * Return: from now on, 1 to @every.
 */
unsigned long dyad_silence_next(const struct dyad_silence *silence, unsigned long now,
				unsigned long limit, unsigned long every);

#endif
