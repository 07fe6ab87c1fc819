// SPDX-License-Identifier: GPL-2.0-only
/*
 * print: output as text or as JSON, by the same calls.
 */
#include "print.h"
#include "mem.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>

#include <json-c/json.h>

#define OUTPUT_VERSION 1
#define DEPTH 8

struct print {
	FILE *out;
	bool line;
	struct json_object *stack[DEPTH];	/* stack[0] is NULL for text */
	int depth;
};

struct print *print_open(FILE *out, bool json, bool line)
{
	struct print *p = mem_zalloc(1, sizeof(*p));

	p->out = out;
	p->line = line;
	if (json) {
		p->stack[0] = json_object_new_object();
		if (!p->stack[0])
			mem_exhausted();
		print_u64(p, "version", OUTPUT_VERSION, "");
	}
	return p;
}

void print_close(struct print *p)
{
	int flags = JSON_C_TO_STRING_NOSLASHESCAPE;

	assert(!p->depth);
	if (p->stack[0]) {
		flags |= p->line ? JSON_C_TO_STRING_PLAIN :
				   JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED;
		fprintf(p->out, "%s\n", json_object_to_json_string_ext(p->stack[0], flags));
		json_object_put(p->stack[0]);
	}
	free(p);
}

/* Puts @value, which then belongs to it, into the innermost array or object. */
static void add(struct print *p, const char *key, struct json_object *value)
{
	struct json_object *in = p->stack[p->depth];

	if (!value)
		mem_exhausted();
	if (json_object_is_type(in, json_type_array))
		json_object_array_add(in, value);
	else
		json_object_object_add(in, key, value);
}

static void enter(struct print *p, const char *key, struct json_object *value)
{
	add(p, key, value);
	assert(p->depth + 1 < DEPTH);
	p->stack[++p->depth] = value;
}

void print_array(struct print *p, const char *key)
{
	if (p->stack[0])
		enter(p, key, json_object_new_array());
}

void print_object(struct print *p, const char *key)
{
	if (p->stack[0])
		enter(p, key, json_object_new_object());
}

void print_end(struct print *p)
{
	if (!p->stack[0])
		return;
	assert(p->depth);
	p->depth--;
}

#define PRINT(p, key, make, text)				\
	do {							\
		va_list ap;					\
								\
		if ((p)->stack[0]) {				\
			if (key)				\
				add(p, key, make);		\
			break;					\
		}						\
		va_start(ap, text);				\
		vfprintf((p)->out, text, ap);			\
		va_end(ap);					\
	} while (0)

void print_u64(struct print *p, const char *key, uint64_t value, const char *text, ...)
{
	PRINT(p, key, json_object_new_uint64(value), text);
}

void print_string(struct print *p, const char *key, const char *value, const char *text, ...)
{
	PRINT(p, key, json_object_new_string(value), text);
}

void print_bool(struct print *p, const char *key, bool value, const char *text, ...)
{
	PRINT(p, key, json_object_new_boolean(value), text);
}

void print_text(struct print *p, const char *text, ...)
{
	const char *none = NULL;

	PRINT(p, none, NULL, text);
}
