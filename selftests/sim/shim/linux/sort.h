/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: sorting, plainly. */
#ifndef SIM_LINUX_SORT_H
#define SIM_LINUX_SORT_H

#include <linux/string.h>

static inline void sort(void *base, size_t n, size_t size,
			int (*compare)(const void *a, const void *b), void *swap)
{
	u8 held[64], *b = base;
	size_t i, j;

	sim_assert(size <= sizeof(held), "sorting what is too large");
	for (i = 1; i < n; i++) {
		memcpy(held, b + i * size, size);
		for (j = i; j && compare(b + (j - 1) * size, held) > 0; j--)
			memcpy(b + j * size, b + (j - 1) * size, size);
		memcpy(b + j * size, held, size);
	}
}

#endif
