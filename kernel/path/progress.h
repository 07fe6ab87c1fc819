/* SPDX-License-Identifier: GPL-2.0-only */
/* How far the resync or verify of a volume is, and what it has found. */
#ifndef DYAD_PATH_PROGRESS_H
#define DYAD_PATH_PROGRESS_H

#include <linux/atomic.h>
#include <linux/ktime.h>
#include <linux/spinlock.h>

#include "core/differ.h"
#include "uapi/linux/dyad.h"

/**
 * struct dyad_progress - the running or last resync or verify of a volume
 * @role: this node's part in it
 * @total: bytes to look at
 * @done: bytes of these that are compared, or known to be equal now
 * @copied: bytes of these that had to be copied
 * @started: when
 * @ended: when; meaningful once @role is none
 * @lock: protects @differ
 * @differ: what the running or last verify found
 */
struct dyad_progress {
	enum dyad_sync_role role;
	u64 total;
	atomic64_t done;
	atomic64_t copied;
	ktime_t started;
	ktime_t ended;
	spinlock_t lock;	/* what was found */
	struct dyad_differ differ;
};

/**
 * dyad_progress_init() - there was no resync yet
 * @p: of a new volume, zeroed
 */
static inline void dyad_progress_init(struct dyad_progress *p)
{
	spin_lock_init(&p->lock);
	dyad_differ_init(&p->differ);
}

/**
 * dyad_progress_start() - a resync or verify begins
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
	if (role == DYAD_SYNC_ROLE_VERIFY) {
		spin_lock_irq(&p->lock);
		dyad_differ_init(&p->differ);
		spin_unlock_irq(&p->lock);
	}
	WRITE_ONCE(p->role, role);
}

/**
 * dyad_progress_differ() - a verify has found something
 * @p: of the volume
 * @start: offset of the first byte
 * @length: bytes
 *
 * Context: process.
 */
static inline void dyad_progress_differ(struct dyad_progress *p, u64 start,
					u64 length)
{
	spin_lock_irq(&p->lock);
	dyad_differ_add(&p->differ, start, length);
	spin_unlock_irq(&p->lock);
}

/**
 * dyad_progress_end() - the resync or verify has ended, done or not
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
