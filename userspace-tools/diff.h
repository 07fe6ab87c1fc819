/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * diff: what happened to a resource between two looks at it, in words. Pure.
 */
#ifndef DYAD_TOOL_DIFF_H
#define DYAD_TOOL_DIFF_H

struct model_resource;

typedef void diff_fn(const char *line, void *arg);

/*
 * Calls @fn with a line, without the resource's name, for each change that
 * matters. @old is NULL for a resource that was created, @new for one that was
 * deleted. Counters and the progress of a resync are no changes.
 */
void diff_resource(const struct model_resource *old, const struct model_resource *new,
		   diff_fn *fn, void *arg);

/* One line on what a resource is now, in the same words. */
void diff_summary(const struct model_resource *r, diff_fn *fn, void *arg);

#endif
