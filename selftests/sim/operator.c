// SPDX-License-Identifier: GPL-2.0-only
/*
 * The operator's verbs, each in a coroutine of its node, and what he does when
 * things have gone wrong: what the refusals tell him.
 */
#include "operator.h"

#include "app.h"
#include "control/disk.h"
#include "control/fence.h"
#include "control/hang.h"
#include "control/hold.h"
#include "control/link.h"
#include "control/mode.h"
#include "control/resize.h"
#include "control/role.h"
#include "control/verify.h"
#include "core/reason.h"
#include "core/state.h"
#include "disk.h"
#include "model.h"
#include "net.h"
#include "node.h"

struct verb {
	int node;
	unsigned int flag;
};

static const char *refusals[NODES];
static int patience;	/* with an answer that may come by itself */

void operator_reset(void)
{
	patience = 0;
}

const char *operator_refusal(int node)
{
	return refusals[node];
}

static void begin(int node, unsigned int flag, void (*fn)(void *arg))
{
	struct verb *verb;

	if (nodes[node].busy)
		return;
	nodes[node].busy = true;
	refusals[node] = NULL;
	current_node = node;
	verb = sim_alloc(sizeof(*verb), true);
	*verb = (struct verb) { node, flag };
	sched_spawn(node, fn, verb, NULL);
	current_node = NOBODY;
}

static void end(struct verb *verb, const char *name, int ret, const char *why)
{
	if (ret)
		refusals[verb->node] = why ?: "refused without a reason";
	if (verbose)
		trace("%c %s: %d %s", 'A' + verb->node, name, ret, why ?: "");
	nodes[verb->node].busy = false;
	sim_free(verb);
}

static void start(void *arg)
{
	struct verb *verb = arg;
	const char *why = node_start(verb->node);

	if (!why)
		dyad_peer_connect(nodes[verb->node].res, NULL, false, NULL);
	end(verb, "start", !!why, why);
}

void operator_start(int node)
{
	if (!nodes[node].up) {
		nodes[node].up = true;
		begin(node, false, start);
	}
}

static bool is_off(int node)
{
	return !nodes[node].up || nodes[node].off;
}

static bool in_step(struct dyad_resource *res)
{
	return dyad_link_peer_uptodate(res);
}

static void promote(void *arg)
{
	struct verb *verb = arg;
	int node = verb->node;
	struct dyad_resource *res = nodes[node].res;
	bool forces = verb->flag == WORD_FORCE;
	struct dyad_word word = { .force = forces, .fenced = verb->flag == WORD_FENCED };
	static const char *const names[] = { "promote", "promote --force", "promote --fenced" };
	struct netlink_ext_ack extack = { };
	bool led = node_leads(node), force = !in_step(res);
	bool vouch = led && forces && node_state(node) != DYAD_DATA_STATE_UPTODATE &&
		     !node_leans(node);
	int ret;

	if (forces)
		model_force(node, true);
	if (vouch)
		model_vouched(node);
	model_past("before a promotion");
	model_promoting(node, !led);
	ret = dyad_role_promote(res, &word, &extack);
	/* One of its superblocks may tell of it all the same. */
	if (ret == -EIO && forces && !led)
		model_half_promoted(node);
	model_promoting(node, false);
	if (!ret && !led)
		model_promoted(node, forces ? force || !in_step(res) :
			       word.fenced && model_forced());
	model_force(node, false);
	if (!ret && !app_open(node))
		sim_fail("law 11", "%c is primary, but its device cannot be opened", 'A' + node);
	end(verb, names[verb->flag], ret, extack._msg);
}

void operator_promote(int node, enum word word)
{
	/* What he cannot know is what the other did before. */
	if (word == WORD_FENCED && !is_off(!node))
		word = WORD_NONE;
	/* Not with a volume missing. */
	if (nodes[node].up && dyad_state_has_disk(node_state(node)))
		begin(node, word, promote);
}

static void outdate(void *arg)
{
	struct verb *verb = arg;
	struct netlink_ext_ack extack = { };
	int ret = dyad_fence_outdate(nodes[verb->node].res, &extack);

	if (!ret)
		model_outdated(verb->node);
	end(verb, "outdate", ret, extack._msg);
}

void operator_outdate(int node)
{
	if (nodes[node].up && nodes[node].res)
		begin(node, false, outdate);
}

/* One that asks is answered whatever else the operator waits for there. */
struct question {
	int node;
	u32 id;
};

static bool asks(int node)
{
	return node_holds(node) & DYAD_HOLD_FENCING;
}

static void answer_now(int node, bool done, u32 id)
{
	struct netlink_ext_ack extack = { };
	int ret;

	current_node = node;
	ret = dyad_fence_answer(nodes[node].res, done, &id, &extack);
	if (verbose)
		trace("%c fence %s: %d %s", 'A' + node, done ? "done" : "failed", ret,
		      extack._msg ?: "");
}

static void answer(void *arg)
{
	struct question *q = arg;
	int node = q->node;

	/* Off: what it knew of its last session is forgotten. Else it may lead. */
	answer_now(node, is_off(!node) || model_is_outdated(!node), q->id);
	sim_free(q);
}

void operator_answer(int node, bool first)
{
	struct question *q;

	if (!asks(node))
		return;
	if (first && nodes[!node].up && nodes[!node].res && !nodes[!node].busy &&
	    !model_is_outdated(!node)) {
		operator_outdate(!node);
		return;
	}
	current_node = node;
	q = sim_alloc(sizeof(*q), true);
	*q = (struct question) { node, nodes[node].res->fence.id };
	sched_spawn(node, answer, q, NULL);
	current_node = NOBODY;
}

/* He gives his word that the other side's changes, if any, are lost. */
static void go_on(int node)
{
	model_force(node, true);
	dyad_hold_resume(nodes[node].res, true, NULL);
	model_force(node, false);
}

static void word(void *arg)
{
	struct question *q = arg;

	model_resumed(q->node);
	go_on(q->node);
	sim_free(q);
}

/* Whatever the operator waits for at that node. */
static void meanwhile(int node, void (*fn)(void *arg))
{
	struct question *q;

	current_node = node;
	q = sim_alloc(sizeof(*q), true);
	*q = (struct question) { node, 0 };
	sched_spawn(node, fn, q, NULL);
	current_node = NOBODY;
}

static void suspend(void *arg)
{
	struct verb *verb = arg;
	struct dyad_resource *res = nodes[verb->node].res;
	struct netlink_ext_ack extack = { };
	/* By force only this side is held still, though both may be in step a moment later. */
	bool both = in_step(res) || !verb->flag;
	int ret = dyad_hold_suspend(res, verb->flag, &extack);

	if (!ret)
		model_suspended(verb->node, both && in_step(res), verb->flag);
	end(verb, verb->flag ? "suspend --force" : "suspend", ret, extack._msg);
}

void operator_suspend(int node, bool force)
{
	if (nodes[node].up && nodes[node].res && !node_holds(node))
		begin(node, force, suspend);
}

static bool lacks_data(int node)
{
	return node_holds(node) & DYAD_HOLD_NO_DATA;
}

/* Nobody may be left to wait for: then it fails. */
static void despair(int node)
{
	static const enum dyad_on_no_data error = DYAD_ON_NO_DATA_ERROR;
	static const struct dyad_settings impatient = { .on_no_data = &error };

	dyad_resource_set(nodes[node].res, &impatient, NULL);
}

static void end_patience(void *arg)
{
	struct question *q = arg;

	despair(q->node);
	sim_free(q);
}

static void let_go(int node)
{
	bool waited = asks(node);
	u32 id = nodes[node].res->fence.id;

	if (lacks_data(node))
		despair(node);
	model_resumed(node);
	if (waited && !is_off(!node) && !model_is_outdated(!node)) {
		go_on(node);
		return;
	}
	/* This question only: it may be asked again meanwhile, of one that is not. */
	if (waited)
		answer_now(node, true, id);
	dyad_hold_resume(nodes[node].res, false, NULL);
}

static void resume(void *arg)
{
	struct verb *verb = arg;

	let_go(verb->node);
	end(verb, "resume", 0, NULL);
}

void operator_resume(int node)
{
	if (node_holds(node))
		begin(node, false, resume);
}

static void demote(void *arg)
{
	struct verb *verb = arg;
	struct netlink_ext_ack extack = { };
	int ret;

	/* What is held back would never end, and so the device not be closed. */
	let_go(verb->node);
	app_close(verb->node);
	ret = dyad_role_demote(nodes[verb->node].res, &extack);
	if (ret)
		app_open(verb->node);
	end(verb, "demote", ret, extack._msg);
}

void operator_demote(int node)
{
	if (nodes[node].up && nodes[node].res)
		begin(node, false, demote);
}

static void connect(void *arg)
{
	struct verb *verb = arg;
	struct netlink_ext_ack extack = { };
	int ret;

	/* It counts from when it is given, not from when the verb returns. */
	if (verb->flag && !node_leads(verb->node))
		model_word(verb->node, true);
	ret = dyad_peer_connect(nodes[verb->node].res, NULL, verb->flag, &extack);
	if (!ret && !verb->flag)
		model_word(verb->node, false);
	end(verb, verb->flag ? "connect --discard" : "connect", ret, extack._msg);
}

void operator_connect(int node, bool discard)
{
	if (nodes[node].up && nodes[node].res)
		begin(node, discard, connect);
}

static void resize(void *arg)
{
	struct verb *verb = arg;
	struct netlink_ext_ack extack = { };
	int ret = dyad_resize_volume(nodes[verb->node].res, 0, &extack);

	end(verb, "resize", ret, extack._msg);
}

void operator_resize(int node)
{
	if (nodes[node].up && nodes[node].res)
		begin(node, false, resize);
}

static void verify(void *arg)
{
	struct verb *verb = arg;
	struct netlink_ext_ack extack = { };
	int ret = dyad_verify_start(nodes[verb->node].res, verb->flag, &extack);

	end(verb, verb->flag ? "verify start --repair" : "verify start", ret, extack._msg);
}

void operator_verify(int node, bool repair)
{
	if (nodes[node].up && nodes[node].res)
		begin(node, repair, verify);
}

static void verify_stop(void *arg)
{
	struct verb *verb = arg;
	struct netlink_ext_ack extack = { };
	int ret = dyad_verify_stop(nodes[verb->node].res, &extack);

	end(verb, "verify stop", ret, extack._msg);
}

void operator_verify_stop(int node)
{
	if (nodes[node].up && nodes[node].res)
		begin(node, false, verify_stop);
}

static void disconnect(void *arg)
{
	struct verb *verb = arg;
	struct netlink_ext_ack extack = { };
	int ret = dyad_peer_disconnect(nodes[verb->node].res, NULL, &extack);

	end(verb, "disconnect", ret, extack._msg);
}

/* As for a new key or address; it is not connected then. */
static void name_again(void *arg)
{
	struct verb *verb = arg;
	struct netlink_ext_ack extack = { };
	int ret = dyad_peer_delete(nodes[verb->node].res, "peer", &extack) ?:
		  node_add_peer(verb->node, &extack);

	end(verb, "peer delete and add", ret, extack._msg);
}

void operator_disconnect(int node, bool again)
{
	if (nodes[node].up && nodes[node].res)
		begin(node, false, again ? name_again : disconnect);
}

static int take_down(int node, struct netlink_ext_ack *extack)
{
	struct dyad_resource *res = nodes[node].res;
	int first = sim_random(node_volumes), n, ret;

	let_go(node);
	app_close(node);
	ret = dyad_role_demote(res, extack);
	for (n = 0; n < node_volumes && !ret; n++)
		if (node_volume(node, first ^ n))
			ret = dyad_disk_detach(res, first ^ n, extack);
	return ret;
}

static void down(void *arg)
{
	struct verb *verb = arg;
	struct netlink_ext_ack extack = { };
	int ret = take_down(verb->node, &extack);

	/* What it has not lost, it does not remember. */
	if (!ret)
		model_lost_cache(verb->node);
	if (!ret)
		nodes[verb->node].off = true;
	end(verb, "down", ret, extack._msg);
}

void operator_down(int node)
{
	if (nodes[node].up && nodes[node].res)
		begin(node, false, down);
}

static void reattach(void *arg)
{
	struct verb *verb = arg;
	struct netlink_ext_ack extack = { };
	struct dyad_resource *res = nodes[verb->node].res;
	const char *why;
	int ret;

	dyad_peer_disconnect(res, NULL, NULL);
	ret = take_down(verb->node, &extack);
	why = extack._msg;
	if (!ret) {
		why = node_attach(verb->node);
		ret = !!why;
		model_lost_cache(verb->node);
	}
	dyad_peer_connect(res, NULL, false, NULL);
	end(verb, "reattach", ret, why);
}

void operator_reattach(int node)
{
	if (nodes[node].up && nodes[node].res)
		begin(node, false, reattach);
}

/* The same disk as before, or a new one in its place, while the device is in use. */
static int give_volume(int node, int v, bool blank, enum gift gift,
		       struct netlink_ext_ack *extack)
{
	static const char *const data[] = { "d0", "d1" }, *const meta[] = { "m0", "m1" };
	struct dyad_resource *res = nodes[node].res;
	struct dyad_volume *volume = node_volume(node, v);
	int ret = 0;

	if (volume->data_state != DYAD_DATA_STATE_DISKLESS)
		ret = dyad_disk_detach(res, v, extack);
	if (ret || gift == GIFT_NONE)
		return ret;
	if (blank) {
		disk_create(node, v, volume->regions.sectors / 8, meta_disk(node, v)->blocks);
		model_replaced(node);
	}
	/* It may not lead any more. */
	if (node_leans(node))
		ret = dyad_disk_attach(res, v, -1, data[v], meta_disk(node, v)->blocks ?
				       meta[v] : NULL, extack);
	return ret < 0 ? ret : 0;
}

static void give(void *arg)
{
	struct verb *verb = arg;
	struct netlink_ext_ack extack = { };
	unsigned int blank = verb->flag % 4;
	enum gift gift = verb->flag / 4;
	int first = sim_random(node_volumes), n, v, ret = 0;

	for (n = 0; n < node_volumes && !ret && node_leans(verb->node); n++) {
		v = first ^ n;
		if (gift != GIFT_MISSING ||
		    !dyad_state_has_disk(node_volume(verb->node, v)->data_state) ||
		    nodes[verb->node].res->lean == DYAD_LEAN_ON)
			ret = give_volume(verb->node, v, blank & 1 << v, gift, &extack);
	}
	end(verb, gift == GIFT_NONE ? "take the disks out" : blank ? "give a new disk" :
	    "give a disk back", ret, extack._msg);
}

void operator_give(int node, unsigned int blank, enum gift gift)
{
	if (node_leans(node))
		begin(node, blank + 4 * gift, give);
}

static void switch_mode(void *arg)
{
	struct verb *verb = arg;
	struct netlink_ext_ack extack = { };
	int ret = dyad_mode_set(nodes[verb->node].res, verb->flag, &extack);

	end(verb, "mode", ret, extack._msg);
}

void operator_mode(int node, enum dyad_mode mode)
{
	if (nodes[node].up && nodes[node].res)
		begin(node, mode, switch_mode);
}

/* --- mending --- */

bool operator_is_content(void)
{
	struct dyad_peer *a = node_peer(0), *b = node_peer(1);

	return a && b && !node_holds(0) && !node_holds(1) && node_state(0) == DYAD_DATA_STATE_UPTODATE &&
	       node_state(1) == DYAD_DATA_STATE_UPTODATE && a->session && b->session && a->session->id == b->session->id &&
	       a->link == DYAD_LINK_STATE_CONNECTED && b->link == DYAD_LINK_STATE_CONNECTED &&
	       a->phase == DYAD_PHASE_SETTLED && b->phase == DYAD_PHASE_SETTLED &&
	       !a->verify && !b->verify && !dyad_hang_refusal(a->res) && !dyad_hang_refusal(b->res) &&
	       !dyad_session_has_failed(a->session) && !dyad_session_has_failed(b->session);
}

/* The one whose word counts when somebody's has to. */
static int better(void)
{
	if (node_leads(0) != node_leads(1))
		return node_leads(1);
	if (node_state(0) != node_state(1))
		return node_state(1) > node_state(0);
	return sim_random(2);
}

static void give_up(int node)
{
	if (node_leads(node))
		operator_demote(node);
	else
		operator_connect(node, true);
}

static void answer_reason(enum dyad_reason reason)
{
	int best = better();

	switch (reason) {
	case DYAD_REASON_BOTH_PRIMARY:
		operator_demote(sim_random(2));
		break;
	case DYAD_REASON_SPLIT_BRAIN:
	case DYAD_REASON_UNRELATED:
		give_up(!best);
		if (node_peer(best)->discard)
			operator_connect(best, false);
		break;
	case DYAD_REASON_NO_SOURCE:
		if (node_leans(best))
			operator_demote(best);
		else
			operator_promote(best, WORD_FORCE);
		break;
	case DYAD_REASON_LOST_DISK:
	case DYAD_REASON_PRIMARY_BEHIND:
		operator_demote(best);
		break;
	case DYAD_REASON_DISK_ERROR:
		if (node_state(best) == DYAD_DATA_STATE_INCONSISTENT)
			operator_demote(best);
		break;
	default:
		break;
	}
}

static bool meta_has_failed(int node)
{
	int v;

	for (v = 0; v < node_volumes; v++)
		if (node_volume(node, v)->meta->failed)
			return true;
	return false;
}

static bool mend_node(int node)
{
	struct node *n = &nodes[node];

	if (n->busy)
		return true;
	if (!n->up || n->off) {
		if (n->up)
			node_crash(node, false);
		operator_start(node);
		return true;
	}
	if (node_holds(node) & DYAD_HOLD_SUSPENDED) {
		operator_resume(node);
		return true;
	}
	/* While the other has all, it need not even be closed. */
	if (node_leans(node) && n->res->lean == DYAD_LEAN_ON) {
		if (sim_random(4))
			operator_give(node, 0, GIFT_MISSING);
		else
			operator_reattach(node);
		return true;
	}
	if (!node_refills(node) &&
	    (!dyad_state_has_disk(node_state(node)) || meta_has_failed(node))) {
		operator_reattach(node);
		return true;
	}
	if (!n->res->peer->wanted) {
		operator_connect(node, n->res->peer->discard && !node_leads(node));
		return true;
	}
	return false;
}

void operator_mend(void)
{
	struct dyad_peer *a = node_peer(0), *b = node_peer(1);

	/* The other's return is an answer, if they can agree. */
	if ((asks(0) || asks(1)) && !(a && b && a->link == DYAD_LINK_STATE_CONNECTED &&
				      b->link == DYAD_LINK_STATE_CONNECTED) &&
	    ++patience > 10) {
		patience = 0;
		meanwhile(asks(1), word);
		return;
	}
	if ((lacks_data(0) || lacks_data(1)) && ++patience > 10) {
		patience = 0;
		meanwhile(lacks_data(1), end_patience);
		return;
	}
	if (mend_node(0) | mend_node(1))
		return;
	a = node_peer(0);
	b = node_peer(1);
	if (a->link == DYAD_LINK_STATE_CONNECTED && b->link == DYAD_LINK_STATE_CONNECTED) {
		if (a->agreement.direction == DYAD_DIRECTION_NONE && !node_leads(0) &&
		    !node_leads(1))
			operator_promote(better(), WORD_FORCE);
		else if (node_state(0) == DYAD_DATA_STATE_INCONSISTENT && node_leads(0) &&
			 !node_leans(0))
			operator_demote(0);
		else if (node_state(1) == DYAD_DATA_STATE_INCONSISTENT && node_leads(1) &&
			 !node_leans(1))
			operator_demote(1);
		return;
	}
	answer_reason(a->cause.reason ?: b->cause.reason);
}
