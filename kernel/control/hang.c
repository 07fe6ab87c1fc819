// SPDX-License-Identifier: GPL-2.0-only
/*
 * Disks that hang. A bio cannot be called back, and what belongs to it stays where it is
 * until it ends (law 13). So once a disk is given up (path/volume.c) what would wait for
 * it is left behind: views, a resync, the session whose writes it has. They end by
 * themselves, and until then
 *
 *   - there is no other session, unless this node leads without its disks: a late write
 *     could land on newer data (rule H3)
 *   - nobody is promoted or demoted, nothing is suspended, and the disk is not let go
 */
#include "hang.h"

#include <linux/slab.h>

#include "control/event.h"
#include "control/link.h"
#include "net/session.h"
#include "path/replica.h"

#define PATIENCE HZ

/* Waits for others of the module's works, so it has threads of its own. */
static struct workqueue_struct *workqueue;

static const char sentence[] =
	"a disk here does not answer, or has not given back yet what it was sent before it was given up; look at 'dyad status' and at what is below the disk: that has to answer, or to fail";

static bool is_left(const struct dyad_resource *res)
{
	return READ_ONCE(res->path.left) || READ_ONCE(res->leaving.session);
}

const char *dyad_hang_refusal(const struct dyad_resource *res)
{
	return READ_ONCE(res->path.hung) || is_left(res) ? sentence : NULL;
}

const char *dyad_hang_blocks(const struct dyad_resource *res)
{
	return READ_ONCE(res->path.hung) & ~READ_ONCE(res->path.given_up) ?
	       sentence : NULL;
}

bool dyad_hang_keeps_apart(const struct dyad_resource *res)
{
	if (res->leaving.session)
		return true;
	/*
	 * Its disks do not count any more, and what they get late is compared one day: one
	 * that hangs has failed, is not replaced before, and till then none is refilled.
	 */
	return READ_ONCE(res->path.left) && res->lean == DYAD_LEAN_NONE;
}

static bool is_stopped(const struct dyad_resource *res)
{
	return !smp_load_acquire(&res->leaving.stopping); /* with what the stop has written */
}

static void stop(struct work_struct *work)
{
	struct dyad_resource *res =
		container_of(work, struct dyad_resource, leaving.stop);
	struct dyad_session *session = res->leaving.stopping;

	dyad_session_stop(session);
	dyad_replica_forget(&res->path);
	smp_store_release(&res->leaving.stopping, NULL); /* pairs with is_stopped() */
	wake_up_all(&res->path.wake);
	dyad_session_put(session);
	dyad_resource_put(res);
}

static void leave(struct work_struct *work)
{
	struct dyad_resource *res =
		container_of(work, struct dyad_resource, leaving.work);
	struct dyad_session *session = res->leaving.session;

	wait_event(res->path.wake, is_stopped(res));
	dyad_session_drain(session);
	dyad_session_put(session);
	WRITE_ONCE(res->leaving.session, NULL);
	wake_up_all(&res->path.wake);
	if (READ_ONCE(res->path.given_up))
		dyad_event_changed(res);
	dyad_resource_put(res);
}

void dyad_hang_stop(struct dyad_resource *res, struct dyad_session *session,
		    struct dyad_cause cause)
{
	lockdep_assert_held(&res->lock);
	res->leaving.stopping = dyad_session_get(session);
	dyad_resource_get(res);
	queue_work(workqueue, &res->leaving.stop);
	wait_event(res->path.wake, is_stopped(res) || READ_ONCE(res->path.given_up));
	if (!is_stopped(res))
		dyad_session_fail(session, cause);
}

void dyad_hang_finish(struct dyad_resource *res, struct dyad_session *session)
{
	struct dyad_path *path = &res->path;

	lockdep_assert_held(&res->lock);
	res->leaving.session = session;
	dyad_resource_get(res);
	queue_work(workqueue, &res->leaving.work);
	wait_event(path->wake, !READ_ONCE(res->leaving.session) ||
		   READ_ONCE(path->given_up));
	wait_event_timeout(path->wake, !READ_ONCE(res->leaving.session), PATIENCE);
}

void dyad_hang_await(struct dyad_resource *res, struct dyad_volume *volume)
{
	wait_event(res->path.wake, !is_left(res));
	while (volume && !dyad_volume_is_idle(volume))
		;
}

struct unwanted {
	struct work_struct work;
	struct dyad_resource *res;
	struct dyad_volume *volume;
};

static void destroy(struct work_struct *work)
{
	struct unwanted *u = container_of(work, struct unwanted, work);

	while (!dyad_volume_is_idle(u->volume))
		;
	dyad_volume_destroy(u->volume);
	dyad_resource_put(u->res);
	kfree(u);
}

void dyad_hang_destroy(struct dyad_resource *res, struct dyad_volume *volume)
{
	struct unwanted *u = NULL;

	dyad_volume_unwatch(volume);
	if (!dyad_volume_is_idle(volume))
		u = kmalloc(sizeof(*u), GFP_KERNEL);
	if (!u) {
		while (!dyad_volume_is_idle(volume))
			;
		dyad_volume_destroy(volume);
		return;
	}
	dyad_resource_get(res);
	*u = (struct unwanted) { .res = res, .volume = volume };
	INIT_WORK(&u->work, destroy);
	queue_work(workqueue, &u->work);
}

void dyad_hang_init(struct dyad_resource *res)
{
	INIT_WORK(&res->leaving.stop, stop);
	INIT_WORK(&res->leaving.work, leave);
}

int dyad_hangs_setup(void)
{
	workqueue = alloc_workqueue("dyad_hang", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	return workqueue ? 0 : -ENOMEM;
}

void dyad_hangs_cleanup(void)
{
	destroy_workqueue(workqueue);
}
