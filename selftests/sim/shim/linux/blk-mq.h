/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: see blkdev.h. */
#include <linux/blkdev.h>
