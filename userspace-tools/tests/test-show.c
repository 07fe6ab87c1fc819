// SPDX-License-Identifier: GPL-2.0-only
/*
 * test-show: status as text and as JSON.
 */
#include "test.h"

#include "fake-kernel.h"

#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

static void in_sync(void)
{
	fake_reset();
	fake_resource("r0");
	CHECK_NUMBER(fake_run("status", NULL), CMD_DONE);
	CHECK_TEXT(fake.out,
		   "r0  node 1  primary  generation 8f3a5c0d11e2b497\n"
		   "  volume 0  /dev/dyad0  disk /dev/sdb  1.0 GiB  uptodate / peer uptodate\n"
		   "  peer beta  node 2  10.0.0.2:8459  connected  secondary  4 streams\n");
	CHECK_TEXT(fake.err, "");
	fake_reset();
}

/* What is as it is from the start is not shown. */
static void settings(void)
{
	struct model_resource *r;

	fake_reset();
	r = fake_resource("r0");
	r->recovery = 30;
	r->resync_rate = 50 << 20;
	r->split_policy = DYAD_SPLIT_POLICY_DISCARD_YOUNGER;
	CHECK_NUMBER(fake_run("status", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "497\n  recovery 30 s  resync at most 50 MiB/s  split policy discard-younger\n  volume 0");
	r->recovery = 60;
	r->resync_rate = 0;
	CHECK_NUMBER(fake_run("status", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "497\n  split policy discard-younger\n  volume 0");
	r->fencing = DYAD_FENCING_REQUIRED;
	CHECK_NUMBER(fake_run("status", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "split policy discard-younger  fencing required\n  volume 0");
	r->fence_timeout = 30;
	r->split_policy = DYAD_SPLIT_POLICY_MANUAL;
	CHECK_NUMBER(fake_run("status", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "497\n  fencing required for 30 s, then stay\n  volume 0");
	r->fencing = DYAD_FENCING_NONE;
	r->on_io_error = DYAD_ON_IO_ERROR_PASS_ON;
	r->on_no_data = DYAD_ON_NO_DATA_SUSPEND;
	CHECK_NUMBER(fake_run("status", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "497\n  on-io-error pass-on  on-no-data suspend\n  volume 0");
	CHECK_NUMBER(fake_run_json("status", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "\"on-io-error\": \"pass-on\"");
	CHECK_HAS(fake.out, "\"on-no-data\": \"suspend\"");
	r->on_io_error = DYAD_ON_IO_ERROR_DETACH;
	r->on_no_data = DYAD_ON_NO_DATA_ERROR;
	r->split_policy_primary = DYAD_PRIMARY_POLICY_DISCARD_SECONDARY;
	CHECK_NUMBER(fake_run("status", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "497\n  split-policy-primary discard-secondary\n  volume 0");
	r->split_policy_primary = DYAD_PRIMARY_POLICY_MANUAL;
	r->io_timeout = 5;
	CHECK_NUMBER(fake_run("status", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "497\n  io-timeout 5 s\n  volume 0");
	r->io_timeout = 30;
	r->compression = DYAD_COMPRESSION_ZSTD;
	CHECK_NUMBER(fake_run("status", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "497\n  compression zstd\n  volume 0");
	r->compression = DYAD_COMPRESSION_NONE;
	r->split_policy = DYAD_SPLIT_POLICY_MANUAL;
	CHECK_NUMBER(fake_run("status", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "497\n  volume 0");
	r->recovery = 0;
	CHECK_NUMBER(fake_run("status", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "497\n  recovery 0 s\n  volume 0");
	fake_reset();
}

/* Law 11: why I/O waits. */
static void held(void)
{
	struct model_resource *r;

	fake_reset();
	r = fake_resource("r0");
	CHECK_NUMBER(fake_run_json("status", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "\"growing\": false");
	r->held = DYAD_HOLD_GROWING;
	CHECK_NUMBER(fake_run("status", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "497\n  I/O waits: growing\n  volume 0");
	CHECK_NUMBER(fake_run_json("status", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "\"growing\": true");
	r->held |= DYAD_HOLD_SUSPENDED;
	CHECK_NUMBER(fake_run("status", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "497\n  I/O waits: growing, suspended\n  volume 0");
	r->held = DYAD_HOLD_FENCING;
	r->fence_state = DYAD_FENCE_STATE_PENDING;
	r->fence_id = 7;
	CHECK_NUMBER(fake_run("status", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "497\n  I/O waits: fencing\n  volume 0");
	r->fence_state = DYAD_FENCE_STATE_TIMED_OUT;
	CHECK_NUMBER(fake_run("status", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "497\n  I/O waits: fencing (timed-out)\n  volume 0");
	CHECK_NUMBER(fake_run_json("status", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "\"fence-state\": \"timed-out\"");
	CHECK_HAS(fake.out, "\"fence-id\": 7");
	/* A reason that this release does not know. */
	r->held = 1u << 31;
	CHECK_NUMBER(fake_run("status", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "497\n  I/O waits: something that this release does not know\n  volume 0");
	fake_reset();
}

static void with_metadata(void)
{
	struct model_resource *r;
	struct model_volume *v;

	fake_reset();
	CHECK(!setenv("TZ", "UTC", 1));
	r = fake_resource("r0");
	v = r->volumes;
	v->meta = strdup("/dev/sdc");
	v->hot = 8 << 20;
	v->dirty = 12 << 10;
	v->suspect = 4 << 20;
	v->meta_writes = 77;
	v->peer_reads = 5;
	v->repaired = 20 << 10;
	r->alone_since = 1767225600;
	CHECK_NUMBER(fake_run("status", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "r0  node 1  primary  generation 8f3a5c0d11e2b497  alone since 2026-01-01 00:00:00\n");
	CHECK_HAS(fake.out, "disk /dev/sdb  meta /dev/sdc  1.0 GiB  uptodate / peer uptodate  12 KiB differ  4.0 MiB suspect\n"
		  "    the disk failed 5 reads: the peer served them, 20 KiB repaired\n");
	CHECK_NUMBER(fake_run_json("status", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "\"meta\": \"/dev/sdc\"");
	CHECK_HAS(fake.out, "\"hot\": 8388608");
	CHECK_HAS(fake.out, "\"suspect\": 4194304");
	CHECK_HAS(fake.out, "\"meta-writes\": 77");
	CHECK_HAS(fake.out, "\"peer-reads\": 5");
	CHECK_HAS(fake.out, "\"repaired\": 20480");
	CHECK_HAS(fake.out, "\"alone-since\": 1767225600");
	fake_reset();
}

static void verified(void)
{
	struct model_volume *v;

	fake_reset();
	v = fake_resource("r0")->volumes;
	v->sync_role = DYAD_SYNC_ROLE_VERIFY;
	v->sync_total = 1 << 30;
	v->sync_done = 400 << 20;
	v->sync_ms = 1000;
	CHECK_NUMBER(fake_run("status", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "uptodate / peer uptodate\n    verify  [=======>            ]  39%  400 MiB/s  2 s left\n  peer");
	v->sync_differ = 20480;
	v->extents = calloc(2, sizeof(*v->extents));
	v->n_extents = 2;
	v->extents[0] = (struct model_extent) { 4096, 4096 };
	v->extents[1] = (struct model_extent) { 1ull << 40, 8192 };
	v->sync_role = DYAD_SYNC_ROLE_NONE;
	CHECK_NUMBER(fake_run("status", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "uptodate / peer uptodate\n"
		  "    verify: 20 KiB differ, at byte + length:\n"
		  "      4096 + 4096\n"
		  "      1099511627776 + 8192\n"
		  "      and 8.0 KiB elsewhere\n  peer");
	CHECK_NUMBER(fake_run_json("status", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "\"sync-differ\": 20480");
	CHECK_HAS(fake.out, "\"start\": 1099511627776,\n              \"length\": 8192");
	fake_reset();
}

static void diverged(void)
{
	struct model_peer *p;

	fake_reset();
	p = fake_resource("r0")->peers;
	p->link_state = DYAD_LINK_STATE_CONNECTING;
	p->reason = strdup("split brain");
	p->diverged = true;
	p->changed = 4096;
	p->alone_since = 1767225600;
	CHECK_NUMBER(fake_run("status", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "connecting: split brain  secondary  4 streams\n    both sides were written alone: 'dyad resolve r0' shows what each would lose\n");
	CHECK_NUMBER(fake_run_json("status", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "\"diverged\": true,\n          \"changed\": 4096,\n          \"alone-since\": 1767225600");
	fake_reset();
}

static void start_resync(struct model_volume *v)
{
	v->peer_data_state = DYAD_DATA_STATE_INCONSISTENT;
	v->sync_role = DYAD_SYNC_ROLE_SOURCE;
	v->sync_total = 1 << 30;
	v->sync_done = 400 << 20;
	v->sync_copied = 1 << 20;
	v->sync_ms = 1000;
	v->dirty = 624 << 20;
}

static void in_resync(void)
{
	struct model_resource *r;

	fake_reset();
	r = fake_resource("r0");
	start_resync(r->volumes);
	CHECK_NUMBER(fake_run("status", "r0", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "  1.0 GiB  uptodate / peer inconsistent  624 MiB differ\n"
			    "    resync to peer  [=======>            ]  39%  400 MiB/s  2 s left\n");
	r->volumes[0].sync_role = DYAD_SYNC_ROLE_TARGET;
	r->volumes[0].sync_ms = 1000000;
	CHECK_NUMBER(fake_run("status", "r0", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "    resync from peer  [=======>            ]  39%  410 KiB/s  26 min 1 s left\n");
	fake_reset();
}

static void make_lonely(struct model_resource *r)
{
	struct model_peer *p = r->peers;
	struct model_volume *v = r->volumes;

	p->link_state = DYAD_LINK_STATE_CONNECTING;
	p->reason = strdup("the peer refused the key");
	p->has_role = false;
	p->has_streams = false;
	p->insecure = true;
	r->role = DYAD_ROLE_SECONDARY;
	r->generation = 0;
	free(v->disk);
	v->disk = NULL;
	v->size = 0;
	v->data_state = DYAD_DATA_STATE_DISKLESS;
	v->peer_known = false;
	v->waiting = 3;
	v->waiting_region = 4;
}

static void not_connected(void)
{
	fake_reset();
	make_lonely(fake_resource("r0"));
	CHECK_NUMBER(fake_run("status", NULL), CMD_DONE);
	CHECK_TEXT(fake.out,
		   "r0  node 1  secondary  no generation yet\n"
		   "  volume 0  /dev/dyad0  no disk  0 B  diskless  3 I/O waiting  4 waiting for metadata\n"
		   "  peer beta  node 2  10.0.0.2:8459  no key  connecting: the peer refused the key\n");
	fake_reset();
}

static void nothing(void)
{
	fake_reset();
	CHECK_NUMBER(fake_run(NULL, NULL), CMD_DONE);
	CHECK_HAS(fake.out, "no resources");
	CHECK_NUMBER(fake_run_quiet("status", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "");
	CHECK_NUMBER(fake_run("list", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "");
	CHECK_NUMBER(fake_run_json("status", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "{\n  \"version\": 1,\n  \"resources\": [\n  ]\n}\n");
	fake_reset();
}

static void list(void)
{
	fake_reset();
	fake_resource("r1");
	fake_resource("r0");
	CHECK_NUMBER(fake_run("list", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "r0\nr1\n");
	fake_reset();
}

static struct json_object *member(struct json_object *o, const char *key)
{
	struct json_object *value = NULL;

	test_check(json_object_object_get_ex(o, key, &value), key, __FILE__, __LINE__);
	return value;
}

static uint64_t number(struct json_object *o, const char *key)
{
	test_check(json_object_is_type(member(o, key), json_type_int), key, __FILE__, __LINE__);
	return json_object_get_uint64(member(o, key));
}

static const char *string(struct json_object *o, const char *key)
{
	test_check(json_object_is_type(member(o, key), json_type_string), key, __FILE__,
		   __LINE__);
	return json_object_get_string(member(o, key));
}

static bool has(struct json_object *o, const char *key)
{
	return json_object_object_get_ex(o, key, NULL);
}

/* The resource that the tool printed; the caller puts *root. */
static struct json_object *printed(struct json_object **root)
{
	struct json_object *resources;

	*root = json_tokener_parse(fake.out);
	CHECK(*root);
	CHECK_NUMBER(number(*root, "version"), 1);
	resources = member(*root, "resources");
	CHECK_NUMBER(json_object_array_length(resources), 1);
	return json_object_array_get_idx(resources, 0);
}

static void json_of_a_resource(struct json_object *r)
{
	CHECK_TEXT(string(r, "name"), "r0");
	CHECK_NUMBER(number(r, "node-id"), 1);
	CHECK_NUMBER(number(r, "port"), 8459);
	CHECK_NUMBER(number(r, "streams"), 4);
	CHECK_TEXT(string(r, "mode"), "sync");
	CHECK_TEXT(string(r, "role"), "primary");
	CHECK_TEXT(string(r, "generation"), "8f3a5c0d11e2b497");
	CHECK_NUMBER(number(r, "recovery"), 60);
	CHECK_NUMBER(number(r, "resync-rate"), 0);
	CHECK_TEXT(string(r, "split-policy"), "manual");
	CHECK_TEXT(string(r, "split-policy-primary"), "manual");
	CHECK_NUMBER(number(r, "backlog"), 0);
	CHECK_TEXT(string(r, "on-full"), "throttle");
	CHECK_NUMBER(number(r, "backlog-overruns"), 0);
	CHECK_NUMBER(json_object_object_length(r), 25);
	CHECK_TEXT(string(r, "compression"), "none");
	CHECK_NUMBER(number(r, "io-timeout"), 30);
}

static void json_of_a_volume(struct json_object *v)
{
	CHECK_NUMBER(number(v, "index"), 0);
	CHECK_NUMBER(number(v, "device"), 0);
	CHECK_TEXT(string(v, "disk"), "/dev/sdb");
	CHECK_NUMBER(number(v, "size"), 1 << 30);
	CHECK_TEXT(string(v, "data-state"), "uptodate");
	CHECK_TEXT(string(v, "peer-data-state"), "inconsistent");
	CHECK_NUMBER(number(v, "openers"), 1);
	CHECK_NUMBER(number(v, "dirty"), 624 << 20);
	CHECK_TEXT(string(v, "sync-role"), "source");
	CHECK_NUMBER(number(v, "sync-total"), 1 << 30);
	CHECK_NUMBER(number(v, "sync-done"), 400 << 20);
	CHECK_NUMBER(number(v, "sync-copied"), 1 << 20);
	CHECK_NUMBER(number(v, "sync-ms"), 1000);
	CHECK_NUMBER(number(v, "sync-percent"), 39);
	CHECK_NUMBER(number(v, "sync-rate"), 400 << 20);
	CHECK_NUMBER(number(v, "sync-remaining"), 2);
	CHECK_NUMBER(number(v, "reads"), 11);
	CHECK_NUMBER(number(v, "writes"), 12);
	CHECK_NUMBER(number(v, "flushes"), 13);
	CHECK_NUMBER(number(v, "peer-writes"), 14);
	CHECK_NUMBER(number(v, "peer-reads"), 0);
	CHECK_NUMBER(number(v, "repaired"), 0);
	CHECK_NUMBER(number(v, "pending"), 15);
	CHECK_NUMBER(number(v, "waiting"), 0);
	CHECK_NUMBER(number(v, "hot"), 0);
	CHECK_NUMBER(number(v, "suspect"), 0);
	CHECK_NUMBER(number(v, "meta-writes"), 0);
	CHECK_NUMBER(number(v, "sync-differ"), 0);
	CHECK_NUMBER(json_object_array_length(member(v, "extent")), 0);
	CHECK_NUMBER(number(v, "discards"), 16);
	CHECK_NUMBER(number(v, "read-bytes"), 17);
	CHECK_NUMBER(number(v, "write-bytes"), 18);
	CHECK_NUMBER(number(v, "waiting-region"), 0);
	CHECK_NUMBER(json_object_object_length(v), 33);
}

static void json_of_a_peer(struct json_object *p)
{
	CHECK_TEXT(string(p, "name"), "beta");
	CHECK_NUMBER(number(p, "node-id"), 2);
	CHECK_TEXT(string(p, "address"), "10.0.0.2:8459");
	CHECK(!json_object_get_boolean(member(p, "insecure")));
	CHECK_NUMBER(number(p, "ping-timeout"), 500);
	CHECK_TEXT(string(p, "link-state"), "connected");
	CHECK_TEXT(string(p, "role"), "secondary");
	CHECK_NUMBER(number(p, "streams"), 4);
	CHECK_NUMBER(number(p, "sent"), 21);
	CHECK_NUMBER(number(p, "received"), 22);
	CHECK(!json_object_get_boolean(member(p, "diverged")));
	CHECK_NUMBER(number(p, "sessions"), 23);
	CHECK_TEXT(string(p, "compression"), "none");
	CHECK_TEXT(string(p, "compression-lack"), "nothing");
	CHECK_NUMBER(number(p, "packed-from"), 0);
	CHECK_NUMBER(number(p, "packed-to"), 0);
	CHECK_NUMBER(json_object_object_length(p), 16);
}

/* What is wished, what is, and why. */
static void packed(void)
{
	struct model_resource *r;
	struct model_peer *p;

	fake_reset();
	r = fake_resource("r0");
	p = r->peers;
	r->compression = DYAD_COMPRESSION_ZSTD;
	CHECK_NUMBER(fake_run("status", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "\n    compression zstd counts from the next session on\n");
	p->compression = DYAD_COMPRESSION_ZSTD;
	p->packed_from = 20 << 20;
	p->packed_to = 5 << 20;
	CHECK_NUMBER(fake_run("status", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "\n    data goes packed with zstd: 20 MiB became 5.0 MiB\n");
	CHECK(!strstr(fake.out, "next session"));
	CHECK_NUMBER(fake_run_json("status", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "\"packed-to\": 5242880");
	p->compression = DYAD_COMPRESSION_NONE;
	p->compression_lack = DYAD_COMPRESSION_LACK_PEER;
	CHECK_NUMBER(fake_run("status", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "\n    data does not go packed: the peer's version or kernel");
	CHECK(!strstr(fake.out, "next session"));
	fake_reset();
}

static void json(void)
{
	struct json_object *root, *r;

	fake_reset();
	start_resync(fake_resource("r0")->volumes);
	CHECK_NUMBER(fake_run_json("status", NULL), CMD_DONE);
	r = printed(&root);
	json_of_a_resource(r);
	CHECK_NUMBER(json_object_array_length(member(r, "volume")), 1);
	json_of_a_volume(json_object_array_get_idx(member(r, "volume"), 0));
	CHECK_NUMBER(json_object_array_length(member(r, "peer")), 1);
	json_of_a_peer(json_object_array_get_idx(member(r, "peer"), 0));
	json_object_put(root);
	fake_reset();
}

static void json_without_a_session(void)
{
	struct json_object *root, *r, *v, *p;

	fake_reset();
	make_lonely(fake_resource("r0"));
	CHECK_NUMBER(fake_run_json("status", NULL), CMD_DONE);
	r = printed(&root);
	v = json_object_array_get_idx(member(r, "volume"), 0);
	p = json_object_array_get_idx(member(r, "peer"), 0);
	CHECK_TEXT(string(r, "generation"), "0000000000000000");
	CHECK(!has(v, "disk") && !has(v, "peer-data-state") && !has(v, "sync-percent"));
	CHECK_TEXT(string(v, "sync-role"), "none");
	CHECK(!has(p, "role") && !has(p, "streams"));
	CHECK(json_object_get_boolean(member(p, "insecure")));
	CHECK_TEXT(string(p, "link-state"), "connecting");
	CHECK_TEXT(string(p, "reason"), "the peer refused the key");
	json_object_put(root);
	fake_reset();
}

const struct test test_show[] = {
	{ "in sync", in_sync },
	{ "settings", settings },
	{ "why I/O waits", held },
	{ "with metadata", with_metadata },
	{ "verified", verified },
	{ "diverged", diverged },
	{ "in a resync", in_resync },
	{ "not connected", not_connected },
	{ "nothing", nothing },
	{ "list", list },
	{ "packed", packed },
	{ "JSON", json },
	{ "JSON without a session", json_without_a_session },
	{ 0 },
};
