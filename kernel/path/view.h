/* SPDX-License-Identifier: GPL-2.0-only */
/* All that the data path may know of a resource: one immutable view at a time. */
#ifndef DYAD_PATH_VIEW_H
#define DYAD_PATH_VIEW_H

#include <linux/list.h>
#include <linux/percpu-refcount.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "core/wire.h"
#include "disk/backing.h"
#include "net/session.h"
#include "path/backlog.h"
#include "path/inbox.h"
#include "uapi/linux/dyad.h"

struct dyad_path;
struct dyad_volume;

/**
 * struct dyad_view - how a resource looks to the I/O that has entered it
 * @users: the I/O that lives by this view
 * @path: whose view it is
 * @drained: none is left after retirement
 * @left: nobody waits for that: a disk hangs
 * @reap: frees it once it has drained, then
 * @rcu: frees it
 * @session: the peer that takes writes, with a reference, or NULL. It serves reads
 *	too where there is no disk
 * @lender: the session whose peer leads while reads are served here, with a
 *	reference, or NULL
 * @mode: when writes that @session takes complete
 * @may_read: reads of the devices are served
 * @may_write: writes to the devices are served
 * @may_store: the peer's writes are stored
 * @may_serve: the peer's reads are served: all that it has sent is here
 * @tracks: and what they change is tracked here, for the peer has no disk (rule H2)
 * @may_cool: regions may cool: with @session nothing is being copied, without it
 *	there is nobody to ask
 * @peer_same: the peer of @session holds what the disks here do, but for what is
 *	dirty: it may be asked for what they cannot read
 * @may_lean: if a disk here fails, its place may be taken by the peer's
 * @spares: it can go on without the disks here: one that hangs is given up
 * @refills: the disks here lack what is dirty, and are being given it: that is read from
 *	the peer, and nothing completes that the peer lacks
 * @holds: why nothing of an application enters by this view, but waits for one
 *	without; DYAD_HOLD_* bits. The peer's requests wait while a volume grows
 * @backing: disks by volume, NULL if there is none
 *
 * Written once, before it is published. Changing anything means publishing
 * another.
 */
struct dyad_view {
	struct percpu_ref users;
	struct dyad_path *path;
	bool drained;
	bool left;
	struct work_struct reap;
	struct rcu_head rcu;
	struct dyad_session *session;
	struct dyad_session *lender;
	enum dyad_mode mode;
	bool may_read;
	bool may_write;
	bool may_store;
	bool may_serve;
	bool tracks;
	bool may_cool;
	bool peer_same;
	bool may_lean;
	bool spares;
	bool refills;
	u32 holds;
	struct dyad_backing *backing[DYAD_WIRE_VOLUMES];
};

/**
 * struct dyad_path_ops - what the data path asks of the policy above
 * @need_alone: a request waits in the list of deferred ones: the peer does not have
 *	it and the path does not say @alone, or the disk here has failed it. Have
 *	@make_alone called soon. Or the backlog is overrun, or is empty after that. Any
 *	context
 * @make_alone: record that the peer may be behind, set the path's @alone and
 *	call dyad_path_resume(), or do that with an error if it cannot; or call
 *	dyad_path_park() if somebody has to be asked first; or dyad_path_fail() if
 *	only the disk here lacks it. Called by dyad_view_retire(), with whatever lock
 *	its caller holds
 * @disk_failed: the local disk of a volume failed a write or flush of ours
 *	or of the peer, or hangs and was given up. Any context
 * @changed: a disk hangs or does not any more, or what one had has come back. Any
 *	context
 */
struct dyad_path_ops {
	void (*need_alone)(struct dyad_path *path);
	void (*make_alone)(struct dyad_path *path);
	void (*disk_failed)(struct dyad_path *path, unsigned int volume);
	void (*changed)(struct dyad_path *path);
};

/**
 * struct dyad_path - a resource as its data path sees it
 * @view: the current view, never NULL
 * @ops: the policy above
 * @volumes: by index; changed only while no view has a disk for that index
 * @alone: the generation says that the peer may be behind, so a write that the
 *	peer does not have may complete (law 6). Cleared only when no I/O that
 *	lacks the peer is left
 * @holds: policy's: why I/O is held back, DYAD_HOLD_* bits
 * @backlog: what the peer has not written yet
 * @inbox: what of the peer's has its turn later
 * @hung: volumes whose disk has not answered for too long, a bit each
 * @given_up: those of them that are not waited for; until they are detached
 * @lock: protects @left, @deferred and @parked
 * @left: how many views and others have not ended, and are not waited for
 * @deferred: requests that one of the two lacks, and that may not complete yet
 * @parked: those of them that have left their view and range, for a wait without end
 * @wake: a view has drained or a request was deferred
 */
struct dyad_path {
	struct dyad_view __rcu *view;
	const struct dyad_path_ops *ops;
	struct dyad_volume *volumes[DYAD_WIRE_VOLUMES];
	bool alone;
	u32 holds;
	struct dyad_backlog backlog;
	struct dyad_inbox inbox;
	unsigned long hung;
	unsigned long given_up;
	spinlock_t lock;	/* the lists, and who is left */
	unsigned int left;
	struct list_head deferred;
	struct list_head parked;
	wait_queue_head_t wake;
};

/**
 * dyad_path_init() - a path with a view that allows nothing
 * @path: to initialise
 * @ops: the policy above
 *
 * Return: 0 or -ENOMEM.
 */
int dyad_path_init(struct dyad_path *path, const struct dyad_path_ops *ops);

/**
 * dyad_path_destroy() - give the last view back
 * @path: nothing enters it any more
 */
void dyad_path_destroy(struct dyad_path *path);

/**
 * dyad_path_left() - something is left to a disk that hangs, and not waited for
 * @path: the path
 *
 * Context: any.
 */
void dyad_path_left(struct dyad_path *path);

/**
 * dyad_path_returned() - it has ended
 * @path: the path, which may be gone afterwards
 *
 * Context: process.
 */
void dyad_path_returned(struct dyad_path *path);

/**
 * dyad_view_create() - a view to fill in
 * @path: whose view it is to be
 *
 * Context: may sleep.
 * Return: the view, or NULL.
 */
struct dyad_view *dyad_view_create(struct dyad_path *path);

/**
 * dyad_path_publish() - from here on I/O that enters lives by another view
 * @path: the path
 * @view: ownership passes
 *
 * Context: process, the caller is the only one who publishes.
 * Return: the view before; hand it to dyad_view_retire().
 */
struct dyad_view *dyad_path_publish(struct dyad_path *path,
				    struct dyad_view *view);

/**
 * dyad_view_retire() - wait for the I/O of a view and free it
 * @view: not or no longer published; may be NULL
 *
 * I/O of the view that loses the peer meanwhile cannot end before the path is
 * @alone; so that its policy's lock may be held here, @make_alone is called from
 * here when that is so. The session itself stops without that lock (rule H20).
 *
 * Only if one of its disks was given up, that is not waited for longer than a moment:
 * then the view is left to what it still has, and counts as one of those @left until
 * that has come back. What it has begun goes on; what has not begun enters anew.
 *
 * Context: sleeps until the last I/O that entered by @view has ended.
 */
void dyad_view_retire(struct dyad_view *view);

/**
 * dyad_view_get() - the view for an I/O that enters now
 * @path: the path
 *
 * Context: any.
 * Return: the view; end with dyad_view_put().
 */
struct dyad_view *dyad_view_get(struct dyad_path *path);

/**
 * dyad_view_enter() - the same for an I/O that can be held back
 * @path: the path
 * @reasons: that it waits for, DYAD_HOLD_* bits
 *
 * Context: sleeps while the view @holds for one of @reasons, which ends without any
 * I/O that enters here.
 * Return: the view; end with dyad_view_put().
 */
struct dyad_view *dyad_view_enter(struct dyad_path *path, u32 reasons);

/**
 * dyad_view_hold() - something outlives the I/O that has entered
 * @view: entered and not yet put
 *
 * Context: any; ends with another dyad_view_put().
 */
static inline void dyad_view_hold(struct dyad_view *view)
{
	percpu_ref_get(&view->users);
}

/**
 * dyad_view_put() - the I/O has ended
 * @view: from dyad_view_get() or dyad_view_enter()
 *
 * Context: any.
 */
void dyad_view_put(struct dyad_view *view);

#endif
