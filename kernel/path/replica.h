/* SPDX-License-Identifier: GPL-2.0-only */
/* Serving the peer: its writes, reads, flushes and checks on our disks. */
#ifndef DYAD_PATH_REPLICA_H
#define DYAD_PATH_REPLICA_H

#include "net/session.h"

struct dyad_path;

/**
 * dyad_replica_payload() - a WRITE has begun: where its data goes
 * @path: the resource
 * @lane: the stream it comes on
 * @msg: its header
 * @to: filled in
 *
 * For struct dyad_session_ops. Checks what the decoder could not: the view,
 * the volume and the end of the range (law 9).
 *
 * Return: 0 or a negative errno that ends the session.
 */
int dyad_replica_payload(struct dyad_path *path, struct dyad_lane *lane,
			 const struct dyad_msg *msg, struct iov_iter *to);

/**
 * dyad_replica_request() - a request of the peer is complete
 * @path: the resource
 * @lane: the stream it came on
 * @msg: its header
 *
 * It is carried out on the disk and then acknowledged; if the disk fails it
 * is not, and the policy above hears of it (rule H15). A READ is answered with
 * the data, or with the word that it cannot be had here.
 *
 * Return: 0 or a negative errno that ends the session.
 */
int dyad_replica_request(struct dyad_path *path, struct dyad_lane *lane,
			 const struct dyad_msg *msg);

/**
 * dyad_replica_abandon() - the rest of a WRITE will not come
 * @lane: the stream it came on
 */
void dyad_replica_abandon(struct dyad_lane *lane);

/**
 * dyad_replica_forget() - what waits for an earlier epoch will not be carried out
 * @path: the resource, whose session is stopped
 *
 * Context: process.
 */
void dyad_replica_forget(struct dyad_path *path);

/**
 * dyad_replica_hold() - is enough of this stream on the disk already?
 * @lane: the stream
 *
 * Return: true if nothing more should be received for now.
 */
bool dyad_replica_hold(struct dyad_lane *lane);

/**
 * dyad_replica_setup() - what all resources share
 *
 * Return: 0 or -ENOMEM.
 */
int dyad_replica_setup(void);

/**
 * dyad_replica_cleanup() - undo it
 */
void dyad_replica_cleanup(void);

#endif
