// SPDX-License-Identifier: GPL-2.0-only
/*
 * test-model: from the kernel's attributes to structs.
 */
#include "test.h"

#include "fake-kernel.h"
#include "kernel.h"
#include "put.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <netlink/genl/genl.h>
#include <netlink/msg.h>

static bool take(struct model_resource *r, struct nl_msg *msg)
{
	bool good = model_take(r, msg);

	nlmsg_free(msg);
	return good;
}

static void set_volume(struct model_volume *w)
{
	w->index = 3;
	w->device = 7;
	w->dirty = 1ull << 40;
	w->sync_role = DYAD_SYNC_ROLE_TARGET;
	w->sync_total = 31;
	w->sync_done = 32;
	w->sync_copied = 33;
	w->sync_ms = 34;
	w->waiting = 35;
	w->waiting_region = 44;
	w->discards = 45;
	w->read_bytes = 1ull << 42;
	w->write_bytes = 1ull << 43;
	w->meta = strdup("/dev/sdc");
	w->hot = 36;
	w->suspect = 37;
	w->meta_writes = 38;
	w->sync_differ = 39;
	w->peer_reads = 48;
	w->repaired = 1ull << 35;
	w->extents = calloc(2, sizeof(*w->extents));
	w->n_extents = 2;
	w->extents[1].start = 1ull << 41;
	w->extents[1].length = 40;
}

static void set_fencing(struct model_resource *want)
{
	want->held = DYAD_HOLD_GROWING;
	want->fencing = DYAD_FENCING_REQUIRED;
	want->fence_timeout = 30;
	want->io_timeout = 5;
	want->compression = DYAD_COMPRESSION_LZ4;
	want->fence_timeout_action = DYAD_FENCE_ACTION_GO_ON;
	want->fence_state = DYAD_FENCE_STATE_TIMED_OUT;
	want->fence_id = 7;
}

static void check_fencing(const struct model_resource *got)
{
	CHECK_NUMBER(got->held, DYAD_HOLD_GROWING);
	CHECK_NUMBER(got->fencing, DYAD_FENCING_REQUIRED);
	CHECK_NUMBER(got->fence_timeout, 30);
	CHECK_NUMBER(got->io_timeout, 5);
	CHECK_NUMBER(got->compression, DYAD_COMPRESSION_LZ4);
	CHECK_NUMBER(got->fence_timeout_action, DYAD_FENCE_ACTION_GO_ON);
	CHECK_NUMBER(got->fence_state, DYAD_FENCE_STATE_TIMED_OUT);
	CHECK_NUMBER(got->fence_id, 7);
}

static void set_backlog(struct model_resource *r)
{
	r->backlog = 44;
	r->on_full = DYAD_ON_FULL_TRACK;
	r->backlog_overruns = 1ull << 35;
	r->behind = true;
	r->has_lag = true;
	r->lag = 45;
	r->lag_ms = 46;
	r->throttled = 47;
}

static void check_backlog(const struct model_resource *r)
{
	CHECK_NUMBER(r->backlog, 44);
	CHECK_NUMBER(r->on_full, DYAD_ON_FULL_TRACK);
	CHECK_NUMBER(r->backlog_overruns, 1ull << 35);
	CHECK(r->behind);
	CHECK(r->has_lag && r->lag == 45 && r->lag_ms == 46 && r->throttled == 47);
}

static void set_peer(struct model_peer *q)
{
	q->diverged = true;
	q->changed = 1ull << 33;
	q->alone_since = 41;
	q->sessions = 46;
	q->lost_at = 47;
	q->lost_reason = strdup("it was lost");
	q->compression = DYAD_COMPRESSION_ZSTD;
	q->compression_lack = DYAD_COMPRESSION_LACK_HERE;
	q->packed_from = 47;
	q->packed_to = 48;
	q->insecure = true;
	q->reason = strdup("because");
	q->role = DYAD_ROLE_PRIMARY;
}

static void check_peer(const struct model_peer *p, const struct model_peer *q)
{
	CHECK_TEXT(p->name, "beta");
	CHECK_TEXT(p->reason, "because");
	CHECK_NUMBER(p->node_id, 2);
	CHECK(!memcmp(&p->address, &q->address, sizeof(p->address)));
	CHECK(p->insecure && p->has_role && p->has_streams);
	CHECK_NUMBER(p->ping_timeout, 500);
	CHECK_NUMBER(p->link_state, DYAD_LINK_STATE_CONNECTED);
	CHECK_NUMBER(p->role, DYAD_ROLE_PRIMARY);
	CHECK_NUMBER(p->streams, 4);
	CHECK_NUMBER(p->sent, 21);
	CHECK_NUMBER(p->received, 22);
	CHECK(p->diverged);
	CHECK_NUMBER(p->changed, 1ull << 33);
	CHECK_NUMBER(p->alone_since, 41);
	CHECK_NUMBER(p->sessions, 46);
	CHECK_NUMBER(p->lost_at, 47);
	CHECK_TEXT(p->lost_reason, "it was lost");
	CHECK_NUMBER(p->compression, DYAD_COMPRESSION_ZSTD);
	CHECK_NUMBER(p->compression_lack, DYAD_COMPRESSION_LACK_HERE);
	CHECK_NUMBER(p->packed_from, 47);
	CHECK_NUMBER(p->packed_to, 48);
}

static void all_attributes(void)
{
	struct model_resource *want, got;
	struct model_volume *v, *w;
	struct model_peer *p, *q;

	fake_reset();
	want = fake_resource("r0");
	w = want->volumes;
	q = want->peers;
	set_volume(w);
	set_peer(q);
	want->recovery = 42;
	want->resync_rate = 1ull << 34;
	want->split_policy = DYAD_SPLIT_POLICY_DISCARD_ZERO_CHANGES;
	want->split_policy_primary = DYAD_PRIMARY_POLICY_DISCARD_SECONDARY;
	set_backlog(want);
	set_fencing(want);
	want->alone_since = 43;
	CHECK(take(&got, fake_message(DYAD_CMD_RESOURCE_GET, want)));
	CHECK_TEXT(got.name, "r0");
	CHECK_NUMBER(got.node_id, 1);
	CHECK_NUMBER(got.port, 8459);
	CHECK_NUMBER(got.streams, 4);
	CHECK_NUMBER(got.mode, DYAD_MODE_SYNC);
	CHECK_NUMBER(got.role, DYAD_ROLE_PRIMARY);
	CHECK_NUMBER(got.generation, 0x8f3a5c0d11e2b497);
	CHECK_NUMBER(got.n_volumes, 1);
	CHECK_NUMBER(got.n_peers, 1);
	v = got.volumes;
	p = got.peers;
	CHECK_TEXT(v->disk, "/dev/sdb");
	CHECK_TEXT(v->meta, "/dev/sdc");
	CHECK_NUMBER(v->n_extents, 2);
	CHECK(!memcmp(v->extents, w->extents, 2 * sizeof(*v->extents)));
	v->disk = (free(v->disk), w->disk);
	v->meta = (free(v->meta), w->meta);
	v->extents = (free(v->extents), w->extents);
	CHECK(!memcmp(v, w, sizeof(*v)));
	v->disk = v->meta = NULL;
	v->extents = NULL;
	check_peer(p, q);
	CHECK_NUMBER(got.recovery, 42);
	CHECK_NUMBER(got.resync_rate, 1ull << 34);
	CHECK_NUMBER(got.split_policy, DYAD_SPLIT_POLICY_DISCARD_ZERO_CHANGES);
	CHECK_NUMBER(got.split_policy_primary, DYAD_PRIMARY_POLICY_DISCARD_SECONDARY);
	check_fencing(&got);
	CHECK_NUMBER(got.alone_since, 43);
	check_backlog(&got);
	model_free_resource(&got);
	fake_reset();
}

/* Optional attributes are optional, and unknown ones are the business of a newer tool. */
static void few_and_unknown(void)
{
	struct model_resource want = { .name = (char *)"r0" }, got;
	struct nl_msg *msg = fake_message(DYAD_CMD_RESOURCE_GET, &want);
	struct nlattr *nest;

	put_u32(msg, 99, 1);
	nest = nla_nest_start(msg, DYAD_A_RESOURCE_PEER);
	put_string(msg, DYAD_A_PEER_NAME, "beta");
	put_string(msg, DYAD_A_PEER_REASON, "");
	put_u32(msg, 99, 1);
	nla_nest_end(msg, nest);
	nest = nla_nest_start(msg, DYAD_A_RESOURCE_VOLUME);
	put_u32(msg, DYAD_A_VOLUME_INDEX, 4);
	nla_nest_end(msg, nest);
	CHECK(take(&got, msg));
	CHECK_NUMBER(got.n_peers, 1);
	CHECK(!got.peers[0].reason && !got.peers[0].has_role && !got.peers[0].has_streams &&
	      !got.peers[0].insecure);
	CHECK_NUMBER(got.n_volumes, 1);
	CHECK(!got.volumes[0].disk && !got.volumes[0].peer_known);
	model_free_resource(&got);
}

static void wrong_attributes(void)
{
	static const char address[27] = { 0 };
	struct model_resource want = { .name = (char *)"r0" }, got;
	struct nl_msg *msg;
	struct nlattr *nest, *extent;
	int i;

	for (i = 0; i < 7; i++) {
		msg = fake_message(DYAD_CMD_RESOURCE_GET, &want);
		nest = nla_nest_start(msg, i == 1 || i == 3 ? DYAD_A_RESOURCE_PEER : DYAD_A_RESOURCE_VOLUME);
		switch (i) {
		case 0:
			put_binary(msg, DYAD_A_VOLUME_SIZE, "1234", 4);
			break;
		case 1:
			put_string(msg, DYAD_A_PEER_NAME, "beta");
			put_binary(msg, DYAD_A_PEER_ADDRESS, address, sizeof(address));
			break;
		case 2:
			put_binary(msg, DYAD_A_VOLUME_INDEX, "12", 2);
			break;
		case 3:		/* a peer without a name */
			put_u32(msg, DYAD_A_PEER_NODE_ID, 1);
			break;
		case 4:
			put_binary(msg, DYAD_A_VOLUME_OPENERS, NULL, 0);
			break;
		case 5:
			put_binary(msg, DYAD_A_VOLUME_HOT, "1234", 4);
			break;
		case 6:
			extent = nla_nest_start(msg, DYAD_A_VOLUME_EXTENT);
			put_u32(msg, DYAD_A_EXTENT_START, 1);
			put_u64(msg, DYAD_A_EXTENT_LENGTH, 1);
			nla_nest_end(msg, extent);
			break;
		}
		nla_nest_end(msg, nest);
		CHECK(!take(&got, msg));
	}
	msg = nlmsg_alloc();
	genlmsg_put(msg, 0, 0, 32, 0, 0, DYAD_CMD_RESOURCE_GET, 1);
	CHECK(!take(&got, msg));
}

static void one_of_each_name_in_order(void)
{
	struct kernel *kernel;
	struct model m;

	fake_reset();
	fake_resource("r2");
	fake_resource("r0");
	fake_resource("r1");
	fake_resource("r0")->node_id = 9;
	fake.interrupted = 2;
	kernel = kernel_open(true);
	CHECK_NUMBER(model_load(&m, kernel), 0);
	CHECK_NUMBER(fake.interrupted, 0);
	CHECK_NUMBER(m.n_resources, 3);
	CHECK_TEXT(m.resources[0].name, "r0");
	CHECK_NUMBER(m.resources[0].node_id, 9);
	CHECK_TEXT(m.resources[1].name, "r1");
	CHECK_TEXT(m.resources[2].name, "r2");
	model_drop(&m, "r1");
	model_drop(&m, "r7");
	CHECK_NUMBER(m.n_resources, 2);
	CHECK_TEXT(m.resources[1].name, "r2");
	model_free(&m);
	kernel_close(kernel);
	fake_reset();
}

static void volumes_in_order(void)
{
	struct model_resource *r, got;

	fake_reset();
	r = fake_resource("r0");
	r->volumes = realloc(r->volumes, 3 * sizeof(*r->volumes));
	memset(r->volumes + 1, 0, 2 * sizeof(*r->volumes));
	r->n_volumes = 3;
	r->volumes[0].index = 5;
	r->volumes[1].index = 2;
	r->volumes[2].index = 11;
	CHECK(take(&got, fake_message(DYAD_CMD_RESOURCE_GET, r)));
	CHECK_NUMBER(got.n_volumes, 3);
	CHECK_NUMBER(got.volumes[0].index, 2);
	CHECK_NUMBER(got.volumes[1].index, 5);
	CHECK_NUMBER(got.volumes[2].index, 11);
	CHECK(model_find_volume(&got, 11) == &got.volumes[2]);
	CHECK(!model_find_volume(&got, 0));
	model_free_resource(&got);
	fake_reset();
}

static void load_one(void)
{
	struct kernel *kernel;
	struct model_resource r;

	fake_reset();
	fake_resource("r0");
	kernel = kernel_open(true);
	CHECK_NUMBER(-model_load_one(&r, kernel, "r1"), ENOENT);
	CHECK_NUMBER(model_load_one(&r, kernel, "r0"), 0);
	CHECK_TEXT(r.name, "r0");
	model_free_resource(&r);
	kernel_close(kernel);
	fake_reset();
}

static void names_of_values(void)
{
	CHECK_TEXT(model_role(DYAD_ROLE_PRIMARY), "primary");
	CHECK_TEXT(model_role(2), "unknown");
	CHECK_TEXT(model_mode(DYAD_MODE_SYNC), "sync");
	CHECK_TEXT(model_data_state(DYAD_DATA_STATE_UPTODATE), "uptodate");
	CHECK_TEXT(model_data_state(DYAD_DATA_STATE_UPTODATE + 1), "unknown");
	CHECK_TEXT(model_link_state(DYAD_LINK_STATE_NEGOTIATING), "negotiating");
	CHECK_TEXT(model_sync_role(DYAD_SYNC_ROLE_TARGET), "target");
	CHECK_TEXT(model_sync_role(UINT32_MAX), "unknown");
}

static void progress(void)
{
	struct model_volume v = {
		.sync_role = DYAD_SYNC_ROLE_SOURCE, .sync_total = 1000, .sync_done = 375,
		.sync_ms = 500,
	};
	struct model_sync s = model_volume_sync(&v);

	CHECK(s.running && s.has_remaining);
	CHECK_NUMBER(s.percent, 37);
	CHECK_NUMBER(s.rate, 750);
	CHECK_NUMBER(s.remaining, 1);
	v.sync_total = 1ull << 60;
	v.sync_done = v.sync_total - 1;
	v.sync_ms = 0;
	s = model_volume_sync(&v);
	CHECK_NUMBER(s.percent, 99);
	CHECK_NUMBER(s.rate, 0);
	CHECK(!s.has_remaining);
	v.sync_done = v.sync_total + 1;
	CHECK_NUMBER(model_volume_sync(&v).percent, 100);
	v.sync_total = v.sync_done = 0;
	CHECK_NUMBER(model_volume_sync(&v).percent, 0);
	v.sync_role = DYAD_SYNC_ROLE_NONE;
	CHECK(!model_volume_sync(&v).running);
}

static void progress_of_all_volumes(void)
{
	struct model_volume v[3] = {
		{ .sync_role = DYAD_SYNC_ROLE_TARGET, .sync_total = 300, .sync_done = 100,
		  .sync_ms = 1000 },
		{ .sync_role = DYAD_SYNC_ROLE_NONE, .sync_total = 9000, .sync_done = 9000 },
		{ .sync_role = DYAD_SYNC_ROLE_TARGET, .sync_total = 100, .sync_done = 100,
		  .sync_ms = 800 },
	};
	struct model_resource r = { .volumes = v, .n_volumes = 3 };
	struct model_sync s = model_resource_sync(&r);

	CHECK(s.running);
	CHECK_NUMBER(s.percent, 50);
	CHECK_NUMBER(s.rate, 200);
	CHECK_NUMBER(s.remaining, 1);
	r.n_volumes = 0;
	CHECK(!model_resource_sync(&r).running);
}

const struct test test_model[] = {
	{ "all attributes arrive", all_attributes },
	{ "few and unknown attributes", few_and_unknown },
	{ "attributes of the wrong size", wrong_attributes },
	{ "an interrupted dump is taken again", one_of_each_name_in_order },
	{ "volumes in order", volumes_in_order },
	{ "one resource", load_one },
	{ "names of values", names_of_values },
	{ "progress", progress },
	{ "progress of all volumes", progress_of_all_volumes },
	{ 0 },
};
