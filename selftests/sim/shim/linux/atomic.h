/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: counters; one thread changes them. */
#ifndef SIM_LINUX_ATOMIC_H
#define SIM_LINUX_ATOMIC_H

#include <linux/types.h>

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	s64 counter;
} atomic64_t;

typedef struct {
	long counter;
} atomic_long_t;

#define ATOMIC_INIT(n) { n }
#define atomic_set(v, n) ((v)->counter = (n))
#define atomic_read(v) (*(const volatile __typeof__((v)->counter) *)&(v)->counter)
#define atomic_inc(v) ((void)(v)->counter++)
#define atomic_dec(v) ((void)(v)->counter--)
#define atomic_add(n, v) ((void)((v)->counter += (n)))
#define atomic_sub(n, v) ((void)((v)->counter -= (n)))
#define atomic_inc_return(v) (++(v)->counter)
#define atomic_dec_return(v) (--(v)->counter)
#define atomic_add_return(n, v) ((v)->counter += (n))
#define atomic_sub_return(n, v) ((v)->counter -= (n))
#define atomic_dec_and_test(v) (!--(v)->counter)
#define atomic_sub_and_test(n, v) (!((v)->counter -= (n)))
#define atomic_fetch_sub(n, v) ({ int __was = (v)->counter; (v)->counter -= (n); __was; })
#define atomic_fetch_add(n, v) ({ int __was = (v)->counter; (v)->counter += (n); __was; })
#define atomic_inc_not_zero(v) ((v)->counter ? ++(v)->counter : 0)
#define atomic_xchg(v, n) ({ int __was = (v)->counter; (v)->counter = (n); __was; })
#define atomic_cmpxchg(v, old, new) ({						\
	int __was = (v)->counter;						\
	if (__was == (old))							\
		(v)->counter = (new);						\
	__was; })
#define atomic_add_unless(v, n, not) \
	((v)->counter == (not) ? false : ((v)->counter += (n), true))

#define atomic64_set atomic_set
#define atomic64_read atomic_read
#define atomic64_add atomic_add
#define atomic64_sub atomic_sub
#define atomic64_inc atomic_inc
#define atomic64_dec atomic_dec
#define atomic64_inc_return atomic_inc_return
#define atomic64_add_return atomic_add_return
#define atomic64_dec_and_test atomic_dec_and_test
#define atomic_long_set atomic_set
#define atomic_long_read atomic_read
#define atomic_long_inc atomic_inc
#define atomic_long_dec atomic_dec
#define atomic_long_add atomic_add

#endif
