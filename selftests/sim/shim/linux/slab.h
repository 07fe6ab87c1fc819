/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: memory of the node that runs. */
#ifndef SIM_LINUX_SLAB_H
#define SIM_LINUX_SLAB_H

#include <linux/gfp.h>
#include <linux/kernel.h>

#define kmalloc(bytes, gfp) ((void)(gfp), sim_alloc(bytes, false))
#define kzalloc(bytes, gfp) ((void)(gfp), sim_alloc(bytes, true))
#define kcalloc(n, bytes, gfp) ((void)(gfp), sim_alloc((n) * (bytes), true))
#define kmalloc_array(n, bytes, gfp) ((void)(gfp), sim_alloc((n) * (bytes), false))
#define kvmalloc(bytes, gfp) kmalloc(bytes, gfp)
#define kvzalloc(bytes, gfp) kzalloc(bytes, gfp)
#define kvcalloc(n, bytes, gfp) kcalloc(n, bytes, gfp)
#define kvmalloc_array(n, bytes, gfp) kmalloc_array(n, bytes, gfp)
#define kfree(p) sim_free(p)
#define kvfree(p) sim_free(p)
#define kfree_sensitive(p) sim_free(p)

#endif
