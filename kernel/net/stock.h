/* SPDX-License-Identifier: GPL-2.0-only */
/* Pages that are kept for the data to come. */
#ifndef DYAD_NET_STOCK_H
#define DYAD_NET_STOCK_H

#include <linux/atomic.h>
#include <linux/bio.h>
#include <linux/llist.h>

/**
 * struct dyad_stock - pages that nobody needs at the moment
 * @pages: a list of them; the links are in the pages themselves
 * @count: about how many there are
 *
 * A page from the allocator costs more than it seems to: most kernels clear it first. One
 * thread takes, anybody gives back.
 */
struct dyad_stock {
	struct llist_head pages;
	atomic_t count;
};

/**
 * dyad_stock_fill() - give a bio pages for data
 * @stock: zeroed at first; to take them from
 * @bio: empty, with room for one vector for each page
 * @bytes: how much data
 *
 * Page i is vector i: they are never merged. What they hold is not said.
 *
 * Context: process, on the I/O path; one thread at a time.
 * Return: 0 or -ENOMEM, with the pages so far in the bio.
 */
int dyad_stock_fill(struct dyad_stock *stock, struct bio *bio, u32 bytes);

/**
 * dyad_stock_drain() - take the pages of dyad_stock_fill() back
 * @stock: where to
 * @bio: the bio; may be empty, and is afterwards
 *
 * Context: any.
 */
void dyad_stock_drain(struct dyad_stock *stock, struct bio *bio);

/**
 * dyad_stock_free() - free what is kept
 * @stock: that nobody uses any more; may be filled from again
 */
void dyad_stock_free(struct dyad_stock *stock);

#endif
