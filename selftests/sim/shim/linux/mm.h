/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: pages. A page is where its data is. */
#ifndef SIM_LINUX_MM_H
#define SIM_LINUX_MM_H

#include <linux/kernel.h>
#include <linux/string.h>

#define PAGE_SHIFT 12
#define PAGE_SIZE 4096ul
#define PAGE_MASK (~(PAGE_SIZE - 1))

struct page {
	u8 data[4096];
};

static inline struct page *shim_page(unsigned int gfp)
{
	struct page *page = sim_page();

	if (page && gfp & 32u)
		memset(page, 0, sizeof(*page));
	return page;
}

#define alloc_page(gfp) shim_page(gfp)
#define __free_page(page) sim_page_free(page)
#define put_page(page) sim_page_free(page)
#define __get_free_page(gfp) ((unsigned long)shim_page(gfp))
#define get_zeroed_page(gfp) ((unsigned long)shim_page((gfp) | 32u))
#define free_page(address) sim_page_free((void *)(address))
#define page_ref_count(page) 1
#define page_address(page) ((void *)(page))
#define virt_to_page(p) ((struct page *)((unsigned long)(p) & PAGE_MASK))
#define offset_in_page(p) ((unsigned int)((unsigned long)(p) & ~PAGE_MASK))

#endif
