// SPDX-License-Identifier: GPL-2.0-only
/* The queues before the disks: a list per stream, and one for the ends of epochs. */
#include "inbox.h"

#include <linux/errno.h>

#include "path/volume.h"

static struct dyad_inbox_item *next_ready(struct dyad_inbox *inbox)
{
	struct dyad_inbox_item *item;

	spin_lock_irq(&inbox->lock);
	item = list_first_entry_or_null(&inbox->ready, struct dyad_inbox_item, link);
	if (item)
		list_del(&item->link);
	inbox->running = item;
	spin_unlock_irq(&inbox->lock);
	return item;
}

static void work(struct work_struct *work)
{
	struct dyad_inbox *inbox = container_of(work, struct dyad_inbox, work);
	struct dyad_inbox_item *item;

	while ((item = next_ready(inbox)))
		item->start(item);
}

void dyad_inbox_init(struct dyad_inbox *inbox)
{
	int i;

	spin_lock_init(&inbox->lock);
	for (i = 0; i < DYAD_WIRE_STREAMS; i++)
		INIT_LIST_HEAD(&inbox->writes[i]);
	INIT_LIST_HEAD(&inbox->ends);
	INIT_LIST_HEAD(&inbox->ready);
	INIT_WORK(&inbox->work, work);
	inbox->end = NULL;
	inbox->running = false;
	inbox->closed = true;
	dyad_epoch_reader_init(&inbox->epochs);
}

void dyad_inbox_destroy(struct dyad_inbox *inbox)
{
	cancel_work_sync(&inbox->work);
}

void dyad_inbox_open(struct dyad_inbox *inbox)
{
	spin_lock_irq(&inbox->lock);
	dyad_epoch_reader_init(&inbox->epochs);
	inbox->end = NULL;
	inbox->closed = false;
	spin_unlock_irq(&inbox->lock);
}

void dyad_inbox_close(struct dyad_inbox *inbox,
		      void (*drop)(struct dyad_inbox_item *item))
{
	struct dyad_inbox_item *item, *next;
	LIST_HEAD(dropped);
	int i;

	spin_lock_irq(&inbox->lock);
	inbox->closed = true;
	list_splice_init(&inbox->ready, &dropped);
	for (i = 0; i < DYAD_WIRE_STREAMS; i++)
		list_splice_init(&inbox->writes[i], &dropped);
	list_splice_init(&inbox->ends, &dropped);
	if (inbox->end)
		list_add_tail(&inbox->end->link, &dropped);
	inbox->end = NULL;
	spin_unlock_irq(&inbox->lock);
	list_for_each_entry_safe(item, next, &dropped, link)
		drop(item);
}

/* With the lock. Its turn comes behind all whose turn has come before. */
static void make_ready(struct dyad_inbox *inbox, struct dyad_inbox_item *item)
{
	list_add_tail(&item->link, &inbox->ready);
	queue_work(dyad_path_workqueue, &inbox->work);
}

/* The current epoch's end, if nothing of it is missing any more. */
static void check_end(struct dyad_inbox *inbox)
{
	if (!inbox->end || inbox->closed || !dyad_epoch_is_complete(&inbox->epochs))
		return;
	make_ready(inbox, inbox->end);
	inbox->end = NULL;
}

/*
 * With the lock. What came before on this stream has been started, and what comes after it
 * is not here yet: those of other streams do not overlap it.
 */
static bool may_start_here(const struct dyad_inbox *inbox)
{
	return list_empty(&inbox->ready) && !inbox->running;
}

int dyad_inbox_write(struct dyad_inbox *inbox, struct dyad_inbox_item *item)
{
	enum dyad_epoch_verdict verdict = DYAD_EPOCH_BAD;
	bool here = false;

	spin_lock_irq(&inbox->lock);
	if (!inbox->closed)
		verdict = dyad_epoch_write_came(&inbox->epochs, item->stream,
						item->epoch);
	if (verdict == DYAD_EPOCH_WAIT)
		list_add_tail(&item->link, &inbox->writes[item->stream]);
	else if (verdict == DYAD_EPOCH_START)
		here = may_start_here(inbox);
	if (verdict == DYAD_EPOCH_START && !here)
		make_ready(inbox, item);
	spin_unlock_irq(&inbox->lock);
	if (here)
		item->start(item);
	return verdict == DYAD_EPOCH_BAD ? -EPROTO : 0;
}

int dyad_inbox_end(struct dyad_inbox *inbox, struct dyad_inbox_item *item)
{
	enum dyad_epoch_verdict verdict = DYAD_EPOCH_BAD;

	spin_lock_irq(&inbox->lock);
	if (!inbox->closed)
		verdict = dyad_epoch_end_came(&inbox->epochs, item->epoch,
					      item->counts);
	if (verdict == DYAD_EPOCH_WAIT)
		list_add_tail(&item->link, &inbox->ends);
	else if (verdict == DYAD_EPOCH_START)
		inbox->end = item;
	check_end(inbox);
	spin_unlock_irq(&inbox->lock);
	return verdict == DYAD_EPOCH_BAD ? -EPROTO : 0;
}

void dyad_inbox_written(struct dyad_inbox *inbox, unsigned int stream)
{
	unsigned long flags;

	spin_lock_irqsave(&inbox->lock, flags);
	dyad_epoch_write_done(&inbox->epochs, stream);
	check_end(inbox);
	spin_unlock_irqrestore(&inbox->lock, flags);
}

/* What has waited for the epoch that begins now. */
static int begin_epoch(struct dyad_inbox *inbox)
{
	struct dyad_epoch_reader *epochs = &inbox->epochs;
	struct dyad_inbox_item *item, *next;
	int i;

	item = list_first_entry_or_null(&inbox->ends, struct dyad_inbox_item, link);
	if (item && item->epoch == epochs->now) {
		if (dyad_epoch_end_now(epochs, item->counts) == DYAD_EPOCH_BAD)
			return -EPROTO;
		list_del(&item->link);
		inbox->end = item;
	}
	for (i = 0; i < DYAD_WIRE_STREAMS; i++) {
		list_for_each_entry_safe(item, next, &inbox->writes[i], link) {
			if (item->epoch != epochs->now)
				break;
			if (dyad_epoch_write_now(epochs, i) == DYAD_EPOCH_BAD)
				return -EPROTO;
			list_del(&item->link);
			make_ready(inbox, item);
		}
	}
	check_end(inbox);
	return 0;
}

int dyad_inbox_flushed(struct dyad_inbox *inbox)
{
	int ret = 0;

	spin_lock_irq(&inbox->lock);
	if (!inbox->closed) {
		dyad_epoch_next(&inbox->epochs);
		ret = begin_epoch(inbox);
	}
	spin_unlock_irq(&inbox->lock);
	return ret;
}
