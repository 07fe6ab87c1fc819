// SPDX-License-Identifier: GPL-2.0-only
/* Tests of the order of promised writes: what waits for them, and for how long (H6). */
#include "../disk/order.c"

#include <linux/errno.h>
#include <linux/slab.h>

#include "tests.h"

#define WRITES 4

struct waiter {
	struct dyad_order_item item;
	unsigned int calls;
};

struct playground {
	struct dyad_order order;
	struct dyad_order_item write[WRITES];
	struct waiter waiter[WRITES];
};

static struct playground *ground;

static void ready(struct dyad_order_item *item)
{
	container_of(item, struct waiter, item)->calls++;
}

static bool wait(unsigned int n)
{
	return dyad_order_wait(&ground->order, &ground->waiter[n].item, ready);
}

static void begin(unsigned int n)
{
	dyad_order_begin(&ground->order, &ground->write[n]);
}

static void end(unsigned int n)
{
	dyad_order_end(&ground->order, &ground->write[n]);
}

static int order_init(struct kunit *test)
{
	ground = kunit_kzalloc(test, sizeof(*ground), GFP_KERNEL);
	if (!ground)
		return -ENOMEM;
	dyad_order_init(&ground->order);
	return 0;
}

static void nothing_to_wait_for(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, wait(0));
	begin(0);
	end(0);
	KUNIT_EXPECT_TRUE(test, wait(0));
	KUNIT_EXPECT_EQ(test, ground->waiter[0].calls, 0);
}

/* In any order of their ends, the last one counts. */
static void waits_for_all_before(struct kunit *test)
{
	begin(0);
	begin(1);
	begin(2);
	KUNIT_EXPECT_FALSE(test, wait(0));
	end(1);
	KUNIT_EXPECT_EQ(test, ground->waiter[0].calls, 0);
	end(2);
	KUNIT_EXPECT_EQ(test, ground->waiter[0].calls, 0);
	end(0);
	KUNIT_EXPECT_EQ(test, ground->waiter[0].calls, 1);
}

static void waits_for_none_behind(struct kunit *test)
{
	begin(0);
	KUNIT_EXPECT_FALSE(test, wait(0));
	begin(1);
	KUNIT_EXPECT_FALSE(test, wait(1));
	end(0);
	KUNIT_EXPECT_EQ(test, ground->waiter[0].calls, 1);
	KUNIT_EXPECT_EQ(test, ground->waiter[1].calls, 0);
	end(1);
	KUNIT_EXPECT_EQ(test, ground->waiter[0].calls, 1);
	KUNIT_EXPECT_EQ(test, ground->waiter[1].calls, 1);
	KUNIT_EXPECT_TRUE(test, list_empty(&ground->order.items));
}

static void many_wait_for_one(struct kunit *test)
{
	unsigned int n;

	begin(0);
	for (n = 0; n < WRITES; n++)
		KUNIT_EXPECT_FALSE(test, wait(n));
	begin(1);
	end(0);
	for (n = 0; n < WRITES; n++)
		KUNIT_EXPECT_EQ_MSG(test, ground->waiter[n].calls, 1, "waiter %u", n);
	end(1);
}

static struct kunit_case order_cases[] = {
	KUNIT_CASE(nothing_to_wait_for),
	KUNIT_CASE(waits_for_all_before),
	KUNIT_CASE(waits_for_none_behind),
	KUNIT_CASE(many_wait_for_one),
	{ }
};

static struct kunit_suite order_suite = {
	.name = "dyad_order",
	.init = order_init,
	.test_cases = order_cases,
};

kunit_test_suite(order_suite);
