// SPDX-License-Identifier: GPL-2.0-only
/* Tests of data states: every state with every event, and every promotion (law 3). */
#include "../core/state.c"

#include <linux/string.h>

#include "tests.h"

#define STATES (DYAD_DATA_STATE_UPTODATE + 1)

struct attribute_row {
	const char *name;
	enum dyad_data_state state;
	bool has_disk;
	bool whole;
};

static const struct attribute_row attribute[] = {
	{ "diskless", DYAD_DATA_STATE_DISKLESS, false, false },
	{ "failed", DYAD_DATA_STATE_FAILED, false, false },
	{ "inconsistent", DYAD_DATA_STATE_INCONSISTENT, true, false },
	{ "outdated", DYAD_DATA_STATE_OUTDATED, true, true },
	{ "consistent", DYAD_DATA_STATE_CONSISTENT, true, true },
	{ "uptodate", DYAD_DATA_STATE_UPTODATE, true, true },
};

DYAD_ROWS(attribute);

static void attributes_of(struct kunit *test)
{
	const struct attribute_row *row = test->param_value;

	KUNIT_EXPECT_EQ(test, dyad_state_has_disk(row->state), row->has_disk);
	KUNIT_EXPECT_EQ(test, dyad_state_is_whole(row->state), row->whole);
}

/* The numbers travel in state messages. */
static void numbers_are_fixed(struct kunit *test)
{
	int i;

	KUNIT_EXPECT_EQ(test, ARRAY_SIZE(attribute), (size_t)STATES);
	for (i = 0; i < ARRAY_SIZE(attribute); i++)
		KUNIT_EXPECT_EQ(test, (int)attribute[i].state, i);
}

struct loss_row {
	const char *name;
	bool primary;
	bool peer_primary;
	bool told;
	enum dyad_data_state after;
};

/* Of what was up to date; every other state stays as it is. */
static const struct loss_row loss[] = {
	{ "primary, peer gone", true, false, false, DYAD_DATA_STATE_UPTODATE },
	{ "primary, peer left", true, false, true, DYAD_DATA_STATE_UPTODATE },
	{ "secondary, primary gone", false, true, false, DYAD_DATA_STATE_CONSISTENT },
	{ "secondary, primary left", false, true, true, DYAD_DATA_STATE_OUTDATED },
	{ "secondary, secondary gone", false, false, false, DYAD_DATA_STATE_CONSISTENT },
	{ "secondary, secondary left", false, false, true, DYAD_DATA_STATE_CONSISTENT },
};

DYAD_ROWS(loss);

static void after_loss(struct kunit *test)
{
	const struct loss_row *row = test->param_value;
	enum dyad_data_state before, after;

	for (before = 0; before < STATES; before++) {
		after = dyad_state_after_loss(before, row->primary, row->peer_primary, row->told);
		KUNIT_EXPECT_EQ_MSG(test, after,
				    before == DYAD_DATA_STATE_UPTODATE ? row->after : before,
				    "from %d", before);
	}
}

/* Whoever is not primary and loses the peer may no longer lead by itself (law 3). */
static void after_loss_nobody_leads(struct kunit *test)
{
	enum dyad_data_state state;
	int told, peer_primary;

	for (state = 0; state < STATES; state++)
		for (told = 0; told < 2; told++)
			for (peer_primary = 0; peer_primary < 2; peer_primary++) {
				struct dyad_promotion p = { .volumes = 1 };

				p.worst = dyad_state_after_loss(state, false, peer_primary, told);
				KUNIT_EXPECT_TRUE_MSG(test, dyad_state_may_promote(&p),
						      "from %d", state);
			}
}

struct attach_row {
	const char *name;
	enum dyad_data_state stored;
	bool clean;
	bool led;
	enum dyad_data_state after;
};

static const struct attach_row attach[] = {
	{ "crashed", DYAD_DATA_STATE_UPTODATE, false, false, DYAD_DATA_STATE_CONSISTENT },
	{ "crashed, had led alone (law 3)", DYAD_DATA_STATE_UPTODATE, false, true,
	  DYAD_DATA_STATE_CONSISTENT },
	{ "stopped in order, in sync", DYAD_DATA_STATE_UPTODATE, true, false,
	  DYAD_DATA_STATE_CONSISTENT },
	{ "stopped in order, had led alone", DYAD_DATA_STATE_UPTODATE, true, true,
	  DYAD_DATA_STATE_UPTODATE },
	{ "incomplete", DYAD_DATA_STATE_INCONSISTENT, true, true, DYAD_DATA_STATE_INCONSISTENT },
	{ "outdated", DYAD_DATA_STATE_OUTDATED, true, true, DYAD_DATA_STATE_OUTDATED },
	{ "consistent", DYAD_DATA_STATE_CONSISTENT, true, true, DYAD_DATA_STATE_CONSISTENT },
};

DYAD_ROWS(attach);

static void after_attach(struct kunit *test)
{
	const struct attach_row *row = test->param_value;

	KUNIT_EXPECT_EQ(test, dyad_state_after_attach(row->stored, row->clean, row->led),
			row->after);
}

struct level_row {
	const char *name;
	struct dyad_parting parting;
	u64 instance;
	bool level;
};

#define PARTING(is_known, is_sync, is_fencing, is_uptodate)		\
	{ .known = (is_known), .sync = (is_sync), .fencing = (is_fencing),	\
	  .uptodate = (is_uptodate), .instance = 7 }

static const struct level_row level[] = {
	{ "in step, both fencing, the same disks (H1)", PARTING(true, true, true, true), 7, true },
	{ "restarted, or met again since", PARTING(false, true, true, true), 7, false },
	{ "completed before both had it", PARTING(true, false, true, true), 7, false },
	{ "the peer may have gone on unasked", PARTING(true, true, false, true), 7, false },
	{ "was being copied to", PARTING(true, true, true, false), 7, false },
	{ "its disks are others, or were away", PARTING(true, true, true, true), 8, false },
	{ "nothing known", { }, 0, false },
};

DYAD_ROWS(level);

static void is_level(struct kunit *test)
{
	const struct level_row *row = test->param_value;

	KUNIT_EXPECT_EQ(test, dyad_state_is_level(&row->parting, row->instance), row->level);
}

struct promote_row {
	const char *name;
	struct dyad_promotion facts;
	const char *says;	/* part of the refusal; NULL if there is none */
};

#define FACTS(state, ...) \
	{ .worst = DYAD_DATA_STATE_##state, .volumes = 1, __VA_ARGS__ }

static const struct promote_row promote[] = {
	{ "up to date, alone", FACTS(UPTODATE), NULL },
	{ "up to date, connected", FACTS(UPTODATE, .connected = true), NULL },
	{ "up to date, by force", FACTS(UPTODATE, .force = true), NULL },
	{ "no volume", { .worst = DYAD_DATA_STATE_UPTODATE, .force = true }, "no volume" },
	{ "no disk, by force", FACTS(DISKLESS, .force = true), "no usable disk" },
	{ "failed disk, by force", FACTS(FAILED, .force = true), "no usable disk" },
	{ "in the handshake, by force", FACTS(UPTODATE, .negotiating = true, .force = true),
	  "try again" },
	{ "the peer leads", FACTS(UPTODATE, .connected = true, .peer_primary = true),
	  "the peer is primary" },
	{ "the peer leads, by force",
	  FACTS(UPTODATE, .connected = true, .peer_primary = true, .force = true),
	  "the peer is primary" },
	{ "the peer led before the session ended", FACTS(UPTODATE, .peer_primary = true), NULL },
	{ "being copied to, by force",
	  FACTS(INCONSISTENT, .connected = true, .target = true, .force = true),
	  "being copied here" },
	{ "incomplete", FACTS(INCONSISTENT), "not known to be complete" },
	{ "incomplete, by force", FACTS(INCONSISTENT, .force = true), NULL },
	{ "outdated (law 3)", FACTS(OUTDATED), "went on without" },
	{ "outdated, by force", FACTS(OUTDATED, .force = true), NULL },
	{ "perhaps behind (law 3)", FACTS(CONSISTENT), "may have gone on" },
	{ "perhaps behind, by force", FACTS(CONSISTENT, .force = true), NULL },
	{ "perhaps behind, the peer is off (H1)", FACTS(CONSISTENT, .fenced = true),
	  "does not tell" },
	{ "perhaps behind, the peer is off and did not go on (H1)",
	  FACTS(CONSISTENT, .fenced = true, .level = true), NULL },
	{ "the peer did not go on, but nobody says that it is off",
	  FACTS(CONSISTENT, .level = true), "may have gone on" },
	{ "outdated, the peer is off and did not go on",
	  FACTS(OUTDATED, .fenced = true, .level = true), "went on without" },
	{ "incomplete, the peer is off and did not go on",
	  FACTS(INCONSISTENT, .fenced = true, .level = true), "not known to be complete" },
	{ "the peer leads, and is said to be off",
	  FACTS(CONSISTENT, .fenced = true, .level = true, .connected = true,
		.peer_primary = true), "the peer is primary" },
	{ "behind in async (law 3)", FACTS(CONSISTENT, .async = true), "in async mode" },
	{ "behind in async, the peer is off (H1)", FACTS(CONSISTENT, .async = true, .fenced = true),
	  "in async mode" },
	{ "behind in async, by force", FACTS(CONSISTENT, .async = true, .force = true), NULL },
	{ "outdated, the peer is off (H1)", FACTS(OUTDATED, .fenced = true), "went on without" },
	{ "incomplete, the peer is off (H1)", FACTS(INCONSISTENT, .fenced = true),
	  "not known to be complete" },
};

DYAD_ROWS(promote);

static void promoted(struct kunit *test)
{
	const struct promote_row *row = test->param_value;
	const char *why = dyad_state_may_promote(&row->facts);

	KUNIT_EXPECT_EQ(test, !why, !row->says);
	if (why && row->says)
		KUNIT_EXPECT_TRUE_MSG(test, strstr(why, row->says), "says: %s", why);
}

/* What it is, and after the semicolon what to do; no capital, no full stop. */
static bool is_refusal(const char *s)
{
	const char *semicolon = strchr(s, ';');

	return s[0] >= 'a' && s[0] <= 'z' && semicolon && semicolon[1] == ' ' &&
	       s[strlen(s) - 1] != '.';
}

static void all_promotions(struct kunit *test)
{
	unsigned int n, refused = 0;

	for (n = 0; n < STATES * 3 << 7; n++) {
		struct dyad_promotion p = {
			.connected = n & 1, .negotiating = n & 2, .peer_primary = n & 4,
			.target = n & 8, .force = n & 16,
			.fenced = n & 32, .level = n & 64,
			.worst = (n >> 7) % STATES, .volumes = (n >> 7) / STATES * 8,
		};
		const char *why = dyad_state_may_promote(&p);

		if (why) {
			refused++;
			KUNIT_EXPECT_TRUE_MSG(test, is_refusal(why), "%u: %s", n, why);
			continue;
		}
		KUNIT_EXPECT_TRUE_MSG(test, p.volumes && !p.negotiating, "%u", n);
		KUNIT_EXPECT_TRUE_MSG(test, p.worst != DYAD_DATA_STATE_DISKLESS &&
				      p.worst != DYAD_DATA_STATE_FAILED, "%u", n);
		KUNIT_EXPECT_TRUE_MSG(test, !p.connected || !(p.peer_primary || p.target),
				      "%u: two would lead", n);
		KUNIT_EXPECT_TRUE_MSG(test, p.force || p.worst == DYAD_DATA_STATE_UPTODATE ||
				      (p.worst == DYAD_DATA_STATE_CONSISTENT && p.fenced &&
				       p.level), "%u: it may be behind", n);
	}
	KUNIT_EXPECT_NE(test, refused, 0u);
	KUNIT_EXPECT_NE(test, refused, n);
}

static struct kunit_case state_cases[] = {
	KUNIT_CASE_PARAM(attributes_of, attribute_rows_gen_params),
	KUNIT_CASE(numbers_are_fixed),
	KUNIT_CASE_PARAM(after_loss, loss_rows_gen_params),
	KUNIT_CASE(after_loss_nobody_leads),
	KUNIT_CASE_PARAM(after_attach, attach_rows_gen_params),
	KUNIT_CASE_PARAM(is_level, level_rows_gen_params),
	KUNIT_CASE_PARAM(promoted, promote_rows_gen_params),
	KUNIT_CASE(all_promotions),
	{ }
};

static struct kunit_suite state_suite = {
	.name = "dyad_state",
	.test_cases = state_cases,
};

kunit_test_suite(state_suite);
