// SPDX-License-Identifier: GPL-2.0-only
/* The object counters. */
#include "stats.h"

atomic_long_t dyad_objects_created;
atomic_long_t dyad_objects_destroyed;
