/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: what ends a delay, at some time or other. */
#ifndef SIM_LINUX_HRTIMER_H
#define SIM_LINUX_HRTIMER_H

#include <linux/workqueue.h>

struct hrtimer {
	struct work_struct work;
};

#endif
