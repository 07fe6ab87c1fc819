// SPDX-License-Identifier: GPL-2.0-only
/*
 * mini-kunit: runs the suites that are linked in, prints KTAP and a closing line.
 *
 *   dyad-unit [SUITE[.CASE]]
 *
 * Exits 0 if all passed, 1 if one failed or nothing ran. An error that a
 * sanitizer finds ends the program with another status.
 */
#include <kunit/test.h>

#include <setjmp.h>
#include <stdarg.h>

#define FAILURES_SHOWN 20	/* of one test; a loop can fail a million times */

struct memory {
	struct memory *next;
	char bytes[] __attribute__((aligned(16)));
};

static struct kunit_suite *suites;
static struct memory *held;
static jmp_buf stop;
static int shown;

void kunit_register(struct kunit_suite *suite)
{
	struct kunit_suite **p = &suites;

	while (*p && strcmp((*p)->name, suite->name) < 0)
		p = &(*p)->next;
	suite->next = *p;
	*p = suite;
}

void kunit_stop(void)
{
	longjmp(stop, 1);
}

void kunit_failed(struct kunit *test, bool last, const char *file, int line, const char *format,
		  ...)
{
	const char *base = strrchr(file, '/');
	va_list args;

	test->failed = true;
	if (*format && shown++ < FAILURES_SHOWN) {
		printf("    # %s:%d: ", base ? base + 1 : file, line);
		va_start(args, format);
		vprintf(format, args);
		va_end(args);
		if (format[strlen(format) - 1] != '\n')
			putchar('\n');
	}
	if (last)
		kunit_stop();
}

void *kunit_kzalloc(struct kunit *test, size_t bytes, gfp_t gfp)
{
	struct memory *m = calloc(1, sizeof(*m) + bytes);

	(void)test;
	(void)gfp;
	m->next = held;
	held = m;
	return m->bytes;
}

static void run_once(struct kunit_suite *suite, struct kunit_case *c, struct kunit *test)
{
	struct memory *m;

	shown = 0;
	if (!setjmp(stop)) {
		if (suite->init && suite->init(test))
			kunit_failed(test, true, suite->name, 0, "the suite's init failed");
		c->run_case(test);
	}
	if (suite->exit)
		suite->exit(test);
	while ((m = held)) {
		held = m->next;
		free(m);
	}
}

/* A table's rows are a list of their own, one level deeper. */
static struct kunit run(struct kunit_suite *suite, struct kunit_case *c)
{
	char name[KUNIT_PARAM_DESC_SIZE];
	struct kunit all = { .skipped = true };
	const void *row = NULL;
	int n = 0;

	if (!c->generate_params) {
		all.skipped = false;
		run_once(suite, c, &all);
		return all;
	}
	printf("    KTAP version 1\n    # Subtest: %s\n", c->name);
	while ((row = c->generate_params(row, name))) {
		struct kunit test = { .param_value = row };

		run_once(suite, c, &test);
		printf("    %s %d %s%s\n", test.failed ? "not ok" : "ok", ++n, name,
		       test.skipped ? " # SKIP" : "");
		all.failed |= test.failed;
		all.skipped &= test.skipped;
	}
	printf("    1..%d\n", n);
	return all;
}

int main(int argc, char **argv)
{
	int passed = 0, failed = 0, skipped = 0, number = 0;
	const char *only = argc > 1 ? argv[1] : "";
	struct kunit_suite *s;
	struct kunit_case *c;

	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("KTAP version 1\n");
	for (s = suites; s; s = s->next) {
		int before = failed, n = 0;

		if (strncmp(only, s->name, strcspn(only, ".")))
			continue;
		printf("  KTAP version 1\n  # Subtest: %s\n", s->name);
		for (c = s->test_cases; c->run_case; c++) {
			struct kunit test;

			if (strchr(only, '.') && strcmp(strchr(only, '.') + 1, c->name))
				continue;
			test = run(s, c);
			printf("  %s %d %s%s\n", test.failed ? "not ok" : "ok", ++n, c->name,
			       test.skipped ? " # SKIP" : "");
			*(test.failed ? &failed : test.skipped ? &skipped : &passed) += 1;
		}
		printf("  1..%d\n%s %d %s\n", n, failed > before ? "not ok" : "ok", ++number, s->name);
	}
	printf("1..%d\nunit: %d passed, %d failed, %d skipped\n", number, passed, failed, skipped);
	return failed || !passed;
}
