/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim for kernel/core: the small macros that are everywhere. */
#ifndef DYAD_SHIM_LINUX_KERNEL_H
#define DYAD_SHIM_LINUX_KERNEL_H

#include_next <linux/kernel.h>
#include <linux/types.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define BUILD_BUG_ON(condition) _Static_assert(!(condition), #condition)
#define DIV_ROUND_UP(n, d) (((n) + (d) - 1) / (d))
#define DIV_ROUND_UP_ULL(n, d) (((unsigned long long)(n) + (d) - 1) / (d))
#define max(a, b) ({ __typeof__(a) __a = (a); __typeof__(b) __b = (b); __a > __b ? __a : __b; })
#define min(a, b) ({ __typeof__(a) __a = (a); __typeof__(b) __b = (b); __a < __b ? __a : __b; })
#define min_t(type, a, b) min((type)(a), (type)(b))

#endif
