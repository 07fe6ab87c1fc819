/* SPDX-License-Identifier: GPL-2.0-only */
/* The operator: verbs that he has the nodes carry out. */
#ifndef SIM_OPERATOR_H
#define SIM_OPERATOR_H

#include "world.h"

void operator_start(int node);

/* What he vouches for when a node is to lead. */
enum word {
	WORD_NONE,
	WORD_FORCE,	/* what is lost then does not matter */
	WORD_FENCED,	/* the other node is off; he says so only if it is */
};

void operator_promote(int node, enum word word);
void operator_demote(int node);
void operator_connect(int node, bool discard);
void operator_disconnect(int node, bool again);
void operator_resize(int node);
void operator_verify(int node, bool repair);
void operator_verify_stop(int node);
void operator_suspend(int node, bool force);
void operator_resume(int node);
void operator_reset(void);
void operator_answer(int node, bool first);	/* about the fencing of its peer */
void operator_outdate(int node);
void operator_down(int node);		/* detached in order, then off */
void operator_reattach(int node);	/* a disk that has failed is put right */
/* Disks to one that leads without: what it lacks; all once more; or none, but out with them. */
enum gift {
	GIFT_MISSING,
	GIFT_AGAIN,
	GIFT_NONE,
};

void operator_give(int node, unsigned int blank, enum gift gift);	/* a bit for each new one */
void operator_mode(int node, enum dyad_mode mode);

/* Is this verb, which the node carried out last, done and refused? */
const char *operator_refusal(int node);

/* Does what the refusals say until both hold the same. Does no harm if they do. */
void operator_mend(void);
bool operator_is_content(void);

#endif
