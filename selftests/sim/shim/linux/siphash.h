/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: the digest of a block, which is what its first bytes say. */
#ifndef SIM_LINUX_SIPHASH_H
#define SIM_LINUX_SIPHASH_H

#include <linux/types.h>

typedef struct {
	u64 key[2];
} siphash_key_t;

static inline u64 siphash(const void *data, size_t bytes, const siphash_key_t *key)
{
	return (*(const u64 *)data + bytes) * 0x9e3779b97f4a7c15ull ^ key->key[0];
}

#endif
