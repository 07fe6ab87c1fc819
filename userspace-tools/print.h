/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * print: output as text or as JSON, by the same calls.
 *
 * Each print_<type>() takes a key and a value for JSON and a format for text.
 * An empty format prints nothing as text; a NULL key nothing as JSON. The JSON
 * is one object, which starts with "version": 1 and is written by print_close().
 */
#ifndef DYAD_TOOL_PRINT_H
#define DYAD_TOOL_PRINT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define PRINT_TEXT(n) __attribute__((format(printf, n, (n) + 1)))

struct print;

/* @line: the JSON goes on one line. */
struct print *print_open(FILE *out, bool json, bool line);
void print_close(struct print *p);

/* What follows up to print_end() is in an array or object; text does not change. */
void print_array(struct print *p, const char *key);
void print_object(struct print *p, const char *key);
void print_end(struct print *p);

void print_u64(struct print *p, const char *key, uint64_t value, const char *text, ...)
	PRINT_TEXT(4);
void print_string(struct print *p, const char *key, const char *value, const char *text, ...)
	PRINT_TEXT(4);
void print_bool(struct print *p, const char *key, bool value, const char *text, ...)
	PRINT_TEXT(4);

/* Text only. */
void print_text(struct print *p, const char *text, ...) PRINT_TEXT(2);

#endif
