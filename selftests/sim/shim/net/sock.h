/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: see linux/net.h. */
#include <linux/jiffies.h>
#include <linux/net.h>
#include <linux/smp.h>
