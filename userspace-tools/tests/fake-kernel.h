/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fake-kernel: a kernel for the tests, which replaces the session of kernel.c.
 * It shows the resources a test put into it, remembers the last request that
 * changes something, and answers as the test says.
 */
#ifndef DYAD_TOOL_FAKE_KERNEL_H
#define DYAD_TOOL_FAKE_KERNEL_H

#include "cmd.h"
#include "model.h"

#include "core/latency.h"

#include <netlink/attr.h>

/* More than any set of attributes has. */
#define FAKE_ATTRS 64

struct fake {
	bool absent;			/* no module */
	struct model model;		/* what there is */

	struct dyad_latency latency[__DYAD_LATENCY_STAGE_MAX];	/* of volume 0 */

	int refuse;			/* errno for changing requests, 0: do them */
	const char *text;		/* the sentence that goes with it */
	uint32_t device;		/* that attach answers with */
	int interrupted;		/* so many dumps are */

	int n_requests;			/* changing ones */
	uint8_t command;		/* of the last one */
	struct nlattr *sent[FAKE_ATTRS];	/* its attributes */
	char bytes[4096];

	bool subscribed;
	/* Called instead of waiting, with how often it was before; false ends the module. */
	bool (*step)(int n);
	int n_steps;
	int lost;			/* kernel_events() says so once for each */

	char in[32];			/* what is typed when the tool asks */
	char *out, *err;		/* what the tool wrote, see fake_run() */
};

extern struct fake fake;

/* Forgets everything. */
void fake_reset(void);

/* Adds a resource with one volume and one peer, connected and in sync. */
struct model_resource *fake_resource(const char *name);

/* Announces the resource as it is now, or that it is gone. */
void fake_notify(uint8_t command, const struct model_resource *r);

/* A reply about @r, with all that the model knows. */
struct nl_msg *fake_message(uint8_t command, const struct model_resource *r);

/* Runs the tool with these words, which end with NULL; returns its exit code. */
int fake_run(const char *first, ...) __attribute__((sentinel));
int fake_run_json(const char *first, ...) __attribute__((sentinel));
int fake_run_quiet(const char *first, ...) __attribute__((sentinel));
int fake_run_on_terminal(const char *first, ...) __attribute__((sentinel));

#endif
