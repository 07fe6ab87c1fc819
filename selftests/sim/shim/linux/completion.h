/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: waiting for something to be done once. */
#ifndef SIM_LINUX_COMPLETION_H
#define SIM_LINUX_COMPLETION_H

#include <linux/wait.h>

struct completion {
	unsigned int done;
	wait_queue_head_t wait;
};

static inline void init_completion(struct completion *c)
{
	c->done = 0;
	init_waitqueue_head(&c->wait);
}

#define reinit_completion(c) ((c)->done = 0)
#define DECLARE_COMPLETION_ONSTACK(name) struct completion name = { 0 }

static inline void complete(struct completion *c)
{
	c->done++;
	wake_up_all(&c->wait);
}

static inline void complete_all(struct completion *c)
{
	c->done = ~0u / 2;
	wake_up_all(&c->wait);
}

static inline void wait_for_completion(struct completion *c)
{
	wait_event(c->wait, c->done);
	c->done--;
}

#define wait_for_completion_io wait_for_completion

#endif
