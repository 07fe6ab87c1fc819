/* SPDX-License-Identifier: GPL-2.0-only */
/* A primary that leans on its peer is given disks again. */
#ifndef DYAD_CONTROL_REFILL_H
#define DYAD_CONTROL_REFILL_H

#include <linux/types.h>

#include "control/resource.h"

/**
 * struct dyad_spare - a disk that is to take a failed one's place
 * @backing: the disk, owned
 * @meta: its metadata, owned
 * @regions: what these say
 *
 * Once it has taken it, this has what is left of the other one.
 */
struct dyad_spare {
	struct dyad_backing *backing;
	struct dyad_meta *meta;
	struct dyad_regions regions;
};

/*
 * With the resource's lock held.
 */

/**
 * dyad_refill_wants() - is this a volume whose device stays though its disk has gone?
 * @res: the resource
 * @index: of the volume
 *
 * Return: true if this node leans on its peer.
 */
bool dyad_refill_wants(const struct dyad_resource *res, unsigned int index);

/**
 * dyad_refill_release() - give the failed disk of a volume back
 * @res: the resource
 * @index: of a volume for which dyad_refill_wants() is true
 *
 * The device stays, and its I/O goes on by the peer. A disk that was being given what it
 * lacks is not any more. One that hangs stays until it has given back all that it had.
 *
 * Context: sleeps until the I/O of that disk has ended, or it is given up.
 * Return: NULL, or why not and what to do, as a sentence.
 */
const char *dyad_refill_release(struct dyad_resource *res, unsigned int index);

/**
 * dyad_refill_prepare() - release what a spare is to replace
 * @res: the resource
 * @index: of the volume
 * @device: N of /dev/dyadN as asked for, or -1
 *
 * Return: NULL, or why there can be none, as a sentence.
 */
const char *dyad_refill_prepare(struct dyad_resource *res, unsigned int index, int device);

/**
 * dyad_refill_take() - put a disk in the place of a failed one
 * @res: the resource
 * @index: of the volume, which was prepared
 * @spare: exchanged with what the volume has if this succeeds; closed by the caller
 *
 * Once no volume is without a disk they are given what they lack.
 *
 * Context: sleeps until what is in flight has ended; I/O waits for that.
 * Return: NULL, or why not and what to do, as a sentence.
 */
const char *dyad_refill_take(struct dyad_resource *res, unsigned int index,
			     struct dyad_spare *spare);

/**
 * dyad_refill_start() - give the disks here what they lack, if all are there
 * @res: the resource
 */
void dyad_refill_start(struct dyad_resource *res);

/**
 * dyad_refill_is_running() - do writes go to disks here that lack something?
 * @res: the resource
 *
 * Return: true if so; and the session is there, or is about to end.
 */
bool dyad_refill_is_running(const struct dyad_resource *res);

/**
 * dyad_refill_told_state() - what the peer is told of a disk
 * @res: the resource
 * @volume: of it
 *
 * Return: that it has failed, if this node leans on its peer: disks that are given back do
 * not count before they have all.
 */
enum dyad_data_state dyad_refill_told_state(const struct dyad_resource *res,
					    const struct dyad_volume *volume);

/**
 * dyad_refill_ended() - all has been copied, or not
 * @res: the resource, connected
 * @error: 0, or why not
 */
void dyad_refill_ended(struct dyad_resource *res, int error);

/**
 * dyad_refill_disk_failed() - a disk has failed again, if this node leans on its peer
 * @res: the resource
 * @volume: with a disk
 *
 * Return: false if it does not lean; nothing is done then.
 */
bool dyad_refill_disk_failed(struct dyad_resource *res, struct dyad_volume *volume);

/**
 * dyad_refill_on_done() - SYNC_DONE has come: the peer is no longer leant on
 * @res: the resource, which leans on its peer
 * @payload: the message's
 */
void dyad_refill_on_done(struct dyad_resource *res, const u8 *payload);

/**
 * dyad_refill_on_refilled() - REFILLED has come to the other side
 * @res: the resource
 */
void dyad_refill_on_refilled(struct dyad_resource *res);

#endif
