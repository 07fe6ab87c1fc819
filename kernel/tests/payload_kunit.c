// SPDX-License-Identifier: GPL-2.0-only
/* Tests of what messages of a session carry: state, lineage, acknowledgements (law 9). */
#include "core/wire.h"

#include <linux/errno.h>

#include "tests.h"
#include "uapi/linux/dyad.h"

#define TAG 0x1122334455667788ull

static void fill_lineage(struct dyad_lineage *l, u64 *seed)
{
	int i;

	l->now = dyad_random(seed) | 1;
	l->base = dyad_random(seed);
	for (i = 0; i < DYAD_HISTORY; i++)
		l->history[i] = dyad_random(seed);
}

static struct dyad_state_msg *new_state(struct kunit *test, u64 seed)
{
	struct dyad_state_msg *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, s);
	fill_lineage(&s->lineage, &seed);
	s->instance = dyad_random(&seed);
	s->peer_instance = dyad_random(&seed);
	s->alone_since = dyad_random(&seed);
	s->ping_ms = dyad_random(&seed);
	s->policy = dyad_random_below(&seed, DYAD_SPLIT_POLICY_DISCARD_ZERO_CHANGES + 1);
	s->primary_policy = dyad_random_below(&seed, DYAD_PRIMARY_POLICY_DISCARD_SECONDARY + 1);
	s->primary = dyad_random_below(&seed, 2);
	s->was_primary = dyad_random_below(&seed, 2);
	s->discard = dyad_random_below(&seed, 2);
	s->fencing = dyad_random_below(&seed, 2);
	s->mode = DYAD_MODE_SYNC;
	for (i = 0; i < DYAD_WIRE_VOLUMES; i++) {
		struct dyad_volume_state *v = &s->volumes[i];

		v->present = dyad_random_below(&seed, 4);
		if (!v->present)
			continue;
		v->in_use = dyad_random_below(&seed, 2);
		v->unsure = dyad_random_below(&seed, 2);
		v->sectors = dyad_random(&seed) >> 10;
		if (dyad_random_below(&seed, 2))
			v->pending = v->sectors + 1 + (dyad_random(&seed) >> 10);
		v->dirty = dyad_random(&seed) >> 12;
		v->block_size = 512u << dyad_random_below(&seed, 4);
		v->data_state = dyad_random_below(&seed, 6);
	}
	return s;
}

/* Padding aside, which kzalloc() and the decoder may leave different. */
static bool same_state(const struct dyad_state_msg *a, const struct dyad_state_msg *b)
{
	int i;

	if (memcmp(&a->lineage, &b->lineage, sizeof(a->lineage)) || a->instance != b->instance ||
	    a->primary != b->primary || a->was_primary != b->was_primary ||
	    a->discard != b->discard || a->fencing != b->fencing || a->mode != b->mode ||
	    a->peer_instance != b->peer_instance ||
	    a->alone_since != b->alone_since || a->ping_ms != b->ping_ms ||
	    a->policy != b->policy || a->primary_policy != b->primary_policy)
		return false;
	for (i = 0; i < DYAD_WIRE_VOLUMES; i++) {
		const struct dyad_volume_state *v = &a->volumes[i], *w = &b->volumes[i];

		if (v->sectors != w->sectors || v->pending != w->pending ||
		    v->dirty != w->dirty || v->block_size != w->block_size ||
		    v->present != w->present || v->in_use != w->in_use || v->unsure != w->unsure ||
		    v->data_state != w->data_state)
			return false;
	}
	return true;
}

static void state_round_trip(struct kunit *test)
{
	u8 *bytes = kunit_kzalloc(test, DYAD_WIRE_STATE_BYTES, GFP_KERNEL);
	struct dyad_state_msg *got = kunit_kzalloc(test, sizeof(*got), GFP_KERNEL);
	u64 seed;

	KUNIT_ASSERT_NOT_NULL(test, bytes);
	KUNIT_ASSERT_NOT_NULL(test, got);
	for (seed = 0; seed < 100; seed++) {
		struct dyad_state_msg *state = new_state(test, seed);

		dyad_wire_put_state(bytes, state);
		memset(got, 0xff, sizeof(*got));
		KUNIT_EXPECT_EQ(test, dyad_wire_get_state(got, bytes), 0);
		KUNIT_EXPECT_TRUE_MSG(test, same_state(state, got), "seed %llu", seed);
	}
}

#define STATE_MODE 105
#define STATE_POLICY 106
#define STATE_PRIMARY_POLICY 107
#define VOLUME_AT(i, field) (112 + 32 * (i) + (field))

static const struct dyad_byte_row state_byte[] = {
	{ "as it is", VOLUME_AT(0, 0), 1, 0 },
	{ "sync mode", STATE_MODE, DYAD_MODE_SYNC, 0 },
	{ "memsync mode", STATE_MODE, DYAD_MODE_MEMSYNC, 0 },
	{ "mode that nobody knows", STATE_MODE, DYAD_MODE_ASYNC + 1, -EPROTO },
	{ "mode 255", STATE_MODE, 255, -EPROTO },
	{ "last policy", STATE_POLICY, DYAD_SPLIT_POLICY_DISCARD_ZERO_CHANGES, 0 },
	{ "policy that nobody knows", STATE_POLICY,
	  DYAD_SPLIT_POLICY_DISCARD_ZERO_CHANGES + 1, -EPROTO },
	{ "last policy for a primary", STATE_PRIMARY_POLICY,
	  DYAD_PRIMARY_POLICY_DISCARD_SECONDARY, 0 },
	{ "policy for a primary that nobody knows", STATE_PRIMARY_POLICY,
	  DYAD_PRIMARY_POLICY_DISCARD_SECONDARY + 1, -EPROTO },
	{ "up to date", VOLUME_AT(0, 29), DYAD_DATA_STATE_UPTODATE, 0 },
	{ "data state after the last", VOLUME_AT(0, 29), DYAD_DATA_STATE_UPTODATE + 1, -EPROTO },
	{ "data state 255 of the last volume", VOLUME_AT(15, 29), 255, -EPROTO },
	{ "size that wraps in bytes", VOLUME_AT(0, 7), 1, -EPROTO },
	{ "twice the size pending", VOLUME_AT(0, 9), 16, 0 },
	{ "the same size pending", VOLUME_AT(0, 9), 8, -EPROTO },
	{ "a smaller size pending, last volume", VOLUME_AT(15, 8), 1, -EPROTO },
	{ "pending size that wraps in bytes", VOLUME_AT(0, 15), 1, -EPROTO },
	{ "size that wraps, last volume", VOLUME_AT(15, 6), 0x80, -EPROTO },
	{ "block size of 4 KiB", VOLUME_AT(0, 25), 16, 0 },
	{ "block size 0", VOLUME_AT(0, 25), 0, -EPROTO },
	{ "block size off a power of two", VOLUME_AT(0, 25), 3, -EPROTO },
	{ "block size off a sector", VOLUME_AT(0, 24), 1, -EPROTO },
	{ "block size of 8 KiB", VOLUME_AT(0, 25), 32, -EPROTO },
	{ "block size of 2 GiB", VOLUME_AT(15, 27), 128, -EPROTO },
};

DYAD_ROWS(state_byte);

/* The first and the last volume are there, with sectors of 512 bytes. */
static void state_checked(struct kunit *test)
{
	const struct dyad_byte_row *row = test->param_value;
	struct dyad_state_msg *got = kunit_kzalloc(test, sizeof(*got), GFP_KERNEL);
	u8 *bytes = kunit_kzalloc(test, DYAD_WIRE_STATE_BYTES, GFP_KERNEL);
	struct dyad_state_msg *state = new_state(test, 1);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, got);
	KUNIT_ASSERT_NOT_NULL(test, bytes);
	KUNIT_ASSERT_EQ(test, DYAD_WIRE_STATE_BYTES, VOLUME_AT(16, 0));
	memset(state->volumes, 0, sizeof(state->volumes));
	for (i = 0; i < DYAD_WIRE_VOLUMES; i += 15)
		state->volumes[i] = (struct dyad_volume_state) {
			.present = true, .sectors = 2048, .block_size = 512,
			.data_state = DYAD_DATA_STATE_UPTODATE,
		};
	dyad_wire_put_state(bytes, state);
	bytes[row->at] = row->value;
	KUNIT_EXPECT_EQ(test, dyad_wire_get_state(got, bytes), row->ret);
}

/* No bit makes the decoder read beyond the message or leave a field unset. */
static void state_flipped(struct kunit *test)
{
	struct dyad_state_msg *got = kunit_kzalloc(test, 2 * sizeof(*got), GFP_KERNEL);
	u8 *bytes = kunit_kzalloc(test, DYAD_WIRE_STATE_BYTES, GFP_KERNEL);
	u8 *again = kunit_kzalloc(test, DYAD_WIRE_STATE_BYTES, GFP_KERNEL);
	struct dyad_state_msg *state = new_state(test, 2);
	int bit, accepted = 0;

	KUNIT_ASSERT_NOT_NULL(test, got);
	KUNIT_ASSERT_NOT_NULL(test, bytes);
	KUNIT_ASSERT_NOT_NULL(test, again);
	for (bit = 0; bit < 8 * DYAD_WIRE_STATE_BYTES; bit++) {
		dyad_wire_put_state(bytes, state);
		bytes[bit / 8] ^= 1u << (bit % 8);
		if (dyad_wire_get_state(&got[0], bytes))
			continue;
		accepted++;
		dyad_wire_put_state(again, &got[0]);
		KUNIT_EXPECT_EQ(test, dyad_wire_get_state(&got[1], again), 0);
		KUNIT_EXPECT_TRUE_MSG(test, same_state(&got[0], &got[1]), "bit %d", bit);
	}
	KUNIT_EXPECT_NE(test, accepted, 0);
}

static void sync_round_trip(struct kunit *test)
{
	u8 *bytes = kunit_kzalloc(test, DYAD_WIRE_SYNC_BYTES, GFP_KERNEL);
	struct dyad_sync_msg sync, got;
	u64 seed = 3;
	int i, round;

	KUNIT_ASSERT_NOT_NULL(test, bytes);
	for (round = 0; round < 100; round++) {
		fill_lineage(&sync.lineage, &seed);
		for (i = 0; i < DYAD_WIRE_VOLUMES; i++)
			sync.dirty[i] = dyad_random(&seed);
		dyad_wire_put_sync(bytes, &sync);
		KUNIT_EXPECT_EQ(test, dyad_wire_get_sync(&got, bytes), 0);
		KUNIT_EXPECT_EQ(test, memcmp(&sync, &got, sizeof(got)), 0);
	}
	/* Nobody adopts a content without a name. */
	sync.lineage.now = 0;
	dyad_wire_put_sync(bytes, &sync);
	KUNIT_EXPECT_EQ(test, dyad_wire_get_sync(&got, bytes), -EPROTO);
}

struct ack_row {
	const char *name;
	u32 status;
	int ret;
};

static const struct ack_row ack_status[] = {
	{ "done", DYAD_ACK_OK, 0 },
	{ "failed", DYAD_ACK_ERROR, 0 },
	{ "received", DYAD_ACK_RECEIVED, 0 },
	{ "unknown", DYAD_ACK_RECEIVED + 1, -EPROTO },
	{ "256", 256, -EPROTO },
	{ "all bits", ~0u, -EPROTO },
};

DYAD_ROWS(ack_status);

static void ack_checked(struct kunit *test)
{
	const struct ack_row *row = test->param_value;
	struct dyad_ack ack = { .tag = TAG, .value = ~TAG, .status = row->status }, got;
	u8 *bytes = kunit_kzalloc(test, DYAD_WIRE_ACK_BYTES, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, bytes);
	dyad_wire_put_ack(bytes, &ack);
	KUNIT_EXPECT_EQ(test, dyad_wire_get_ack(&got, bytes), row->ret);
	KUNIT_EXPECT_EQ(test, got.tag, ack.tag);
	KUNIT_EXPECT_EQ(test, got.value, ack.value);
	KUNIT_EXPECT_EQ(test, got.status, ack.status);
}

static struct kunit_case payload_cases[] = {
	KUNIT_CASE(state_round_trip),
	KUNIT_CASE_PARAM(state_checked, state_byte_rows_gen_params),
	KUNIT_CASE(state_flipped),
	KUNIT_CASE(sync_round_trip),
	KUNIT_CASE_PARAM(ack_checked, ack_status_rows_gen_params),
	{ }
};

static struct kunit_suite payload_suite = {
	.name = "dyad_payload",
	.test_cases = payload_cases,
};

kunit_test_suite(payload_suite);
