// SPDX-License-Identifier: GPL-2.0-only
/*
 * The commands that a server of disks obeys. Each is one line, and so is the
 * answer, which begins with 'error' if it was not obeyed.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "server.h"

static char answer[256];

static const char *error(const char *what, const char *which)
{
	snprintf(answer, sizeof(answer), "error: %s: %.100s", what, which ? which : "");
	return answer;
}

static struct disk *find(struct server *s, const char *name)
{
	for (unsigned int i = 0; name && i < s->count; i++)
		if (!strcmp(s->disks[i].name, name))
			return &s->disks[i];
	return NULL;
}

/* Names with commas between them, as bits; 0 if one is wrong. */
static unsigned int disks_of(struct server *s, char *names)
{
	unsigned int bits = 0;
	char *save, *name;

	for (name = strtok_r(names, ",", &save); name; name = strtok_r(NULL, ",", &save)) {
		struct disk *d = find(s, name);

		if (!d)
			return 0;
		bits |= 1u << (d - s->disks);
	}
	return bits;
}

static uint64_t number(char **rest)
{
	char *word = strtok_r(NULL, " ", rest);

	return word ? strtoull(word, NULL, 0) : 0;
}

static const char *do_power(struct server *s, const char *verb, char **rest, int client)
{
	uint64_t after = strcmp(verb, "cutafter") ? 0 : number(rest);
	char *names = strtok_r(NULL, " ", rest);
	unsigned int disks = names ? disks_of(s, names) : 0;
	uint64_t seed = number(rest);

	if (!disks)
		return error("no such disk", names);
	if (!strcmp(verb, "fail")) {
		server_fail(s, disks);
	} else if (!strcmp(verb, "on")) {
		server_on(s, disks);
	} else if (!strcmp(verb, "cut")) {
		server_cut(s, disks, seed);
	} else {
		s->cut_at = s->entries + after;
		s->cut_seed = seed;
		s->cut_disks = disks;
		s->cut_client = client;
		return NULL;
	}
	return "ok";
}

static const char *do_same(struct server *s, char **rest)
{
	struct disk *a = find(s, strtok_r(NULL, " ", rest));
	struct disk *b = find(s, strtok_r(NULL, " ", rest));
	uint64_t from = number(rest), length = number(rest), at;

	if (!a || !b)
		return error("same needs two disks", "");
	if (!length)
		length = (a->bytes < b->bytes ? a->bytes : b->bytes) - from;
	if (from + length > a->bytes || from + length > b->bytes)
		return error("beyond the end", a->name);
	at = disk_compare(a, from, b, from, length);
	if (at == UINT64_MAX)
		return "same";
	snprintf(answer, sizeof(answer), "error: %s and %s differ at %" PRIu64,
		 a->name, b->name, from + at);
	return answer;
}

const char *control(struct server *s, int client, char *line)
{
	struct entry e = { .type = ENTRY_MARK };
	char *rest, *verb;

	if (!strncmp(line, "mark ", 5)) {
		e.payload = strlen(line + 5);
		server_log(s, &e, line + 5);
		snprintf(answer, sizeof(answer), "ok %" PRIu64, s->entries);
		return answer;
	}
	verb = strtok_r(line, " ", &rest);
	if (!verb)
		return error("no command", "");
	if (!strcmp(verb, "cut") || !strcmp(verb, "cutafter") || !strcmp(verb, "fail") ||
	    !strcmp(verb, "on"))
		return do_power(s, verb, &rest, client);
	if (!strcmp(verb, "same"))
		return do_same(s, &rest);
	if (!strcmp(verb, "entries")) {
		snprintf(answer, sizeof(answer), "%" PRIu64, s->entries);
		return answer;
	}
	if (!strcmp(verb, "stop")) {
		s->stopping = true;
		e.type = ENTRY_END;
		server_log(s, &e, NULL);
		return "ok";
	}
	return error("unknown command", verb);
}
