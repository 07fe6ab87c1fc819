/* SPDX-License-Identifier: GPL-2.0-only */
/* How a session's data travels: packed, if both sides are able to. */
#ifndef DYAD_NET_PACKING_H
#define DYAD_NET_PACKING_H

#include "net/session.h"

/**
 * dyad_packing_init() - the two sides have said how they wish to pack
 * @session: new, with the number of its streams
 * @mine: features of this side's hello
 * @theirs: features of the peer's
 *
 * Makes what unpacks; if that cannot be had, the data streams' hellos will not offer it,
 * and the peer's data comes as it is.
 *
 * Context: may sleep, and load a module.
 */
void dyad_packing_init(struct dyad_session *session, u32 mine, u32 theirs);

/**
 * dyad_packing_free() - free what no stream has taken
 * @session: not used any more
 */
void dyad_packing_free(struct dyad_session *session);

/**
 * dyad_packing_create() - what packs on a data stream
 * @session: that it joins
 * @features: what the peer can unpack there
 * @lack: set to an enum dyad_compression_lack
 *
 * Context: may sleep, and load a module.
 * Return: owned by the caller; NULL if nothing is wished, or something lacks.
 */
struct dyad_packer *dyad_packing_create(const struct dyad_session *session, u32 features,
					unsigned int *lack);

/**
 * dyad_packing_attach() - a data stream has joined the session
 * @session: with @lock held; not started
 * @lane: the stream
 * @packer: from dyad_packing_create(); ownership passes
 * @lack: likewise
 *
 * With the last one it is settled: all streams pack, or none.
 */
void dyad_packing_attach(struct dyad_session *session, struct dyad_lane *lane,
			 struct dyad_packer *packer, unsigned int lack);

/**
 * dyad_packing_count() - bytes that were to be packed, and what they have become
 * @session: complete
 * @from: filled in
 * @to: filled in
 */
void dyad_packing_count(struct dyad_session *session, u64 *from, u64 *to);

#endif
