/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: waiting for a condition. */
#ifndef SIM_LINUX_WAIT_H
#define SIM_LINUX_WAIT_H

#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/spinlock.h>

typedef struct {
	struct sim_wq wq;
	spinlock_t lock;
} wait_queue_head_t;

static inline void init_waitqueue_head(wait_queue_head_t *head)
{
	head->wq.first = NULL;
	spin_lock_init(&head->lock);
}

#define wake_up_all(head) sim_wake_all(&(head)->wq)
#define wake_up(head) sim_wake_all(&(head)->wq)
#define wake_up_locked(head) sim_wake_all(&(head)->wq)
#define wq_has_sleeper(head) ((head)->wq.first)
#define wait_event(head, condition) do {					\
	sim_might_sleep();							\
	while (!(condition))							\
		sim_wait(&(head).wq);						\
} while (0)
#define wait_event_killable(head, condition) ({ wait_event(head, condition); 0; })
#define wait_event_timeout(head, condition, timeout) ({				\
	unsigned long __until = jiffies + (timeout);				\
	bool __early = true;							\
	sim_might_sleep();							\
	while (!(condition) && __early)						\
		__early = sim_wait_until(&(head).wq, __until);			\
	(condition) ? max(1l, (long)(__until - jiffies)) : 0l; })
#define wait_event_lock_irq(head, condition, lock) do {				\
	while (!(condition)) {							\
		spin_unlock_irq(&(lock));					\
		if (!(condition))						\
			sim_wait(&(head).wq);					\
		spin_lock_irq(&(lock));						\
	}									\
} while (0)

#endif
