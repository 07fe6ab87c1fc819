/* SPDX-License-Identifier: GPL-2.0-only */
/* Growing a volume: how large it can get, where its maps go then, who finishes it. */
#ifndef DYAD_CORE_GROW_H
#define DYAD_CORE_GROW_H

#include <linux/types.h>

#include "ondisk.h"
#include "wire.h"

/**
 * enum dyad_grow_refusal - why a volume cannot be made larger
 *
 * The numbers are part of the wire format. Append only.
 *
 * @DYAD_GROW_FITS: it can
 * @DYAD_GROW_SMALL: its disk has not grown, or by too little to hold a new dirty
 *	map beside the old one
 * @DYAD_GROW_META: the device with its metadata has no room for that
 * @DYAD_GROW_INTENT: its intent map cannot describe a volume that large
 * @DYAD_GROW_BUSY: something else is going on there
 * @DYAD_GROW_DISK: a disk returned an error
 * @DYAD_GROW_MEMORY: out of memory
 * @DYAD_GROW_REFUSALS: number of codes
 */
enum dyad_grow_refusal {
	DYAD_GROW_FITS,
	DYAD_GROW_SMALL,
	DYAD_GROW_META,
	DYAD_GROW_INTENT,
	DYAD_GROW_BUSY,
	DYAD_GROW_DISK,
	DYAD_GROW_MEMORY,
	DYAD_GROW_REFUSALS,
};

/**
 * struct dyad_grow_disks - the devices below a volume
 * @external: the metadata are on a device of their own
 * @disk: size of the data disk, in sectors
 * @meta: size of the device with the metadata
 */
struct dyad_grow_disks {
	bool external;
	u64 disk;
	u64 meta;
};

/**
 * dyad_grow_place() - where everything is once the volume is larger
 * @to: filled in on success; a legal pending geometry for @from
 * @from: where it is now
 * @disks: how large they are now
 * @sectors: size of the data then, in whole blocks
 *
 * The data and the intent map stay, the new dirty map is beside the old one.
 *
 * Return: DYAD_GROW_FITS or why not.
 */
enum dyad_grow_refusal dyad_grow_place(struct dyad_geometry *to,
				       const struct dyad_geometry *from,
				       const struct dyad_grow_disks *disks,
				       u64 sectors);

/**
 * dyad_grow_room() - the largest volume that the disks have room for
 * @sectors: filled in on success: size of the data, larger than now
 * @from: where everything is now
 * @disks: how large they are now
 *
 * Return: DYAD_GROW_FITS or why there is no room for a larger one.
 */
enum dyad_grow_refusal dyad_grow_room(u64 *sectors,
				      const struct dyad_geometry *from,
				      const struct dyad_grow_disks *disks);

/**
 * dyad_grow_outcome() - the size that a volume has once two nodes have met
 * @mine: what this node holds, as it was told
 * @peer: what the peer holds
 *
 * A growth that one side has finished, or both have prepared, is finished; any
 * other is undone: the side that coordinates prepares last, so nobody has used
 * the new size then. Both nodes reach the same.
 *
 * Return: @mine's pending size, if that is to be finished, else its size.
 */
u64 dyad_grow_outcome(const struct dyad_volume_state *mine,
		      const struct dyad_volume_state *peer);

#endif
