/* SPDX-License-Identifier: GPL-2.0-only */
/* The log of all disks: every request, completion, mark and cut, in one order. */
#ifndef POWERCUT_JOURNAL_H
#define POWERCUT_JOURNAL_H

#include <stdint.h>
#include <stdio.h>

#include "disk.h"

#define MAX_DISKS 8

enum entry_type {
	ENTRY_DISK = 1,		/* a disk: its size is the offset, its name the data */
	ENTRY_SUBMIT,
	ENTRY_COMPLETE,
	ENTRY_MARK,		/* the data are its text */
	ENTRY_CUT,		/* this disk lost its power then; the id is the seed */
	ENTRY_END,
};

/* As in the file; a write's data or a text follows. */
struct entry {
	uint32_t magic;
	uint8_t type;
	uint8_t disk;
	uint8_t kind;		/* enum change_kind */
	uint8_t fua;
	uint64_t id;
	uint64_t offset;
	uint32_t length;
	uint32_t payload;
};

void journal_put(FILE *f, struct entry *e, const void *payload);

/*
 * The next entry; its payload has a byte 0 behind it and is the caller's to
 * free. False at the end; a log that was broken off ends there.
 */
bool journal_get(FILE *f, struct entry *e, unsigned char **payload);

/* Do to the disks what the entry says; takes over the payload. */
void journal_apply(struct disk *disks, unsigned int *count, const struct entry *e,
		   unsigned char *payload);

#endif
