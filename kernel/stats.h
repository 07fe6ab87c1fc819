/* SPDX-License-Identifier: GPL-2.0-only */
/* Counting objects, so that unloading can show that none is left. */
#ifndef DYAD_STATS_H
#define DYAD_STATS_H

#include <linux/atomic.h>

extern atomic_long_t dyad_objects_created;
extern atomic_long_t dyad_objects_destroyed;

/**
 * dyad_object_created() - a long-lived object now exists
 *
 * Context: any.
 */
static inline void dyad_object_created(void)
{
	atomic_long_inc(&dyad_objects_created);
}

/**
 * dyad_object_destroyed() - a counted object was freed
 *
 * Context: any.
 */
static inline void dyad_object_destroyed(void)
{
	atomic_long_inc(&dyad_objects_destroyed);
}

#endif
