/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: strings and bytes. */
#ifndef SIM_LINUX_STRING_H
#define SIM_LINUX_STRING_H

#include <linux/kernel.h>

void *memcpy(void *to, const void *from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memchr(const void *p, int c, size_t n);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t n);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);

#define strscpy(to, from, size) ((void)snprintf(to, size, "%s", from))
#define memzero_explicit(p, n) memset(p, 0, n)

void *memchr_inv(const void *p, int c, size_t n);

#endif
