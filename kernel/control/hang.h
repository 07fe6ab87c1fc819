/* SPDX-License-Identifier: GPL-2.0-only */
/* Disks that hang: what they still have, and what has to wait for that. */
#ifndef DYAD_CONTROL_HANG_H
#define DYAD_CONTROL_HANG_H

#include "control/resource.h"

/**
 * dyad_hang_refusal() - why what needs all disks is refused
 * @res: the resource
 *
 * Context: any.
 * Return: a sentence, or NULL if every disk answers and has given back what it had.
 */
const char *dyad_hang_refusal(const struct dyad_resource *res);

/**
 * dyad_hang_blocks() - why what drains all I/O is refused
 * @res: the resource
 *
 * Context: any.
 * Return: a sentence if a disk hangs that cannot be given up, or NULL.
 */
const char *dyad_hang_blocks(const struct dyad_resource *res);

/**
 * dyad_hang_keeps_apart() - may there be no session yet (rule H3)?
 * @res: locked
 *
 * Return: true if bios of the last one may still come.
 */
bool dyad_hang_keeps_apart(const struct dyad_resource *res);

/**
 * dyad_hang_stop() - stop a session whose streams may wait for a disk here
 * @res: locked, secondary
 * @session: of the resource
 * @cause: why it ends, if it is left behind
 *
 * A stream's worker may stand in submit_bio(), when the disk takes no more. If a disk was
 * given up that is not waited for; dyad_hang_finish() goes on with it.
 *
 * Context: sleeps.
 */
void dyad_hang_stop(struct dyad_resource *res, struct dyad_session *session,
		    struct dyad_cause cause);

/**
 * dyad_hang_finish() - end a session, and wait for what it had on our disks
 * @res: locked, has let go of it
 * @session: stopped, or by dyad_hang_stop(); the reference passes
 *
 * If a disk was given up that is waited for only for a moment; until it has ended
 * dyad_hang_keeps_apart().
 *
 * Context: sleeps.
 */
void dyad_hang_finish(struct dyad_resource *res, struct dyad_session *session);

/**
 * dyad_hang_await() - wait until all is back that a disk has
 * @res: locked, nothing enters it any more
 * @volume: no view has its disk; or NULL
 *
 * Context: sleeps, for as long as the disk takes.
 */
void dyad_hang_await(struct dyad_resource *res, struct dyad_volume *volume);

/**
 * dyad_hang_destroy() - destroy a volume that could not be attached
 * @res: the resource, not locked
 * @volume: none of its volumes; it goes once its disk has nothing any more
 *
 * Context: may sleep; waits for the disk only if memory is short.
 */
void dyad_hang_destroy(struct dyad_resource *res, struct dyad_volume *volume);

/**
 * dyad_hang_init() - nothing hangs
 * @res: new
 */
void dyad_hang_init(struct dyad_resource *res);

/**
 * dyad_hangs_setup() - start the workqueue that all resources share
 *
 * Return: 0 or -ENOMEM.
 */
int dyad_hangs_setup(void);

/**
 * dyad_hangs_cleanup() - stop it; no resource is left
 */
void dyad_hangs_cleanup(void);

#endif
