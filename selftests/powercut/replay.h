/* SPDX-License-Identifier: GPL-2.0-only */
/* What a log says: disks as a cut leaves them, and where it is worth to cut. */
#ifndef POWERCUT_REPLAY_H
#define POWERCUT_REPLAY_H

#include <stdint.h>

/*
 * Write the disks as they are if the power goes after entry @cut, and the last
 * value of each mark, into @folder. @lost names the disks that lose their
 * cache, by the last letter of their name: "a", "b", "ab" or "none".
 */
int replay(const char *log, uint64_t cut, uint64_t seed, const char *lost, const char *folder);

/* Print @count places to cut at, one a line: CUT SEED LOST TURN WHY. */
int choose_cuts(const char *log, unsigned int count, uint64_t seed);

/* Print every entry. */
int list(const char *log);

#endif
