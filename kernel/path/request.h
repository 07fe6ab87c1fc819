/* SPDX-License-Identifier: GPL-2.0-only */
/* The life of one bio of an application. */
#ifndef DYAD_PATH_REQUEST_H
#define DYAD_PATH_REQUEST_H

#include <linux/bio.h>
#include <linux/uio.h>
#include <linux/workqueue.h>

#include "disk/heat.h"
#include "disk/order.h"
#include "disk/range.h"
#include "net/exchange.h"
#include "path/timing.h"
#include "path/view.h"
#include "path/volume.h"

/**
 * struct dyad_request - a bio on its way
 * @volume: where it entered
 * @view: that it lives by; NULL once it is parked
 * @bio: the application's
 * @started: for accounting
 * @times: for the timing
 * @legs: parts that have not ended: local disk, peer, submission itself
 * @phase: of the local disk's part, for the disk's watch
 * @at_peer: the peer has it
 * @early: the bio ends when the peer has received it; the range is held until the
 *	peer has written it (rules H4 and H5)
 * @received: it has told so
 * @stuck: @early, and the disk here has failed it: when the peer has written it the
 *	policy decides
 * @lazy: bytes of the backlog: the bio ends when the local disk has it. 0 in async: there
 *	was no room, and the peer does not get it
 * @holds: @early: two: the bio has not ended, the peer has not written it
 * @status: of the local disk; of the peer if the view has none for it
 * @range: held by writes
 * @question: what the peer is asked, of reads that no disk here serves
 * @link: among the granted or the deferred
 * @heat: waits for the region to become hot, before it starts
 * @order: a read waits for the peer's writes that it may rely on
 * @work: zeroes where the disk's own command fails, has the peer read where the
 *	disk cannot; starts a read
 * @exchange: the peer's part
 * @clone: the local disk's part; last, as bioset allocates it
 */
struct dyad_request {
	struct dyad_volume *volume;
	struct dyad_view *view;
	struct bio *bio;
	unsigned long started;
	struct dyad_times times;
	atomic_t legs;
	u8 phase;
	bool at_peer;
	bool early;
	bool received;
	bool stuck;
	u32 lazy;
	atomic_t holds;
	blk_status_t status;
	union {
		struct dyad_range range;
		struct dyad_question question;
	};
	struct list_head link;
	union {
		struct dyad_heat_wait heat;
		struct dyad_order_item order;
		struct work_struct work;
	};
	struct dyad_exchange exchange;
	struct bio clone;
};

/**
 * dyad_request_is_local() - is there a disk here for it?
 * @req: in its view
 *
 * Return: false if the peer's is all there is (rule H2).
 */
static inline bool dyad_request_is_local(const struct dyad_request *req)
{
	return req->view->backing[req->volume->index];
}

/**
 * dyad_request_disk() - the disk here
 * @req: in its view, and local
 *
 * Return: the disk.
 */
static inline struct dyad_backing *dyad_request_disk(const struct dyad_request *req)
{
	return req->view->backing[req->volume->index];
}

/**
 * dyad_request_submit() - take a bio that was sent to a device
 * @bio: for one of our gendisks; will end exactly once
 *
 * Context: process; does not wait for I/O.
 */
void dyad_request_submit(struct bio *bio);

/**
 * dyad_request_finish() - the end: all is given back, the bio ends
 * @req: nothing of it is under way; gone afterwards, unless the peer has not written it
 *
 * Context: any.
 */
void dyad_request_finish(struct dyad_request *req);

/**
 * dyad_request_defer() - put it aside until the policy has decided
 * @req: nothing of it is under way
 *
 * Context: any.
 */
void dyad_request_defer(struct dyad_request *req);

/**
 * dyad_request_span() - a bio's pages, as a stream takes or fills them
 * @bio: with data
 * @iter: set to them
 * @direction: ITER_SOURCE or ITER_DEST
 */
void dyad_request_span(struct bio *bio, struct iov_iter *iter,
		       unsigned int direction);

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
