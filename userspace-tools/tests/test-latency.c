// SPDX-License-Identifier: GPL-2.0-only
/*
 * test-latency: how long I/O takes, as text and as JSON.
 */
#include "test.h"

#include "fake-kernel.h"

#include <errno.h>
#include <string.h>

static void put(enum dyad_latency_stage stage, uint64_t ns, uint64_t times)
{
	struct dyad_latency *l = &fake.latency[stage];

	l->count[dyad_latency_bucket(ns)] += times;
	l->sum += ns * times;
	if (ns > l->max)
		l->max = ns;
}

static void as_text(void)
{
	fake_reset();
	fake_resource("r0");
	put(DYAD_LATENCY_STAGE_LOCAL, 100000, 90);
	put(DYAD_LATENCY_STAGE_LOCAL, 3000000, 9);
	put(DYAD_LATENCY_STAGE_LOCAL, 2000000000, 1);
	put(DYAD_LATENCY_STAGE_PEER, 20000000, 1234567);
	CHECK_NUMBER(fake_run("latency", "show", "r0", NULL), CMD_DONE);
	CHECK_TEXT(fake.out,
		   "r0\n"
		   "  volume 0  /dev/dyad0\n"
		   "    stage             count      mean       p50       p90       p99   longest\n"
		   "    local               100     20 ms    131 us    131 us    4.2 ms     2.0 s\n"
		   "    peer            1234567     20 ms     20 ms     20 ms     20 ms     20 ms\n");
	CHECK_TEXT(fake.err, "");
	fake_reset();
}

static void as_json(void)
{
	fake_reset();
	fake_resource("r0");
	put(DYAD_LATENCY_STAGE_FLUSH_PEER, 500, 2);
	put(DYAD_LATENCY_STAGE_FLUSH_PEER, 1ull << 40, 1);
	CHECK_NUMBER(fake_run_json("latency", "show", "r0", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "\"name\": \"r0\"");
	CHECK_HAS(fake.out, "\"stage\": \"submit\",\n          \"count\": 0,");
	CHECK_HAS(fake.out, "\"stage\": \"flush-peer\",\n"
		  "          \"count\": 3,\n"
		  "          \"sum\": 1099511628776,\n"
		  "          \"mean\": 366503876258,\n"
		  "          \"p50\": 1024,\n"
		  "          \"p90\": 1099511627776,\n"
		  "          \"p99\": 1099511627776,\n"
		  "          \"longest\": 1099511627776,\n"
		  "          \"buckets\": [\n"
		  "            {\n"
		  "              \"below\": 1024,\n"
		  "              \"count\": 2\n"
		  "            },\n"
		  "            {\n"
		  "              \"count\": 1\n"
		  "            }\n"
		  "          ]");
	fake_reset();
}

static void refused(void)
{
	fake_reset();
	CHECK_NUMBER(fake_run("latency", "show", "r0", NULL), CMD_UNKNOWN);
	fake_resource("r0");
	fake.refuse = ENXIO;
	fake.text = "the resource has no such volume; see 'dyad status'";
	CHECK_NUMBER(fake_run("latency", "show", "r0", NULL), CMD_REFUSED);
	CHECK_TEXT(fake.out, "");
	CHECK_TEXT(fake.err, "dyad: r0: cannot show its latencies: the resource has no such volume; see 'dyad status'\n");
	CHECK_NUMBER(fake_run("latency", "reset", "r0", NULL), CMD_REFUSED);
	fake_reset();
}

static void anew(void)
{
	fake_reset();
	fake_resource("r0");
	CHECK_NUMBER(fake_run("latency", "reset", "r0", NULL), CMD_DONE);
	CHECK_NUMBER(fake.command, DYAD_CMD_LATENCY_RESET);
	CHECK_TEXT(nla_get_string(fake.sent[DYAD_A_RESOURCE_NAME]), "r0");
	CHECK_TEXT(fake.out, "r0: latencies are measured anew\n");
	fake_reset();
}

const struct test test_latency[] = {
	{ "as text", as_text },
	{ "as JSON", as_json },
	{ "refused", refused },
	{ "anew", anew },
	{ NULL, NULL }
};
