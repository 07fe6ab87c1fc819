/* SPDX-License-Identifier: GPL-2.0-only */
/* How long the stages of a volume's I/O take: a histogram each, per CPU. */
#ifndef DYAD_PATH_TIMING_H
#define DYAD_PATH_TIMING_H

#include <linux/ktime.h>
#include <linux/percpu.h>

#include "core/latency.h"
#include "uapi/linux/dyad.h"

/**
 * struct dyad_timing - what one CPU has measured
 * @stage: by enum dyad_latency_stage
 *
 * Each CPU counts in its own, so that no I/O takes a cache line from another CPU.
 */
struct dyad_timing {
	struct dyad_latency stage[__DYAD_LATENCY_STAGE_MAX];
};

/**
 * struct dyad_times - when the stages of a request ended, ns by ktime_get_ns()
 * @entered: it came
 * @begun: it went to the disk and the peer; the same as @entered unless it had to
 *	wait, since then there is nothing to measure
 * @ended: the last of its parts so far ended
 */
struct dyad_times {
	u64 entered;
	u64 begun;
	u64 ended;
};

/**
 * dyad_timing_create() - histograms of nothing
 *
 * Context: may sleep.
 * Return: them, or NULL; free_percpu() ends them.
 */
struct dyad_timing __percpu *dyad_timing_create(void);

/**
 * dyad_timing_add() - count a time
 * @timing: of the volume
 * @stage: that it took
 * @from: its beginning, ns
 * @to: its end, ns
 *
 * Context: any.
 */
void dyad_timing_add(struct dyad_timing __percpu *timing,
		     enum dyad_latency_stage stage, u64 from, u64 to);

/**
 * dyad_timing_read() - the histogram of all CPUs
 * @timing: of the volume
 * @stage: wanted
 * @sum: filled in; what is counted meanwhile may be in it in part
 *
 * Context: any.
 */
void dyad_timing_read(struct dyad_timing __percpu *timing,
		      enum dyad_latency_stage stage, struct dyad_latency *sum);

/**
 * dyad_timing_reset() - begin anew
 * @timing: of the volume; what is counted meanwhile may stay in it
 *
 * Context: any.
 */
void dyad_timing_reset(struct dyad_timing __percpu *timing);

#endif
