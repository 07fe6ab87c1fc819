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
#include "core/state.h"
#include "path/view.h"
#include "path/volume.h"
#include "uapi/linux/dyad.h"

struct dyad_node;
struct dyad_peer;
struct dyad_resize_wait;

/**
 * enum dyad_resize_step - how far the growing of a volume has got
 * @DYAD_RESIZE_NONE: none grows
 * @DYAD_RESIZE_ASKED: coordinator: the peer is to prepare
 * @DYAD_RESIZE_COMMITTING: coordinator: both are prepared, the peer is to commit
 * @DYAD_RESIZE_PREPARED: the other side: the coordinator is to say so
 */
enum dyad_resize_step {
	DYAD_RESIZE_NONE,
	DYAD_RESIZE_ASKED,
	DYAD_RESIZE_COMMITTING,
	DYAD_RESIZE_PREPARED,
};

/**
 * struct dyad_resize - a volume that grows
 * @step: how far it has got
 * @volume: its index
 * @sectors: its size then
 * @wait: whoever waits for it, at the coordinator
 */
struct dyad_resize {
	enum dyad_resize_step step;
	unsigned int volume;
	u64 sectors;
	struct dyad_resize_wait *wait;
};

/**
 * enum dyad_lean - does a primary lean on the peer's disks, having none?
 * @DYAD_LEAN_NONE: no
 * @DYAD_LEAN_ASKING: it has given its own up, the peer is to keep track
 * @DYAD_LEAN_ON: the peer does
 * @DYAD_LEAN_REFILLING: it still does, and there are disks here again, which are being
 *	given what they lack
 * @DYAD_LEAN_ENDING: they have all; the peer is to know that it is no longer needed
 */
enum dyad_lean {
	DYAD_LEAN_NONE,
	DYAD_LEAN_ASKING,
	DYAD_LEAN_ON,
	DYAD_LEAN_REFILLING,
	DYAD_LEAN_ENDING,
};

/**
 * struct dyad_fence - could the peer lead without us?
 * @seconds: after which a question without an answer is over, 0 for never
 * @action: what happens then
 * @state: of the question
 * @id: of the last question
 * @deadline: of the question, in jiffies, if there is one
 * @timer: looks at @deadline
 * @rival: the peer may have all that we have
 * @parting: how this node stood when its last session ended
 */
struct dyad_fence {
	u32 seconds;
	enum dyad_fence_action action;
	enum dyad_fence_state state;
	u32 id;
	unsigned long deadline;
	struct delayed_work timer;
	bool rival;
	struct dyad_parting parting;
};

/**
 * struct dyad_owed - an answer of the peer that is waited for
 * @timer: looks whether it has come
 * @what: names it, 0 if there is none; when @timer last looked, as below
 * @heard: the resource's
 * @since: when it was the same for the first time, in jiffies
 */
struct dyad_owed {
	struct delayed_work timer;
	u32 what;
	unsigned long heard;
	unsigned long since;
};

/**
 * struct dyad_leaving - a session that has ended, but for what a disk has of it
 * @stopping: whose streams are being stopped, or NULL
 * @stop: does that
 * @session: the session, or NULL
 * @work: waits for what the disk has
 */
struct dyad_leaving {
	struct dyad_session *stopping;
	struct work_struct stop;
	struct dyad_session *session;
	struct work_struct work;
};

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
 * @shown: also held while a volume, the peer or its session comes or goes, for whoever
 *	looks without @lock; nothing waits for I/O under it, but for a volume that grows
 * @noio: what the holder's allocations were allowed before
 * @gone: deleted
 * @role: this node's
 * @was_primary: it was primary since it last received the peer's data
 * @lineage: its generations
 * @alone: the generation is not known to the peer, and that is on the disks
 * @change: counts changes of the record on the disks
 * @lent_until: the peer of the last session may serve reads until then, in jiffies
 * @alone_since: when this node went on without the peer, seconds since 1970, or 0
 * @recovery: seconds of comparing accepted after a crash
 * @resync_rate: most bytes a second of a resync, or 0
 * @policy: which side gives up its changes after a split, without a primary
 * @primary_policy: which one does with one
 * @fencing: is the peer to be fenced before this node goes on alone?
 * @fence: whether it has to be
 * @mode: when a write completes; on the disks before the first write in it
 * @strict: writes go as in sync for now, whatever the mode
 * @switching: the mode that the peer is to record, or -1
 * @on_io_error: what an error of a disk leads to while this node leads
 * @on_no_data: what the loss of the peer leads to while this node leans on it
 * @io_timeout: seconds after which a disk hangs that does not answer, 0 for never
 * @compression: how data is to be packed that goes to the peer, from the next session on
 * @leaving: the last session, if a disk holds it up
 * @lean: does it?
 * @bears: the peer leans on this node, or has when both were last connected, and
 *	nobody has led here since
 * @instance: changes when what is known here was lost
 * @resize: a volume that grows
 * @met: the peer's instance in the last handshake, 0 before the first; goes with
 *	the hot and unsure flags of regions, whatever becomes of @peer
 * @equal: its instance when both last held the same; 0 if that was not in this life,
 *	whatever becomes of @peer
 * @peer: the other node, or NULL
 * @heard: counts what was heard from the peer, or asked of it, on the control stream
 * @owed: an answer of it that is waited for
 * @answer: to a request for the primary role: 0 none yet, 1 granted, -1 not
 * @asking: such a request is under way
 * @spare: a view, so that publishing the next one cannot fail
 * @wake: woken whenever something above has changed
 * @event_work: does what sessions and the data path ask for
 * @event_lock: protects all below
 * @messages: control messages of the session, in order
 * @failed: session that has failed
 * @failed_disks: volumes whose disk has failed, a bit each
 * @need_alone: writes wait for the path to say @alone
 * @fence_asked: the peer is to be fenced; tell whoever listens
 * @changed: tell whoever listens, and look whether there can be a session now
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
	struct mutex shown;	/* what the status looks at stays */
	unsigned int noio;
	bool gone;
	enum dyad_role role;
	bool was_primary;
	struct dyad_lineage lineage;
	bool alone;
	u64 change;
	unsigned long lent_until;
	u64 alone_since;
	u32 recovery;
	u64 resync_rate;
	enum dyad_split_policy policy;
	enum dyad_primary_policy primary_policy;
	enum dyad_fencing fencing;
	struct dyad_fence fence;
	enum dyad_mode mode;
	bool strict;
	int switching;
	enum dyad_on_io_error on_io_error;
	enum dyad_on_no_data on_no_data;
	u32 io_timeout;
	enum dyad_compression compression;
	struct dyad_leaving leaving;
	enum dyad_lean lean;
	bool bears;
	u64 instance;
	u64 met;
	u64 equal;
	struct dyad_resize resize;
	struct dyad_peer *peer;
	unsigned long heard;
	struct dyad_owed owed;
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
	bool fence_asked;
	bool changed;
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
 * @mode: when a write completes; what its disks say counts more
 * @extack: says why not
 *
 * Context: may sleep.
 * Return: 0 or a negative errno.
 */
int dyad_resource_create(struct dyad_node *node, const char *name, u32 node_id,
			 u16 port, u8 streams, enum dyad_mode mode,
			 struct netlink_ext_ack *extack);

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
 * struct dyad_settings - what to change of a resource; enums as numbers, checked
 * @recovery: seconds of comparing accepted after a crash, or NULL
 * @resync_rate: most bytes a second of a resync, 0 for no limit, or NULL
 * @policy: which side gives up its changes after a split, without a primary, or NULL
 * @primary_policy: which one does with one, or NULL
 * @fencing: is the peer to be fenced before this node goes on alone, or NULL
 * @fence_seconds: after which a question without an answer is over, or NULL
 * @fence_action: what happens then, or NULL
 * @backlog: most bytes that the peer may be behind in async, or NULL
 * @on_full: what a full backlog leads to, or NULL
 * @on_io_error: what an error of a disk leads to, or NULL
 * @on_no_data: what the loss of the last disk leads to, or NULL
 * @io_timeout: seconds after which a disk hangs, 0 for never, or NULL
 * @compression: how to pack what goes to the peer, or NULL
 */
struct dyad_settings {
	const u32 *recovery;
	const u64 *resync_rate;
	const u32 *policy;
	const u32 *primary_policy;
	const u32 *fencing;
	const u32 *fence_seconds;
	const u32 *fence_action;
	const u64 *backlog;
	const u32 *on_full;
	const u32 *on_io_error;
	const u32 *on_no_data;
	const u32 *io_timeout;
	const u32 *compression;
};

/**
 * dyad_resource_set() - change settings
 * @res: the resource
 * @settings: checked
 * @extack: says why not
 *
 * Context: may sleep.
 * Return: 0 or -EBUSY; nothing has changed then.
 */
int dyad_resource_set(struct dyad_resource *res,
		      const struct dyad_settings *settings,
		      struct netlink_ext_ack *extack);

/**
 * dyad_random_name() - a name that nothing has had before
 *
 * Return: random, not 0.
 */
u64 dyad_random_name(void);

/*
 * For the rest of control/, with the lock held.
 */

/**
 * dyad_resource_set_volume() - a volume comes or goes
 * @res: locked
 * @index: of the volume
 * @volume: it, or NULL
 */
void dyad_resource_set_volume(struct dyad_resource *res, unsigned int index,
			      struct dyad_volume *volume);

/**
 * dyad_resource_set_peer() - the peer comes or goes
 * @res: locked
 * @peer: it, or NULL
 */
void dyad_resource_set_peer(struct dyad_resource *res, struct dyad_peer *peer);

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
 * Names a new generation on the disks unless that is done already, then lets the
 * writes that waited for it complete. If the disks do not take it, those writes
 * fail.
 *
 * Return: 0 or a negative errno.
 */
int dyad_resource_go_alone(struct dyad_resource *res);

/**
 * dyad_resource_has_failures() - has a disk failed something that nobody has looked at yet?
 * @res: the resource, locked
 *
 * Return: true if one has.
 */
bool dyad_resource_has_failures(struct dyad_resource *res);

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
