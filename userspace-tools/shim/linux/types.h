/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim for kernel/core: the kernel's integer types, on top of the C library's. */
#ifndef DYAD_SHIM_LINUX_TYPES_H
#define DYAD_SHIM_LINUX_TYPES_H

#include_next <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#endif
