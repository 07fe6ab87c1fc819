/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: ways to allocate, which make no difference here. */
#ifndef SHIM_LINUX_GFP_H
#define SHIM_LINUX_GFP_H

#include <linux/types.h>

#define GFP_KERNEL 1u
#define GFP_NOIO 2u
#define GFP_NOWAIT 4u
#define GFP_ATOMIC 8u
#define __GFP_NOWARN 16u

#endif
