// SPDX-License-Identifier: GPL-2.0-only
/* Pages that are kept. */
#include "stock.h"

#include <linux/mm.h>

/*
 * Pages that one stock keeps: 512 KiB. None where somebody looks for pages that are used
 * after they were given back.
 */
#define KEEP	(IS_ENABLED(CONFIG_KASAN) ? 0 : (512 << 10) / (int)PAGE_SIZE)

static struct page *take(struct dyad_stock *stock)
{
	struct llist_node *node = llist_del_first(&stock->pages);

	if (!node)
		return alloc_page(GFP_NOIO);
	atomic_dec(&stock->count);
	return virt_to_page(node);
}

/* A driver that sends may have a page for longer than it says (one on TCP itself). */
static void give(struct dyad_stock *stock, struct page *page)
{
	if (atomic_read(&stock->count) >= KEEP || page_ref_count(page) != 1) {
		__free_page(page);
		return;
	}
	atomic_inc(&stock->count);
	llist_add(page_address(page), &stock->pages);
}

int dyad_stock_fill(struct dyad_stock *stock, struct bio *bio, u32 bytes)
{
	while (bytes) {
		u32 n = min_t(u32, bytes, PAGE_SIZE);
		struct page *page = take(stock);

		if (!page)
			return -ENOMEM;
		__bio_add_page(bio, page, n, 0);
		bytes -= n;
	}
	return 0;
}

void dyad_stock_drain(struct dyad_stock *stock, struct bio *bio)
{
	unsigned short i;

	for (i = 0; i < bio->bi_vcnt; i++)
		give(stock, bio->bi_io_vec[i].bv_page);
	bio->bi_vcnt = 0;
}

void dyad_stock_free(struct dyad_stock *stock)
{
	struct llist_node *node = llist_del_all(&stock->pages);

	atomic_set(&stock->count, 0);
	while (node) {
		struct page *page = virt_to_page(node);

		node = node->next;
		__free_page(page);
	}
}
