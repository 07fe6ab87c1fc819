/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: readers of what may be replaced. */
#ifndef SIM_LINUX_RCUPDATE_H
#define SIM_LINUX_RCUPDATE_H

#include <linux/kernel.h>

#define rcu_read_lock() ((void)sim_readers++)
#define rcu_read_unlock() do { if (!--sim_readers) sim_readers_gone(); } while (0)
#define rcu_dereference(p) (p)
#define rcu_dereference_protected(p, c) (p)
#define rcu_assign_pointer(p, v) ((p) = (v))
#define RCU_INIT_POINTER(p, v) ((p) = (v))
#define rcu_replace_pointer(p, v, c) ({ __typeof__(p) __was = (p); (p) = (v); __was; })
#define rcu_access_pointer(p) (p)
#define kfree_rcu(p, member) sim_free_later(p)

#endif
