// SPDX-License-Identifier: GPL-2.0-only
/* Loading and unloading, in order, and nothing else. */
#include <linux/module.h>

#include "compat-genl.h"
#include "stats.h"
#include "control/event.h"
#include "control/hang.h"
#include "control/netlink-gen.h"
#include "control/node.h"
#include "disk/watch.h"
#include "net/session.h"
#include "net/stream.h"
#include "path/backlog.h"
#include "path/replica.h"
#include "path/volume.h"

static int __init dyad_init(void)
{
	int ret;

	ret = dyad_streams_setup();
	if (ret)
		return ret;
	ret = dyad_sessions_setup();
	if (ret)
		goto err_streams;
	ret = dyad_watches_setup();
	if (ret)
		goto err_sessions;
	ret = dyad_volumes_setup();
	if (ret)
		goto err_watches;
	ret = dyad_replica_setup();
	if (ret)
		goto err_volumes;
	ret = dyad_backlogs_setup();
	if (ret)
		goto err_replica;
	ret = dyad_events_setup();
	if (ret)
		goto err_backlogs;
	ret = dyad_hangs_setup();
	if (ret)
		goto err_events;
	ret = dyad_nodes_setup();
	if (ret)
		goto err_hangs;
	ret = dyad_genl_register();
	if (ret)
		goto err_nodes;
	pr_info("dyad: loaded\n");
	return 0;

err_nodes:
	dyad_nodes_cleanup();
err_hangs:
	dyad_hangs_cleanup();
err_events:
	dyad_events_cleanup();
err_backlogs:
	dyad_backlogs_cleanup();
err_replica:
	dyad_replica_cleanup();
err_volumes:
	dyad_volumes_cleanup();
err_watches:
	dyad_watches_cleanup();
err_sessions:
	dyad_sessions_cleanup();
err_streams:
	dyad_streams_cleanup();
	return ret;
}

static void __exit dyad_exit(void)
{
	dyad_genl_unregister();
	dyad_nodes_cleanup();
	dyad_hangs_cleanup();
	/* Sessions that have failed report to resources, which queue events. */
	dyad_sessions_cleanup();
	dyad_events_cleanup();
	dyad_backlogs_cleanup();
	dyad_replica_cleanup();
	dyad_volumes_cleanup();
	dyad_watches_cleanup();
	dyad_streams_cleanup();
	rcu_barrier();
	pr_info("dyad: unloaded, objects created %ld destroyed %ld\n",
		atomic_long_read(&dyad_objects_created),
		atomic_long_read(&dyad_objects_destroyed));
}

module_init(dyad_init);
module_exit(dyad_exit);

MODULE_DESCRIPTION("Block device replicated between two nodes");
MODULE_AUTHOR("dyad developers");
MODULE_LICENSE("GPL");
MODULE_ALIAS_GENL_FAMILY(DYAD_FAMILY_NAME);
