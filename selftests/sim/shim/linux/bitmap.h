/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: arrays of bits, a word at a time. */
#ifndef SIM_LINUX_BITMAP_H
#define SIM_LINUX_BITMAP_H

#include <linux/bitops.h>
#include <linux/gfp.h>
#include <linux/string.h>

#define BITS_TO_LONGS(n) DIV_ROUND_UP(n, BITS_PER_LONG)
#define BITMAP_LAST_WORD_MASK(n) (~0ul >> (-(n) & (BITS_PER_LONG - 1)))
#define DECLARE_BITMAP(name, bits) unsigned long name[BITS_TO_LONGS(bits)]
#define bitmap_zero(map, bits) memset(map, 0, BITS_TO_LONGS(bits) * sizeof(long))
#define bitmap_zalloc(bits, gfp) ((void)(gfp), sim_alloc(BITS_TO_LONGS(bits) * sizeof(long), true))
#define bitmap_free(map) sim_free(map)
#define bitmap_empty(map, bits) (find_first_bit(map, bits) >= (bits))
#define bitmap_full(map, bits) (find_first_zero_bit(map, bits) >= (bits))
#define bitmap_copy(to, from, bits) memcpy(to, from, BITS_TO_LONGS(bits) * sizeof(long))

static inline void shim_bitmap(unsigned long *map, unsigned int first, unsigned int count,
			       bool set)
{
	while (count) {
		unsigned int at = first % BITS_PER_LONG;
		unsigned int n = min(count, (unsigned int)BITS_PER_LONG - at);
		unsigned long mask = (~0ul >> (BITS_PER_LONG - n)) << at;

		if (set)
			map[first / BITS_PER_LONG] |= mask;
		else
			map[first / BITS_PER_LONG] &= ~mask;
		first += n;
		count -= n;
	}
}

#define bitmap_set(map, first, count) shim_bitmap(map, first, count, true)
#define bitmap_clear(map, first, count) shim_bitmap(map, first, count, false)

static inline void bitmap_fill(unsigned long *map, unsigned int bits)
{
	bitmap_set(map, 0, bits);
}

static inline unsigned int bitmap_weight(const unsigned long *map, unsigned int bits)
{
	unsigned int weight = 0, i;

	for (i = 0; i < bits / BITS_PER_LONG; i++)
		weight += hweight64(map[i]);
	if (bits % BITS_PER_LONG)
		weight += hweight64(map[i] & (~0ul >> (BITS_PER_LONG - bits % BITS_PER_LONG)));
	return weight;
}

static inline void bitmap_or(unsigned long *to, const unsigned long *a, const unsigned long *b,
			     unsigned int bits)
{
	unsigned int i;

	for (i = 0; i < BITS_TO_LONGS(bits); i++)
		to[i] = a[i] | b[i];
}

#endif
