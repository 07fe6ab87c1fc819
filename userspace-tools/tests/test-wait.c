// SPDX-License-Identifier: GPL-2.0-only
/*
 * test-wait: conditions, and waiting for them.
 */
#include "test.h"

#include "condition.h"
#include "fake-kernel.h"

#include <stdlib.h>
#include <string.h>

/* What a test makes of a resource that is primary, connected and in sync. */
typedef void change_fn(struct model_resource *r);

static void no_change(struct model_resource *r)
{
	(void)r;
}

static void secondary(struct model_resource *r)
{
	r->role = DYAD_ROLE_SECONDARY;
}

static void peerless(struct model_resource *r)
{
	free(r->peers[0].name);
	r->n_peers = 0;
}

static void connecting(struct model_resource *r)
{
	r->peers[0].link_state = DYAD_LINK_STATE_CONNECTING;
	r->peers[0].reason = strdup("no answer");
}

static void standalone(struct model_resource *r)
{
	r->peers[0].link_state = DYAD_LINK_STATE_STANDALONE;
}

static void negotiating(struct model_resource *r)
{
	r->peers[0].link_state = DYAD_LINK_STATE_NEGOTIATING;
}

static void empty(struct model_resource *r)
{
	free(r->volumes[0].disk);
	r->n_volumes = 0;
}

static void target(struct model_resource *r)
{
	r->volumes[0].data_state = DYAD_DATA_STATE_INCONSISTENT;
	r->volumes[0].sync_role = DYAD_SYNC_ROLE_TARGET;
	r->volumes[0].sync_total = 100;
	r->volumes[0].sync_done = 37;
}

static void source(struct model_resource *r)
{
	r->volumes[0].peer_data_state = DYAD_DATA_STATE_INCONSISTENT;
	r->volumes[0].sync_role = DYAD_SYNC_ROLE_SOURCE;
	r->volumes[0].sync_total = 100;
	r->volumes[0].sync_done = 37;
}

static void peer_behind(struct model_resource *r)
{
	r->volumes[0].peer_data_state = DYAD_DATA_STATE_OUTDATED;
}

static void peer_unknown(struct model_resource *r)
{
	r->volumes[0].peer_known = false;
}

/* All uptodate, but something is still being compared. */
static void comparing(struct model_resource *r)
{
	r->volumes[0].sync_role = DYAD_SYNC_ROLE_SOURCE;
}

static void verifying(struct model_resource *r)
{
	r->volumes[0].sync_role = DYAD_SYNC_ROLE_VERIFY;
	r->volumes[0].sync_total = 100;
	r->volumes[0].sync_done = 37;
}

static const struct {
	const char *condition;
	change_fn *change;
	const char *why;	/* part of it, NULL if the condition holds */
} rows[] = {
	{ "connected", no_change, NULL },
	{ "connected", connecting, "peer beta is connecting: no answer" },
	{ "connected", standalone, "peer beta is standalone" },
	{ "connected", negotiating, "peer beta is negotiating" },
	{ "connected", peerless, "it has no peer" },
	{ "disconnected", no_change, "peer beta is connected" },
	{ "disconnected", negotiating, "peer beta is negotiating" },
	{ "disconnected", connecting, NULL },
	{ "disconnected", standalone, NULL },
	{ "disconnected", peerless, NULL },
	{ "uptodate", no_change, NULL },
	{ "uptodate", connecting, NULL },
	{ "uptodate", source, NULL },
	{ "uptodate", target, "volume 0 is inconsistent; a resync is at 37%" },
	{ "uptodate", empty, "it has no volume" },
	{ "synced", no_change, NULL },
	{ "synced", connecting, "peer beta is connecting: no answer" },
	{ "synced", target, "volume 0 is inconsistent; a resync is at 37%" },
	{ "synced", source, "volume 0 of the peer is inconsistent; a resync is at 37%" },
	{ "synced", peer_behind, "volume 0 of the peer is outdated" },
	{ "synced", peer_unknown, "volume 0 of the peer is not known" },
	{ "synced", comparing, "a resync is at 0%" },
	{ "synced", empty, "it has no volume" },
	{ "synced", verifying, NULL },
	{ "verified", no_change, NULL },
	{ "verified", empty, NULL },
	{ "verified", source, NULL },
	{ "verified", verifying, "volume 0 is being verified; a verify is at 37%" },
	{ "primary", no_change, NULL },
	{ "primary", secondary, "it is secondary" },
	{ "secondary", secondary, NULL },
	{ "secondary", no_change, "it is primary" },
};

static void conditions(void)
{
	char why[512];
	size_t i, tried = 0;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct model_resource *r;
		bool holds;

		fake_reset();
		r = fake_resource("r0");
		rows[i].change(r);
		holds = condition_holds(r, rows[i].condition, why, sizeof(why));
		test_check(holds == !rows[i].why, rows[i].condition, __FILE__, __LINE__);
		if (rows[i].why)
			CHECK_HAS(why, rows[i].why);
		tried += i && strcmp(rows[i].condition, rows[i - 1].condition);
	}
	for (i = 0; condition_names[i]; i++)
		;
	CHECK_NUMBER(tried + 1, i);
	fake_reset();
}

static void at_once(void)
{
	fake_reset();
	fake_resource("r0");
	CHECK_NUMBER(fake_run("wait", "r0", "synced", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "r0: synced\n");
	CHECK_NUMBER(fake.n_steps, 0);
	CHECK(fake.subscribed);
	fake_reset();
}

static void only_look(void)
{
	fake_reset();
	connecting(fake_resource("r0"));
	CHECK_NUMBER(fake_run("wait", "r0", "connected", "timeout", "0", NULL), CMD_FALSE);
	CHECK_TEXT(fake.err, "dyad: r0: not connected: peer beta is connecting: no answer\n");
	CHECK_NUMBER(fake.n_steps, 0);
	fake_reset();
}

static bool never(int n)
{
	(void)n;
	return true;
}

static void timeout(void)
{
	fake_reset();
	connecting(fake_resource("r0"));
	fake.step = never;
	CHECK_NUMBER(fake_run("wait", "r0", "connected", "timeout", "0.02", NULL), CMD_FALSE);
	CHECK_TEXT(fake.err,
		   "dyad: r0: not connected after 0.0 s: peer beta is connecting: no answer\n");
	CHECK(fake.n_steps > 0);
	fake_reset();
}

static bool connects(int n)
{
	struct model_resource *r = model_find(&fake.model, "r0");

	if (n == 1)
		negotiating(r);
	if (n == 2)
		r->peers[0].link_state = DYAD_LINK_STATE_CONNECTED;
	fake_notify(DYAD_CMD_RESOURCE_CHANGE_NTF, r);
	return n < 3;
}

static void until_it_holds(void)
{
	fake_reset();
	connecting(fake_resource("r0"));
	fake.step = connects;
	CHECK_NUMBER(fake_run("wait", "r0", "connected", "timeout", "60", NULL), CMD_DONE);
	CHECK_NUMBER(fake.n_steps, 3);
	fake_reset();
}

/* The notification is lost, the look after it counts. */
static bool connects_unheard(int n)
{
	struct model_resource *r = model_find(&fake.model, "r0");

	fake.lost = 1;
	if (n == 1)
		r->peers[0].link_state = DYAD_LINK_STATE_CONNECTED;
	return n < 2;
}

static void lost_notification(void)
{
	fake_reset();
	connecting(fake_resource("r0"));
	fake.step = connects_unheard;
	CHECK_NUMBER(fake_run_quiet("wait", "r0", "connected", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "");
	CHECK_NUMBER(fake.n_steps, 2);
	fake_reset();
}

static bool syncs(int n)
{
	struct model_volume *v = model_find(&fake.model, "r0")->volumes;

	v->sync_done += 21;
	if (v->sync_done >= v->sync_total) {
		v->sync_role = DYAD_SYNC_ROLE_NONE;
		v->peer_data_state = DYAD_DATA_STATE_UPTODATE;
	}
	return n < 3;
}

static void bar(void)
{
	fake_reset();
	source(fake_resource("r0"));
	fake.step = syncs;
	CHECK_NUMBER(fake_run_on_terminal("wait", "r0", "synced", NULL), CMD_DONE);
	CHECK_TEXT(fake.err,
		   "\rr0  [=======>            ]  37%\033[K"
		   "\rr0  [===========>        ]  58%\033[K"
		   "\rr0  [===============>    ]  79%\033[K"
		   "\r\033[K");
	CHECK_TEXT(fake.out, "r0: synced\n");
	fake_reset();
	source(fake_resource("r0"));
	fake.step = syncs;
	CHECK_NUMBER(fake_run("wait", "r0", "synced", NULL), CMD_DONE);
	CHECK_TEXT(fake.err, "");
	fake_reset();
}

static bool vanishes(int n)
{
	model_drop(&fake.model, "r0");
	return !n;
}

static void deleted_meanwhile(void)
{
	fake_reset();
	connecting(fake_resource("r0"));
	fake.step = vanishes;
	CHECK_NUMBER(fake_run("wait", "r0", "connected", NULL), CMD_UNKNOWN);
	CHECK_TEXT(fake.err, "dyad: r0: cannot wait for it: no resource of that name\n");
	fake_reset();
}

static void unloaded_meanwhile(void)
{
	fake_reset();
	connecting(fake_resource("r0"));
	CHECK_NUMBER(fake_run("wait", "r0", "connected", NULL), CMD_NO_MODULE);
	CHECK_TEXT(fake.err, "dyad: r0: cannot wait: the kernel module was unloaded\n");
	fake_reset();
}

static void wrong_words(void)
{
	fake_reset();
	fake_resource("r0");
	CHECK_NUMBER(fake_run("wait", "r0", NULL), CMD_USAGE);
	CHECK_NUMBER(fake_run("wait", "r0", "happy", NULL), CMD_USAGE);
	CHECK_HAS(fake.err, "expected one of connected, disconnected, uptodate, synced, verified, primary, secondary, got \"happy\"");
	CHECK_NUMBER(fake_run("wait", "r0", "synced", "timeout", "soon", NULL), CMD_USAGE);
	CHECK_HAS(fake.err, "bad value for 'timeout'");
	CHECK_NUMBER(fake_run("wait", "r7", "synced", NULL), CMD_UNKNOWN);
	fake_reset();
}

const struct test test_wait[] = {
	{ "conditions", conditions },
	{ "what holds already", at_once },
	{ "timeout 0 only looks", only_look },
	{ "in time or not", timeout },
	{ "until it holds", until_it_holds },
	{ "a lost notification", lost_notification },
	{ "the bar is for terminals", bar },
	{ "deleted meanwhile", deleted_meanwhile },
	{ "unloaded meanwhile", unloaded_meanwhile },
	{ "wrong words", wrong_words },
	{ 0 },
};
