// SPDX-License-Identifier: GPL-2.0-only
/* What makes one module of the unit tests; they run when it is loaded. */
#include <linux/module.h>

MODULE_DESCRIPTION("Unit tests of dyad");
MODULE_LICENSE("GPL");
