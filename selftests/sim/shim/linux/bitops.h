/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: bits. */
#ifndef SIM_LINUX_BITOPS_H
#define SIM_LINUX_BITOPS_H

#include <linux/kernel.h>

#define hweight64(x) ((unsigned int)__builtin_popcountll(x))
#define hweight32(x) ((unsigned int)__builtin_popcount(x))
#define hweight8(x) hweight32((u8)(x))
#define hweight_long(x) hweight64(x)
#define __ffs64(x) ((unsigned long)__builtin_ctzll(x))
#define __ffs(x) ((unsigned long)__builtin_ctzl(x))
#define fls(x) ((x) ? 32 - __builtin_clz(x) : 0)
#define fls64(x) ((x) ? 64 - __builtin_clzll(x) : 0)

static inline bool test_bit(unsigned long n, const unsigned long *map)
{
	return map[n / BITS_PER_LONG] >> n % BITS_PER_LONG & 1;
}

static inline void __set_bit(unsigned long n, unsigned long *map)
{
	map[n / BITS_PER_LONG] |= 1ul << n % BITS_PER_LONG;
}

static inline void __clear_bit(unsigned long n, unsigned long *map)
{
	map[n / BITS_PER_LONG] &= ~(1ul << n % BITS_PER_LONG);
}

static inline bool __test_and_set_bit(unsigned long n, unsigned long *map)
{
	bool was = test_bit(n, map);

	__set_bit(n, map);
	return was;
}

static inline bool __test_and_clear_bit(unsigned long n, unsigned long *map)
{
	bool was = test_bit(n, map);

	__clear_bit(n, map);
	return was;
}

#define set_bit __set_bit
#define clear_bit __clear_bit
#define test_and_set_bit __test_and_set_bit
#define test_and_clear_bit __test_and_clear_bit

unsigned long sim_find_bit(const unsigned long *map, unsigned long bits,
			   unsigned long n, unsigned long invert);

#define find_next_bit(map, bits, n) sim_find_bit(map, bits, n, 0)
#define find_next_zero_bit(map, bits, n) sim_find_bit(map, bits, n, ~0ul)
#define find_first_bit(map, bits) find_next_bit(map, bits, 0)
#define find_first_zero_bit(map, bits) find_next_zero_bit(map, bits, 0)
#define for_each_set_bit(i, map, bits)						\
	for ((i) = find_first_bit(map, bits); (i) < (bits);			\
	     (i) = find_next_bit(map, bits, (i) + 1))

#endif
