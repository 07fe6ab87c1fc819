// SPDX-License-Identifier: GPL-2.0-only
/* Whether comparing before copying is worth while. Pure. */
#include "odds.h"

#include <linux/kernel.h>

bool dyad_odds_compare(struct dyad_odds *odds, unsigned int blocks)
{
	odds->vain = min_t(u32, odds->vain + blocks, DYAD_ODDS_BLIND);
	if (odds->blind) {
		odds->blind -= min(odds->blind, blocks);
		return false;
	}
	if (odds->vain >= DYAD_ODDS_PATIENCE)
		odds->blind = odds->vain;
	return true;
}

void dyad_odds_found(struct dyad_odds *odds, unsigned int blocks, unsigned int equal)
{
	if (equal * DYAD_ODDS_WORTH >= blocks)
		*odds = (struct dyad_odds) { };
}
