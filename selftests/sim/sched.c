// SPDX-License-Identifier: GPL-2.0-only
/*
 * The scheduler: coroutines, works, timers and completions of both nodes, one
 * after another, in an order that the seed decides.
 */
#include "world.h"

#include <sys/mman.h>

#include "disk.h"
#include "net.h"

#define STACK	(64ul << 10)

struct world world;
int current_node = NOBODY;
int sim_spinning;
int sim_in_irq;
struct sim_co *sim_current;
int sched_live;

static struct sim_co cos[MAX_CO];
static struct sim_co *free_cos[MAX_CO];
static unsigned int free_count;
static int co_high;	/* none beyond it was ever used */
static void *main_sp;

/* --- chance --- */

u64 sim_random64(void)
{
	u64 z = (world.rng += 0x9e3779b97f4a7c15ull);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

u32 sim_random(u32 below)
{
	return (u64)(u32)(sim_random64() >> 32) * below >> 32;
}

/* --- bags --- */

unsigned int bag_add(struct bag *bag, void *item)
{
	sim_assert(bag->count < MAX_BAG, "too much is waiting");
	bag->item[bag->count] = item;
	return bag->count++;
}

/* --- switching --- */

#ifdef __x86_64__
void switch_stack(void **from, void *to);
__asm__(".text\n"
	".globl switch_stack\n"
	"switch_stack:\n"
	"push %rbp\n push %rbx\n push %r12\n push %r13\n push %r14\n push %r15\n"
	"mov %rsp, (%rdi)\n"
	"mov %rsi, %rsp\n"
	"pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %rbx\n pop %rbp\n"
	"ret\n");

static void *new_stack(char *stack, void (*entry)(void))
{
	void **sp = (void **)(stack + STACK);

	*--sp = NULL;
	*--sp = (void *)entry;
	sp -= 6;
	memset(sp, 0, 6 * sizeof(*sp));
	return sp;
}
#else
#error "write switch_stack() for this processor"
#endif

#ifdef __SANITIZE_ADDRESS__
void __asan_unpoison_memory_region(void const volatile *p, size_t n);
#define forget_stack(co) __asan_unpoison_memory_region((co)->stack, STACK)
#else
#define forget_stack(co) ((void)(co))
#endif

static void release(struct sim_co *co)
{
	co->state = CO_FREE;
	co->work = NULL;
	free_cos[free_count++] = co;
	sched_live--;
}

static void entry(void)
{
	struct sim_co *co = sim_current;

	co->fn(co->arg);
	sim_assert(!sim_spinning, "something ends with a spinlock held");
	sim_assert(!sim_readers, "something ends as a reader");
	co->state = CO_FREE;
	switch_stack(&co->sp, main_sp);
	__builtin_unreachable();
}

static void run(struct sim_co *co)
{
	sim_current = co;
	current_node = co->node;
	co->state = CO_RUNNING;
	switch_stack(&main_sp, co->sp);
	if (co->state == CO_FREE) {
		if (co->work)
			sim_wake_all(&world.flushers[co->node]);
		forget_stack(co);
		release(co);
	}
	sim_current = NULL;
	current_node = NOBODY;
}

void sched_spawn(int node, void (*fn)(void *arg), void *arg, struct work_struct *work)
{
	struct sim_co *co;

	sim_assert(free_count, "too many things at once");
	co = free_cos[--free_count];
	sched_live++;
	co_high = max(co_high, (int)(co - cos) + 1);
	co->node = node;
	co->fn = fn;
	co->arg = arg;
	co->work = work;
	co->wq = NULL;
	co->timer.slot = -1;
	co->sp = new_stack(co->stack, entry);
	co->state = CO_READY;
	co->slot = bag_add(&world.ready[node], co);
}

/* --- waiting --- */

static void make_ready(struct sim_co *co)
{
	co->wq = NULL;
	co->state = CO_READY;
	co->slot = bag_add(&world.ready[co->node], co);
}

static void leave(struct sim_co *co)
{
	sim_might_sleep();
	switch_stack(&co->sp, main_sp);
}

void sim_might_sleep(void)
{
	sim_assert(!sim_spinning, "something sleeps with a spinlock held");
	sim_assert(!sim_in_irq, "something sleeps where a bio is completed");
	sim_assert(!sim_readers, "something sleeps as a reader");
}

void sim_preempt(void)
{
	if (!sim_current || sim_spinning || sim_readers || sim_in_irq ||
	    !world.preempt || !one_in(world.preempt))
		return;
	make_ready(sim_current);
	leave(sim_current);
}

static void enqueue(struct sim_wq *wq)
{
	sim_assert(sim_current, "something waits where nothing can");
	sim_current->state = CO_WAITING;
	sim_current->wq = wq;
	sim_current->wq_next = wq->first;
	wq->first = sim_current;
}

void sim_wait(struct sim_wq *wq)
{
	enqueue(wq);
	leave(sim_current);
}

static void unqueue(struct sim_co *co)
{
	struct sim_co **p;

	if (!co->wq)
		return;
	for (p = &co->wq->first; *p; p = &(*p)->wq_next)
		if (*p == co) {
			*p = co->wq_next;
			return;
		}
}

static void timer_remove(struct sim_timer *timer)
{
	int slot = timer->slot;

	if (slot < 0)
		return;
	world.timers[slot] = world.timers[--world.timer_count];
	world.timers[slot].timer->slot = slot;
	timer->slot = -1;
}

static void timer_add(struct sim_timer *timer, struct work_struct *work, struct sim_co *co,
		      int node, unsigned long due)
{
	sim_assert(world.timer_count < MAX_TIMERS, "too many timers");
	timer->due = due;
	timer->slot = world.timer_count;
	world.timers[world.timer_count++] = (struct timer_slot) { timer, work, co, node };
}

bool sim_wait_until(struct sim_wq *wq, unsigned long until)
{
	struct sim_co *co = sim_current;

	if (time_after_eq(sim_jiffies, until))
		return false;
	enqueue(wq);
	co->timed_out = false;
	timer_add(&co->timer, NULL, co, co->node, until);
	leave(co);
	timer_remove(&co->timer);
	return !co->timed_out;
}

void sim_sleep(unsigned long n)
{
	struct sim_wq wq = { NULL };

	sim_wait_until(&wq, sim_jiffies + max(n, 1ul));
}

void sim_wake_all(struct sim_wq *wq)
{
	struct sim_co *co, *next;

	for (co = wq->first; co; co = next) {
		next = co->wq_next;
		timer_remove(&co->timer);
		make_ready(co);
	}
	wq->first = NULL;
}

/* --- works --- */

bool sim_work_queue(struct work_struct *work)
{
	if (work->slot >= 0)
		return false;
	sim_assert(work->func, "a work without a function");
	work->slot = bag_add(&world.works[current_node], work);
	return true;
}

bool sim_work_queue_later(struct work_struct *work, struct sim_timer *timer,
			  unsigned long delay)
{
	if (work->slot >= 0 || timer->slot >= 0)
		return false;
	if (!delay)
		return sim_work_queue(work);
	timer_add(timer, work, NULL, current_node, sim_jiffies + delay);
	return true;
}

static void take_work(int node, struct work_struct *work)
{
	struct bag *bag = &world.works[node];
	struct work_struct *last = bag->item[--bag->count];

	bag->item[work->slot] = last;
	last->slot = work->slot;
	work->slot = -1;
}

bool sim_work_cancel(struct work_struct *work, struct sim_timer *timer)
{
	bool was = false;

	if (timer && timer->slot >= 0) {
		timer_remove(timer);
		was = true;
	}
	if (work->slot >= 0) {
		take_work(current_node, work);
		was = true;
	}
	return was;
}

bool sim_work_is_running(struct work_struct *work)
{
	int i;

	for (i = 0; i < co_high; i++)
		if (cos[i].state != CO_FREE && cos[i].work == work)
			return true;
	return false;
}

void sim_work_flush(struct work_struct *work)
{
	sim_might_sleep();
	sim_assert(!sim_current || sim_current->work != work, "a work waits for itself");
	while (work->slot >= 0 || sim_work_is_running(work))
		sim_wait(&world.flushers[current_node]);
}

struct workqueue_struct *system_unbound_wq = &(struct workqueue_struct) { };

struct workqueue_struct *alloc_workqueue(const char *name, unsigned int flags, int max, ...)
{
	static struct workqueue_struct plain, pings = { .pings = true };

	return memcmp(name, "dyad_ping", 10) ? &plain : &pings;
}

static void run_work(void *arg)
{
	struct work_struct *work = arg;

	work->func(work);
}

/* --- events --- */

static void event_ready(int node)
{
	struct bag *bag = &world.ready[node];
	struct sim_co *co = bag->item[sim_random(bag->count)];
	struct sim_co *last = bag->item[--bag->count];

	bag->item[co->slot] = last;
	last->slot = co->slot;
	run(co);
}

static void event_work(int node)
{
	struct bag *bag = &world.works[node];
	struct work_struct *work = bag->item[sim_random(bag->count)];

	/* A work never runs twice at a time. */
	if (sched_live && sim_work_is_running(work))
		return;
	take_work(node, work);
	sched_spawn(node, run_work, work, work);
	event_ready(node);
}

static bool event_timer(void)
{
	struct timer_slot *first = NULL, slot;
	unsigned int i;

	for (i = 0; i < world.timer_count; i++)
		if (!first || time_before(world.timers[i].timer->due, first->timer->due))
			first = &world.timers[i];
	if (!first)
		return false;
	slot = *first;
	if (time_after(slot.timer->due, sim_jiffies))
		sim_jiffies = slot.timer->due;
	timer_remove(slot.timer);
	if (slot.co) {
		unqueue(slot.co);
		slot.co->timed_out = true;
		make_ready(slot.co);
	} else {
		current_node = slot.node;
		sim_work_queue(slot.work);
		current_node = NOBODY;
	}
	return true;
}

unsigned long sim_jiffies;

bool sched_idle(void)
{
	int n;

	for (n = 0; n < NODES; n++)
		if (world.ready[n].count || world.works[n].count || world.bios[n].count ||
		    net_busy(n))
			return false;
	return true;
}

/* One thing happens, if any can. */
bool sched_event(bool timers)
{
	u32 total = 0, sum[NODES][KINDS], r;
	int n, k;

	world.events++;
	for (n = 0; n < NODES; n++) {
		sum[n][KIND_CO] = world.ready[n].count;
		sum[n][KIND_WORK] = world.works[n].count;
		sum[n][KIND_BIO] = world.bios[n].count;
		sum[n][KIND_NET] = net_busy(n);
		for (k = 0; k < KINDS; k++)
			total += sum[n][k] ? world.weight[n][k] : 0;
	}
	if (!total)
		return timers && event_timer();
	if (timers && world.timer_count && one_in(256))
		return event_timer();
	r = sim_random(total);
	for (n = 0; n < NODES; n++)
		for (k = 0; k < KINDS; k++) {
			u32 weight = sum[n][k] ? world.weight[n][k] : 0;

			if (r >= weight) {
				r -= weight;
				continue;
			}
			switch (k) {
			case KIND_CO:
				event_ready(n);
				return true;
			case KIND_WORK:
				event_work(n);
				return true;
			case KIND_BIO:
				disk_event(n);
				return true;
			default:
				net_event(n);
				return true;
			}
		}
	return true;
}

/* --- beginning and end --- */

void sched_setup(void)
{
	int i;

	for (i = 0; i < MAX_CO; i++)
		cos[i].stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	sched_reset();
}

/* Nothing runs any more, wherever it was. */
void sched_reset(void)
{
	int i;

	co_high = 0;
	free_count = 0;
	sched_live = 0;
	for (i = MAX_CO; i--;) {
		if (cos[i].state != CO_FREE)
			forget_stack(&cos[i]);
		cos[i].state = CO_FREE;
		cos[i].work = NULL;
		free_cos[free_count++] = &cos[i];
	}
	sim_spinning = 0;
	sim_in_irq = 0;
	sim_readers = 0;
	sim_current = NULL;
	current_node = NOBODY;
}

/* The node crashes. */
void sched_drop(int node)
{
	int i;

	for (i = 0; i < co_high; i++) {
		if (cos[i].state == CO_FREE || cos[i].node != node)
			continue;
		timer_remove(&cos[i].timer);
		forget_stack(&cos[i]);
		release(&cos[i]);
	}
	for (i = world.timer_count; i--;)
		if (world.timers[i].node == node)
			timer_remove(world.timers[i].timer);
	world.ready[node].count = 0;
	world.works[node].count = 0;
	world.bios[node].count = 0;
	world.held[node].count = 0;
	world.flushers[node].first = NULL;
}
