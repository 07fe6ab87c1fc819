/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * meta-show: how metadata look, in sentences and in JSON.
 */
#ifndef DYAD_TOOL_META_SHOW_H
#define DYAD_TOOL_META_SHOW_H

#include <stdbool.h>
#include <stddef.h>

#include "meta.h"

struct print;

/* Metadata with what their maps say. */
struct meta_report {
	struct meta meta;
	struct meta_map intent;
	struct meta_map dirty;
};

/* Fills @r; the maps only if there is a superblock to believe. */
void meta_report_read(struct meta_report *r, const struct disk *d);

/* Is a part of it not as it was written? */
bool meta_report_damaged(const struct meta_report *r);

/* "volume 0 of r0, node 1, uptodate" */
void meta_owner(const struct meta *m, char *text, size_t size);

/* What to do with metadata that nothing can be read from, as the end of a sentence. */
void meta_unusable(const struct meta *m, char *text, size_t size);

/* In JSON the members of the object the caller opened. */
void meta_show_record(struct print *p, const struct meta_report *r);
void meta_show_verdict(struct print *p, const struct meta_report *r);
void meta_show_extents(struct print *p, const struct meta_report *r);

#endif
