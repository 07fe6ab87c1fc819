/* SPDX-License-Identifier: GPL-2.0-only */
/* What two nodes that have exchanged their states do next. */
#ifndef DYAD_CORE_AGREE_H
#define DYAD_CORE_AGREE_H

#include <linux/types.h>

#include "reason.h"
#include "wire.h"

/**
 * enum dyad_direction - who copies to whom once connected
 * @DYAD_DIRECTION_NONE: nobody: no data has a name yet
 * @DYAD_DIRECTION_SEND: this node to the peer, possibly nothing
 * @DYAD_DIRECTION_RECEIVE: the peer to this node, possibly nothing
 * @DYAD_DIRECTION_LEAN: nobody: this node leads without a disk, on the peer's
 * @DYAD_DIRECTION_BEAR: nobody: the peer leads without a disk, on this node's
 */
enum dyad_direction {
	DYAD_DIRECTION_NONE,
	DYAD_DIRECTION_SEND,
	DYAD_DIRECTION_RECEIVE,
	DYAD_DIRECTION_LEAN,
	DYAD_DIRECTION_BEAR,
};

/**
 * struct dyad_agreement - the outcome of a handshake
 * @reason: why there can be no session, or DYAD_REASON_NONE
 * @direction: of the resync
 * @everything: compare all blocks, not only the dirty ones
 * @mode: enum dyad_mode of the session: the primary's; with none, the source's
 */
struct dyad_agreement {
	enum dyad_reason reason;
	enum dyad_direction direction;
	bool everything;
	u8 mode;
};

/**
 * dyad_agree() - decide whether and how two nodes replicate
 * @mine: this node's state, as it was sent
 * @peer: the peer's state
 * @mine_low: this node has the lower id; settles what nothing else does
 *
 * Both nodes call it with the arguments mirrored and reach mirrored results,
 * so nothing more needs to be said.
 *
 * Return: the agreement.
 */
struct dyad_agreement dyad_agree(const struct dyad_state_msg *mine,
				 const struct dyad_state_msg *peer,
				 bool mine_low);

#endif
