/* SPDX-License-Identifier: GPL-2.0-only */
/* Copying what differs to the peer, or finding it, while the devices are in use. */
#ifndef DYAD_PATH_RESYNC_H
#define DYAD_PATH_RESYNC_H

#include "path/view.h"

struct dyad_resync;

/**
 * enum dyad_resync_kind - what is done with the blocks of both sides
 * @DYAD_RESYNC_COPY: the dirty ones are made equal
 * @DYAD_RESYNC_TURN: the dirty ones are made equal once; what becomes dirty behind that
 *	stays so
 * @DYAD_RESYNC_FETCH: the same, but the peer's content is what counts
 * @DYAD_RESYNC_COMPARE: all are compared; what differs is dirty afterwards, on
 *	the disk too, and what does not is not
 */
enum dyad_resync_kind {
	DYAD_RESYNC_COPY,
	DYAD_RESYNC_TURN,
	DYAD_RESYNC_FETCH,
	DYAD_RESYNC_COMPARE,
};

/**
 * dyad_resync_start() - begin to copy to the peer or to compare with it
 * @path: the resource; its view has the peer, and none before it is in use. For a
 *	DYAD_RESYNC_TURN it may have none, since dirty is then what is written
 * @session: the session to the other side; a reference is taken
 * @kind: what to do
 * @rate: most bytes a second, 0 for no limit; may change meanwhile
 * @ended: called once, from a worker, when nothing is dirty any more, or all is
 *	compared or has had its turn (0), or when it cannot go on (negative errno; -EREMOTEIO:
 *	the peer cannot read what is to be fetched). Only hand on to another worker
 * @owner: for @ended
 *
 * Takes the range of each extent from before it is read here, or asked for, until
 * the target has acknowledged it (rule H18), so application writes go on and win, and
 * two blocks that are compared are of one moment.
 *
 * Context: may sleep.
 * Return: the resync, owned by the caller, or an ERR_PTR.
 */
struct dyad_resync *dyad_resync_start(struct dyad_path *path,
				      struct dyad_session *session,
				      enum dyad_resync_kind kind,
				      const u64 *rate,
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
 * @resync: may be NULL
 *
 * Its I/O may wait for writes that cannot end before the path is @alone, if the
 * session is lost meanwhile; then @make_alone is called from here, as by
 * dyad_view_retire().
 *
 * Context: sleeps until all its I/O has ended; not from @ended.
 */
void dyad_resync_stop(struct dyad_resync *resync);

#endif
