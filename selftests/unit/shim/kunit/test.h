/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: the part of KUnit that the tests use; mini-kunit.c runs them. */
#ifndef SHIM_KUNIT_TEST_H
#define SHIM_KUNIT_TEST_H

#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#define KUNIT_PARAM_DESC_SIZE 128

struct kunit {
	const void *param_value;
	void *priv;
	bool failed;
	bool skipped;
};

struct kunit_case {
	void (*run_case)(struct kunit *test);
	const char *name;
	const void *(*generate_params)(const void *prev, char *desc);
};

struct kunit_suite {
	const char *name;
	int (*init)(struct kunit *test);
	void (*exit)(struct kunit *test);
	struct kunit_case *test_cases;
	struct kunit_suite *next;
};

void kunit_register(struct kunit_suite *suite);
void kunit_failed(struct kunit *test, bool stop, const char *file, int line, const char *format,
		  ...) __attribute__((format(printf, 5, 6)));
void kunit_stop(void) __attribute__((noreturn));
void *kunit_kzalloc(struct kunit *test, size_t bytes, gfp_t gfp);

#define kunit_test_suite(suite)							\
	static void __attribute__((constructor)) register_suite(void)		\
	{									\
		kunit_register(&suite);						\
	}									\
	static void register_suite(void)

#define KUNIT_CASE(function) { .run_case = function, .name = #function }
#define KUNIT_CASE_PARAM(function, generate) \
	{ .run_case = function, .name = #function, .generate_params = generate }
#define KUNIT_ARRAY_PARAM(prefix, array, describe)				\
	static const void *prefix##_gen_params(const void *prev, char *desc)	\
	{									\
		__typeof__(&(array)[0]) row = prev;				\
										\
		row = row ? row + 1 : array;					\
		if (row == array + ARRAY_SIZE(array))				\
			return NULL;						\
		describe(row, desc);						\
		return row;							\
	}

#define kunit_skip(test, ...) ((test)->skipped = true, printf("    # " __VA_ARGS__), kunit_stop())
#define KUNIT_FAIL(test, ...) kunit_failed(test, false, __FILE__, __LINE__, __VA_ARGS__)
#define kunit_compare(test, stop, a, op, b, ...) do {				\
	__typeof__(a) __left = (a);						\
	__typeof__(b) __right = (b);						\
	if (!(__left op __right)) {						\
		kunit_failed(test, false, __FILE__, __LINE__, "%s (%lld) %s %s (%lld)",	\
			     #a, (long long)__left, #op, #b, (long long)__right);	\
		kunit_failed(test, stop, __FILE__, __LINE__, "" __VA_ARGS__);	\
	}									\
} while (0)
#define kunit_check(test, stop, condition, ...) do {				\
	if (!(condition)) {							\
		kunit_failed(test, false, __FILE__, __LINE__, "%s", #condition);	\
		kunit_failed(test, stop, __FILE__, __LINE__, "" __VA_ARGS__);	\
	}									\
} while (0)

#define KUNIT_EXPECT_EQ(test, a, b) kunit_compare(test, false, a, ==, b)
#define KUNIT_EXPECT_EQ_MSG(test, a, b, ...) kunit_compare(test, false, a, ==, b, __VA_ARGS__)
#define KUNIT_EXPECT_NE(test, a, b) kunit_compare(test, false, a, !=, b)
#define KUNIT_EXPECT_LE(test, a, b) kunit_compare(test, false, a, <=, b)
#define KUNIT_EXPECT_TRUE(test, c) kunit_check(test, false, c)
#define KUNIT_EXPECT_TRUE_MSG(test, c, ...) kunit_check(test, false, c, __VA_ARGS__)
#define KUNIT_EXPECT_FALSE(test, c) kunit_check(test, false, !(c))
#define KUNIT_EXPECT_FALSE_MSG(test, c, ...) kunit_check(test, false, !(c), __VA_ARGS__)
#define KUNIT_EXPECT_STREQ(test, a, b) kunit_check(test, false, !strcmp(a, b), "got \"%s\"", a)
#define KUNIT_ASSERT_EQ(test, a, b) kunit_compare(test, true, a, ==, b)
#define KUNIT_ASSERT_EQ_MSG(test, a, b, ...) kunit_compare(test, true, a, ==, b, __VA_ARGS__)
#define KUNIT_ASSERT_TRUE(test, c) kunit_check(test, true, c)
#define KUNIT_ASSERT_TRUE_MSG(test, c, ...) kunit_check(test, true, c, __VA_ARGS__)
#define KUNIT_ASSERT_NOT_NULL(test, p) kunit_check(test, true, p)

#endif
