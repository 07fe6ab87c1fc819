/* SPDX-License-Identifier: GPL-2.0-only */
/* Promotion and demotion of a resource. */
#ifndef DYAD_CONTROL_ROLE_H
#define DYAD_CONTROL_ROLE_H

#include <linux/netlink.h>

#include "control/resource.h"

/**
 * struct dyad_word - what whoever asks for a promotion vouches for
 * @force: what only the peer has may be lost
 * @fenced: the peer is off
 * @equal: both disks hold the same, although neither has a generation
 */
struct dyad_word {
	bool force;
	bool fenced;
	bool equal;
};

/**
 * dyad_role_promote() - become primary (laws 3 and 6, rule H12)
 * @res: the resource
 * @word: what the caller vouches for
 * @extack: says why not
 *
 * Context: may sleep, also for the peer's answer.
 * Return: 0 or a negative errno.
 */
int dyad_role_promote(struct dyad_resource *res, const struct dyad_word *word,
		      struct netlink_ext_ack *extack);

/**
 * dyad_role_demote() - become secondary
 * @res: the resource, open for writing nowhere
 * @extack: says why not
 *
 * Context: may sleep.
 * Return: 0 or a negative errno.
 */
int dyad_role_demote(struct dyad_resource *res, struct netlink_ext_ack *extack);

#endif
