/* SPDX-License-Identifier: GPL-2.0-only */
/* The other node of a resource: how to reach it, and dialling or answering it. */
#ifndef DYAD_CONTROL_PEER_H
#define DYAD_CONTROL_PEER_H

#include <linux/in6.h>
#include <linux/netlink.h>
#include <linux/workqueue.h>

#include "control/resource.h"
#include "core/agree.h"
#include "net/listener.h"
#include "net/session.h"
#include "path/resync.h"

/**
 * enum dyad_distance - how long a peer takes to answer who dials
 * @DYAD_DISTANCE_UNKNOWN: it has not answered yet
 * @DYAD_DISTANCE_NEAR: not long
 * @DYAD_DISTANCE_FAR: longer than a short try lasts
 */
enum dyad_distance {
	DYAD_DISTANCE_UNKNOWN,
	DYAD_DISTANCE_NEAR,
	DYAD_DISTANCE_FAR,
};

/**
 * enum dyad_phase - how far a session has brought the two sides together
 * @DYAD_PHASE_NONE: nothing is copied, nobody is behind or nobody knows
 * @DYAD_PHASE_STARTING: source: the target is to record that it is incomplete
 * @DYAD_PHASE_RESTARTING: source: as before, but the target takes writes already:
 *	both have settled, and then a verify has found something to repair
 * @DYAD_PHASE_COPYING: source or target: under way
 * @DYAD_PHASE_ENDING: source: the target is to flush and record
 * @DYAD_PHASE_SETTLED: both hold the same
 * @DYAD_PHASE_LEANING: the primary has no disk, the other keeps track
 */
enum dyad_phase {
	DYAD_PHASE_NONE,
	DYAD_PHASE_STARTING,
	DYAD_PHASE_RESTARTING,
	DYAD_PHASE_COPYING,
	DYAD_PHASE_ENDING,
	DYAD_PHASE_SETTLED,
	DYAD_PHASE_LEANING,
};

/**
 * struct dyad_peer - the other node of a resource; under the resource's lock
 * @res: the resource
 * @name: for people
 * @node_id: its number
 * @address: where it listens
 * @keyed: there is a key
 * @key: the shared key
 * @ping_ms: silence that ends a session
 * @wanted: keep a session
 * @discard: give up this node's changes if the histories diverged
 * @link: state of the session
 * @cause: why there is none, or why the last one ended
 * @session: the session, with a reference, or NULL
 * @pending: the latest session that waits for its data streams; the answerer's
 * @mine: this node's state, as told
 * @theirs: the peer's
 * @have_theirs: it has come
 * @agreement: what follows
 * @verdict: why there can be no session although one stands
 * @may_store: its writes are stored
 * @role: its role, while connected
 * @phase: of the resync
 * @behind: the primary's backlog was full, and the other has not caught up since
 * @apart: source: writes do not go to the target, which gets what is dirty in turns
 * @offered: source: the lineage that the target is to record
 * @resync: source: the running resync
 * @verify: the running verify
 * @repair: what it finds is to be copied
 * @diverged: the last handshake found that both sides were written alone
 * @changed: blocks that the peer had changed alone, as it told then
 * @alone_since: when it went on alone, as it told then
 * @sessions: how often the two were connected
 * @lost_at: when they last ceased to be, in seconds since 1970; 0 if never
 * @lost: why
 * @dial: dials
 * @failures: attempts in a row that failed
 * @distance: how long it took to reach
 */
struct dyad_peer {
	struct dyad_resource *res;
	char name[DYAD_WIRE_NAME];
	u32 node_id;
	struct sockaddr_in6 address;
	bool keyed;
	u8 key[DYAD_AUTH_KEY];
	u32 ping_ms;
	bool wanted;
	bool discard;
	enum dyad_link_state link;
	struct dyad_cause cause;
	struct dyad_session *session;
	struct dyad_session *pending;
	struct dyad_state_msg mine;
	struct dyad_state_msg theirs;
	bool have_theirs;
	struct dyad_agreement agreement;
	struct dyad_cause verdict;
	bool may_store;
	enum dyad_role role;
	enum dyad_phase phase;
	bool behind;
	bool apart;
	struct dyad_lineage offered;
	struct dyad_resync *resync;
	struct dyad_resync *verify;
	bool repair;
	bool diverged;
	u64 changed;
	u64 alone_since;
	u64 sessions;
	u64 lost_at;
	struct dyad_cause lost;
	struct delayed_work dial;
	unsigned int failures;
	enum dyad_distance distance;
};

/**
 * dyad_peer_create() - name the other node
 * @res: the resource
 * @name: checked
 * @node_id: its number
 * @address: where it listens
 * @key: DYAD_AUTH_KEY bytes, or NULL to go without
 * @ping_ms: silence that ends a session
 * @extack: says why not
 *
 * Context: may sleep.
 * Return: 0 or a negative errno.
 */
int dyad_peer_create(struct dyad_resource *res, const char *name, u32 node_id,
		     const struct sockaddr_in6 *address, const u8 *key,
		     u32 ping_ms, struct netlink_ext_ack *extack);

/**
 * dyad_peer_delete() - disconnect and forget
 * @res: the resource
 * @name: the peer's
 * @extack: says why not
 *
 * Context: may sleep.
 * Return: 0 or -ENOENT.
 */
int dyad_peer_delete(struct dyad_resource *res, const char *name,
		     struct netlink_ext_ack *extack);

/**
 * dyad_peer_remove() - forget the peer of a resource that is going
 * @res: gone, not locked
 *
 * Context: sleeps.
 */
void dyad_peer_remove(struct dyad_resource *res);

/**
 * dyad_peer_connect() - keep a session from now on
 * @res: the resource
 * @name: the peer's, or NULL for the only one
 * @discard: give up this node's changes if the histories diverged
 * @extack: says why not
 *
 * Context: may sleep.
 * Return: 0 or a negative errno.
 */
int dyad_peer_connect(struct dyad_resource *res, const char *name, bool discard,
		      struct netlink_ext_ack *extack);

/**
 * dyad_peer_disconnect() - end the session and start no other
 * @res: the resource
 * @name: the peer's, or NULL for the only one
 * @extack: says why not
 *
 * Context: may sleep.
 * Return: 0 or a negative errno.
 */
int dyad_peer_disconnect(struct dyad_resource *res, const char *name,
			 struct netlink_ext_ack *extack);

/**
 * dyad_peer_answer() - somebody has connected to the node's port
 *
 * See &dyad_answer_fn.
 */
dyad_answer_fn dyad_peer_answer;

/**
 * dyad_peer_dial_soon() - if this side dials, do so
 * @peer: locked
 */
void dyad_peer_dial_soon(struct dyad_peer *peer);

/**
 * dyad_peer_fail() - there can be no session, for a reason found here
 * @peer: locked, with a session
 * @reason: shown in the status, whatever else ends the session
 */
void dyad_peer_fail(struct dyad_peer *peer, enum dyad_reason reason);

/**
 * dyad_peer_tell() - send a control message without payload
 * @peer: locked, with a session
 * @type: of the message
 * @flags: DYAD_MSG_F_*
 */
void dyad_peer_tell(struct dyad_peer *peer, enum dyad_msg_type type, u16 flags);

#endif
