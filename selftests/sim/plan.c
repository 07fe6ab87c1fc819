// SPDX-License-Identifier: GPL-2.0-only
/* Schedules: made from a seed, and told. */
#include "schedule.h"

#include <stdio.h>

#include "app.h"
#include "model.h"
#include "operator.h"

/* --- making one --- */

static u64 rng;

static u32 draw(u32 below)
{
	rng ^= rng << 13;
	rng ^= rng >> 7;
	rng ^= rng << 17;
	return (u32)(rng >> 33) % below;
}

static void add(struct schedule *s, u8 op, u8 a, u8 b, u8 c, u8 d, u16 gap)
{
	if (s->steps < MAX_STEPS)
		s->step[s->steps++] = (struct step) { op, a, b, c, d, gap };
}

static u32 any_block(const struct schedule *s)
{
	if (s->volumes > 1 && draw(2))
		return MODEL_SECOND + draw(MODEL_BLOCKS - MODEL_SECOND);
	return draw(s->grow ? MODEL_SECOND : MODEL_FIRST);
}

static void add_ios(struct schedule *s)
{
	static const u8 ops[] = { APP_WRITE, APP_WRITE, APP_WRITE, APP_WRITE, APP_FUA,
				  APP_BARRIER, APP_PREFLUSH, APP_FLUSH, APP_FLUSH, APP_READ,
				  APP_ZERO, APP_DISCARD };
	u32 n = 1 + draw(6), who = draw(2), row = any_block(s);

	while (n--)
		add(s, STEP_IO, who, ops[draw(sizeof(ops))],
		    draw(2) ? row : any_block(s), 1 + draw(4),
		    draw(3) ? draw(6) : draw(60));
}

/* How often each step, in a schedule of this kind. */
static const u8 odds[][STEP_OPS] = {
	/* IO PRO DEM LEAD CON DIS CUT HEAL CRA BOTH STA DOWN REP ERR ROT 2PRO PEEK WAIT BIAS SUS RES FEN OFF OUT */
	{ 40,  6,  2,  6,  3,  3, 12, 12, 10,  3, 16,  3,  1,  2,  1,  1,  4,  8,  6,  2,  2,  4,  6,  1, [STEP_MODE] = 2 },
	{ 40,  3,  1,  4,  1,  1, 16, 20,  2,  0,  4,  0,  0,  0,  0,  1,  8, 12,  6,  6,  6,  8,  2,  2, [STEP_MODE] = 6 },
	{ 40,  4,  1,  6,  1,  0,  2,  4, 20,  6, 24,  2,  1,  0,  6,  0,  1, 12,  6,  1,  1,  6, 10,  1, [STEP_MODE] = 2 },
	{ 40, 12,  6,  8,  8,  6, 10, 10,  6,  2, 10,  3,  1,  0,  0,  6,  6,  8,  6,  1,  1,  4,  6,  4, [STEP_MODE] = 8 },
	{ 40,  4,  1,  8,  2,  2,  4,  6,  4,  1,  8,  2,  2, 10,  1,  0,  2, 10,  6,  1,  1,  2,  2,  1, [STEP_MODE] = 2 },
};

static void add_step(struct schedule *s, const u8 *row)
{
	static const u8 words[] = { WORD_NONE, WORD_NONE, WORD_NONE, WORD_NONE, WORD_FORCE,
				    WORD_FENCED };
	u32 total = 0, r, op, n, at = draw(MODEL_FIRST);
	u16 gap = draw(3) ? draw(40) : draw(400);

	for (op = 0; op < STEP_OPS; op++)
		total += row[op];
	r = draw(total);
	for (op = 0; r >= row[op]; op++)
		r -= row[op];
	switch (op) {
	case STEP_IO:
		add_ios(s);
		break;
	case STEP_PROMOTE:
		add(s, op, draw(2), words[draw(sizeof(words))], 0, 0, gap);
		break;
	case STEP_CUT:
		add(s, op, draw(3), 0, 0, 0, gap);
		/* Who still reads what the other side overwrites now? */
		for (n = draw(3) ? 0 : 6; n; n--) {
			add(s, STEP_IO, draw(2), APP_WRITE, at, 1, draw(12));
			add(s, STEP_PEEK, draw(2), 0, at, 0, draw(12));
		}
		break;
	case STEP_CONNECT:
		add(s, op, draw(2), !draw(4), 0, 0, gap);
		break;
	case STEP_MODE:
		add(s, op, draw(2), draw(MODES), 0, 0, gap);
		break;
	default:
		add(s, op, draw(2), draw(2), draw(16), 0, gap);
		break;
	}
}

/* What goes wrong comes at any moment of it. */
static void add_fault(struct schedule *s, u16 gap)
{
	u32 who = draw(2);

	switch (draw(9)) {
	case 0:
	case 1:
		add(s, STEP_CUT, draw(3), 0, 0, 0, gap);
		break;
	case 2:
	case 3:
		add(s, STEP_CRASH, who, draw(2), 0, 0, gap);
		if (draw(2))
			add(s, STEP_START, who, 0, 0, 0, draw(100));
		break;
	case 4:
		add(s, STEP_BOTH_CRASH, 0, draw(2), 0, 0, gap);
		break;
	case 5:
		add(s, STEP_DISCONNECT, who, gap % 3 == 0, 0, 0, gap);
		break;
	case 6:
		add(s, STEP_LEAD, who, 0, 0, 0, gap);
		break;
	default:
		break;
	}
}

/* Whoever leads without a disk is given one; what goes wrong while it is filled? */
static void add_give(struct schedule *s)
{
	u32 n, blank = draw(2) ? 0 : draw(4);

	for (n = 0; n < NODES; n++)
		add(s, STEP_GIVE, n, blank, 0, 0, n ? 0 : draw(200));
	if (draw(2))
		add_ios(s);
	if (!draw(3))
		add(s, STEP_DISK_ERROR, draw(NODES), 0, draw(16), 0,
		    draw(2) ? draw(60) : draw(400));
	if (draw(2))
		add_ios(s);
	if (!draw(2))
		add_fault(s, draw(2) ? draw(60) : draw(400));
}

/* It has all, and is about to count; or is it? */
static void add_brink(struct schedule *s)
{
	u32 n;

	add(s, STEP_BRINK, 0, 0, 0, 0, 0);
	switch (draw(3)) {
	case 0:
		add(s, STEP_DISK_ERROR, NODES, 0, draw(16), 0, draw(20));
		break;
	case 1:
		for (n = 0; n < NODES; n++)
			add(s, STEP_GIVE, n, draw(4), 1 + draw(2), 0, n ? 0 : draw(20));
		break;
	default:
		break;
	}
	add_ios(s);
	add_fault(s, draw(2) ? draw(10) : draw(100));
}

/* What it was given hangs as well; it may be let go when it has given back what it had. */
static void add_hung_refill(struct schedule *s)
{
	u32 n, blank = draw(2) ? 0 : draw(4);

	add(s, STEP_HANG, NODES, 0, draw(16), 0, draw(60));
	add_ios(s);
	if (draw(4))
		add(s, STEP_OUTLAST, 0, 0, 0, 0, draw(60));
	for (n = 0; n < NODES; n++)
		add(s, STEP_GIVE, n, blank, GIFT_AGAIN, 0, 0);
	if (draw(2))
		add_ios(s);
	for (n = 0; n < NODES; n++)
		add(s, STEP_ANSWER, n, 0, 0, 0, n ? 0 : draw(100));
	for (n = 0; n < NODES; n++)
		add(s, STEP_GIVE, n, blank, 0, 0, n ? 0 : draw(60));
}

/*
 * A pair in step, whoever leads loses a disk and is soon given one, and gets all that it
 * lacks before anything else happens: that is what it goes on with.
 */
static void add_refill(struct schedule *s)
{
	u32 n, blank = draw(2) ? 0 : draw(4);

	add(s, STEP_HEAL, 0, 0, 0, 0, 0);
	for (n = 0; n < NODES; n++)
		add(s, STEP_START, n, 0, 0, 0, 0);
	add(s, STEP_WAIT, 0, 0, 0, 0, 0);
	add(s, STEP_PROMOTE, draw(NODES), WORD_NONE, 0, 0, 0);
	add(s, STEP_WAIT, 0, 0, 0, 0, 0);
	add(s, STEP_DISK_ERROR, NODES, 0, draw(16), 0, 0);
	add_ios(s);
	add(s, STEP_IO, 0, APP_FUA, any_block(s), 1 + draw(4), draw(6));
	add(s, STEP_WAIT, 0, 0, 0, 0, 0);
	if (draw(2))
		add_ios(s);
	for (n = 0; n < NODES; n++)
		add(s, STEP_GIVE, n, blank, 0, 0, 0);
	for (n = draw(4); n; n--)
		add_ios(s);
	if (s->hang && draw(2))
		add_hung_refill(s);
	else if (draw(2))
		add_brink(s);
	else if (!draw(3))
		add(s, STEP_DISK_ERROR, NODES, 0, draw(16), 0, draw(400));
	if (draw(4))
		add(s, STEP_WAIT, 0, 0, 0, 0, 0);
	if (draw(2))
		add_ios(s);
	if (draw(4))
		add_fault(s, draw(2) ? draw(60) : draw(400));
}

/* The primary's disk fails, and it goes on by the other's: until when? */
static void add_lean(struct schedule *s)
{
	u32 n, who = draw(NODES);

	add(s, STEP_DISK_ERROR, who, 0, draw(16), 0, draw(100));
	for (n = 1 + draw(4); n; n--) {
		add_ios(s);
		if (!draw(3))
			add_fault(s, draw(2) ? draw(10) : draw(100));
		if (!draw(3))
			add(s, STEP_HEAL, 0, 0, 0, 0, draw(200));
		if (draw(2))
			add_give(s);
	}
}

/* A disk does not answer, for a while or for longer than it may. */
static void add_hang(struct schedule *s)
{
	u32 n, who = draw(NODES);

	add(s, STEP_HANG, who, 0, draw(16), 0, draw(100));
	for (n = 1 + draw(3); n; n--) {
		add_ios(s);
		if (!draw(6))
			add_fault(s, draw(2) ? draw(10) : draw(100));
		if (draw(2))
			add(s, STEP_OUTLAST, 0, 0, 0, 0, draw(100));
	}
	if (draw(4))
		add(s, STEP_ANSWER, who, 0, 0, 0, draw(200));
}

static void add_grow(struct schedule *s)
{
	u32 who = draw(NODES);

	add(s, STEP_ENLARGE, draw(8) ? NODES : draw(NODES), 0, draw(8) ? draw(3) : 3, 0,
	    draw(100));
	if (draw(2))
		add_ios(s);
	if (!draw(6)) {
		add(s, STEP_DEMOTE, who, 0, 0, 0, draw(100));
		add(s, STEP_DEMOTE, !who, 0, 0, 0, draw(100));
		add(s, STEP_WAIT, 0, 0, 0, 0, 0);
		add(s, STEP_RESIZE, who, 0, 0, 0, draw(6));
		add(s, STEP_PROMOTE, draw(2) ? who : !who, 0, 0, 0, draw(100));
	}
	add(s, STEP_RESIZE, who, 0, draw(8), 0, draw(4) ? draw(6) : draw(200));
	if (draw(2))
		add_ios(s);
	add_fault(s, draw(300));
}

static void add_verify(struct schedule *s)
{
	u32 who = draw(NODES), at = draw(MODEL_FIRST), other = draw(MODEL_FIRST), n;

	for (n = draw(3); n; n--)
		add(s, STEP_ALTER, draw(NODES), !!draw(3), n == 1 ? at : other, 0, draw(60));
	if (!draw(8)) {
		add(s, STEP_DEMOTE, who, 0, 0, 0, draw(100));
		add(s, STEP_DEMOTE, !who, 0, 0, 0, draw(100));
		add(s, STEP_WAIT, 0, 0, 0, 0, 0);
		add(s, STEP_VERIFY, !who, draw(2), 0, 0, draw(60));
	}
	add(s, STEP_VERIFY, who, !!draw(4), draw(8), 0, draw(100));
	/* Who is faster, the application or the repair? */
	for (n = draw(8); n; n--)
		add(s, STEP_IO, who, draw(4) ? APP_WRITE : APP_FUA, draw(4) ? at : other,
		    1 + draw(2), draw(60));
	if (!draw(6))
		add(s, STEP_VERIFY_STOP, who, 0, draw(8), 0, draw(200));
	add_fault(s, draw(300));
}

/* A block cannot be read: what is read there, and what is written meanwhile. */
static void add_spoil(struct schedule *s)
{
	u32 who = draw(NODES), at = draw(MODEL_FIRST), n;
	u16 gap = draw(100);

	/* The other disk may lose what was written there, while that is read. */
	if (!draw(3)) {
		add(s, STEP_IO, !who, APP_WRITE, at, 1, gap);
		add(s, STEP_DISK_ERROR, !who, 0, 2, 0, 20 + draw(40));
		add(s, STEP_IO, !who, APP_FLUSH, at, 1, 0);
		gap = 0;
	}
	add(s, STEP_SPOIL, who, 0, at, 0, gap);
	for (n = draw(8); n; n--)
		add(s, STEP_IO, who, draw(2) ? APP_READ : draw(4) ? APP_WRITE : APP_FLUSH,
		    at, 1, draw(3) ? draw(4) : draw(40));
}

/* What was received by the other side, and is read there at once. */
static void add_peek(struct schedule *s)
{
	u32 who = draw(NODES), at = draw(MODEL_FIRST), n;

	add(s, STEP_IO, who, APP_WRITE, at, 1, draw(60));
	for (n = 1 + draw(3); n; n--)
		add(s, STEP_PEEK, !who, 0, at, 0, draw(10));
}

/* The same blocks over and over, across the ends of epochs. */
static void add_over(struct schedule *s)
{
	u32 who = draw(NODES), at = any_block(s), n;

	for (n = 3 + draw(6); n; n--)
		add(s, STEP_IO, who,
		    draw(3) ? APP_WRITE : draw(2) ? APP_FUA : APP_FLUSH, at,
		    1 + draw(2), draw(8));
}

/* The peer dies, and is there again before anybody has noticed, while writes go on. */
static void add_return(struct schedule *s)
{
	u32 who = draw(NODES), n;

	add(s, STEP_LEAD, who, 0, 0, 0, draw(100));
	add(s, STEP_CUT, NODES, 0, 0, 0, draw(300));
	add(s, STEP_CRASH, !who, draw(2), 0, 0, draw(6));
	add(s, STEP_HEAL, 0, 0, 0, 0, 0);
	add(s, STEP_START, !who, 0, 0, 0, draw(6));
	for (n = 4 + draw(8); n; n--)
		add(s, STEP_IO, who, draw(4) ? APP_WRITE : APP_FUA, any_block(s), 1 + draw(3),
		    draw(16));
}

/* Both lead for a while, and one of them or neither when they meet again. */
static void add_split(struct schedule *s)
{
	u32 who = draw(NODES), n;

	add(s, STEP_LEAD, who, 0, 0, 0, draw(100));
	add(s, STEP_CUT, NODES, 0, 0, 0, draw(300));
	for (n = draw(4); n; n--)
		add(s, STEP_IO, who, draw(4) ? APP_WRITE : APP_FUA, any_block(s), 1 + draw(3),
		    draw(30));
	if (draw(2))
		add(s, STEP_WAIT, 0, 0, 0, 0, draw(60));
	add(s, STEP_PROMOTE, !who, WORD_FORCE, 0, 0, draw(300));
	for (n = draw(4); n; n--)
		add(s, STEP_IO, !who, draw(4) ? APP_WRITE : APP_FUA, any_block(s), 1 + draw(3),
		    draw(60));
	for (n = 0; n < NODES; n++)
		if (draw(4))
			add(s, STEP_DEMOTE, n, 0, 0, 0, draw(100));
	add_fault(s, draw(100));
	add(s, STEP_HEAL, 0, 0, 0, 0, draw(200));
}

static void draw_policies(struct schedule *s)
{
	if (draw(6))
		return;
	s->policy[0] = 1 + draw(3);
	s->policy[1] = draw(4) ? s->policy[0] : draw(4);
	s->yields[0] = draw(2);
	s->yields[1] = draw(4) ? s->yields[0] : draw(2);
}

void schedule_make(struct schedule *s, u64 seed)
{
	u32 n, kind;

	rng = seed * 0x9e3779b97f4a7c15ull ^ 0x2545f4914f6cdd1dull;
	draw(2);
	memset(s, 0, sizeof(*s));
	s->seed = seed;
	s->blank = !draw(16);
	s->external = draw(2);
	s->fencing = draw(2);
	s->grow = !draw(5);
	s->volumes = draw(5) ? 1 : 2;
	draw_policies(s);
	s->pass_on = !draw(4);
	s->patient = draw(2);
	s->verify = !draw(5);
	s->spoil = !draw(4);
	s->mode = draw(MODES);
	s->lean = !draw(4);
	s->hang = !draw(5);
	s->recovery = draw(3) ? 0 : 60;
	s->preempt = draw(2) ? 0 : 2 + draw(30);
	s->track = draw(2);
	kind = draw(ARRAY_SIZE(odds));
	for (n = 4 + draw(24); n; n--) {
		add_step(s, odds[kind]);
		if (s->grow && !draw(6))
			add_grow(s);
		if (s->verify && !draw(5))
			add_verify(s);
		if (s->spoil && !draw(5))
			add_spoil(s);
		if (s->mode == DYAD_MODE_MEMSYNC && !draw(6))
			add_peek(s);
		if (s->mode == DYAD_MODE_ASYNC && !draw(4))
			add_over(s);
		if (s->mode == DYAD_MODE_ASYNC && !draw(6))
			add_return(s);
		if (s->policy[0] && !draw(8))
			add_split(s);
		if (s->lean && !draw(6))
			add_lean(s);
		if (s->lean && !draw(7))
			add_refill(s);
		if (s->hang && !draw(6))
			add_hang(s);
	}
}

/* --- telling --- */

static const char *const op_names[] = {
	"io", "promote", "demote", "lead", "connect", "disconnect", "cut", "heal", "crash",
	"both-crash", "start", "down", "replace", "disk-error", "damage", "both-promote", "peek",
	"wait", "bias", "suspend", "resume",
	"answer-fencing", "promote --fenced", "outdate", "enlarge", "resize", "alter", "verify", "verify-stop",
	"bad-block", "mode", "hang", "answer", "outlast", "give", "brink",
};

static const char *const mode_names[MODES] = { "sync", "memsync", "async" };

void schedule_print_step(const struct step *s)
{
	static const char *const ios[] = { "write", "write-fua", "write-preflush",
					   "write-barrier", "flush", "read", "zero", "discard" };

	printf("# after %u events: ", s->gap);
	if (s->op == STEP_IO)
		printf("%s block %u+%u of %d", ios[s->b], model_block[s->c], s->d,
		       model_volume(s->c));
	else if (s->op == STEP_CUT)
		printf("cut: %s", s->a == 0 ? "A hears nothing" : s->a == 1 ? "B hears nothing" :
		       "both ways");
	else if (s->op == STEP_ENLARGE && s->a == NODES)
		printf("enlarge both");
	else if ((s->op == STEP_DISK_ERROR || s->op == STEP_HANG) && s->a == NODES)
		printf("%s of the primary", op_names[s->op]);
	else if (s->op == STEP_MODE)
		printf("mode %s", mode_names[s->b]);
	else
		printf("%s %c%s", op_names[s->op], 'A' + s->a,
		       s->op == STEP_PROMOTE && s->b == WORD_FORCE ? " --force" :
		       s->op == STEP_PROMOTE && s->b == WORD_FENCED ? " --fenced" :
		       s->op == STEP_CONNECT && s->b ? " --discard" :
		       s->op == STEP_VERIFY && s->b ? " --repair" :
		       (s->op == STEP_CRASH || s->op == STEP_BOTH_CRASH) && s->b ? ", power lost" :
		       "");
	printf("\n");
}

void schedule_print(const struct schedule *s)
{
	unsigned int i;

	printf("# %s%s%s%s%s, mode %s, %u volumes, metadata %s, policies %u and %u%s%s, recovery %u, preemption %u\n",
	       s->blank ? "two new nodes" : "a pair in step, A leads",
	       s->fencing ? ", fencing" : "", s->pass_on ? ", errors passed on" : "",
	       s->patient ? ", waits for data" : "", s->track ? ", tracks" : "", mode_names[s->mode], s->volumes,
	       s->external ? "external" : "internal", s->policy[0], s->policy[1],
	       s->yields[0] ? ", A yields" : "", s->yields[1] ? ", B yields" : "", s->recovery, s->preempt);
	for (i = 0; i < s->steps; i++)
		schedule_print_step(&s->step[i]);
}
