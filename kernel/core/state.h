/* SPDX-License-Identifier: GPL-2.0-only */
/* What each state of a replica allows, and what follows from losing the peer. */
#ifndef DYAD_CORE_STATE_H
#define DYAD_CORE_STATE_H

#include <linux/types.h>

#include "uapi/linux/dyad.h"

/**
 * dyad_state_has_disk() - is there a disk that can be read and written?
 * @state: a volume's data state
 *
 * Return: true if so.
 */
bool dyad_state_has_disk(enum dyad_data_state state);

/**
 * dyad_state_is_whole() - is the data complete as of some moment?
 * @state: a volume's data state
 *
 * Return: true if so.
 */
bool dyad_state_is_whole(enum dyad_data_state state);

/**
 * dyad_state_after_loss() - a volume's state once the session has ended
 * @state: its state during the session
 * @primary: this node is primary
 * @peer_primary: the peer was primary, and goes on alone as far as we know
 * @told: the session was closed in order, not lost
 *
 * Return: the new state.
 */
enum dyad_data_state dyad_state_after_loss(enum dyad_data_state state,
					   bool primary, bool peer_primary,
					   bool told);

/**
 * dyad_state_after_attach() - what a disk's data are after the node was away
 * @stored: the state in the superblock
 * @clean: it was detached in order
 * @led: this node was the last primary, and the peer did not have its last
 *	generation
 *
 * Nobody knows what has happened meanwhile, except that a node which was ahead
 * of its peer and was taken down in order is still ahead: the peer can lead only
 * on somebody's word.
 *
 * Return: the state to begin with.
 */
enum dyad_data_state dyad_state_after_attach(enum dyad_data_state stored,
					     bool clean, bool led);

/**
 * struct dyad_parting - how this node stood when its last session ended
 * @known: there was one since it started, and none has begun since
 * @sync: a write completed only when both had it
 * @fencing: both nodes require fencing: neither goes on alone before it is told that
 *	the other cannot lead
 * @uptodate: this node was up to date
 * @instance: of this node, then
 *
 * Kept in memory only, so that a node which has restarted knows of none.
 */
struct dyad_parting {
	bool known;
	bool sync;
	bool fencing;
	bool uptodate;
	u64 instance;
};

/**
 * dyad_state_is_level() - can the peer, if it is off, have completed nothing more?
 * @parting: how the last session ended
 * @instance: of this node, now
 *
 * That it is off now does not tell what it did before (rule H1), unless it was not
 * to go on without this node, and this node has lost nothing since.
 *
 * Return: true if it cannot.
 */
bool dyad_state_is_level(const struct dyad_parting *parting, u64 instance);

/**
 * struct dyad_promotion - the facts that a promotion depends on
 * @worst: the least of the volumes' data states
 * @volumes: number of volumes
 * @connected: there is a session, past its handshake
 * @negotiating: there is a session, in its handshake
 * @peer_primary: the peer is primary; meaningful while connected
 * @target: a resync to this node is running
 * @async: the peer completed writes before they came here
 * @force: the operator accepts losing what only the peer has
 * @fenced: the operator or an agent vouches that the peer is off
 * @level: dyad_state_is_level()
 */
struct dyad_promotion {
	enum dyad_data_state worst;
	unsigned int volumes;
	bool connected;
	bool negotiating;
	bool peer_primary;
	bool target;
	bool async;
	bool force;
	bool fenced;
	bool level;
};

/**
 * dyad_state_may_promote() - may this node lead (law 3)?
 * @p: the facts
 *
 * Return: NULL if it may, else why not and what to do, as a sentence.
 */
const char *dyad_state_may_promote(const struct dyad_promotion *p);

#endif
