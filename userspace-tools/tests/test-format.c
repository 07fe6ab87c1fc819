// SPDX-License-Identifier: GPL-2.0-only
/*
 * test-format: what people read.
 */
#include "test.h"

#include "format.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define N(array) (sizeof(array) / sizeof((array)[0]))

static void bytes(void)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} rows[] = {
		{ 0, "0 B" }, { 1, "1 B" }, { 1023, "1023 B" }, { 1024, "1.0 KiB" },
		{ 1536, "1.5 KiB" }, { 10240, "10 KiB" }, { 10188, "9.9 KiB" },
		{ 1048575, "1.0 MiB" }, { 1ull << 30, "1.0 GiB" }, { 412ull << 20, "412 MiB" },
		{ 5ull << 40, "5.0 TiB" }, { UINT64_MAX, "16 EiB" },
	};
	size_t i;

	for (i = 0; i < N(rows); i++)
		CHECK_TEXT(format_bytes(rows[i].bytes).s, rows[i].text);
}

static void nanoseconds(void)
{
	static const struct {
		uint64_t ns;
		const char *text;
	} rows[] = {
		{ 0, "0 ns" }, { 999, "999 ns" }, { 1000, "1.0 us" }, { 1024, "1.0 us" },
		{ 9949, "9.9 us" }, { 9950, "10 us" }, { 999499, "999 us" },
		{ 999500, "1.0 ms" }, { 20000000, "20 ms" }, { 2000000000, "2.0 s" },
		{ 180ull * 1000000000, "180 s" },
	};
	size_t i;

	for (i = 0; i < N(rows); i++)
		CHECK_TEXT(format_ns(rows[i].ns).s, rows[i].text);
}

static void durations(void)
{
	static const struct {
		uint64_t ms;
		const char *text;
	} rows[] = {
		{ 0, "0.0 s" }, { 400, "0.4 s" }, { 9949, "9.9 s" }, { 9950, "10 s" },
		{ 59499, "59 s" }, { 59500, "1 min 0 s" }, { 200000, "3 min 20 s" },
		{ 3599499, "59 min 59 s" }, { 3600000, "1 h 0 min" }, { 7500000, "2 h 5 min" },
	};
	size_t i;

	for (i = 0; i < N(rows); i++)
		CHECK_TEXT(format_duration(rows[i].ms).s, rows[i].text);
}

static void bars(void)
{
	unsigned int percent;

	CHECK_TEXT(format_bar(0).s, "[>                   ]");
	CHECK_TEXT(format_bar(37).s, "[=======>            ]");
	CHECK_TEXT(format_bar(99).s, "[===================>]");
	CHECK_TEXT(format_bar(100).s, "[====================]");
	for (percent = 0; percent < 1000; percent++)
		CHECK_NUMBER(strlen(format_bar(percent).s), 22);
}

static void times(void)
{
	struct tm tm = { 0 };
	struct format_text t = format_now();
	char *rest = strptime(t.s, "%Y-%m-%d %H:%M:%S", &tm);

	CHECK(rest && rest[0] == '.' && strlen(rest) == 4);
	tm.tm_isdst = -1;
	CHECK(llabs((long long)mktime(&tm) - (long long)time(NULL)) <= 2);
}

static void generations(void)
{
	CHECK_TEXT(format_generation(0).s, "0000000000000000");
	CHECK_TEXT(format_generation(0x8f3a5c0d11e2b497).s, "8f3a5c0d11e2b497");
}

const struct test test_format[] = {
	{ "bytes", bytes },
	{ "durations", durations },
	{ "nanoseconds", nanoseconds },
	{ "bars", bars },
	{ "times", times },
	{ "generations", generations },
	{ 0 },
};
