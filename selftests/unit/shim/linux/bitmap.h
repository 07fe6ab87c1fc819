/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: arrays of bits, a bit at a time. */
#ifndef SHIM_LINUX_BITMAP_H
#define SHIM_LINUX_BITMAP_H

#include <linux/kernel.h>

#define BITS_PER_LONG (8 * sizeof(long))

static inline bool test_bit(unsigned long n, const unsigned long *map)
{
	return map[n / BITS_PER_LONG] >> n % BITS_PER_LONG & 1;
}

static inline void bitmap_set(unsigned long *map, unsigned int first, unsigned int count)
{
	for (; count; count--, first++)
		map[first / BITS_PER_LONG] |= 1ul << first % BITS_PER_LONG;
}

static inline void bitmap_clear(unsigned long *map, unsigned int first, unsigned int count)
{
	for (; count; count--, first++)
		map[first / BITS_PER_LONG] &= ~(1ul << first % BITS_PER_LONG);
}

static inline unsigned int bitmap_weight(const unsigned long *map, unsigned int bits)
{
	unsigned int weight = 0;

	while (bits--)
		weight += test_bit(bits, map);
	return weight;
}

static inline unsigned long shim_find(const unsigned long *map, unsigned long bits,
				      unsigned long n, bool wanted)
{
	while (n < bits && test_bit(n, map) != wanted)
		n++;
	return n < bits ? n : bits;
}

#define find_next_bit(map, bits, n) shim_find(map, bits, n, true)
#define find_next_zero_bit(map, bits, n) shim_find(map, bits, n, false)

#endif
