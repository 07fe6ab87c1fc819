// SPDX-License-Identifier: GPL-2.0-only
/* Counting how long things take, without a lock or a shared cache line. */
#include "timing.h"

#include <linux/gfp.h>
#include <linux/smp.h>
#include <linux/string.h>

struct dyad_timing __percpu *dyad_timing_create(void)
{
	return alloc_percpu(struct dyad_timing);
}

void dyad_timing_add(struct dyad_timing __percpu *timing,
		     enum dyad_latency_stage stage, u64 from, u64 to)
{
	/* Clocks of two CPUs may be a little apart. */
	u64 ns = to > from ? to - from : 0;
	u64 max, was;

	this_cpu_inc(timing->stage[stage].count[dyad_latency_bucket(ns)]);
	this_cpu_add(timing->stage[stage].sum, ns);
	max = this_cpu_read(timing->stage[stage].max);
	/* An interrupt, or another CPU to run on, may come in between. */
	while (ns > max) {
		was = this_cpu_cmpxchg(timing->stage[stage].max, max, ns);
		if (was == max)
			break;
		max = was;
	}
}

void dyad_timing_read(struct dyad_timing __percpu *timing,
		      enum dyad_latency_stage stage, struct dyad_latency *sum)
{
	int cpu;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu)
		dyad_latency_add(sum, &per_cpu_ptr(timing, cpu)->stage[stage]);
}

void dyad_timing_reset(struct dyad_timing __percpu *timing)
{
	int cpu;

	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(timing, cpu), 0, sizeof(struct dyad_timing));
}
