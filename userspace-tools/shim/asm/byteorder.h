/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim for kernel/core: conversions to and from little-endian. */
#ifndef DYAD_SHIM_ASM_BYTEORDER_H
#define DYAD_SHIM_ASM_BYTEORDER_H

#include <endian.h>
#include <linux/types.h>

#include_next <asm/byteorder.h>

#define cpu_to_le16(x) ((__le16)htole16(x))
#define cpu_to_le32(x) ((__le32)htole32(x))
#define cpu_to_le64(x) ((__le64)htole64(x))
#define le16_to_cpu(x) le16toh(x)
#define le32_to_cpu(x) le32toh(x)
#define le64_to_cpu(x) le64toh(x)

#endif
