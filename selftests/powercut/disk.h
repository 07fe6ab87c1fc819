/* SPDX-License-Identifier: GPL-2.0-only */
/* A disk with a volatile write cache, in memory: what it shows, what a power cut leaves. */
#ifndef POWERCUT_DISK_H
#define POWERCUT_DISK_H

#include <stdbool.h>
#include <stdint.h>

#define SECTOR 512u

enum change_kind { CHANGE_WRITE, CHANGE_ZERO, CHANGE_FLUSH };

/*
 * A request that changes what a power cut leaves. It is in flight from its
 * submission to its completion; then it is in the cache; a flush that was
 * submitted later and has completed makes it durable, and so does FUA.
 */
struct change {
	struct change *next;
	uint64_t id;
	uint64_t offset;
	uint32_t length;
	enum change_kind kind;
	bool fua;
	uint64_t order;		/* of its completion; a flush: all below are covered */
	unsigned char *data;	/* of a write, else NULL */
};

struct disk {
	char name[16];
	uint64_t bytes;
	unsigned char *now;	/* what a read gets */
	unsigned char *kept;	/* what is durable */
	unsigned char *used;	/* parts of 64 KiB that were ever written to */
	struct change *flying;
	struct change *cached, **cached_end;	/* in the order of completion */
	uint64_t order;
};

struct random {
	uint64_t state;
};

uint64_t random_next(struct random *r);
uint64_t random_below(struct random *r, uint64_t limit);

void disk_init(struct disk *d, const char *name, uint64_t bytes);
int disk_load(struct disk *d, const char *path);
int disk_save(const struct disk *d, const char *path);

/* Takes over the change. */
void disk_submit(struct disk *d, struct change *c);
void disk_complete(struct disk *d, uint64_t id);

/*
 * The power goes, or only the machine does: with @lost, any part of what was
 * in the cache may be there, in units of sectors; without, all of it is. What
 * was in flight may be there in part in any case.
 */
void disk_cut(struct disk *d, uint64_t seed, bool lost);

/* Offset of the first difference within @length bytes, or UINT64_MAX. */
uint64_t disk_compare(const struct disk *a, uint64_t from_a, const struct disk *b,
		      uint64_t from_b, uint64_t length);

void *must_alloc(uint64_t bytes);
bool all_zero(const unsigned char *data, uint64_t bytes);

#endif
