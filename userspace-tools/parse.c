// SPDX-License-Identifier: GPL-2.0-only
/*
 * parse: what people type, turned into values. Pure.
 */
#include "parse.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool name_may_start_with(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z');
}

bool parse_name(const char *text)
{
	size_t i;

	if (!name_may_start_with(text[0]))
		return false;
	for (i = 1; text[i]; i++)
		if (!name_may_start_with(text[i]) && !strchr("_.-", text[i]))
			return false;
	return i <= DYAD_MAX_NAME;
}

bool parse_number(const char *text, uint64_t min, uint64_t max, uint64_t *number)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; is_digit(text[i]); i++)
		if (__builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, text[i] - '0', &n))
			return false;
	if (!i || text[i] || n < min || n > max)
		return false;
	*number = n;
	return true;
}

bool parse_bytes(const char *text, uint64_t *bytes)
{
	static const char units[] = "KMGT";
	size_t digits = strspn(text, "0123456789");
	char number[32];
	const char *unit;
	uint64_t n;

	if (digits >= sizeof(number))
		return false;
	memcpy(number, text, digits);
	number[digits] = '\0';
	if (!parse_number(number, 0, UINT64_MAX, &n))
		return false;
	if (text[digits]) {
		unit = strchr(units, text[digits]);
		if (!unit || text[digits + 1] ||
		    __builtin_mul_overflow(n, 1ull << 10 * (unit - units + 1), &n))
			return false;
	}
	*bytes = n;
	return true;
}

bool parse_duration(const char *text, uint64_t unit_ms, uint64_t *ms)
{
	static const struct {
		const char *name;
		uint64_t ms;
	} units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 } };
	const uint64_t longest = 365ull * 24 * 3600 * 1000;
	uint64_t thousandths = 0, value;
	size_t i = 0, whole, decimals = 0, u;

	for (; is_digit(text[i]); i++) {
		thousandths = thousandths * 10 + (text[i] - '0');
		if (thousandths > longest)
			return false;
	}
	whole = i;
	if (text[i] == '.')
		for (i++; is_digit(text[i]) && decimals < 3; i++, decimals++)
			thousandths = thousandths * 10 + (text[i] - '0');
	if (!whole || (i > whole && !decimals))
		return false;
	for (; decimals < 3; decimals++)
		thousandths *= 10;
	if (text[i]) {
		for (u = 0; u < sizeof(units) / sizeof(units[0]); u++)
			if (!strcmp(text + i, units[u].name))
				break;
		if (u == sizeof(units) / sizeof(units[0]))
			return false;
		unit_ms = units[u].ms;
	}
	if (__builtin_mul_overflow(thousandths, unit_ms, &value) || value / 1000 > longest)
		return false;
	*ms = value / 1000;
	return true;
}

/* Takes the V6 address, and its zone, out of @text. */
static bool parse_v6(char *text, struct sockaddr_in6 *address)
{
	char *zone = strchr(text, '%');
	uint64_t index;

	if (zone) {
		*zone++ = '\0';
		address->sin6_scope_id = if_nametoindex(zone);
		if (!address->sin6_scope_id && parse_number(zone, 1, UINT32_MAX, &index))
			address->sin6_scope_id = index;
		if (!address->sin6_scope_id)
			return false;
	}
	return inet_pton(AF_INET6, text, &address->sin6_addr) == 1;
}

static bool parse_v4(const char *text, struct sockaddr_in6 *address)
{
	struct in_addr v4;

	if (inet_pton(AF_INET, text, &v4) != 1)
		return false;
	address->sin6_addr.s6_addr[10] = 0xff;
	address->sin6_addr.s6_addr[11] = 0xff;
	memcpy(&address->sin6_addr.s6_addr[12], &v4, sizeof(v4));
	return true;
}

/* No one can be dialled at 0.0.0.0 or ::. */
static bool is_unspecified(const struct in6_addr *a)
{
	static const struct in6_addr mapped_any = { .s6_addr = { [10] = 0xff, [11] = 0xff } };

	return IN6_IS_ADDR_UNSPECIFIED(a) || !memcmp(a, &mapped_any, sizeof(*a));
}

bool parse_address(const char *text, uint16_t default_port, struct sockaddr_in6 *address)
{
	char host[INET6_ADDRSTRLEN + IF_NAMESIZE + 16];
	uint64_t port = default_port;
	char *colon, *end;
	bool v6;

	memset(address, 0, sizeof(*address));
	address->sin6_family = AF_INET6;
	if (strlen(text) >= sizeof(host))
		return false;
	strcpy(host, text);
	if (host[0] == '[') {
		v6 = true;
		memmove(host, host + 1, strlen(host));
		end = strchr(host, ']');
		if (!end || (end[1] && end[1] != ':'))
			return false;
		colon = end[1] ? end + 1 : NULL;
		*end = '\0';
	} else {
		colon = strchr(host, ':');
		v6 = colon && strchr(colon + 1, ':');
		if (v6)
			colon = NULL;
	}
	if (colon) {
		*colon = '\0';
		if (!parse_number(colon + 1, 1, UINT16_MAX, &port))
			return false;
	}
	address->sin6_port = htons(port);
	if (!(v6 ? parse_v6(host, address) : parse_v4(host, address)))
		return false;
	return !is_unspecified(&address->sin6_addr);
}

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static int base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (is_digit(c))
		return c - '0' + 52;
	if (c == '+')
		return 62;
	if (c == '/')
		return 63;
	return -1;
}

static bool parse_key_hex(const char *text, uint8_t key[DYAD_KEY_LEN])
{
	size_t i;

	for (i = 0; i < DYAD_KEY_LEN; i++) {
		int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		key[i] = high << 4 | low;
	}
	return true;
}

/* 43 digits and one '='; the last digit carries two bits that must be zero. */
static bool parse_key_base64(const char *text, uint8_t key[DYAD_KEY_LEN])
{
	unsigned int bits = 0, have = 0;
	size_t i, n = 0;

	for (i = 0; i < 43; i++) {
		int digit = base64_digit(text[i]);

		if (digit < 0)
			return false;
		bits = (bits << 6 | digit) & 0xfff;
		have += 6;
		if (have >= 8) {
			have -= 8;
			key[n++] = bits >> have;
		}
	}
	return text[43] == '=' && !(bits & ((1u << have) - 1));
}

bool parse_key(const char *text, size_t len, uint8_t key[DYAD_KEY_LEN])
{
	while (len && is_space(text[len - 1]))
		len--;
	while (len && is_space(*text)) {
		text++;
		len--;
	}
	if (len == 2 * DYAD_KEY_LEN)
		return parse_key_hex(text, key);
	if (len == 44)
		return parse_key_base64(text, key);
	return false;
}
