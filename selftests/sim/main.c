// SPDX-License-Identifier: GPL-2.0-only
/* The simulator: schedules by the thousand, and the shortest way to a failure. */
#include "world.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "disk.h"
#include "model.h"
#include "net.h"
#include "node.h"
#include "schedule.h"

#define SHRINK_SEEDS	12	/* orders of events tried for each shorter schedule */
#define TOO_LONG	10	/* seconds of one schedule */

bool verbose;

static sigjmp_buf failed;
static struct {
	char law[16];
	char text[700];
} failure;

/* --- failing --- */

void sim_fail(const char *law, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	snprintf(failure.law, sizeof(failure.law), "%s", law);
	vsnprintf(failure.text, sizeof(failure.text), format, args);
	va_end(args);
	siglongjmp(failed, 1);
}

void sim_bug(const char *what, const char *file, int line)
{
	sim_fail("bug", "%s (%s:%d)", what, file, line);
}

static void on_signal(int number)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, number);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	if (number == SIGALRM)
		sim_fail("law 11", "something goes on for ever");
	sim_fail("bug", "memory that is not there is used (signal %d)", number);
}

void trace(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("%6llu ", world.events);
	vprintf(format, args);
	printf("\n");
	va_end(args);
}

void sim_log(const char *format, ...)
{
	va_list args;

	if (!verbose)
		return;
	va_start(args, format);
	printf("%6llu %c kernel: ", world.events, 'A' + current_node);
	vprintf(format, args);
	va_end(args);
}

/* --- running --- */

static void reset(void)
{
	int i;

	sched_reset();
	for (i = 0; i <= NODES; i++)
		mem_reset(i);
	for (i = 0; i < NODES; i++) {
		world.ready[i].count = 0;
		world.works[i].count = 0;
		world.bios[i].count = 0;
		world.held[i].count = 0;
		world.flushers[i].first = NULL;
	}
	world.timer_count = 0;
	world.events = 0;
	sim_jiffies = 1000000;
	memset(nodes, 0, sizeof(nodes));
	net_reset();
	model_reset();
}

/* True if no law is broken. */
static bool run(const struct schedule *s)
{
	bool good = true;

	reset();
	alarm(TOO_LONG);
	if (sigsetjmp(failed, 1))
		good = false;
	else
		schedule_run(s);
	alarm(0);
	return good;
}

/* --- shrinking --- */

/* Does it still break the same law, in some order of events? */
static bool still_fails(struct schedule *s, const char *law)
{
	u64 seed = s->seed;
	int i;

	for (i = 0; i < SHRINK_SEEDS; i++) {
		if (!run(s) && !strcmp(failure.law, law))
			return true;
		s->seed = seed * 31 + i + 1;
	}
	s->seed = seed;
	return false;
}

static void without(struct schedule *to, const struct schedule *from, unsigned int first,
		    unsigned int n)
{
	*to = *from;
	memmove(&to->step[first], &to->step[first + n],
		(from->steps - first - n) * sizeof(*to->step));
	to->steps -= n;
}

static void shrink(struct schedule *s)
{
	struct schedule shorter;
	unsigned int i, n;
	char law[16];

	snprintf(law, sizeof(law), "%s", failure.law);
	for (n = max(s->steps / 2, 1u); n; n /= 2)
		for (i = s->steps; i--;) {
			if (i + n > s->steps)
				continue;
			without(&shorter, s, i, n);
			if (still_fails(&shorter, law))
				*s = shorter;
		}
	shorter = *s;
	shorter.preempt = 0;
	if (still_fails(&shorter, law))
		*s = shorter;
	run(s);
}

/* --- campaigns --- */

static u64 schedules = 10000, seed = 1, keep_going;
static unsigned int processes = 2;
static bool quick;	/* stop at the first failure, do not shrink */
static bool single;
static unsigned int max_seconds;

static volatile bool *over;	/* one of the processes has seen enough */

struct tally {
	u64 run;
	u64 failed;
};

static void report(u64 at, struct schedule *s)
{
	printf("not ok seed %llu: %s: %s\n", at, failure.law, failure.text);
	if (quick)
		return;
	shrink(s);
	printf("# shrunk to %u steps, order %llu: %s: %s\n", s->steps, s->seed, failure.law,
	       failure.text);
	schedule_print(s);
	fflush(stdout);
}

static double seconds(void)
{
	struct timeval t;

	gettimeofday(&t, NULL);
	return t.tv_sec + t.tv_usec / 1e6;
}

static struct tally work(unsigned int part)
{
	struct tally tally = { };
	struct schedule s;
	double begun = seconds();
	u64 i;

	for (i = part; i < schedules; i += processes) {
		schedule_make(&s, seed + i);
		tally.run++;
		if (!run(&s)) {
			tally.failed++;
			report(seed + i, &s);
			if (tally.failed > keep_going)
				*over = true;
		}
		if (*over || (max_seconds && !(tally.run % 64) &&
			      seconds() - begun > max_seconds))
			break;
	}
	return tally;
}

static int campaign(void)
{
	struct tally sum = { }, one;
	double begun = seconds();
	unsigned int i;
	int fds[2];

	over = mmap(NULL, sizeof(*over), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (over == MAP_FAILED || pipe(fds))
		return 2;
	for (i = 0; i < processes; i++) {
		fflush(stdout);
		if (fork())
			continue;
		one = work(i);
		fflush(stdout);
		_exit(write(fds[1], &one, sizeof(one)) != sizeof(one));
	}
	for (i = 0; i < processes; i++) {
		int status;

		wait(&status);
		if (status) {
			printf("not ok: a process of the simulator has died\n");
			sum.failed++;
			continue;
		}
		if (read(fds[0], &one, sizeof(one)) != sizeof(one))
			return 2;
		sum.run += one.run;
		sum.failed += one.failed;
	}
	printf("sim: %llu schedules, %llu failed, %.0f a minute\n", sum.run, sum.failed,
	       sum.run / (seconds() - begun) * 60);
	printf("sim: %llu passed, %llu failed, 0 skipped\n", sum.run - sum.failed, sum.failed);
	return sum.failed ? 1 : 0;
}

static int one_schedule(void)
{
	struct schedule s;
	u64 order = seed;

	schedule_make(&s, seed);
	if (run(&s)) {
		printf("ok seed %llu\n", order);
		return 0;
	}
	printf("not ok seed %llu: %s: %s\n", order, failure.law, failure.text);
	if (quick)
		return 1;
	verbose = false;
	shrink(&s);
	verbose = true;
	run(&s);
	printf("not ok: shrunk to %u steps, order %llu: %s: %s\n", s.steps, s.seed, failure.law,
	       failure.text);
	schedule_print(&s);
	return 1;
}

static void usage(void)
{
	fprintf(stderr, "usage: sim [-n SCHEDULES] [-s SEED] [-j PROCESSES] [-t SECONDS] [-k FAILURES] [-1] [-q] [-v]\n");
	exit(2);
}

static void options(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "n:s:j:t:k:1qv")) != -1)
		switch (c) {
		case 'n':
			schedules = strtoull(optarg, NULL, 0);
			break;
		case 's':
			seed = strtoull(optarg, NULL, 0);
			break;
		case 'j':
			processes = atoi(optarg);
			break;
		case 't':
			max_seconds = atoi(optarg);
			break;
		case 'k':
			keep_going = atoi(optarg);
			break;
		case '1':
			single = true;
			break;
		case 'q':
			quick = true;
			break;
		case 'v':
			verbose = true;
			break;
		default:
			usage();
		}
}

static void catch_signals(void)
{
	static char stack[64 << 10];
	stack_t alternative = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_ONSTACK };

	sigaltstack(&alternative, NULL);
	sigaction(SIGALRM, &action, NULL);
	if (getenv("SIM_CORE"))
		return;
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	sigaction(SIGFPE, &action, NULL);
}

int main(int argc, char **argv)
{
	options(argc, argv);
	setvbuf(stdout, NULL, _IOLBF, 0);
	catch_signals();
	mem_setup();
	sched_setup();
	node_setup();
	return single || verbose ? one_schedule() : campaign();
}
