/* SPDX-License-Identifier: GPL-2.0-only */
/* Generations: which content a replica holds, and who has to copy to whom. */
#ifndef DYAD_CORE_LINEAGE_H
#define DYAD_CORE_LINEAGE_H

#include <linux/types.h>

#define DYAD_HISTORY 8

/**
 * struct dyad_lineage - the names of the contents a replica has held
 * @now: the content from here on; 0 if it was never named
 * @base: the content that the dirty map counts from, that is, what the peer
 *	held when this side went on alone; 0 while nobody is behind
 * @history: earlier contents, newest first, 0 where unused
 */
struct dyad_lineage {
	u64 now;
	u64 base;
	u64 history[DYAD_HISTORY];
};

/**
 * enum dyad_verdict - what the comparison of two lineages says
 *
 * @DYAD_VERDICT_BLANK: neither content has a name
 * @DYAD_VERDICT_EQUAL: the same generation; what is dirty on either side
 *	differs
 * @DYAD_VERDICT_SEND_DIRTY: the peer is behind by what is dirty
 * @DYAD_VERDICT_SEND_ALL: the peer is behind by an unknown amount
 * @DYAD_VERDICT_RECEIVE_DIRTY: this side is behind by what is dirty
 * @DYAD_VERDICT_RECEIVE_ALL: this side is behind by an unknown amount
 * @DYAD_VERDICT_SPLIT_DIRTY: both went on alone from the same generation
 * @DYAD_VERDICT_SPLIT_ALL: both went on alone from some common ancestor
 * @DYAD_VERDICT_UNRELATED: no generation in common
 */
enum dyad_verdict {
	DYAD_VERDICT_BLANK,
	DYAD_VERDICT_EQUAL,
	DYAD_VERDICT_SEND_DIRTY,
	DYAD_VERDICT_SEND_ALL,
	DYAD_VERDICT_RECEIVE_DIRTY,
	DYAD_VERDICT_RECEIVE_ALL,
	DYAD_VERDICT_SPLIT_DIRTY,
	DYAD_VERDICT_SPLIT_ALL,
	DYAD_VERDICT_UNRELATED,
};

/**
 * dyad_lineage_compare() - who is behind whom
 * @mine: this side's lineage
 * @peer: the other side's lineage
 *
 * Mirrored arguments give the mirrored verdict. A dirty map is trusted only if
 * the other side's current generation is the map's base (rule H19).
 *
 * Return: the verdict, seen from @mine.
 */
enum dyad_verdict dyad_lineage_compare(const struct dyad_lineage *mine,
				       const struct dyad_lineage *peer);

/**
 * dyad_lineage_diverge() - go on without the peer
 * @l: lineage to change
 * @name: new generation, random, not 0
 *
 * The first time, the current generation becomes the base: it is what the
 * peer still holds. Later ones leave the base and go to the history.
 */
void dyad_lineage_diverge(struct dyad_lineage *l, u64 name);

/**
 * dyad_lineage_before() - undo dyad_lineage_diverge(), the first one since both agreed
 * @l: lineage to change, with a base
 */
void dyad_lineage_before(struct dyad_lineage *l);

/**
 * enum dyad_lack - what a disk lacks that is given to a node without one
 * @DYAD_LACK_SOME: what was changed since it was there last, if it is the one that was
 * @DYAD_LACK_ALL: everything
 * @DYAD_LACK_OTHER: it holds what nobody else does
 */
enum dyad_lack {
	DYAD_LACK_SOME,
	DYAD_LACK_ALL,
	DYAD_LACK_OTHER,
};

/**
 * dyad_lineage_lack() - what does a disk lack?
 * @disk: its lineage
 * @l: the node's, who goes on without a disk
 *
 * Return: what.
 */
enum dyad_lack dyad_lineage_lack(const struct dyad_lineage *disk,
				 const struct dyad_lineage *l);

/**
 * dyad_lineage_adopt() - hold what the peer holds, after a resync from it
 * @l: lineage to change
 * @from: the source's lineage
 */
void dyad_lineage_adopt(struct dyad_lineage *l, const struct dyad_lineage *from);

/**
 * dyad_lineage_settle() - the peer has caught up with this side
 * @l: lineage to change
 */
void dyad_lineage_settle(struct dyad_lineage *l);

#endif
