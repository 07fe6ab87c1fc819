// SPDX-License-Identifier: GPL-2.0-only
/*
 * The judge. It remembers each write of the application, what was promised of
 * it, and in which branch of history: a forced promotion begins a branch, whose
 * truth is what the disk then holds.
 */
#include "judge.h"

#include "disk.h"
#include "node.h"
#include "verify.h"

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

struct write writes[MAX_WRITES];
unsigned int write_count;
struct branch branches[MAX_BRANCHES];
int branch_of[NODES];
bool word[NODES];
bool broken[NODES];
bool forced;
bool forcing[NODES];
static bool promoting[NODES];
static u64 name_before[NODES];

static int branch_count;
static unsigned int lives[NODES];	/* how often a node has lost its cache */
static unsigned int failures[NODES];	/* how often a disk of its has failed */
static u64 now;

void model_reset(void)
{
	write_count = 0;
	branch_count = 0;
	branch_of[0] = NO_BRANCH;
	branch_of[1] = NO_BRANCH;
	memset(word, 0, sizeof(word));
	memset(lives, 0, sizeof(lives));
	memset(failures, 0, sizeof(failures));
	memset(broken, 0, sizeof(broken));
	memset(forcing, 0, sizeof(forcing));
	memset(promoting, 0, sizeof(promoting));
	forced = false;
	past_reset();
	watch_reset();
	verify_reset();
	hold_reset();
	now = 1;
}

u64 model_clock(void)
{
	return ++now;
}

/* --- what may be seen --- */

bool judge_covers(const struct write *w, unsigned int block)
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

		if (w->branch != branch || !judge_covers(w, block) || w->begun <= ended || !w->ok)
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

		if (w->branch != branch || !judge_covers(w, block) || w->content != value)
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

void judge_block(int branch, unsigned int block, u64 value, u64 before, const char *law,
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
u64 judge_content(int node, unsigned int block)
{
	int volume = model_volume(block);
	u32 size = model_size(node, volume);
	struct dyad_super super;

	/* Detached, it is as large as it will be. */
	if (!size && volume < node_volumes) {
		disk_super(node, volume, &super);
		size = super.geometry.data_sectors / 8;
	}
	return model_block[block] < size ? holds(node, block) : NO_BLOCK;
}

void judge_disk(int node, int branch, const char *law, const char *where)
{
	unsigned int i;

	for (i = 0; i < MODEL_BLOCKS; i++)
		judge_block(branch, i, judge_content(node, i), 0, law, where);
}

/* --- the application --- */

/* In async only this side has to keep what it writes. */
static bool is_lazy(int node)
{
	return nodes[node].res && nodes[node].res->mode == DYAD_MODE_ASYNC;
}

unsigned int model_write_begin(int node, unsigned int first, unsigned int count, bool zero,
			       bool fua, bool preflush)
{
	const struct dyad_path *path = &nodes[node].res->path;

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
		.stored = path->view->session && path->view->mode == DYAD_MODE_ASYNC &&
			  !path->holds,
		.life = lives[!node],
		.own_life = lives[node],
		.failures = failures[node],
	};
	return write_count++;
}

u64 model_content(unsigned int write)
{
	return writes[write].content;
}

int judge_volume_of(const struct write *w)
{
	return model_volume(w->first);
}

/* Does a side's disk, or what survives on it, hold it or what was written after it? */
static bool is_on(int node, const struct write *w, bool medium)
{
	struct sim_disk *disk = data_disk(node, judge_volume_of(w));
	unsigned int i, j;

	for (i = w->first; i < w->first + w->count; i++) {
		u64 value = medium ? disk->safe[model_block[i]] : holds(node, i);
		bool found = value == w->content ||
			     (!model_volume(i) && verify_is_silent(model_block[i]));

		for (j = 0; j < write_count && !found; j++)
			found = writes[j].branch == w->branch && judge_covers(&writes[j], i) &&
				writes[j].content == value && writes[j].ended > w->begun;
		if (!found)
			return false;
	}
	return true;
}

bool judge_is_of_any_time(unsigned int block)
{
	return !model_volume(block) && verify_was_altered(model_block[block]);
}

bool judge_touches_any_time(const struct write *w)
{
	unsigned int i;

	for (i = w->first; i < w->first + w->count; i++)
		if (judge_is_of_any_time(i))
			return true;
	return false;
}

bool judge_held_by(int node, const struct write *w)
{
	return is_on(node, w, false);
}

/* Does the other side say that it will be on its disk, although it is not yet? */
static bool promised_by(int node, const struct write *w)
{
	struct dyad_volume *volume = node_volume(node, judge_volume_of(w));

	return volume && nodes[w->node].res->mode == DYAD_MODE_MEMSYNC &&
	       !list_empty(&volume->order.items);
}

/* Is its disk known to be good? */
static bool counts(int node)
{
	return nodes[node].up && !broken[node] && node_state(node) == DYAD_DATA_STATE_UPTODATE &&
	       !nodes[node].res->failed_disks;
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
void judge_goes_alone(int branch, int node)
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
		if (writes[i].branch == branch && judge_volume_of(&writes[i]) == volume &&
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
		    data_disk(node, judge_volume_of(w))->safe[model_block[i]] != w->content)
			return false;
	return true;
}

/* What was received there has to be on the disk before that flushes (rule H6). */
static bool arrived_at(int node, const struct write *w)
{
	return !(w->held & 1 << node) || judge_held_by(node, w) || judge_touches_any_time(w);
}

/* A flush that the other side takes part in covers what it holds (law 2). */
static void check_flush(int node, int volume, u64 begun, unsigned int life)
{
	int other = !node, branch = branch_of[node];
	unsigned int i;

	if (is_lazy(node) || nodes[node].res->path.alone || life != lives[other] || !counts(other))
		return;
	/* It leads on a word, and writes what it likes. */
	if (branch_of[other] != branch && branch_of[other] != NO_BRANCH)
		return;
	for (i = branches[branch].from; i < write_count; i++)
		if (writes[i].branch == branch && judge_volume_of(&writes[i]) == volume &&
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
		if (writes[i].branch == branch && judge_volume_of(&writes[i]) == volume &&
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
	struct dyad_path *path = &nodes[w->node].res->path;

	check_mode(w->node);

	w->ended = model_clock();
	w->ok = ok;
	if (!ok && w->preflush && w->branch != NO_BRANCH)
		in_doubt(w->branch, judge_volume_of(w));
	/* A disk that has failed meanwhile may have lost it before it was promised. */
	w->held = counts(w->node) && w->failures == failures[w->node] ? 1 << w->node : 0;
	/* Nor is it read then, though nobody lost a cache. */
	if (w->failures != failures[w->node])
		w->own_life = NO_LIFE;
	w->ok &= !w->waived;
	if (!w->ok || w->branch == NO_BRANCH)
		return;
	if (nodes[w->node].res->path.alone)
		judge_goes_alone(w->branch, w->node);
	w->lazy |= is_lazy(w->node);
	/* Something is known not to get there, and no name tells that it was written alone. */
	if (w->stored && path->view->session && path->view->mode == DYAD_MODE_ASYNC &&
	    path->backlog.lost && !path->alone)
		sim_fail("law 6", "%c completes a write though the backlog is lost, and no generation says so (H11)",
			 'A' + w->node);
	if (w->lazy) {
		if (nodes[w->node].res->path.alone)
			w->alone = ++branches[w->branch].alone[w->node];
	} else if (judge_held_by(!w->node, w) || promised_by(!w->node, w))
		w->held |= other_counts(w) ? 1 << !w->node : 0;
	else if (nodes[w->node].res->path.alone)
		w->alone = ++branches[w->branch].alone[w->node];
	/* Unless that leads by now, on a word, and has written something else there. */
	else if (!broken[!w->node] && w->life == lives[!w->node] &&
		 !hold_says_incomplete(!w->node) && branch_of[!w->node] == w->branch)
		sim_fail("law 1", "%c completes a write that %c does not have, under a name that it knows",
			 'A' + w->node, 'A' + !w->node);
	w->safe = w->fua;
	if (w->preflush)
		check_flush(w->node, judge_volume_of(w), w->begun, w->life);
	if (w->preflush)
		flushed(w->branch, judge_volume_of(w), w->begun);
	if (w->preflush || w->fua)
		past_flushed(w->branch, judge_volume_of(w), w->preflush ? w->begun : 0, w->ended);
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
		past_flushed(branch_of[node], volume, begun, model_clock());
	} else {
		in_doubt(branch_of[node], volume);
	}
}

void model_read_end(int node, unsigned int block, u64 begun, u64 value)
{
	if (!model_volume(block) && verify_was_there(model_block[block], value, begun))
		return;
	if (!broken[node] || node_leans(node))
		judge_block(branch_of[node], block, value, begun, "law 1", "read");
}

/* --- what happens to nodes --- */

void judge_lose_hold(int node)
{
	unsigned int i;

	for (i = 0; i < write_count; i++)
		writes[i].held &= ~(1 << node);
}

/* The operator says that what a disk that has failed still holds is the truth. */
void model_vouched(int node)
{
	unsigned int i;

	for (i = 0; i < write_count; i++) {
		if (writes[i].branch != branch_of[node])
			continue;
		if (writes[i].ended != UNDER_WAY)
			writes[i].ok = false;
		else if (writes[i].failures != failures[node])
			writes[i].waived = true;
	}
	broken[node] = false;
}

/*
 * What nobody else had to have is gone with the disk, on all volumes: they are of one
 * time, and only the other side has them all.
 */
static void lose_lazy(int node)
{
	unsigned int i;

	for (i = 0; i < write_count; i++)
		if (writes[i].node == node && writes[i].lazy)
			writes[i].ok = writes[i].safe = false;
}

/* It does not count from here on, whatever it still holds. */
void model_disk_failed(int node)
{
	hold_disk_failed(node);
	broken[node] = true;
	failures[node]++;
	judge_lose_hold(node);
	lose_lazy(node);
}

void model_lost_cache(int node)
{
	judge_lose_hold(node);
	lives[node]++;
	/* In the middle of a promotion on a word: its disk may tell of that by now. */
	if (forcing[node] && promoting[node])
		model_half_promoted(node);
	forcing[node] = false;
	promoting[node] = false;
	watch_lost_cache(node);
	hold_lost_cache(node);
}

/* A promotion may have made it the truth that its branch begins with. */
static void forget_base(const struct write *w)
{
	struct branch *b = &branches[w->branch];
	unsigned int i;

	for (i = w->first; i < w->first + w->count; i++) {
		u64 other = judge_content(!w->node, i);

		if (b->base[i] == w->content)
			b->base[i] = other == NO_BLOCK ? NOT_SEEN : other;
	}
}

/* With the old one goes what nobody else had. */
void model_new_disk(int node, int volume)
{
	unsigned int i;

	for (i = 0; i < write_count && branch_of[node] != NO_BRANCH; i++)
		if (writes[i].branch == branch_of[node] && judge_volume_of(&writes[i]) == volume &&
		    writes[i].node == node && writes[i].alone) {
			writes[i].ok = false;
			forget_base(&writes[i]);
		}
	/* Nor is it a promise what only this one had flushed. */
	for (i = 0; i < write_count && branch_of[node] != NO_BRANCH; i++)
		if (writes[i].branch == branch_of[node] && judge_volume_of(&writes[i]) == volume &&
		    writes[i].safe && !is_on(!node, &writes[i], true))
			writes[i].safe = false;
	lose_lazy(node);
	broken[node] = false;
	hold_new_disk(node);
	branch_of[node] = NO_BRANCH;
	watch_new_disk(node, volume);
}

/* What was on the old one does not count any more, and is not missed. */
void model_replaced(int node)
{
	/* Whatever somebody has vouched for. */
	broken[node] = true;
	judge_lose_hold(node);
	hold_new_disk(node);
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
bool judge_settled(int node)
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
	return judge_settled(0) && judge_settled(1);
}

/* From here on what this node's disk holds is the truth of its branch. */
void judge_rebase(int node, int branch)
{
	struct branch *b = &branches[branch];
	unsigned int i;

	for (i = 0; i < MODEL_BLOCKS; i++)
		b->base[i] = judge_content(node, i) == NO_BLOCK ? NOT_SEEN : judge_content(node, i);
	if (branch != branch_of[node]) {
		memcpy(b->begin, b->base, sizeof(b->begin));
		b->parent = branch_of[node];
	}
	b->since = model_clock();
	b->from = write_count;
	branch_of[node] = branch;
	broken[node] = false;
	verify_rebased(node);
}

int judge_new_branch(void)
{
	sim_assert(branch_count < MAX_BRANCHES, "too many branches of history");
	branches[branch_count] = (struct branch) { .parent = NO_BRANCH };
	return branch_count++;
}

/* The other has come to the end of a resync from here, which is about to be heard of. */
static bool is_settling(int node)
{
	struct dyad_peer *peer = node_peer(node);

	return peer && peer->phase == DYAD_PHASE_ENDING && judge_settled(!node) &&
	       branch_of[node] != NO_BRANCH && branch_of[node] == branch_of[!node];
}

void model_promoted(int node, bool force)
{
	int branch = branch_of[node];

	if (force && !judge_settled(node) && !is_settling(node)) {
		judge_rebase(node, judge_new_branch());
		return;
	}
	if (branch == NO_BRANCH)
		sim_fail("law 3", "%c leads without a word, though nobody knows its data",
			 'A' + node);
	/* One that leans on the other's disks has none to write to. */
	if (node_leads(!node) && !node_leans(!node) && branch_of[!node] == branch &&
	    !forcing[!node])
		sim_fail("law 3", "%c leads without a word, though the other does", 'A' + node);
	judge_disk(node, branch, "law 3", "promoted without a word");
	judge_rebase(node, branch);
}

bool model_forced(void)
{
	return forced;
}

/* The newest name that its disks tell. */
static u64 name_on_disk(int node)
{
	struct dyad_super super, newest = { };
	int v;

	for (v = 0; v < node_volumes; v++) {
		disk_super(node, v, &super);
		if (!v || super.change > newest.change)
			newest = super;
	}
	return newest.lineage.now;
}

void model_promoting(int node, bool begins)
{
	promoting[node] = begins;
	name_before[node] = name_on_disk(node);
}

/* It was cut off, or failed: once its disks tell of it, it has happened. */
void model_half_promoted(int node)
{
	if (name_on_disk(node) != name_before[node])
		judge_rebase(node, judge_new_branch());
}

void model_force(int node, bool begins)
{
	forced |= begins;
	forcing[node] = begins;
}
