/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: the Castagnoli checksum, eight bytes at a time, without the final inversion. */
#ifndef SHIM_LINUX_CRC32C_H
#define SHIM_LINUX_CRC32C_H

#include <linux/types.h>

/* table[n][b]: what the byte b does to the checksum with n bytes behind it. */
static inline void crc32c_prepare(u32 table[8][256])
{
	int i, n;

	/* The last entry last: with it the table is whole. */
	for (i = 0; i < 256; i++) {
		u32 entry = i;

		for (n = 0; n < 8; n++)
			entry = entry & 1 ? entry >> 1 ^ 0x82f63b78u : entry >> 1;
		table[0][i] = entry;
	}
	for (n = 1; n < 8; n++)
		for (i = 0; i < 256; i++)
			table[n][i] = table[n - 1][i] >> 8 ^ table[0][table[n - 1][i] & 0xff];
}

__attribute__((no_sanitize("address", "undefined")))
static inline u32 crc32c(u32 crc, const void *data, unsigned int bytes)
{
	static u32 table[8][256];
	const u8 *p = data;

	if (!table[7][255])
		crc32c_prepare(table);
	for (; bytes >= 8; bytes -= 8, p += 8) {
		crc ^= p[0] | p[1] << 8 | p[2] << 16 | (u32)p[3] << 24;
		crc = table[7][crc & 0xff] ^ table[6][crc >> 8 & 0xff] ^
		      table[5][crc >> 16 & 0xff] ^ table[4][crc >> 24] ^
		      table[3][p[4]] ^ table[2][p[5]] ^ table[1][p[6]] ^ table[0][p[7]];
	}
	for (; bytes; bytes--)
		crc = crc >> 8 ^ table[0][(crc ^ *p++) & 0xff];
	return crc;
}

#endif
