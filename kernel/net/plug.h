/* SPDX-License-Identifier: GPL-2.0-only */
/* What one task submits in one go is sent in one go. */
#ifndef DYAD_NET_PLUG_H
#define DYAD_NET_PLUG_H

#include <linux/types.h>

struct dyad_stream;

/**
 * enum dyad_plug - what becomes of a frame that is about to be queued
 * @DYAD_PLUG_NONE: it is not known that more will come
 * @DYAD_PLUG_FULL: it is to be sent now, with all that waits
 * @DYAD_PLUG_FIRST: it is sent when the caller's plug is pulled, and has to keep the stream
 *	until it is told of that
 * @DYAD_PLUG_MORE: it is sent together with one that came before it
 */
enum dyad_plug {
	DYAD_PLUG_NONE,
	DYAD_PLUG_FULL,
	DYAD_PLUG_FIRST,
	DYAD_PLUG_MORE,
};

/**
 * dyad_plug_hold() - is the caller going to submit more at once?
 * @stream: where the caller is going to queue a frame, without sleeping before
 * @bytes: of its payload
 * @waits: the frame may wait for others after that, as dyad_stream_kick_soon() has it
 * @pulled: if this is the first one, called once when all has been sent or is being sent
 *	by another, after which the stream may go. From process context
 * @owner: for @pulled
 *
 * A plug is pulled at the latest when its task goes to sleep; see blk_start_plug().
 *
 * Context: process; allocates without waiting, and does without if that fails.
 * Return: which.
 */
enum dyad_plug dyad_plug_hold(struct dyad_stream *stream, u32 bytes, bool waits,
			      void (*pulled)(void *owner), void *owner);

#endif
