/* SPDX-License-Identifier: GPL-2.0-only */
/* The world of a schedule: all that the simulator has to remember of it. */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include <linux/blkdev.h>
#include <linux/netlink.h>
#include <linux/workqueue.h>

#include "control/peer.h"
#include "control/resource.h"

#define NODES		2
#define VOLUMES		2
#define MAX_CO		192
#define MAX_BAG		768
#define MAX_TIMERS	128
#define CLASSES		20
#define MAX_PAGES	6144

/* --- chance --- */

extern u64 sim_seed_state;

static inline bool one_in(u32 n)
{
	return !sim_random(n);
}

/* --- bags: something is taken out at random --- */

struct bag {
	void *item[MAX_BAG];
	unsigned int count;
};

/* --- memory: goes with its node --- */

struct arena {
	char *base;
	size_t used;
	void *free[CLASSES];
	char *pages;
	u32 pages_used;
	u32 page_link[MAX_PAGES];	/* of free ones; in use: ~0 */
	u32 page_free;
};

/* --- coroutines --- */

enum co_state {
	CO_FREE,
	CO_READY,
	CO_RUNNING,
	CO_WAITING,
};

struct sim_co {
	void *sp;
	char *stack;
	enum co_state state;
	int node;
	void (*fn)(void *arg);
	void *arg;
	struct work_struct *work;
	struct sim_wq *wq;
	struct sim_co *wq_next;
	struct sim_timer timer;
	bool timed_out;
	unsigned int slot;
};

struct timer_slot {
	struct sim_timer *timer;
	struct work_struct *work;
	struct sim_co *co;
	int node;
};

/* --- the world --- */

/* Kinds of events, chosen between by weight. */
enum kind {
	KIND_CO,
	KIND_WORK,
	KIND_BIO,
	KIND_NET,
	KINDS,
};

struct world {
	u64 rng;
	u64 events;
	u32 preempt;		/* one chance in so many where a lock is given back */
	u32 weight[NODES][KINDS];
	struct arena arena[NODES + 1];
	struct bag ready[NODES];
	struct bag works[NODES];
	struct bag bios[NODES];
	struct bag held[NODES];		/* bios of disks that do not answer */
	struct sim_wq flushers[NODES];	/* wait for the end of a work */
	struct timer_slot timers[MAX_TIMERS];
	unsigned int timer_count;
};

extern struct world world;
extern int current_node;	/* whose code runs; NODES: the world's */

#define NOBODY NODES

/* --- mem.c --- */

void mem_setup(void);
void mem_reset(int node);
void *mem_alloc(int node, size_t bytes, bool zero);
bool mem_is_page(const void *p);	/* from alloc_page(), not kmalloc() */

/* --- sched.c --- */

void sched_setup(void);
void sched_reset(void);
void sched_drop(int node);
void sched_spawn(int node, void (*fn)(void *arg), void *arg, struct work_struct *work);
bool sched_event(bool timers);
bool sched_idle(void);
unsigned int bag_add(struct bag *bag, void *item);
extern int sched_live;

/* --- main.c --- */

extern bool verbose;
void sim_fail(const char *law, const char *format, ...)
	__attribute__((noreturn, format(printf, 2, 3)));
void trace(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
