/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: tables of hash lists. */
#ifndef SIM_LINUX_HASHTABLE_H
#define SIM_LINUX_HASHTABLE_H

#include <linux/list.h>
#include <linux/string.h>

#define DECLARE_HASHTABLE(name, bits) struct hlist_head name[1 << (bits)]
#define shim_bucket(t, key) (&(t)[(key) % ARRAY_SIZE(t)])
#define hash_init(t) memset(t, 0, sizeof(t))
#define hash_add(t, node, key) hlist_add_head(node, shim_bucket(t, key))
#define hash_del(node) hlist_del(node)
#define hash_for_each_possible(t, pos, member, key) \
	hlist_for_each_entry(pos, shim_bucket(t, key), member)
#define hash_for_each(t, i, pos, member)					\
	for (i = 0; i < (int)ARRAY_SIZE(t); i++)				\
		hlist_for_each_entry(pos, &(t)[i], member)
#define hash_for_each_safe(t, i, n, pos, member)				\
	for (i = 0; i < (int)ARRAY_SIZE(t); i++)				\
		hlist_for_each_entry_safe(pos, n, &(t)[i], member)

#endif
