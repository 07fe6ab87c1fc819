/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: pages are always mapped. */
#ifndef SIM_LINUX_HIGHMEM_H
#define SIM_LINUX_HIGHMEM_H

#include <linux/gfp.h>

#define kmap_local_page(page) ((void *)(page))
#define kunmap_local(address) ((void)(address))

#endif
