// SPDX-License-Identifier: GPL-2.0-only
/* The sentences for every reason a session is refused or ends. Pure. */
#include "reason.h"

#include <linux/errno.h>
#include <linux/kernel.h>

struct sentence {
	const char *here;
	const char *there;
};

static const struct sentence sentences[DYAD_REASON_COUNT] = {
	[DYAD_REASON_NONE] = { "", "" },
	[DYAD_REASON_UNREACHABLE] = {
		"the peer cannot be reached; check its address, the network and that it is connecting too",
		"the peer could not reach this node" },
	[DYAD_REASON_NOT_DYAD] = {
		"what answered does not speak dyad's protocol; check the peer's address and port",
		"the peer did not understand this node" },
	[DYAD_REASON_VERSION] = {
		"the peer speaks no protocol version that this node knows; load the same release on both",
		"the peer knows none of this node's protocol versions; load the same release on both" },
	[DYAD_REASON_NO_RESOURCE] = {
		"the peer asked for a resource that is not here; create it or correct its name",
		"the peer has no resource of this name; create it there or correct its name" },
	[DYAD_REASON_NO_PEER] = {
		"the connecting node is not the configured peer; check the node ids on both sides",
		"the peer does not know this node's id; check the node ids on both sides" },
	[DYAD_REASON_NOT_WANTED] = {
		"the peer dialled, but this side is told to stay disconnected",
		"the peer is told to stay disconnected; run 'dyad connect' there" },
	[DYAD_REASON_KEY_NEEDED] = {
		"one side has a key and the other has none; give both the same key",
		"one side has a key and the other has none; give both the same key" },
	[DYAD_REASON_KEY_WRONG] = {
		"the peer does not have this node's key; give both the same key file",
		"the peer does not accept this node's key; give both the same key file" },
	[DYAD_REASON_STREAM] = {
		"a data stream came for a session that is not here",
		"the peer no longer knows the session; connecting again" },
	[DYAD_REASON_HANDSHAKE_TIME] = {
		"the peer did not finish the handshake in time",
		"this node did not finish the handshake in time" },
	[DYAD_REASON_BUSY] = {
		"too many connections wait to be authenticated",
		"too many connections wait at the peer to be authenticated" },
	[DYAD_REASON_PROTOCOL] = {
		"the peer sent a message that breaks the protocol",
		"the peer says that this node broke the protocol" },
	[DYAD_REASON_CLOSED] = {
		"the connection was closed",
		"the peer saw the connection close" },
	[DYAD_REASON_SILENT] = {
		"nothing was heard from the peer for the ping timeout",
		"the peer heard nothing from this node" },
	[DYAD_REASON_ASKED] = {
		"disconnected by the operator",
		"disconnected by the operator at the peer" },
	[DYAD_REASON_REPLACED] = {
		"the peer opened a new session",
		"the peer replaced this session" },
	[DYAD_REASON_VOLUMES] = {
		"the two sides do not have the same volumes; attach the same volume numbers on both",
		"the two sides do not have the same volumes; attach the same volume numbers on both" },
	[DYAD_REASON_SIZE] = {
		"a volume has another size at the peer; use disks of equal size",
		"a volume has another size at the peer; use disks of equal size" },
	[DYAD_REASON_BLOCK_SIZE] = {
		"a device is in use and the other node's disk has larger logical blocks; close it first",
		"a device is in use and the other node's disk has larger logical blocks; close it first" },
	[DYAD_REASON_NO_DISK] = {
		"a volume has no usable disk here or at the peer; attach one",
		"a volume has no usable disk here or at the peer; attach one" },
	[DYAD_REASON_BOTH_PRIMARY] = {
		"both sides are primary; demote the one whose changes are to go, then connect it with --discard-local-changes",
		"both sides are primary; demote the one whose changes are to go, then connect it with --discard-local-changes" },
	[DYAD_REASON_SPLIT_BRAIN] = {
		"split brain: both sides were written while apart; connect the side to be overwritten with --discard-local-changes",
		"split brain: both sides were written while apart; connect the side to be overwritten with --discard-local-changes" },
	[DYAD_REASON_UNRELATED] = {
		"the two sides never held the same data; connect the side to be overwritten with --discard-local-changes",
		"the two sides never held the same data; connect the side to be overwritten with --discard-local-changes" },
	[DYAD_REASON_NO_SOURCE] = {
		"no side is known to have the latest data in full; promote one with --force to say which data counts",
		"no side is known to have the latest data in full; promote one with --force to say which data counts" },
	[DYAD_REASON_PRIMARY_BEHIND] = {
		"the peer has newer data than the primary; demote the primary first",
		"the peer has newer data than the primary; demote the primary first" },
	[DYAD_REASON_DISK_ERROR] = {
		"a backing disk returned an error here; replace it and attach again",
		"a backing disk returned an error at the peer; replace it there and attach again" },
	[DYAD_REASON_DETACHED] = {
		"a disk was attached or detached here",
		"a disk was attached or detached at the peer" },
	[DYAD_REASON_MEMORY] = {
		"this node is out of memory",
		"the peer is out of memory" },
	[DYAD_REASON_STALLED] = {
		"the peer answers but finishes no I/O; look at its disk",
		"the peer gave up waiting for this node's disk" },
	[DYAD_REASON_LOST_DISK] = {
		"the primary has lost its disk, and the other node has been restarted or promoted since: demote the primary, and promote the other",
		"the primary has lost its disk, and the other node has been restarted or promoted since: demote the primary, and promote the other" },
};

const char *dyad_reason_here(enum dyad_reason reason)
{
	if ((unsigned int)reason >= ARRAY_SIZE(sentences))
		return "unknown reason";
	return sentences[reason].here;
}

const char *dyad_reason_there(enum dyad_reason reason)
{
	if ((unsigned int)reason >= ARRAY_SIZE(sentences))
		return "the peer gave a reason that this release does not know";
	return sentences[reason].there;
}

enum dyad_reason dyad_reason_of(int error)
{
	switch (error) {
	case -EBADMSG:
		return DYAD_REASON_NOT_DYAD;
	case -EPROTO:
		return DYAD_REASON_PROTOCOL;
	case -ENOMEM:
		return DYAD_REASON_MEMORY;
	default:
		return DYAD_REASON_CLOSED;
	}
}

const char *dyad_cause_text(struct dyad_cause cause)
{
	return cause.told ? dyad_reason_there(cause.reason) :
			    dyad_reason_here(cause.reason);
}
