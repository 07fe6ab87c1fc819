/* SPDX-License-Identifier: GPL-2.0-only */
/* Why a session was refused or ended: codes for the wire, sentences for people. */
#ifndef DYAD_CORE_REASON_H
#define DYAD_CORE_REASON_H

#include <linux/types.h>

/**
 * enum dyad_reason - why there is no session
 *
 * The numbers are part of the wire format: a refusal carries one. Append only.
 *
 * @DYAD_REASON_NONE: no reason known
 * @DYAD_REASON_UNREACHABLE: connecting failed or timed out
 * @DYAD_REASON_NOT_DYAD: what answered does not speak this protocol
 * @DYAD_REASON_VERSION: no protocol version in common
 * @DYAD_REASON_NO_RESOURCE: no resource of that name
 * @DYAD_REASON_NO_PEER: the node id is not the configured peer's
 * @DYAD_REASON_NOT_WANTED: the resource is told to stay disconnected
 * @DYAD_REASON_KEY_NEEDED: one side has a key, the other goes without
 * @DYAD_REASON_KEY_WRONG: the keys differ
 * @DYAD_REASON_STREAM: a data stream did not belong to a session
 * @DYAD_REASON_HANDSHAKE_TIME: the handshake took too long
 * @DYAD_REASON_BUSY: too many connections are waiting to be authenticated
 * @DYAD_REASON_PROTOCOL: a message broke the protocol
 * @DYAD_REASON_CLOSED: the connection was closed or reset
 * @DYAD_REASON_SILENT: nothing was heard for the ping timeout
 * @DYAD_REASON_ASKED: disconnected by the operator
 * @DYAD_REASON_REPLACED: the peer opened a new session
 * @DYAD_REASON_VOLUMES: the two sides have different volumes
 * @DYAD_REASON_SIZE: a volume's sizes differ
 * @DYAD_REASON_BLOCK_SIZE: a volume in use cannot take the other's block size
 * @DYAD_REASON_NO_DISK: a volume has no usable disk
 * @DYAD_REASON_BOTH_PRIMARY: both sides are primary
 * @DYAD_REASON_SPLIT_BRAIN: both sides were written alone
 * @DYAD_REASON_UNRELATED: the two sides never held the same data
 * @DYAD_REASON_NO_SOURCE: neither side is known to be complete
 * @DYAD_REASON_PRIMARY_BEHIND: the primary would have to be overwritten
 * @DYAD_REASON_DISK_ERROR: the backing disk returned an error
 * @DYAD_REASON_DETACHED: a disk was attached or detached
 * @DYAD_REASON_MEMORY: out of memory
 * @DYAD_REASON_STALLED: a request was open for too long
 * @DYAD_REASON_LOST_DISK: the primary has no disk, and the peer's may lack what was
 *	written
 * @DYAD_REASON_COUNT: number of codes
 */
enum dyad_reason {
	DYAD_REASON_NONE,
	DYAD_REASON_UNREACHABLE,
	DYAD_REASON_NOT_DYAD,
	DYAD_REASON_VERSION,
	DYAD_REASON_NO_RESOURCE,
	DYAD_REASON_NO_PEER,
	DYAD_REASON_NOT_WANTED,
	DYAD_REASON_KEY_NEEDED,
	DYAD_REASON_KEY_WRONG,
	DYAD_REASON_STREAM,
	DYAD_REASON_HANDSHAKE_TIME,
	DYAD_REASON_BUSY,
	DYAD_REASON_PROTOCOL,
	DYAD_REASON_CLOSED,
	DYAD_REASON_SILENT,
	DYAD_REASON_ASKED,
	DYAD_REASON_REPLACED,
	DYAD_REASON_VOLUMES,
	DYAD_REASON_SIZE,
	DYAD_REASON_BLOCK_SIZE,
	DYAD_REASON_NO_DISK,
	DYAD_REASON_BOTH_PRIMARY,
	DYAD_REASON_SPLIT_BRAIN,
	DYAD_REASON_UNRELATED,
	DYAD_REASON_NO_SOURCE,
	DYAD_REASON_PRIMARY_BEHIND,
	DYAD_REASON_DISK_ERROR,
	DYAD_REASON_DETACHED,
	DYAD_REASON_MEMORY,
	DYAD_REASON_STALLED,
	DYAD_REASON_LOST_DISK,
	DYAD_REASON_COUNT,
};

/**
 * struct dyad_cause - a reason and who found it
 * @reason: what happened
 * @told: the peer said so; this node did not see it
 */
struct dyad_cause {
	enum dyad_reason reason;
	bool told;
};

/**
 * dyad_reason_of() - why a connection ends that has had an error
 * @error: negative errno, of a socket or of what checks what came
 *
 * Return: the reason.
 */
enum dyad_reason dyad_reason_of(int error);

/**
 * dyad_cause_text() - the sentence for a cause, on this node
 * @cause: the cause
 *
 * Return: a constant string, "" if there is no reason.
 */
const char *dyad_cause_text(struct dyad_cause cause);

/**
 * dyad_reason_here() - the sentence on the node that found the reason
 * @reason: what happened; unknown codes are allowed
 *
 * Return: a constant string, "" for DYAD_REASON_NONE.
 */
const char *dyad_reason_here(enum dyad_reason reason);

/**
 * dyad_reason_there() - the sentence on the node that was told the reason
 * @reason: what the peer sent; unknown codes are allowed
 *
 * Return: a constant string, "" for DYAD_REASON_NONE.
 */
const char *dyad_reason_there(enum dyad_reason reason);

#endif
