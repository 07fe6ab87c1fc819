// SPDX-License-Identifier: GPL-2.0-only
/*
 * test-parse: what people may type, and what they may not.
 */
#include "test.h"

#include "format.h"
#include "parse.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define N(array) (sizeof(array) / sizeof((array)[0]))

static void names(void)
{
	static const char *const good[] = {
		"r", "0", "r0", "vm-1.disk_2", "abcdefghijklmnopqrstuvwxyz01234",
	};
	static const char *const bad[] = {
		"", "-r", ".r", "_r", "R0", "r 0", "r/0", "r\n", "\xc3\xa4",
		"abcdefghijklmnopqrstuvwxyz012345",
	};
	size_t i;

	for (i = 0; i < N(good); i++)
		test_check(parse_name(good[i]), good[i], __FILE__, __LINE__);
	for (i = 0; i < N(bad); i++)
		test_check(!parse_name(bad[i]), bad[i], __FILE__, __LINE__);
}

static void numbers(void)
{
	static const char *const bad[] = {
		"", " 1", "1 ", "+1", "-1", "0x10", "1.0", "a", "18446744073709551616",
		"99999999999999999999999",
	};
	uint64_t n = 7;
	size_t i;

	for (i = 0; i < N(bad); i++)
		test_check(!parse_number(bad[i], 0, UINT64_MAX, &n), bad[i], __FILE__, __LINE__);
	CHECK_NUMBER(n, 7);
	CHECK(parse_number("0", 0, 5, &n));
	CHECK_NUMBER(n, 0);
	CHECK(parse_number("18446744073709551615", 0, UINT64_MAX, &n));
	CHECK_NUMBER(n, UINT64_MAX);
	CHECK(parse_number("0007", 1, 7, &n));
	CHECK_NUMBER(n, 7);
	CHECK(!parse_number("8", 1, 7, &n));
	CHECK(!parse_number("0", 1, 7, &n));
}

static void durations(void)
{
	static const struct {
		const char *text;
		uint64_t ms;
	} good[] = {
		{ "0", 0 }, { "5", 5000 }, { "0.5", 500 }, { "1.25", 1250 }, { "0.001", 1 },
		{ "500ms", 500 }, { "2s", 2000 }, { "1.5m", 90000 }, { "1h", 3600000 },
		{ "8760h", 31536000000 },
	};
	static const char *const bad[] = {
		"", ".5", "5.", "1.2345", "-1", "s", "5x", "5 s", "5ms ", "1d", "8761h",
		"99999999999999999999", "1e3",
	};
	uint64_t ms;
	size_t i;

	for (i = 0; i < N(good); i++) {
		ms = 1;
		test_check(parse_duration(good[i].text, 1000, &ms), good[i].text, __FILE__,
			   __LINE__);
		CHECK_NUMBER(ms, good[i].ms);
	}
	for (i = 0; i < N(bad); i++)
		test_check(!parse_duration(bad[i], 1000, &ms), bad[i], __FILE__, __LINE__);
}

static void bytes(void)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} good[] = {
		{ "0", 0 }, { "1", 1 }, { "512", 512 }, { "50M", 50ull << 20 }, { "1K", 1024 },
		{ "3G", 3ull << 30 }, { "2T", 2ull << 40 }, { "16777215T", 16777215ull << 40 },
		{ "18446744073709551615", UINT64_MAX },
	};
	static const char *const bad[] = {
		"", "M", "-1", "1.5M", "50MB", "50m", "50 M", "1P", "16777216T",
		"18446744073709551616", "00000000000000000000000000000000001", " 1", "1MM",
	};
	uint64_t n;
	size_t i;

	for (i = 0; i < N(good); i++) {
		n = 99;
		test_check(parse_bytes(good[i].text, &n), good[i].text, __FILE__, __LINE__);
		CHECK_NUMBER(n, good[i].bytes);
	}
	for (i = 0; i < N(bad); i++)
		test_check(!parse_bytes(bad[i], &n), bad[i], __FILE__, __LINE__);
}

static void addresses(void)
{
	static const struct {
		const char *text, *as;
	} good[] = {
		{ "10.0.0.2", "10.0.0.2:8459" },
		{ "10.0.0.2:1", "10.0.0.2:1" },
		{ "255.1.2.3:65535", "255.1.2.3:65535" },
		{ "fd00::2", "[fd00::2]:8459" },
		{ "[fd00::2]", "[fd00::2]:8459" },
		{ "[fd00::2]:99", "[fd00::2]:99" },
		{ "::1", "[::1]:8459" },
		{ "::ffff:10.0.0.2", "10.0.0.2:8459" },
		{ "fe80::1%lo", "[fe80::1%lo]:8459" },
		{ "[fe80::1%lo]:5", "[fe80::1%lo]:5" },
	};
	static const char *const bad[] = {
		"", "10.0.0", "10.0.0.256", "10.0.0.2:", "10.0.0.2:0", "10.0.0.2:65536",
		"10.0.0.2:x", "10.0.0.2 ", "host", "host:1", ":8459", "0.0.0.0", "0.0.0.0:1",
		"::", "[::]:1", "[fd00::2", "[fd00::2]x", "[fd00::2]:", "[]:1", "[10.0.0.2]:1",
		"fd00::2]:1", "fe80::1%", "fe80::1%nosuchdevice", "[", "]", "%", "1:2:3",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	};
	struct sockaddr_in6 a;
	size_t i;

	for (i = 0; i < N(good); i++) {
		test_check(parse_address(good[i].text, 8459, &a), good[i].text, __FILE__,
			   __LINE__);
		CHECK_TEXT(format_address(&a).s, good[i].as);
		CHECK_NUMBER(a.sin6_family, AF_INET6);
	}
	for (i = 0; i < N(bad); i++)
		test_check(!parse_address(bad[i], 8459, &a), bad[i], __FILE__, __LINE__);
}

static void mapped_address(void)
{
	static const uint8_t want[16] = {
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 2,
	};
	struct sockaddr_in6 a;

	CHECK(sizeof(a) == 28);
	CHECK(parse_address("10.0.0.2:258", 1, &a));
	CHECK(!memcmp(&a.sin6_addr, want, sizeof(want)));
	CHECK_NUMBER(a.sin6_port, htons(258));
	CHECK_NUMBER(a.sin6_flowinfo, 0);
	CHECK_NUMBER(a.sin6_scope_id, 0);
}

/* What an address is printed as is read as the same address. */
static void addresses_both_ways(void)
{
	struct sockaddr_in6 a, b;
	int i;
	size_t j;

	for (i = 0; i < 5000; i++) {
		memset(&a, 0, sizeof(a));
		a.sin6_family = AF_INET6;
		a.sin6_port = htons(1 + test_random() % 65535);
		for (j = 0; j < 16; j++)
			a.sin6_addr.s6_addr[j] = test_random() % 3 ? test_random() : 0;
		a.sin6_addr.s6_addr[15] |= 1;
		CHECK(parse_address(format_address(&a).s, 1, &b));
		CHECK(!memcmp(&a, &b, sizeof(a)));
	}
}

static bool key_is(const char *text, const uint8_t *want)
{
	uint8_t key[DYAD_KEY_LEN];

	return parse_key(text, strlen(text), key) && !memcmp(key, want, sizeof(key));
}

static void keys(void)
{
	uint8_t key[DYAD_KEY_LEN];
	size_t i;

	for (i = 0; i < sizeof(key); i++)
		key[i] = i;
	/* As printed by: seq 0 31 | xargs printf '%02x' | xxd -r -p | base64 */
	CHECK(key_is("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", key));
	CHECK(key_is("\n AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8= \r\n", key));
	CHECK(key_is("000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F\n", key));
	memset(key, 0xff, sizeof(key));
	CHECK(key_is("//////////////////////////////////////////8=", key));
}

static void bad_keys(void)
{
	static const char *const bad[] = {
		"", "\n", "secret", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
		"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=",	/* a bit too many */
		"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHhAA",
		"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdH===",
		"AAECAwQFBgcICQoLDA0O-xAREhMUFRYXGBkaGxwdHh8=",
		"AAECAwQFBgcICQoLDA0O xAREhMUFRYXGBkaGxwdHh8=",
		"000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1",
		"000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F2",
		"000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1g",
	};
	uint8_t key[DYAD_KEY_LEN];
	size_t i;

	for (i = 0; i < N(bad); i++)
		test_check(!parse_key(bad[i], strlen(bad[i]), key), bad[i], __FILE__, __LINE__);
}

/* Each key as printed is read as itself, and no change of one character is. */
static void keys_both_ways(void)
{
	uint8_t key[DYAD_KEY_LEN], back[DYAD_KEY_LEN];
	struct format_text text;
	size_t i, j;

	for (i = 0; i < 300; i++) {
		for (j = 0; j < sizeof(key); j++)
			key[j] = test_random();
		text = format_key(key);
		CHECK_NUMBER(strlen(text.s), 44);
		CHECK(parse_key(text.s, 44, back) && !memcmp(key, back, sizeof(key)));
		for (j = 0; j < 44; j++) {
			struct format_text changed = text;

			changed.s[j] ^= 1 << test_random() % 7;
			CHECK(!parse_key(changed.s, 44, back) || memcmp(key, back, sizeof(key)));
		}
	}
}

/* Whatever the bytes are, nothing is read behind them: the sanitizers look on. */
static void noise(void)
{
	static const char letters[] = "0123456789abcdef:.[]%-smh=/+ \n";
	struct sockaddr_in6 a;
	uint8_t key[DYAD_KEY_LEN];
	int i, good = 0;
	uint64_t n;

	for (i = 0; i < 200000; i++) {
		size_t len = test_random() % 70, j;
		char *text = strndup("0123456789012345678901234567890123456789"
				     "0123456789012345678901234567890123456789", len);

		for (j = 0; j < len; j++)
			text[j] = letters[test_random() % (sizeof(letters) - 1)];
		good += parse_name(text) + parse_number(text, 0, UINT64_MAX, &n) +
			parse_duration(text, 1000, &n) + parse_address(text, 1, &a) +
			parse_key(text, len, key);
		free(text);
	}
	/* Some short ones are right, most are not. */
	CHECK(good > 100 && good < 100000);
}

const struct test test_parse[] = {
	{ "names", names },
	{ "numbers", numbers },
	{ "bytes", bytes },
	{ "durations", durations },
	{ "addresses", addresses },
	{ "an IPv4 address is mapped", mapped_address },
	{ "addresses are printed as they are read", addresses_both_ways },
	{ "keys", keys },
	{ "wrong keys", bad_keys },
	{ "keys are printed as they are read", keys_both_ways },
	{ "noise", noise },
	{ 0 },
};
