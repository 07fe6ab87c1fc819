// SPDX-License-Identifier: GPL-2.0-only
/*
 * format: values, turned into what people read.
 */
#include "format.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define BAR_WIDTH 20

struct format_text format_bytes(uint64_t bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	struct format_text t;
	double value = bytes;
	size_t u = 0;

	/* 1023.5 would be shown as 1024 of the smaller unit. */
	while (value >= 1023.5 && u + 1 < sizeof(units) / sizeof(units[0])) {
		value /= 1024;
		u++;
	}
	if (!u)
		snprintf(t.s, sizeof(t.s), "%" PRIu64 " B", bytes);
	else if (value < 9.95)
		snprintf(t.s, sizeof(t.s), "%.1f %s", value, units[u]);
	else
		snprintf(t.s, sizeof(t.s), "%.0f %s", value, units[u]);
	return t;
}

struct format_text format_duration(uint64_t ms)
{
	uint64_t s = (ms + 500) / 1000;
	struct format_text t;

	if (ms < 9950)
		snprintf(t.s, sizeof(t.s), "%.1f s", ms / 1000.0);
	else if (s < 60)
		snprintf(t.s, sizeof(t.s), "%" PRIu64 " s", s);
	else if (s < 3600)
		snprintf(t.s, sizeof(t.s), "%" PRIu64 " min %" PRIu64 " s", s / 60, s % 60);
	else
		snprintf(t.s, sizeof(t.s), "%" PRIu64 " h %" PRIu64 " min", s / 3600, s / 60 % 60);
	return t;
}

struct format_text format_ns(uint64_t ns)
{
	static const char *const units[] = { "ns", "us", "ms", "s" };
	struct format_text t;
	double value = ns;
	size_t u = 0;

	/* 999.5 would be shown as 1000 of the smaller unit. */
	while (value >= 999.5 && u + 1 < sizeof(units) / sizeof(units[0])) {
		value /= 1000;
		u++;
	}
	if (u && value < 9.95)
		snprintf(t.s, sizeof(t.s), "%.1f %s", value, units[u]);
	else
		snprintf(t.s, sizeof(t.s), "%.0f %s", value, units[u]);
	return t;
}

struct format_text format_address(const struct sockaddr_in6 *address)
{
	const struct in6_addr *a = &address->sin6_addr;
	char host[INET6_ADDRSTRLEN] = "?", zone[IF_NAMESIZE + 1] = "";
	struct format_text t;

	if (IN6_IS_ADDR_V4MAPPED(a)) {
		inet_ntop(AF_INET, &a->s6_addr[12], host, sizeof(host));
		snprintf(t.s, sizeof(t.s), "%s:%u", host, ntohs(address->sin6_port));
		return t;
	}
	inet_ntop(AF_INET6, a, host, sizeof(host));
	if (address->sin6_scope_id) {
		zone[0] = '%';
		if (!if_indextoname(address->sin6_scope_id, zone + 1))
			snprintf(zone + 1, sizeof(zone) - 1, "%u", address->sin6_scope_id);
	}
	snprintf(t.s, sizeof(t.s), "[%s%s]:%u", host, zone, ntohs(address->sin6_port));
	return t;
}

struct format_text format_bar(unsigned int percent)
{
	unsigned int done = percent * BAR_WIDTH / 100;
	struct format_text t;

	if (done > BAR_WIDTH)
		done = BAR_WIDTH;
	memset(t.s, ' ', BAR_WIDTH + 2);
	memset(t.s + 1, '=', done);
	if (done < BAR_WIDTH)
		t.s[1 + done] = '>';
	t.s[0] = '[';
	t.s[BAR_WIDTH + 1] = ']';
	t.s[BAR_WIDTH + 2] = '\0';
	return t;
}

struct format_text format_key(const uint8_t key[DYAD_KEY_LEN])
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned int bits = 0, have = 0;
	struct format_text t;
	size_t i, n = 0;

	for (i = 0; i < DYAD_KEY_LEN; i++) {
		bits = (bits << 8 | key[i]) & 0xffff;
		for (have += 8; have >= 6; have -= 6)
			t.s[n++] = digits[bits >> (have - 6) & 63];
	}
	t.s[n++] = digits[bits << (6 - have) & 63];
	t.s[n++] = '=';
	t.s[n] = '\0';
	return t;
}

struct format_text format_generation(uint64_t generation)
{
	struct format_text t;

	snprintf(t.s, sizeof(t.s), "%016" PRIx64, generation);
	return t;
}

struct format_text format_time(uint64_t seconds)
{
	time_t time = seconds;
	struct format_text t;
	struct tm tm;

	/* A year that no calendar has. */
	if (time < 0 || !localtime_r(&time, &tm))
		snprintf(t.s, sizeof(t.s), "%" PRIu64 " s after 1970", seconds);
	else
		strftime(t.s, sizeof(t.s), "%Y-%m-%d %H:%M:%S", &tm);
	return t;
}

struct format_text format_now(void)
{
	struct format_text t;
	struct timespec now;
	struct tm tm;
	size_t n;

	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &tm);
	n = strftime(t.s, sizeof(t.s), "%Y-%m-%d %H:%M:%S", &tm);
	snprintf(t.s + n, sizeof(t.s) - n, ".%03ld", now.tv_nsec / 1000000);
	return t;
}
