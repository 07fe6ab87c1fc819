/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: references that can be killed. */
#ifndef SIM_LINUX_PERCPU_REFCOUNT_H
#define SIM_LINUX_PERCPU_REFCOUNT_H

#include <linux/kernel.h>

struct percpu_ref {
	long count;
	bool dead;
	void (*release)(struct percpu_ref *ref);
};

#define percpu_ref_init(r, f, flags, gfp) \
	((void)(gfp), (r)->count = 1, (r)->dead = false, (r)->release = (f), 0)
#define percpu_ref_exit(r) ((void)(r))
#define percpu_ref_is_zero(r) (!(r)->count)
#define percpu_ref_get(r) ((void)(r)->count++)

static inline bool percpu_ref_tryget_live(struct percpu_ref *ref)
{
	if (ref->dead)
		return false;
	ref->count++;
	return true;
}

static inline void percpu_ref_put(struct percpu_ref *ref)
{
	sim_assert(ref->count > 0, "a view is left that was not entered");
	if (!--ref->count)
		ref->release(ref);
}

static inline void percpu_ref_kill(struct percpu_ref *ref)
{
	sim_assert(!ref->dead, "a view is retired twice");
	ref->dead = true;
	percpu_ref_put(ref);
}

#endif
