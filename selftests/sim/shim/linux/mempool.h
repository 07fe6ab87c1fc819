/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: memory that is kept in reserve; there is always some here. */
#ifndef SIM_LINUX_MEMPOOL_H
#define SIM_LINUX_MEMPOOL_H

#include <linux/gfp.h>

typedef struct { int unused; } mempool_t;

static mempool_t sim_mempool __attribute__((unused));

#define mempool_create_page_pool(n, order) (&sim_mempool)
#define mempool_destroy(pool) ((void)(pool))
#define mempool_alloc(pool, gfp) alloc_page(gfp)
#define mempool_free(page, pool) __free_page(page)

#endif
