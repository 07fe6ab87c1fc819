/* SPDX-License-Identifier: GPL-2.0-only */
/* The nodes: what stands for the rest of the module on each of them. */
#ifndef SIM_NODE_H
#define SIM_NODE_H

#include "world.h"

#include "control/node.h"

/**
 * struct node - one of the two machines
 * @up: it runs
 * @res: its resource
 * @open: the application has the device open
 * @busy: the operator waits for a verb here
 * @off: detached in order; only its power is still on
 * @ios: of the application, under way
 */
struct node {
	bool up;
	struct dyad_resource *res;
	struct dyad_node node;
	bool open;
	bool busy;
	bool off;
	unsigned int ios;
	struct sim_wq idle;
};

extern struct node nodes[NODES];

void node_setup(void);
void node_crash(int node, bool power);
const char *node_start(int node);
int node_add_peer(int node, struct netlink_ext_ack *extack);
const char *node_attach(int node);

/* Seconds of comparing accepted, which bounds what is hot. */
extern u32 node_recovery;
extern u64 node_backlog;
extern enum dyad_on_full node_on_full;
extern enum dyad_fencing node_fencing;
extern enum dyad_mode node_mode;	/* that resources are created with */
extern enum dyad_on_io_error node_on_io_error;
extern enum dyad_on_no_data node_on_no_data;
extern u32 node_io_timeout;

/* Who gives up his changes after a split, as each node was told. */
extern enum dyad_split_policy node_policy[NODES];
extern enum dyad_primary_policy node_primary_policy[NODES];

/* How many volumes the resource has. */
extern int node_volumes;

static inline struct dyad_volume *node_volume(int node, int index)
{
	return nodes[node].res ? nodes[node].res->path.volumes[index] : NULL;
}

/* The least of its volumes' data states; none of them is missing then. */
static inline enum dyad_data_state node_state(int node)
{
	enum dyad_data_state worst = DYAD_DATA_STATE_UPTODATE;
	int v;

	for (v = 0; v < node_volumes; v++)
		worst = min(worst, node_volume(node, v) ? node_volume(node, v)->data_state :
							  DYAD_DATA_STATE_DISKLESS);
	return worst;
}

static inline struct dyad_peer *node_peer(int node)
{
	return nodes[node].up && nodes[node].res ? nodes[node].res->peer : NULL;
}

/* Is I/O held back there? */
static inline u32 node_holds(int node)
{
	return nodes[node].up && nodes[node].res ? nodes[node].res->path.holds : 0;
}

/* It leads, without a disk. */
static inline bool node_leans(int node)
{
	return nodes[node].up && nodes[node].res && nodes[node].res->lean != DYAD_LEAN_NONE;
}

/* And is being given one again. */
static inline bool node_refills(int node)
{
	return node_leans(node) && nodes[node].res->lean >= DYAD_LEAN_REFILLING;
}

static inline bool node_leads(int node)
{
	return nodes[node].up && nodes[node].res && nodes[node].res->role == DYAD_ROLE_PRIMARY;
}

#endif
