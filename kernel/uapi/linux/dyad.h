/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/dyad.yaml */
/* YNL-GEN uapi header */

#ifndef _UAPI_LINUX_DYAD_H
#define _UAPI_LINUX_DYAD_H

#define DYAD_FAMILY_NAME	"dyad"
#define DYAD_FAMILY_VERSION	1

#define DYAD_DEFAULT_PORT	8459
#define DYAD_MAX_NAME		31
#define DYAD_MAX_VOLUMES	16
#define DYAD_MAX_STREAMS	8
#define DYAD_KEY_LEN		32
#define DYAD_MAX_NODE_ID	255

/**
 * enum dyad_role - What a node may do with a resource.
 * @DYAD_ROLE_SECONDARY: Never written by applications; may be read while
 *   connected and up to date.
 * @DYAD_ROLE_PRIMARY: May be opened for writing.
 */
enum dyad_role {
	DYAD_ROLE_SECONDARY,
	DYAD_ROLE_PRIMARY,
};

/**
 * enum dyad_mode - When a write completes.
 * @DYAD_MODE_SYNC: When it is written on both replicas.
 * @DYAD_MODE_MEMSYNC: When it is written here and received there.
 * @DYAD_MODE_ASYNC: When it is written here; the peer follows in order.
 */
enum dyad_mode {
	DYAD_MODE_SYNC,
	DYAD_MODE_MEMSYNC,
	DYAD_MODE_ASYNC,
};

/**
 * enum dyad_data_state - What is known about the content of a volume's backing
 *   disk.
 * @DYAD_DATA_STATE_DISKLESS: No backing disk is attached.
 * @DYAD_DATA_STATE_FAILED: The backing disk returned an error and is no longer
 *   used.
 * @DYAD_DATA_STATE_INCONSISTENT: Not a whole copy, or not known to be one.
 * @DYAD_DATA_STATE_OUTDATED: A whole copy that is known to have missed writes.
 * @DYAD_DATA_STATE_CONSISTENT: A whole copy that may or may not be the latest.
 * @DYAD_DATA_STATE_UPTODATE: The latest data.
 */
enum dyad_data_state {
	DYAD_DATA_STATE_DISKLESS,
	DYAD_DATA_STATE_FAILED,
	DYAD_DATA_STATE_INCONSISTENT,
	DYAD_DATA_STATE_OUTDATED,
	DYAD_DATA_STATE_CONSISTENT,
	DYAD_DATA_STATE_UPTODATE,
};

/**
 * enum dyad_link_state - The session with a peer.
 * @DYAD_LINK_STATE_STANDALONE: Not connected and not trying to be.
 * @DYAD_LINK_STATE_CONNECTING: Dialling, or waiting to be dialled.
 * @DYAD_LINK_STATE_NEGOTIATING: Authenticated; states are being compared.
 * @DYAD_LINK_STATE_CONNECTED: Replicating.
 */
enum dyad_link_state {
	DYAD_LINK_STATE_STANDALONE,
	DYAD_LINK_STATE_CONNECTING,
	DYAD_LINK_STATE_NEGOTIATING,
	DYAD_LINK_STATE_CONNECTED,
};

/**
 * enum dyad_sync_role - A volume's part in a running resync.
 * @DYAD_SYNC_ROLE_NONE: No resync is running.
 * @DYAD_SYNC_ROLE_SOURCE: The local data is being copied to the peer.
 * @DYAD_SYNC_ROLE_TARGET: The peer's data is being copied here.
 * @DYAD_SYNC_ROLE_VERIFY: The local data is being compared with the peer's.
 */
enum dyad_sync_role {
	DYAD_SYNC_ROLE_NONE,
	DYAD_SYNC_ROLE_SOURCE,
	DYAD_SYNC_ROLE_TARGET,
	DYAD_SYNC_ROLE_VERIFY,
};

/**
 * enum dyad_split_policy - Which side gives up its changes when both were
 *   written alone and neither is primary.
 * @DYAD_SPLIT_POLICY_MANUAL: Neither, until an operator says so.
 * @DYAD_SPLIT_POLICY_DISCARD_YOUNGER: The side that went on alone later.
 * @DYAD_SPLIT_POLICY_DISCARD_LEAST_CHANGES: The side that changed less.
 * @DYAD_SPLIT_POLICY_DISCARD_ZERO_CHANGES: The side that changed nothing, if
 *   one did not.
 */
enum dyad_split_policy {
	DYAD_SPLIT_POLICY_MANUAL,
	DYAD_SPLIT_POLICY_DISCARD_YOUNGER,
	DYAD_SPLIT_POLICY_DISCARD_LEAST_CHANGES,
	DYAD_SPLIT_POLICY_DISCARD_ZERO_CHANGES,
};

/**
 * enum dyad_primary_policy - Which side gives up its changes when both were
 *   written alone and one of them is primary.
 * @DYAD_PRIMARY_POLICY_MANUAL: Neither, until an operator says so.
 * @DYAD_PRIMARY_POLICY_DISCARD_SECONDARY: The one that is not.
 */
enum dyad_primary_policy {
	DYAD_PRIMARY_POLICY_MANUAL,
	DYAD_PRIMARY_POLICY_DISCARD_SECONDARY,
};

/**
 * enum dyad_latency_stage - What takes the time that is measured. Writes
 *   include discards and zeroing.
 * @DYAD_LATENCY_STAGE_SUBMIT: A write, from its entry until it goes to the
 *   disk and the peer.
 * @DYAD_LATENCY_STAGE_LOCAL: A write, from there until the local disk has it.
 * @DYAD_LATENCY_STAGE_SEND: A write, from there until TCP has taken the
 *   message.
 * @DYAD_LATENCY_STAGE_PEER: A write, from there until the peer has
 *   acknowledged it.
 * @DYAD_LATENCY_STAGE_WRITE: A write as a whole.
 * @DYAD_LATENCY_STAGE_READ: A read as a whole.
 * @DYAD_LATENCY_STAGE_FLUSH_LOCAL: A flush of the local disk.
 * @DYAD_LATENCY_STAGE_FLUSH_PEER: A flush, from its sending until the peer has
 *   acknowledged it.
 * @DYAD_LATENCY_STAGE_FLUSH: A flush as a whole.
 * @DYAD_LATENCY_STAGE_STORE: A write of the peer, from when it is received
 *   until the local disk has it.
 */
enum dyad_latency_stage {
	DYAD_LATENCY_STAGE_SUBMIT,
	DYAD_LATENCY_STAGE_LOCAL,
	DYAD_LATENCY_STAGE_SEND,
	DYAD_LATENCY_STAGE_PEER,
	DYAD_LATENCY_STAGE_WRITE,
	DYAD_LATENCY_STAGE_READ,
	DYAD_LATENCY_STAGE_FLUSH_LOCAL,
	DYAD_LATENCY_STAGE_FLUSH_PEER,
	DYAD_LATENCY_STAGE_FLUSH,
	DYAD_LATENCY_STAGE_STORE,

	/* private: */
	__DYAD_LATENCY_STAGE_MAX,
	DYAD_LATENCY_STAGE_MAX = (__DYAD_LATENCY_STAGE_MAX - 1)
};

/**
 * enum dyad_hold - Why the I/O of applications waits before it enters a
 *   device.
 * @DYAD_HOLD_GROWING: A volume grows, for which nothing may be in flight for a
 *   moment.
 * @DYAD_HOLD_SUSPENDED: By the operator, until he says resume.
 * @DYAD_HOLD_FENCING: The peer was lost and may be told to lead; until it is
 *   fenced.
 * @DYAD_HOLD_CATCHING_UP: In async, until the peer has written all that it
 *   lacks, before the order of that no longer counts.
 * @DYAD_HOLD_NO_DATA: The disks here have failed, and the peer's, which take
 *   their place, are not there yet, or not any more.
 * @DYAD_HOLD_DISK_HANGS: A disk here has not answered for io-timeout, or has
 *   not given back yet what it had then.
 */
enum dyad_hold {
	DYAD_HOLD_GROWING = 1,
	DYAD_HOLD_SUSPENDED = 2,
	DYAD_HOLD_FENCING = 4,
	DYAD_HOLD_CATCHING_UP = 8,
	DYAD_HOLD_NO_DATA = 16,
	DYAD_HOLD_DISK_HANGS = 32,
};

/**
 * enum dyad_fencing - Is a lost peer to be fenced before this node goes on
 *   alone?
 * @DYAD_FENCING_NONE: No; a peer that was lost can only be told to lead by
 *   force.
 * @DYAD_FENCING_REQUIRED: Yes, if it was up to date.
 */
enum dyad_fencing {
	DYAD_FENCING_NONE,
	DYAD_FENCING_REQUIRED,
};

/**
 * enum dyad_fence_state - The question whether the lost peer is fenced.
 * @DYAD_FENCE_STATE_NONE: There is none.
 * @DYAD_FENCE_STATE_PENDING: Nobody has answered yet.
 * @DYAD_FENCE_STATE_FAILED: Whoever was asked could not fence it.
 * @DYAD_FENCE_STATE_TIMED_OUT: Nobody has answered in time.
 */
enum dyad_fence_state {
	DYAD_FENCE_STATE_NONE,
	DYAD_FENCE_STATE_PENDING,
	DYAD_FENCE_STATE_FAILED,
	DYAD_FENCE_STATE_TIMED_OUT,
};

/**
 * enum dyad_fence_answer - How the fencing of a lost peer went.
 * @DYAD_FENCE_ANSWER_DONE: The peer is off or outdated.
 * @DYAD_FENCE_ANSWER_FAILED: It is not known to be.
 */
enum dyad_fence_answer {
	DYAD_FENCE_ANSWER_DONE,
	DYAD_FENCE_ANSWER_FAILED,
};

/**
 * enum dyad_fence_action - What happens when nobody has answered in time.
 * @DYAD_FENCE_ACTION_STAY: I/O goes on waiting.
 * @DYAD_FENCE_ACTION_GO_ON: As if the peer was fenced.
 */
enum dyad_fence_action {
	DYAD_FENCE_ACTION_STAY,
	DYAD_FENCE_ACTION_GO_ON,
};

/**
 * enum dyad_on_io_error - What an error of a disk leads to while this node is
 *   primary.
 * @DYAD_ON_IO_ERROR_DETACH: If the peer is up to date, the disks here are
 *   given up, and I/O goes on by the peer's. Else as below.
 * @DYAD_ON_IO_ERROR_PASS_ON: The application gets the error, and goes on with
 *   what the disk can still do.
 */
enum dyad_on_io_error {
	DYAD_ON_IO_ERROR_DETACH,
	DYAD_ON_IO_ERROR_PASS_ON,
};

/**
 * enum dyad_on_no_data - What happens when the peer is lost whose disks have
 *   taken the place of those here.
 * @DYAD_ON_NO_DATA_ERROR: I/O fails.
 * @DYAD_ON_NO_DATA_SUSPEND: I/O waits until the peer is back.
 */
enum dyad_on_no_data {
	DYAD_ON_NO_DATA_ERROR,
	DYAD_ON_NO_DATA_SUSPEND,
};

/**
 * enum dyad_on_full - What a full backlog leads to.
 * @DYAD_ON_FULL_THROTTLE: Writes wait until the peer has written some of it.
 * @DYAD_ON_FULL_TRACK: Writes go on without the peer, which catches up by a
 *   resync later.
 */
enum dyad_on_full {
	DYAD_ON_FULL_THROTTLE,
	DYAD_ON_FULL_TRACK,
};

/**
 * enum dyad_compression - How data is packed that goes to the peer.
 * @DYAD_COMPRESSION_NONE: Not at all.
 * @DYAD_COMPRESSION_LZ4: With little work.
 * @DYAD_COMPRESSION_ZSTD: Smaller, with more work.
 */
enum dyad_compression {
	DYAD_COMPRESSION_NONE,
	DYAD_COMPRESSION_LZ4,
	DYAD_COMPRESSION_ZSTD,
};

/**
 * enum dyad_compression_lack - Why data goes to the peer as it is although
 *   this node was set to pack it.
 * @DYAD_COMPRESSION_LACK_NOTHING: It was not, or data is packed.
 * @DYAD_COMPRESSION_LACK_PEER: The peer's version or kernel cannot unpack it,
 *   or it had no memory for that.
 * @DYAD_COMPRESSION_LACK_HERE: The kernel here cannot pack it, or there was no
 *   memory for that.
 */
enum dyad_compression_lack {
	DYAD_COMPRESSION_LACK_NOTHING,
	DYAD_COMPRESSION_LACK_PEER,
	DYAD_COMPRESSION_LACK_HERE,
};

enum {
	DYAD_A_RESOURCE_PAD = 1,
	DYAD_A_RESOURCE_NAME,
	DYAD_A_RESOURCE_NODE_ID,
	DYAD_A_RESOURCE_PORT,
	DYAD_A_RESOURCE_STREAMS,
	DYAD_A_RESOURCE_MODE,
	DYAD_A_RESOURCE_ROLE,
	DYAD_A_RESOURCE_GENERATION,
	DYAD_A_RESOURCE_FORCE,
	DYAD_A_RESOURCE_FENCED,
	DYAD_A_RESOURCE_ASSUME_EQUAL,
	DYAD_A_RESOURCE_RECOVERY,
	DYAD_A_RESOURCE_RESYNC_RATE,
	DYAD_A_RESOURCE_SPLIT_POLICY,
	DYAD_A_RESOURCE_ALONE_SINCE,
	DYAD_A_RESOURCE_REPAIR,
	DYAD_A_RESOURCE_VOLUME,
	DYAD_A_RESOURCE_PEER,
	DYAD_A_RESOURCE_HELD,
	DYAD_A_RESOURCE_FENCING,
	DYAD_A_RESOURCE_FENCE_TIMEOUT,
	DYAD_A_RESOURCE_FENCE_TIMEOUT_ACTION,
	DYAD_A_RESOURCE_FENCE_STATE,
	DYAD_A_RESOURCE_FENCE_ID,
	DYAD_A_RESOURCE_FENCE_ANSWER,
	DYAD_A_RESOURCE_BACKLOG,
	DYAD_A_RESOURCE_LAG,
	DYAD_A_RESOURCE_LAG_MS,
	DYAD_A_RESOURCE_THROTTLED,
	DYAD_A_RESOURCE_ON_IO_ERROR,
	DYAD_A_RESOURCE_ON_NO_DATA,
	DYAD_A_RESOURCE_SPLIT_POLICY_PRIMARY,
	DYAD_A_RESOURCE_ON_FULL,
	DYAD_A_RESOURCE_BEHIND,
	DYAD_A_RESOURCE_BACKLOG_OVERRUNS,
	DYAD_A_RESOURCE_IO_TIMEOUT,
	DYAD_A_RESOURCE_COMPRESSION,

	__DYAD_A_RESOURCE_MAX,
	DYAD_A_RESOURCE_MAX = (__DYAD_A_RESOURCE_MAX - 1)
};

enum {
	DYAD_A_VOLUME_PAD = 1,
	DYAD_A_VOLUME_RESOURCE,
	DYAD_A_VOLUME_INDEX,
	DYAD_A_VOLUME_DEVICE,
	DYAD_A_VOLUME_DISK,
	DYAD_A_VOLUME_META,
	DYAD_A_VOLUME_SIZE,
	DYAD_A_VOLUME_DATA_STATE,
	DYAD_A_VOLUME_PEER_DATA_STATE,
	DYAD_A_VOLUME_OPENERS,
	DYAD_A_VOLUME_DIRTY,
	DYAD_A_VOLUME_SYNC_ROLE,
	DYAD_A_VOLUME_SYNC_TOTAL,
	DYAD_A_VOLUME_SYNC_DONE,
	DYAD_A_VOLUME_SYNC_COPIED,
	DYAD_A_VOLUME_SYNC_MS,
	DYAD_A_VOLUME_READS,
	DYAD_A_VOLUME_WRITES,
	DYAD_A_VOLUME_FLUSHES,
	DYAD_A_VOLUME_PEER_WRITES,
	DYAD_A_VOLUME_PENDING,
	DYAD_A_VOLUME_WAITING,
	DYAD_A_VOLUME_HOT,
	DYAD_A_VOLUME_SUSPECT,
	DYAD_A_VOLUME_META_WRITES,
	DYAD_A_VOLUME_SYNC_DIFFER,
	DYAD_A_VOLUME_EXTENT,
	DYAD_A_VOLUME_LATENCY,
	DYAD_A_VOLUME_DISCARDS,
	DYAD_A_VOLUME_READ_BYTES,
	DYAD_A_VOLUME_WRITE_BYTES,
	DYAD_A_VOLUME_WAITING_REGION,
	DYAD_A_VOLUME_PEER_READS,
	DYAD_A_VOLUME_REPAIRED,

	__DYAD_A_VOLUME_MAX,
	DYAD_A_VOLUME_MAX = (__DYAD_A_VOLUME_MAX - 1)
};

enum {
	DYAD_A_LATENCY_PAD = 1,
	DYAD_A_LATENCY_STAGE,
	DYAD_A_LATENCY_SUM,
	DYAD_A_LATENCY_LONGEST,
	DYAD_A_LATENCY_BUCKETS,

	__DYAD_A_LATENCY_MAX,
	DYAD_A_LATENCY_MAX = (__DYAD_A_LATENCY_MAX - 1)
};

enum {
	DYAD_A_EXTENT_PAD = 1,
	DYAD_A_EXTENT_START,
	DYAD_A_EXTENT_LENGTH,

	__DYAD_A_EXTENT_MAX,
	DYAD_A_EXTENT_MAX = (__DYAD_A_EXTENT_MAX - 1)
};

enum {
	DYAD_A_PEER_PAD = 1,
	DYAD_A_PEER_RESOURCE,
	DYAD_A_PEER_NAME,
	DYAD_A_PEER_NODE_ID,
	DYAD_A_PEER_ADDRESS,
	DYAD_A_PEER_KEY,
	DYAD_A_PEER_INSECURE,
	DYAD_A_PEER_PING_TIMEOUT,
	DYAD_A_PEER_LINK_STATE,
	DYAD_A_PEER_REASON,
	DYAD_A_PEER_ROLE,
	DYAD_A_PEER_STREAMS,
	DYAD_A_PEER_DISCARD_LOCAL_CHANGES,
	DYAD_A_PEER_SENT,
	DYAD_A_PEER_RECEIVED,
	DYAD_A_PEER_DIVERGED,
	DYAD_A_PEER_CHANGED,
	DYAD_A_PEER_ALONE_SINCE,
	DYAD_A_PEER_SESSIONS,
	DYAD_A_PEER_LOST_AT,
	DYAD_A_PEER_LOST_REASON,
	DYAD_A_PEER_COMPRESSION,
	DYAD_A_PEER_COMPRESSION_LACK,
	DYAD_A_PEER_PACKED_FROM,
	DYAD_A_PEER_PACKED_TO,

	__DYAD_A_PEER_MAX,
	DYAD_A_PEER_MAX = (__DYAD_A_PEER_MAX - 1)
};

enum {
	DYAD_CMD_RESOURCE_GET = 1,
	DYAD_CMD_RESOURCE_CREATE,
	DYAD_CMD_RESOURCE_DELETE,
	DYAD_CMD_RESOURCE_PROMOTE,
	DYAD_CMD_RESOURCE_DEMOTE,
	DYAD_CMD_VOLUME_ATTACH,
	DYAD_CMD_VOLUME_DETACH,
	DYAD_CMD_PEER_CREATE,
	DYAD_CMD_PEER_DELETE,
	DYAD_CMD_PEER_CONNECT,
	DYAD_CMD_PEER_DISCONNECT,
	DYAD_CMD_RESOURCE_SET,
	DYAD_CMD_VOLUME_RESIZE,
	DYAD_CMD_VERIFY_START,
	DYAD_CMD_VERIFY_STOP,
	DYAD_CMD_LATENCY_GET,
	DYAD_CMD_LATENCY_RESET,
	DYAD_CMD_RESOURCE_SUSPEND,
	DYAD_CMD_RESOURCE_RESUME,
	DYAD_CMD_FENCE_ANSWER,
	DYAD_CMD_RESOURCE_OUTDATE,
	DYAD_CMD_RESOURCE_CREATE_NTF,
	DYAD_CMD_RESOURCE_CHANGE_NTF,
	DYAD_CMD_RESOURCE_DELETE_NTF,
	DYAD_CMD_FENCE_NTF,

	__DYAD_CMD_MAX,
	DYAD_CMD_MAX = (__DYAD_CMD_MAX - 1)
};

#define DYAD_MCGRP_MONITOR	"monitor"

#endif /* _UAPI_LINUX_DYAD_H */
