/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: a sorted list under the tree's names; see interval_tree_generic.h. */
#ifndef SHIM_LINUX_RBTREE_H
#define SHIM_LINUX_RBTREE_H

#include <linux/types.h>

struct rb_node {
	struct rb_node *next;
};

struct rb_root_cached {
	struct rb_node *first;
};

#define RB_ROOT_CACHED ((struct rb_root_cached) { NULL })

#endif
