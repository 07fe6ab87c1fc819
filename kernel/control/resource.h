/* SPDX-License-Identifier: GPL-2.0-only */
/* A resource: the one serialised place where roles, disks and sessions change. */
#ifndef DYAD_CONTROL_RESOURCE_H
#define DYAD_CONTROL_RESOURCE_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/netlink.h>
#include <linux/sched/mm.h>
#include <linux/workqueue.h>

#include "core/lineage.h"
#include "path/view.h"
#include "path/volume.h"
#include "uapi/linux/dyad.h"

struct dyad_node;
struct dyad_peer;

/**
 * struct dyad_resource - a unit of replication and failover
 * @ref: references
 * @link: in the node's list
 * @node: whose it is
 * @name: unique in the node
 * @node_id: this node's number
 * @port: that peers dial
 * @streams: data streams to offer
 * @path: what the data path sees
 * @lock: serialises all changes; protects everything below. Never taken on
 *	the path of an I/O, nor by a worker of a session
 * @noio: what the holder's allocations were allowed before
 * @gone: deleted
 * @role: this node's
 * @was_primary: it was primary since it last received the peer's data
 * @lineage: its generations
 * @instance: changes when what is known here was lost
 * @peer: the other node, or NULL
 * @answer: to a request for the primary role: 0 none yet, 1 granted, -1 not
 * @asking: such a request is under way
 * @spare: a view, so that publishing the next one cannot fail
 * @wake: woken whenever something above has changed
 * @event_work: does what sessions and the data path ask for
 * @event_lock: protects the four below
 * @messages: control messages of the session, in order
 * @failed: session that has failed
 * @failed_disks: volumes whose disk has failed, a bit each
 * @need_alone: writes wait for the path to say @alone
 * @resync_ended: the resync has ended
 * @resync_error: and how
 */
struct dyad_resource {
	struct kref ref;
	struct list_head link;
	struct dyad_node *node;
	char name[DYAD_WIRE_NAME];
	u32 node_id;
	u16 port;
	u8 streams;
	struct dyad_path path;

	struct mutex lock;	/* serialises changes */
	unsigned int noio;
	bool gone;
	enum dyad_role role;
	bool was_primary;
	struct dyad_lineage lineage;
	u64 instance;
	struct dyad_peer *peer;
	int answer;
	bool asking;
	struct dyad_view *spare;
	wait_queue_head_t wake;

	struct work_struct event_work;
	spinlock_t event_lock;	/* what came in */
	struct list_head messages;
	struct dyad_session *failed;
	unsigned long failed_disks;
	bool need_alone;
	bool resync_ended;
	int resync_error;
};

/**
 * dyad_resource_lock() - take the lock
 * @res: the resource
 *
 * No allocation starts I/O until dyad_resource_unlock(): it could wait for a
 * write to one of our devices, and that write for this lock (law 12).
 */
static inline void dyad_resource_lock(struct dyad_resource *res)
{
	mutex_lock(&res->lock);
	res->noio = memalloc_noio_save();
}

/**
 * dyad_resource_unlock() - give the lock back
 * @res: the resource
 */
static inline void dyad_resource_unlock(struct dyad_resource *res)
{
	unsigned int noio = res->noio;

	mutex_unlock(&res->lock);
	memalloc_noio_restore(noio);
}

/**
 * dyad_resource_create() - a new resource, secondary and empty
 * @node: whose it is to be
 * @name: checked
 * @node_id: this node's number
 * @port: that peers dial
 * @streams: data streams to offer
 * @extack: says why not
 *
 * Context: may sleep.
 * Return: 0 or a negative errno.
 */
int dyad_resource_create(struct dyad_node *node, const char *name, u32 node_id,
			 u16 port, u8 streams, struct netlink_ext_ack *extack);

/**
 * dyad_resource_delete() - disconnect, detach and remove
 * @res: the resource; the caller's reference stays
 * @force: also if it is in use; its devices then fail all I/O
 * @extack: says why not
 *
 * Context: may sleep.
 * Return: 0 or -EBUSY.
 */
int dyad_resource_delete(struct dyad_resource *res, bool force,
			 struct netlink_ext_ack *extack);

/**
 * dyad_resource_get() - another reference
 * @res: the resource
 */
void dyad_resource_get(struct dyad_resource *res);

/**
 * dyad_resource_put() - drop a reference
 * @res: the resource
 */
void dyad_resource_put(struct dyad_resource *res);

/**
 * dyad_resource_attach() - put a disk below a volume
 * @res: the resource
 * @index: of the volume, which must not exist
 * @device: N of /dev/dyadN or -1
 * @path: of the disk
 * @extack: says why not
 *
 * Context: may sleep.
 * Return: the device's number or a negative errno.
 */
int dyad_resource_attach(struct dyad_resource *res, unsigned int index,
			 int device, const char *path,
			 struct netlink_ext_ack *extack);

/**
 * dyad_resource_detach() - take a volume away
 * @res: the resource, secondary
 * @index: of the volume, not open
 * @extack: says why not
 *
 * Context: may sleep.
 * Return: 0 or a negative errno.
 */
int dyad_resource_detach(struct dyad_resource *res, unsigned int index,
			 struct netlink_ext_ack *extack);

/*
 * For the rest of control/, with the lock held.
 */

/**
 * dyad_resource_publish() - make the view say what the resource is now
 * @res: locked
 *
 * Waits for the I/O that entered by the view before.
 */
void dyad_resource_publish(struct dyad_resource *res);

/**
 * dyad_resource_go_alone() - record that the peer may be behind
 * @res: locked
 *
 * Names a new generation unless that is done already, then lets the writes
 * that waited for it complete.
 */
void dyad_resource_go_alone(struct dyad_resource *res);

/**
 * dyad_resource_flush() - flush all disks
 * @res: locked
 *
 * Return: 0 or a negative errno; the failed volume is marked then.
 */
int dyad_resource_flush(struct dyad_resource *res);

/**
 * dyad_resource_worst() - the least of the volumes' data states
 * @res: locked
 * @volumes: filled in with the number of volumes; may be NULL
 *
 * Return: a state; diskless if there is no volume.
 */
enum dyad_data_state dyad_resource_worst(struct dyad_resource *res,
					 unsigned int *volumes);

/**
 * dyad_volume_from() - the first volume from an index on
 * @res: locked
 * @i: the index
 * @volume: filled in, NULL if there is none
 *
 * Return: the volume's index, or DYAD_WIRE_VOLUMES.
 */
static inline int dyad_volume_from(struct dyad_resource *res, int i,
				   struct dyad_volume **volume)
{
	*volume = NULL;
	for (; i < DYAD_WIRE_VOLUMES && !*volume; i++)
		*volume = res->path.volumes[i];
	return *volume ? i - 1 : i;
}

/* For each volume of a resource; the body may remove it. */
#define dyad_for_each_volume(res, volume, i)				\
	for ((i) = dyad_volume_from(res, 0, &(volume)); (volume);	\
	     (i) = dyad_volume_from(res, (i) + 1, &(volume)))

#endif
