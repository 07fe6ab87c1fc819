/* SPDX-License-Identifier: GPL-2.0-only */
/* What a resource knows of itself, in the superblocks of its volumes. */
#ifndef DYAD_CONTROL_RECORD_H
#define DYAD_CONTROL_RECORD_H

#include "control/resource.h"

/*
 * All with the resource's lock held.
 */

/**
 * dyad_record_save() - put role, generations and data states on all disks
 * @res: the resource
 *
 * Of a node that leans on its peer with the generation that it had before: the one that
 * it has is that of the peer's disks.
 *
 * Called after a change and before anything that relies on it (law 6): when it
 * returns, both superblocks of every volume hold it (rule H9). A volume whose
 * disk fails it is reported as failed.
 *
 * Context: process, on the I/O path.
 * Return: 0, or the first error.
 */
int dyad_record_save(struct dyad_resource *res);

/**
 * dyad_record_is_possible() - can a change be put on all disks?
 * @res: the resource
 *
 * Return: false if a volume has no disk, or one that has failed.
 */
bool dyad_record_is_possible(struct dyad_resource *res);

/**
 * dyad_record_keep() - put what is known on all disks, though nothing changed
 * @res: the resource
 *
 * After an attach: damaged copies are put right, and the disk is bound to the
 * resource. Does not make one volume's record newer than another's.
 *
 * Context: process, on the I/O path.
 * Return: 0, or the first error.
 */
int dyad_record_keep(struct dyad_resource *res);

/**
 * dyad_record_begin() - put what is known on the disk of one volume
 * @res: the resource
 * @volume: which has just been given another disk
 *
 * Context: process, on the I/O path.
 * Return: 0 or an error.
 */
int dyad_record_begin(struct dyad_resource *res, struct dyad_volume *volume);

/**
 * dyad_record_close() - a volume is detached in order
 * @res: the resource
 * @volume: drained, its disk flushed, its regions cooled
 */
void dyad_record_close(struct dyad_resource *res, struct dyad_volume *volume);

/**
 * dyad_record_refusal() - is this disk not the resource's volume?
 * @res: the resource
 * @index: of the volume
 * @super: of the disk
 *
 * Return: NULL if it may be, else why not and what to do, as a sentence.
 */
const char *dyad_record_refusal(const struct dyad_resource *res,
				unsigned int index,
				const struct dyad_super *super);

/**
 * dyad_record_adopt() - take over what a disk says of the resource
 * @res: the resource
 * @volume: its newest volume, not yet among the others; its data state is set
 *
 * The newest record of any volume is the resource's, in whatever order they are
 * attached. A volume that was left behind by more than a step that a crash may have
 * interrupted does not fit the others any more: it is incomplete, and all of it is
 * compared.
 *
 * Return: NULL, or why the volume cannot be attached, as a sentence.
 */
const char *dyad_record_adopt(struct dyad_resource *res,
			      struct dyad_volume *volume);

#endif
