/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: numbers of devices; every node counts for itself. */
#ifndef SIM_LINUX_IDR_H
#define SIM_LINUX_IDR_H

#define DEFINE_IDA(name) int name __attribute__((unused))
#define ida_alloc_max(ida, max, gfp) ((void)(gfp), 0)
#define ida_alloc_range(ida, first, last, gfp) ((void)(gfp), (first))
#define ida_free(ida, n) ((void)(n))
#define ida_destroy(ida) do { } while (0)

#endif
