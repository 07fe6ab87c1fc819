/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: the processor that runs, which chooses a stream. */
#ifndef SIM_LINUX_SMP_H
#define SIM_LINUX_SMP_H

#define raw_smp_processor_id() sim_random(16)
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < 1; (cpu)++)

#endif
