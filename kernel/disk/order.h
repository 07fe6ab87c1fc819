/* SPDX-License-Identifier: GPL-2.0-only */
/* Writes that are promised but not yet done, and what has to come after them. */
#ifndef DYAD_DISK_ORDER_H
#define DYAD_DISK_ORDER_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/**
 * struct dyad_order_item - a write on its way, or what waits for those before it
 * @link: in the order of arrival
 * @ready: what waits: called once when all before it has ended, the item no longer
 *	in the list. Any context that may complete a bio; NULL for a write
 */
struct dyad_order_item {
	struct list_head link;
	void (*ready)(struct dyad_order_item *item);
};

/**
 * struct dyad_order - the promised writes of a volume
 * @lock: protects @items
 * @items: oldest first
 */
struct dyad_order {
	spinlock_t lock;	/* the list */
	struct list_head items;
};

/**
 * dyad_order_init() - nothing is promised
 * @order: to initialise; needs no clean-up once all items have ended
 */
void dyad_order_init(struct dyad_order *order);

/**
 * dyad_order_begin() - a write is promised from here on
 * @order: of the volume
 * @item: the caller's memory until dyad_order_end()
 *
 * Context: any. Before the other side hears of it.
 */
void dyad_order_begin(struct dyad_order *order, struct dyad_order_item *item);

/**
 * dyad_order_end() - the write is done, or has failed and that is known
 * @order: of the volume
 * @item: from dyad_order_begin()
 *
 * Context: any. Calls @ready of others.
 */
void dyad_order_end(struct dyad_order *order, struct dyad_order_item *item);

/**
 * dyad_order_wait() - come after all writes promised so far
 * @order: of the volume
 * @item: the caller's memory until @ready is called
 * @ready: see &struct dyad_order_item
 *
 * Costs no lock while nothing is promised.
 *
 * Context: any.
 * Return: true if there are none; false if @ready will be called.
 */
bool dyad_order_wait(struct dyad_order *order, struct dyad_order_item *item,
		     void (*ready)(struct dyad_order_item *item));

#endif
