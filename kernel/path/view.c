// SPDX-License-Identifier: GPL-2.0-only
/* Views: created by control, entered and left by I/O, retired when empty. */
#include "view.h"

#include <linux/bitops.h>
#include <linux/slab.h>

#include "stats.h"
#include "path/volume.h"

#define PATIENCE HZ	/* with the rest of a view, one of whose disks was given up */

void dyad_path_left(struct dyad_path *path)
{
	unsigned long flags;

	spin_lock_irqsave(&path->lock, flags);
	path->left++;
	spin_unlock_irqrestore(&path->lock, flags);
}

void dyad_path_returned(struct dyad_path *path)
{
	spin_lock_irq(&path->lock);
	path->left--;
	wake_up_all(&path->wake);
	/* Under the lock: once it is free, all that is here may be gone. */
	path->ops->changed(path);
	spin_unlock_irq(&path->lock);
}

static void free_view(struct dyad_view *view)
{
	percpu_ref_exit(&view->users);
	dyad_session_put(view->session);
	dyad_session_put(view->lender);
	/* A reader may still be about to find that it cannot get the view. */
	kfree_rcu(view, rcu);
	dyad_object_destroyed();
}

static void drained(struct percpu_ref *ref)
{
	struct dyad_view *view = container_of(ref, struct dyad_view, users);
	struct dyad_path *path = view->path;
	unsigned long flags;

	/* Under the lock, since the view is freed once this is seen. */
	spin_lock_irqsave(&path->lock, flags);
	view->drained = true;
	if (view->left)
		queue_work(dyad_path_workqueue, &view->reap);
	wake_up_all(&path->wake);
	spin_unlock_irqrestore(&path->lock, flags);
}

static void reap(struct work_struct *work)
{
	struct dyad_view *view = container_of(work, struct dyad_view, reap);
	struct dyad_path *path = view->path;

	free_view(view);
	dyad_path_returned(path);
}

struct dyad_view *dyad_view_create(struct dyad_path *path)
{
	struct dyad_view *view = kzalloc(sizeof(*view), GFP_KERNEL);

	if (!view)
		return NULL;
	view->path = path;
	INIT_WORK(&view->reap, reap);
	if (percpu_ref_init(&view->users, drained, 0, GFP_KERNEL)) {
		kfree(view);
		return NULL;
	}
	dyad_object_created();
	return view;
}

struct dyad_view *dyad_path_publish(struct dyad_path *path,
				    struct dyad_view *view)
{
	return rcu_replace_pointer(path->view, view, true);
}

static bool is_drained(struct dyad_view *view)
{
	struct dyad_path *path = view->path;
	bool yes;

	spin_lock_irq(&path->lock);
	yes = view->drained;
	spin_unlock_irq(&path->lock);
	return yes;
}

/* Does a disk have a part of it, or of one before, which may hold what this waits for? */
static bool is_hung(const struct dyad_view *view)
{
	unsigned long given_up = READ_ONCE(view->path->given_up);
	unsigned int i;

	if (given_up && READ_ONCE(view->path->left))
		return true;
	for_each_set_bit(i, &given_up, DYAD_WIRE_VOLUMES)
		if (view->backing[i])
			return true;
	return false;
}

/* Until it has drained or something was deferred, or for a moment once it hangs. */
static bool wait_some(struct dyad_view *view)
{
	struct dyad_path *path = view->path;

	wait_event(path->wake, READ_ONCE(view->drained) || is_hung(view) ||
		   !list_empty_careful(&path->deferred));
	if (!is_hung(view))
		return true;
	return wait_event_timeout(path->wake, READ_ONCE(view->drained) ||
				  !list_empty_careful(&path->deferred), PATIENCE);
}

/* True unless it has drained after all. */
static bool leave(struct dyad_view *view)
{
	struct dyad_path *path = view->path;
	bool left;

	spin_lock_irq(&path->lock);
	left = !view->drained;
	WRITE_ONCE(view->left, left);
	path->left += left;
	spin_unlock_irq(&path->lock);
	return left;
}

void dyad_view_retire(struct dyad_view *view)
{
	struct dyad_path *path;

	if (!view)
		return;
	path = view->path;
	percpu_ref_kill(&view->users);
	while (!is_drained(view)) {
		if (!wait_some(view) && leave(view))
			return;
		if (!list_empty_careful(&path->deferred))
			path->ops->make_alone(path);
	}
	free_view(view);
}

struct dyad_view *dyad_view_get(struct dyad_path *path)
{
	struct dyad_view *view;

	rcu_read_lock();
	/* A dying view has a successor: it is published first. */
	do {
		view = rcu_dereference(path->view);
	} while (!percpu_ref_tryget_live(&view->users));
	rcu_read_unlock();
	return view;
}

static bool is_held(struct dyad_path *path, u32 reasons)
{
	u32 holds;

	rcu_read_lock();
	holds = rcu_dereference(path->view)->holds;
	rcu_read_unlock();
	return holds & reasons;
}

/* Whoever waits is woken when the held view has drained: after its successor. */
struct dyad_view *dyad_view_enter(struct dyad_path *path, u32 reasons)
{
	struct dyad_view *view = dyad_view_get(path);

	while (unlikely(view->holds & reasons)) {
		dyad_view_put(view);
		wait_event(path->wake, !is_held(path, reasons));
		view = dyad_view_get(path);
	}
	return view;
}

void dyad_view_put(struct dyad_view *view)
{
	percpu_ref_put(&view->users);
}

int dyad_path_init(struct dyad_path *path, const struct dyad_path_ops *ops)
{
	struct dyad_view *view = dyad_view_create(path);

	if (!view)
		return -ENOMEM;
	path->ops = ops;
	spin_lock_init(&path->lock);
	INIT_LIST_HEAD(&path->deferred);
	INIT_LIST_HEAD(&path->parked);
	init_waitqueue_head(&path->wake);
	dyad_backlog_init(&path->backlog);
	dyad_inbox_init(&path->inbox);
	RCU_INIT_POINTER(path->view, view);
	return 0;
}

void dyad_path_destroy(struct dyad_path *path)
{
	struct dyad_view *view = dyad_path_publish(path, NULL);

	dyad_view_retire(view);
	dyad_inbox_destroy(&path->inbox);
	dyad_backlog_destroy(&path->backlog);
}
