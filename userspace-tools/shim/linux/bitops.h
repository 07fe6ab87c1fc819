/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim for kernel/core: counting bits. */
#ifndef DYAD_SHIM_LINUX_BITOPS_H
#define DYAD_SHIM_LINUX_BITOPS_H

#define fls64(x) ((x) ? 64 - __builtin_clzll(x) : 0)

#endif
