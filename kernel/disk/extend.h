/* SPDX-License-Identifier: GPL-2.0-only */
/* Extending a volume's maps on its disk, in steps that a crash may interrupt. */
#ifndef DYAD_DISK_EXTEND_H
#define DYAD_DISK_EXTEND_H

#include "disk/backing.h"
#include "disk/heat.h"
#include "disk/meta.h"
#include "disk/region.h"

/**
 * struct dyad_extend - maps of a larger volume, ready to be used
 * @to: where everything is going to be
 * @region: room for the regions
 * @intent: pages of the intent map; those in use now are not among them yet
 * @intent_count: how many
 * @unread: a bit for each of them that is damaged on the disk
 * @filled: a bit for each page of the new dirty map that is not empty
 *
 * Everything that using them takes memory for, so that it cannot fail for want
 * of that.
 */
struct dyad_extend {
	struct dyad_geometry to;
	struct dyad_region *region;
	u8 **intent;
	u64 intent_count;
	unsigned long *unread;
	unsigned long *filled;
};

/**
 * dyad_extend_prepare() - write the maps of a larger volume
 * @result: filled in on success; for dyad_extend_commit() or dyad_extend_free()
 * @heat: of the volume
 * @to: where everything is going to be, from core/grow.h
 *
 * The new dirty map says that all that is new is dirty. When this returns it is
 * on stable storage, beside the one in use, and the superblock says where; what
 * the volume stands on is as it was (rule H17).
 *
 * Context: process, on the I/O path.
 * Return: 0 or a negative errno; after -ENOMEM nothing has changed.
 */
int dyad_extend_prepare(struct dyad_extend **result, struct dyad_heat *heat,
			const struct dyad_geometry *to);

/**
 * dyad_extend_commit() - use them
 * @extend: prepared
 * @meta: of the volume
 * @heat: of the volume
 * @backing: the data disk
 *
 * Nothing of the volume is in flight. Both superblocks hold the new geometry
 * before anything in memory does: the old map's place becomes data only then.
 *
 * Context: process, on the I/O path.
 * Return: 0 or a negative errno: in memory nothing has changed then.
 */
int dyad_extend_commit(struct dyad_extend *extend, struct dyad_meta *meta,
		       struct dyad_heat *heat, struct dyad_backing *backing);

/**
 * dyad_extend_undo() - nothing is pending any more, on the disk
 * @meta: of the volume
 *
 * Context: process, on the I/O path.
 * Return: 0 or a negative errno.
 */
int dyad_extend_undo(struct dyad_meta *meta);

/**
 * dyad_extend_free() - forget what was prepared, in memory
 * @extend: may be NULL
 */
void dyad_extend_free(struct dyad_extend *extend);

#endif
