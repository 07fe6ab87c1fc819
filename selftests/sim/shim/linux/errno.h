/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: the C library's numbers, and one that only the kernel has. */
#include <asm/errno.h>
#ifndef ENOTSUPP
#define ENOTSUPP 524
#endif
