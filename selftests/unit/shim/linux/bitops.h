/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: counting bits. */
#ifndef SHIM_LINUX_BITOPS_H
#define SHIM_LINUX_BITOPS_H

#define hweight64(x) ((unsigned int)__builtin_popcountll(x))
#define fls64(x) ((x) ? 64 - __builtin_clzll(x) : 0)

#endif
