// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the judge sees of sessions: who meets whom, whose data are to be overwritten,
 * which resyncs begin and end, what two sides say of each other.
 */
#include "judge.h"

#include "control/resize.h"
#include "core/agree.h"
#include "disk.h"
#include "node.h"
#include "verify.h"

static bool ahead[NODES];		/* a node says that the other may be behind */
static bool yields[NODES];		/* it gives up what it has changed, as agreed */
static time64_t since[NODES];		/* when it went on alone, or 0 */
static u64 copied_over[NODES];		/* its generation when the last resync to it began */
static u64 trying[NODES];		/* under this name, which it has offered to nobody */
static u32 sizes[NODES];		/* the largest that was seen */

/* What was last seen of each side's session. */
static struct seen {
	u64 session;
	enum dyad_phase phase;
	u64 generation;
} seen[NODES];
static u64 met[NODES];			/* the session whose states were last compared */

void watch_reset(void)
{
	memset(ahead, 0, sizeof(ahead));
	memset(yields, 0, sizeof(yields));
	memset(since, 0, sizeof(since));
	memset(copied_over, 0, sizeof(copied_over));
	memset(trying, 0, sizeof(trying));
	memset(sizes, 0, sizeof(sizes));
	memset(seen, 0, sizeof(seen));
	memset(met, 0, sizeof(met));
}

void watch_lost_cache(int node)
{
	memset(&seen[node], 0, sizeof(seen[node]));
}

void watch_new_disk(int node, int volume)
{
	since[node] = 0;
	if (!volume)
		sizes[node] = 0;
}

static bool diverged(int node)
{
	struct dyad_peer *peer = node_peer(node);

	switch (dyad_lineage_compare(&peer->mine.lineage, &peer->theirs.lineage)) {
	case DYAD_VERDICT_SPLIT_DIRTY:
	case DYAD_VERDICT_SPLIT_ALL:
	case DYAD_VERDICT_UNRELATED:
		return true;
	default:
		return false;
	}
}

/* Is its generation the other's? */
static bool adopted(int node)
{
	return node_peer(!node) &&
	       nodes[node].res->lineage.now == nodes[!node].res->lineage.now;
}

static u64 told_changes(const struct dyad_state_msg *state)
{
	u64 blocks = 0;
	int v;

	for (v = 0; v < node_volumes; v++)
		blocks += state->volumes[v].dirty;
	return blocks;
}

/* Is this write, or one after it, in what the other side's branch began with? */
static bool began_with(const struct branch *b, const struct write *w, unsigned int block)
{
	for (; w < writes + write_count; w++)
		if (judge_covers(w, block) && w->content == b->base[block])
			return true;
	return false;
}

/* Blocks of the model that only this side has changed, as far as it was acknowledged. */
static u64 real_changes(int node)
{
	const struct branch *other = &branches[branch_of[!node]];
	u64 blocks = 0;
	unsigned int b, i;

	for (b = 0; b < MODEL_BLOCKS; b++) {
		/* What was copied may have changed by itself since. */
		if (judge_is_of_any_time(b))
			continue;
		for (i = 0; i < write_count; i++)
			if (writes[i].branch == branch_of[node] && writes[i].node == node &&
			    writes[i].ok && writes[i].alone && judge_covers(&writes[i], b) &&
			    !began_with(other, &writes[i], b))
				break;
		blocks += i < write_count;
	}
	return blocks;
}

/* Was it agreed before that this side gives up what it has changed? */
static bool policy_allows(int target)
{
	struct dyad_peer *peer = node_peer(target);
	const struct dyad_state_msg *mine = &peer->mine, *theirs = &peer->theirs;
	u64 lost = told_changes(mine), kept = told_changes(theirs);
	bool one_base = mine->lineage.base && mine->lineage.base == theirs->lineage.base;

	if (branch_of[!target] == NO_BRANCH ||
	    dyad_lineage_compare(&mine->lineage, &theirs->lineage) == DYAD_VERDICT_UNRELATED)
		return false;
	if (mine->primary || theirs->primary)
		return !mine->primary && node_primary_policy[0] && node_primary_policy[1];
	if (node_policy[0] != node_policy[1])
		return false;
	switch (node_policy[target]) {
	case DYAD_SPLIT_POLICY_DISCARD_YOUNGER:
		/* A resync that ended in between may have been forgotten: then it is older. */
		return mine->alone_since > theirs->alone_since && theirs->alone_since &&
		       mine->alone_since <= since[target] &&
		       theirs->alone_since <= since[!target];
	case DYAD_SPLIT_POLICY_DISCARD_LEAST_CHANGES:
		return one_base && lost < kept && real_changes(target) <= lost;
	case DYAD_SPLIT_POLICY_DISCARD_ZERO_CHANGES:
		return one_base && !lost && kept && !real_changes(target);
	default:
		return false;
	}
}

/* What it alone had written in the other's branch, before it began its own. */
static void give_up(int node, int branch)
{
	unsigned int i;

	for (i = 0; i < write_count; i++)
		if (writes[i].branch == branch && writes[i].node == node && writes[i].alone)
			writes[i].ok = false;
}

/* Is this a block of the write, or of one that came after it? */
static bool is_since(const struct write *w, unsigned int block, u64 content)
{
	unsigned int i;

	if (content == w->content)
		return true;
	for (i = 0; i < write_count; i++)
		if (writes[i].branch == w->branch && writes[i].ended > w->begun &&
		    judge_covers(&writes[i], block) && writes[i].content == content)
			return true;
	return false;
}

/* Did a branch, or one that it came from, begin with this write, or with what came after it? */
static bool begins_with(const struct branch *b, const struct write *w, unsigned int block)
{
	while (!is_since(w, block, b->base[block]) && !is_since(w, block, b->begin[block])) {
		if (b->parent == NO_BRANCH || b->parent == w->branch)
			return false;
		b = &branches[b->parent];
	}
	return true;
}

static bool starts_with(const struct branch *b, const struct write *w)
{
	unsigned int block;

	for (block = w->first; block < w->first + w->count; block++)
		if (!judge_is_of_any_time(block) && !begins_with(b, w, block))
			return false;
	return true;
}

/*
 * Writes that a node has acknowledged alone, and that go with its branch: not those
 * that went with its cache before, nor those that the other had got by a resync whose end
 * only its own disk tells of.
 */
static unsigned int lost_with(int node, int other_branch)
{
	unsigned int i, n = 0;

	for (i = 0; i < write_count; i++)
		n += writes[i].branch == branch_of[node] && writes[i].node == node &&
		     writes[i].alone && judge_held_by(node, &writes[i]) &&
		     !starts_with(&branches[other_branch], &writes[i]);
	return n;
}

/* Has it another generation than when it was last copied to? */
static bool has_taken_over(int node)
{
	return copied_over[node] && nodes[node].res->lineage.now != copied_over[node];
}

/* It is decided that the target's data is to be overwritten. */
static void source_chosen(int target)
{
	int source = !target, t = branch_of[target], s = branch_of[source];

	if (t == NO_BRANCH) {
		/* As below; but whose branch it has come to hold nobody knows any more. */
		if (s != NO_BRANCH && has_taken_over(source) &&
		    nodes[source].res->lineage.now == nodes[target].res->lineage.now)
			judge_rebase(source, judge_new_branch());
		return;
	}
	yields[target] = diverged(target) && (word[target] || policy_allows(target));
	if (yields[target]) {
		give_up(target, s);
		if (s == t || s == NO_BRANCH)
			judge_rebase(source, judge_new_branch());
		return;
	}
	/* It has just led on a word, which the operator's verb is about to tell. */
	if ((s == NO_BRANCH || s == t) && forcing[source])
		return;
	/* A resync came to its end on its superblocks, though not in memory. */
	if ((s == NO_BRANCH || has_taken_over(source)) &&
	    nodes[source].res->lineage.now == nodes[target].res->lineage.now)
		s = branch_of[source] = t;
	if (s == NO_BRANCH)
		sim_fail("law 3", "%c's data is to be overwritten by one that knows nothing",
			 'A' + target);
	if (t != s && branches[t].alone[target] && lost_with(target, s))
		sim_fail("law 5", "%c's branch is to be overwritten without a word, %u writes are lost",
			 'A' + target, lost_with(target, s));
	if (t == s)
		judge_disk(source, s, "law 3", "source of a resync");
}

static void resync_begins(int target, bool again)
{
	struct dyad_super super;
	int whole = 0, v;

	if (hold_forbids_copy(!target))
		sim_fail("law 2", "%c is copied to while %c is suspended", 'A' + target,
			 'A' + !target);
	if (yields[target] && branch_of[target] != NO_BRANCH)
		branches[branch_of[target]].alone[target] = 0;
	copied_over[target] = nodes[target].res->lineage.now;
	copied_over[!target] = 0;
	/* It is no longer one of those that count. */
	if (branch_of[target] != NO_BRANCH && branch_of[!target] != NO_BRANCH)
		judge_goes_alone(branch_of[!target], !target);
	for (v = 0; v < node_volumes; v++) {
		disk_super(target, v, &super);
		whole += super.data_state != DYAD_DATA_STATE_INCONSISTENT;
	}
	/* It did not take that, which is about to end the session. */
	if (nodes[target].res->failed_disks)
		return;
	/* The others of one that has grown stay what they were. */
	if (whole == node_volumes || (whole && !again))
		sim_fail("law 6", "%c is copied to, but its disks say that its data is whole",
			 'A' + target);
}

/* Received there, perhaps, and not yet written. */
static bool on_its_way(int source, unsigned int i)
{
	struct dyad_volume *volume = node_volume(source, model_volume(i));

	return volume && dyad_range_any(&volume->ranges, model_block[i] * 8ull, 8);
}

/* What has grown counts from here on, on both. */
static void settle_new(int target)
{
	int branch = branch_of[target];
	unsigned int i;

	for (i = MODEL_FIRST; i < MODEL_BLOCKS && adopted(target); i++)
		if (branches[branch].base[i] == NOT_SEEN && !on_its_way(!target, i))
			judge_block(branch, i, judge_content(target, i), 0, "law 4", "grown and settled");
}

static void resync_settled(int target, bool again)
{
	struct dyad_super super;
	unsigned int i;

	/* Its disk has failed in the meantime: that is going to end the session. */
	if (nodes[target].res->failed_disks)
		return;
	/* A second time, it is in memory before it is on the disk. */
	for (i = 0; i < node_volumes && !again; i++) {
		disk_super(target, i, &super);
		if (super.data_state != DYAD_DATA_STATE_UPTODATE ||
		    super.lineage.now != nodes[target].res->lineage.now)
			sim_fail("law 6", "%c holds what the other side does, but its disk does not say so",
				 'A' + target);
	}
	/* Its disk may be another one by then. */
	if (branch_of[!target] != NO_BRANCH)
		branch_of[target] = branch_of[!target];
	broken[target] = false;
	copied_over[target] = 0;
	since[target] = 0;
	if (adopted(target))
		since[!target] = 0;
	word[target] = false;
	word[!target] = false;
	/* Unless the source has gone on meanwhile, on a word. */
	if (node_peer(!target) && node_peer(!target)->session)
		forced = forcing[0] || forcing[1];
	if (branch_of[target] == NO_BRANCH)
		return;
	settle_new(target);
	memset(branches[branch_of[target]].alone, 0, sizeof(branches->alone));
	for (i = 0; i < write_count; i++)
		if (writes[i].branch == branch_of[target])
			writes[i].alone = false;
}

static void watch(int node)
{
	struct dyad_peer *peer = node_peer(node);
	struct seen was = seen[node];
	u32 size = model_size(node, 0);
	bool alone = peer && (nodes[node].res->alone || nodes[node].res->path.alone);

	if (size && size < sizes[node])
		sim_fail("law 4", "%c's volume has become smaller", 'A' + node);
	sizes[node] = max(sizes[node], size);
	/* It says what it is when it is over. */
	if (peer && dyad_resize_is_running(nodes[node].res))
		return;
	/* A target that has said so on its disk can no longer be the source. */
	if (peer && node_volume(node, 0) && node_state(node) <= DYAD_DATA_STATE_INCONSISTENT)
		judge_lose_hold(node);
	if (peer && peer->behind && node_leads(node) && peer->phase >= DYAD_PHASE_STARTING &&
	    peer->phase <= DYAD_PHASE_COPYING && !nodes[node].res->path.alone && !broken[node])
		sim_fail("law 6", "%c's backlog is full, and it goes on under a generation that %c knows",
			 'A' + node, 'A' + !node);
	if (alone && !ahead[node] && branch_of[node] != NO_BRANCH)
		judge_goes_alone(branch_of[node], node);
	ahead[node] = alone;
	if (peer && nodes[node].res->alone && !since[node]) {
		since[node] = ktime_get_real_seconds();
		trying[node] = nodes[node].res->lineage.now;
	}
	/* Without a peer it stays alone, and with one under that name, unless its disks did not take it. */
	if (peer && trying[node] && !nodes[node].res->alone) {
		if (!peer->session || dyad_session_has_failed(peer->session) ||
		    trying[node] != nodes[node].res->lineage.now)
			since[node] = 0;
		trying[node] = 0;
	}

	if (!peer || !peer->session) {
		seen[node].session = 0;
		return;
	}
	if (peer->have_theirs && met[node] != peer->session->id) {
		met[node] = peer->session->id;
		if (diverged(node) && !forced)
			sim_fail("law 5", "histories diverge, though nobody led on a word");
		if (!peer->agreement.reason && node_peer(!node) &&
		    peer->agreement.direction == DYAD_DIRECTION_RECEIVE)
			source_chosen(node);
	}
	if (peer->session->id == was.session && peer->phase == was.phase &&
	    nodes[node].res->lineage.now == was.generation)
		return;
	seen[node] = (struct seen) { peer->session->id, peer->phase,
				     nodes[node].res->lineage.now };
	/* The disks of one that leads have been given all that it lacked. */
	if (peer->session->id == was.session && was.phase == DYAD_PHASE_LEANING &&
	    peer->phase == DYAD_PHASE_SETTLED && node_leads(node)) {
		if (verbose)
			trace("%c has disks again", 'A' + node);
		resync_settled(node, false);
		return;
	}
	if (peer->agreement.direction != DYAD_DIRECTION_RECEIVE)
		return;
	if (peer->phase == DYAD_PHASE_COPYING && was.phase != DYAD_PHASE_COPYING)
		resync_begins(node, was.phase == DYAD_PHASE_SETTLED);
	if (peer->phase == DYAD_PHASE_SETTLED && !node_leads(node) &&
	    (was.phase != DYAD_PHASE_SETTLED || adopted(node)))
		resync_settled(node, was.phase == DYAD_PHASE_SETTLED);
}

void model_watch(void)
{
	hold_check_level(0);
	hold_check_level(1);
	watch(0);
	watch(1);
	verify_watch(!broken[0] && !broken[1]);
}

static bool resizing(int node)
{
	return dyad_resize_is_running(nodes[node].res);
}

static void check_same(int volume, const char *when)
{
	struct sim_disk *a = data_disk(0, volume), *b = data_disk(1, volume);
	u32 size = model_size(0, volume), i;

	if (size != model_size(1, volume))
		sim_fail("law 4", "%s: settled, but A has %u blocks and B %u", when, size,
			 model_size(1, volume));
	if (!memcmp(a->now, b->now, size * sizeof(u64)))
		return;
	for (i = 0; i < size; i++)
		if (a->now[i] != b->now[i] && (volume || !verify_is_silent(i)))
			sim_fail("law 4", "%s: settled, but block %u of %d holds %llu at A and %llu at B",
				 when, i, volume, a->now[i], b->now[i]);
}

/* Is something on its way to the disks of which the application no longer knows? */
static bool writing(int node)
{
	struct dyad_volume *volume;
	u64 number;
	int v;

	if (!list_empty(&nodes[node].res->path.backlog.open))
		return true;
	for (v = 0; v < node_volumes; v++) {
		volume = node_volume(node, v);
		for (number = 0; number < volume->regions.count; number++)
			if (dyad_range_any(&volume->ranges, number * DYAD_REGION_SECTORS,
					   DYAD_REGION_SECTORS))
				return true;
	}
	return false;
}

/* If both say that they hold the same, do they (law 4)? */
void model_same(const char *when, bool last)
{
	int v;

	/* That a disk has failed may not have been noticed yet. */
	if (!last && (broken[0] || broken[1]))
		return;
	if (!judge_settled(0) || !judge_settled(1) || nodes[0].ios || nodes[1].ios ||
	    writing(0) || writing(1) ||
	    nodes[0].res->peer->session->id != nodes[1].res->peer->session->id ||
	    resizing(0) || resizing(1))
		return;
	for (v = 0; v < node_volumes; v++)
		check_same(v, when);
}
