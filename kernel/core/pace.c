// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pace of a resync: additive increase, multiplicative decrease, driven by how
 * long the applications' writes take. What "long" is has to be known first, so
 * now and then the resync steps back to its floor and measures. Pure.
 */
#include "pace.h"

#include <linux/kernel.h>
#include <linux/math64.h>

#define START		(1u << 20)	/* window while nobody writes, to begin with */
#define STEP		(128u << 10)	/* the window grows by */
#define ENOUGH		16		/* writes whose mean means something */
#define PATIENCE	5		/* ticks after which fewer have to do */
#define IDLE		3		/* ticks without a write: nobody is there */
#define RENEW		100		/* judgements after which to measure again */
#define SLACK		1000000		/* ns more that nobody feels */
#define MAX_RATE	(1ull << 40)	/* beyond it there is no cap to speak of */

void dyad_pace_init(struct dyad_pace *p, const struct dyad_pace_load *load)
{
	*p = (struct dyad_pace) {
		.window = load->in_flight ? DYAD_PACE_FLOOR : START,
		.idle = load->in_flight ? 0 : IDLE,
		.judged = *load,
		.seen = *load,
	};
}

static void shrink(struct dyad_pace *p, u32 window)
{
	p->window = max(window, DYAD_PACE_FLOOR);
	p->settling = true;
}

static void grow(struct dyad_pace *p, u32 bytes)
{
	p->window = min(p->window + bytes, DYAD_PACE_CEILING);
}

/* Half as long again is a fair share; what nobody feels is no reason to yield. */
static u64 bearable(u64 base)
{
	return base + base / 2 + SLACK;
}

static void judge(struct dyad_pace *p, u64 latency)
{
	if (p->window == DYAD_PACE_FLOOR) {
		p->base = p->base ? (3 * p->base + latency) / 4 : latency;
		p->age = 0;
		grow(p, STEP);
	} else if (++p->age > RENEW) {
		p->base = 0;
		shrink(p, DYAD_PACE_FLOOR);
	} else if (latency > bearable(p->base)) {
		shrink(p, p->window / 2);
	} else {
		grow(p, STEP);
	}
}

static void start_over(struct dyad_pace *p, const struct dyad_pace_load *load)
{
	p->judged = *load;
	p->ticks = 0;
}

static void nobody(struct dyad_pace *p, const struct dyad_pace_load *load)
{
	if (p->idle < IDLE) {
		p->idle++;
		return;
	}
	start_over(p, load);
	grow(p, p->window);
}

static void somebody(struct dyad_pace *p, const struct dyad_pace_load *load)
{
	u64 ios = load->ios - p->judged.ios;
	u64 ns = load->ns - p->judged.ns;

	if (p->idle == IDLE) {
		p->base = 0;
		shrink(p, DYAD_PACE_FLOOR);
	}
	p->idle = 0;
	/* What the larger window had begun is still under way, or was just now. */
	if (p->settling) {
		p->settling = load->busy > p->window;
		start_over(p, load);
		return;
	}
	/* Writes that do not end teach nothing about how long they should take. */
	if (p->stuck)
		shrink(p, p->window / 2);
	else if (ios >= ENOUGH || (ios && p->ticks >= PATIENCE))
		judge(p, div64_u64(ns, ios));
	else
		return;
	start_over(p, load);
}

void dyad_pace_tick(struct dyad_pace *p, const struct dyad_pace_load *load)
{
	bool none = load->ios == p->seen.ios;

	p->ticks++;
	if (none && load->in_flight && p->seen.in_flight)
		p->stuck++;
	else
		p->stuck = 0;
	if (none && !load->in_flight)
		nobody(p, load);
	else
		somebody(p, load);
	p->seen = *load;
}

void dyad_pace_refill(struct dyad_pace *p, u64 rate, u64 us)
{
	u64 most;

	if (!rate) {
		p->credit = 0;
		return;
	}
	rate = min(rate, MAX_RATE);
	us = min_t(u64, us, 1000000);
	most = max(rate / 4, (u64)DYAD_PACE_EXTENT);
	p->credit = min_t(s64, p->credit + div_u64(rate * us, 1000000), most);
}

void dyad_pace_spend(struct dyad_pace *p, u32 bytes)
{
	p->credit -= bytes;
}

u32 dyad_pace_room(const struct dyad_pace *p, u64 rate, u32 busy)
{
	if ((rate && p->credit <= 0) || busy >= p->window)
		return 0;
	return min(p->window - busy, DYAD_PACE_EXTENT);
}
