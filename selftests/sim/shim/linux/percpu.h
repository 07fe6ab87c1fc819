/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: memory of each processor, of which there is one. */
#ifndef SIM_LINUX_PERCPU_H
#define SIM_LINUX_PERCPU_H

#include <linux/kernel.h>

#define __percpu
#define alloc_percpu(type) ((type *)sim_alloc(sizeof(type), true))
#define free_percpu(p) sim_free(p)
#define per_cpu_ptr(p, cpu) ((void)(cpu), (p))
#define this_cpu_read(x) (x)
#define this_cpu_inc(x) ((void)(x)++)
#define this_cpu_dec(x) ((void)(x)--)
#define this_cpu_add(x, n) ((void)((x) += (n)))
#define this_cpu_cmpxchg(x, old, new) cmpxchg(&(x), old, new)

#endif
