/* SPDX-License-Identifier: GPL-2.0-only */
/* Copying what differs to the peer, while the devices are in use. */
#ifndef DYAD_PATH_RESYNC_H
#define DYAD_PATH_RESYNC_H

#include "path/view.h"

struct dyad_resync;

/**
 * dyad_resync_start() - begin to copy all that is dirty to the peer
 * @path: the resource; its view has the peer, and none before it is in use
 * @session: the session to the target; a reference is taken
 * @ended: called once, from a worker, when nothing is dirty any more (0), or
 *	when it cannot go on (negative errno). Only hand on to another worker
 * @owner: for @ended
 *
 * Takes the range of each extent from before it is read here until the peer
 * has acknowledged it (rule H18), so application writes go on and win.
 *
 * Context: may sleep.
 * Return: the resync, owned by the caller, or an ERR_PTR.
 */
struct dyad_resync *dyad_resync_start(struct dyad_path *path,
				      struct dyad_session *session,
				      void (*ended)(void *owner, int error),
				      void *owner);

/**
 * dyad_resync_is_over() - has @ended been called?
 * @resync: the resync
 *
 * Return: true if it has, or is about to be.
 */
bool dyad_resync_is_over(struct dyad_resync *resync);

/**
 * dyad_resync_stop() - end a resync, done or not, and free it
 * @resync: may be NULL. If it is not done, its session is stopped
 *
 * Context: sleeps until all its I/O has ended; not from @ended.
 */
void dyad_resync_stop(struct dyad_resync *resync);

#endif
