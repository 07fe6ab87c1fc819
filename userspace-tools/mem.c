// SPDX-License-Identifier: GPL-2.0-only
/*
 * mem: allocation that succeeds or ends the program with a sentence.
 */
#include "mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void mem_exhausted(void)
{
	fputs("dyad: out of memory; nothing more was done\n", stderr);
	exit(1);
}

void *mem_zalloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);

	if (!p)
		mem_exhausted();
	return p;
}

void *mem_grow(void *p, size_t n, size_t size)
{
	p = reallocarray(p, n + 1, size);
	if (!p)
		mem_exhausted();
	memset((char *)p + n * size, 0, size);
	return p;
}
