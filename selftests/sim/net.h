/* SPDX-License-Identifier: GPL-2.0-only */
/* The network between the nodes: connections that delay, stop and break. */
#ifndef SIM_NET_H
#define SIM_NET_H

#include "world.h"

/* node.c */
struct dyad_resource *node_resource(int node);

void net_reset(void);
unsigned int net_busy(int node);
void net_event(int node);
void net_crash(int node);

/* Both have heard each other a moment ago, if they can. */
void net_answer_pings(void);

/* Nothing arrives at this node. */
void net_cut(int node, bool cut);
bool net_is_cut(int node);

#endif
