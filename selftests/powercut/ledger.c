// SPDX-License-Identifier: GPL-2.0-only
/*
 * ledger: a client that knows what it was promised. It writes numbered records
 * into the slots of a file or device, over and over, in batches; when a batch
 * was made durable it puts "ack NAME NUMBER" into the log of the disks. Later
 * it checks that each slot holds what it must.
 *
 *   ledger write NAME FILE HOW OFFSET STRIDE SLOTS STATE
 *	HOW is append, fsync, fdatasync or fua (a file's slots are at OFFSET,
 *	STRIDE bytes apart; append has as many as it likes). Goes on behind the
 *	number in the file STATE and keeps it up to date, until killed.
 *   ledger check FILE HOW OFFSET STRIDE SLOTS NUMBER
 *	all records to NUMBER were acknowledged: is each there, or a newer one
 *	that was being written?
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define BATCH 4		/* records at most that are made durable at once */

struct record {
	uint64_t number;
	uint64_t sum;
	uint64_t body[62];
};

struct place {
	int fd;
	bool append;
	uint64_t offset, stride, slots;
};

static volatile sig_atomic_t ending;

static void end(int signal)
{
	(void)signal;
	ending = 1;
}

static uint64_t mix(uint64_t x)
{
	x ^= x >> 33;
	x *= 0xff51afd7ed558ccdULL;
	x ^= x >> 33;
	x *= 0xc4ceb9fe1a85ec53ULL;
	return x ^ x >> 33;
}

static void fill(struct record *r, uint64_t number)
{
	uint64_t state = number;

	r->number = number;
	r->sum = 0;
	for (size_t i = 0; i < 62; i++) {
		state = mix(state + i + 1);
		r->body[i] = state;
		r->sum = r->sum * 31 + state;
	}
}

/* Numbers wander over the slots; each is written again and again. */
static uint64_t slot_of(const struct place *p, uint64_t number)
{
	return p->append ? number - 1 : mix(number) % p->slots;
}

static off_t where(const struct place *p, uint64_t slot)
{
	return p->offset + slot * p->stride;
}

static int fail(const char *what)
{
	fprintf(stderr, "ledger: %s: %s\n", what, strerror(errno));
	return 1;
}

static int server(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX, .sun_path = "/run/powerdisk" };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a))) {
		close(fd);
		return -1;
	}
	return fd;
}

static int acknowledge(int log, int state, const char *name, uint64_t number)
{
	char line[64];
	int n = snprintf(line, sizeof(line), "mark ack %s %" PRIu64 "\n", name, number);

	if (send(log, line, n, MSG_NOSIGNAL) != n || recv(log, line, sizeof(line), 0) <= 0)
		return fail("the server of the disks is gone");
	n = snprintf(line, sizeof(line), "%-20" PRIu64 "\n", number);
	return pwrite(state, line, n, 0) == n ? 0 : fail("state");
}

static int write_batch(const struct place *p, const char *how, uint64_t first, uint64_t count)
{
	_Alignas(512) struct record r;

	for (uint64_t i = first; i < first + count; i++) {
		fill(&r, i);
		if (pwrite(p->fd, &r, sizeof(r), where(p, slot_of(p, i))) != sizeof(r))
			return -1;
	}
	if (!strcmp(how, "fua"))
		return 0;
	return strcmp(how, "fdatasync") ? fsync(p->fd) : fdatasync(p->fd);
}

static int write_records(const char *name, const char *how, struct place *p, const char *path)
{
	int state = open(path, O_RDWR | O_CREAT, 0644), log = server();
	char text[32] = "";
	uint64_t last, count;

	if (state < 0 || log < 0 || pread(state, text, sizeof(text) - 1, 0) < 0)
		return fail(path);
	signal(SIGTERM, end);
	last = strtoull(text, NULL, 10);
	while (!ending) {
		count = 1 + mix(last) % BATCH;
		if (write_batch(p, how, last + 1, count))
			return fail(name);
		last += count;
		if (acknowledge(log, state, name, last))
			return 1;
	}
	return 0;
}

/* Is it what number @n looks like, in the slot where that belongs? */
static bool holds(const struct place *p, const struct record *r, uint64_t slot, uint64_t n)
{
	struct record want;

	fill(&want, n);
	return slot_of(p, n) == slot && !memcmp(&want, r, sizeof(want));
}

static int check_slot(const struct place *p, uint64_t slot, uint64_t want, uint64_t last)
{
	_Alignas(512) struct record r;

	if (pread(p->fd, &r, sizeof(r), where(p, slot)) != sizeof(r)) {
		printf("slot %" PRIu64 ": record %" PRIu64 " cannot be read: %s\n", slot, want,
		       strerror(errno));
		return 1;
	}
	if (holds(p, &r, slot, want))
		return 0;
	for (uint64_t n = last + 1; n <= last + BATCH; n++)
		if (holds(p, &r, slot, n))
			return 0;
	printf("slot %" PRIu64 " at byte %jd: acknowledged record %" PRIu64 " of %" PRIu64
	       " is lost, number %" PRIu64 " is there\n", slot, (intmax_t)where(p, slot), want, last,
	       r.number);
	return 1;
}

static int check_records(struct place *p, uint64_t last)
{
	uint64_t slots = p->append ? last : p->slots;
	uint64_t *newest = calloc(slots + 1, sizeof(*newest));
	int bad = 0;

	if (!newest)
		return fail("memory");
	for (uint64_t n = 1; n <= last; n++)
		newest[slot_of(p, n)] = n;
	for (uint64_t s = 0; s < slots && bad < 5; s++)
		if (newest[s])
			bad += check_slot(p, s, newest[s], last);
	free(newest);
	return bad ? 1 : 0;
}

int main(int argc, char **argv)
{
	bool writes = argc == 9 && !strcmp(argv[1], "write");
	struct place p = { 0 };
	char **a = argv + (writes ? 3 : 2);
	int flags;

	if (!writes && !(argc == 8 && !strcmp(argv[1], "check"))) {
		fprintf(stderr, "usage: ledger write|check ...\n");
		return 2;
	}
	flags = writes ? O_RDWR | O_CREAT : O_RDONLY;
	if (!strcmp(a[1], "fua"))
		flags |= writes ? O_DIRECT | O_DSYNC : O_DIRECT;
	p.append = !strcmp(a[1], "append");
	p.offset = strtoull(a[2], NULL, 10);
	p.stride = strtoull(a[3], NULL, 10);
	p.slots = strtoull(a[4], NULL, 10);
	p.fd = open(a[0], flags, 0644);
	if (p.fd < 0)
		return fail(a[0]);
	if (writes)
		return write_records(argv[2], a[1], &p, argv[8]);
	return check_records(&p, strtoull(argv[7], NULL, 10));
}
