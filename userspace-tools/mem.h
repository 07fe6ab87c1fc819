/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mem: allocation that succeeds or ends the program with a sentence.
 */
#ifndef DYAD_TOOL_MEM_H
#define DYAD_TOOL_MEM_H

#include <stddef.h>

/* Ends the program: there is nothing useful to do without memory. */
_Noreturn void mem_exhausted(void);

/* Zeroed memory for @n elements of @size bytes; never NULL. */
void *mem_zalloc(size_t n, size_t size);

/*
 * Makes room for element @n of array @p, whose elements have @size bytes, and
 * zeroes it. Returns the possibly moved array, never NULL.
 */
void *mem_grow(void *p, size_t n, size_t size);

#endif
