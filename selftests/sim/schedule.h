/* SPDX-License-Identifier: GPL-2.0-only */
/* A schedule: what happens to the nodes from outside, step by step. */
#ifndef SIM_SCHEDULE_H
#define SIM_SCHEDULE_H

#include "world.h"

#define MAX_STEPS 160
#define MODES (DYAD_MODE_ASYNC + 1)

enum step_op {
	STEP_IO,		/* a: which leader, b: op, c: block, d: count */
	STEP_PROMOTE,		/* a: node, b: enum word */
	STEP_DEMOTE,
	STEP_LEAD,		/* the other is demoted first */
	STEP_CONNECT,		/* b: discard */
	STEP_DISCONNECT,
	STEP_CUT,		/* a: node that hears nothing, or 2: both */
	STEP_HEAL,
	STEP_CRASH,		/* b: the power goes */
	STEP_BOTH_CRASH,	/* b: the power goes */
	STEP_START,
	STEP_DOWN,
	STEP_REPLACE,		/* c: which disk is new, or all */
	STEP_DISK_ERROR,	/* a: node, or 2: whoever leads, c: of which kind */
	STEP_ROT,		/* b: metadata of a node that is down are damaged */
	STEP_BOTH_PROMOTE,	/* at the same time */
	STEP_PEEK,		/* c: block, read where nobody leads */
	STEP_WAIT,		/* until nothing happens any more */
	STEP_BIAS,		/* something is slow from here on */
	STEP_SUSPEND,		/* whoever leads; b: force */
	STEP_RESUME,
	STEP_FENCE,		/* whoever waits for it is answered truthfully; b: first try */
	STEP_FENCED,		/* a: node, promoted on the word that the other is off */
	STEP_OUTDATE,		/* a: node */
	STEP_ENLARGE,		/* a: whose disk, or 2: both, c: by how much */
	STEP_RESIZE,		/* c: 0 where nobody leads */
	STEP_ALTER,		/* c: block, of a disk that does not lead */
	STEP_VERIFY,		/* b: repair, c: 0 where nobody leads */
	STEP_VERIFY_STOP,
	STEP_SPOIL,		/* c: block, cannot be read before it is written */
	STEP_MODE,		/* b: which; at whoever leads, or at a */
	STEP_HANG,		/* a: node, or 2: whoever leads, c: which of its disks */
	STEP_ANSWER,		/* a: node, whose disks do again */
	STEP_OUTLAST,		/* for longer than anything may take */
	STEP_GIVE,		/* a: node that leads without a disk, b: which are new, c: enum gift */
	STEP_BRINK,		/* until a node that was given disks says that they have all */
	STEP_OPS,
};

struct step {
	u8 op, a, b, c, d;
	u16 gap;		/* events before it */
};

struct schedule {
	u64 seed;		/* of the order of events */
	bool blank;		/* begins with two new disks, else with a pair in step */
	bool external;		/* metadata on another device */
	bool grow;		/* the first volume grows */
	u8 volumes;
	u8 policy[NODES];	/* who gives up his changes after a split */
	bool yields[NODES];	/* does he to a primary? */
	bool verify;		/* blocks change by themselves, and that is looked for */
	bool spoil;		/* blocks cannot be read */
	bool fencing;		/* required on both */
	u8 mode;		/* that it begins with */
	bool pass_on;		/* errors of disks, to the application */
	bool track;		/* a full backlog holds nobody up */
	bool patient;		/* without any disk, I/O waits */
	bool lean;		/* disks of the primary fail often */
	bool hang;		/* disks do not answer, and that has a limit */
	u32 recovery;
	u32 preempt;
	unsigned int steps;
	struct step step[MAX_STEPS];
};

void schedule_make(struct schedule *s, u64 seed);
void schedule_print(const struct schedule *s);
void schedule_print_step(const struct step *s);

/* Carries it out; sim_fail() is called if a law is broken. */
void schedule_run(const struct schedule *s);

#endif
