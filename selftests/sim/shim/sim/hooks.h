/* SPDX-License-Identifier: GPL-2.0-only */
/* What the shim asks of the simulator. */
#ifndef SIM_HOOKS_H
#define SIM_HOOKS_H

#include <linux/types.h>

struct bio;
struct block_device;
struct sim_wq;
struct work_struct;

void sim_bug(const char *what, const char *file, int line) __attribute__((noreturn));
void sim_log(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define sim_assert(condition, what) do {					\
	if (!(condition))							\
		sim_bug(what, __FILE__, __LINE__);				\
} while (0)

/* Memory of the node that runs; gone when it crashes. */
void *sim_alloc(size_t bytes, bool zero);
void sim_free(const void *p);
size_t sim_size(const void *p);
void *sim_page(void);
void sim_page_free(void *page);

/* Who waits for what. Everything runs in a coroutine of a node. */
struct sim_co;

struct sim_wq {
	struct sim_co *first;
};

void sim_might_sleep(void);
void sim_wait(struct sim_wq *wq);
bool sim_wait_until(struct sim_wq *wq, unsigned long until);
void sim_wake_all(struct sim_wq *wq);
void sim_sleep(unsigned long jiffies);
void sim_preempt(void);

extern int sim_spinning;	/* spinlocks held */
extern int sim_in_irq;		/* in the completion of a bio */
extern unsigned long sim_jiffies;
extern struct sim_co *sim_current;

/* Works and timers. */
struct sim_timer {
	unsigned long due;
	int slot;	/* in the table of timers, or -1 */
};

bool sim_work_queue(struct work_struct *work);
bool sim_work_queue_later(struct work_struct *work, struct sim_timer *timer,
			  unsigned long delay);
bool sim_work_cancel(struct work_struct *work, struct sim_timer *timer);
void sim_work_flush(struct work_struct *work);
bool sim_work_is_running(struct work_struct *work);

/* Chance, from the schedule's seed. */
u32 sim_random(u32 below);
u64 sim_random64(void);

/* RCU: freed when no reader is left. */
extern int sim_readers;
void sim_free_later(void *p);
void sim_readers_gone(void);

/* The block layer. */
void sim_bio_submit(struct bio *bio);
int sim_bio_wait(struct bio *bio);

#endif
