/* SPDX-License-Identifier: GPL-2.0-only */
/* What model.c, which knows what was promised, and past.c, watch.c and hold.c share. */
#ifndef SIM_JUDGE_H
#define SIM_JUDGE_H

#include "model.h"

#define MAX_WRITES	512
#define MAX_BRANCHES	64
#define NO_BRANCH	(-1)
#define UNDER_WAY	(~0ull)
#define NOT_SEEN	(~0ull)		/* of what is new, until somebody has seen it */
#define NO_LIFE		(~0u)
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
 * @stored: for the other node, which gets it later
 * @alone: the other node has not got it
 * @lazy: in async: only this side has to keep it
 * @life: of the other node, when it was begun
 * @own_life: of its own
 * @failures: of its own disk, then
 * @waived: the operator vouched for a disk that may have lost it meanwhile
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
	bool stored;
	bool alone;
	bool lazy;
	bool waived;
	u8 held;
	unsigned int life;
	unsigned int own_life;
	unsigned int failures;
};

/**
 * struct branch - a line of history
 * @base: what each block held when it began
 * @since: when that was
 * @begin: what it held when the branch began; before anybody led on it again
 * @parent: the branch that its node was on then, or NO_BRANCH
 * @from: writes before this one are of another time
 * @alone: writes acknowledged by a node that the other one lacks
 */
struct branch {
	u64 base[MODEL_BLOCKS];
	u64 begin[MODEL_BLOCKS];
	int parent;
	u64 since;
	unsigned int from;
	unsigned int alone[NODES];
};

extern struct write writes[MAX_WRITES];
extern unsigned int write_count;
extern struct branch branches[];
extern int branch_of[NODES];
extern bool word[NODES];	/* this side's changes are given up */
extern bool broken[NODES];	/* the disk has failed since it was last made good */
extern bool forced;		/* somebody led on a word since both were equal */
extern bool forcing[NODES];	/* and somebody is about to */

/* model.c */
bool judge_covers(const struct write *w, unsigned int block);
int judge_volume_of(const struct write *w);
bool judge_is_of_any_time(unsigned int block);	/* it has ever changed by itself */
bool judge_touches_any_time(const struct write *w);	/* one of its blocks has */
bool judge_held_by(int node, const struct write *w);	/* it, or what came after it */
void judge_block(int branch, unsigned int block, u64 value, u64 before, const char *law,
		 const char *where);
void judge_disk(int node, int branch, const char *law, const char *where);
u64 judge_content(int node, unsigned int block);	/* NO_BLOCK: beyond its end */
void judge_lose_hold(int node);			/* it does not count */
void judge_goes_alone(int branch, int node);	/* what its cache loses may be lost */
bool judge_settled(int node);
void judge_rebase(int node, int branch);	/* what it holds is the branch's truth */
int judge_new_branch(void);

/* past.c */
void past_reset(void);
void past_flushed(int branch, int volume, u64 begun, u64 ended);	/* a flush has ended */

/* watch.c */
void watch_reset(void);
void watch_lost_cache(int node);
void watch_new_disk(int node, int volume);

/* hold.c */
void hold_reset(void);
void hold_lost_cache(int node);
void hold_new_disk(int node);
void hold_disk_failed(int node);
bool hold_forbids_copy(int source);	/* it is suspended */
bool hold_says_incomplete(int node);
void hold_check_level(int node);

#endif
