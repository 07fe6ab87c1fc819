// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a session's data travels: what the control stream's hellos wish for, and the data
 * streams' say is ready. All memory is had before the first message.
 */
#include "packing.h"

#include "net/packer.h"
#include "uapi/linux/dyad.h"

void dyad_packing_free(struct dyad_session *session)
{
	int i;

	for (i = 0; i < DYAD_WIRE_STREAMS; i++) {
		dyad_packer_free(session->unpackers[i]);
		session->unpackers[i] = NULL;
	}
}

/* For what the peer is set to send, before it is told that it may. */
static void make_unpackers(struct dyad_session *session, unsigned int compression)
{
	unsigned int i;

	if (compression == DYAD_COMPRESSION_NONE)
		return;
	for (i = 0; i < session->streams; i++) {
		session->unpackers[i] = dyad_packer_create(compression);
		if (!session->unpackers[i]) {
			dyad_packing_free(session);
			return;
		}
	}
	session->ready = dyad_wire_feature(compression);
}

void dyad_packing_init(struct dyad_session *session, u32 mine, u32 theirs)
{
	session->compression = dyad_wire_compression(mine);
	make_unpackers(session, dyad_wire_compression(theirs));
}

struct dyad_packer *dyad_packing_create(const struct dyad_session *session, u32 features,
					unsigned int *lack)
{
	struct dyad_packer *packer;

	*lack = DYAD_COMPRESSION_LACK_NOTHING;
	if (session->compression == DYAD_COMPRESSION_NONE)
		return NULL;
	*lack = DYAD_COMPRESSION_LACK_PEER;
	if (!(features & dyad_wire_feature(session->compression)))
		return NULL;
	packer = dyad_packer_create(session->compression);
	*lack = packer ? DYAD_COMPRESSION_LACK_NOTHING : DYAD_COMPRESSION_LACK_HERE;
	return packer;
}

/* The last stream is there: nobody looks at the session yet. */
static void settle(struct dyad_session *session)
{
	unsigned int i;

	if (!session->lack)
		return;
	session->compression = DYAD_COMPRESSION_NONE;
	for (i = 0; i < session->streams; i++) {
		dyad_packer_free(session->data[i]->stream.packer);
		session->data[i]->stream.packer = NULL;
	}
}

void dyad_packing_attach(struct dyad_session *session, struct dyad_lane *lane,
			 struct dyad_packer *packer, unsigned int lack)
{
	u8 index = lane->stream.index;

	lockdep_assert_held(&session->lock);
	lane->stream.packer = packer;
	lane->stream.unpacker = session->unpackers[index];
	session->unpackers[index] = NULL;
	if (lack)
		session->lack = lack;
	if (session->open_streams == session->streams)
		settle(session);
}

void dyad_packing_count(struct dyad_session *session, u64 *from, u64 *to)
{
	unsigned int i;

	*from = 0;
	*to = 0;
	for (i = 0; i < session->streams; i++) {
		struct dyad_packer *packer = session->data[i]->stream.packer;

		if (!packer)
			continue;
		*from += READ_ONCE(packer->from);
		*to += READ_ONCE(packer->to);
	}
}
