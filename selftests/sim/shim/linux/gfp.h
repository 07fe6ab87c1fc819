/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: ways to allocate, which make no difference here, and pages. */
#ifndef SIM_LINUX_GFP_H
#define SIM_LINUX_GFP_H

#include_next <linux/gfp.h>
#include <linux/mm.h>

#define __GFP_ZERO 32u
#define __GFP_NORETRY 64u
#define __GFP_NOFAIL 128u

#endif
