// SPDX-License-Identifier: GPL-2.0-only
/* Handshake decisions: may these two replicate, and who copies to whom. Pure. */
#include "agree.h"

#include <linux/kernel.h>

#include "grow.h"
#include "state.h"

/* Does it lead without any disk (rule H2)? */
static bool leans(const struct dyad_state_msg *s)
{
	bool any = false;
	int i;

	for (i = 0; i < DYAD_WIRE_VOLUMES; i++) {
		if (!s->volumes[i].present)
			continue;
		if (dyad_state_has_disk(s->volumes[i].data_state))
			return false;
		any = true;
	}
	return any && s->primary;
}

static enum dyad_reason fit_volume(const struct dyad_volume_state *mine,
				   const struct dyad_volume_state *peer,
				   bool need_mine, bool need_peer)
{
	if (mine->present != peer->present)
		return DYAD_REASON_VOLUMES;
	if (!mine->present)
		return DYAD_REASON_NONE;
	if ((need_mine && !dyad_state_has_disk(mine->data_state)) ||
	    (need_peer && !dyad_state_has_disk(peer->data_state)))
		return DYAD_REASON_NO_DISK;
	if (dyad_grow_outcome(mine, peer) != dyad_grow_outcome(peer, mine))
		return DYAD_REASON_SIZE;
	if ((mine->in_use && peer->block_size > mine->block_size) ||
	    (peer->in_use && mine->block_size > peer->block_size))
		return DYAD_REASON_BLOCK_SIZE;
	return DYAD_REASON_NONE;
}

static enum dyad_reason fit(const struct dyad_state_msg *mine,
			    const struct dyad_state_msg *peer)
{
	enum dyad_reason reason;
	bool any = false;
	int i;

	if (mine->primary && peer->primary)
		return DYAD_REASON_BOTH_PRIMARY;
	for (i = 0; i < DYAD_WIRE_VOLUMES; i++) {
		reason = fit_volume(&mine->volumes[i], &peer->volumes[i],
				    !leans(mine), !leans(peer));
		if (reason)
			return reason;
		any |= mine->volumes[i].present;
	}
	return any ? DYAD_REASON_NONE : DYAD_REASON_VOLUMES;
}

/* Whole enough to be copied from. */
static bool complete(const struct dyad_state_msg *s)
{
	int i;

	for (i = 0; i < DYAD_WIRE_VOLUMES; i++)
		if (s->volumes[i].present &&
		    !dyad_state_is_whole(s->volumes[i].data_state))
			return false;
	return true;
}

/* Known to hold the latest data, not merely whole. */
static bool latest(const struct dyad_state_msg *s)
{
	int i;

	for (i = 0; i < DYAD_WIRE_VOLUMES && !s->primary; i++)
		if (s->volumes[i].present &&
		    s->volumes[i].data_state != DYAD_DATA_STATE_UPTODATE)
			return false;
	return true;
}

/*
 * Has this side kept all that it acknowledged since the two held the same? Who
 * has started anew has forgotten which life of the other that was with.
 */
static bool survived(const struct dyad_state_msg *s)
{
	return s->peer_instance;
}

/*
 * The same generation on both: the side that may hold more than the other. A
 * write that the last primary had completed is in the cache of whoever did not
 * crash, and perhaps nowhere else (rule H13).
 */
static enum dyad_direction equal(const struct dyad_state_msg *mine,
				 const struct dyad_state_msg *peer,
				 bool mine_low)
{
	if (complete(mine) != complete(peer))
		return complete(mine) ? DYAD_DIRECTION_SEND :
					DYAD_DIRECTION_RECEIVE;
	if (mine->primary != peer->primary)
		return mine->primary ? DYAD_DIRECTION_SEND :
				       DYAD_DIRECTION_RECEIVE;
	/* In async the other one may lack what has completed, whoever survived. */
	if (mine->mode == DYAD_MODE_ASYNC && peer->mode == DYAD_MODE_ASYNC &&
	    mine->was_primary != peer->was_primary)
		return mine->was_primary ? DYAD_DIRECTION_SEND :
					   DYAD_DIRECTION_RECEIVE;
	if (survived(mine) != survived(peer))
		return survived(mine) ? DYAD_DIRECTION_SEND :
					      DYAD_DIRECTION_RECEIVE;
	if (mine->was_primary != peer->was_primary)
		return mine->was_primary ? DYAD_DIRECTION_SEND :
					   DYAD_DIRECTION_RECEIVE;
	return mine_low ? DYAD_DIRECTION_SEND : DYAD_DIRECTION_RECEIVE;
}

static u64 changed(const struct dyad_state_msg *s)
{
	u64 blocks = 0;
	int i;

	for (i = 0; i < DYAD_WIRE_VOLUMES; i++)
		if (s->volumes[i].present)
			blocks += s->volumes[i].dirty;
	return blocks;
}

/* Has it changed more than it can count? The other may have lost what it had got. */
static bool miscounts(const struct dyad_state_msg *s,
		      const struct dyad_state_msg *other)
{
	int i;

	for (i = 0; i < DYAD_WIRE_VOLUMES; i++)
		if (s->volumes[i].present && s->volumes[i].unsure &&
		    s->peer_instance != other->instance)
			return true;
	return false;
}

/* Two primaries never get as far as this. */
static enum dyad_direction by_primary(const struct dyad_state_msg *mine,
				      const struct dyad_state_msg *peer)
{
	if (mine->primary_policy != peer->primary_policy ||
	    mine->primary_policy != DYAD_PRIMARY_POLICY_DISCARD_SECONDARY)
		return DYAD_DIRECTION_NONE;
	return mine->primary ? DYAD_DIRECTION_SEND : DYAD_DIRECTION_RECEIVE;
}

/*
 * Who gives up its changes by the policy that both sides have been given before
 * it came to this. How much each has changed can be compared only if both count
 * from the same base.
 */
static enum dyad_direction by_policy(const struct dyad_state_msg *mine,
				     const struct dyad_state_msg *peer,
				     bool same_base)
{
	bool countable = same_base && !miscounts(mine, peer) && !miscounts(peer, mine);
	u64 here = changed(mine), there = changed(peer);
	bool send;

	if (mine->primary || peer->primary)
		return by_primary(mine, peer);
	if (mine->policy != peer->policy)
		return DYAD_DIRECTION_NONE;
	switch (mine->policy) {
	case DYAD_SPLIT_POLICY_DISCARD_YOUNGER:
		here = peer->alone_since;
		there = mine->alone_since;
		if (!here || !there)
			return DYAD_DIRECTION_NONE;
		break;
	case DYAD_SPLIT_POLICY_DISCARD_LEAST_CHANGES:
		if (!countable)
			return DYAD_DIRECTION_NONE;
		break;
	case DYAD_SPLIT_POLICY_DISCARD_ZERO_CHANGES:
		if (!countable || (here && there))
			return DYAD_DIRECTION_NONE;
		break;
	default:
		return DYAD_DIRECTION_NONE;
	}
	if (here == there)
		return DYAD_DIRECTION_NONE;
	send = here > there;
	return send ? DYAD_DIRECTION_SEND : DYAD_DIRECTION_RECEIVE;
}

/*
 * Diverged histories merge only on the word of one side's operator, given now
 * or before (law 5).
 */
static struct dyad_agreement diverged(const struct dyad_state_msg *mine,
				      const struct dyad_state_msg *peer,
				      enum dyad_reason reason, bool everything)
{
	struct dyad_agreement a = { .everything = everything };

	if (mine->discard != peer->discard)
		a.direction = peer->discard ? DYAD_DIRECTION_SEND :
					      DYAD_DIRECTION_RECEIVE;
	else if (!mine->discard && reason == DYAD_REASON_SPLIT_BRAIN)
		a.direction = by_policy(mine, peer, !everything);
	if (a.direction == DYAD_DIRECTION_NONE)
		a.reason = reason;
	return a;
}

/*
 * Who leads without a disk goes on with the other's if that holds all he has been told
 * is written: it is whole, has lost nothing since both held the same, and nobody else
 * has led on it, which would have named another generation.
 */
static struct dyad_agreement lean(const struct dyad_state_msg *mine,
				  const struct dyad_state_msg *peer)
{
	const struct dyad_state_msg *by = leans(mine) ? mine : peer;
	const struct dyad_state_msg *on = by == mine ? peer : mine;
	struct dyad_agreement a = {
		.mode = by->mode,
		.direction = by == mine ? DYAD_DIRECTION_LEAN : DYAD_DIRECTION_BEAR,
	};

	if (!complete(on))
		a.reason = DYAD_REASON_NO_SOURCE;
	else if (!on->lineage.now || by->peer_instance != on->instance ||
		 (by->lineage.now != on->lineage.now &&
		  by->lineage.base != on->lineage.now))
		a.reason = DYAD_REASON_LOST_DISK;
	return a;
}

static struct dyad_agreement judge(const struct dyad_state_msg *mine,
				   const struct dyad_state_msg *peer,
				   bool mine_low)
{
	struct dyad_agreement a = { .direction = DYAD_DIRECTION_NONE };

	switch (dyad_lineage_compare(&mine->lineage, &peer->lineage)) {
	case DYAD_VERDICT_BLANK:
		break;
	case DYAD_VERDICT_EQUAL:
		a.direction = equal(mine, peer, mine_low);
		break;
	case DYAD_VERDICT_SEND_ALL:
		a.everything = true;
		fallthrough;
	case DYAD_VERDICT_SEND_DIRTY:
		a.direction = DYAD_DIRECTION_SEND;
		break;
	case DYAD_VERDICT_RECEIVE_ALL:
		a.everything = true;
		fallthrough;
	case DYAD_VERDICT_RECEIVE_DIRTY:
		a.direction = DYAD_DIRECTION_RECEIVE;
		break;
	case DYAD_VERDICT_SPLIT_DIRTY:
		return diverged(mine, peer, DYAD_REASON_SPLIT_BRAIN, false);
	case DYAD_VERDICT_SPLIT_ALL:
		return diverged(mine, peer, DYAD_REASON_SPLIT_BRAIN, true);
	case DYAD_VERDICT_UNRELATED:
		return diverged(mine, peer, DYAD_REASON_UNRELATED, true);
	}
	return a;
}

static u8 choose_mode(const struct dyad_state_msg *mine,
		      const struct dyad_state_msg *peer,
		      enum dyad_direction direction, bool mine_low)
{
	if (mine->primary != peer->primary)
		return mine->primary ? mine->mode : peer->mode;
	if (direction == DYAD_DIRECTION_NONE)
		return mine_low ? mine->mode : peer->mode;
	return direction == DYAD_DIRECTION_SEND ? mine->mode : peer->mode;
}

/* Under one name, could this side have completed in async what the other has not got? */
static bool was_ahead(const struct dyad_state_msg *s,
		      const struct dyad_state_msg *other)
{
	return s->mode == DYAD_MODE_ASYNC && other->mode == DYAD_MODE_ASYNC &&
	       s->was_primary && !other->was_primary &&
	       s->lineage.now == other->lineage.now;
}

struct dyad_agreement dyad_agree(const struct dyad_state_msg *mine,
				 const struct dyad_state_msg *peer,
				 bool mine_low)
{
	struct dyad_agreement a = { .reason = fit(mine, peer) };
	const struct dyad_state_msg *source, *target;

	if (a.reason)
		return a;
	if (leans(mine) || leans(peer))
		return lean(mine, peer);
	a = judge(mine, peer, mine_low);
	a.mode = choose_mode(mine, peer, a.direction, mine_low);
	if (a.reason || a.direction == DYAD_DIRECTION_NONE)
		return a;
	source = a.direction == DYAD_DIRECTION_SEND ? mine : peer;
	target = source == mine ? peer : mine;
	if (target->primary)
		a.reason = DYAD_REASON_PRIMARY_BEHIND;
	else if (!complete(source))
		a.reason = DYAD_REASON_NO_SOURCE;
	/* In async it may have completed what the other lacks, and be the only one that has. */
	else if (was_ahead(target, source) && !latest(source))
		a.reason = DYAD_REASON_NO_SOURCE;
	/* A node that has forgotten all may have led since (law 3). */
	else if (!target->lineage.now && !latest(source))
		a.reason = DYAD_REASON_NO_SOURCE;
	return a;
}
