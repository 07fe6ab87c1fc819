// SPDX-License-Identifier: GPL-2.0-only
/* One list per volume: writes in flight, and behind them what waits (rule H6). */
#include "order.h"

void dyad_order_init(struct dyad_order *order)
{
	spin_lock_init(&order->lock);
	INIT_LIST_HEAD(&order->items);
}

void dyad_order_begin(struct dyad_order *order, struct dyad_order_item *item)
{
	unsigned long flags;

	item->ready = NULL;
	spin_lock_irqsave(&order->lock, flags);
	list_add_tail(&item->link, &order->items);
	spin_unlock_irqrestore(&order->lock, flags);
}

void dyad_order_end(struct dyad_order *order, struct dyad_order_item *item)
{
	struct dyad_order_item *next, *after;
	unsigned long flags;
	LIST_HEAD(ready);

	spin_lock_irqsave(&order->lock, flags);
	list_del(&item->link);
	/* Up to the oldest write that is left. */
	list_for_each_entry_safe(next, after, &order->items, link) {
		if (!next->ready)
			break;
		list_move_tail(&next->link, &ready);
	}
	spin_unlock_irqrestore(&order->lock, flags);

	list_for_each_entry_safe(next, after, &ready, link) {
		list_del(&next->link);
		next->ready(next);
	}
}

bool dyad_order_wait(struct dyad_order *order, struct dyad_order_item *item,
		     void (*ready)(struct dyad_order_item *item))
{
	unsigned long flags;
	bool empty;

	/* What has to be seen here was told of over the network, after it was listed. */
	if (list_empty_careful(&order->items))
		return true;
	item->ready = ready;
	spin_lock_irqsave(&order->lock, flags);
	empty = list_empty(&order->items);
	if (!empty)
		list_add_tail(&item->link, &order->items);
	spin_unlock_irqrestore(&order->lock, flags);
	return empty;
}
