/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: the list that anybody may add to. */
#ifndef SIM_LINUX_LLIST_H
#define SIM_LINUX_LLIST_H

#include <linux/kernel.h>

struct llist_node {
	struct llist_node *next;
};

struct llist_head {
	struct llist_node *first;
};

static inline void init_llist_head(struct llist_head *h)
{
	h->first = NULL;
}

static inline bool llist_empty(const struct llist_head *h)
{
	return !h->first;
}

static inline bool llist_add(struct llist_node *n, struct llist_head *h)
{
	n->next = h->first;
	h->first = n;
	return !n->next;
}

static inline struct llist_node *llist_del_first(struct llist_head *h)
{
	struct llist_node *first = h->first;

	if (first)
		h->first = first->next;
	return first;
}

static inline struct llist_node *llist_del_all(struct llist_head *h)
{
	struct llist_node *first = h->first;

	h->first = NULL;
	return first;
}

static inline struct llist_node *llist_reverse_order(struct llist_node *n)
{
	struct llist_node *done = NULL, *next;

	for (; n; n = next) {
		next = n->next;
		n->next = done;
		done = n;
	}
	return done;
}

#define llist_entry(p, type, member) container_of(p, type, member)
#define llist_for_each_entry_safe(pos, n, first, member)			\
	for (pos = (first) ? llist_entry(first, __typeof__(*pos), member) : NULL; \
	     pos && (n = pos->member.next ?					\
		     llist_entry(pos->member.next, __typeof__(*pos), member) : NULL, true); \
	     pos = n)

#endif
