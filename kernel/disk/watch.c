// SPDX-License-Identifier: GPL-2.0-only
/* Looking whether a disk answers, without a clock or a list for each request. */
#include "watch.h"

#include <linux/cpumask.h>
#include <linux/gfp.h>
#include <linux/sched.h>

#define LOOKS 8		/* in the time that a disk may take */

/* Each of its works may stand in submit_bio(). */
static struct workqueue_struct *workqueue;

/*
 * Nothing begins in a generation that is closed, but by those who have read its number
 * before: so what is counted here is at least what is left.
 */
static long left(const struct dyad_watch *watch, unsigned int phase)
{
	long n = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		n += READ_ONCE(per_cpu_ptr(watch->count, cpu)->under_way[phase]);
	return n;
}

static unsigned long interval(unsigned long limit)
{
	return max(limit / LOOKS, 1ul);
}

static void look(struct work_struct *work)
{
	struct dyad_watch *watch = container_of(to_delayed_work(work),
						struct dyad_watch, look);
	unsigned long limit = READ_ONCE(watch->limit);

	if (dyad_stall_look(&watch->stall, left(watch, !watch->stall.phase),
			    get_jiffies_64(), limit))
		WRITE_ONCE(watch->phase, watch->stall.phase);
	watch->looked(watch);
	if (limit)
		queue_delayed_work(system_unbound_wq, &watch->look, interval(limit));
}

int dyad_watch_init(struct dyad_watch *watch)
{
	watch->count = alloc_percpu(struct dyad_watch_count);
	init_waitqueue_head(&watch->wake);
	INIT_DELAYED_WORK(&watch->look, look);
	return watch->count ? 0 : -ENOMEM;
}

void dyad_watch_destroy(struct dyad_watch *watch)
{
	free_percpu(watch->count);
}

void dyad_watch_set_limit(struct dyad_watch *watch, u32 seconds)
{
	WRITE_ONCE(watch->limit, seconds * HZ);
	mod_delayed_work(system_unbound_wq, &watch->look, interval(watch->limit));
}

void dyad_watch_stop(struct dyad_watch *watch)
{
	WRITE_ONCE(watch->limit, 0);
	cancel_delayed_work_sync(&watch->look);
}

/* Under the lock, since all may be gone once it is seen to have ended. */
void dyad_watch_done(struct dyad_watch *watch, u8 phase, bool *done)
{
	unsigned long flags;

	spin_lock_irqsave(&watch->wake.lock, flags);
	WRITE_ONCE(*done, true);
	dyad_watch_end(watch, phase);
	wake_up_locked(&watch->wake);
	spin_unlock_irqrestore(&watch->wake.lock, flags);
}

void dyad_watch_submit(struct work_struct *work)
{
	queue_work(workqueue, work);
}

/* Whoever has woken us has left then. */
static void synchronize(struct dyad_watch *watch)
{
	spin_lock_irq(&watch->wake.lock);
	spin_unlock_irq(&watch->wake.lock);
}

bool dyad_watch_wait(struct dyad_watch *watch, const bool *done)
{
	wait_event(watch->wake, READ_ONCE(*done) || READ_ONCE(watch->given_up));
	synchronize(watch);
	return READ_ONCE(*done);
}

bool dyad_watch_is_idle(struct dyad_watch *watch)
{
	if (left(watch, 0) || left(watch, 1))
		return false;
	synchronize(watch);
	return true;
}

void dyad_watch_give_up(struct dyad_watch *watch)
{
	WRITE_ONCE(watch->given_up, true);
	wake_up_all(&watch->wake);
}

int dyad_watches_setup(void)
{
	workqueue = alloc_workqueue("dyad_disk", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	return workqueue ? 0 : -ENOMEM;
}

void dyad_watches_cleanup(void)
{
	destroy_workqueue(workqueue);
}
