// SPDX-License-Identifier: GPL-2.0-only
/*
 * The judge. It remembers each write of the application, what was promised of
 * it, and in which branch of history: a forced promotion begins a branch, whose
 * truth is what the disk then holds.
 */
#include "model.h"

#include "control/resize.h"
#include "core/agree.h"
#include "disk.h"
#include "node.h"
#include "verify.h"

#define MAX_WRITES	512
#define MAX_BRANCHES	64
#define NO_BRANCH	(-1)
#define UNDER_WAY	(~0ull)
#define NOT_SEEN	(~0ull)		/* of what is new, until somebody has seen it */
#define NO_BLOCK	(~1ull)		/* the volume is smaller */

/**
 * struct write - a write of the application
 * @branch: of history
 * @node: where it was submitted
 * @first: of its blocks, an index
 * @count: of blocks
 * @content: of each block
 * @begun: when it was submitted
 * @ended: when it completed
 * @ok: it was promised
 * @fua: it is on the medium when it completes
 * @preflush: what completed before it was begun is, too
 * @safe: covered by a flush: survives everything
 * @alone: the other node has not got it
 * @lazy: in async: only this side has to keep it
 * @life: of the other node, when it was begun
 * @own_life: of its own
 * @held: nodes that hold it and have not lost a cache since, a bit each
 */
struct write {
	int branch;
	int node;
	unsigned int first;
	unsigned int count;
	u64 content;
	u64 begun;
	u64 ended;
	bool ok;
	bool fua;
	bool preflush;
	bool safe;
	bool alone;
	bool lazy;
	u8 held;
	unsigned int life;
	unsigned int own_life;
};

/**
 * struct order - what was written before and what after a flush
 * @branch: of history
 * @volume: that was flushed
 * @begun: what had completed by then is covered
 * @ended: what began after that comes later
 */
struct order {
	int branch;
	int volume;
	u64 begun;
	u64 ended;
};

/**
 * struct branch - a line of history
 * @base: what each block held when it began
 * @since: when that was
 * @from: writes before this one are of another time
 * @alone: writes acknowledged by a node that the other one lacks
 */
struct branch {
	u64 base[MODEL_BLOCKS];
	u64 since;
	unsigned int from;
	unsigned int alone[NODES];
};

/*
 * Two regions and a part of a third: rows at the start, over a border, at the end;
 * then where a volume that grows has its end, or had its map.
 */
const u32 model_block[MODEL_BLOCKS] = {
	0, 1, 2, 3, 4, 1021, 1022, 1023, 1024, 1025, 1026, 2047, 2048, 2049, 2078, 2079,
	2080, 2081, 2082, 2086, 2087, 2088, 2089, 2111, 2112, 2113, 3071, 3072,
	/* The second volume. */
	0, 1, 2, 37, 38, 39,
};

static struct write writes[MAX_WRITES];
static unsigned int write_count;
static struct order orders[MAX_WRITES];
static unsigned int order_count;
static bool altered;			/* a block has changed by itself */
static struct branch branches[MAX_BRANCHES];
static int branch_count;
static int branch_of[NODES];
static bool word[NODES];
static bool broken[NODES];		/* the disk has failed since it was last made good */
static unsigned int lives[NODES];	/* how often a node has lost its cache */
static bool ahead[NODES];		/* a node says that the other may be behind */
static bool yields[NODES];		/* it gives up what it has changed, as agreed */
static bool forced;			/* somebody led on a word since both were equal */
static bool forcing[NODES];		/* and somebody is about to */
static time64_t since[NODES];		/* when it went on alone, or 0 */
static u32 sizes[NODES];		/* the largest that was seen */
static u64 now;

/* What was last seen of each side's session. */
static struct seen {
	u64 session;
	enum dyad_phase phase;
	u64 generation;
} seen[NODES];
static u64 met[NODES];			/* the session whose states were last compared */

void model_reset(void)
{
	write_count = 0;
	order_count = 0;
	altered = false;
	branch_count = 0;
	branch_of[0] = NO_BRANCH;
	branch_of[1] = NO_BRANCH;
	memset(word, 0, sizeof(word));
	memset(lives, 0, sizeof(lives));
	memset(broken, 0, sizeof(broken));
	memset(ahead, 0, sizeof(ahead));
	memset(forcing, 0, sizeof(forcing));
	memset(sizes, 0, sizeof(sizes));
	memset(since, 0, sizeof(since));
	memset(yields, 0, sizeof(yields));
	forced = false;
	memset(seen, 0, sizeof(seen));
	memset(met, 0, sizeof(met));
	verify_reset();
	now = 1;
}

u64 model_clock(void)
{
	return ++now;
}

/* --- what may be seen --- */

static bool covers(const struct write *w, unsigned int block)
{
	return block - w->first < w->count;
}

/* Must it be there, if nothing was written over it? */
static bool promised(const struct write *w)
{
	return w->ok && (w->safe || w->held);
}

/*
 * Was something that must be there begun after this time? It makes what ended
 * before that impossible.
 */
static const struct write *newer(const struct branch *b, int branch, unsigned int block,
				 u64 ended, u64 before)
{
	unsigned int i;

	for (i = b->from; i < write_count; i++) {
		const struct write *w = &writes[i];

		if (w->branch != branch || !covers(w, block) || w->begun <= ended || !w->ok)
			continue;
		if (before ? w->ended < before && (promised(w) || w->own_life == lives[w->node]) :
			     promised(w))
			return w;
	}
	return NULL;
}

/**
 * judge() - may this be seen?
 * @branch: of history
 * @block: index
 * @value: that is seen
 * @before: of a read: when it was begun; what had completed then is seen. Else 0: what
 *	was promised is there
 * @why: the write that makes it impossible, or NULL if it is from nowhere
 */
static bool judge(int branch, unsigned int block, u64 value, u64 before,
		  const struct write **why)
{
	struct branch *b = &branches[branch];
	unsigned int i;

	*why = NULL;
	if (b->base[block] == value || value == NO_BLOCK) {
		*why = newer(b, branch, block, b->since, before);
		if (!*why && (value != NO_BLOCK || b->base[block] == NOT_SEEN))
			return true;
	}
	for (i = b->from; i < write_count; i++) {
		const struct write *w = &writes[i];

		if (w->branch != branch || !covers(w, block) || w->content != value)
			continue;
		*why = newer(b, branch, block, w->ended, before);
		if (!*why)
			return true;
	}
	if (b->base[block] != NOT_SEEN || value == NO_BLOCK)
		return false;
	/* What is new holds anything, but from now on this. */
	*why = newer(b, branch, block, b->since, before);
	if (!*why)
		b->base[block] = value;
	return !*why;
}

static void check(int branch, unsigned int block, u64 value, u64 before, const char *law,
		  const char *where)
{
	const struct write *why;
	int volume = model_volume(block);

	if (branch == NO_BRANCH || judge(branch, block, value, before, &why) ||
	    (!volume && verify_excuses(model_block[block], value)))
		return;
	if (why)
		sim_fail(law, "%s: block %u of %d holds %llu, but %llu was %s after that", where,
			 model_block[block], volume, value, why->content,
			 why->safe ? "flushed" : "acknowledged");
	sim_fail(law, "%s: block %u of %d holds %llu, which was gone, or never there", where,
		 model_block[block], volume, value);
}

u32 model_size(int node, int index)
{
	struct dyad_volume *volume = node_volume(node, index);

	return nodes[node].up && volume ? volume->regions.sectors / 8 : 0;
}

static u64 holds(int node, unsigned int block)
{
	return disk_read(node, model_volume(block), model_block[block]);
}

/* What a block of the model holds there. */
static u64 content(int node, unsigned int block)
{
	return model_block[block] < model_size(node, model_volume(block)) ?
	       holds(node, block) : NO_BLOCK;
}

static void check_disk(int node, int branch, const char *law, const char *where)
{
	unsigned int i;

	for (i = 0; i < MODEL_BLOCKS; i++)
		check(branch, i, content(node, i), 0, law, where);
}

/* --- the application --- */

static bool is_lazy(int node)
{
	return nodes[node].res && nodes[node].res->mode == DYAD_MODE_ASYNC;
}

unsigned int model_write_begin(int node, unsigned int first, unsigned int count, bool zero,
			       bool fua, bool preflush)
{
	sim_assert(write_count < MAX_WRITES, "too many writes");
	writes[write_count] = (struct write) {
		.branch = branch_of[node],
		.node = node,
		.first = first,
		.count = count,
		.content = zero ? MODEL_ZERO : 1000 + write_count,
		.begun = model_clock(),
		.ended = UNDER_WAY,
		.fua = fua,
		.preflush = preflush,
		.lazy = is_lazy(node),
		.life = lives[!node],
		.own_life = lives[node],
	};
	return write_count++;
}

u64 model_content(unsigned int write)
{
	return writes[write].content;
}

static int volume_of(const struct write *w)
{
	return model_volume(w->first);
}

/* Does a side's disk, or what survives on it, hold it or what was written after it? */
static bool is_on(int node, const struct write *w, bool medium)
{
	struct sim_disk *disk = data_disk(node, volume_of(w));
	unsigned int i, j;

	for (i = w->first; i < w->first + w->count; i++) {
		u64 value = medium ? disk->safe[model_block[i]] : holds(node, i);
		bool found = value == w->content ||
			     (!model_volume(i) && verify_is_silent(model_block[i]));

		for (j = 0; j < write_count && !found; j++)
			found = writes[j].branch == w->branch && covers(&writes[j], i) &&
				writes[j].content == value && writes[j].ended > w->begun;
		if (!found)
			return false;
	}
	return true;
}

static bool held_by(int node, const struct write *w)
{
	return is_on(node, w, false);
}

/* Does the other side say that it will be on its disk, although it is not yet? */
static bool promised_by(int node, const struct write *w)
{
	struct dyad_volume *volume = node_volume(node, volume_of(w));

	return volume && nodes[w->node].res->mode == DYAD_MODE_MEMSYNC &&
	       !list_empty(&volume->order.items);
}

/* Is its disk known to be good? */
static bool counts(int node)
{
	return nodes[node].up && !broken[node] && node_state(node) == DYAD_DATA_STATE_UPTODATE &&
	       !nodes[node].res->failed_disks;
}

/* A flush has ended, or a write that is one. */
static void add_order(int branch, int volume, u64 begun, u64 ended)
{
	if (order_count < MAX_WRITES)
		orders[order_count++] = (struct order) { branch, volume, begun, ended };
}

/* Was the other side up to date, as far as this one has let anybody know? */
static bool other_counts(const struct write *w)
{
	struct dyad_peer *peer = node_peer(w->node);

	if (nodes[w->node].res->path.alone || w->life != lives[!w->node] ||
	    !counts(!w->node))
		return false;
	/* Of zeroes it is not seen whether they were there before. */
	return w->content != MODEL_ZERO ||
	       (peer && peer->session && peer->phase >= DYAD_PHASE_COPYING &&
		!dyad_session_has_failed(peer->session));
}

/* From here on what this node's cache loses may be lost. */
static void goes_alone(int branch, int node)
{
	unsigned int i;

	for (i = branches[branch].from; i < write_count; i++)
		if (writes[i].branch == branch)
			writes[i].held &= 1 << node;
}

static void flushed(int branch, int volume, u64 begun)
{
	unsigned int i;

	for (i = branches[branch].from; i < write_count; i++)
		if (writes[i].branch == branch && volume_of(&writes[i]) == volume &&
		    writes[i].ok && writes[i].ended < begun)
			writes[i].safe = true;
}

/* Does the other side have on its medium what it holds of this write? */
static bool safe_at(int node, const struct write *w)
{
	unsigned int i;

	/* Zeroes may be others. */
	for (i = w->first; i < w->first + w->count && w->content != MODEL_ZERO; i++)
		if (holds(node, i) == w->content &&
		    data_disk(node, volume_of(w))->safe[model_block[i]] != w->content)
			return false;
	return true;
}

/* What was received there has to be on the disk before that flushes (rule H6). */
static bool arrived_at(int node, const struct write *w)
{
	return !(w->held & 1 << node) || held_by(node, w);
}

/* A flush that the other side takes part in covers what it holds (law 2). */
static void check_flush(int node, int volume, u64 begun, unsigned int life)
{
	int other = !node, branch = branch_of[node];
	unsigned int i;

	if (is_lazy(node) || nodes[node].res->path.alone || life != lives[other] || !counts(other))
		return;
	for (i = branches[branch].from; i < write_count; i++)
		if (writes[i].branch == branch && volume_of(&writes[i]) == volume &&
		    writes[i].ok && writes[i].ended < begun &&
		    !(safe_at(other, &writes[i]) && arrived_at(other, &writes[i])))
			sim_fail("law 2", "a flush at %c ends, but %llu is not safe at %c, and nothing says that %c is behind",
				 'A' + node, writes[i].content, 'A' + other, 'A' + other);
}

/* A flush has failed, and the application was told: it knows of nothing that is not safe. */
static void in_doubt(int branch, int volume)
{
	unsigned int i;

	for (i = branches[branch].from; i < write_count; i++)
		if (writes[i].branch == branch && volume_of(&writes[i]) == volume &&
		    writes[i].ended != UNDER_WAY && !writes[i].safe)
			writes[i].ok = false;
}

/* The mode of a write is on the disks of both (rule H13). */
static void check_mode(int node)
{
	struct dyad_peer *peer = node_peer(node), *other = node_peer(!node);
	const struct dyad_view *view = nodes[node].res->path.view;
	struct dyad_super super;

	if (view->mode == DYAD_MODE_SYNC || !view->session)
		return;
	disk_super(node, 0, &super);
	if (!nodes[node].res->failed_disks && super.mode != view->mode)
		sim_fail("law 6", "%c writes in a mode that is not on its disk", 'A' + node);
	if (!peer || !other || !other->session || other->session->id != view->session->id ||
	    !counts(!node))
		return;
	disk_super(!node, 0, &super);
	if (super.mode != view->mode)
		sim_fail("law 6", "%c writes in a mode that is not on %c's disk", 'A' + node,
			 'A' + !node);
}

void model_write_end(unsigned int write, bool ok)
{
	struct write *w = &writes[write];

	check_mode(w->node);

	w->ended = model_clock();
	w->ok = ok;
	if (!ok && w->preflush && w->branch != NO_BRANCH)
		in_doubt(w->branch, volume_of(w));
	w->held = counts(w->node) ? 1 << w->node : 0;
	if (!ok || w->branch == NO_BRANCH)
		return;
	if (nodes[w->node].res->path.alone)
		goes_alone(w->branch, w->node);
	w->lazy |= is_lazy(w->node);
	if (w->lazy) {
		if (nodes[w->node].res->path.alone)
			w->alone = ++branches[w->branch].alone[w->node];
	} else if (held_by(!w->node, w) || promised_by(!w->node, w))
		w->held |= other_counts(w) ? 1 << !w->node : 0;
	else if (nodes[w->node].res->path.alone)
		w->alone = ++branches[w->branch].alone[w->node];
	else if (!broken[!w->node] && w->life == lives[!w->node])
		sim_fail("law 1", "%c completes a write that %c does not have, under a name that it knows",
			 'A' + w->node, 'A' + !w->node);
	w->safe = w->fua;
	if (w->preflush)
		check_flush(w->node, volume_of(w), w->begun, w->life);
	if (w->preflush)
		flushed(w->branch, volume_of(w), w->begun);
	if (w->preflush || w->fua)
		add_order(w->branch, volume_of(w), w->preflush ? w->begun : 0, w->ended);
}

unsigned int model_life(int node)
{
	return lives[!node];
}

void model_flush_end(int node, int volume, u64 begun, unsigned int life, bool ok)
{
	if (branch_of[node] == NO_BRANCH)
		return;
	if (ok)
		check_flush(node, volume, begun, life);
	if (ok) {
		flushed(branch_of[node], volume, begun);
		add_order(branch_of[node], volume, begun, model_clock());
	} else {
		in_doubt(branch_of[node], volume);
	}
}

void model_read_end(int node, unsigned int block, u64 begun, u64 value)
{
	if (!broken[node])
		check(branch_of[node], block, value, begun, "law 1", "read");
}

/* --- what happens to nodes --- */

static void lose_hold(int node)
{
	unsigned int i;

	for (i = 0; i < write_count; i++)
		writes[i].held &= ~(1 << node);
}

/* The operator says that what a disk that has failed still holds is the truth. */
void model_vouched(int node)
{
	unsigned int i;

	for (i = 0; i < write_count; i++)
		if (writes[i].branch == branch_of[node] && writes[i].ended != UNDER_WAY)
			writes[i].ok = false;
	broken[node] = false;
}

/* It does not count from here on, whatever it still holds. */
void model_disk_failed(int node)
{
	unsigned int i;

	broken[node] = true;
	lose_hold(node);
	/* What nobody else had to have is gone with it. */
	for (i = 0; i < write_count; i++)
		if (writes[i].node == node && writes[i].lazy)
			writes[i].ok = writes[i].safe = false;
}

void model_lost_cache(int node)
{
	lose_hold(node);
	lives[node]++;
	forcing[node] = false;
	memset(&seen[node], 0, sizeof(seen[node]));
}

/* With the old one goes what nobody else had. */
void model_new_disk(int node, int volume)
{
	unsigned int i;

	for (i = 0; i < write_count && branch_of[node] != NO_BRANCH; i++)
		if (writes[i].branch == branch_of[node] && volume_of(&writes[i]) == volume &&
		    writes[i].node == node && writes[i].alone)
			writes[i].ok = false;
	/* Nor is it a promise what only this one had flushed. */
	for (i = 0; i < write_count && branch_of[node] != NO_BRANCH; i++)
		if (writes[i].branch == branch_of[node] && volume_of(&writes[i]) == volume &&
		    writes[i].safe && !is_on(!node, &writes[i], true))
			writes[i].safe = false;
	broken[node] = false;
	branch_of[node] = NO_BRANCH;
	since[node] = 0;
	if (!volume)
		sizes[node] = 0;
}

void model_word(int node, bool given)
{
	word[node] = given;
}

bool model_is_dirty(int node)
{
	return nodes[node].up && nodes[node].res && dyad_path_is_dirty(&nodes[node].res->path);
}

/* Does this node say that both hold the same? */
static bool settled(int node)
{
	struct dyad_peer *peer = node_peer(node);

	return peer && node_state(node) == DYAD_DATA_STATE_UPTODATE &&
	       !nodes[node].res->failed_disks && !model_is_dirty(node) &&
	       peer->link == DYAD_LINK_STATE_CONNECTED &&
	       peer->phase == DYAD_PHASE_SETTLED &&
	       !dyad_session_has_failed(peer->session);
}

bool model_is_settled(void)
{
	return settled(0) && settled(1);
}

/* From here on what this node's disk holds is the truth of its branch. */
static void rebase(int node, int branch)
{
	struct branch *b = &branches[branch];
	unsigned int i;

	for (i = 0; i < MODEL_BLOCKS; i++)
		b->base[i] = content(node, i) == NO_BLOCK ? NOT_SEEN : content(node, i);
	b->since = model_clock();
	b->from = write_count;
	branch_of[node] = branch;
	broken[node] = false;
	verify_rebased(node);
}

static int new_branch(void)
{
	sim_assert(branch_count < MAX_BRANCHES, "too many branches of history");
	branches[branch_count] = (struct branch) { };
	return branch_count++;
}

void model_promoted(int node, bool force)
{
	int branch = branch_of[node];

	if (force && !settled(node)) {
		rebase(node, new_branch());
		return;
	}
	if (branch == NO_BRANCH)
		sim_fail("law 3", "%c leads without a word, though nobody knows its data",
			 'A' + node);
	if (node_leads(!node) && branch_of[!node] == branch && !forcing[!node])
		sim_fail("law 3", "%c leads without a word, though the other does", 'A' + node);
	check_disk(node, branch, "law 3", "promoted without a word");
	rebase(node, branch);
}

void model_force(int node, bool begins)
{
	forced |= begins;
	forcing[node] = begins;
}

/* --- resyncs --- */

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
		if (covers(w, block) && w->content == b->base[block])
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
		for (i = 0; i < write_count; i++)
			if (writes[i].branch == branch_of[node] && writes[i].node == node &&
			    writes[i].ok && writes[i].alone && covers(&writes[i], b) &&
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

	if (node_policy[0] != node_policy[1] || branch_of[!target] == NO_BRANCH || mine->primary || theirs->primary ||
	    dyad_lineage_compare(&mine->lineage, &theirs->lineage) == DYAD_VERDICT_UNRELATED)
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

/* It is decided that the target's data is to be overwritten. */
static void source_chosen(int target)
{
	int source = !target, t = branch_of[target], s = branch_of[source];

	if (t == NO_BRANCH)
		return;
	yields[target] = diverged(target) && (word[target] || policy_allows(target));
	if (yields[target]) {
		if (s == t || s == NO_BRANCH)
			rebase(source, new_branch());
		return;
	}
	if (s == NO_BRANCH)
		sim_fail("law 3", "%c's data is to be overwritten by one that knows nothing",
			 'A' + target);
	if (t != s && branches[t].alone[target])
		sim_fail("law 5", "%c's branch is to be overwritten without a word, %u writes are lost",
			 'A' + target, branches[t].alone[target]);
	if (t == s)
		check_disk(source, s, "law 3", "source of a resync");
}

static void resync_begins(int target, bool again)
{
	struct dyad_super super;
	int whole = 0, v;

	if (yields[target] && branch_of[target] != NO_BRANCH)
		branches[branch_of[target]].alone[target] = 0;
	/* It is no longer one of those that count. */
	if (branch_of[target] != NO_BRANCH && branch_of[!target] != NO_BRANCH)
		goes_alone(branch_of[!target], !target);
	for (v = 0; v < node_volumes; v++) {
		disk_super(target, v, &super);
		whole += super.data_state != DYAD_DATA_STATE_INCONSISTENT;
	}
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
			check(branch, i, content(target, i), 0, "law 4", "grown and settled");
}

static void resync_settled(int target, bool again)
{
	struct dyad_super super;
	unsigned int i;

	/* A second time, it is in memory before it is on the disk. */
	for (i = 0; i < node_volumes && !again; i++) {
		disk_super(target, i, &super);
		if (super.data_state != DYAD_DATA_STATE_UPTODATE ||
		    super.lineage.now != nodes[target].res->lineage.now)
			sim_fail("law 6", "%c holds what the other side does, but its disk does not say so",
				 'A' + target);
	}
	branch_of[target] = branch_of[!target];
	broken[target] = false;
	since[target] = 0;
	if (adopted(target))
		since[!target] = 0;
	word[target] = false;
	word[!target] = false;
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
		lose_hold(node);
	if (alone && !ahead[node] && branch_of[node] != NO_BRANCH)
		goes_alone(branch_of[node], node);
	ahead[node] = alone;
	if (!since[node] && peer && nodes[node].res->alone)
		since[node] = ktime_get_real_seconds();

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

/* --- a past that existed --- */

/* Is it seen there? Of zeroes nobody knows. */
static bool is_there(int node, const struct write *w)
{
	unsigned int i;

	for (i = w->first; i < w->first + w->count && w->content != MODEL_ZERO; i++)
		if (holds(node, i) == w->content)
			return true;
	return false;
}

/* It is not there, although what is there began after it was flushed. */
static const struct write *missing(int node, const struct order *o)
{
	unsigned int i;

	for (i = branches[o->branch].from; i < write_count; i++) {
		const struct write *w = &writes[i];

		if (w->branch == o->branch && w->ok && volume_of(w) == o->volume &&
		    (w->ended < o->begun || (w->fua && w->ended == o->ended)) &&
		    !held_by(node, w))
			return w;
	}
	return NULL;
}

/* A whole replica that does not lead holds what a disk with a cache could (law 10). */
static void check_past(int node, const char *when)
{
	const struct write *later, *lost;
	unsigned int i, j;

	if (!nodes[node].up || !nodes[node].res || node_leads(node) || broken[0] || broken[1] ||
	    branch_of[node] == NO_BRANCH || branch_of[node] != branch_of[!node] ||
	    node_state(node) < DYAD_DATA_STATE_OUTDATED || nodes[node].res->failed_disks)
		return;
	for (i = 0; i < order_count; i++) {
		const struct order *o = &orders[i];

		if (o->branch != branch_of[node])
			continue;
		lost = missing(node, o);
		for (j = branches[o->branch].from; lost && j < write_count; j++) {
			later = &writes[j];
			if (later->branch == o->branch && later->begun > o->ended &&
			    is_there(node, later))
				sim_fail("law 10", "%s: %c holds %llu, but not %llu, which was flushed before that",
					 when, 'A' + node, later->content, lost->content);
		}
	}
}

/* What is there from then on may be of any time. */
void model_altered(void)
{
	altered = true;
}

void model_past(const char *when)
{
	if (altered)
		return;
	check_past(0, when);
	check_past(1, when);
}

/* If both say that they hold the same, do they (law 4)? */
void model_same(const char *when, bool last)
{
	int v;

	/* That a disk has failed may not have been noticed yet. */
	if (!last && (broken[0] || broken[1]))
		return;
	if (!settled(0) || !settled(1) || nodes[0].ios || nodes[1].ios || writing(0) ||
	    writing(1) ||
	    nodes[0].res->peer->session->id != nodes[1].res->peer->session->id ||
	    resizing(0) || resizing(1))
		return;
	for (v = 0; v < node_volumes; v++)
		check_same(v, when);
}
