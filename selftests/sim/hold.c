// SPDX-License-Identifier: GPL-2.0-only
/* What the judge sees of I/O that is held back: both disks are still meanwhile. */
#include "judge.h"

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

/* On its disks: so it cannot lead. */
bool hold_says_incomplete(int node)
{
	enum dyad_data_state worst = DYAD_DATA_STATE_UPTODATE;
	struct dyad_super super;
	int v;

	for (v = 0; v < node_volumes; v++) {
		disk_super(node, v, &super);
		worst = min(worst, (enum dyad_data_state)super.data_state);
	}
	return worst <= DYAD_DATA_STATE_INCONSISTENT;
}
