// SPDX-License-Identifier: GPL-2.0-only
/* Whether comparing before copying is worth while. Pure. */
#include "odds.h"

bool dyad_odds_compare(struct dyad_odds *odds)
{
	if (odds->vain < DYAD_ODDS_BLIND)
		odds->vain++;
	if (odds->blind) {
		odds->blind--;
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
