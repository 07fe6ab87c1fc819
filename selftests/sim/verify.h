/* SPDX-License-Identifier: GPL-2.0-only */
/* Silent differences, and what a verify has to find of them. */
#ifndef SIM_VERIFY_H
#define SIM_VERIFY_H

#include "world.h"

void verify_reset(void);

/* A block of a disk changes by itself; by which bits is the seed's choice. */
void verify_alter(int node, u32 block);

/* The node's data are the truth from here on, with what has changed by itself. */
void verify_rebased(int node);

/* May this be there, since it came by itself? */
bool verify_excuses(u32 block, u64 value);

/* Was it there by itself at some time since then, though it is not any more? */
bool verify_was_there(u32 block, u64 value, u64 begun);

/* May the two disks differ there, with nobody knowing? */
bool verify_is_silent(u32 block);

/* Did it ever change by itself? */
bool verify_was_altered(u32 block);

/* Is nothing of that left? */
bool verify_is_clean(void);

/* After every event; @sound: no disk has failed. */
void verify_watch(bool sound);

#endif
