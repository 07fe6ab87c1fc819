/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: work for later, done in any order by as many workers as there is work. */
#ifndef SIM_LINUX_WORKQUEUE_H
#define SIM_LINUX_WORKQUEUE_H

#include <linux/jiffies.h>
#include <linux/list.h>

struct work_struct {
	void (*func)(struct work_struct *work);
	int slot;	/* in the node's bag of works, or -1 */
};

struct delayed_work {
	struct work_struct work;
	struct sim_timer timer;
};

struct workqueue_struct {
	bool pings;	/* silence is told by the model of the network */
};

extern struct workqueue_struct *system_unbound_wq;

#define WQ_UNBOUND 1
#define WQ_MEM_RECLAIM 2
#define WQ_HIGHPRI 4
#define WQ_FREEZABLE 8

struct workqueue_struct *alloc_workqueue(const char *name, unsigned int flags, int max, ...);
#define alloc_ordered_workqueue(name, flags, ...) alloc_workqueue(name, flags, 1, ##__VA_ARGS__)
#define destroy_workqueue(wq) ((void)(wq))

#define INIT_WORK(w, f) ((w)->func = (f), (w)->slot = -1)
#define INIT_DELAYED_WORK(w, f) (INIT_WORK(&(w)->work, f), (w)->timer.slot = -1)
#define to_delayed_work(w) container_of(w, struct delayed_work, work)
#define queue_work(wq, w) ((void)(wq), sim_work_queue(w))
#define queue_work_on(cpu, wq, w) queue_work(wq, w)
#define queue_delayed_work(wq, w, delay) \
	((wq)->pings || sim_work_queue_later(&(w)->work, &(w)->timer, delay))
#define mod_delayed_work(wq, w, delay)						\
	((void)(wq), sim_work_cancel(&(w)->work, &(w)->timer),			\
	 sim_work_queue_later(&(w)->work, &(w)->timer, delay))
#define cancel_work(w) sim_work_cancel(w, NULL)
#define cancel_work_sync(w) ({ bool __was = sim_work_cancel(w, NULL); sim_work_flush(w); __was; })
#define cancel_delayed_work(w) sim_work_cancel(&(w)->work, &(w)->timer)
#define cancel_delayed_work_sync(w) ({						\
	bool __was = sim_work_cancel(&(w)->work, &(w)->timer);			\
	sim_work_flush(&(w)->work);						\
	if (sim_work_cancel(&(w)->work, &(w)->timer))				\
		__was = true;							\
	__was; })
#define flush_work(w) sim_work_flush(w)
#define flush_delayed_work(w) ({						\
	if (sim_work_cancel(&(w)->work, &(w)->timer))				\
		sim_work_queue(&(w)->work);					\
	sim_work_flush(&(w)->work); })
#define work_pending(w) ((w)->slot >= 0)
#define delayed_work_pending(w) ((w)->work.slot >= 0 || (w)->timer.slot >= 0)

#endif
