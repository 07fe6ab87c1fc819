/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: time in nanoseconds. */
#ifndef SIM_LINUX_KTIME_H
#define SIM_LINUX_KTIME_H

#include <linux/jiffies.h>

typedef s64 ktime_t;
typedef s64 time64_t;

#define NSEC_PER_SEC 1000000000ll
#define NSEC_PER_USEC 1000l
#define ktime_get() ((ktime_t)(jiffies * (NSEC_PER_SEC / HZ)))
#define ktime_get_ns() ((u64)ktime_get())
#define ktime_get_real_seconds() ((time64_t)(1600000000 + jiffies / HZ))
#define ktime_sub(a, b) ((a) - (b))
#define ktime_to_ms(t) ((s64)(t) / 1000000)
#define ktime_to_ns(t) ((s64)(t))
#define ktime_ms_delta(a, b) ktime_to_ms((a) - (b))
#define ktime_us_delta(a, b) (((a) - (b)) / 1000)

#endif
