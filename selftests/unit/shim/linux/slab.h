/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: memory; the sanitizer watches it. */
#ifndef SHIM_LINUX_SLAB_H
#define SHIM_LINUX_SLAB_H

#include <linux/gfp.h>
#include <stdlib.h>

#define kzalloc(bytes, gfp) ((void)(gfp), calloc(1, bytes))
#define kvcalloc(n, bytes, gfp) ((void)(gfp), calloc(n, bytes))
#define kfree(p) free((void *)(p))
#define kvfree(p) kfree(p)

#endif
