// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the judge sees of I/O that is held back: while it is suspended both disks are
 * still; while the peer is to be fenced, only one of the two could go on.
 */
#include "judge.h"

#include "control/fence.h"
#include "disk.h"
#include "node.h"
#include "verify.h"

/* While a node is suspended: what its disks hold, and the other's if they count. */
static struct still {
	bool since;
	bool other;
	bool forced;	/* also while the other is being copied to */
	u64 value[MODEL_BLOCKS];
} still[NODES];

void hold_reset(void)
{
	memset(still, 0, sizeof(still));
}

void hold_lost_cache(int node)
{
	still[node].since = false;
}

/* The other side's snapshot counts no more. */
void hold_new_disk(int node)
{
	still[!node].other = false;
}

void hold_disk_failed(int node)
{
	still[node].since = still[!node].other = false;
}

bool hold_forbids_copy(int source)
{
	return still[source].since && !still[source].forced;
}

/* Does a snapshot of this node's disks hold what it should, and always the same? */
static void check_still(int suspended, int node, const char *when)
{
	unsigned int i;

	for (i = 0; i < MODEL_BLOCKS; i++) {
		u64 value = still[suspended].value[i];
		int volume = model_volume(i);
		u64 safe;

		/* A block that changes by itself does so in a snapshot too. */
		if (value == NO_BLOCK || judge_content(node, i) == NO_BLOCK ||
		    (!volume && verify_is_silent(model_block[i])))
			continue;
		safe = data_disk(node, volume)->safe[model_block[i]];
		if (safe != value && (volume || !verify_excuses(model_block[i], safe)))
			sim_fail("law 2", "%s: block %u of %d holds %llu at %c, but a snapshot at %c %llu",
				 when, model_block[i], volume, value, 'A' + suspended,
				 'A' + node, safe);
	}
}

void model_suspended(int node, bool both, bool force)
{
	unsigned int i;

	if (still[node].since || broken[node] || branch_of[node] == NO_BRANCH)
		return;
	still[node] = (struct still) { .since = true, .forced = force,
				       .other = both && !broken[!node] && !forced };
	for (i = 0; i < MODEL_BLOCKS; i++)
		still[node].value[i] = judge_content(node, i);
	judge_disk(node, branch_of[node], "law 2", "suspended");
	check_still(node, node, "suspended");
	if (still[node].other)
		check_still(node, !node, "suspended");
}

void model_resumed(int node)
{
	if (still[node].since && !broken[node])
		check_still(node, node, "about to resume");
	if (still[node].since && still[node].other && !broken[!node] && !forced)
		check_still(node, !node, "about to resume");
	still[node].since = false;
}

/* --- fencing --- */

/* The least that its disks say of its data. */
static enum dyad_data_state recorded(int node)
{
	enum dyad_data_state worst = DYAD_DATA_STATE_UPTODATE;
	struct dyad_super super;
	int v;

	for (v = 0; v < node_volumes; v++) {
		disk_super(node, v, &super);
		worst = min(worst, (enum dyad_data_state)super.data_state);
	}
	return worst;
}

/* On its disks: so it cannot lead. */
bool hold_says_incomplete(int node)
{
	return recorded(node) <= DYAD_DATA_STATE_INCONSISTENT;
}

void model_outdated(int node)
{
	if (recorded(node) > DYAD_DATA_STATE_OUTDATED)
		sim_fail("law 3", "%c was outdated, but its disks do not say so", 'A' + node);
}

/* Whatever is lost now, it does not lead unless by force. */
bool model_is_outdated(int node)
{
	int v;

	for (v = 0; v < node_volumes; v++)
		if (!node_volume(node, v))
			return false;
	/* In a session it may be about to be brought up to date. */
	if (!node_peer(node) || node_peer(node)->session)
		return false;
	return !node_leads(node) && node_state(node) <= DYAD_DATA_STATE_OUTDATED &&
	       recorded(node) <= DYAD_DATA_STATE_OUTDATED;
}

/*
 * While one leads and would complete alone without asking, the other must not be one
 * that would be believed if it was told to lead (rule H1).
 */
void hold_check_level(int node)
{
	struct dyad_peer *peer = node_peer(!node);
	struct dyad_resource *res;

	if (forced || !node_leads(node) || node_leads(!node) || !peer || peer->session ||
	    branch_of[node] == NO_BRANCH || branch_of[node] != branch_of[!node])
		return;
	res = nodes[!node].res;
	if (!dyad_fence_is_armed(nodes[node].res) &&
	    node_state(!node) == DYAD_DATA_STATE_CONSISTENT &&
	    dyad_state_is_level(&res->fence.parting, res->instance))
		sim_fail("law 3", "%c goes on without asking, but %c would lead on the word that %c is off",
			 'A' + node, 'A' + !node, 'A' + node);
}
