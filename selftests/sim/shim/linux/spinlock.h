/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shim: one thread needs no lock, but taking one twice, not at all, or sleeping
 * with one is seen. Where the last one is given back another may run.
 */
#ifndef SIM_LINUX_SPINLOCK_H
#define SIM_LINUX_SPINLOCK_H

#include <linux/kernel.h>

typedef struct {
	bool owner;
} spinlock_t;

static inline void spin_lock_init(spinlock_t *lock)
{
	lock->owner = false;
}

static inline void spin_lock(spinlock_t *lock)
{
	sim_assert(!lock->owner, "a spinlock is taken twice");
	lock->owner = true;
	sim_spinning++;
}

static inline void spin_unlock(spinlock_t *lock)
{
	sim_assert(lock->owner, "a spinlock is released that is not held");
	lock->owner = false;
	if (!--sim_spinning && !sim_in_irq)
		sim_preempt();
}

#define spin_lock_irq spin_lock
#define spin_unlock_irq spin_unlock
#define spin_lock_bh spin_lock
#define spin_unlock_bh spin_unlock
#define spin_lock_irqsave(lock, flags) ((flags) = 1, spin_lock(lock))
#define spin_unlock_irqrestore(lock, flags) ((void)(flags), spin_unlock(lock))

#endif
