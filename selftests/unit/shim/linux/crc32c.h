/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: the Castagnoli checksum, a byte at a time, without the final inversion. */
#ifndef SHIM_LINUX_CRC32C_H
#define SHIM_LINUX_CRC32C_H

#include <linux/types.h>

static inline u32 crc32c(u32 crc, const void *data, unsigned int bytes)
{
	static u32 table[256];
	const u8 *p = data;
	int i, bit;

	if (!table[1]) {
		/* The second entry last: with it the table is whole. */
		for (i = 255; i >= 0; i--) {
			u32 entry = i;

			for (bit = 0; bit < 8; bit++)
				entry = entry & 1 ? entry >> 1 ^ 0x82f63b78u : entry >> 1;
			table[i] = entry;
		}
	}
	while (bytes--)
		crc = crc >> 8 ^ table[(crc ^ *p++) & 0xff];
	return crc;
}

#endif
