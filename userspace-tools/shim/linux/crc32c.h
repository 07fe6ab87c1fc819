/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim for kernel/core: the Castagnoli checksum, without the final inversion. */
#ifndef DYAD_SHIM_LINUX_CRC32C_H
#define DYAD_SHIM_LINUX_CRC32C_H

#include <linux/types.h>

/* By table; one is made for each file that includes this, there is one. */
static inline u32 crc32c(u32 crc, const void *data, unsigned int bytes)
{
	static u32 table[256];
	const u8 *p = data;
	unsigned int i, bit;

	for (i = 0; !table[1] && i < 256; i++)
		for (bit = 0, table[255 - i] = 255 - i; bit < 8; bit++)
			table[255 - i] = table[255 - i] >> 1 ^
					 (table[255 - i] & 1 ? 0x82f63b78u : 0);
	while (bytes--)
		crc = crc >> 8 ^ table[(crc ^ *p++) & 255];
	return crc;
}

#endif
