/* SPDX-License-Identifier: GPL-2.0-only */
/* The operator's word on how data is packed that goes to the peer. */
#ifndef DYAD_CONTROL_COMPRESSION_H
#define DYAD_CONTROL_COMPRESSION_H

#include "control/resource.h"

/**
 * dyad_compression_check() - can this kernel pack like that?
 * @compression: an enum dyad_compression, checked
 * @extack: says why not
 *
 * Context: may sleep, and load a module: not under the resource's lock.
 * Return: 0 or -EOPNOTSUPP.
 */
int dyad_compression_check(u32 compression, struct netlink_ext_ack *extack);

/**
 * dyad_compression_report() - say in the log what has become of the wish
 * @res: locked, with a session
 */
void dyad_compression_report(struct dyad_resource *res);

#endif
