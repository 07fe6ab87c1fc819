/* SPDX-License-Identifier: GPL-2.0-only */
/* A node: the resources and open ports of a network namespace. */
#ifndef DYAD_CONTROL_NODE_H
#define DYAD_CONTROL_NODE_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/netlink.h>

struct dyad_resource;

/**
 * struct dyad_node - what a network namespace has of us
 * @net: the namespace
 * @lock: protects everything below. Not held while waiting for a resource
 * @resources: in order of creation
 * @ports: open ports, one listener for each
 * @changes: counts creations and deletions, so that a dump knows of them
 */
struct dyad_node {
	struct net *net;
	struct mutex lock;	/* the lists */
	struct list_head resources;
	struct list_head ports;
	unsigned int changes;
};

/**
 * dyad_node_of() - the node of a network namespace
 * @net: the namespace
 *
 * Return: the node.
 */
struct dyad_node *dyad_node_of(struct net *net);

/**
 * dyad_node_add() - make a resource known and listen on its port
 * @node: the node
 * @res: the resource; the list takes over the caller's reference
 * @extack: says why not
 *
 * Return: 0, -EEXIST if there is one of that name, or why the port cannot be
 * opened.
 */
int dyad_node_add(struct dyad_node *node, struct dyad_resource *res,
		  struct netlink_ext_ack *extack);

/**
 * dyad_node_remove() - forget a resource, and its port if it was the last there
 * @node: the node
 * @res: the resource; the list's reference is dropped
 *
 * Context: sleeps; not under the resource's lock.
 */
void dyad_node_remove(struct dyad_node *node, struct dyad_resource *res);

/**
 * dyad_node_find() - a resource by its name
 * @node: the node
 * @name: the name
 *
 * Return: the resource with a reference, or NULL.
 */
struct dyad_resource *dyad_node_find(struct dyad_node *node, const char *name);

/**
 * dyad_node_nth() - a resource by its place in the list
 * @node: the node
 * @n: from 0
 * @changes: filled in: differs from that of an earlier call if the list changed
 *
 * Return: the resource with a reference, or NULL.
 */
struct dyad_resource *dyad_node_nth(struct dyad_node *node, unsigned int n,
				    unsigned int *changes);

/**
 * dyad_nodes_setup() - every network namespace gets a node
 *
 * Return: 0 or a negative errno.
 */
int dyad_nodes_setup(void);

/**
 * dyad_nodes_cleanup() - all resources of all namespaces go
 */
void dyad_nodes_cleanup(void);

#endif
