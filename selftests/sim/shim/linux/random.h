/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: chance, from the schedule's seed. */
#ifndef SIM_LINUX_RANDOM_H
#define SIM_LINUX_RANDOM_H

#include <linux/kernel.h>

#define get_random_u64() sim_random64()
#define get_random_u32() ((u32)sim_random64())

#endif
