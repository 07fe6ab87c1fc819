/* SPDX-License-Identifier: GPL-2.0-only */
/* An array that is as long as its greatest index asks for. */
#ifndef SHIM_XARRAY_H
#define SHIM_XARRAY_H

#include <stdlib.h>
#include <linux/types.h>

struct xarray {
	void **slots;
	unsigned long count;
};

static inline void xa_init(struct xarray *xa)
{
	*xa = (struct xarray) { };
}

static inline void xa_destroy(struct xarray *xa)
{
	free(xa->slots);
	xa_init(xa);
}

static inline void *xa_load(const struct xarray *xa, unsigned long index)
{
	return index < xa->count ? xa->slots[index] : NULL;
}

static inline void *xa_store(struct xarray *xa, unsigned long index, void *entry,
			     unsigned int gfp)
{
	void *old = xa_load(xa, index);

	(void)gfp;
	if (index >= xa->count) {
		xa->slots = realloc(xa->slots, (index + 1) * sizeof(*xa->slots));
		if (!xa->slots)
			abort();
		while (xa->count <= index)
			xa->slots[xa->count++] = NULL;
	}
	xa->slots[index] = entry;
	return old;
}

#define XA_ERROR(errno) ((void *)((unsigned long)(errno) << 2 | 2ul))

static inline int xa_err(const void *entry)
{
	return ((unsigned long)entry & 3) == 2 ? (int)((long)entry >> 2) : 0;
}

static inline void *xa_erase(struct xarray *xa, unsigned long index)
{
	return xa_load(xa, index) ? xa_store(xa, index, NULL, 0) : NULL;
}

#define xa_erase_irq(xa, index) xa_erase(xa, index)

#define xa_for_each(xa, index, entry)					\
	for ((index) = 0; (index) < (xa)->count; (index)++)		\
		if (((entry) = (xa)->slots[index]))

#endif
