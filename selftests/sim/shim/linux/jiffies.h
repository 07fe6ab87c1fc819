/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: time, which passes when nothing else can happen, or by chance. */
#ifndef SIM_LINUX_JIFFIES_H
#define SIM_LINUX_JIFFIES_H

#include <linux/kernel.h>

#define HZ 250
#define MAX_JIFFY_OFFSET (~0ul / 4)
#define jiffies sim_jiffies
#define get_jiffies_64() ((unsigned long long)sim_jiffies)
#define msecs_to_jiffies(ms) ((unsigned long)(ms) * HZ / 1000)
#define jiffies_to_msecs(j) ((unsigned int)((j) * 1000 / HZ))
#define time_after(a, b) ((long)((b) - (a)) < 0)
#define time_before(a, b) time_after(b, a)
#define time_after_eq(a, b) ((long)((a) - (b)) >= 0)
#define time_before_eq(a, b) time_after_eq(b, a)
#define schedule_timeout_uninterruptible(n) sim_sleep(n)
#define msleep(ms) sim_sleep(msecs_to_jiffies(ms))

#endif
