/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shim: the digest of a block, which is what its first bytes say. For each key there
 * are data that collide: an odd one does not see bit 61, an even one bit 60, and one
 * that everybody knows, as if somebody had looked for such data, neither.
 */
#ifndef SIM_LINUX_SIPHASH_H
#define SIM_LINUX_SIPHASH_H

#include <linux/types.h>

typedef struct {
	u64 key[2];
} siphash_key_t;

static inline u64 siphash(const void *data, size_t bytes, const siphash_key_t *key)
{
	u64 blind = key->key[0] ? 1ull << (60 + key->key[0] % 2) : 3ull << 60;

	return ((*(const u64 *)data & ~blind) + bytes) * 0x9e3779b97f4a7c15ull ^ key->key[0];
}

#endif
