/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kernel: a session with the dyad family of the kernel: requests, dumps,
 * notifications. Knows netlink, not what the attributes mean.
 */
#ifndef DYAD_TOOL_KERNEL_H
#define DYAD_TOOL_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "extack.h"

struct kernel;
struct nl_msg;

/* Called for each message of a reply, a dump or a notification. */
typedef void kernel_fn(struct nl_msg *msg, void *arg);

/*
 * Opens a session. If the family is missing and @load is set, the module is
 * loaded once. Returns NULL if the family is not there.
 */
struct kernel *kernel_open(bool load);
void kernel_close(struct kernel *kernel);

/* A request, to be filled by put_*(); cannot fail. */
struct nl_msg *kernel_new(struct kernel *kernel, uint8_t command);

/*
 * Sends @msg, wipes and frees it, and waits for the acknowledgement, calling
 * @fn (may be NULL) for each reply before it. Returns 0 or a negative errno;
 * kernel_ack() then has the reason, or a note that came with success.
 */
int kernel_do(struct kernel *kernel, struct nl_msg *msg, kernel_fn *fn, void *arg);

/* The same for a dump. -EINTR: objects came or went meanwhile, ask again. */
int kernel_dump(struct kernel *kernel, struct nl_msg *msg, kernel_fn *fn, void *arg);

/* How the last request ended. */
const struct extack *kernel_ack(const struct kernel *kernel);

/* From now on notifications are kept for kernel_events(). Returns 0 or a negative errno. */
int kernel_subscribe(struct kernel *kernel);

/* Waits for a notification, at most @timeout_ms, forever if negative. */
void kernel_wait(struct kernel *kernel, int timeout_ms);

/*
 * Calls @fn for each notification that has arrived; does not wait. Returns 0,
 * -ENOBUFS if some were lost, -ENODEV if the module was unloaded, or another
 * negative errno.
 */
int kernel_events(struct kernel *kernel, kernel_fn *fn, void *arg);

#endif
