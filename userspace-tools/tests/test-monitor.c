// SPDX-License-Identifier: GPL-2.0-only
/*
 * test-monitor: changes, told as they happen.
 */
#include "test.h"

#include "diff.h"
#include "fake-kernel.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

/* What the monitor wrote, without the time in front of each line. */
static const char *lines(void)
{
	const size_t stamp = strlen("2026-05-01 12:00:00.123 ");
	static char text[8192];
	char *line, *rest = fake.out;
	size_t n = 0;

	text[0] = '\0';
	while ((line = strsep(&rest, "\n")) && rest) {
		test_check(strlen(line) > stamp && line[stamp - 1] == ' ', line, __FILE__,
			   __LINE__);
		n += snprintf(text + n, sizeof(text) - n, "%s\n",
			      strlen(line) > stamp ? line + stamp : line);
	}
	return text;
}

static struct model_resource *r0(void)
{
	return model_find(&fake.model, "r0");
}

static void change(void)
{
	fake_notify(DYAD_CMD_RESOURCE_CHANGE_NTF, r0());
}

static void lose_peer(void)
{
	struct model_resource *r = r0();

	r->peers[0].link_state = DYAD_LINK_STATE_CONNECTING;
	r->peers[0].reason = strdup("the peer was silent for 2 s");
	r->peers[0].has_role = false;
	r->peers[0].has_streams = false;
	r->volumes[0].peer_data_state = DYAD_DATA_STATE_OUTDATED;
	r->generation = 1;
	change();
}

static void find_peer(void)
{
	struct model_resource *r = r0();

	r->peers[0].link_state = DYAD_LINK_STATE_CONNECTED;
	free(r->peers[0].reason);
	r->peers[0].reason = NULL;
	r->peers[0].has_role = true;
	r->volumes[0].sync_role = DYAD_SYNC_ROLE_SOURCE;
	r->volumes[0].sync_total = 1 << 20;
	change();
}

static bool story(int n)
{
	struct model_resource *r = r0();

	switch (n) {
	case 0:
		r->role = DYAD_ROLE_SECONDARY;
		change();
		r->role = DYAD_ROLE_PRIMARY;
		change();
		return true;
	case 1:
		lose_peer();
		return true;
	case 2:
		free(r->peers[0].reason);
		r->peers[0].reason = strdup("connection refused");
		change();
		return true;
	case 3:
		find_peer();
		r->volumes[0].sync_done = 1 << 19;
		change();
		return true;
	case 4:
		r->volumes[0].sync_role = DYAD_SYNC_ROLE_NONE;
		r->volumes[0].sync_done = 1 << 20;
		r->volumes[0].sync_copied = 8192;
		r->volumes[0].sync_ms = 1500;
		r->volumes[0].peer_data_state = DYAD_DATA_STATE_UPTODATE;
		change();
		return true;
	}
	return false;
}

static void tells_the_story(void)
{
	fake_reset();
	fake_resource("r0");
	fake.step = story;
	CHECK_NUMBER(fake_run("monitor", NULL), CMD_NO_MODULE);
	CHECK_TEXT(fake.err, "dyad: cannot watch: the kernel module was unloaded\n");
	CHECK_TEXT(lines(),
		   "r0: primary, volume 0 uptodate, peer beta connected\n"
		   "watching all resources\n"
		   "r0: primary -> secondary\n"
		   "r0: secondary -> primary\n"
		   "r0: volume 0 peer uptodate -> outdated\n"
		   "r0: peer beta connected -> connecting: the peer was silent for 2 s\n"
		   "r0: generation 0000000000000001\n"
		   "r0: peer beta connecting: connection refused\n"
		   "r0: volume 0 resync to peer started: 1.0 MiB\n"
		   "r0: peer beta connecting -> connected\n"
		   "r0: peer beta is secondary\n"
		   "r0: volume 0 resync finished: 1.0 MiB of 1.0 MiB compared, 8.0 KiB copied, in 1.5 s\n"
		   "r0: volume 0 peer outdated -> uptodate\n");
	fake_reset();
}

static bool verify_and_part(int n)
{
	struct model_resource *r = r0();

	switch (n) {
	case 0:
		r->recovery = 30;
		r->resync_rate = 1 << 20;
		r->split_policy = DYAD_SPLIT_POLICY_DISCARD_ZERO_CHANGES;
		r->split_policy_primary = DYAD_PRIMARY_POLICY_DISCARD_SECONDARY;
		change();
		return true;
	case 1:
		r->volumes[0].sync_role = DYAD_SYNC_ROLE_VERIFY;
		r->volumes[0].sync_total = 1 << 20;
		change();
		r->volumes[0].sync_role = DYAD_SYNC_ROLE_NONE;
		r->volumes[0].sync_done = 1 << 20;
		r->volumes[0].sync_differ = 4096;
		r->volumes[0].sync_ms = 1500;
		change();
		return true;
	case 2:
		r->peers[0].diverged = true;
		change();
		change();
		return true;
	case 3:
		r->held = DYAD_HOLD_SUSPENDED;
		change();
		r->held = 0;
		change();
		return true;
	}
	return false;
}

static void verify_and_divergence(void)
{
	fake_reset();
	fake_resource("r0");
	fake.step = verify_and_part;
	CHECK_NUMBER(fake_run_quiet("monitor", NULL), CMD_NO_MODULE);
	CHECK_TEXT(lines(),
		   "r0: primary, volume 0 uptodate, peer beta connected\n"
		   "r0: recovery 60 s -> 30 s\n"
		   "r0: resync rate 0 B/s -> 1.0 MiB/s\n"
		   "r0: split policy manual -> discard-zero-changes\n"
		   "r0: split-policy-primary manual -> discard-secondary\n"
		   "r0: volume 0 verify started: 1.0 MiB\n"
		   "r0: volume 0 verify finished: 1.0 MiB of 1.0 MiB compared, 4.0 KiB differ, in 1.5 s\n"
		   "r0: peer beta was written alone, and so was this side: 'dyad resolve' shows what each would lose\n"
		   "r0: I/O waits: suspended\n"
		   "r0: I/O goes on\n");
	fake_reset();
}

/* The handler answers a question once, also one that was there before it. */
static bool lose_and_wait(int n)
{
	struct model_resource *r = r0();

	if (n == 0) {
		/* Told again before it has ended. */
		fake_notify(DYAD_CMD_FENCE_NTF, r);
		return true;
	}
	if (!fake.n_requests && n < 500)
		return !usleep(20000);
	if (fake.n_requests == 1 && r->fence_id == 7) {
		CHECK_NUMBER(nla_get_u32(fake.sent[DYAD_A_RESOURCE_FENCE_ID]), 7);
		CHECK_NUMBER(nla_get_u32(fake.sent[DYAD_A_RESOURCE_FENCE_ANSWER]),
			     DYAD_FENCE_ANSWER_DONE);
		free(r->peers[0].name);
		r->peers[0].name = strdup("gamma");
		r->fence_id = 8;
		fake_notify(DYAD_CMD_FENCE_NTF, r);
		return true;
	}
	if (fake.n_requests == 1 && n < 1000)
		return !usleep(20000);
	return false;
}

static void handles_fencing(void)
{
	struct model_resource *r;

	fake_reset();
	r = fake_resource("r0");
	r->held = DYAD_HOLD_FENCING;
	r->fence_state = DYAD_FENCE_STATE_PENDING;
	r->fence_id = 7;
	fake.step = lose_and_wait;
	CHECK_NUMBER(fake_run("monitor", "fence-handler",
			      "test $DYAD_RESOURCE-$DYAD_PEER-$DYAD_PEER_ADDRESS = r0-beta-10.0.0.2",
			      NULL), CMD_NO_MODULE);
	CHECK_NUMBER(fake.n_requests, 2);
	CHECK_NUMBER(fake.command, DYAD_CMD_FENCE_ANSWER);
	CHECK_NUMBER(nla_get_u32(fake.sent[DYAD_A_RESOURCE_FENCE_ID]), 8);
	CHECK_NUMBER(nla_get_u32(fake.sent[DYAD_A_RESOURCE_FENCE_ANSWER]),
		     DYAD_FENCE_ANSWER_FAILED);
	CHECK_HAS(fake.err, "r0: fencing the peer\n");
	CHECK_HAS(fake.err, "r0: the peer is fenced\n");
	CHECK_HAS(fake.err, "r0: the peer could not be fenced\n");
	CHECK_HAS(fake.out, "r0: primary, I/O waits: fencing, volume 0 uptodate");
	fake_reset();
}

static bool resources_come_and_go(int n)
{
	struct model_resource *r;

	if (n == 0) {
		r = fake_resource("r1");
		r->role = DYAD_ROLE_SECONDARY;
		r->generation = 0;
		fake_notify(DYAD_CMD_RESOURCE_CREATE_NTF, r);
		return true;
	}
	if (n == 1) {
		r = model_find(&fake.model, "r1");
		free(r->volumes[0].disk);
		r->n_volumes = 0;
		free(r->peers[0].name);
		r->n_peers = 0;
		fake_notify(DYAD_CMD_RESOURCE_CHANGE_NTF, r);
		fake_notify(DYAD_CMD_RESOURCE_DELETE_NTF, r);
		model_drop(&fake.model, "r1");
		return true;
	}
	return false;
}

static void come_and_go(void)
{
	fake_reset();
	fake_resource("r0");
	fake.step = resources_come_and_go;
	CHECK_NUMBER(fake_run_quiet("monitor", NULL), CMD_NO_MODULE);
	CHECK_TEXT(lines(),
		   "r0: primary, volume 0 uptodate, peer beta connected\n"
		   "r1: created as node 1, secondary\n"
		   "r1: volume 0 attached: /dev/dyad0 on /dev/sdb, 1.0 GiB, uptodate\n"
		   "r1: peer beta added at 10.0.0.2:8459\n"
		   "r1: volume 0 detached\n"
		   "r1: peer beta deleted\n"
		   "r1: deleted\n");
	fake.n_steps = 0;
	CHECK_NUMBER(fake_run("monitor", "r0", NULL), CMD_NO_MODULE);
	CHECK_TEXT(lines(),
		   "r0: primary, volume 0 uptodate, peer beta connected\n"
		   "watching r0\n");
	CHECK_NUMBER(fake_run("monitor", "r7", NULL), CMD_UNKNOWN);
	fake_reset();
}

/* Nothing of this is announced, only that something was lost. */
static bool much_happens(int n)
{
	if (n)
		return false;
	fake.lost = 1;
	model_drop(&fake.model, "r1");
	fake_resource("r2")->role = DYAD_ROLE_SECONDARY;
	r0()->role = DYAD_ROLE_SECONDARY;
	return true;
}

static void lost_notifications(void)
{
	fake_reset();
	fake_resource("r0");
	fake_resource("r1");
	fake.step = much_happens;
	CHECK_NUMBER(fake_run_quiet("monitor", NULL), CMD_NO_MODULE);
	CHECK_TEXT(lines(),
		   "r0: primary, volume 0 uptodate, peer beta connected\n"
		   "r1: primary, volume 0 uptodate, peer beta connected\n"
		   "r1: deleted\n"
		   "r0: primary -> secondary\n"
		   "r2: created as node 1, secondary\n"
		   "r2: volume 0 attached: /dev/dyad0 on /dev/sdb, 1.0 GiB, uptodate\n"
		   "r2: peer beta added at 10.0.0.2:8459\n"
		   "r2: generation 8f3a5c0d11e2b497\n");
	fake_reset();
}

/* The name of the event and of its resource in one line of JSON. */
static void check_event(const char *line, const char *event, const char *name)
{
	struct json_object *root = json_tokener_parse(line), *value = NULL;

	CHECK(root);
	CHECK(json_object_object_get_ex(root, "version", &value));
	CHECK_NUMBER(json_object_get_uint64(value), 1);
	CHECK(json_object_object_get_ex(root, "time", NULL));
	CHECK(json_object_object_get_ex(root, "event", &value));
	CHECK_TEXT(json_object_get_string(value), event);
	CHECK(json_object_object_get_ex(root, "resource", &value) == !!name);
	if (name) {
		CHECK(json_object_object_get_ex(value, "volume", NULL));
		CHECK(json_object_object_get_ex(value, "name", &value));
		CHECK_TEXT(json_object_get_string(value), name);
	}
	json_object_put(root);
}

static void json(void)
{
	static const char *const want[][2] = {
		{ "present", "r0" }, { "ready", NULL }, { "create", "r1" }, { "change", "r1" },
		{ "delete", "r1" },
	};
	char *line, *rest;
	size_t n = 0;

	fake_reset();
	fake_resource("r0");
	fake.step = resources_come_and_go;
	CHECK_NUMBER(fake_run_json("monitor", NULL), CMD_NO_MODULE);
	rest = fake.out;
	while ((line = strsep(&rest, "\n")) && rest && n < 5) {
		check_event(line, want[n][0], want[n][1]);
		n++;
	}
	CHECK_NUMBER(n, 5);
	CHECK(!rest);
	fake_reset();
}

static void append(const char *line, void *arg)
{
	strcat(strcat(arg, line), "\n");
}

static void no_difference(void)
{
	struct model_resource *r, copy;
	char text[1024] = "";

	fake_reset();
	r = fake_resource("r0");
	diff_resource(r, r, append, text);
	copy = *r;
	copy.volumes = malloc(sizeof(*copy.volumes));
	*copy.volumes = *r->volumes;
	copy.volumes->writes++;
	copy.volumes->sync_done++;
	copy.volumes->pending = 0;
	diff_resource(r, &copy, append, text);
	diff_resource(NULL, NULL, append, text);
	CHECK_TEXT(text, "");
	free(copy.volumes);
	fake_reset();
}

static void disks(void)
{
	struct model_volume was = {
		.disk = (char *)"/dev/sdb", .size = 4096, .sync_role = DYAD_SYNC_ROLE_TARGET,
		.data_state = DYAD_DATA_STATE_INCONSISTENT, .sync_total = 4096,
	};
	struct model_volume is = {
		.size = 8192, .data_state = DYAD_DATA_STATE_FAILED, .sync_total = 4096,
		.sync_done = 1024,
	};
	struct model_resource old = { .volumes = &was, .n_volumes = 1 };
	struct model_resource new = { .volumes = &is, .n_volumes = 1 };
	char text[1024] = "";

	diff_resource(&old, &new, append, text);
	CHECK_TEXT(text,
		   "volume 0 disk /dev/sdb -> none\n"
		   "volume 0 size 4.0 KiB -> 8.0 KiB\n"
		   "volume 0 resync stopped: 1.0 KiB of 4.0 KiB compared, 0 B copied, in 0.0 s\n"
		   "volume 0 inconsistent -> failed\n");
}

const struct test test_monitor[] = {
	{ "a story", tells_the_story },
	{ "a fence handler", handles_fencing },
	{ "settings, a verify, a split", verify_and_divergence },
	{ "resources come and go", come_and_go },
	{ "lost notifications", lost_notifications },
	{ "JSON", json },
	{ "no difference", no_difference },
	{ "disks", disks },
	{ 0 },
};
