// SPDX-License-Identifier: GPL-2.0-only
/* What a log says: disks as a cut leaves them, and where it is worth to cut. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "journal.h"
#include "replay.h"

#define MARKS 64
#define METADATA (1024 * 1024)	/* at the start of a disk of data */

static FILE *log_open(const char *path)
{
	FILE *f = fopen(path, "rb");

	if (!f)
		perror(path);
	else
		setvbuf(f, NULL, _IOFBF, 1 << 20);
	return f;
}

/* "ack raw 17" sets the value of "ack raw" to 17. */
static void remember(char **marks, const char *text)
{
	const char *value = strrchr(text, ' ');
	size_t key = value ? (size_t)(value - text) + 1 : strlen(text);

	for (unsigned int i = 0; i < MARKS; i++) {
		if (!marks[i] || !strncmp(marks[i], text, key)) {
			free(marks[i]);
			marks[i] = strdup(text);
			return;
		}
	}
	fprintf(stderr, "powerdisk: too many kinds of marks\n");
	exit(1);
}

static int save(const struct disk *disks, unsigned int count, char **marks, const char *folder)
{
	char path[4096 + 32];
	FILE *f;

	for (unsigned int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%.4096s/%.16s", folder, disks[i].name);
		if (disk_save(&disks[i], path)) {
			perror(path);
			return 1;
		}
	}
	snprintf(path, sizeof(path), "%.4096s/marks", folder);
	f = fopen(path, "w");
	if (!f) {
		perror(path);
		return 1;
	}
	for (unsigned int i = 0; i < MARKS && marks[i]; i++)
		fprintf(f, "%s\n", marks[i]);
	return fclose(f) ? 1 : 0;
}

int replay(const char *log, uint64_t cut, uint64_t seed, const char *lost, const char *folder)
{
	struct disk disks[MAX_DISKS];
	char *marks[MARKS] = { NULL };
	unsigned int count = 0;
	unsigned char *payload;
	struct entry e;
	FILE *f = log_open(log);

	if (!f)
		return 1;
	for (uint64_t at = 0; at <= cut && journal_get(f, &e, &payload); at++) {
		if (e.type == ENTRY_MARK)
			remember(marks, (char *)payload);
		journal_apply(disks, &count, &e, payload);
	}
	fclose(f);
	for (unsigned int i = 0; i < count; i++) {
		char side = disks[i].name[strlen(disks[i].name) - 1];

		disk_cut(&disks[i], seed + i, strcmp(lost, "none") && strchr(lost, side));
	}
	return save(disks, count, marks, folder);
}

/* Why it is worth to cut next to an entry. */
enum why { WHY_MARK, WHY_FLUSH, WHY_META, WHY_ANY, WHYS };
static const char * const why_names[] = { "mark", "flush", "metadata", "any" };

struct places {
	uint64_t *at[WHYS];
	size_t count[WHYS];
	bool started;
};

static void place(struct places *p, enum why why, uint64_t at)
{
	if (p->count[why] % 4096 == 0) {
		p->at[why] = realloc(p->at[why], (p->count[why] + 4096) * sizeof(uint64_t));
		if (!p->at[why])
			exit(1);
	}
	p->at[why][p->count[why]++] = at;
}

/* Acknowledgements are so many that they would hide the other marks. */
static void consider(struct places *p, const struct entry *e, const unsigned char *payload,
		     const struct disk *disks, uint64_t at)
{
	bool meta;

	if (e->type == ENTRY_MARK && !strcmp((char *)payload, "start"))
		p->started = true;
	if (!p->started)
		return;
	if (e->type == ENTRY_MARK && strncmp((char *)payload, "ack ", 4))
		place(p, WHY_MARK, at);
	place(p, WHY_ANY, at);
	if (e->type != ENTRY_SUBMIT)
		return;
	if (e->kind == CHANGE_FLUSH) {
		place(p, WHY_FLUSH, at);
		return;
	}
	meta = disks[e->disk].name[0] == 'm' || e->offset < METADATA ||
	       e->offset + 65536 >= disks[e->disk].bytes;
	if (meta)
		place(p, WHY_META, at);
}

int choose_cuts(const char *log, unsigned int count, uint64_t seed)
{
	/* Each in turn, so that a few cuts are a sample of all. */
	static const char * const lost[] = { "ab", "a", "none", "b" };
	struct disk disks[MAX_DISKS];
	struct places p = { 0 };
	struct random r = { seed };
	unsigned char *payload;
	struct entry e;
	FILE *f = log_open(log);
	uint64_t at, last;

	if (!f)
		return 1;
	for (at = 0; journal_get(f, &e, &payload); at++) {
		if (e.type == ENTRY_DISK) {
			disks[e.disk].bytes = e.offset;
			snprintf(disks[e.disk].name, sizeof(disks->name), "%s", payload);
		}
		consider(&p, &e, payload, disks, at);
		free(payload);
	}
	fclose(f);
	last = at;
	if (!p.count[WHY_ANY]) {
		fprintf(stderr, "powerdisk: %s: nothing was recorded after the mark 'start'\n", log);
		return 1;
	}
	for (unsigned int i = 0; i < count; i++) {
		enum why why = i % WHYS;
		uint64_t cut;

		if (!p.count[why])
			why = WHY_ANY;
		cut = p.at[why][random_below(&r, p.count[why])];
		if (why != WHY_ANY)
			cut += random_below(&r, 4);
		printf("%" PRIu64 " %" PRIu64 " %s %u %s\n", cut < last ? cut : last - 1,
		       random_next(&r) >> 40, lost[(i + i / 4) % 4], i / 2, why_names[why]);
	}
	return 0;
}

int list(const char *log)
{
	static const char * const kinds[] = { "write", "zero", "flush" };
	char names[MAX_DISKS][16];
	unsigned char *payload;
	struct entry e;
	FILE *f = log_open(log);

	if (!f)
		return 1;
	for (uint64_t at = 0; journal_get(f, &e, &payload); at++) {
		printf("%" PRIu64 " ", at);
		if (e.type == ENTRY_DISK)
			snprintf(names[e.disk], sizeof(names[0]), "%s", payload);
		if (e.type == ENTRY_MARK)
			printf("mark %s\n", payload);
		else if (e.type == ENTRY_SUBMIT)
			printf("%s %" PRIu64 " %s%s %" PRIu64 " +%u\n", names[e.disk], e.id,
			       kinds[e.kind % 3], e.fua ? " fua" : "", e.offset, e.length);
		else
			printf("%s %" PRIu64 " %s\n", names[e.disk], e.id,
			       e.type == ENTRY_COMPLETE ? "done" :
			       e.type == ENTRY_CUT ? "cut" : "disk");
		free(payload);
	}
	return fclose(f) ? 1 : 0;
}
