// SPDX-License-Identifier: GPL-2.0-only
/* The nodes: their resource, and what of the module is not the real thing. */
#include "node.h"

#include "control/disk.h"
#include "control/event.h"
#include "control/hang.h"
#include "control/netlink.h"
#include "control/node.h"
#include "control/role.h"
#include "disk.h"
#include "net.h"
#include "path/replica.h"

struct node nodes[NODES];
u32 node_recovery;
int node_volumes;
enum dyad_split_policy node_policy[NODES];
enum dyad_primary_policy node_primary_policy[NODES];
enum dyad_fencing node_fencing;
enum dyad_mode node_mode;
u64 node_backlog;
enum dyad_on_full node_on_full;
enum dyad_on_io_error node_on_io_error;
enum dyad_on_no_data node_on_no_data;
u32 node_io_timeout;

struct dyad_resource *node_resource(int node)
{
	return nodes[node].up ? nodes[node].res : NULL;
}

/* --- what the module would have --- */

struct dyad_node *dyad_node_of(struct net *net)
{
	return &nodes[current_node].node;
}

int dyad_node_add(struct dyad_node *node, struct dyad_resource *res,
		  struct netlink_ext_ack *extack)
{
	nodes[current_node].res = res;
	return 0;
}

void dyad_node_remove(struct dyad_node *node, struct dyad_resource *res)
{
	nodes[current_node].res = NULL;
	dyad_resource_put(res);
}

struct dyad_resource *dyad_node_find(struct dyad_node *node, const char *name)
{
	struct dyad_resource *res = nodes[current_node].res;

	if (res)
		dyad_resource_get(res);
	return res;
}

void dyad_netlink_notify(struct dyad_resource *res, u8 cmd)
{
}

int dyad_bdev_open(struct dyad_bdev *d, const char *path, void *holder)
{
	struct sim_disk *disk = &disks[current_node][path[1] - '0'][*path == 'm'];

	if (!disk->blocks)
		return -ENOENT;
	d->bdev = &disk->bdev;
	return 0;
}

void dyad_bdev_close(struct dyad_bdev *d)
{
	if (d->bdev && disk_has_requests(current_node, d->bdev))
		sim_fail("law 13", "%c lets a disk go that has requests", 'A' + current_node);
	d->bdev = NULL;
}

const struct block_device_operations dyad_fops;

struct gendisk *dyad_disk_alloc(struct block_device *lower, unsigned int max_io,
				unsigned int max_zeroes)
{
	struct gendisk *disk = sim_alloc(sizeof(*disk), true);

	disk->queue = &disk->the_queue;
	disk->queue->block = 512;
	disk->part0 = &disk->part;
	disk->part.bd_disk = disk;
	mutex_init(&disk->open_mutex);
	return disk;
}

void dyad_disk_set_block_size(struct gendisk *disk, unsigned int size)
{
	disk->queue->block = size;
}

bool dyad_disk_may_use(struct gendisk *disk, struct block_device *lower)
{
	return true;
}

int dyad_disk_drop_cache(struct gendisk *disk)
{
	return 0;
}

/* --- the life of a node --- */

void node_setup(void)
{
	current_node = NOBODY;
	dyad_watches_setup();
	dyad_volumes_setup();
	dyad_replica_setup();
	dyad_backlogs_setup();
	dyad_events_setup();
	dyad_hangs_setup();
	dyad_sessions_setup();
}

const char *node_attach(int node)
{
	struct dyad_settings settings = { .recovery = &node_recovery,
					  .policy = &node_policy[node],
					  .primary_policy = &node_primary_policy[node],
					  .backlog = &node_backlog,
					  .on_full = &node_on_full,
					  .fencing = &node_fencing,
					  .on_io_error = &node_on_io_error,
					  .on_no_data = &node_on_no_data,
					  .io_timeout = &node_io_timeout };
	static const char *const data[] = { "d0", "d1" }, *const meta[] = { "m0", "m1" };
	struct netlink_ext_ack extack = { };
	int first = sim_random(node_volumes), n, v;

	dyad_resource_set(nodes[node].res, &settings, NULL);
	for (n = 0; n < node_volumes; n++) {
		v = first ^ n;
		if (dyad_disk_attach(nodes[node].res, v, -1, data[v],
				     meta_disk(node, v)->blocks ? meta[v] : NULL, &extack) < 0)
			return extack._msg;
	}
	return NULL;
}

int node_add_peer(int node, struct netlink_ext_ack *extack)
{
	struct sockaddr_in6 address = { .sin6_family = AF_INET6, .sin6_port = 1 };

	return dyad_peer_create(nodes[node].res, "peer", 2 - node, &address, NULL, 2000, extack);
}

/* From nothing to a resource with a disk and a peer; in a coroutine of the node. */
const char *node_start(int node)
{
	struct netlink_ext_ack extack = { };
	struct node *n = &nodes[node];

	n->up = true;
	n->node = (struct dyad_node) { };
	if (dyad_resource_create(&n->node, "r", node + 1, 1, 2, node_mode, &extack))
		return "not created";
	if (node_add_peer(node, &extack))
		return extack._msg;
	return node_attach(node);
}

void node_crash(int node, bool power)
{
	struct node *n = &nodes[node];

	disk_crash(node, power);
	sched_drop(node);
	net_crash(node);
	mem_reset(node);
	*n = (struct node) { };
}
