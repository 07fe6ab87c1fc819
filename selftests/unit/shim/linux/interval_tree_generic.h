/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shim: intervals in a list sorted by their start, searched from its beginning:
 * slow and plain, with the functions that the kernel's interval tree defines,
 * and its order.
 */
#ifndef SHIM_LINUX_INTERVAL_TREE_GENERIC_H
#define SHIM_LINUX_INTERVAL_TREE_GENERIC_H

#include <assert.h>
#include <linux/kernel.h>
#include <linux/rbtree.h>

#define INTERVAL_TREE_DEFINE(type, rb, number, subtree, start_of, last_of, scope, name)	\
scope void name##_insert(type *node, struct rb_root_cached *root)			\
{											\
	struct rb_node **link = &root->first;						\
											\
	while (*link && start_of(container_of(*link, type, rb)) <= start_of(node))	\
		link = &(*link)->next;							\
	node->subtree = last_of(node);							\
	node->rb.next = *link;								\
	*link = &node->rb;								\
}											\
											\
scope void name##_remove(type *node, struct rb_root_cached *root)			\
{											\
	struct rb_node **link = &root->first;						\
											\
	while (*link != &node->rb) {							\
		assert(*link);								\
		link = &(*link)->next;							\
	}										\
	*link = node->rb.next;								\
}											\
											\
static type *name##_search(struct rb_node *p, number first, number last)		\
{											\
	for (; p; p = p->next) {							\
		type *node = container_of(p, type, rb);					\
											\
		if (start_of(node) <= last && last_of(node) >= first)			\
			return node;							\
	}										\
	return NULL;									\
}											\
											\
scope type *name##_iter_first(struct rb_root_cached *root, number first, number last)	\
{											\
	return name##_search(root->first, first, last);					\
}											\
											\
scope type *name##_iter_next(type *node, number first, number last)			\
{											\
	return name##_search(node->rb.next, first, last);				\
}

#endif
