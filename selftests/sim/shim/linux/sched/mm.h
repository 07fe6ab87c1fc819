/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: what allocations may do, which makes no difference here. */
#ifndef SIM_LINUX_SCHED_MM_H
#define SIM_LINUX_SCHED_MM_H

#define memalloc_noio_save() (0u)
#define memalloc_noio_restore(flags) ((void)(flags))

#endif
