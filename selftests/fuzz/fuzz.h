/* SPDX-License-Identifier: GPL-2.0-only */
/* What the fuzzers share: input taken in pieces, and claims about the outcome. */
#ifndef DYAD_FUZZ_H
#define DYAD_FUZZ_H

#include <linux/crc32c.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include <asm/byteorder.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

/* What must hold for every input; else the fuzzer keeps the input and ends. */
#define CLAIM(condition) do {							\
	if (!(condition)) {							\
		fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, \
			#condition);						\
		abort();							\
	}									\
} while (0)

struct input {
	const u8 *data;
	size_t left;
};

/* Zeroes where the input has ended. */
static inline void take(struct input *in, void *to, size_t n)
{
	size_t have = min(n, in->left);

	memset(to, 0, n);
	memcpy(to, in->data, have);
	in->data += have;
	in->left -= have;
}

static inline u8 take_byte(struct input *in)
{
	u8 byte;

	take(in, &byte, 1);
	return byte;
}

/*
 * One change of a good page, message or payload: a byte or a number is set, or
 * changed a little, or set beside a power of two. So no field is further from
 * the input than another, and limits are near.
 */
static inline void patch(struct input *in, u8 *to, size_t n)
{
	const u8 how = take_byte(in), shift = take_byte(in);
	const size_t width = how & 4 ? 8 : how & 8 ? 4 : 1;
	u64 value = 0;
	u16 at;

	take(in, &at, sizeof(at));
	at = at % n / width * width;
	if (at + width > n)
		return;
	switch (how & 3) {
	case 0:
	case 1:
		take(in, &value, width);
		break;
	case 2:
		value = (~0ull >> shift % 64) + (int8_t)take_byte(in);
		break;
	default:
		memcpy(&value, to + at, width);
		value += (int8_t)take_byte(in);
	}
	memcpy(to + at, &value, width);
}

/* As many as the input has. */
static inline void patch_all(struct input *in, u8 *to, size_t n)
{
	while (in->left)
		patch(in, to, n);
}

/* The checksum of a page of metadata, as its description has it. */
static inline void fix_page(u8 *page)
{
	u32 crc;

	memset(page + 8, 0, 4);
	crc = cpu_to_le32(crc32c(~0u, page, 4096));
	memcpy(page + 8, &crc, sizeof(crc));
}

/* On the heap, so that a byte read behind the end is seen. */
static inline u8 *new_bytes(size_t n)
{
	u8 *bytes = malloc(n);

	CLAIM(bytes);
	memset(bytes, 0, n);
	return bytes;
}

#endif
