/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: a lock that is waited for. */
#ifndef SIM_LINUX_MUTEX_H
#define SIM_LINUX_MUTEX_H

#include <linux/wait.h>

struct mutex {
	struct sim_co *owner;
	struct sim_wq wq;
};

static inline void mutex_init(struct mutex *m)
{
	m->owner = NULL;
	m->wq.first = NULL;
}

#define mutex_destroy(m) sim_assert(!(m)->owner, "a mutex is destroyed while it is held")
#define mutex_is_locked(m) ((m)->owner)

static inline void mutex_lock(struct mutex *m)
{
	sim_might_sleep();
	sim_assert(m->owner != sim_current, "a mutex is taken twice");
	while (m->owner)
		sim_wait(&m->wq);
	m->owner = sim_current;
}

static inline bool mutex_trylock(struct mutex *m)
{
	if (m->owner)
		return false;
	m->owner = sim_current;
	return true;
}

static inline void mutex_unlock(struct mutex *m)
{
	sim_assert(m->owner == sim_current, "a mutex is released that is not held");
	m->owner = NULL;
	sim_wake_all(&m->wq);
	sim_preempt();
}

#define DEFINE_MUTEX(name) struct mutex name

#endif
