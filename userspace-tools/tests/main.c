// SPDX-License-Identifier: GPL-2.0-only
/*
 * main: runs all unit tests of the tool, prints KTAP and a closing line.
 */
#include "test.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	const struct test *tests;
} suites[] = {
	{ "parse", test_parse },
	{ "format", test_format },
	{ "extack", test_extack },
	{ "model", test_model },
	{ "show", test_show },
	{ "cmd", test_cmd },
	{ "words", test_words },
	{ "latency", test_latency },
	{ "meta", test_meta },
	{ "resolve", test_resolve },
	{ "wait", test_wait },
	{ "monitor", test_monitor },
};

#define N_SUITES (sizeof(suites) / sizeof(suites[0]))

static bool failed;

void test_check(bool good, const char *what, const char *file, int line)
{
	if (good)
		return;
	printf("# %s:%d: not true: %s\n", file, line, what);
	failed = true;
}

/* A text of several lines stays a comment of the output. */
static void print_quoted(const char *name, const char *text)
{
	printf("#   %s: \"", name);
	for (; *text; text++) {
		putchar(*text);
		if (*text == '\n')
			printf("#   ");
	}
	printf("\"\n");
}

void test_check_text(const char *got, const char *want, const char *file, int line)
{
	if (!strcmp(got, want))
		return;
	printf("# %s:%d: another text than expected\n", file, line);
	print_quoted("got", got);
	print_quoted("want", want);
	failed = true;
}

void test_check_has(const char *got, const char *want, const char *file, int line)
{
	if (strstr(got, want))
		return;
	printf("# %s:%d: something is not in the text\n", file, line);
	print_quoted("got", got);
	print_quoted("want", want);
	failed = true;
}

void test_check_number(uint64_t got, uint64_t want, const char *file, int line)
{
	if (got == want)
		return;
	printf("# %s:%d: got %" PRIu64 ", want %" PRIu64 "\n", file, line, got, want);
	failed = true;
}

/* xorshift64 */
uint64_t test_random(void)
{
	static uint64_t x = 88172645463325252ull;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x;
}

int main(void)
{
	int n = 0, n_failed = 0, total = 0;
	const struct test *t;
	size_t s;

	for (s = 0; s < N_SUITES; s++)
		for (t = suites[s].tests; t->name; t++)
			total++;
	printf("TAP version 13\n1..%d\n", total);
	for (s = 0; s < N_SUITES; s++) {
		for (t = suites[s].tests; t->name; t++) {
			failed = false;
			t->run();
			n_failed += failed;
			printf("%sok %d %s: %s\n", failed ? "not " : "", ++n, suites[s].name,
			       t->name);
			fflush(stdout);
		}
	}
	printf("tool: %d passed, %d failed\n", n - n_failed, n_failed);
	return n_failed ? 1 : 0;
}
