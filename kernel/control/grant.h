/* SPDX-License-Identifier: GPL-2.0-only */
/* The primary role, between two that are connected. */
#ifndef DYAD_CONTROL_GRANT_H
#define DYAD_CONTROL_GRANT_H

#include "control/resource.h"
#include "core/wire.h"

/*
 * With the resource's lock held.
 */

/**
 * dyad_grant_ask() - ask the peer whether we may become primary
 * @res: the resource, connected
 */
void dyad_grant_ask(struct dyad_resource *res);

/**
 * dyad_grant_return() - tell the peer that we are secondary
 * @res: the resource
 */
void dyad_grant_return(struct dyad_resource *res);

/**
 * dyad_grant_message() - the peer asks, answers, or is secondary
 * @res: the resource, with a session
 * @msg: ROLE or ROLE_ANSWER, checked by the decoder
 */
void dyad_grant_message(struct dyad_resource *res, const struct dyad_msg *msg);

#endif
