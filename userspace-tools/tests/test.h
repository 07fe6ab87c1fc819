/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * test: the smallest frame for unit tests. Each file has a table of tests; a
 * test fails if one of its checks does.
 */
#ifndef DYAD_TOOL_TEST_H
#define DYAD_TOOL_TEST_H

#include <stdbool.h>
#include <stdint.h>

struct test {
	const char *name;
	void (*run)(void);
};

/* Each ends with an entry without a name. */
extern const struct test test_cmd[];
extern const struct test test_extack[];
extern const struct test test_format[];
extern const struct test test_latency[];
extern const struct test test_meta[];
extern const struct test test_model[];
extern const struct test test_monitor[];
extern const struct test test_parse[];
extern const struct test test_resolve[];
extern const struct test test_show[];
extern const struct test test_wait[];
extern const struct test test_words[];

void test_check(bool good, const char *what, const char *file, int line);
void test_check_text(const char *got, const char *want, const char *file, int line);
void test_check_number(uint64_t got, uint64_t want, const char *file, int line);

#define CHECK(condition) \
	test_check(condition, #condition, __FILE__, __LINE__)
#define CHECK_TEXT(got, want) \
	test_check_text(got, want, __FILE__, __LINE__)
#define CHECK_NUMBER(got, want) \
	test_check_number(got, want, __FILE__, __LINE__)
/* Is @want part of @got? */
#define CHECK_HAS(got, want) \
	test_check_has(got, want, __FILE__, __LINE__)
void test_check_has(const char *got, const char *want, const char *file, int line);

/* The next number of a sequence that is the same in each run. */
uint64_t test_random(void);

#endif
