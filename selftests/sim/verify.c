// SPDX-License-Identifier: GPL-2.0-only
/*
 * Silent differences: blocks that change on a disk by themselves. Two sides may
 * differ there without knowing, until a verify has found it; a verify finds all that
 * were there when it began and still are when it ends, and nothing else (H18).
 */
#include "verify.h"

#include "disk.h"
#include "model.h"
#include "node.h"

#define MAX_ROT 16
#define MAX_ALTERED 256
#define ROT_VERSION (0xa17eull << 40)

/**
 * struct rot - a block that has changed by itself
 * @block: its place
 * @value: what it holds since
 * @was: what it held before, which may be on its way to the other side
 * @other: what the other side held then
 * @open: both sides still differ
 * @adopted: what it holds was promoted to be the truth
 * @before: a verify that runs on this node began while it was open
 * @during: it was open at some time of that
 */
struct rot {
	u32 block;
	u64 value;
	u64 was;
	u64 other;
	bool open;
	bool adopted;
	bool before[NODES];
	bool during[NODES];
};

/**
 * struct altered - one that there was once
 * @block: the place, of volume 0
 * @value: what it held
 * @gone: when that was on neither side any more, in the model's time, or 0
 */
struct altered {
	u32 block;
	u64 value;
	u64 gone;
};

static struct rot rots[MAX_ROT];
static unsigned int rot_count;
static unsigned int rot_number;
static struct altered altered[MAX_ALTERED];	/* each that ever was */
static unsigned int altered_count;
static const void *running[NODES];

/* The first blocks may have been read before anybody can see the verify. */
static bool has_begun(int node)
{
	struct dyad_volume *volume = node_volume(node, 0);

	return running[node] ||
	       (volume && volume->progress.role == DYAD_SYNC_ROLE_VERIFY);
}

void verify_reset(void)
{
	rot_count = 0;
	rot_number = 0;
	altered_count = 0;
	memset(running, 0, sizeof(running));
}

void verify_alter(int node, u32 block)
{
	u64 value, was = disk_read(node, 0, block);
	unsigned int i;

	for (i = 0; i < rot_count; i++)
		if (rots[i].block == block)
			return;
	if (rot_count == MAX_ROT)
		return;
	sim_assert(altered_count < MAX_ALTERED, "too many blocks change by themselves");
	value = one_in(2) ? was ^ 1ull << (60 + sim_random(2)) : ROT_VERSION + ++rot_number;
	altered[altered_count++] = (struct altered) { .block = block, .value = value };
	disk_alter(node, block, value);
	rots[rot_count++] = (struct rot) {
		.block = block,
		.value = value,
		.was = was,
		.other = disk_read(!node, 0, block),
		.open = true,
		.during = { has_begun(0), has_begun(1) },
	};
	if (verbose)
		trace("%c block %u changes by itself, from %llu to %llu", 'A' + node, block, was,
		      value);
}

bool verify_was_altered(u32 block)
{
	unsigned int i;

	for (i = 0; i < altered_count; i++)
		if (altered[i].block == block)
			return true;
	return false;
}

void verify_rebased(int node)
{
	unsigned int i;

	for (i = 0; i < rot_count; i++)
		rots[i].adopted |= disk_read(node, 0, rots[i].block) == rots[i].value;
}

bool verify_excuses(u32 block, u64 value)
{
	unsigned int i;

	for (i = 0; i < rot_count; i++)
		if (rots[i].block == block)
			return value == rots[i].value ||
			       (rots[i].adopted &&
				(value == rots[i].other || value == rots[i].was));
	return false;
}

bool verify_was_there(u32 block, u64 value, u64 begun)
{
	unsigned int i;

	for (i = 0; i < altered_count; i++)
		if (altered[i].block == block && altered[i].value == value &&
		    begun < altered[i].gone)
			return true;
	return false;
}

bool verify_is_silent(u32 block)
{
	unsigned int i;

	for (i = 0; i < rot_count; i++)
		if (rots[i].block == block)
			return rots[i].open;
	return false;
}

/*
 * Written over, it may still come back when a cache is lost. Copied to the other
 * side, by one who was to be copied from, it is the truth; and if it was that, what
 * the other side held may become so again.
 */
static bool is_gone(struct rot *rot)
{
	struct sim_disk *here = data_disk(0, 0), *there = data_disk(1, 0);
	u64 a = here->now[rot->block], b = there->now[rot->block];

	if (a == b)
		rot->open = false;
	/* What made them equal was in a cache, and went with it. */
	else if ((a == rot->value && (b == rot->was || b == rot->other)) ||
		 (b == rot->value && (a == rot->was || a == rot->other)))
		rot->open = true;
	return a == b && !verify_excuses(rot->block, a) && here->safe[rot->block] == a &&
	       there->safe[rot->block] == a;
}

static void note_gone(const struct rot *rot)
{
	unsigned int i;

	for (i = 0; i < altered_count; i++)
		if (altered[i].block == rot->block && altered[i].value == rot->value)
			altered[i].gone = model_clock();
}

static void refresh(void)
{
	unsigned int i;

	for (i = 0; i < rot_count; i++)
		/* Known to a verify under way, it is kept. */
		if (is_gone(&rots[i]) && !running[0] && !running[1]) {
			note_gone(&rots[i]);
			rots[i--] = rots[--rot_count];
		}
}

bool verify_is_clean(void)
{
	unsigned int i;

	for (i = 0; i < rot_count; i++)
		if (rots[i].open)
			return false;
	return true;
}

static bool is_listed(const struct dyad_differ *d, u32 block)
{
	u64 start = block * 4096ull;
	unsigned int i;

	for (i = 0; i < d->count; i++)
		if (start - d->extent[i].start < d->extent[i].length)
			return true;
	return false;
}

static void check_alarms(int node, const struct dyad_differ *d)
{
	unsigned int i, k;
	u64 at;

	for (i = 0; i < d->count; i++)
		for (at = d->extent[i].start; at < d->extent[i].start + d->extent[i].length;
		     at += 4096) {
			for (k = 0; k < rot_count; k++)
				if (rots[k].during[node] && rots[k].block == at / 4096)
					break;
			if (k == rot_count)
				sim_fail("H18", "a verify at %c finds that block %llu differs, which it never did",
					 'A' + node, at / 4096);
		}
}

static void ended(int node, bool sound)
{
	struct dyad_volume *volume = node_volume(node, 0);
	unsigned int i;

	if (!volume || !sound)
		return;
	check_alarms(node, &volume->progress.differ);
	if (atomic64_read(&volume->progress.done) != volume->progress.total)
		return;
	for (i = 0; i < rot_count; i++)
		if (rots[i].before[node] && rots[i].open &&
		    !is_listed(&volume->progress.differ, rots[i].block))
			sim_fail("law 4", "a verify at %c does not find that block %u differs",
				 'A' + node, rots[i].block);
}

static void watch(int node, bool sound)
{
	struct dyad_peer *peer = node_peer(node);
	const void *verify = peer ? peer->verify : NULL;
	unsigned int i;

	if (verify == running[node])
		return;
	if (running[node] && peer)
		ended(node, sound);
	running[node] = verify;
	for (i = 0; i < rot_count; i++) {
		rots[i].before[node] = verify && rots[i].open && !rots[i].during[node];
		rots[i].during[node] = verify && rots[i].open;
	}
}

void verify_watch(bool sound)
{
	refresh();
	watch(0, sound);
	watch(1, sound);
}
