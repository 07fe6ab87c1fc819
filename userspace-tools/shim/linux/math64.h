/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim for kernel/core: division. */
#ifndef DYAD_SHIM_LINUX_MATH64_H
#define DYAD_SHIM_LINUX_MATH64_H

#define div_u64(a, b) ((u64)(a) / (b))

#endif
