/* SPDX-License-Identifier: GPL-2.0-only */
/* The life of one bio of an application. */
#ifndef DYAD_PATH_REQUEST_H
#define DYAD_PATH_REQUEST_H

#include <linux/bio.h>
#include <linux/workqueue.h>

struct dyad_path;

/**
 * dyad_request_submit() - take a bio that was sent to a device
 * @bio: for one of our gendisks; will end exactly once
 *
 * Context: process; does not wait for I/O.
 */
void dyad_request_submit(struct bio *bio);

/**
 * dyad_request_start_granted() - start the requests that got their range
 * @work: the volume's granted_work
 */
void dyad_request_start_granted(struct work_struct *work);

/**
 * dyad_request_pad() - room that a request needs in front of its bio
 *
 * Return: bytes, for bioset_init().
 */
unsigned int dyad_request_pad(void);

/**
 * dyad_path_park() - let the deferred writes wait without holding anybody up
 * @path: the path; its policy's lock is held, here and for dyad_path_resume()
 *
 * They give back their view, so that it can drain, and their range, so that a resync
 * can end: nothing touches the local disk for them any more, and what the peer lacks
 * is marked. Before a volume is destroyed dyad_path_resume() ends them.
 *
 * Context: process.
 */
void dyad_path_park(struct dyad_path *path);

/**
 * dyad_path_resume() - complete the deferred and the parked requests
 * @path: it says @alone, unless they fail
 * @status: BLK_STS_OK, or how they end if the path cannot go on alone
 *
 * What the local disk has failed ends with its error.
 *
 * Context: process.
 */
void dyad_path_resume(struct dyad_path *path, blk_status_t status);

/**
 * dyad_path_fail() - end the deferred and parked requests that the local disk has failed
 * @path: the path, which does not lean on the peer
 *
 * Context: process.
 * Return: true if others are left, which the peer lacks.
 */
bool dyad_path_fail(struct dyad_path *path);

/**
 * dyad_path_lean() - the peer's disk is what counts from here on (rule H2)
 * @path: the path; the peer keeps track, and a view that leans on it is published.
 *	That view holds nothing back
 *
 * What is deferred or parked completes if the peer has it, and is submitted again if
 * not.
 *
 * Context: process.
 */
void dyad_path_lean(struct dyad_path *path);

#endif
