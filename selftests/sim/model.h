/* SPDX-License-Identifier: GPL-2.0-only */
/* What was promised, and what may therefore be seen: the laws' judge. */
#ifndef SIM_MODEL_H
#define SIM_MODEL_H

#include "world.h"

#define MODEL_BLOCKS	34	/* blocks that the application uses */
#define MODEL_SECOND	28	/* from here on they are the second volume's */
#define MODEL_FIRST	16	/* of them are there before the volume grows */
#define MODEL_ZERO	0ull	/* what a zeroed block holds */

extern const u32 model_block[MODEL_BLOCKS];

static inline int model_volume(unsigned int block)
{
	return block >= MODEL_SECOND;
}

void model_reset(void);

/* A block's place in the table, for the first of a row of blocks. */
unsigned int model_write_begin(int node, unsigned int first, unsigned int count, bool zero,
			       bool fua, bool preflush);
u64 model_content(unsigned int write);
void model_write_end(unsigned int write, bool ok);
u64 model_clock(void);
unsigned int model_life(int node);	/* the other side's */
void model_flush_end(int node, int volume, u64 begun, unsigned int life, bool ok);
void model_read_end(int node, unsigned int block, u64 begun, u64 value);

u32 model_size(int node, int volume);	/* in blocks */
void model_disk_failed(int node);
void model_vouched(int node);
void model_lost_cache(int node);
void model_new_disk(int node, int volume);
void model_replaced(int node);		/* a disk that has failed, while it leads */
void model_word(int node, bool given);	/* the operator gives this side's changes up */
void model_force(int node, bool begins);	/* somebody is about to lead on a word */
bool model_forced(void);		/* somebody led on a word since both were equal */
void model_promoting(int node, bool begins);
void model_half_promoted(int node);
void model_promoted(int node, bool force);
void model_suspended(int node, bool both, bool force);	/* a snapshot may be taken */
void model_resumed(int node);
void model_outdated(int node);		/* by command, on its disk */
bool model_is_outdated(int node);	/* and nothing has changed that since */
void model_watch(void);			/* after every event */
bool model_is_dirty(int node);		/* it says that something may differ */
bool model_is_settled(void);		/* both say that they hold the same */
void model_past(const char *when);	/* what is at a secondary was there once */
void model_same(const char *when, bool last);	/* both disks hold the same */

#endif
