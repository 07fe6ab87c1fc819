// SPDX-License-Identifier: GPL-2.0-only
/* The attributes of states and the transitions between them. Pure. */
#include "state.h"

#include <linux/kernel.h>

struct attributes {
	bool has_disk;
	bool whole;
};

static const struct attributes attributes[] = {
	[DYAD_DATA_STATE_DISKLESS]	= { },
	[DYAD_DATA_STATE_FAILED]	= { },
	[DYAD_DATA_STATE_INCONSISTENT]	= { .has_disk = true },
	[DYAD_DATA_STATE_OUTDATED]	= { .has_disk = true, .whole = true },
	[DYAD_DATA_STATE_CONSISTENT]	= { .has_disk = true, .whole = true },
	[DYAD_DATA_STATE_UPTODATE]	= { .has_disk = true, .whole = true },
};

bool dyad_state_has_disk(enum dyad_data_state state)
{
	return attributes[state].has_disk;
}

bool dyad_state_is_whole(enum dyad_data_state state)
{
	return attributes[state].whole;
}

enum dyad_data_state dyad_state_after_loss(enum dyad_data_state state,
					   bool primary, bool peer_primary,
					   bool told)
{
	if (state != DYAD_DATA_STATE_UPTODATE || primary)
		return state;
	/* Told by a primary that goes on: it will be ahead. Else it may be. */
	return told && peer_primary ? DYAD_DATA_STATE_OUTDATED :
				      DYAD_DATA_STATE_CONSISTENT;
}

enum dyad_data_state dyad_state_after_attach(enum dyad_data_state stored,
					     bool clean, bool led)
{
	if (stored != DYAD_DATA_STATE_UPTODATE || (clean && led))
		return stored;
	return DYAD_DATA_STATE_CONSISTENT;
}

bool dyad_state_is_level(const struct dyad_parting *parting, u64 instance)
{
	return parting->known && parting->sync && parting->fencing &&
	       parting->uptodate && parting->instance == instance;
}

const char *dyad_state_may_promote(const struct dyad_promotion *p)
{
	if (!p->volumes)
		return "the resource has no volume; attach a disk first";
	if (!dyad_state_has_disk(p->worst))
		return "a volume has no usable disk; attach one first";
	if (p->negotiating)
		return "the session with the peer is being negotiated; try again in a moment";
	if (p->connected && p->peer_primary)
		return "the peer is primary; demote it there first";
	if (p->connected && p->target)
		return "the peer's data is being copied here; wait until the resync is done, see 'dyad wait'";
	if (p->worst == DYAD_DATA_STATE_UPTODATE || p->force)
		return NULL;
	switch (p->worst) {
	case DYAD_DATA_STATE_INCONSISTENT:
		return "the data here is not known to be complete; connect the peer, or use --force to declare it good and lose what only the peer has";
	case DYAD_DATA_STATE_OUTDATED:
		return "the peer went on without this node; connect it, or use --force to lose what was written there since";
	default:
		if (p->async)
			return "in async mode the peer's last writes may not have come here, whether or not it went on; connect it, or use --force if it is off for good and these may be lost";
		/* Off now, it may have led alone before it went off (rule H1). */
		if (p->fenced && p->level)
			return NULL;
		if (p->fenced)
			return "that the peer is off does not tell whether it went on alone before: both nodes have to require fencing when they part, and this one not to be restarted since; connect the peer, or use --force if its last writes may be lost";
		return "the peer may have gone on without this node; connect it, or use --force if it is off for good and its last writes may be lost";
	}
}
