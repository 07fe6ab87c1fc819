/* SPDX-License-Identifier: GPL-2.0-only */
/* What an asynchronous resource has written here and the peer has not written yet. */
#ifndef DYAD_PATH_BACKLOG_H
#define DYAD_PATH_BACKLOG_H

#include <linux/bio.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "core/epoch.h"
#include "net/delay.h"

#define DYAD_BACKLOG_DEFAULT	(64u << 20)	/* bytes */

struct dyad_path;
struct dyad_session;
struct dyad_view;
struct dyad_volume;

/**
 * enum dyad_mixed - may the peer hold what no epoch has counted, and has not flushed?
 *
 * What has completed at the peer by a view before this one is in a cache there, and a
 * flush after it has to cover that too (law 10).
 *
 * @DYAD_MIXED_NONE: all that the peer got since its last flush was in an epoch
 * @DYAD_MIXED_ONCE: it may, until an epoch ends
 * @DYAD_MIXED_STILL: it may, and such writes may still complete
 */
enum dyad_mixed {
	DYAD_MIXED_NONE,
	DYAD_MIXED_ONCE,
	DYAD_MIXED_STILL,
};

/**
 * struct dyad_backlog - copies of writes on their way to the peer, in one order
 * @lock: protects all down to @paused
 * @epochs: which epoch a write belongs to
 * @mixed: does an epoch without writes have to end too?
 * @queue: not yet handed to the session, in order
 * @ready: bytes of the backlog that are in @queue
 * @open: not yet written at the peer, oldest first
 * @bytes: of them, and of writes that have reserved room
 * @limit: how many there may be; a single write may always be
 * @track: what finds no room does not wait for it
 * @overrun: so it was once, and from then on all that enters by the view of that time
 * @overruns: how often
 * @lost: a session ended with some of them not written there
 * @paused: so many want it to be empty: there is no room
 * @waiting: writers that wait for room
 * @wake: there is more room
 * @work: hands them over
 * @delay: until then, so that there is more than one
 */
struct dyad_backlog {
	spinlock_t lock;	/* all down to paused */
	struct dyad_epoch_writer epochs;
	enum dyad_mixed mixed;
	struct list_head queue;
	u64 ready;
	struct list_head open;
	u64 bytes;
	u64 limit;
	bool track;
	bool overrun;
	u64 overruns;
	bool lost;
	unsigned int paused;
	atomic_t waiting;
	wait_queue_head_t wake;
	struct work_struct work;
	struct dyad_delay delay;
};

/**
 * dyad_backlog_init() - empty
 * @backlog: to initialise
 */
void dyad_backlog_init(struct dyad_backlog *backlog);

/**
 * dyad_backlog_destroy() - clean up
 * @backlog: empty
 *
 * Context: sleeps.
 */
void dyad_backlog_destroy(struct dyad_backlog *backlog);

/**
 * dyad_backlog_open() - a session begins, and with it the first epoch
 * @backlog: empty
 */
void dyad_backlog_open(struct dyad_backlog *backlog);

/**
 * dyad_backlog_has_lost() - has the application been told of what the peer lacks?
 * @backlog: of the resource, whose session is stopped
 *
 * Return: true if so, or if it may be.
 */
bool dyad_backlog_has_lost(struct dyad_backlog *backlog);

/**
 * dyad_backlog_lag() - how far the peer is behind
 * @backlog: of the resource
 * @bytes: filled in
 * @ms: filled in: age of the oldest write that it lacks
 */
void dyad_backlog_lag(struct dyad_backlog *backlog, u64 *bytes, u64 *ms);

/**
 * dyad_backlog_catch_up() - wait until the peer has all, while writers wait
 * @backlog: of the resource
 *
 * For what is going to wait for that with the resource locked, which the status would
 * wait for too: then little is left. Writers that come meanwhile wait for room, and are
 * let go at the end.
 *
 * Context: process, without the resource's lock; ends when the peer has written all, or
 * is lost.
 * Return: 0, or -EINTR if the process is killed.
 */
int dyad_backlog_catch_up(struct dyad_backlog *backlog);

/**
 * dyad_backlog_finish() - wait until the peer has written what was pushed, or is lost
 * @backlog: of the resource; nothing is pushed any more
 * @session: that it goes to
 *
 * For when a view was left: else that has been waited for already.
 *
 * Context: sleeps.
 */
void dyad_backlog_finish(struct dyad_backlog *backlog, struct dyad_session *session);

/**
 * dyad_backlog_set_limit() - bound it
 * @backlog: of the resource
 * @limit: bytes
 */
void dyad_backlog_set_limit(struct dyad_backlog *backlog, u64 limit);

/**
 * dyad_backlog_set_track() - what is done when it is full?
 * @backlog: of the resource
 * @track: writes go on without the peer, instead of waiting
 */
void dyad_backlog_set_track(struct dyad_backlog *backlog, bool track);

/**
 * dyad_backlog_is_overrun() - does what enters go on without the peer?
 * @backlog: of the resource
 *
 * Return: true if so, from the first write that found no room until
 * dyad_backlog_recover(). The path's @need_alone is called when it becomes true, and
 * once more when all that had room before is at the peer.
 */
bool dyad_backlog_is_overrun(struct dyad_backlog *backlog);

/**
 * dyad_backlog_is_empty() - has the peer all that had room?
 * @backlog: of the resource
 *
 * Return: true if so.
 */
bool dyad_backlog_is_empty(struct dyad_backlog *backlog);

/**
 * dyad_backlog_mix() - another view may have been in use, or is
 * @backlog: of an asynchronous view
 * @still: the one before it has not drained; false once it has
 */
void dyad_backlog_mix(struct dyad_backlog *backlog, bool still);

/**
 * dyad_backlog_recover() - what enters in async may have room again
 * @backlog: of the resource; no view in async is left
 */
void dyad_backlog_recover(struct dyad_backlog *backlog);

/**
 * dyad_backlog_reserve() - get room for a write
 * @backlog: of the resource
 * @bio: the write or flush
 *
 * Context: process; waits while the backlog is full, which ends when the peer has
 * written some of it, or is lost. If what finds no room is tracked, only while somebody
 * wants the backlog to be empty.
 * Return: the bytes reserved; 0 if there is no room, and the write does not go to the
 * peer: it is dirty, and may not complete before the path is @alone.
 */
u32 dyad_backlog_reserve(struct dyad_backlog *backlog, const struct bio *bio);

/**
 * dyad_backlog_release() - the write will not be pushed
 * @backlog: of the resource
 * @bytes: from dyad_backlog_reserve()
 */
void dyad_backlog_release(struct dyad_backlog *backlog, u32 bytes);

/**
 * dyad_backlog_push() - copy a write or flush, to be sent in its turn
 * @view: that it lives by, in async
 * @volume: that it is for
 * @bio: the application's, its range held
 * @bytes: from dyad_backlog_reserve(); given back when the peer has written it
 *
 * A flush ends the epoch of what was pushed before, and a FUA write its own.
 *
 * Context: process, on the I/O path; does not wait for the network unless memory is
 * short.
 */
void dyad_backlog_push(struct dyad_view *view, struct dyad_volume *volume,
		       struct bio *bio, u32 bytes);

/**
 * struct dyad_barrier - somebody who waits for all that was pushed before
 * @done: called once: @written, all of that is on the peer's medium; else the session
 *	is over. Process context, must not sleep for I/O; the view is still there
 */
struct dyad_barrier {
	void (*done)(struct dyad_barrier *barrier, bool written);
};

/**
 * dyad_backlog_barrier() - wait until all that was pushed is on the peer's medium
 * @view: in async, entered
 * @barrier: the caller's memory until its @done is called
 *
 * Context: process; does not wait for the network.
 */
void dyad_backlog_barrier(struct dyad_view *view, struct dyad_barrier *barrier);

/**
 * dyad_backlogs_setup() - what all resources share
 *
 * Return: 0 or -ENOMEM.
 */
int dyad_backlogs_setup(void);

/**
 * dyad_backlogs_cleanup() - undo it
 */
void dyad_backlogs_cleanup(void);

#endif
