/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * parse: what people type, turned into values. Pure: no output, no kernel;
 * each function says whether the text was right and leaves the wording of a
 * refusal to its caller.
 */
#ifndef DYAD_TOOL_PARSE_H
#define DYAD_TOOL_PARSE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/dyad.h>

/* A name of a resource or peer: [a-z0-9][a-z0-9_.-]{0,30}. */
bool parse_name(const char *text);

/* A decimal number between @min and @max. */
bool parse_number(const char *text, uint64_t min, uint64_t max, uint64_t *number);

/*
 * A number of bytes: a decimal number, followed by K, M, G, T (of 1024) or
 * nothing.
 */
bool parse_bytes(const char *text, uint64_t *bytes);

/*
 * A time: a decimal number, with up to three decimals, followed by ms, s, m, h
 * or nothing, which means units of @unit_ms milliseconds.
 */
bool parse_duration(const char *text, uint64_t unit_ms, uint64_t *ms);

/*
 * ADDR, ADDR:PORT, [V6], [V6]:PORT or a bare V6, which may name a zone
 * (fe80::1%eth0). IPv4 becomes a mapped address. Names are not looked up.
 */
bool parse_address(const char *text, uint16_t default_port, struct sockaddr_in6 *address);

/*
 * A key as in a key file: 32 bytes as base64, or as 64 hexadecimal digits,
 * with white space around it.
 */
bool parse_key(const char *text, size_t len, uint8_t key[DYAD_KEY_LEN]);

#endif
