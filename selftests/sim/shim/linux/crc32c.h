/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: the Castagnoli checksum, without the final inversion. */
#ifndef SIM_LINUX_CRC32C_H
#define SIM_LINUX_CRC32C_H

#include <linux/types.h>

u32 crc32c(u32 crc, const void *data, unsigned int bytes);

#endif
