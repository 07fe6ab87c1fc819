/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * condition: what 'dyad wait' can wait for. Pure.
 */
#ifndef DYAD_TOOL_CONDITION_H
#define DYAD_TOOL_CONDITION_H

#include <stdbool.h>
#include <stddef.h>

struct model_resource;

/* Ends with NULL. */
extern const char *const condition_names[];

/*
 * Does the condition, one of condition_names, hold? If not, @why says what is
 * the case instead.
 */
bool condition_holds(const struct model_resource *r, const char *name, char *why, size_t size);

#endif
