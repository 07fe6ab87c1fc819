/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: see kernel.h. */
#ifndef SIM_LINUX_MATH64_H
#define SIM_LINUX_MATH64_H

#include <linux/kernel.h>

#define mul_u64_u32_div(a, b, c) ((u64)((unsigned __int128)(a) * (b) / (c)))
#define mul_u64_u64_div_u64(a, b, c) ((u64)((unsigned __int128)(a) * (b) / (c)))
#define div64_s64(a, b) ((s64)(a) / (s64)(b))
#define div_s64(a, b) ((s64)(a) / (b))

#endif
