// SPDX-License-Identifier: GPL-2.0-only
/* Whether something hangs. Pure. */
#include "stall.h"

bool dyad_stall_look(struct dyad_stall *stall, u64 left, u64 now, u64 limit)
{
	if (left) {
		stall->hangs = limit && now - stall->since >= limit;
		return false;
	}
	stall->phase = !stall->phase;
	stall->since = now;
	stall->hangs = false;
	return true;
}
