/* SPDX-License-Identifier: GPL-2.0-only */
/* Answers that the peer owes on the control stream, and how long they may take. */
#ifndef DYAD_CONTROL_OWED_H
#define DYAD_CONTROL_OWED_H

#include "control/resource.h"

/**
 * dyad_owed_expect() - something was sent that the peer has to answer
 * @res: locked, with a session
 *
 * If it does not, and sends nothing else either, the session ends: what waits for the
 * answer goes on without the peer, or as a policy says (law 11).
 */
void dyad_owed_expect(struct dyad_resource *res);

/**
 * dyad_owed_init() - nothing is owed
 * @res: new
 */
void dyad_owed_init(struct dyad_resource *res);

/**
 * dyad_owed_stop() - nobody looks any more
 * @res: gone, not locked
 */
void dyad_owed_stop(struct dyad_resource *res);

#endif
