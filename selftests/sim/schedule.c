// SPDX-License-Identifier: GPL-2.0-only
/* Schedules: made from a seed, carried out, and brought to an end in order. */
#include "schedule.h"

#include <stdio.h>

#include "app.h"
#include "disk.h"
#include "model.h"
#include "net.h"
#include "node.h"
#include "operator.h"

#define BLOCKS		2080
#define ROUND		400	/* events between two looks of the operator */
#define ROUNDS		400	/* looks before a schedule counts as stuck */
#define TRIES		20	/* promotions refused before that counts as stuck */
#define SETTLE		20000	/* events for anything else */

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

static void add_ios(struct schedule *s)
{
	static const u8 ops[] = { APP_WRITE, APP_WRITE, APP_WRITE, APP_WRITE, APP_FUA,
				  APP_BARRIER, APP_PREFLUSH, APP_FLUSH, APP_FLUSH, APP_READ,
				  APP_ZERO, APP_DISCARD };
	u32 n = 1 + draw(6), who = draw(2), row = draw(MODEL_BLOCKS);

	while (n--)
		add(s, STEP_IO, who, ops[draw(sizeof(ops))],
		    draw(2) ? row : draw(MODEL_BLOCKS), 1 + draw(4),
		    draw(3) ? draw(6) : draw(60));
}

/* How often each step, in a schedule of this kind. */
static const u8 odds[][STEP_OPS] = {
	/* IO PRO DEM LEAD CON DIS CUT HEAL CRA BOTH STA DOWN REP ERR ROT 2PRO PEEK WAIT BIAS */
	{ 40,  6,  2,  6,  3,  3, 12, 12, 10,  3, 16,  3,  1,  2,  1,  1,  4,  8,  6 },
	{ 40,  3,  1,  4,  1,  1, 16, 20,  2,  0,  4,  0,  0,  0,  0,  1,  8, 12,  6 },
	{ 40,  4,  1,  6,  1,  0,  2,  4, 20,  6, 24,  2,  1,  0,  6,  0,  1, 12,  6 },
	{ 40, 12,  6,  8,  8,  6, 10, 10,  6,  2, 10,  3,  1,  0,  0,  6,  6,  8,  6 },
	{ 40,  4,  1,  8,  2,  2,  4,  6,  4,  1,  8,  2,  2, 10,  1,  0,  2, 10,  6 },
};

static void add_step(struct schedule *s, const u8 *row)
{
	u32 total = 0, r, op, n, at = draw(MODEL_BLOCKS);
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
		add(s, op, draw(2), !draw(4), 0, 0, gap);
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
	default:
		add(s, op, draw(2), draw(2), draw(16), 0, gap);
		break;
	}
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
	s->recovery = draw(3) ? 0 : 60;
	s->preempt = draw(2) ? 0 : 2 + draw(30);
	kind = draw(ARRAY_SIZE(odds));
	for (n = 4 + draw(24); n; n--)
		add_step(s, odds[kind]);
}

/* --- telling --- */

static const char *const op_names[] = {
	"io", "promote", "demote", "lead", "connect", "disconnect", "cut", "heal", "crash",
	"both-crash", "start", "down", "replace", "disk-error", "damage", "both-promote", "peek", "wait", "bias",
};

static void step_print(const struct step *s)
{
	static const char *const ios[] = { "write", "write-fua", "write-preflush",
					   "write-barrier", "flush", "read", "zero", "discard" };

	printf("# after %u events: ", s->gap);
	if (s->op == STEP_IO)
		printf("%s block %u+%u", ios[s->b], model_block[s->c], s->d);
	else if (s->op == STEP_CUT)
		printf("cut: %s", s->a == 0 ? "A hears nothing" : s->a == 1 ? "B hears nothing" :
		       "both ways");
	else
		printf("%s %c%s", op_names[s->op], 'A' + s->a,
		       s->op == STEP_PROMOTE && s->b ? " --force" :
		       s->op == STEP_CONNECT && s->b ? " --discard" :
		       (s->op == STEP_CRASH || s->op == STEP_BOTH_CRASH) && s->b ? ", power lost" :
		       "");
	printf("\n");
}

void schedule_print(const struct schedule *s)
{
	unsigned int i;

	printf("# %s, metadata %s, recovery %u, preemption %u\n",
	       s->blank ? "two new disks" : "a pair in step, A leads",
	       s->external ? "external" : "internal", s->recovery, s->preempt);
	for (i = 0; i < s->steps; i++)
		step_print(&s->step[i]);
}

/* --- carrying it out --- */

static void bias(void)
{
	static const u8 weights[] = { 1, 8, 8, 8, 8, 8, 64 };
	int n, k;

	for (n = 0; n < NODES; n++)
		for (k = 0; k < KINDS; k++)
			world.weight[n][k] = weights[sim_random(sizeof(weights))];
}

static bool event(bool timers)
{
	bool any = sched_event(timers);

	model_watch();
	return any;
}

static void events(unsigned int n)
{
	while (n-- && event(one_in(8)))
		;
}

/* Until nothing happens, or only what repeats itself. */
static void quiet(void)
{
	unsigned int n;

	for (n = 0; n < 4000 && event(false); n++)
		;
}

static void crash(int node, bool power)
{
	node_crash(node, power);
	model_lost_cache(node);
}

static void io(const struct step *s)
{
	int node = node_leads(0) && node_leads(1) ? s->a : node_leads(1);

	if (node_leads(node) && !nodes[node].busy)
		app_submit(node, s->b, s->c, s->d);
}

static void peek(const struct step *s)
{
	if (node_peer(s->a) && !node_leads(s->a) && !nodes[s->a].busy) {
		net_answer_pings();
		app_peek(s->a, s->c, 1);
	}
}

static void replace(int node, bool external)
{
	if (nodes[node].up)
		return;
	disk_create(node, BLOCKS, external);
	model_new_disk(node);
}

static bool disk_error_given[NODES];

static void disk_error(const struct step *s)
{
	struct sim_disk *disk = s->c & 1 && meta_disk(s->a)->blocks ? meta_disk(s->a) :
								      data_disk(s->a);

	/* What fails twice may not have been able to say so the first time. */
	if (disk_error_given[s->a])
		return;
	disk_error_given[s->a] = true;
	if (s->c & 2)
		disk->fail_flushes = 1;
	else
		disk->fail_writes = 1;
}

static void lead(int node)
{
	if (node_leads(!node)) {
		operator_demote(!node);
		events(200);
	}
	operator_promote(node, false);
}

static void carry_out(const struct schedule *sched, const struct step *s)
{
	switch (s->op) {
	case STEP_IO:
		io(s);
		break;
	case STEP_PROMOTE:
		operator_promote(s->a, s->b);
		break;
	case STEP_DEMOTE:
		operator_demote(s->a);
		break;
	case STEP_LEAD:
		lead(s->a);
		break;
	case STEP_CONNECT:
		operator_connect(s->a, s->b);
		break;
	case STEP_DISCONNECT:
		operator_disconnect(s->a);
		break;
	case STEP_CUT:
		if (s->a != 1)
			net_cut(0, true);
		if (s->a != 0)
			net_cut(1, true);
		break;
	case STEP_HEAL:
		net_cut(0, false);
		net_cut(1, false);
		break;
	case STEP_CRASH:
		if (nodes[s->a].up)
			crash(s->a, s->b);
		break;
	case STEP_BOTH_CRASH:
		crash(0, s->b);
		crash(1, s->b);
		break;
	case STEP_START:
		operator_start(s->a);
		break;
	case STEP_DOWN:
		operator_down(s->a);
		break;
	case STEP_REPLACE:
		replace(s->a, sched->external);
		break;
	case STEP_DISK_ERROR:
		disk_error(s);
		break;
	case STEP_ROT:
		if (!nodes[s->a].up)
			disk_damage(s->a);
		break;
	case STEP_BOTH_PROMOTE:
		operator_promote(0, false);
		operator_promote(1, false);
		break;
	case STEP_PEEK:
		peek(s);
		break;
	case STEP_WAIT:
		quiet();
		break;
	default:
		bias();
		break;
	}
}

/* --- the end: all faults are gone, and the operator does what he is told --- */

static void heal(void)
{
	int n;

	net_cut(0, false);
	net_cut(1, false);
	for (n = 0; n < NODES; n++) {
		data_disk(n)->fail_writes = meta_disk(n)->fail_writes = 0;
		data_disk(n)->fail_flushes = meta_disk(n)->fail_flushes = 0;
	}
}

static void describe(int node, char *to, size_t size)
{
	struct dyad_peer *peer = node_peer(node);
	struct dyad_volume *volume = node_volume(node);

	snprintf(to, size, "%c %s%s link %d phase %d state %d cause %d ios %u%s%s", 'A' + node,
		 node_leads(node) ? "primary" : "secondary", nodes[node].busy ? " busy" : "",
		 peer ? peer->link : -1, peer ? peer->phase : -1,
		 volume ? volume->data_state : -1, peer ? peer->cause.reason : -1,
		 nodes[node].ios, operator_refusal(node) ? " refused: " : "",
		 operator_refusal(node) ?: "");
}

static void stuck(const char *what)
{
	char a[300], b[300];

	describe(0, a, sizeof(a));
	describe(1, b, sizeof(b));
	sim_fail("law 11", "%s: %s; %s", what, a, b);
}

static void mend(void)
{
	unsigned int n, i;

	for (n = 0; n < ROUNDS; n++) {
		for (i = 0; i < ROUND; i++) {
			if (!event(true))
				break;
			if (operator_is_content() && sched_idle())
				break;
		}
		if (operator_is_content() && !nodes[0].busy && !nodes[1].busy &&
		    !nodes[0].ios && !nodes[1].ios && sched_idle())
			return;
		if (!operator_is_content())
			operator_mend();
	}
	stuck("all faults are gone, but the pair does not settle");
}

static void until_done(int node)
{
	unsigned int n;

	for (n = 0; n < SETTLE && (nodes[node].busy || nodes[node].ios); n++)
		event(true);
	if (nodes[node].busy || nodes[node].ios)
		stuck("something does not end");
}

static void end_in_order(void)
{
	int node = sim_random(2);
	unsigned int i;

	mend();
	model_same("at the end", true);
	if (node_leads(!node)) {
		operator_demote(!node);
		until_done(!node);
	}
	/* A refusal may say that it is a matter of a moment. */
	for (i = 0; i < TRIES && !node_leads(node); i++) {
		mend();
		operator_promote(node, false);
		until_done(node);
	}
	if (!node_leads(node))
		stuck("the pair is in step, but one cannot lead");
	for (i = 0; i < MODEL_BLOCKS; i++)
		app_submit(node, APP_READ, i, 1);
	until_done(node);
	model_same("after the last promotion", true);
}

static void begin_pair(const struct schedule *s)
{
	disk_create(0, BLOCKS, s->external);
	disk_create(1, BLOCKS, s->external);
	node_recovery = s->recovery;
	bias();
	operator_start(0);
	operator_start(1);
}

void schedule_run(const struct schedule *s)
{
	unsigned int i;

	memset(disk_error_given, 0, sizeof(disk_error_given));
	world.rng = s->seed;
	world.preempt = s->preempt;
	begin_pair(s);
	if (!s->blank) {
		mend();
		for (i = 0; i < TRIES && !node_leads(0); i++) {
			operator_demote(1);
			until_done(1);
			mend();
			operator_promote(0, false);
			until_done(0);
		}
	}
	for (i = 0; i < s->steps; i++) {
		events(s->step[i].gap);
		if (verbose) {
			printf("-- step %u\n", i);
			step_print(&s->step[i]);
		}
		carry_out(s, &s->step[i]);
		model_same("on the way", false);
	}
	heal();
	end_in_order();
}
