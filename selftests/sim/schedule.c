// SPDX-License-Identifier: GPL-2.0-only
/* Schedules: carried out, and brought to an end in order. */
#include "schedule.h"

#include <stdio.h>

#include "app.h"
#include "disk.h"
#include "model.h"
#include "net.h"
#include "node.h"
#include "operator.h"
#include "verify.h"

#define BLOCKS		2080u
#define SECOND_BLOCKS	40u
#define ROUND		400	/* events between two looks of the operator */
#define ROUNDS		400	/* looks before a schedule counts as stuck */
#define TRIES		20	/* promotions refused before that counts as stuck */
#define SETTLE		20000	/* events for anything else */
#define LIMIT		30u	/* seconds that a disk may take, where one hangs */
#define OUTLAST		(4 * LIMIT * HZ)

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

/* The new disk is made as large as what it is to hold. */
static u32 peer_size(int node, int volume)
{
	struct dyad_super super;

	disk_super(!node, volume, &super);
	return super.geometry.data_sectors / 8;
}

static void replace(int node, unsigned int which, bool external)
{
	int v;

	if (nodes[node].up)
		return;
	for (v = 0; v < node_volumes; v++) {
		if (node_volumes > 1 && which % (VOLUMES + 1) == v)
			continue;
		disk_create(node, v, peer_size(node, v), external);
		model_new_disk(node, v);
	}
}

static bool disk_error_given[NODES];

static void disk_error(const struct step *s)
{
	int volume = node_volumes > 1 && s->c & 4;
	int node = s->a < NODES ? s->a : node_leads(1);
	struct sim_disk *meta = meta_disk(node, volume);
	struct sim_disk *disk = s->c & 1 && meta->blocks ? meta : data_disk(node, volume);

	/*
	 * What fails twice may not have been able to say so the first time; but what is
	 * given to one that leads has said so from the beginning.
	 */
	if (disk_error_given[node] && !node_refills(node))
		return;
	disk_error_given[node] = true;
	if (s->c & 2)
		disk->fail_flushes = 1;
	else
		disk->fail_writes = 1;
}

/* A few blocks, to the end of a region, into another one. */
static void enlarge(const struct step *s)
{
	static const u32 blocks[] = { 8, 8, 32, 992 };
	int n;

	for (n = 0; n < NODES; n++)
		if (s->a == n || s->a == NODES)
			disk_enlarge(n, blocks[s->c]);
}

static void lead(int node)
{
	if (node_leads(!node)) {
		operator_demote(!node);
		events(200);
	}
	operator_promote(node, WORD_NONE);
}

/* Where the ranges are owned, if he looks. */
static int owner(const struct step *s)
{
	return s->c && node_leads(!s->a) ? !s->a : s->a;
}

static void describe(int node, char *to, size_t size)
{
	struct dyad_peer *peer = node_peer(node);
	snprintf(to, size, "%c %s%s link %d phase %d state %d cause %d ios %u%s%s", 'A' + node,
		 node_leads(node) ? "primary" : "secondary", nodes[node].busy ? " busy" : "",
		 peer ? peer->link : -1, peer ? peer->phase : -1,
		 node_state(node), peer ? peer->cause.reason : -1,
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

static void hang(const struct step *s)
{
	int volume = node_volumes > 1 && s->c & 4;
	int node = s->a < NODES ? s->a : node_leads(1);
	struct sim_disk *meta = meta_disk(node, volume);

	if (s->c & 1 && meta->blocks)
		disk_hang(meta);
	else
		disk_hang(data_disk(node, volume));
}

/*
 * Whatever the other node's disks do: who leads, with disks that answer, is done with all
 * that he has been asked (law 11).
 */
static void outlast(void)
{
	unsigned long end = jiffies + OUTLAST;
	int n = node_leads(1);
	unsigned int i;

	for (i = 0; i < SETTLE && (time_before(jiffies, end) || !sched_idle()); i++)
		event(true);
	if (i < SETTLE && node_leads(n) && !node_leads(!n) && nodes[n].ios &&
	    !disk_hangs(n) && !node_holds(n) && !nodes[n].busy)
		stuck("the other node's disk hangs, and so does this one");
}

static bool ends_refill(int node)
{
	return node_leans(node) && nodes[node].res->lean == DYAD_LEAN_ENDING;
}

static void brink(void)
{
	unsigned int n;

	for (n = 0; n < 4000 && !ends_refill(0) && !ends_refill(1) &&
	     (node_leans(0) || node_leans(1)); n++)
		if (!event(false))
			break;
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
		operator_disconnect(s->a, s->b);
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
		replace(s->a, s->c, sched->external);
		break;
	case STEP_DISK_ERROR:
		disk_error(s);
		break;
	case STEP_ROT:
		if (!nodes[s->a].up)
			disk_damage(s->a, node_volumes > 1 && s->c & 4);
		break;
	case STEP_BOTH_PROMOTE:
		operator_promote(0, WORD_NONE);
		operator_promote(1, WORD_NONE);
		break;
	case STEP_PEEK:
		peek(s);
		break;
	case STEP_ENLARGE:
		enlarge(s);
		break;
	case STEP_RESIZE:
		operator_resize(owner(s));
		break;
	case STEP_ALTER:
		verify_alter(node_leads(s->a) ? !s->a : s->a,
			     s->b ? model_block[s->c] : s->c * 131);
		break;
	case STEP_SPOIL:
		disk_spoil(s->a, model_block[s->c]);
		break;
	case STEP_VERIFY:
		operator_verify(owner(s), s->b);
		break;
	case STEP_VERIFY_STOP:
		operator_verify_stop(owner(s));
		break;
	case STEP_SUSPEND:
		operator_suspend(node_leads(1), s->b);
		break;
	case STEP_FENCE:
		operator_answer(0, s->b);
		operator_answer(1, s->b);
		break;
	case STEP_FENCED:
		operator_promote(s->a, WORD_FENCED);
		break;
	case STEP_OUTDATE:
		operator_outdate(s->a);
		break;
	case STEP_RESUME:
		operator_resume(node_leads(1));
		break;
	case STEP_WAIT:
		quiet();
		break;
	case STEP_GIVE:
		operator_give(s->a, s->b, s->c);
		break;
	case STEP_BRINK:
		brink();
		break;
	case STEP_MODE:
		operator_mode(node_leads(0) || node_leads(1) ? node_leads(1) : s->a,
			      s->b);
		break;
	case STEP_HANG:
		hang(s);
		break;
	case STEP_ANSWER:
		disk_answer(s->a);
		break;
	case STEP_OUTLAST:
		outlast();
		break;
	default:
		bias();
		break;
	}
}

/* --- the end: all faults are gone, and the operator does what he is told --- */

static void heal(void)
{
	struct sim_disk *disk = &disks[0][0][0];
	int n;

	net_cut(0, false);
	net_cut(1, false);
	disk_answer(0);
	disk_answer(1);
	for (n = 0; n < NODES * VOLUMES * 2; n++, disk++) {
		disk->fail_writes = disk->fail_flushes = 0;
		disk->is_bad = false;
	}
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

/* What has changed by itself is found and put right. */
static void verify_in_order(void)
{
	int node = node_leads(0) || node_leads(1) ? node_leads(1) : sim_random(2);
	unsigned int i;

	for (i = 0; i < TRIES; i++) {
		operator_verify(node, true);
		until_done(node);
		mend();
		if (!operator_refusal(node))
			break;
	}
	/* What a verify there had found, when it led, is known only there. */
	if (!model_is_dirty(node) && model_is_dirty(!node)) {
		operator_disconnect(!node, false);
		until_done(!node);
		mend();
	}
	if (operator_refusal(node) || !model_is_settled() || !verify_is_clean())
		stuck("the pair is in step, but a verify does not put it right");
	model_same("after it was verified", true);
}

/* Whatever was cut off before, now it grows. */
static void grow_in_order(void)
{
	u32 size = max(disk_room(0), disk_room(1)), i;
	int node = node_leads(0) || node_leads(1) ? node_leads(1) : sim_random(2);

	if (size + 16 > DISK_BLOCKS)
		return;
	for (i = 0; i < NODES; i++)
		disk_enlarge(i, size + 8 - disk_room(i));
	disk_enlarge(sim_random(2), sim_random(8));
	for (i = 0; i < TRIES && model_size(node, 0) < size + 8; i++) {
		if (node_leads(node) && nodes[node].res->mode == DYAD_MODE_ASYNC)
			operator_mode(node, DYAD_MODE_SYNC);
		until_done(node);
		operator_resize(node);
		until_done(node);
		mend();
	}
	if (model_size(0, 0) < size + 8 || model_size(1, 0) < size + 8)
		stuck("the pair is in step, but it does not grow");
	model_same("after it has grown", true);
}

static void end_in_order(const struct schedule *s)
{
	int node = sim_random(2);
	unsigned int i;

	mend();
	model_same("at the end", true);
	if (s->verify)
		verify_in_order();
	if (s->grow)
		grow_in_order();
	if (node_leads(!node)) {
		operator_demote(!node);
		until_done(!node);
	}
	/* A refusal may say that it is a matter of a moment. */
	for (i = 0; i < TRIES && !node_leads(node); i++) {
		mend();
		operator_promote(node, WORD_NONE);
		until_done(node);
	}
	if (!node_leads(node))
		stuck("the pair is in step, but one cannot lead");
	for (i = 0; i < MODEL_BLOCKS; i++) {
		if (model_block[i] < model_size(node, model_volume(i)))
			app_submit(node, APP_READ, i, 1);
		if (i % 16 == 15)
			until_done(node);
	}
	until_done(node);
	model_same("after the last promotion", true);
}

static void begin_pair(const struct schedule *s)
{
	int n;

	for (n = 0; n < NODES; n++) {
		disk_create(n, 0, BLOCKS, s->external);
		disk_create(n, 1, s->volumes > 1 ? SECOND_BLOCKS : 0, s->external);
	}
	node_recovery = s->recovery;
	node_volumes = s->volumes;
	for (n = 0; n < NODES; n++) {
		node_policy[n] = s->policy[n];
		node_primary_policy[n] = s->yields[n];
	}
	node_fencing = s->fencing ? DYAD_FENCING_REQUIRED : DYAD_FENCING_NONE;
	node_mode = s->mode;
	/* Room for a few writes, or for all that there are. */
	node_backlog = s->preempt ? 3 * 4096 : 64 << 20;
	node_on_full = s->track ? DYAD_ON_FULL_TRACK : DYAD_ON_FULL_THROTTLE;
	node_io_timeout = s->hang ? LIMIT : 0;
	node_on_io_error = s->pass_on ? DYAD_ON_IO_ERROR_PASS_ON : DYAD_ON_IO_ERROR_DETACH;
	node_on_no_data = s->patient ? DYAD_ON_NO_DATA_SUSPEND : DYAD_ON_NO_DATA_ERROR;
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
	operator_reset();
	begin_pair(s);
	if (!s->blank) {
		mend();
		for (i = 0; i < TRIES && !node_leads(0); i++) {
			operator_demote(1);
			until_done(1);
			mend();
			operator_promote(0, WORD_NONE);
			until_done(0);
		}
	}
	for (i = 0; i < s->steps; i++) {
		events(s->step[i].gap);
		if (verbose) {
			printf("-- step %u\n", i);
			schedule_print_step(&s->step[i]);
		}
		carry_out(s, &s->step[i]);
		model_same("on the way", false);
		model_past("on the way");
	}
	heal();
	end_in_order(s);
}
