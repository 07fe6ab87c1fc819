/* SPDX-License-Identifier: GPL-2.0-only */
/* Writes of the peer that have an epoch: which may go to the disk, which wait (H14). */
#ifndef DYAD_PATH_INBOX_H
#define DYAD_PATH_INBOX_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "core/epoch.h"

/**
 * struct dyad_inbox_item - a write, or the end of an epoch
 * @link: while it waits
 * @stream: that it came on
 * @epoch: of the write, or that ends
 * @counts: of an end: writes by stream
 * @start: a write's turn has come; an end's, when all writes of its epoch are on
 *	their disks. From a worker, or from where a write has come; those of a stream one
 *	at a time and in order
 */
struct dyad_inbox_item {
	struct list_head link;
	unsigned int stream;
	u64 epoch;
	u32 counts[DYAD_WIRE_STREAMS];
	void (*start)(struct dyad_inbox_item *item);
};

/**
 * struct dyad_inbox - the order of a session's writes, for all volumes of a resource
 * @lock: protects all below
 * @epochs: what may start
 * @writes: later ones, by stream, oldest first
 * @ends: likewise
 * @end: that of the current epoch, if it has come
 * @ready: whose turn has come, in order
 * @work: starts them
 * @running: it does so now
 * @closed: nothing starts any more
 */
struct dyad_inbox {
	spinlock_t lock;	/* all below */
	struct dyad_epoch_reader epochs;
	struct list_head writes[DYAD_WIRE_STREAMS];
	struct list_head ends;
	struct dyad_inbox_item *end;
	struct list_head ready;
	struct work_struct work;
	bool running;
	bool closed;
};

/**
 * dyad_inbox_init() - closed
 * @inbox: to initialise
 */
void dyad_inbox_init(struct dyad_inbox *inbox);

/**
 * dyad_inbox_destroy() - clean up
 * @inbox: closed
 *
 * Context: sleeps.
 */
void dyad_inbox_destroy(struct dyad_inbox *inbox);

/**
 * dyad_inbox_open() - a session begins, and with it the first epoch
 * @inbox: closed
 */
void dyad_inbox_open(struct dyad_inbox *inbox);

/**
 * dyad_inbox_close() - the session is over: what waits is not carried out
 * @inbox: of the resource
 * @drop: called for each item that waits
 *
 * What was there is a past of the peer, and so is what is there without these
 * (law 10).
 *
 * Context: process.
 */
void dyad_inbox_close(struct dyad_inbox *inbox,
		      void (*drop)(struct dyad_inbox_item *item));

/**
 * dyad_inbox_write() - a write has come
 * @inbox: of the resource
 * @item: filled in; the caller's memory until @start or @drop is called
 *
 * It is started from here if that is in order.
 *
 * Context: process; those of a stream one at a time.
 *
 * Return: 0, or -EPROTO; the item is the caller's then.
 */
int dyad_inbox_write(struct dyad_inbox *inbox, struct dyad_inbox_item *item);

/**
 * dyad_inbox_end() - the end of an epoch has come
 * @inbox: of the resource
 * @item: likewise
 *
 * Return: 0, or -EPROTO; the item is the caller's then.
 */
int dyad_inbox_end(struct dyad_inbox *inbox, struct dyad_inbox_item *item);

/**
 * dyad_inbox_written() - a write that was started is on its disk
 * @inbox: of the resource
 * @stream: that it came on
 *
 * Context: any.
 */
void dyad_inbox_written(struct dyad_inbox *inbox, unsigned int stream);

/**
 * dyad_inbox_flushed() - the epoch whose end was started is on stable storage
 * @inbox: of the resource
 *
 * Context: process.
 *
 * Return: 0, or -EPROTO if what waited breaks the rules.
 */
int dyad_inbox_flushed(struct dyad_inbox *inbox);

#endif
