/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: counters of devices, which stay at nothing. */
#ifndef SIM_LINUX_PART_STAT_H
#define SIM_LINUX_PART_STAT_H

#include <linux/blkdev.h>

#define STAT_READ 0
#define STAT_WRITE 1
#define STAT_DISCARD 2
#define STAT_FLUSH 3
#define part_stat_read(part, field) ((void)(part), 0ull)
#define part_stat_local_read_cpu(part, field, cpu) ((void)(part), (void)(cpu), 0l)
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < 1; (cpu)++)

#endif
