/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: the unit tests' types, and those of the block layer. */
#ifndef SIM_LINUX_TYPES_H
#define SIM_LINUX_TYPES_H

#include_next <linux/types.h>

typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef u8 __u8;
typedef u16 __u16;
typedef u32 __u32;
typedef u64 __u64;
typedef s32 __s32;
typedef s64 __s64;
typedef u16 __be16;
typedef u32 __be32;
typedef u64 sector_t;
typedef u8 blk_status_t;
typedef u32 blk_opf_t;

struct hlist_node {
	struct hlist_node *next;
	struct hlist_node **pprev;
};

struct hlist_head {
	struct hlist_node *first;
};

struct rcu_head {
	void *next;
};

#include <asm/byteorder.h>

#define __rcu
#define __percpu
#define __init
#define __exit
#define __must_check
#define __bitwise

#endif
