// SPDX-License-Identifier: GPL-2.0-only
/* A disk with a volatile write cache, in memory: what it shows, what a power cut leaves. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "disk.h"

#define CHUNK 65536u

uint64_t random_next(struct random *r)
{
	uint64_t x = r->state += 0x9e3779b97f4a7c15ULL;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
	return x ^ x >> 31;
}

uint64_t random_below(struct random *r, uint64_t limit)
{
	return limit ? random_next(r) % limit : 0;
}

void *must_alloc(uint64_t bytes)
{
	void *p = malloc(bytes ? bytes : 1);

	if (!p) {
		fprintf(stderr, "powerdisk: out of memory\n");
		exit(1);
	}
	return p;
}

bool all_zero(const unsigned char *data, uint64_t bytes)
{
	return !bytes || (!data[0] && !memcmp(data, data + 1, bytes - 1));
}

/* Memory that costs nothing until it is written to. */
static unsigned char *blank(uint64_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED) {
		fprintf(stderr, "powerdisk: no memory for a disk: %s\n", strerror(errno));
		exit(1);
	}
	/* The children of the server must not make it copy what it changes. */
	madvise(p, bytes, MADV_DONTFORK);
	return p;
}

void disk_init(struct disk *d, const char *name, uint64_t bytes)
{
	memset(d, 0, sizeof(*d));
	snprintf(d->name, sizeof(d->name), "%s", name);
	d->bytes = bytes;
	d->now = blank(bytes);
	d->kept = blank(bytes);
	d->used = blank(bytes / CHUNK + 1);
	d->cached_end = &d->cached;
}

int disk_load(struct disk *d, const char *path)
{
	int fd = open(path, O_RDONLY);
	off_t at = 0;

	if (fd < 0)
		return -1;
	while ((at = lseek(fd, at, SEEK_DATA)) >= 0 && (uint64_t)at < d->bytes) {
		off_t end = lseek(fd, at, SEEK_HOLE);
		uint64_t length = end - at;

		if (at + length > d->bytes)
			length = d->bytes - at;
		if (pread(fd, d->now + at, length, at) != (ssize_t)length)
			return -1;
		memcpy(d->kept + at, d->now + at, length);
		memset(d->used + at / CHUNK, 1, (at + length - 1) / CHUNK - at / CHUNK + 1);
		at = end;
	}
	return close(fd);
}

int disk_save(const struct disk *d, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd < 0 || ftruncate(fd, d->bytes))
		return -1;
	for (uint64_t at = 0; at < d->bytes; at += CHUNK) {
		uint64_t length = d->bytes - at < CHUNK ? d->bytes - at : CHUNK;

		if (d->used[at / CHUNK] && !all_zero(d->now + at, length) &&
		    pwrite(fd, d->now + at, length, at) != (ssize_t)length)
			return -1;
	}
	return close(fd);
}

static void put(struct disk *d, unsigned char *content, const struct change *c,
		uint64_t from, uint64_t length)
{
	if (!length)
		return;
	if (c->data || !all_zero(content + c->offset + from, length))
		memset(d->used + (c->offset + from) / CHUNK, 1,
		       (c->offset + from + length - 1) / CHUNK - (c->offset + from) / CHUNK + 1);
	if (c->data)
		memcpy(content + c->offset + from, c->data + from, length);
	else if (!all_zero(content + c->offset + from, length))
		memset(content + c->offset + from, 0, length);
}

static void drop(struct change *c)
{
	free(c->data);
	free(c);
}

void disk_submit(struct disk *d, struct change *c)
{
	if (c->kind == CHANGE_FLUSH)
		c->order = d->order;
	c->next = d->flying;
	d->flying = c;
}

static void flushed(struct disk *d, uint64_t order)
{
	while (d->cached && d->cached->order < order) {
		struct change *c = d->cached;

		put(d, d->kept, c, 0, c->length);
		d->cached = c->next;
		drop(c);
	}
	if (!d->cached)
		d->cached_end = &d->cached;
}

void disk_complete(struct disk *d, uint64_t id)
{
	struct change **p = &d->flying, *c;

	while (*p && (*p)->id != id)
		p = &(*p)->next;
	c = *p;
	if (!c)
		return;
	*p = c->next;
	if (c->kind == CHANGE_FLUSH) {
		flushed(d, c->order);
		drop(c);
		return;
	}
	put(d, d->now, c, 0, c->length);
	c->order = d->order++;
	c->next = NULL;
	*d->cached_end = c;
	d->cached_end = &c->next;
}

/* How a cache was written back: how much of it, and in which units. */
struct luck {
	unsigned int of_16;	/* so many of 16 sectors or requests arrived */
	bool whole;		/* requests arrived whole or not at all */
};

static void settle(struct disk *d, const struct change *c, const struct luck *luck,
		   struct random *r)
{
	bool arrived = random_below(r, 16) < luck->of_16;

	if (c->kind == CHANGE_FLUSH)
		return;
	for (uint64_t at = 0; at < c->length; at += SECTOR) {
		if (!luck->whole)
			arrived = random_below(r, 16) < luck->of_16;
		if (arrived || (c->fua && c->order != UINT64_MAX))
			put(d, d->kept, c, at, SECTOR);
	}
}

void disk_cut(struct disk *d, uint64_t seed, bool lost)
{
	static const unsigned int amounts[] = { 0, 1, 4, 8, 12, 15 };
	struct random r = { seed };
	struct luck luck;
	struct change *c;

	luck.of_16 = lost ? amounts[random_below(&r, 6)] : 16;
	luck.whole = random_below(&r, 2);
	while ((c = d->cached)) {
		settle(d, c, &luck, &r);
		d->cached = c->next;
		drop(c);
	}
	d->cached_end = &d->cached;
	luck.of_16 = amounts[random_below(&r, 6)];
	luck.whole = random_below(&r, 2);
	while ((c = d->flying)) {
		c->order = UINT64_MAX;
		settle(d, c, &luck, &r);
		d->flying = c->next;
		drop(c);
	}
	for (uint64_t at = 0; at < d->bytes; at += CHUNK) {
		uint64_t length = d->bytes - at < CHUNK ? d->bytes - at : CHUNK;

		if (d->used[at / CHUNK] && memcmp(d->now + at, d->kept + at, length))
			memcpy(d->now + at, d->kept + at, length);
	}
}

static bool in_use(const struct disk *d, uint64_t from, uint64_t length)
{
	return d->used[from / CHUNK] || d->used[(from + length - 1) / CHUNK];
}

uint64_t disk_compare(const struct disk *a, uint64_t from_a, const struct disk *b,
		      uint64_t from_b, uint64_t length)
{
	for (uint64_t at = 0; at < length; at += CHUNK) {
		uint64_t n = length - at < CHUNK ? length - at : CHUNK;

		if (!in_use(a, from_a + at, n) && !in_use(b, from_b + at, n))
			continue;
		if (!memcmp(a->now + from_a + at, b->now + from_b + at, n))
			continue;
		while (a->now[from_a + at] == b->now[from_b + at])
			at++;
		return at;
	}
	return UINT64_MAX;
}
