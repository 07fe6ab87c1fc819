/* SPDX-License-Identifier: GPL-2.0-only */
/* What follows from the failure of a disk. */
#ifndef DYAD_CONTROL_FAILURE_H
#define DYAD_CONTROL_FAILURE_H

#include "control/resource.h"

/**
 * dyad_failure_of_disk() - a disk failed a write or flush
 * @res: the resource
 * @index: of the volume
 */
void dyad_failure_of_disk(struct dyad_resource *res, unsigned int index);

#endif
