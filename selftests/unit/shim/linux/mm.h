/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: see slab.h. */
#include <linux/slab.h>
#include <linux/string.h>
