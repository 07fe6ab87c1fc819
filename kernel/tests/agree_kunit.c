// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of the handshake's decision: named rows, and all states of two nodes in
 * a generated space, each decided on both sides and judged by rules of its own.
 */
/* It has a complete() of its own, which is not the one of linux/completion.h. */
#define complete agree_complete
#include "../core/agree.c"
#undef complete

#include "tests.h"

#define SECTORS 2048

static void volume_of(struct dyad_volume_state *v, u8 data_state)
{
	*v = (struct dyad_volume_state) {
		.present = true, .sectors = SECTORS, .block_size = 512, .data_state = data_state,
	};
}

static bool mirrored(const struct dyad_agreement *a, const struct dyad_agreement *b)
{
	return a->reason == b->reason && a->everything == b->everything &&
	       (a->direction == DYAD_DIRECTION_LEAN) == (b->direction == DYAD_DIRECTION_BEAR) &&
	       (a->direction == DYAD_DIRECTION_BEAR) == (b->direction == DYAD_DIRECTION_LEAN) &&
	       (a->direction == DYAD_DIRECTION_SEND) == (b->direction == DYAD_DIRECTION_RECEIVE) &&
	       (a->direction == DYAD_DIRECTION_RECEIVE) == (b->direction == DYAD_DIRECTION_SEND);
}

/* --- named rows --- */

struct side {
	u64 now;
	u64 base;
	u64 history;
	enum dyad_data_state data_state;
	bool primary;
	bool was_primary;
	bool discard;
	bool survived;		/* it has not started anew since both held the same */
	bool met;		/* nor has the other */
	enum dyad_split_policy policy;
	bool yields;		/* to the other if that is primary */
	u64 since;
	u64 dirty;
	bool unsure;
	bool async;
};

struct agree_row {
	const char *name;
	struct side mine;
	struct side peer;
	bool mine_low;
	struct dyad_agreement result;
};

#define BAD DYAD_DATA_STATE_INCONSISTENT
#define OLD DYAD_DATA_STATE_OUTDATED
#define WHOLE DYAD_DATA_STATE_CONSISTENT
#define GOOD DYAD_DATA_STATE_UPTODATE
#define NONE { .direction = DYAD_DIRECTION_NONE }
#define SEND { .direction = DYAD_DIRECTION_SEND }
#define SEND_ALL { .direction = DYAD_DIRECTION_SEND, .everything = true }
#define RECEIVE { .direction = DYAD_DIRECTION_RECEIVE }
#define RECEIVE_ALL { .direction = DYAD_DIRECTION_RECEIVE, .everything = true }
#define POLICY(which) .policy = DYAD_SPLIT_POLICY_DISCARD_##which
#define LEAN { .direction = DYAD_DIRECTION_LEAN }
#define BEAR { .direction = DYAD_DIRECTION_BEAR }
#define LOST DYAD_DATA_STATE_FAILED
#define NO(why) { .reason = DYAD_REASON_##why }

static const struct agree_row agree[] = {
	{ "two new disks", { 0, 0, 0, BAD }, { 0, 0, 0, BAD }, true, NONE },
	{ "first copy", { 1, 0, 0, GOOD, .primary = true }, { 0, 0, 0, BAD }, false, SEND_ALL },
	{ "first copy here", { 0, 0, 0, BAD }, { 1, 0, 0, GOOD, .was_primary = true }, true,
	  RECEIVE_ALL },
	{ "a peer that forgot all, a primary here", { 1, 0, 0, GOOD, .primary = true },
	  { 0, 0, 0, BAD }, true, SEND_ALL },
	{ "a peer that forgot all may have led (law 3)", { 1, 0, 0, WHOLE }, { 0, 0, 0, BAD }, true,
	  NO(NO_SOURCE) },
	{ "a peer that forgot all did lead", { 1, 0, 0, OLD }, { 0, 0, 0, BAD }, true,
	  NO(NO_SOURCE) },
	{ "a short cut", { 2, 1, 0, GOOD, .primary = true }, { 1, 0, 0, OLD }, false, SEND },
	{ "a short cut, interrupted", { 2, 1, 0, GOOD, .primary = true }, { 1, 0, 0, BAD }, false,
	  SEND },
	{ "failed over", { 1, 0, 0, WHOLE, .was_primary = true },
	  { 2, 1, 0, GOOD, .primary = true }, true, RECEIVE },
	{ "long away", { 3, 2, 1, GOOD }, { 1, 0, 0, WHOLE }, true, SEND_ALL },
	{ "nothing happened, a primary here", { 1, 0, 0, GOOD, .primary = true },
	  { 1, 0, 0, WHOLE }, false, SEND },
	{ "nothing happened, a primary there", { 1, 0, 0, WHOLE },
	  { 1, 0, 0, GOOD, .primary = true }, true, RECEIVE },
	{ "both lost power, the last primary leads (H13)", { 1, 0, 0, WHOLE },
	  { 1, 0, 0, WHOLE, .was_primary = true }, true, RECEIVE },
	{ "the last primary crashed, the other survived (H13)",
	  { 1, 0, 0, WHOLE, .survived = true }, { 1, 0, 0, WHOLE, .was_primary = true }, false,
	  SEND },
	{ "both survived, the last primary leads (H13)", { 1, 0, 0, WHOLE, .survived = true },
	  { 1, 0, 0, WHOLE, .was_primary = true, .survived = true }, true, RECEIVE },
	{ "the survivor is incomplete", { 1, 0, 0, BAD, .survived = true },
	  { 1, 0, 0, WHOLE, .was_primary = true }, true, RECEIVE },
	{ "the primary crashed, and leads again by force", { 1, 0, 0, WHOLE, .survived = true },
	  { 1, 0, 0, GOOD, .primary = true }, true, RECEIVE },
	{ "nobody was primary, low id", { 1, 0, 0, WHOLE }, { 1, 0, 0, WHOLE }, true, SEND },
	{ "nobody was primary, high id", { 1, 0, 0, WHOLE }, { 1, 0, 0, WHOLE }, false, RECEIVE },
	{ "the whole one leads", { 1, 0, 0, BAD, .was_primary = true }, { 1, 0, 0, WHOLE }, true,
	  RECEIVE },
	{ "an incomplete primary", { 1, 0, 0, BAD, .primary = true }, { 1, 0, 0, WHOLE }, true,
	  NO(PRIMARY_BEHIND) },
	{ "in async the last primary is incomplete, the other may lack what had completed",
	  { 1, 0, 0, BAD, .was_primary = true, .async = true },
	  { 1, 0, 0, WHOLE, .async = true }, true, NO(NO_SOURCE) },
	{ "in async the last primary is incomplete, the other is known to have all",
	  { 1, 0, 0, BAD, .was_primary = true, .async = true },
	  { 1, 0, 0, GOOD, .async = true }, true, RECEIVE },
	{ "in async the secondary is incomplete", { 1, 0, 0, BAD, .async = true },
	  { 1, 0, 0, WHOLE, .was_primary = true, .async = true }, true, RECEIVE },
	{ "both incomplete", { 1, 0, 0, BAD }, { 1, 0, 0, BAD }, true, NO(NO_SOURCE) },
	{ "the newer one is incomplete", { 2, 1, 0, BAD }, { 1, 0, 0, WHOLE }, true,
	  NO(NO_SOURCE) },
	{ "two primaries", { 2, 1, 0, GOOD, .primary = true }, { 3, 1, 0, GOOD, .primary = true },
	  true, NO(BOTH_PRIMARY) },
	{ "two primaries, one discards", { 2, 1, 0, GOOD, .primary = true },
	  { 3, 1, 0, GOOD, .primary = true, .discard = true }, true, NO(BOTH_PRIMARY) },
	{ "split brain (law 5)", { 2, 1, 0, GOOD, .primary = true }, { 3, 1, 0, WHOLE }, true,
	  NO(SPLIT_BRAIN) },
	{ "split brain, the peer discards", { 2, 1, 0, GOOD, .primary = true },
	  { 3, 1, 0, WHOLE, .discard = true }, true, SEND },
	{ "split brain, this side discards", { 2, 1, 0, WHOLE, .discard = true },
	  { 3, 1, 0, WHOLE }, true, RECEIVE },
	{ "split brain, both discard", { 2, 1, 0, WHOLE, .discard = true },
	  { 3, 1, 0, WHOLE, .discard = true }, true, NO(SPLIT_BRAIN) },
	{ "split brain long ago, the peer discards", { 5, 4, 1, GOOD },
	  { 3, 2, 1, GOOD, .discard = true }, true, SEND_ALL },
	{ "split brain, the primary discards", { 2, 1, 0, GOOD, .primary = true, .discard = true },
	  { 3, 1, 0, WHOLE }, true, NO(PRIMARY_BEHIND) },
	{ "discarding without a split", { 2, 1, 0, GOOD, .discard = true }, { 1, 0, 0, WHOLE },
	  true, SEND },
	{ "split brain, the younger gives up", { 2, 1, 0, WHOLE, POLICY(YOUNGER), .since = 9 },
	  { 3, 1, 0, WHOLE, POLICY(YOUNGER), .since = 5 }, true, RECEIVE },
	{ "split brain, of the same age", { 2, 1, 0, WHOLE, POLICY(YOUNGER), .since = 5 },
	  { 3, 1, 0, WHOLE, POLICY(YOUNGER), .since = 5 }, true, NO(SPLIT_BRAIN) },
	{ "split brain, of unknown age", { 2, 1, 0, WHOLE, POLICY(YOUNGER), .since = 5 },
	  { 3, 1, 0, WHOLE, POLICY(YOUNGER) }, true, NO(SPLIT_BRAIN) },
	{ "split brain, the younger gives up, long ago",
	  { 5, 4, 1, WHOLE, POLICY(YOUNGER), .since = 5 },
	  { 3, 2, 1, WHOLE, POLICY(YOUNGER), .since = 9 }, true, SEND_ALL },
	{ "split brain, fewer changes give up", { 2, 1, 0, WHOLE, POLICY(LEAST_CHANGES), .dirty = 7 },
	  { 3, 1, 0, WHOLE, POLICY(LEAST_CHANGES), .dirty = 6 }, true, SEND },
	{ "split brain, as many changes", { 2, 1, 0, WHOLE, POLICY(LEAST_CHANGES), .dirty = 7 },
	  { 3, 1, 0, WHOLE, POLICY(LEAST_CHANGES), .dirty = 7 }, true, NO(SPLIT_BRAIN) },
	{ "split brain, changes since different moments",
	  { 5, 4, 1, WHOLE, POLICY(LEAST_CHANGES), .dirty = 7 },
	  { 3, 2, 1, WHOLE, POLICY(LEAST_CHANGES), .dirty = 6 }, true, NO(SPLIT_BRAIN) },
	{ "split brain, no changes give up", { 2, 1, 0, WHOLE, POLICY(ZERO_CHANGES) },
	  { 3, 1, 0, WHOLE, POLICY(ZERO_CHANGES), .dirty = 6 }, true, RECEIVE },
	{ "split brain, no changes known, but the other has lost its cache",
	  { 2, 1, 0, WHOLE, POLICY(ZERO_CHANGES), .unsure = true },
	  { 3, 1, 0, WHOLE, POLICY(ZERO_CHANGES), .dirty = 6 }, true, NO(SPLIT_BRAIN) },
	{ "split brain, no changes, and the other has lost nothing",
	  { 2, 1, 0, WHOLE, POLICY(ZERO_CHANGES), .unsure = true, .met = true },
	  { 3, 1, 0, WHOLE, POLICY(ZERO_CHANGES), .dirty = 6 }, true, RECEIVE },
	{ "split brain, fewer changes there, but it has lost its cache",
	  { 2, 1, 0, WHOLE, POLICY(LEAST_CHANGES), .dirty = 7 },
	  { 3, 1, 0, WHOLE, POLICY(LEAST_CHANGES), .dirty = 6, .unsure = true }, true,
	  NO(SPLIT_BRAIN) },
	{ "split brain, few changes are not none",
	  { 2, 1, 0, WHOLE, POLICY(ZERO_CHANGES), .dirty = 1 },
	  { 3, 1, 0, WHOLE, POLICY(ZERO_CHANGES), .dirty = 6 }, true, NO(SPLIT_BRAIN) },
	{ "split brain, only one side has a policy", { 2, 1, 0, WHOLE, POLICY(ZERO_CHANGES) },
	  { 3, 1, 0, WHOLE, .dirty = 6 }, true, NO(SPLIT_BRAIN) },
	{ "split brain, a policy and a primary",
	  { 2, 1, 0, GOOD, POLICY(LEAST_CHANGES), .dirty = 7, .primary = true },
	  { 3, 1, 0, WHOLE, POLICY(LEAST_CHANGES), .dirty = 6 }, true, NO(SPLIT_BRAIN) },
	{ "split brain, the peer yields to a primary",
	  { 2, 1, 0, GOOD, .yields = true, .primary = true }, { 3, 1, 0, WHOLE, .yields = true },
	  true, SEND },
	{ "split brain, this side yields to a primary, though it has changed more",
	  { 2, 1, 0, WHOLE, POLICY(LEAST_CHANGES), .yields = true, .dirty = 9 },
	  { 3, 1, 0, GOOD, POLICY(LEAST_CHANGES), .yields = true, .primary = true }, true,
	  RECEIVE },
	{ "split brain, only the primary has been told so",
	  { 2, 1, 0, GOOD, .yields = true, .primary = true }, { 3, 1, 0, WHOLE }, true,
	  NO(SPLIT_BRAIN) },
	{ "split brain, both would yield, but neither leads",
	  { 2, 1, 0, WHOLE, .yields = true }, { 3, 1, 0, WHOLE, .yields = true }, true,
	  NO(SPLIT_BRAIN) },
	{ "split brain, yielding to a primary that is not whole",
	  { 2, 1, 0, BAD, .yields = true, .primary = true }, { 3, 1, 0, WHOLE, .yields = true },
	  true, NO(NO_SOURCE) },
	{ "unrelated, and one would yield",
	  { 2, 0, 0, GOOD, .yields = true, .primary = true }, { 3, 0, 0, WHOLE, .yields = true },
	  true, NO(UNRELATED) },
	{ "split brain, the word is stronger than the policy",
	  { 2, 1, 0, WHOLE, POLICY(LEAST_CHANGES), .dirty = 7, .discard = true },
	  { 3, 1, 0, WHOLE, POLICY(LEAST_CHANGES), .dirty = 6 }, true, RECEIVE },
	{ "unrelated, with a policy", { 1, 0, 0, WHOLE, POLICY(YOUNGER), .since = 5 },
	  { 2, 0, 0, WHOLE, POLICY(YOUNGER), .since = 9 }, true, NO(UNRELATED) },
	{ "unrelated", { 1, 0, 0, GOOD }, { 2, 0, 0, GOOD }, true, NO(UNRELATED) },
	{ "unrelated, the peer discards", { 1, 0, 0, GOOD }, { 2, 0, 0, GOOD, .discard = true },
	  true, SEND_ALL },
	{ "a primary that is behind", { 1, 0, 0, GOOD, .primary = true }, { 2, 1, 0, WHOLE }, true,
	  NO(PRIMARY_BEHIND) },
	{ "a disk that failed", { 1, 0, 0, DYAD_DATA_STATE_FAILED }, { 1, 0, 0, GOOD }, true,
	  NO(NO_DISK) },
	{ "no disk there", { 1, 0, 0, GOOD }, { 1, 0, 0, DYAD_DATA_STATE_DISKLESS }, true,
	  NO(NO_DISK) },
	{ "a primary without a disk, not yet tracked (H2)",
	  { 2, 1, 0, LOST, .primary = true, .met = true }, { 1, 0, 0, WHOLE }, true, LEAN },
	{ "a primary without a disk, tracked (H2)",
	  { 2, 1, 0, LOST, .primary = true, .met = true }, { 2, 1, 0, GOOD }, false, LEAN },
	{ "a primary without a disk there (H2)", { 2, 1, 0, GOOD },
	  { 2, 1, 0, LOST, .primary = true, .met = true }, true, BEAR },
	{ "a primary without a disk, the peer has started anew (H2)",
	  { 2, 1, 0, LOST, .primary = true, .survived = true }, { 2, 1, 0, GOOD }, true,
	  NO(LOST_DISK) },
	{ "a primary without a disk, the peer has led (H2)",
	  { 2, 1, 0, LOST, .primary = true, .met = true }, { 3, 1, 2, GOOD }, true,
	  NO(LOST_DISK) },
	{ "a primary without a disk, the peer has led before that (H2)",
	  { 2, 1, 0, LOST, .primary = true, .met = true }, { 3, 1, 0, GOOD }, true,
	  NO(LOST_DISK) },
	{ "a primary without a disk, an incomplete peer (H2)",
	  { 2, 1, 0, LOST, .primary = true, .met = true }, { 2, 1, 0, BAD }, true,
	  NO(NO_SOURCE) },
	{ "a primary without a disk, nor has the peer one (H2)",
	  { 2, 1, 0, LOST, .primary = true, .met = true }, { 2, 1, 0, LOST }, true,
	  NO(NO_DISK) },
	{ "a primary without a disk, the peer is blank (H2)",
	  { 2, 0, 0, LOST, .primary = true, .met = true }, { 0, 0, 0, WHOLE }, true,
	  NO(LOST_DISK) },
	{ "a secondary without a disk", { 2, 1, 0, LOST, .met = true }, { 2, 1, 0, GOOD }, true,
	  NO(NO_DISK) },
};

DYAD_ROWS(agree);

static void state_of(struct dyad_state_msg *s, const struct side *side)
{
	*s = (struct dyad_state_msg) {
		.lineage = { .now = side->now, .base = side->base, .history = { side->history } },
		.primary = side->primary, .was_primary = side->was_primary,
		.discard = side->discard, .policy = side->policy, .alone_since = side->since,
		.primary_policy = side->yields ? DYAD_PRIMARY_POLICY_DISCARD_SECONDARY :
						 DYAD_PRIMARY_POLICY_MANUAL,
	};
	volume_of(&s->volumes[0], side->data_state);
	s->volumes[0].dirty = side->dirty;
	s->volumes[0].unsure = side->unsure;
	s->mode = side->async ? DYAD_MODE_ASYNC : DYAD_MODE_SYNC;
}

/* Who has forgotten the other; if both survived, one may be in a new life all the same. */
static void meet(struct dyad_state_msg *s, bool first_survived, bool second_survived)
{
	s[0].instance = 100;
	s[1].instance = 200;
	s[0].peer_instance = first_survived ? 199 : 0;
	s[1].peer_instance = second_survived ? 100 : 0;
}

/* Two states on the heap: they are too large for a stack that KASAN pads. */
static struct dyad_state_msg *two_states(struct kunit *test)
{
	struct dyad_state_msg *s = kunit_kzalloc(test, 2 * sizeof(*s), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, s);
	return s;
}

static void agreed(struct kunit *test)
{
	const struct agree_row *row = test->param_value;
	struct dyad_state_msg *s = two_states(test);
	struct dyad_agreement mine, peer;

	state_of(&s[0], &row->mine);
	state_of(&s[1], &row->peer);
	meet(s, row->mine.survived, row->peer.survived);
	if (row->mine.met)
		s[0].peer_instance = s[1].instance;
	if (row->peer.met)
		s[1].peer_instance = s[0].instance;
	mine = dyad_agree(&s[0], &s[1], row->mine_low);
	peer = dyad_agree(&s[1], &s[0], !row->mine_low);
	KUNIT_EXPECT_EQ(test, mine.reason, row->result.reason);
	if (!mine.reason) {
		KUNIT_EXPECT_EQ(test, mine.direction, row->result.direction);
		KUNIT_EXPECT_EQ(test, mine.everything, row->result.everything);
	}
	KUNIT_EXPECT_TRUE(test, mirrored(&mine, &peer));
}

/* --- the source after async --- */

/* Whoever survived: only the last primary has all that has completed (H13). */
static void last_primary_in_async(struct kunit *test)
{
	const struct side led = { 1, 0, 0, WHOLE, .was_primary = true };
	const struct side followed = { 1, 0, 0, WHOLE, .survived = true };
	struct dyad_state_msg *s = two_states(test);
	int i;

	for (i = 0; i < 4; i++) {
		bool async = i == 3;
		struct dyad_agreement mine, peer;

		state_of(&s[0], &led);
		state_of(&s[1], &followed);
		meet(s, false, true);
		s[0].mode = i & 1 ? DYAD_MODE_ASYNC : DYAD_MODE_SYNC;
		s[1].mode = i & 2 ? DYAD_MODE_ASYNC : DYAD_MODE_MEMSYNC;
		mine = dyad_agree(&s[0], &s[1], false);
		peer = dyad_agree(&s[1], &s[0], true);
		KUNIT_EXPECT_EQ_MSG(test, mine.direction, async ? DYAD_DIRECTION_SEND :
				    DYAD_DIRECTION_RECEIVE, "modes %d", i);
		KUNIT_EXPECT_TRUE(test, mirrored(&mine, &peer));
	}
}

/* --- whose mode it is --- */

struct mode_row {
	const char *name;
	struct side mine;
	struct side peer;
	bool mine_low;
	bool is_mine;
};

static const struct mode_row mode[] = {
	{ "a primary's", { 1, 0, 0, GOOD, .primary = true }, { 1, 0, 0, GOOD }, false, true },
	{ "the peer's, a primary", { 1, 0, 0, GOOD }, { 1, 0, 0, GOOD, .primary = true }, true,
	  false },
	{ "of two new disks, the lower node's", { 0, 0, 0, BAD }, { 0, 0, 0, BAD }, true, true },
	{ "of two new disks, the other's", { 0, 0, 0, BAD }, { 0, 0, 0, BAD }, false, false },
	{ "the source's", { 2, 1, 0, GOOD }, { 1, 0, 0, WHOLE }, false, true },
	{ "the peer's, the source", { 1, 0, 0, WHOLE }, { 2, 1, 0, GOOD }, true, false },
};

DYAD_ROWS(mode);

static void one_mode(struct kunit *test)
{
	const struct mode_row *row = test->param_value;
	struct dyad_state_msg *s = two_states(test);
	struct dyad_agreement mine, peer;

	state_of(&s[0], &row->mine);
	state_of(&s[1], &row->peer);
	s[row->is_mine ? 0 : 1].mode = DYAD_MODE_MEMSYNC;
	mine = dyad_agree(&s[0], &s[1], row->mine_low);
	peer = dyad_agree(&s[1], &s[0], !row->mine_low);
	KUNIT_EXPECT_EQ(test, mine.reason, DYAD_REASON_NONE);
	KUNIT_EXPECT_EQ(test, mine.mode, DYAD_MODE_MEMSYNC);
	KUNIT_EXPECT_EQ(test, peer.mode, DYAD_MODE_MEMSYNC);
}

/* --- volumes that do not fit --- */

struct fit_row {
	const char *name;
	struct dyad_volume_state mine;
	struct dyad_volume_state peer;
	unsigned int index;
	enum dyad_reason reason;
};

#define VOLUME(...) \
	{ .sectors = SECTORS, .present = true, .data_state = DYAD_DATA_STATE_UPTODATE, __VA_ARGS__ }

static const struct fit_row fits[] = {
	{ "same", VOLUME(.block_size = 512), VOLUME(.block_size = 512), 15, DYAD_REASON_NONE },
	{ "here only", VOLUME(.block_size = 512), { }, 1, DYAD_REASON_VOLUMES },
	{ "there only", { }, VOLUME(.block_size = 512), 15, DYAD_REASON_VOLUMES },
	{ "smaller here", VOLUME(.block_size = 512), { .sectors = SECTORS + 1, .present = true,
	  .data_state = DYAD_DATA_STATE_UPTODATE, .block_size = 512 }, 2, DYAD_REASON_SIZE },
	{ "both grow to the same", VOLUME(.block_size = 512, .pending = SECTORS + 8),
	  VOLUME(.block_size = 512, .pending = SECTORS + 8), 2, DYAD_REASON_NONE },
	{ "the peer is done growing", VOLUME(.block_size = 512, .pending = SECTORS + 8),
	  { .sectors = SECTORS + 8, .present = true, .block_size = 512,
	    .data_state = DYAD_DATA_STATE_INCONSISTENT }, 2, DYAD_REASON_NONE },
	{ "only this node was to grow", VOLUME(.block_size = 512, .pending = SECTORS + 8),
	  VOLUME(.block_size = 512), 2, DYAD_REASON_NONE },
	{ "both were to grow, not to the same", VOLUME(.block_size = 512, .pending = SECTORS + 8),
	  VOLUME(.block_size = 512, .pending = SECTORS + 16), 2, DYAD_REASON_NONE },
	{ "the peer has grown to another size", VOLUME(.block_size = 512, .pending = SECTORS + 8),
	  { .sectors = SECTORS + 16, .present = true, .block_size = 512,
	    .data_state = DYAD_DATA_STATE_UPTODATE }, 2, DYAD_REASON_SIZE },
	{ "larger blocks there, closed here", VOLUME(.block_size = 512), VOLUME(.block_size = 4096),
	  3, DYAD_REASON_NONE },
	{ "larger blocks there, in use here", VOLUME(.block_size = 512, .in_use = true),
	  VOLUME(.block_size = 4096), 3, DYAD_REASON_BLOCK_SIZE },
	{ "larger blocks there, in use there", VOLUME(.block_size = 512),
	  VOLUME(.block_size = 4096, .in_use = true), 3, DYAD_REASON_NONE },
	{ "larger blocks here, in use there", VOLUME(.block_size = 4096),
	  VOLUME(.block_size = 512, .in_use = true), 3, DYAD_REASON_BLOCK_SIZE },
	{ "larger blocks here, in use here", VOLUME(.block_size = 4096, .in_use = true),
	  VOLUME(.block_size = 512), 3, DYAD_REASON_NONE },
};

DYAD_ROWS(fits);

/* Volume 0 fits: every other one is looked at too. */
static void volumes_fit(struct kunit *test)
{
	static const struct side equal_side = { .now = 1, .data_state = DYAD_DATA_STATE_UPTODATE };
	const struct fit_row *row = test->param_value;
	struct dyad_state_msg *s = two_states(test);

	state_of(&s[0], &equal_side);
	state_of(&s[1], &equal_side);
	s[0].volumes[row->index] = row->mine;
	s[1].volumes[row->index] = row->peer;
	KUNIT_EXPECT_EQ(test, dyad_agree(&s[0], &s[1], true).reason, row->reason);
	KUNIT_EXPECT_EQ(test, dyad_agree(&s[1], &s[0], false).reason, row->reason);
}

static void no_volumes(struct kunit *test)
{
	struct dyad_state_msg *s = two_states(test);

	KUNIT_EXPECT_EQ(test, dyad_agree(&s[0], &s[1], true).reason, DYAD_REASON_VOLUMES);
}

/* The source is as good as its worst volume. */
static void one_volume_incomplete(struct kunit *test)
{
	static const struct side ahead = { 2, 1, 0, GOOD }, behind = { 1, 0, 0, WHOLE };
	struct dyad_state_msg *s = two_states(test);

	state_of(&s[0], &ahead);
	state_of(&s[1], &behind);
	volume_of(&s[0].volumes[15], DYAD_DATA_STATE_INCONSISTENT);
	volume_of(&s[1].volumes[15], DYAD_DATA_STATE_UPTODATE);
	KUNIT_EXPECT_EQ(test, dyad_agree(&s[0], &s[1], true).reason, DYAD_REASON_NO_SOURCE);
}

/* --- the whole space --- */

/* One for each verdict, the mirrored ones included; see lineage_kunit.c. */
static const struct {
	struct dyad_lineage mine;
	struct dyad_lineage peer;
} past[] = {
	{ { 0 }, { 0 } },
	{ { 1 }, { 0 } },
	{ { 0 }, { 1 } },
	{ { 1 }, { 1 } },
	{ { 2, 1 }, { 2, 0, { 1 } } },
	{ { 2, 1 }, { 1 } },
	{ { 1 }, { 2, 1 } },
	{ { 3, 2, { 1 } }, { 1 } },
	{ { 1 }, { 3, 2, { 1 } } },
	{ { 2, 1 }, { 3, 1 } },
	{ { 3, 2, { 1 } }, { 4, 1 } },
	{ { 1 }, { 2 } },
};

static bool whole(enum dyad_data_state state)
{
	return state == DYAD_DATA_STATE_UPTODATE || state == DYAD_DATA_STATE_CONSISTENT ||
	       state == DYAD_DATA_STATE_OUTDATED;
}

static bool disk(enum dyad_data_state state)
{
	return whole(state) || state == DYAD_DATA_STATE_INCONSISTENT;
}

/* Knows that nobody can be ahead. */
static bool knows_latest(const struct dyad_state_msg *s)
{
	return s->primary || s->volumes[0].data_state == DYAD_DATA_STATE_UPTODATE;
}

static bool lost_all(const struct dyad_state_msg *s)
{
	return s->primary && !disk(s->volumes[0].data_state);
}

/* Is the refusal one that the two states bear out? */
static bool refused_rightly(const struct dyad_state_msg *a, const struct dyad_state_msg *b,
			    enum dyad_reason reason)
{
	u8 mine = a->volumes[0].data_state, peer = b->volumes[0].data_state;
	enum dyad_verdict v = dyad_lineage_compare(&a->lineage, &b->lineage);
	bool split = v == DYAD_VERDICT_SPLIT_DIRTY || v == DYAD_VERDICT_SPLIT_ALL;

	switch (reason) {
	case DYAD_REASON_BOTH_PRIMARY:
		return a->primary && b->primary;
	case DYAD_REASON_NO_DISK:
		return !disk(mine) || !disk(peer);
	case DYAD_REASON_SPLIT_BRAIN:
		return split && a->discard == b->discard;
	case DYAD_REASON_UNRELATED:
		return v == DYAD_VERDICT_UNRELATED && a->discard == b->discard;
	case DYAD_REASON_PRIMARY_BEHIND:
		return a->primary != b->primary;
	case DYAD_REASON_LOST_DISK:
		return lost_all(a) != lost_all(b);
	case DYAD_REASON_NO_SOURCE:
		return !whole(mine) || !whole(peer) ||
		       (!b->lineage.now && !knows_latest(a)) ||
		       (!a->lineage.now && !knows_latest(b));
	default:
		return false;
	}
}

static const char *dangerous_to_lean(const struct dyad_state_msg *a,
				     const struct dyad_state_msg *b, bool here)
{
	const struct dyad_state_msg *by = here ? a : b, *on = here ? b : a;

	if (!lost_all(by))
		return "it leans, but has a disk";
	if (!whole(on->volumes[0].data_state))
		return "what is leant on is incomplete";
	if (by->peer_instance != on->instance)
		return "what is leant on may have lost its cache (H2)";
	if (!on->lineage.now || (on->lineage.now != by->lineage.now &&
				 on->lineage.now != by->lineage.base))
		return "what is leant on may be written by others (H2)";
	return NULL;
}

/* What an agreement must never do, whatever led to it. */
static const char *dangerous(const struct dyad_state_msg *a, const struct dyad_state_msg *b,
			     const struct dyad_agreement *g)
{
	enum dyad_verdict v = dyad_lineage_compare(&a->lineage, &b->lineage);
	const struct dyad_state_msg *source = g->direction == DYAD_DIRECTION_SEND ? a : b;
	const struct dyad_state_msg *target = source == a ? b : a;

	if (a->primary && b->primary)
		return "two primaries (law 3)";
	if (g->direction == DYAD_DIRECTION_LEAN || g->direction == DYAD_DIRECTION_BEAR)
		return dangerous_to_lean(a, b, g->direction == DYAD_DIRECTION_LEAN);
	if (!disk(a->volumes[0].data_state) || !disk(b->volumes[0].data_state))
		return "without a disk";
	if (g->direction == DYAD_DIRECTION_NONE)
		return v == DYAD_VERDICT_BLANK ? NULL : "data with a name, but nobody copies it";
	if (target->primary)
		return "the primary is overwritten (law 3)";
	if (!whole(source->volumes[0].data_state))
		return "the source is incomplete";
	if (!target->lineage.now && !knows_latest(source))
		return "the target forgot all and may have led since (law 3)";
	switch (v) {
	case DYAD_VERDICT_EQUAL:
		return NULL;
	case DYAD_VERDICT_SEND_DIRTY:
	case DYAD_VERDICT_SEND_ALL:
		return source == a ? NULL : "the newer side is overwritten (law 5)";
	case DYAD_VERDICT_RECEIVE_DIRTY:
	case DYAD_VERDICT_RECEIVE_ALL:
		return source == b ? NULL : "the newer side is overwritten (law 5)";
	default:
		return target->discard && !source->discard ? NULL :
		       "a diverged side is overwritten without a word (law 5)";
	}
}

/* A map without a base would be taken for all that differs (rule H19). */
static bool must_look_at_all(enum dyad_verdict v)
{
	return v == DYAD_VERDICT_SEND_ALL || v == DYAD_VERDICT_RECEIVE_ALL ||
	       v == DYAD_VERDICT_SPLIT_ALL || v == DYAD_VERDICT_UNRELATED;
}

static void judge_pair(struct kunit *test, const struct dyad_state_msg *s, unsigned int number)
{
	struct dyad_agreement a = dyad_agree(&s[0], &s[1], number & 1);
	struct dyad_agreement b = dyad_agree(&s[1], &s[0], !(number & 1));
	const char *why;

	KUNIT_EXPECT_TRUE_MSG(test, mirrored(&a, &b), "state %u is not mirrored", number);
	if (a.reason) {
		KUNIT_EXPECT_TRUE_MSG(test, refused_rightly(&s[0], &s[1], a.reason),
				      "state %u refused for %d", number, a.reason);
		return;
	}
	why = dangerous(&s[0], &s[1], &a);
	KUNIT_EXPECT_TRUE_MSG(test, !why, "state %u: %s", number, why);
	if (a.direction == DYAD_DIRECTION_SEND || a.direction == DYAD_DIRECTION_RECEIVE)
		KUNIT_EXPECT_EQ_MSG(test, a.everything,
				    must_look_at_all(dyad_lineage_compare(&s[0].lineage,
									  &s[1].lineage)),
				    "state %u", number);
}

static bool bit_of(unsigned int *number)
{
	bool bit = *number & 1;

	*number >>= 1;
	return bit;
}

/* Roles, last roles, discards, ids, data states and pasts: all of them. */
static void all_states(struct kunit *test)
{
	struct dyad_state_msg *s = two_states(test);
	unsigned int number, i, rest, agreements = 0;

	for (number = 0; number < (36 * ARRAY_SIZE(past)) << 9; number++) {
		rest = number >> 3;
		meet(s, number & 2, number & 4);
		if (number & 1)
			s[0].peer_instance = s[1].instance;
		for (i = 0; i < 2; i++) {
			s[i].primary = bit_of(&rest);
			s[i].was_primary = bit_of(&rest);
			s[i].discard = bit_of(&rest);
		}
		volume_of(&s[0].volumes[0], rest % 6);
		volume_of(&s[1].volumes[0], rest / 6 % 6);
		s[0].lineage = past[rest / 36].mine;
		s[1].lineage = past[rest / 36].peer;
		judge_pair(test, s, number);
		agreements += !dyad_agree(&s[0], &s[1], true).reason;
	}
	KUNIT_EXPECT_NE(test, agreements, 0u);
}

static struct kunit_case agree_cases[] = {
	KUNIT_CASE_PARAM(one_mode, mode_rows_gen_params),
	KUNIT_CASE(last_primary_in_async),
	KUNIT_CASE_PARAM(agreed, agree_rows_gen_params),
	KUNIT_CASE_PARAM(volumes_fit, fits_rows_gen_params),
	KUNIT_CASE(no_volumes),
	KUNIT_CASE(one_volume_incomplete),
	KUNIT_CASE(all_states),
	{ }
};

static struct kunit_suite agree_suite = {
	.name = "dyad_agree",
	.test_cases = agree_cases,
};

kunit_test_suite(agree_suite);
