/* SPDX-License-Identifier: GPL-2.0-only */
/* The session of a resource: agreeing, copying, role changes, and its end. */
#ifndef DYAD_CONTROL_LINK_H
#define DYAD_CONTROL_LINK_H

#include "control/resource.h"
#include "core/state.h"
#include "core/wire.h"
#include "net/session.h"

/*
 * All with the resource's lock held.
 */

/* What a session calls; for dyad_session_create(), with the resource as owner. */
extern const struct dyad_session_ops dyad_link_ops;

/**
 * dyad_link_establish() - both sides have proven themselves: agree now
 * @res: the resource, without a session
 * @session: all streams attached, not started; ownership passes
 */
void dyad_link_establish(struct dyad_resource *res, struct dyad_session *session);

/**
 * dyad_link_close() - end the session in order, if there is one
 * @res: the resource
 * @reason: told to the peer
 *
 * Context: sleeps until everything of the session has ended.
 */
void dyad_link_close(struct dyad_resource *res, enum dyad_reason reason);

/**
 * dyad_link_replaced() - the peer has proven that it has given up the session
 * @res: the resource; without a session afterwards
 *
 * Context: sleeps until everything of the session has ended (rule H3).
 */
void dyad_link_replaced(struct dyad_resource *res);

/**
 * dyad_link_is_up() - is there a session, negotiating or connected?
 * @res: the resource
 *
 * Return: true if so.
 */
bool dyad_link_is_up(struct dyad_resource *res);

/**
 * dyad_link_is_connected() - is there a session past its negotiation?
 * @res: the resource
 *
 * Return: true if so.
 */
bool dyad_link_is_connected(struct dyad_resource *res);

/**
 * dyad_link_may_store() - are the peer's writes taken?
 * @res: the resource
 *
 * Return: true if so.
 */
bool dyad_link_may_store(struct dyad_resource *res);

/**
 * dyad_link_take_session() - the session that our writes go to
 * @res: the resource
 *
 * Return: the session with a reference, or NULL.
 */
struct dyad_session *dyad_link_take_session(struct dyad_resource *res);

/**
 * dyad_link_mode() - how writes that go to the session complete
 * @res: the resource
 *
 * Return: its mode, or sync while something keeps it from that.
 */
enum dyad_mode dyad_link_mode(struct dyad_resource *res);

/**
 * dyad_link_is_decided() - is it on both disks who has the latest data?
 * @res: the resource
 *
 * Return: true if so.
 */
bool dyad_link_is_decided(struct dyad_resource *res);

/**
 * dyad_link_is_leant_on() - does the peer lead without a disk, on those here?
 * @res: the resource
 *
 * Return: true if this node has to keep track of what the peer writes.
 */
bool dyad_link_is_leant_on(struct dyad_resource *res);

/**
 * dyad_link_may_cool() - may regions cool?
 * @res: the resource, primary
 *
 * Return: true if there is no peer, or it has all that we have.
 */
bool dyad_link_may_cool(struct dyad_resource *res);

/**
 * dyad_link_peer_uptodate() - does the peer have all that we have?
 * @res: the resource
 *
 * Return: true if so.
 */
bool dyad_link_peer_uptodate(struct dyad_resource *res);

/**
 * dyad_link_peer_may_count() - may the peer count itself as up to date?
 * @res: the resource
 *
 * Return: true if it was offered all that we have, in this session.
 */
bool dyad_link_peer_may_count(struct dyad_resource *res);

/**
 * dyad_link_describe() - what a promotion has to know of the session
 * @res: the resource
 * @p: filled in
 */
void dyad_link_describe(struct dyad_resource *res, struct dyad_promotion *p);

/**
 * dyad_link_promoted() - we have become primary; copy to the peer if nobody
 * knew before whose data counts
 * @res: the resource
 * @equal: the operator says that both disks hold the same already
 */
void dyad_link_promoted(struct dyad_resource *res, bool equal);

/**
 * dyad_link_peer_knows() - has the session ended in a way that the peer agrees with?
 * @res: the resource
 *
 * Return: true if the peer has ended it, or has heard that we do, and so does not
 * count itself as up to date any more.
 */
bool dyad_link_peer_knows(struct dyad_resource *res);

/**
 * dyad_link_resumed() - I/O goes on; so does what has waited for that
 * @res: the resource, not suspended any more
 */
void dyad_link_resumed(struct dyad_resource *res);

/**
 * dyad_link_message() - a control message has come
 * @res: the resource
 * @session: that it came from
 * @msg: its header, checked by the decoder
 * @payload: as it travelled
 */
void dyad_link_message(struct dyad_resource *res, struct dyad_session *session,
		       const struct dyad_msg *msg, const u8 *payload);

/**
 * dyad_link_session_failed() - a session has failed; clean up after it
 * @res: the resource
 * @session: may be one of the past
 */
void dyad_link_session_failed(struct dyad_resource *res,
			      struct dyad_session *session);

#endif
