// SPDX-License-Identifier: GPL-2.0-only
/* Whether the peer has been silent for too long. Pure. */
#include "silence.h"

#include <linux/kernel.h>

bool dyad_silence_look(struct dyad_silence *silence, unsigned long heard,
		       unsigned long now, unsigned long limit, unsigned long every)
{
	if (silence->waits && silence->heard == heard)
		return now - heard > limit && now - silence->asked >= every;
	*silence = (struct dyad_silence) { .heard = heard, .asked = now, .waits = true };
	return false;
}

unsigned long dyad_silence_next(const struct dyad_silence *silence, unsigned long now,
				unsigned long limit, unsigned long every)
{
	long patience = silence->heard + limit + 1 - now;
	long answer = silence->asked + every - now;

	return clamp(max(patience, answer), 1l, (long)every);
}
