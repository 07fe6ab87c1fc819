/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: more of the small macros that are everywhere. */
#ifndef SIM_LINUX_KERNEL_H
#define SIM_LINUX_KERNEL_H

#include_next <linux/kernel.h>
#include <linux/errno.h>

#include "sim/hooks.h"

#define U32_MAX (~0u)
#define U64_MAX (~0ull)
#define max_t(type, a, b) max((type)(a), (type)(b))
#define clamp_t(type, v, lo, hi) min((type)max((type)(v), (type)(lo)), (type)(hi))
#define clamp(v, lo, hi) min(max(v, lo), hi)
#define swap(a, b) do { __typeof__(a) __t = (a); (a) = (b); (b) = __t; } while (0)
#define round_up(x, y) ((((x) - 1) | ((__typeof__(x))((y) - 1))) + 1)
#define round_down(x, y) ((x) & ~((__typeof__(x))((y) - 1)))
#define roundup(x, y) (((x) + (y) - 1) / (y) * (y))
#define IS_ALIGNED(x, a) (!((x) & ((__typeof__(x))(a) - 1)))
#define div_u64(a, b) ((u64)(a) / (b))
#define div64_u64(a, b) ((u64)(a) / (b))
#define likely(x) (x)
#define unlikely(x) (x)
#define __maybe_unused __attribute__((unused))
#define data_race(x) (x)
#define smp_mb() do { } while (0)
#define smp_wmb() do { } while (0)
#define smp_rmb() do { } while (0)
#define smp_store_release(p, v) (*(p) = (v))
#define smp_load_acquire(p) (*(p))
#define smp_mb__before_atomic() do { } while (0)
#define smp_mb__after_atomic() do { } while (0)
#define cmpxchg(p, old, new) ({							\
	__typeof__(*(p)) __was = *(p);						\
	if (__was == (old))							\
		*(p) = (new);							\
	__was; })
#define xchg(p, new) ({ __typeof__(*(p)) __was = *(p); *(p) = (new); __was; })
#define BUILD_BUG_ON_ZERO(e) 0
#ifdef __SANITIZE_ADDRESS__
#define IS_ENABLED(option) 1	/* CONFIG_KASAN */
#else
#define IS_ENABLED(option) 0
#endif
#define BITS_PER_LONG (8 * sizeof(long))
#define BITS_PER_BYTE 8
#define GENMASK_ULL(h, l) ((~0ull << (l)) & (~0ull >> (63 - (h))))
#define BIT_ULL(n) (1ull << (n))
#define ERR_PTR(e) ((void *)(long)(e))
#define PTR_ERR(p) ((long)(p))
#define IS_ERR(p) ((unsigned long)(p) >= (unsigned long)-4095)
#define IS_ERR_OR_NULL(p) (!(p) || IS_ERR(p))
#define PTR_ERR_OR_ZERO(p) (IS_ERR(p) ? PTR_ERR(p) : 0)
#define ERR_CAST(p) ((void *)(p))
#define struct_size(p, member, n) (sizeof(*(p)) + sizeof((p)->member[0]) * (n))
#define array_size(a, b) ((size_t)(a) * (b))
#define WARN_ON(c) ({ bool __w = (c); if (__w) sim_bug("WARN_ON(" #c ")", __FILE__, __LINE__); __w; })
#define WARN_ON_ONCE(c) WARN_ON(c)
#define might_sleep() sim_might_sleep()
#undef cond_resched
#define cond_resched() do { } while (0)
#define lockdep_assert_held(l) sim_assert((l)->owner, "a lock is not held")
#define pr_info(...) sim_log(__VA_ARGS__)
#define pr_warn(...) sim_log(__VA_ARGS__)
#define pr_err(...) sim_log(__VA_ARGS__)
#define pr_debug(...) sim_log(__VA_ARGS__)
#define pr_info_ratelimited(...) sim_log(__VA_ARGS__)
#define pr_warn_ratelimited(...) sim_log(__VA_ARGS__)
#define pr_err_ratelimited(...) sim_log(__VA_ARGS__)
#define kstrtou64(...) (-EINVAL)
#define upper_32_bits(n) ((u32)((n) >> 32))
#define lower_32_bits(n) ((u32)(n))

int snprintf(char *to, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
#define scnprintf snprintf

#endif
