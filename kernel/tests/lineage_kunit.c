// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of lineages: named rows, mirrored verdicts, and random histories of two
 * replicas whose every write is known, so that what a verdict promises can be
 * looked up (laws 4 and 5, rule H19).
 */
#include "../core/lineage.c"

#include <linux/bitops.h>

#include "tests.h"

static enum dyad_verdict mirror(enum dyad_verdict v)
{
	switch (v) {
	case DYAD_VERDICT_SEND_DIRTY:
		return DYAD_VERDICT_RECEIVE_DIRTY;
	case DYAD_VERDICT_SEND_ALL:
		return DYAD_VERDICT_RECEIVE_ALL;
	case DYAD_VERDICT_RECEIVE_DIRTY:
		return DYAD_VERDICT_SEND_DIRTY;
	case DYAD_VERDICT_RECEIVE_ALL:
		return DYAD_VERDICT_SEND_ALL;
	default:
		return v;
	}
}

struct verdict_row {
	const char *name;
	struct dyad_lineage mine;
	struct dyad_lineage peer;
	enum dyad_verdict verdict;
};

#define L(...) { __VA_ARGS__ }
#define HISTORY(...) .history = { __VA_ARGS__ }

static const struct verdict_row verdict[] = {
	{ "two new disks", L(0), L(0), DYAD_VERDICT_BLANK },
	{ "new disk at the peer", L(1), L(0), DYAD_VERDICT_SEND_ALL },
	{ "new disk at the peer, alone before", L(2, 1), L(0), DYAD_VERDICT_SEND_ALL },
	{ "same content", L(1), L(1), DYAD_VERDICT_EQUAL },
	{ "same content, other histories", L(3, 0, HISTORY(2, 1)), L(3, 0, HISTORY(7)),
	  DYAD_VERDICT_EQUAL },
	{ "same content, one side not settled", L(2, 1), L(2, 0, HISTORY(1)), DYAD_VERDICT_EQUAL },
	{ "same content, both not settled", L(2, 1), L(2, 1), DYAD_VERDICT_EQUAL },
	{ "went on alone", L(2, 1), L(1), DYAD_VERDICT_SEND_DIRTY },
	{ "went on alone twice", L(3, 1, HISTORY(2)), L(1), DYAD_VERDICT_SEND_DIRTY },
	{ "peer copied what is not settled", L(3, 1, HISTORY(2)), L(2, 0, HISTORY(1)),
	  DYAD_VERDICT_SEND_ALL },
	{ "peer is older than the base", L(3, 2, HISTORY(1)), L(1), DYAD_VERDICT_SEND_ALL },
	{ "peer is the oldest remembered", L(9, 0, HISTORY(8, 7, 6, 5, 4, 3, 2, 1)), L(1),
	  DYAD_VERDICT_SEND_ALL },
	{ "peer is behind and was alone before", L(4, 3, HISTORY(2)), L(3, 2),
	  DYAD_VERDICT_SEND_DIRTY },
	{ "both went on alone", L(2, 1), L(3, 1), DYAD_VERDICT_SPLIT_DIRTY },
	{ "both went on alone, one twice", L(4, 1, HISTORY(2)), L(3, 1), DYAD_VERDICT_SPLIT_DIRTY },
	{ "both went on alone, one earlier", L(3, 2, HISTORY(1)), L(4, 1), DYAD_VERDICT_SPLIT_ALL },
	{ "common ancestor in both histories", L(3, 0, HISTORY(1)), L(4, 0, HISTORY(2, 1)),
	  DYAD_VERDICT_SPLIT_ALL },
	{ "never met", L(1), L(2), DYAD_VERDICT_UNRELATED },
	{ "never met, both alone", L(2, 1), L(4, 3), DYAD_VERDICT_UNRELATED },
	{ "an empty base is no ancestor", L(2, 0, HISTORY(1)), L(4, 0, HISTORY(3)),
	  DYAD_VERDICT_UNRELATED },
	{ "an empty base is no base", L(2), L(3), DYAD_VERDICT_UNRELATED },
	{ "cycle through the base", L(2, 1), L(1, 2), DYAD_VERDICT_SPLIT_ALL },
	{ "cycle through the history", L(2, 0, HISTORY(1)), L(1, 0, HISTORY(2)),
	  DYAD_VERDICT_SPLIT_ALL },
	{ "cycle through both", L(2, 1), L(1, 0, HISTORY(2)), DYAD_VERDICT_SPLIT_ALL },
};

DYAD_ROWS(verdict);

static void verdict_is(struct kunit *test)
{
	const struct verdict_row *row = test->param_value;

	KUNIT_EXPECT_EQ(test, dyad_lineage_compare(&row->mine, &row->peer), row->verdict);
	KUNIT_EXPECT_EQ(test, dyad_lineage_compare(&row->peer, &row->mine), mirror(row->verdict));
}

/* Few names, so that they meet; no matter whether such a past is possible. */
static void any_lineage(struct dyad_lineage *l, u64 *seed)
{
	int i;

	l->now = dyad_random_below(seed, 6);
	l->base = dyad_random_below(seed, 3) ? 0 : dyad_random_below(seed, 6);
	for (i = 0; i < DYAD_HISTORY; i++)
		l->history[i] = dyad_random_below(seed, 4) ? 0 : dyad_random_below(seed, 12);
}

static void verdict_mirrored(struct kunit *test)
{
	struct dyad_lineage a, b;
	enum dyad_verdict v;
	u64 seed = 1;
	int round;

	for (round = 0; round < 20000; round++) {
		any_lineage(&a, &seed);
		any_lineage(&b, &seed);
		v = dyad_lineage_compare(&a, &b);
		KUNIT_EXPECT_EQ_MSG(test, dyad_lineage_compare(&b, &a), mirror(v),
				    "round %d", round);
		KUNIT_EXPECT_EQ(test, dyad_lineage_compare(&a, &a),
				a.now ? DYAD_VERDICT_EQUAL : DYAD_VERDICT_BLANK);
	}
}

struct change_row {
	const char *name;
	void (*change)(struct dyad_lineage *l);
	struct dyad_lineage before;
	struct dyad_lineage after;
};

static void diverge_to_9(struct dyad_lineage *l)
{
	dyad_lineage_diverge(l, 9);
}

static void adopt_alone(struct dyad_lineage *l)
{
	static const struct dyad_lineage source = { 2, 1, { 7 } };

	dyad_lineage_adopt(l, &source);
}

static const struct change_row change[] = {
	{ "the first name", diverge_to_9, L(0), L(9) },
	{ "the first time alone", diverge_to_9, L(2, 0, HISTORY(1)), L(9, 2, HISTORY(1)) },
	{ "alone again", diverge_to_9, L(3, 2, HISTORY(1)), L(9, 2, HISTORY(3, 1)) },
	{ "the oldest is forgotten", diverge_to_9,
	  L(20, 2, HISTORY(18, 17, 16, 15, 14, 13, 12, 11)),
	  L(9, 2, HISTORY(20, 18, 17, 16, 15, 14, 13, 12)) },
	{ "settled", dyad_lineage_settle, L(3, 2, HISTORY(1)), L(3, 0, HISTORY(2, 1)) },
	{ "settled twice", dyad_lineage_settle, L(3, 0, HISTORY(2, 1)), L(3, 0, HISTORY(2, 1)) },
	{ "settled with the base known", dyad_lineage_settle, L(3, 2, HISTORY(2, 1)),
	  L(3, 0, HISTORY(2, 1)) },
	{ "as if it had not gone on alone", dyad_lineage_before, L(9, 2, HISTORY(1)),
	  L(2, 0, HISTORY(1)) },
	{ "adopted by a new disk", adopt_alone, L(0), L(2, 0, HISTORY(1, 7)) },
	{ "adopted after a split", adopt_alone, L(3, 1, HISTORY(5)), L(2, 0, HISTORY(1, 7)) },
};

DYAD_ROWS(change);

static void changed(struct kunit *test)
{
	const struct change_row *row = test->param_value;
	struct dyad_lineage l = row->before;

	row->change(&l);
	KUNIT_EXPECT_EQ(test, memcmp(&l, &row->after, sizeof(l)), 0);
}

struct lack_row {
	const char *name;
	struct dyad_lineage disk;
	enum dyad_lack lack;
};

/* Of one that held 2, and goes on without a disk under 9. */
static const struct lack_row lack[] = {
	{ "a new disk", L(0), DYAD_LACK_ALL },
	{ "the one that was there", L(2, 0, HISTORY(1)), DYAD_LACK_SOME },
	{ "one that is complete", L(9, 0, HISTORY(2, 1)), DYAD_LACK_SOME },
	{ "one that was there long ago", L(1), DYAD_LACK_ALL },
	{ "one that went on by itself", L(7, 2, HISTORY(1)), DYAD_LACK_OTHER },
	{ "one that went on since", L(7, 9, HISTORY(2, 1)), DYAD_LACK_OTHER },
	{ "a stranger's", L(7, 6, HISTORY(5)), DYAD_LACK_OTHER },
};

DYAD_ROWS(lack);

static void lacks(struct kunit *test)
{
	const struct lack_row *row = test->param_value;
	struct dyad_lineage l = L(9, 2, HISTORY(1));

	KUNIT_EXPECT_EQ(test, (int)dyad_lineage_lack(&row->disk, &l), (int)row->lack);
}

/*
 * The model: each write goes to a block of its own and is a bit, so a content is
 * a set of writes, and so is a dirty map. Generations are numbered; a replica
 * keeps the set of all that ever led to its content, without a limit.
 */
struct replica {
	struct dyad_lineage lineage;
	u64 content;
	u64 dirty;
	u64 ancestors;
	bool alone;	/* the generation is not known to the peer */
	bool whole;
};

struct pair {
	struct replica r[2];
	u64 seed;
	int names;
	int writes;
	bool connected;
};

#define LAST_NAME 60
#define LAST_WRITE 60

static unsigned int one_of(struct pair *p, unsigned int n)
{
	return dyad_random_below(&p->seed, n);
}

static void go_alone(struct pair *p, struct replica *r)
{
	if (r->alone)
		return;
	dyad_lineage_diverge(&r->lineage, ++p->names);
	r->ancestors |= 1ull << p->names;
	r->alone = true;
}

/* An operator promotes it, if need be by force, and it is written. */
static void write_alone(struct pair *p, struct replica *r)
{
	if (!r->whole)
		r->dirty = ~0ull;
	r->whole = true;
	go_alone(p, r);
	if (one_of(p, 4)) {
		r->content |= 1ull << p->writes;
		r->dirty |= 1ull << p->writes++;
	}
}

static void write_both(struct pair *p)
{
	p->r[0].content |= 1ull << p->writes;
	p->r[1].content |= 1ull << p->writes++;
}

/* As it goes on: all the way, all but the last word, or cut in the middle. */
static void resync(struct pair *p, struct replica *source, struct replica *target,
		   bool everything)
{
	u64 todo = everything ? ~0ull : source->dirty | target->dirty;
	u64 done = todo;
	unsigned int end = one_of(p, 4);

	target->whole = false;
	if (end == 0)
		done &= dyad_random(&p->seed);
	target->content = (target->content & ~done) | (source->content & done);
	source->dirty = todo & ~done;
	if (end == 0)
		return;
	dyad_lineage_adopt(&target->lineage, &source->lineage);
	target->ancestors = source->ancestors;
	target->dirty = 0;
	target->whole = true;
	target->alone = false;
	/* The name is out, whether its arrival is known or not. */
	source->alone = false;
	if (end == 1)
		return;
	dyad_lineage_settle(&source->lineage);
	p->connected = true;
}

static bool forgotten(const struct replica *a, const struct replica *b)
{
	return hweight64(a->ancestors) > DYAD_HISTORY || hweight64(b->ancestors) > DYAD_HISTORY;
}

/* What the sets of all generations say, and the limited histories should. */
static bool verdict_true(const struct replica *a, const struct replica *b, enum dyad_verdict v)
{
	u64 now_a = a->lineage.now, now_b = b->lineage.now;
	bool forgot = forgotten(a, b);

	switch (v) {
	case DYAD_VERDICT_BLANK:
		return !now_a && !now_b;
	case DYAD_VERDICT_EQUAL:
		return now_a && now_a == now_b;
	case DYAD_VERDICT_SEND_DIRTY:
	case DYAD_VERDICT_SEND_ALL:
		return now_a && now_a != now_b && (!now_b || a->ancestors >> now_b & 1);
	case DYAD_VERDICT_RECEIVE_DIRTY:
	case DYAD_VERDICT_RECEIVE_ALL:
		return now_b && now_a != now_b && (!now_a || b->ancestors >> now_a & 1);
	case DYAD_VERDICT_SPLIT_DIRTY:
	case DYAD_VERDICT_SPLIT_ALL:
		return a->ancestors & b->ancestors &&
		       (forgot || !(a->ancestors >> now_b & 1 || b->ancestors >> now_a & 1));
	case DYAD_VERDICT_UNRELATED:
		return now_a && now_b && (forgot || !(a->ancestors & b->ancestors));
	}
	return false;
}

static bool counts_dirty(enum dyad_verdict v)
{
	return v == DYAD_VERDICT_EQUAL || v == DYAD_VERDICT_SEND_DIRTY ||
	       v == DYAD_VERDICT_RECEIVE_DIRTY || v == DYAD_VERDICT_SPLIT_DIRTY;
}

static const char *wrong(const struct replica *a, const struct replica *b, enum dyad_verdict v)
{
	u64 differ = a->content ^ b->content;

	if (!verdict_true(a, b, v))
		return "not what happened";
	if (counts_dirty(v) && differ & ~(a->dirty | b->dirty))
		return "they differ outside the dirty maps (law 4, rule H19)";
	if ((v == DYAD_VERDICT_SEND_DIRTY || v == DYAD_VERDICT_SEND_ALL) &&
	    a->whole && b->lineage.now && b->content & ~a->content)
		return "the source lacks a write of the target (law 5)";
	if (v == DYAD_VERDICT_EQUAL && a->whole && b->whole && differ)
		return "equal names, other contents (law 5)";
	return NULL;
}

/* They meet; where it takes an operator, one may or may not be there. */
static void meet(struct kunit *test, struct pair *p, unsigned int round)
{
	struct replica *a = &p->r[0], *b = &p->r[1];
	enum dyad_verdict v = dyad_lineage_compare(&a->lineage, &b->lineage);
	bool everything = !counts_dirty(v);
	bool receive;

	KUNIT_EXPECT_EQ(test, dyad_lineage_compare(&b->lineage, &a->lineage), mirror(v));
	KUNIT_EXPECT_TRUE_MSG(test, !wrong(a, b, v), "history %u, verdict %d: %s", round, v,
			      wrong(a, b, v));
	KUNIT_EXPECT_TRUE_MSG(test, !wrong(b, a, mirror(v)), "history %u, verdict %d: %s", round,
			      mirror(v), wrong(b, a, mirror(v)));
	switch (v) {
	case DYAD_VERDICT_BLANK:
		return;
	case DYAD_VERDICT_SEND_DIRTY:
	case DYAD_VERDICT_SEND_ALL:
		receive = false;
		break;
	case DYAD_VERDICT_RECEIVE_DIRTY:
	case DYAD_VERDICT_RECEIVE_ALL:
		receive = true;
		break;
	case DYAD_VERDICT_EQUAL:
		receive = a->whole != b->whole ? b->whole : one_of(p, 2);
		break;
	default:
		if (!one_of(p, 3))
			return;
		receive = one_of(p, 2);
	}
	if ((receive ? b : a)->whole)
		resync(p, receive ? b : a, receive ? a : b, everything);
}

static void step(struct kunit *test, struct pair *p, unsigned int round)
{
	struct replica *r = &p->r[one_of(p, 2)];
	unsigned int what = one_of(p, 32);

	if (p->connected) {
		if (what < 12)
			p->connected = false;
		else
			write_both(p);
	} else if (what < 18) {
		meet(test, p, round);
	} else if (what < 31) {
		write_alone(p, r);
	} else {
		/* A new disk, or a restart of a node that keeps nothing. */
		*r = (struct replica) { };
	}
}

static void histories_of_a_pair(struct kunit *test)
{
	unsigned int round, seen = 0;

	for (round = 0; round < 3000; round++) {
		struct pair p = { .seed = round };

		while (p.names < LAST_NAME && p.writes < LAST_WRITE) {
			step(test, &p, round);
			seen |= 1u << dyad_lineage_compare(&p.r[0].lineage, &p.r[1].lineage);
		}
	}
	/* A model that never gets anywhere proves nothing. */
	KUNIT_EXPECT_EQ(test, seen, (2u << DYAD_VERDICT_UNRELATED) - 1);
}

static struct kunit_case lineage_cases[] = {
	KUNIT_CASE_PARAM(verdict_is, verdict_rows_gen_params),
	KUNIT_CASE(verdict_mirrored),
	KUNIT_CASE_PARAM(changed, change_rows_gen_params),
	KUNIT_CASE_PARAM(lacks, lack_rows_gen_params),
	KUNIT_CASE(histories_of_a_pair),
	{ }
};

static struct kunit_suite lineage_suite = {
	.name = "dyad_lineage",
	.test_cases = lineage_cases,
};

kunit_test_suite(lineage_suite);
