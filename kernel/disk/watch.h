/* SPDX-License-Identifier: GPL-2.0-only */
/* Requests that a disk has, and whether it still answers. */
#ifndef DYAD_DISK_WATCH_H
#define DYAD_DISK_WATCH_H

#include <linux/percpu.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "core/stall.h"

#define DYAD_WATCH_LIMIT 30	/* seconds that a disk may take by default */

/**
 * struct dyad_watch_count - what one CPU has counted
 * @under_way: requests that it has seen begin, less those that it has seen end, by
 *	generation
 */
struct dyad_watch_count {
	long under_way[2];
};

/**
 * struct dyad_watch - what is under way on a disk
 * @phase: the generation of what begins now
 * @count: by CPU, so that no request takes a cache line from another one
 * @stall: whether a part hangs; @look's
 * @limit: how long the disk may take, in jiffies, or 0 for any time
 * @look: looks
 * @given_up: nobody waits for this disk any more, and nothing new is sent to it
 * @wake: woken when something has ended that somebody waits for, or it is given up
 * @looked: called after each look, from a worker; may use dyad_watch_give_up()
 * @owner: for @looked
 */
struct dyad_watch {
	u8 phase;
	struct dyad_watch_count __percpu *count;
	struct dyad_stall stall;
	unsigned long limit;
	struct delayed_work look;
	bool given_up;
	wait_queue_head_t wake;
	void (*looked)(struct dyad_watch *watch);
	void *owner;
};

/**
 * dyad_watch_init() - nothing is under way, nobody looks
 * @watch: to initialise
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int dyad_watch_init(struct dyad_watch *watch);

/**
 * dyad_watch_destroy() - free it
 * @watch: stopped, and idle
 */
void dyad_watch_destroy(struct dyad_watch *watch);

/**
 * dyad_watch_set_limit() - how long may the disk take?
 * @watch: with @looked set
 * @seconds: 0 for any time
 *
 * Context: process.
 */
void dyad_watch_set_limit(struct dyad_watch *watch, u32 seconds);

/**
 * dyad_watch_stop() - nobody looks any more
 * @watch: its limit is not set any more
 *
 * Context: sleeps.
 */
void dyad_watch_stop(struct dyad_watch *watch);

/**
 * dyad_watch_begin() - a request goes to the disk
 * @watch: of the disk
 *
 * Context: any.
 * Return: its generation, for dyad_watch_end().
 */
static inline u8 dyad_watch_begin(struct dyad_watch *watch)
{
	u8 phase = READ_ONCE(watch->phase);

	this_cpu_inc(watch->count->under_way[phase]);
	return phase;
}

/**
 * dyad_watch_end() - it has ended; the disk may go then
 * @watch: of the disk
 * @phase: from dyad_watch_begin()
 *
 * Context: any.
 */
static inline void dyad_watch_end(struct dyad_watch *watch, u8 phase)
{
	this_cpu_dec(watch->count->under_way[phase]);
}

/**
 * dyad_watch_done() - a request has ended that somebody waits for
 * @watch: of the disk
 * @phase: from dyad_watch_begin()
 * @done: set
 *
 * Context: any.
 */
void dyad_watch_done(struct dyad_watch *watch, u8 phase, bool *done);

/**
 * dyad_watch_submit() - have a request submitted that somebody waits for
 * @work: submits it, and touches nothing afterwards
 *
 * Who waits does not do that himself: a disk that takes no more would keep him for longer
 * than until it is given up.
 *
 * Context: any.
 */
void dyad_watch_submit(struct work_struct *work);

/**
 * dyad_watch_wait() - wait for such a request, or until the disk is given up
 * @watch: of the disk
 * @done: of the request
 *
 * Context: sleeps.
 * Return: true if it has ended; else the disk has it still, and all that belongs to it.
 */
bool dyad_watch_wait(struct dyad_watch *watch, const bool *done);

/**
 * dyad_watch_is_idle() - does the disk have no request?
 * @watch: of the disk; nothing new begins
 *
 * Context: process.
 * Return: true if so.
 */
bool dyad_watch_is_idle(struct dyad_watch *watch);

/**
 * dyad_watch_give_up() - wait for this disk no longer
 * @watch: of the disk
 *
 * What it has is not touched before it has ended (law 13). It stays given up.
 *
 * Context: any.
 */
void dyad_watch_give_up(struct dyad_watch *watch);

/**
 * dyad_watch_is_given_up() - is it?
 * @watch: of the disk
 *
 * Return: true if so.
 */
static inline bool dyad_watch_is_given_up(const struct dyad_watch *watch)
{
	return READ_ONCE(watch->given_up);
}

/**
 * dyad_watches_setup() - start the workqueue that all disks share
 *
 * Return: 0 or -ENOMEM.
 */
int dyad_watches_setup(void);

/**
 * dyad_watches_cleanup() - stop it; no disk has anything any more
 */
void dyad_watches_cleanup(void);

#endif
