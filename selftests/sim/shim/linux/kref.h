/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: references. */
#ifndef SIM_LINUX_KREF_H
#define SIM_LINUX_KREF_H

#include <linux/kernel.h>

struct kref {
	int count;
};

#define kref_init(r) ((r)->count = 1)
#define kref_read(r) ((r)->count)

static inline void kref_get(struct kref *ref)
{
	sim_assert(ref->count > 0, "a reference to what is gone");
	ref->count++;
}

static inline int kref_put(struct kref *ref, void (*release)(struct kref *ref))
{
	sim_assert(ref->count > 0, "a reference is dropped twice");
	if (--ref->count)
		return 0;
	release(ref);
	return 1;
}

#endif
