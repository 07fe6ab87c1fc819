/* SPDX-License-Identifier: GPL-2.0-only */
/* The wire format: message layouts, limits, and the one place that checks them. */
#ifndef DYAD_CORE_WIRE_H
#define DYAD_CORE_WIRE_H

#include <linux/types.h>

#include "lineage.h"
#include "reason.h"

#define DYAD_WIRE_MAGIC		0x44415944u	/* "DYAD" */
#define DYAD_WIRE_VERSION_MIN	1
#define DYAD_WIRE_VERSION_MAX	1
#define DYAD_WIRE_HEADER	64
#define DYAD_WIRE_MAX_IO	(1u << 20)	/* payload of one WRITE or DATA, bytes */
#define DYAD_WIRE_MAX_RANGE	(4u << 20)	/* range of one request, bytes */
#define DYAD_WIRE_BLOCK		4096u		/* unit of dirty tracking, bytes */
#define DYAD_WIRE_BLOCK_SECTORS	(DYAD_WIRE_BLOCK / 512)
#define DYAD_WIRE_MAX_CHECK	64		/* blocks of one digest request */
#define DYAD_WIRE_DIGEST	16		/* bytes of one block's digest */
#define DYAD_WIRE_MAX_ACKS	64		/* acknowledgements in one message */
#define DYAD_WIRE_MAP_BYTES	128		/* bits of one region's blocks */
#define DYAD_WIRE_NAME		32
#define DYAD_WIRE_NONCE		32
#define DYAD_WIRE_MAC		32
#define DYAD_WIRE_VOLUMES	16
#define DYAD_WIRE_STREAMS	8
#define DYAD_WIRE_PACK_BLOCK	32768u		/* bytes that are packed as one */
#define DYAD_WIRE_PACK_HEAD	4		/* before each block of a packed payload */
#define DYAD_WIRE_PACK_MIN	1024		/* smaller payloads are never packed */

/**
 * enum dyad_msg_type - what a message is
 *
 * HELLO, AUTH and REFUSE make up the handshake of every stream; their layout
 * and that of the header are the same in all protocol versions.
 *
 * @DYAD_MSG_HELLO: who is calling, for which resource; &struct dyad_hello
 * @DYAD_MSG_AUTH: proof that the sender holds the key; DYAD_WIRE_MAC bytes
 * @DYAD_MSG_REFUSE: the session ends; the reason is in dyad_msg.bytes
 * @DYAD_MSG_STATE: what the sender holds; &struct dyad_state_msg
 * @DYAD_MSG_MAP: dirty blocks of the sender's region dyad_msg.sector; with
 *	DYAD_MSG_F_ALL, of dyad_msg.bytes whole regions from there on; with
 *	DYAD_MSG_F_SUSPECT, to be compared before they are copied
 * @DYAD_MSG_READY: no more maps; the sender takes writes from here on
 * @DYAD_MSG_PING: answer with PONG
 * @DYAD_MSG_PONG: answer to PING, with its tag
 * @DYAD_MSG_ROLE: the sender asks to become primary (DYAD_MSG_F_PRIMARY) or
 *	tells that it is secondary
 * @DYAD_MSG_ROLE_ANSWER: granted (DYAD_MSG_F_GRANTED) or not
 * @DYAD_MSG_SYNC_START: resync writes follow; &struct dyad_sync_msg
 * @DYAD_MSG_SYNC_STARTED: the target has recorded that it is incomplete
 * @DYAD_MSG_SYNC_DONE: the target is complete once it has flushed;
 *	&struct dyad_sync_msg
 * @DYAD_MSG_SYNC_SETTLED: the target has flushed and recorded the generation
 * @DYAD_MSG_GROW: prepare to make the volume larger; dyad_msg.sector is the most
 *	that the sender has room for, in sectors
 * @DYAD_MSG_GROW_READY: prepared for a volume of dyad_msg.sector sectors; if
 *	that is 0, not, and dyad_msg.bytes is an enum dyad_grow_refusal
 * @DYAD_MSG_GROW_COMMIT: the volume has dyad_msg.sector sectors from now on
 * @DYAD_MSG_GROW_DONE: so it is, and what is new counts as differing
 * @DYAD_MSG_GROW_UNDO: forget what was prepared
 * @DYAD_MSG_MODE: record the mode dyad_msg.bytes; writes in it follow
 * @DYAD_MSG_MODE_RECORDED: that mode is on the disks
 * @DYAD_MSG_TRACK: the sender is primary and its disks have failed: keep track of what
 *	it writes, under a new generation; &struct dyad_sync_msg (rule H2)
 * @DYAD_MSG_TRACKED: that generation is on the disks, and all is tracked from here on
 * @DYAD_MSG_BEHIND: the sender is primary and its backlog is full: it goes on without the
 *	other for now
 * @DYAD_MSG_REFILLED: the sender is primary and has disks again, which hold all that the
 *	other's do, and have flushed it: SYNC_DONE is the answer
 * @DYAD_MSG_WRITE: data for a range
 * @DYAD_MSG_FLUSH: flush the volume's disk
 * @DYAD_MSG_DISCARD: zero a range, the space may be given back
 * @DYAD_MSG_ZEROES: zero a range; the space is kept with DYAD_MSG_F_KEEP
 * @DYAD_MSG_CHECK: compare blocks with the digests in the payload
 * @DYAD_MSG_ACK: a batch of &struct dyad_ack
 * @DYAD_MSG_READ: send what a range holds; answered by DATA, or by an ACK if that
 *	cannot be
 * @DYAD_MSG_DATA: the answer to the READ with the same tag and range
 * @DYAD_MSG_EPOCH: no more writes of dyad_msg.epoch begin; how many there are, by
 *	stream: DYAD_WIRE_STREAMS numbers of 32 bits. Answered when they are on stable
 *	storage (rule H14)
 */
enum dyad_msg_type {
	DYAD_MSG_HELLO = 1,
	DYAD_MSG_AUTH,
	DYAD_MSG_REFUSE,
	DYAD_MSG_STATE,
	DYAD_MSG_MAP,
	DYAD_MSG_READY,
	DYAD_MSG_PING,
	DYAD_MSG_PONG,
	DYAD_MSG_ROLE,
	DYAD_MSG_ROLE_ANSWER,
	DYAD_MSG_SYNC_START,
	DYAD_MSG_SYNC_STARTED,
	DYAD_MSG_SYNC_DONE,
	DYAD_MSG_SYNC_SETTLED,
	DYAD_MSG_GROW,
	DYAD_MSG_GROW_READY,
	DYAD_MSG_GROW_COMMIT,
	DYAD_MSG_GROW_DONE,
	DYAD_MSG_GROW_UNDO,
	DYAD_MSG_MODE,
	DYAD_MSG_MODE_RECORDED,
	DYAD_MSG_TRACK,
	DYAD_MSG_TRACKED,
	DYAD_MSG_BEHIND,
	DYAD_MSG_REFILLED,
	DYAD_MSG_WRITE = 32,
	DYAD_MSG_FLUSH,
	DYAD_MSG_DISCARD,
	DYAD_MSG_ZEROES,
	DYAD_MSG_CHECK,
	DYAD_MSG_ACK,
	DYAD_MSG_READ,
	DYAD_MSG_DATA,
	DYAD_MSG_EPOCH,
};

#define DYAD_MSG_F_FUA		0x0001	/* WRITE: on stable storage before the ACK */
#define DYAD_MSG_F_PREFLUSH	0x0002	/* WRITE: flush first */
#define DYAD_MSG_F_RESYNC	0x0004	/* WRITE, ZEROES: not an application's */
#define DYAD_MSG_F_KEEP		0x0008	/* ZEROES: do not give the space back */
#define DYAD_MSG_F_ALL		0x0010	/* MAP: whole regions */
#define DYAD_MSG_F_PRIMARY	0x0020	/* ROLE, STATE */
#define DYAD_MSG_F_GRANTED	0x0040	/* ROLE_ANSWER */
#define DYAD_MSG_F_SUSPECT	0x0080	/* MAP: may be equal, compare first */
#define DYAD_MSG_F_RECEIPT	0x0100	/* WRITE, DISCARD, ZEROES: tell of the arrival too */
#define DYAD_MSG_F_PACKED	0x0200	/* WRITE, DATA: the payload comes in packed blocks */
#define DYAD_MSG_F_KNOWN	0x03ff

/*
 * Bits of dyad_hello.features. On a control stream: how the sender is set to pack what it
 * sends. On a data stream: what it is ready to unpack there. Others are ignored.
 */
#define DYAD_FEATURE_LZ4	0x00000001u
#define DYAD_FEATURE_ZSTD	0x00000002u

/**
 * enum dyad_stream_kind - which messages a stream may carry
 * @DYAD_STREAM_CONTROL: state, pings, role changes
 * @DYAD_STREAM_DATA: writes, reads, resync, acknowledgements
 * @DYAD_STREAM_NEW: not yet authenticated, handshake only
 */
enum dyad_stream_kind {
	DYAD_STREAM_CONTROL,
	DYAD_STREAM_DATA,
	DYAD_STREAM_NEW,
};

/**
 * struct dyad_msg - a message's header in host order
 * @session: id of the session, 0 in the handshake
 * @tag: names the request that an acknowledgement answers; opaque
 * @sector: start of the range, in sectors of 512 bytes
 * @epoch: of a write in async, or that ends; 0 for what has no place in that order
 * @sequence: place in the resource's order of writes, 0 in this version
 * @length: bytes of payload; with DYAD_MSG_F_PACKED once they are unpacked
 * @bytes: length of the range in bytes, or a count or code
 * @flags: DYAD_MSG_F_*
 * @type: &enum dyad_msg_type
 * @volume: index of the volume
 */
struct dyad_msg {
	u64 session;
	u64 tag;
	u64 sector;
	u64 epoch;
	u64 sequence;
	u32 length;
	u32 bytes;
	u16 flags;
	u8 type;
	u8 volume;
};

/**
 * struct dyad_hello - the first message of a stream
 * @version_min: oldest protocol version the sender knows
 * @version_max: newest protocol version the sender knows; in the answer both
 *	are the chosen one
 * @features: DYAD_FEATURE_*
 * @session: the session a data stream belongs to; from the listener, in the
 *	answer on a control stream, the id of the new one
 * @kind: DYAD_STREAM_CONTROL or DYAD_STREAM_DATA
 * @index: number of a data stream
 * @streams: data streams offered; in the answer, agreed
 * @keyed: the sender has a key
 * @from: the sender's node id
 * @to: the node id the sender expects at the other end
 * @nonce: random
 * @resource: name, zero-padded and zero-terminated
 */
struct dyad_hello {
	u16 version_min;
	u16 version_max;
	u32 features;
	u64 session;
	u8 kind;
	u8 index;
	u8 streams;
	bool keyed;
	u32 from;
	u32 to;
	u8 nonce[DYAD_WIRE_NONCE];
	char resource[DYAD_WIRE_NAME];
};

/**
 * struct dyad_volume_state - what a node holds of one volume
 * @sectors: size in sectors of 512 bytes
 * @pending: the size it is prepared to get, or 0 (rule H17)
 * @dirty: dirty blocks
 * @block_size: logical block size of the device, bytes
 * @present: the volume exists there
 * @in_use: the device is open there
 * @unsure: some of it the receiver need not have on stable storage, though it is not
 *	dirty
 * @data_state: an enum dyad_data_state
 */
struct dyad_volume_state {
	u64 sectors;
	u64 pending;
	u64 dirty;
	u32 block_size;
	bool present;
	bool in_use;
	bool unsure;
	u8 data_state;
};

/**
 * struct dyad_state_msg - what a node holds of the resource
 * @lineage: its generations
 * @instance: changes whenever the node forgets what it knew
 * @peer_instance: the receiver's when both last held the same; 0 if the sender
 *	has started anew since
 * @ping_ms: silence that ends a session at the sender; until then it does not go on
 *	alone
 * @alone_since: when the sender went on alone, seconds since 1970, 0 if it has not
 * @primary: its role
 * @was_primary: it was the last primary as far as it knows
 * @discard: its operator gives up its changes if the histories diverged
 * @fencing: as primary it does not go on without the receiver before it is told that
 *	the receiver cannot lead
 * @mode: enum dyad_mode, as it is on the sender's disks
 * @policy: enum dyad_split_policy
 * @primary_policy: enum dyad_primary_policy
 * @volumes: by index
 */
struct dyad_state_msg {
	struct dyad_lineage lineage;
	u64 instance;
	u64 peer_instance;
	u64 alone_since;
	u32 ping_ms;
	bool primary;
	bool was_primary;
	bool discard;
	bool fencing;
	u8 mode;
	u8 policy;
	u8 primary_policy;
	struct dyad_volume_state volumes[DYAD_WIRE_VOLUMES];
};

/**
 * struct dyad_sync_msg - start or end of a resync, or TRACK
 * @lineage: the source's generations; with TRACK, those to take
 * @dirty: bytes to look at, by volume; with TRACK, 0
 */
struct dyad_sync_msg {
	struct dyad_lineage lineage;
	u64 dirty[DYAD_WIRE_VOLUMES];
};

/**
 * enum dyad_ack_status - how far a request has got at the peer
 * @DYAD_ACK_OK: done
 * @DYAD_ACK_ERROR: the peer's disk failed it
 * @DYAD_ACK_RECEIVED: the peer has it and will carry it out whatever becomes of the
 *	session, unless it dies; DYAD_ACK_OK follows (rule H5)
 */
enum dyad_ack_status {
	DYAD_ACK_OK,
	DYAD_ACK_ERROR,
	DYAD_ACK_RECEIVED,
};

/**
 * struct dyad_ack - how far one request has got
 * @tag: the request's
 * @value: CHECK: a bit for each block that differs
 * @status: &enum dyad_ack_status
 */
struct dyad_ack {
	u64 tag;
	u64 value;
	u32 status;
};

#define DYAD_WIRE_HELLO_BYTES	(2 * 2 + 4 + 8 + 4 + 4 + 4 + DYAD_WIRE_NONCE + DYAD_WIRE_NAME)
#define DYAD_WIRE_LINEAGE_BYTES	(8 * (2 + DYAD_HISTORY))
#define DYAD_WIRE_VOLUME_BYTES	32
#define DYAD_WIRE_STATE_BYTES	(DYAD_WIRE_LINEAGE_BYTES + 32 + \
				 DYAD_WIRE_VOLUMES * DYAD_WIRE_VOLUME_BYTES)
#define DYAD_WIRE_SYNC_BYTES	(DYAD_WIRE_LINEAGE_BYTES + 8 * DYAD_WIRE_VOLUMES)
#define DYAD_WIRE_ACK_BYTES	24
#define DYAD_WIRE_EPOCH_BYTES	(4 * DYAD_WIRE_STREAMS)
#define DYAD_WIRE_MAX_SMALL	2048	/* payload of anything but WRITE and DATA */

/**
 * dyad_wire_encode() - lay a header out for the wire
 * @to: DYAD_WIRE_HEADER bytes
 * @msg: the header; its fields are the caller's business
 */
void dyad_wire_encode(u8 *to, const struct dyad_msg *msg);

/**
 * dyad_wire_decode() - read and check a header
 * @msg: filled in on success
 * @from: DYAD_WIRE_HEADER bytes from the wire
 * @kind: the stream they came from
 * @session: the stream's session, 0 during the handshake
 *
 * Checks the magic, the checksum, that the type may come on such a stream,
 * that flags and payload length are legal for it, that the range is aligned,
 * not empty and does not wrap, and that the session is this one (law 9,
 * rule H3). What is left to the caller: whether the volume exists and the
 * range fits it.
 *
 * Return: 0, -EBADMSG if this is not our protocol or is damaged, -EPROTO if
 * it is but breaks the rules.
 */
int dyad_wire_decode(struct dyad_msg *msg, const u8 *from,
		     enum dyad_stream_kind kind, u64 session);

/**
 * dyad_wire_answers() - is this the data that was asked for?
 * @asked: a READ of ours
 * @data: a DATA of the peer, decoded
 *
 * Nothing but the whole of the range is taken (law 9).
 *
 * Return: true if so.
 */
bool dyad_wire_answers(const struct dyad_msg *asked, const struct dyad_msg *data);

/**
 * dyad_wire_put_hello() - lay a hello out
 * @to: DYAD_WIRE_HELLO_BYTES bytes
 * @hello: what to say
 */
void dyad_wire_put_hello(u8 *to, const struct dyad_hello *hello);

/**
 * dyad_wire_get_hello() - read and check a hello
 * @hello: filled in on success
 * @from: DYAD_WIRE_HELLO_BYTES bytes
 *
 * Return: 0 or -EPROTO.
 */
int dyad_wire_get_hello(struct dyad_hello *hello, const u8 *from);

/**
 * dyad_wire_put_state() - lay a state message out
 * @to: DYAD_WIRE_STATE_BYTES bytes
 * @state: what to say
 */
void dyad_wire_put_state(u8 *to, const struct dyad_state_msg *state);

/**
 * dyad_wire_get_state() - read and check a state message
 * @state: filled in on success
 * @from: DYAD_WIRE_STATE_BYTES bytes
 *
 * Return: 0 or -EPROTO.
 */
int dyad_wire_get_state(struct dyad_state_msg *state, const u8 *from);

/**
 * dyad_wire_put_sync() - lay a resync message out
 * @to: DYAD_WIRE_SYNC_BYTES bytes
 * @sync: what to say
 */
void dyad_wire_put_sync(u8 *to, const struct dyad_sync_msg *sync);

/**
 * dyad_wire_get_sync() - read and check a resync message
 * @sync: filled in on success
 * @from: DYAD_WIRE_SYNC_BYTES bytes
 *
 * Return: 0 or -EPROTO.
 */
int dyad_wire_get_sync(struct dyad_sync_msg *sync, const u8 *from);

/**
 * dyad_wire_put_ack() - lay one acknowledgement out
 * @to: DYAD_WIRE_ACK_BYTES bytes
 * @ack: what to say
 */
void dyad_wire_put_ack(u8 *to, const struct dyad_ack *ack);

/**
 * dyad_wire_get_ack() - read and check one acknowledgement
 * @ack: filled in on success
 * @from: DYAD_WIRE_ACK_BYTES bytes
 *
 * Return: 0 or -EPROTO.
 */
int dyad_wire_get_ack(struct dyad_ack *ack, const u8 *from);

/**
 * dyad_wire_put_epoch() - lay the end of an epoch out
 * @to: DYAD_WIRE_EPOCH_BYTES bytes
 * @counts: DYAD_WIRE_STREAMS numbers: writes by stream
 */
void dyad_wire_put_epoch(u8 *to, const u32 *counts);

/**
 * dyad_wire_get_epoch() - read the end of an epoch
 * @counts: DYAD_WIRE_STREAMS numbers, filled in; any are legal
 * @from: DYAD_WIRE_EPOCH_BYTES bytes
 */
void dyad_wire_get_epoch(u32 *counts, const u8 *from);

/**
 * dyad_wire_choose() - the protocol version for two nodes
 * @mine: what this node offers
 * @peer: what the other offers
 *
 * Return: the newest version both know, or 0.
 */
u16 dyad_wire_choose(const struct dyad_hello *mine, const struct dyad_hello *peer);

/**
 * dyad_wire_feature() - how a hello names an algorithm
 * @compression: an enum dyad_compression
 *
 * Return: its bit, or 0 for none and for what is not known.
 */
u32 dyad_wire_feature(unsigned int compression);

/**
 * dyad_wire_compression() - which algorithm does a hello name?
 * @features: of a control stream's hello, from the wire
 *
 * Return: an enum dyad_compression; none if it names none that is known here, or two.
 */
unsigned int dyad_wire_compression(u32 features);

/**
 * dyad_wire_may_pack() - is that worth to be packed?
 * @header: encoded by dyad_wire_encode()
 *
 * Return: true for a WRITE or DATA that is not too small.
 */
bool dyad_wire_may_pack(const u8 *header);

/**
 * dyad_wire_set_packed() - say that the payload comes in packed blocks
 * @header: encoded, of a message that may be packed
 */
void dyad_wire_set_packed(u8 *header);

/**
 * dyad_wire_put_block() - lay out what comes before a block of a packed payload
 * @to: DYAD_WIRE_PACK_HEAD bytes
 * @bytes: how many follow
 */
void dyad_wire_put_block(u8 *to, u32 bytes);

/**
 * dyad_wire_get_block() - read and check what comes before a block
 * @bytes: set to how many follow
 * @plain: set to how many they have to become: the same number if they are not packed
 * @from: DYAD_WIRE_PACK_HEAD bytes
 * @left: what the payload lacks, unpacked; not 0
 *
 * Return: 0, or -EPROTO: a block is never empty, and never longer than what it holds.
 */
int dyad_wire_get_block(u32 *bytes, u32 *plain, const u8 *from, u32 left);

#endif
