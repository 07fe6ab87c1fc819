// SPDX-License-Identifier: GPL-2.0-only
/* Nodes: which resources a network namespace has, and the ports they share. */
#include "node.h"

#include <linux/slab.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "control/peer.h"
#include "control/resource.h"
#include "net/listener.h"

struct port {
	struct list_head link;
	struct dyad_listener *listener;
	u16 number;
	unsigned int users;
};

static unsigned int node_id __read_mostly;

struct dyad_node *dyad_node_of(struct net *net)
{
	return net_generic(net, node_id);
}

static struct port *find_port(struct dyad_node *node, u16 number)
{
	struct port *port;

	list_for_each_entry(port, &node->ports, link)
		if (port->number == number)
			return port;
	return NULL;
}

static int open_port(struct dyad_node *node, u16 number)
{
	struct port *port = find_port(node, number);
	int ret;

	if (port) {
		port->users++;
		return 0;
	}
	port = kzalloc(sizeof(*port), GFP_KERNEL);
	if (!port)
		return -ENOMEM;
	port->number = number;
	port->users = 1;
	port->listener = dyad_listener_open(node->net, number, dyad_peer_answer);
	if (IS_ERR(port->listener)) {
		ret = PTR_ERR(port->listener);
		kfree(port);
		return ret;
	}
	list_add_tail(&port->link, &node->ports);
	return 0;
}

/* Returns a port that nobody uses any more, to be closed without the lock. */
static struct port *leave_port(struct dyad_node *node, u16 number)
{
	struct port *port = find_port(node, number);

	if (WARN_ON_ONCE(!port) || --port->users)
		return NULL;
	list_del(&port->link);
	return port;
}

static struct dyad_resource *find(struct dyad_node *node, const char *name)
{
	struct dyad_resource *res;

	list_for_each_entry(res, &node->resources, link)
		if (!strcmp(res->name, name))
			return res;
	return NULL;
}

int dyad_node_add(struct dyad_node *node, struct dyad_resource *res,
		  struct netlink_ext_ack *extack)
{
	int ret = 0;

	mutex_lock(&node->lock);
	if (find(node, res->name)) {
		NL_SET_ERR_MSG(extack, "there is a resource of this name already; choose another or delete that one");
		ret = -EEXIST;
		goto out;
	}
	ret = open_port(node, res->port);
	if (ret) {
		NL_SET_ERR_MSG(extack, "the port cannot be opened, something else may be listening on it; choose another with 'port'");
		goto out;
	}
	list_add_tail(&res->link, &node->resources);
	node->changes++;
out:
	mutex_unlock(&node->lock);
	return ret;
}

void dyad_node_remove(struct dyad_node *node, struct dyad_resource *res)
{
	struct port *port;

	mutex_lock(&node->lock);
	list_del_init(&res->link);
	node->changes++;
	port = leave_port(node, res->port);
	mutex_unlock(&node->lock);
	if (port) {
		dyad_listener_close(port->listener);
		kfree(port);
	}
	dyad_resource_put(res);
}

struct dyad_resource *dyad_node_find(struct dyad_node *node, const char *name)
{
	struct dyad_resource *res;

	mutex_lock(&node->lock);
	res = find(node, name);
	if (res)
		dyad_resource_get(res);
	mutex_unlock(&node->lock);
	return res;
}

struct dyad_resource *dyad_node_nth(struct dyad_node *node, unsigned int n,
				    unsigned int *changes)
{
	struct dyad_resource *res, *found = NULL;

	mutex_lock(&node->lock);
	*changes = node->changes;
	list_for_each_entry(res, &node->resources, link) {
		if (n--)
			continue;
		dyad_resource_get(res);
		found = res;
		break;
	}
	mutex_unlock(&node->lock);
	return found;
}

static int __net_init node_init(struct net *net)
{
	struct dyad_node *node = dyad_node_of(net);

	node->net = net;
	mutex_init(&node->lock);
	INIT_LIST_HEAD(&node->resources);
	INIT_LIST_HEAD(&node->ports);
	return 0;
}

/* The namespace or the module goes: nothing can refuse. */
static void __net_exit node_exit(struct net *net)
{
	struct dyad_node *node = dyad_node_of(net);
	struct dyad_resource *res;
	unsigned int changes;

	while ((res = dyad_node_nth(node, 0, &changes))) {
		dyad_resource_delete(res, true, NULL);
		dyad_resource_put(res);
	}
}

static struct pernet_operations node_ops = {
	.init = node_init,
	.exit = node_exit,
	.id = &node_id,
	.size = sizeof(struct dyad_node),
};

int dyad_nodes_setup(void)
{
	return register_pernet_subsys(&node_ops);
}

void dyad_nodes_cleanup(void)
{
	unregister_pernet_subsys(&node_ops);
}
