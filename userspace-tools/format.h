/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * format: values, turned into what people read. Pure.
 *
 * Each function returns its text by value: use it as format_bytes(n).s within
 * one expression.
 */
#ifndef DYAD_TOOL_FORMAT_H
#define DYAD_TOOL_FORMAT_H

#include <netinet/in.h>
#include <stdint.h>

#include <linux/dyad.h>

struct format_text {
	char s[96];
};

/* "512 B", "1.5 KiB", "412 MiB". */
struct format_text format_bytes(uint64_t bytes);

/* "0.4 s", "25 s", "3 min 20 s", "2 h 5 min". */
struct format_text format_duration(uint64_t ms);

/* "850 ns", "1.5 us", "20 ms", "2.0 s", "180 s". */
struct format_text format_ns(uint64_t ns);

/* "10.0.0.2:8459", "[fd00::2]:8459". */
struct format_text format_address(const struct sockaddr_in6 *address);

/* "[=======>            ]"; full only at 100. */
struct format_text format_bar(unsigned int percent);

/* 32 bytes as base64, the form of a key file. */
struct format_text format_key(const uint8_t key[DYAD_KEY_LEN]);

/* 16 hexadecimal digits. */
struct format_text format_generation(uint64_t generation);

/* Seconds since 1970 as "2026-05-01 12:00:00", local. */
struct format_text format_time(uint64_t seconds);

/* The time now, "2026-05-01 12:00:00.123", local. */
struct format_text format_now(void);

#endif
