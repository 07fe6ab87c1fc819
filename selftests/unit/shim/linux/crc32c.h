/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: the Castagnoli checksum, a bit at a time, without the final inversion. */
#ifndef SHIM_LINUX_CRC32C_H
#define SHIM_LINUX_CRC32C_H

#include <linux/types.h>

static inline u32 crc32c(u32 crc, const void *data, unsigned int bytes)
{
	const u8 *p = data;
	int bit;

	while (bytes--) {
		crc ^= *p++;
		for (bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0x82f63b78u : crc >> 1;
	}
	return crc;
}

#endif
