// SPDX-License-Identifier: GPL-2.0-only
/*
 * witness: a client that knows what it was promised, and how long it waited. It
 * writes numbered blocks into the slots of a device, past all caches, reads some of
 * them back at once and flushes now and then, from several threads. What it knows is in the
 * file STATE, so it survives its own death, and another witness goes on with it, on the other
 * node's device too.
 *
 *   witness run DEVICE STATE	until SIGTERM; a fault that the device shows is the end
 *   witness check DEVICE STATE	each slot holds its last acknowledged write, or one
 *				that was tried after it and not acknowledged
 *   witness past DEVICE STATE	the slots hold a past (law 10): if a write is there that began
 *				after a flush had ended, all is there, or newer, that this
 *				flush covered. Prints how many acknowledged writes are lost;
 *				from here on what is there counts as acknowledged
 *   witness get STATE NAME	done: operations that succeeded; errors: that did not; longest:
 *				ms of the slowest; waiting: ms that the oldest one in flight
 *				has waited
 *   witness anew STATE		forget errors and longest
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define BLOCK 4096
#define JOBS 2
#define SLOTS 256		/* of one job */
#define SPACE 65536		/* bytes from one slot to the next: 32 MiB in all */
#define PACE_NS 10000000	/* after each operation: what looks on needs the processor, too */
#define WRITES 64		/* of a slot, whose begin is remembered */
#define FLUSHES 512		/* of which is remembered what they covered */

struct slot {
	uint64_t acked;		/* the last write that succeeded */
	uint64_t tried;		/* the last one that was begun */
};

/* In the file, shared by all who look at it. */
struct state {
	uint64_t done, errors, longest;
	uint64_t since[JOBS];	/* when the operation in flight began, or 0 */
	struct slot slots[JOBS * SLOTS];
	uint64_t flushes;	/* that have succeeded */
	/* For each write, how many flushes had ended when it began. */
	uint64_t began[JOBS * SLOTS][WRITES];
	/* What each flush has covered: that had been acknowledged when it, or an earlier one, began. */
	uint64_t covered[FLUSHES][JOBS * SLOTS];
};

struct block {
	uint64_t slot, number, sum;
	uint64_t body[BLOCK / 8 - 3];
};

struct job {
	pthread_t thread;
	struct state *state;
	struct block *block;
	int fd, index;
	bool fault;
};

static volatile sig_atomic_t ending;

static void end(int signal)
{
	(void)signal;
	ending = 1;
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static uint64_t mix(uint64_t x)
{
	x ^= x >> 33;
	x *= 0xff51afd7ed558ccdULL;
	x ^= x >> 33;
	x *= 0xc4ceb9fe1a85ec53ULL;
	return x ^ x >> 33;
}

static void fill(struct block *b, uint64_t slot, uint64_t number)
{
	uint64_t x = slot << 40 ^ number;

	b->slot = slot;
	b->number = number;
	b->sum = 0;
	for (size_t i = 0; i < BLOCK / 8 - 3; i++) {
		x = mix(x + i + 1);
		b->body[i] = x;
		b->sum = b->sum * 31 + x;
	}
}

static off_t where(uint64_t slot)
{
	return slot * SPACE;
}

/* Is it what was written there once, whole? */
static bool is_own(const struct block *b, uint64_t slot)
{
	static _Thread_local struct block want;

	fill(&want, slot, b->number);
	return !memcmp(&want, b, sizeof(want));
}

/* @acked: no older one will do. */
static bool holds(const struct block *b, uint64_t slot, uint64_t acked, uint64_t tried)
{
	if (is_own(b, slot) && b->number >= acked && b->number <= tried)
		return true;
	/* Nothing was promised: what was there before is right, too. */
	if (!acked)
		return true;
	printf("slot %" PRIu64 " at byte %jd: acknowledged write %" PRIu64 " of %" PRIu64
	       " is lost, %s %" PRIu64 " is there\n", slot, (intmax_t)where(slot), acked, tried,
	       is_own(b, slot) ? "number" : "something that says", b->number);
	return false;
}

static void begin(struct job *job)
{
	__atomic_store_n(&job->state->since[job->index], now(), __ATOMIC_SEQ_CST);
}

/* The operation has ended; true if it succeeded. */
static bool ended(struct job *job, bool good)
{
	struct state *s = job->state;
	uint64_t took = now() - s->since[job->index];
	uint64_t longest = __atomic_load_n(&s->longest, __ATOMIC_SEQ_CST);
	struct timespec pause = { .tv_nsec = PACE_NS };

	while (took > longest && !__atomic_compare_exchange_n(&s->longest, &longest, took, false,
							      __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		;
	__atomic_store_n(&s->since[job->index], 0, __ATOMIC_SEQ_CST);
	__atomic_add_fetch(good ? &s->done : &s->errors, 1, __ATOMIC_SEQ_CST);
	nanosleep(&pause, NULL);
	return good;
}

static void write_slot(struct job *job, uint64_t slot)
{
	struct slot *s = &job->state->slots[slot];
	uint64_t flushes = __atomic_load_n(&job->state->flushes, __ATOMIC_SEQ_CST);

	fill(job->block, slot, s->tried + 1);
	job->state->began[slot][(s->tried + 1) % WRITES] = flushes;
	__atomic_store_n(&s->tried, s->tried + 1, __ATOMIC_SEQ_CST);
	begin(job);
	if (ended(job, pwrite(job->fd, job->block, BLOCK, where(slot)) == BLOCK))
		__atomic_store_n(&s->acked, s->tried, __ATOMIC_SEQ_CST);
}

static void read_slot(struct job *job, uint64_t slot)
{
	struct slot *s = &job->state->slots[slot];

	begin(job);
	if (ended(job, pread(job->fd, job->block, BLOCK, where(slot)) == BLOCK) &&
	    !holds(job->block, slot, s->acked, s->tried))
		job->fault = true;
}

/* Has ended: what was acknowledged before it began is covered, as what earlier ones covered is. */
static void note_flush(struct state *s, const uint64_t *acked)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	const uint64_t *last;
	uint64_t *this;

	pthread_mutex_lock(&lock);
	last = s->covered[s->flushes % FLUSHES];
	this = s->covered[(s->flushes + 1) % FLUSHES];
	for (int i = 0; i < JOBS * SLOTS; i++)
		this[i] = acked[i] > last[i] ? acked[i] : last[i];
	__atomic_store_n(&s->flushes, s->flushes + 1, __ATOMIC_SEQ_CST);
	pthread_mutex_unlock(&lock);
}

static void flush(struct job *job)
{
	uint64_t acked[JOBS * SLOTS];

	for (int i = 0; i < JOBS * SLOTS; i++)
		acked[i] = __atomic_load_n(&job->state->slots[i].acked, __ATOMIC_SEQ_CST);
	begin(job);
	if (ended(job, !fdatasync(job->fd)))
		note_flush(job->state, acked);
}

static void *work(void *arg)
{
	struct job *job = arg;
	uint64_t x = now() + job->index;

	while (!ending && !job->fault) {
		x = mix(x + 1);
		if (x % 32 == 0) {
			flush(job);
		} else if (x % 8 == 1) {
			read_slot(job, job->index * SLOTS + (x >> 8) % SLOTS);
		} else {
			write_slot(job, job->index * SLOTS + (x >> 8) % SLOTS);
		}
	}
	ending = 1;
	return NULL;
}

static int fail(const char *what)
{
	fprintf(stderr, "witness: %s: %s\n", what, strerror(errno));
	return 1;
}

static int run(int fd, struct state *state)
{
	struct job jobs[JOBS] = { 0 };
	bool fault = false;

	signal(SIGTERM, end);
	for (int i = 0; i < JOBS; i++) {
		struct job *job = &jobs[i];

		job->state = state;
		job->fd = fd;
		job->index = i;
		job->block = aligned_alloc(BLOCK, BLOCK);
		/* Of a witness that died. */
		state->since[i] = 0;
		if (!job->block || pthread_create(&job->thread, NULL, work, job))
			return fail("a thread");
	}
	for (int i = 0; i < JOBS; i++) {
		pthread_join(jobs[i].thread, NULL);
		fault |= jobs[i].fault;
	}
	return fault;
}

static bool is_zero(const struct block *b)
{
	static const struct block zero;

	return !memcmp(b, &zero, sizeof(zero));
}

static bool read_block(int fd, struct block *b, uint64_t slot)
{
	if (pread(fd, b, BLOCK, where(slot)) == BLOCK)
		return true;
	printf("slot %" PRIu64 " cannot be read: %s\n", slot, strerror(errno));
	return false;
}

static int check(int fd, struct state *state)
{
	struct block *b = aligned_alloc(BLOCK, BLOCK);
	uint64_t promised = 0;
	int bad = 0;

	if (!b)
		return fail("memory");
	for (uint64_t i = 0; i < JOBS * SLOTS && bad < 5; i++) {
		struct slot *s = &state->slots[i];

		if (!s->acked)
			continue;
		promised++;
		bad += !read_block(fd, b, i) || !holds(b, i, s->acked, s->tried);
	}
	if (!promised)
		printf("nothing was acknowledged\n");
	return bad || !promised;
}

/* The number of the write that each slot holds, 0 if none. */
static bool find(int fd, const struct state *state, uint64_t *found)
{
	struct block *b = aligned_alloc(BLOCK, BLOCK);

	if (!b)
		return false;
	for (uint64_t i = 0; i < JOBS * SLOTS; i++) {
		if (!read_block(fd, b, i))
			return false;
		found[i] = is_own(b, i) ? b->number : 0;
		if ((!found[i] && !is_zero(b)) || found[i] > state->slots[i].tried) {
			printf("slot %" PRIu64 " holds what was never written there\n", i);
			return false;
		}
	}
	return true;
}

/* The last flush that had ended when something began that is there. */
static bool last_flush(const struct state *state, const uint64_t *found, uint64_t *last)
{
	*last = 0;
	for (int i = 0; i < JOBS * SLOTS; i++) {
		uint64_t began = state->began[i][found[i] % WRITES];

		if (found[i] + WRITES <= state->slots[i].tried) {
			printf("slot %d is %" PRIu64 " writes behind\n", i,
			       state->slots[i].tried - found[i]);
			return false;
		}
		if (found[i] && began > *last)
			*last = began;
	}
	return true;
}

static int past(int fd, struct state *state)
{
	uint64_t found[JOBS * SLOTS], last, lost = 0;
	const uint64_t *covered;

	if (!find(fd, state, found) || !last_flush(state, found, &last))
		return 1;
	if (last + FLUSHES <= state->flushes) {
		printf("%" PRIu64 " flushes behind\n", state->flushes - last);
		return 1;
	}
	covered = state->covered[last % FLUSHES];
	for (int i = 0; i < JOBS * SLOTS; i++) {
		if (found[i] < covered[i]) {
			printf("slot %d: flush %" PRIu64 " had covered write %" PRIu64 ", and something that "
			       "began later is there, but here is only %" PRIu64 "\n", i, last,
			       covered[i], found[i]);
			return 1;
		}
		if (state->slots[i].acked > found[i])
			lost += state->slots[i].acked - found[i];
	}
	printf("%" PRIu64 "\n", lost);
	for (int i = 0; i < JOBS * SLOTS; i++) {
		state->slots[i].acked = found[i];
		state->covered[state->flushes % FLUSHES][i] = found[i];
	}
	return 0;
}

static int get(const struct state *state, const char *name)
{
	uint64_t waiting = 0, t = now();

	for (int i = 0; i < JOBS; i++) {
		uint64_t since = __atomic_load_n(&state->since[i], __ATOMIC_SEQ_CST);

		if (since && since < t && t - since > waiting)
			waiting = t - since;
	}
	if (!strcmp(name, "done"))
		printf("%" PRIu64 "\n", state->done);
	else if (!strcmp(name, "errors"))
		printf("%" PRIu64 "\n", state->errors);
	else if (!strcmp(name, "longest"))
		printf("%" PRIu64 "\n", state->longest / 1000000);
	else if (!strcmp(name, "waiting"))
		printf("%" PRIu64 "\n", waiting / 1000000);
	else
		return 2;
	return 0;
}

static struct state *open_state(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT, 0644);
	void *p;

	if (fd < 0 || ftruncate(fd, sizeof(struct state)))
		return NULL;
	p = mmap(NULL, sizeof(struct state), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return p == MAP_FAILED ? NULL : p;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 2 ? argv[1] : "";
	bool device = argc == 4 && strcmp(verb, "get");
	struct state *state = argc > 2 ? open_state(argv[device ? 3 : 2]) : NULL;
	int fd = device ? open(argv[2], (strcmp(verb, "run") ? O_RDONLY : O_RDWR) | O_DIRECT) : -1;

	if (argc > 2 && (!state || (device && fd < 0)))
		return fail(argv[2]);
	if (device && !strcmp(verb, "run"))
		return run(fd, state);
	if (device && !strcmp(verb, "check"))
		return check(fd, state);
	if (device && !strcmp(verb, "past"))
		return past(fd, state);
	if (argc == 4 && !strcmp(verb, "get"))
		return get(state, argv[3]);
	if (argc == 3 && !strcmp(verb, "anew")) {
		state->errors = 0;
		state->longest = 0;
		return 0;
	}
	fprintf(stderr, "usage: witness run|check|past DEVICE STATE, get STATE NAME, anew STATE\n");
	return 2;
}
