/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: 64-bit counters. */
#ifndef SHIM_LINUX_ATOMIC_H
#define SHIM_LINUX_ATOMIC_H

#include <linux/types.h>

typedef struct {
	s64 counter;
} atomic64_t;

#define atomic64_set(v, n) __atomic_store_n(&(v)->counter, n, __ATOMIC_RELAXED)
#define atomic64_read(v) __atomic_load_n(&(v)->counter, __ATOMIC_RELAXED)
#define atomic64_add(n, v) ((void)__atomic_fetch_add(&(v)->counter, n, __ATOMIC_RELAXED))

#endif
