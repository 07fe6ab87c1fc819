/* SPDX-License-Identifier: GPL-2.0-only */
/* One extent of a resync or verify on its way. */
#ifndef DYAD_PATH_SLOT_H
#define DYAD_PATH_SLOT_H

#include <linux/bio.h>
#include <linux/workqueue.h>

#include "path/volume.h"

#define DYAD_SLOT_BLOCKS	DYAD_WIRE_MAX_CHECK
#define DYAD_SLOT_BYTES		(DYAD_SLOT_BLOCKS * DYAD_WIRE_BLOCK)
#define DYAD_SLOT_PAGES		DIV_ROUND_UP(DYAD_SLOT_BYTES, PAGE_SIZE)

/**
 * enum dyad_step - what a slot's worker does next
 * @DYAD_STEP_READ: the range is held: read it
 * @DYAD_STEP_COMPARE: it is read: ask the peer which blocks differ
 * @DYAD_STEP_DIFFER: the peer has said so
 * @DYAD_STEP_SENT: the peer has stored them
 * @DYAD_STEP_FETCHED: the peer has sent them
 * @DYAD_STEP_STORED: the disk here has stored them
 */
enum dyad_step {
	DYAD_STEP_READ,
	DYAD_STEP_COMPARE,
	DYAD_STEP_DIFFER,
	DYAD_STEP_SENT,
	DYAD_STEP_FETCHED,
	DYAD_STEP_STORED,
};

/**
 * struct dyad_slot - one extent on its way
 * @session: to the peer
 * @only_compare: note what differs, and copy nothing
 * @fetch: copy from the peer to here
 * @ended: called once for each extent, when all its I/O has ended; from a worker. With
 *	-EREMOTEIO the peer could not read it
 * @owner: for @ended
 * @work: does the step
 * @step: to do
 * @phase: of the reading, for the disk's watch
 * @volume: of the extent; the owner's, NULL while the slot is free
 * @view: that lends the disk while an extent is on its way
 * @extent: the extent; the owner's
 * @range: held
 * @exchange: the request under way
 * @vec: its payload, if that is digests
 * @question: what the peer is asked to send
 * @need: blocks still to copy, a bit each
 * @run: blocks being copied, a bit each
 * @compared: the peer has compared the extent
 * @equal: and found that so many of its blocks are, then
 * @bio: to read with; its data are sent from there, or written to the disk here
 * @store: writes blocks that were fetched
 * @vecs: of both bios
 * @stock: pages for @bio
 * @digests: of the extent's blocks
 */
struct dyad_slot {
	struct dyad_session *session;
	bool only_compare;
	bool fetch;
	void (*ended)(struct dyad_slot *slot, int error);
	void *owner;
	struct work_struct work;
	enum dyad_step step;
	u8 phase;
	struct dyad_volume *volume;
	struct dyad_view *view;
	struct dyad_extent extent;
	struct dyad_range range;
	struct dyad_exchange exchange;
	struct kvec vec;
	struct dyad_question question;
	u64 need;
	u64 run;
	bool compared;
	unsigned int equal;
	struct bio bio;
	struct bio store;
	struct bio_vec vecs[DYAD_SLOT_PAGES];
	struct dyad_stock stock;
	u8 digests[DYAD_SLOT_BLOCKS * DYAD_WIRE_DIGEST];
};

/**
 * dyad_slot_bytes() - length of the slot's extent
 * @slot: with an extent
 *
 * Return: bytes.
 */
static inline u32 dyad_slot_bytes(const struct dyad_slot *slot)
{
	return slot->extent.sectors * 512;
}

/**
 * dyad_slot_blocks() - length of the slot's extent
 * @slot: with an extent
 *
 * Return: blocks; the last one may be shorter.
 */
static inline unsigned int dyad_slot_blocks(const struct dyad_slot *slot)
{
	return DIV_ROUND_UP(dyad_slot_bytes(slot), DYAD_WIRE_BLOCK);
}

/**
 * dyad_slot_init() - a free slot
 * @slot: zeroed, with all that does not change set
 */
void dyad_slot_init(struct dyad_slot *slot);

/**
 * dyad_slot_fini() - free what the slot keeps
 * @slot: initialised, and free
 */
void dyad_slot_fini(struct dyad_slot *slot);

/**
 * dyad_slot_begin() - send an extent on its way
 * @slot: with a volume and an extent in one of its regions
 *
 * Context: process; does not wait for I/O.
 */
void dyad_slot_begin(struct dyad_slot *slot);

#endif
