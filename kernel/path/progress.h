/* SPDX-License-Identifier: GPL-2.0-only */
/* How far the resync of a volume is. */
#ifndef DYAD_PATH_PROGRESS_H
#define DYAD_PATH_PROGRESS_H

#include <linux/atomic.h>
#include <linux/ktime.h>

#include "uapi/linux/dyad.h"

/**
 * struct dyad_progress - the running or last resync of a volume
 * @role: this node's part in it
 * @total: bytes to look at
 * @done: bytes known to be equal now
 * @copied: bytes of these that had to be copied
 * @started: when
 * @ended: when; meaningful once @role is none
 */
struct dyad_progress {
	enum dyad_sync_role role;
	u64 total;
	atomic64_t done;
	atomic64_t copied;
	ktime_t started;
	ktime_t ended;
};

/**
 * dyad_progress_start() - a resync begins
 * @p: of the volume
 * @role: this node's part
 * @total: bytes to look at
 */
static inline void dyad_progress_start(struct dyad_progress *p,
				       enum dyad_sync_role role, u64 total)
{
	p->total = total;
	atomic64_set(&p->done, 0);
	atomic64_set(&p->copied, 0);
	p->started = ktime_get();
	WRITE_ONCE(p->role, role);
}

/**
 * dyad_progress_end() - the resync has ended, done or not
 * @p: of the volume
 */
static inline void dyad_progress_end(struct dyad_progress *p)
{
	if (p->role == DYAD_SYNC_ROLE_NONE)
		return;
	p->ended = ktime_get();
	WRITE_ONCE(p->role, DYAD_SYNC_ROLE_NONE);
}

#endif
