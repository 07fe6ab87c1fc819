// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of epochs: named rows of what comes in which order, and a writer and a reader that
 * are tied together by streams that run at their own speed, beside a log (law 10, H14).
 */
#include "../core/epoch.c"

#include <linux/errno.h>
#include <linux/slab.h>

#include "tests.h"

#define STREAMS 3

/* --- named rows --- */

enum what {
	CAME,		/* a write comes on a stream, with an epoch */
	END,		/* of an epoch, with a count on stream 0 and 1 */
	DONE,		/* a write of a stream is on its disk */
	FLUSHED,	/* if the epoch is complete */
	LATER,		/* a write that waited is shown again */
	LATER_END,	/* an end that waited is shown again */
};

struct event {
	enum what what;
	unsigned int stream;
	u64 epoch;
	u32 counts[2];
	enum dyad_epoch_verdict verdict;
};

struct epoch_row {
	const char *name;
	struct event event[10];
	u64 now;	/* in the end */
};

#define W(s, e, v) { CAME, s, e, { }, DYAD_EPOCH_##v }
#define E(e, a, b, v) { END, 0, e, { a, b }, DYAD_EPOCH_##v }
#define D(s) { DONE, s }
#define F { FLUSHED }
#define LATER_W(s, v) { LATER, s, 0, { }, DYAD_EPOCH_##v }
#define LATER_E(a, b, v) { LATER_END, 0, 0, { a, b }, DYAD_EPOCH_##v }

static const struct epoch_row epochs[] = {
	{ "writes of the first epoch start", { W(0, 1, START), W(1, 1, START) }, 1 },
	{ "those of the next wait", { W(0, 1, START), W(0, 2, WAIT), W(1, 2, WAIT) }, 1 },
	{ "an empty epoch", { E(1, 0, 0, START), F }, 2 },
	{ "not before its end has come", { W(0, 1, START), D(0), F }, 1 },
	{ "not before its writes are done", { W(0, 1, START), E(1, 1, 0, START), F }, 1 },
	{ "not before they have come", { W(0, 1, START), D(0), E(1, 1, 1, START), F }, 1 },
	{ "done, ended, flushed", { W(0, 1, START), D(0), E(1, 1, 0, START), F }, 2 },
	{ "ended, done, flushed", { W(0, 1, START), E(1, 1, 0, START), D(0), F }, 2 },
	{ "a late one on another stream",
	  { W(0, 1, START), E(1, 1, 1, START), D(0), W(1, 1, START), D(1), F }, 2 },
	{ "what waited starts", { W(0, 2, WAIT), E(1, 0, 0, START), F, LATER_W(0, START) }, 2 },
	{ "an end that waited",
	  { E(1, 0, 0, START), E(2, 1, 0, WAIT), F, LATER_E(1, 0, START), F }, 2 },
	{ "one more than there are", { E(1, 1, 0, START), W(0, 1, START), W(0, 1, BAD) }, 1 },
	{ "fewer than have come", { W(0, 1, START), W(0, 1, START), E(1, 1, 0, BAD) }, 1 },
	{ "an epoch of the past", { E(1, 0, 0, START), F, W(0, 1, BAD) }, 2 },
	{ "epoch 0", { W(0, 0, BAD) }, 1 },
	{ "back on a stream", { W(0, 3, WAIT), W(0, 2, BAD), W(1, 2, WAIT) }, 1 },
	{ "a stream that is none", { W(DYAD_WIRE_STREAMS, 1, BAD) }, 1 },
	{ "an end left out", { E(2, 0, 0, BAD) }, 1 },
	{ "an end twice", { E(1, 0, 0, START), E(1, 0, 0, BAD) }, 1 },
	{ "later ones that are too many",
	  { W(0, 2, WAIT), E(1, 0, 0, START), E(2, 0, 0, WAIT), F, LATER_E(0, 0, START),
	    LATER_W(0, BAD) }, 2 },
};

DYAD_ROWS(epochs);

static enum dyad_epoch_verdict happen(struct dyad_epoch_reader *r, const struct event *e)
{
	u32 counts[DYAD_WIRE_STREAMS] = { e->counts[0], e->counts[1] };

	switch (e->what) {
	case CAME:
		return e->epoch || e->verdict ? dyad_epoch_write_came(r, e->stream, e->epoch) :
						DYAD_EPOCH_START;
	case END:
		return dyad_epoch_end_came(r, e->epoch, counts);
	case LATER:
		return dyad_epoch_write_now(r, e->stream);
	case LATER_END:
		return dyad_epoch_end_now(r, counts);
	case DONE:
		dyad_epoch_write_done(r, e->stream);
		return DYAD_EPOCH_START;
	default:
		if (dyad_epoch_is_complete(r))
			dyad_epoch_next(r);
		return DYAD_EPOCH_START;
	}
}

static void in_order(struct kunit *test)
{
	const struct epoch_row *row = test->param_value;
	struct dyad_epoch_reader r;
	int i;

	dyad_epoch_reader_init(&r);
	for (i = 0; i < ARRAY_SIZE(row->event); i++)
		KUNIT_EXPECT_EQ_MSG(test, happen(&r, &row->event[i]), row->event[i].verdict,
				    "event %d", i);
	KUNIT_EXPECT_EQ(test, r.now, row->now);
}

static void numbers_of_the_writer(struct kunit *test)
{
	u32 counts[DYAD_WIRE_STREAMS];
	struct dyad_epoch_writer w;

	dyad_epoch_writer_init(&w);
	KUNIT_EXPECT_FALSE(test, dyad_epoch_is_used(&w));
	KUNIT_EXPECT_EQ(test, dyad_epoch_add(&w, 2), 1);
	KUNIT_EXPECT_EQ(test, dyad_epoch_add(&w, 2), 1);
	KUNIT_EXPECT_EQ(test, dyad_epoch_add(&w, 7), 1);
	KUNIT_EXPECT_TRUE(test, dyad_epoch_is_used(&w));
	KUNIT_EXPECT_EQ(test, dyad_epoch_finish(&w, counts), 1);
	KUNIT_EXPECT_TRUE(test, !counts[0] && counts[2] == 2 && counts[7] == 1);
	KUNIT_EXPECT_FALSE(test, dyad_epoch_is_used(&w));
	KUNIT_EXPECT_EQ(test, dyad_epoch_add(&w, 0), 2);
}

/* --- random traffic --- */

#define EPOCHS 200
#define WRITES 8	/* of an epoch and stream, less than */

struct model {
	struct dyad_epoch_writer w;
	struct dyad_epoch_reader r;
	u32 count[EPOCHS + 1][DYAD_WIRE_STREAMS];	/* by epoch, from 1 */
	u64 at[STREAMS];				/* epoch that a stream has got to */
	u32 came[STREAMS];				/* writes of it that have come */
	u32 waiting[EPOCHS + 1][STREAMS];
	u32 busy[STREAMS];				/* started, not done */
	u64 ends;					/* that have come */
};

static void write_all(struct model *m, u64 *seed)
{
	u32 counts[DYAD_WIRE_STREAMS];
	unsigned int e, s, n;

	for (e = 1; e < EPOCHS; e++) {
		for (s = 0; s < STREAMS; s++)
			for (n = dyad_random_below(seed, WRITES); n; n--)
				dyad_epoch_add(&m->w, s);
		dyad_epoch_finish(&m->w, counts);
		memcpy(m->count[e], counts, sizeof(counts));
	}
}

/* The next write of a stream comes; an epoch's end comes on stream 0, after its writes. */
static bool stream_step(struct kunit *test, struct model *m, unsigned int s)
{
	enum dyad_epoch_verdict verdict;
	u64 e = m->at[s];

	if (e >= EPOCHS)
		return false;
	if (m->came[s] < m->count[e][s]) {
		verdict = dyad_epoch_write_came(&m->r, s, e);
		KUNIT_ASSERT_EQ(test, verdict, e == m->r.now ? DYAD_EPOCH_START :
							      DYAD_EPOCH_WAIT);
		m->came[s]++;
		if (verdict == DYAD_EPOCH_START)
			m->busy[s]++;
		else
			m->waiting[e][s]++;
		return true;
	}
	if (s == 0) {
		verdict = dyad_epoch_end_came(&m->r, e, m->count[e]);
		KUNIT_ASSERT_TRUE(test, verdict != DYAD_EPOCH_BAD);
		m->ends = e;
	}
	m->at[s]++;
	m->came[s] = 0;
	return true;
}

static bool next_epoch(struct kunit *test, struct model *m)
{
	unsigned int s;

	if (!dyad_epoch_is_complete(&m->r))
		return false;
	for (s = 0; s < STREAMS; s++)
		KUNIT_ASSERT_EQ_MSG(test, m->busy[s], 0, "stream %u", s);
	dyad_epoch_next(&m->r);
	if (m->r.now > m->ends && m->r.now < EPOCHS)
		KUNIT_EXPECT_FALSE(test, m->r.ended);
	if (m->r.now <= m->ends)
		KUNIT_ASSERT_EQ(test, dyad_epoch_end_now(&m->r, m->count[m->r.now]),
				DYAD_EPOCH_START);
	for (s = 0; s < STREAMS && m->r.now < EPOCHS; s++)
		for (; m->waiting[m->r.now][s]; m->waiting[m->r.now][s]--) {
			KUNIT_ASSERT_EQ(test, dyad_epoch_write_now(&m->r, s), DYAD_EPOCH_START);
			m->busy[s]++;
		}
	return true;
}

static void random_traffic(struct kunit *test)
{
	struct model *m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);
	unsigned int idle = 0, s;
	u64 seed = 1;

	KUNIT_ASSERT_NOT_NULL(test, m);
	dyad_epoch_writer_init(&m->w);
	dyad_epoch_reader_init(&m->r);
	write_all(m, &seed);
	for (s = 0; s < STREAMS; s++)
		m->at[s] = 1;
	while (m->r.now < EPOCHS && idle < 1000) {
		bool any = false;

		s = dyad_random_below(&seed, STREAMS);
		if (dyad_random_below(&seed, 2)) {
			any = stream_step(test, m, s);
		} else if (m->busy[s]) {
			m->busy[s]--;
			dyad_epoch_write_done(&m->r, s);
			any = true;
		}
		any |= next_epoch(test, m);
		idle = any ? 0 : idle + 1;
	}
	KUNIT_EXPECT_EQ(test, m->r.now, EPOCHS);
}

static struct kunit_case epoch_cases[] = {
	KUNIT_CASE_PARAM(in_order, epochs_rows_gen_params),
	KUNIT_CASE(numbers_of_the_writer),
	KUNIT_CASE(random_traffic),
	{ }
};

static struct kunit_suite epoch_suite = {
	.name = "dyad_epoch",
	.test_cases = epoch_cases,
};

kunit_test_suite(epoch_suite);
