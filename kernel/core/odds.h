/* SPDX-License-Identifier: GPL-2.0-only */
/* Is it worth while to compare before copying? Told by what comparing has found so far. */
#ifndef DYAD_CORE_ODDS_H
#define DYAD_CORE_ODDS_H

#include <linux/types.h>

#define DYAD_ODDS_PATIENCE	1024	/* blocks in vain, before any is copied outright */
#define DYAD_ODDS_BLIND		16384	/* most that are, in a row */
#define DYAD_ODDS_WORTH		4	/* one equal block of so many is worth a comparison */

/**
 * struct dyad_odds - what the comparisons of a resync have found
 * @vain: blocks since hardly anything was equal, up to %DYAD_ODDS_BLIND
 * @blind: blocks that are to be copied outright before the next extent is compared
 *
 * Zeroed at the beginning. Copying what is equal is right, and merely costs the link and the
 * target's disk; comparing what differs costs both processors. A disk that is new differs
 * everywhere, one that has been through a crash hardly anywhere.
 *
 * No more is copied outright than was in vain before, but for the rest of an extent: so
 * hardly more is copied in vain than had to be copied.
 */
struct dyad_odds {
	u32 vain;
	u32 blind;
};

/**
 * dyad_odds_compare() - compare the next extent, or copy it outright?
 * @odds: what is known
 * @blocks: that the extent has, more than 0
 *
 * An extent counts as in vain until dyad_odds_found() says otherwise.
 *
 * Return: true if it is to be compared first.
 */
bool dyad_odds_compare(struct dyad_odds *odds, unsigned int blocks);

/**
 * dyad_odds_found() - an extent was compared
 * @odds: what is known
 * @blocks: that it has, more than 0
 * @equal: how many of them both sides had
 */
void dyad_odds_found(struct dyad_odds *odds, unsigned int blocks, unsigned int equal);

#endif
