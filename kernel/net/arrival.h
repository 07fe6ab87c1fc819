/* SPDX-License-Identifier: GPL-2.0-only */
/* Acknowledgements, and headers, that are taken from where they have arrived. */
#ifndef DYAD_NET_ARRIVAL_H
#define DYAD_NET_ARRIVAL_H

#include <linux/types.h>

struct dyad_stream;

/**
 * dyad_arrival_take() - take what needs no worker
 * @stream: whose socket has something to read
 *
 * Messages that are there as a whole, and for which @prompt of the stream's owner says yes,
 * up to the first other one. Of that the header, as @rx_msg of the stream.
 *
 * Context: from the socket's data_ready, in softirq with the socket's spinlock held, or
 * in process context with the socket owned, when nothing is taken.
 * Return: true if nothing is left for the worker.
 */
bool dyad_arrival_take(struct dyad_stream *stream);

/**
 * dyad_arrival_begin() - the same for the worker
 * @stream: of which it has DYAD_STREAM_RECEIVES
 *
 * Does nothing if there is nothing, in the midst of a message, or while somebody owns the
 * socket.
 *
 * Context: process.
 */
void dyad_arrival_begin(struct dyad_stream *stream);

#endif
