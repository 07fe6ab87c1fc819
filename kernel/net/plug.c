// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plugs: a file system that writes many blocks, or a program that submits many requests,
 * says so (blk_start_plug()). Then the messages for the peer wait in the stream's queue
 * for the end of that: they leave in a few large segments, and the peer wakes up, and
 * answers, once for many of them.
 */
#include "plug.h"

#include <linux/blkdev.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "net/stream.h"

/* What waits at most: the peer's disk is to work as well as the one here. */
#define MOST		32	/* frames */
#define MOST_BYTES	(128 << 10)

/**
 * struct plug - what is held back on a stream by a task
 * @cb: called by the block layer; its data is the stream
 * @work: sends, if the task is about to sleep
 * @pulled: tells the owner of the first frame
 * @owner: for that
 * @urgent: one of them must not wait any longer then
 * @count: of frames since something was sent
 * @bytes: of their payload
 */
struct plug {
	struct blk_plug_cb cb;
	struct work_struct work;
	void (*pulled)(void *owner);
	void *owner;
	bool urgent;
	unsigned int count;
	u32 bytes;
};

static void pull(struct plug *plug)
{
	void (*pulled)(void *owner) = plug->pulled;
	void *owner = plug->owner;

	if (plug->urgent)
		dyad_stream_kick(plug->cb.data);
	else
		dyad_stream_kick_soon(plug->cb.data);
	kfree(plug);
	pulled(owner);
}

static void pull_work(struct work_struct *work)
{
	pull(container_of(work, struct plug, work));
}

static void unplug(struct blk_plug_cb *cb, bool from_schedule)
{
	struct plug *plug = container_of(cb, struct plug, cb);

	if (from_schedule)
		dyad_stream_queue_work(cb->data, &plug->work);
	else
		pull(plug);
}

enum dyad_plug dyad_plug_hold(struct dyad_stream *stream, u32 bytes, bool waits,
			      void (*pulled)(void *owner), void *owner)
{
	struct blk_plug_cb *cb = blk_check_plugged(unplug, stream, sizeof(struct plug));
	struct plug *plug;

	if (!cb)
		return DYAD_PLUG_NONE;
	plug = container_of(cb, struct plug, cb);
	plug->urgent |= !waits;
	plug->bytes += bytes;
	/* A new one is all zero. */
	if (plug->pulled) {
		if (++plug->count < MOST && plug->bytes < MOST_BYTES)
			return DYAD_PLUG_MORE;
		plug->count = 0;
		plug->bytes = 0;
		return DYAD_PLUG_FULL;
	}
	INIT_WORK(&plug->work, pull_work);
	plug->pulled = pulled;
	plug->owner = owner;
	return DYAD_PLUG_FIRST;
}
