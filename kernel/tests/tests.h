/* SPDX-License-Identifier: GPL-2.0-only */
/* What the unit tests share: named rows, and numbers that are the same in each run. */
#ifndef DYAD_TESTS_TESTS_H
#define DYAD_TESTS_TESTS_H

#include <kunit/test.h>
#include <linux/string.h>
#include <linux/types.h>

/* An array of structs with a member name becomes rows for KUNIT_CASE_PARAM(). */
#define DYAD_ROWS(array)							\
	static void array##_name(typeof((array)[0]) const *row, char *name)	\
	{									\
		strscpy(name, row->name, KUNIT_PARAM_DESC_SIZE);		\
	}									\
	KUNIT_ARRAY_PARAM(array##_rows, array, array##_name)

/* A byte that is changed in a message that is legal, and what comes of it. */
struct dyad_byte_row {
	const char *name;
	unsigned int at;
	u8 value;
	int ret;
};

/* The next number of the sequence that *state has got to (Steele and others' SplitMix). */
static inline u64 dyad_random(u64 *state)
{
	u64 z = *state += 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

/* Less than @limit; the bias does not matter here. */
static inline u32 dyad_random_below(u64 *state, u32 limit)
{
	return (u32)(dyad_random(state) >> 32) % limit;
}

#endif
