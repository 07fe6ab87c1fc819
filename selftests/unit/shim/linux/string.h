/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: the C library's strings, and the kernel's way to copy them. */
#ifndef SHIM_LINUX_STRING_H
#define SHIM_LINUX_STRING_H

#include <stdio.h>
#include <string.h>

#define strscpy(to, from, size) ((void)snprintf(to, size, "%s", from))

#endif
