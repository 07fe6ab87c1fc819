// SPDX-License-Identifier: GPL-2.0-only
/*
 * diff: what happened to a resource between two looks at it, in words.
 */
#include "diff.h"
#include "format.h"
#include "model.h"
#include "show.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct out {
	diff_fn *fn;
	void *arg;
};

static void say(const struct out *out, const char *text, ...)
	__attribute__((format(printf, 2, 3)));

static void say(const struct out *out, const char *text, ...)
{
	char line[768];
	va_list ap;

	va_start(ap, text);
	vsnprintf(line, sizeof(line), text, ap);
	va_end(ap);
	out->fn(line, out->arg);
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static void sync_changed(const struct out *out, const struct model_volume *old,
			 const struct model_volume *new)
{
	if (old->sync_role == DYAD_SYNC_ROLE_VERIFY) {
		say(out, "volume %" PRIu32 " verify %s: %s of %s compared, %s differ, in %s",
		    new->index, new->sync_done < new->sync_total ? "stopped" : "finished",
		    format_bytes(new->sync_done).s, format_bytes(new->sync_total).s,
		    format_bytes(new->sync_differ).s, format_duration(new->sync_ms).s);
	} else if (old->sync_role != DYAD_SYNC_ROLE_NONE) {
		const char *how = new->sync_done < new->sync_total ? "stopped" : "finished";

		say(out, "volume %" PRIu32 " resync %s: %s of %s compared, %s copied, in %s",
		    new->index, how, format_bytes(new->sync_done).s,
		    format_bytes(new->sync_total).s, format_bytes(new->sync_copied).s,
		    format_duration(new->sync_ms).s);
	}
	if (new->sync_role == DYAD_SYNC_ROLE_VERIFY)
		say(out, "volume %" PRIu32 " verify started: %s", new->index,
		    format_bytes(new->sync_total).s);
	else if (new->sync_role != DYAD_SYNC_ROLE_NONE)
		say(out, "volume %" PRIu32 " resync %s started: %s", new->index,
		    new->sync_role == DYAD_SYNC_ROLE_SOURCE ? "to peer" : "from peer",
		    format_bytes(new->sync_total).s);
}

static void compare_volume(const struct out *out, const struct model_volume *old,
			   const struct model_volume *new)
{
	if (!same_text(old->disk, new->disk))
		say(out, "volume %" PRIu32 " disk %s -> %s", new->index,
		    old->disk ? old->disk : "none", new->disk ? new->disk : "none");
	if (old->size != new->size)
		say(out, "volume %" PRIu32 " size %s -> %s", new->index,
		    format_bytes(old->size).s, format_bytes(new->size).s);
	if (old->sync_role != new->sync_role)
		sync_changed(out, old, new);
	if (old->data_state != new->data_state)
		say(out, "volume %" PRIu32 " %s -> %s", new->index,
		    model_data_state(old->data_state), model_data_state(new->data_state));
	if (old->peer_known != new->peer_known || old->peer_data_state != new->peer_data_state)
		say(out, "volume %" PRIu32 " peer %s -> %s", new->index,
		    old->peer_known ? model_data_state(old->peer_data_state) : "not known",
		    new->peer_known ? model_data_state(new->peer_data_state) : "not known");
}

static void compare_volumes(const struct out *out, const struct model_resource *old,
			    const struct model_resource *new)
{
	const struct model_volume *v, *other;
	size_t i;

	for (i = 0; i < old->n_volumes; i++) {
		v = &old->volumes[i];
		if (!model_find_volume(new, v->index))
			say(out, "volume %" PRIu32 " detached", v->index);
	}
	for (i = 0; i < new->n_volumes; i++) {
		v = &new->volumes[i];
		other = model_find_volume(old, v->index);
		if (other)
			compare_volume(out, other, v);
		else
			say(out, "volume %" PRIu32 " attached: /dev/dyad%" PRIu32 " on %s, %s, %s",
			    v->index, v->device, v->disk ? v->disk : "no disk",
			    format_bytes(v->size).s, model_data_state(v->data_state));
	}
}

static void compare_peer(const struct out *out, const struct model_peer *old,
			 const struct model_peer *new)
{
	char link[256];

	if (old->link_state != new->link_state || !same_text(old->reason, new->reason)) {
		show_link_line(link, sizeof(link), new);
		if (old->link_state != new->link_state)
			say(out, "peer %s %s -> %s", new->name, model_link_state(old->link_state),
			    link);
		else if (new->link_state != DYAD_LINK_STATE_CONNECTED)
			say(out, "peer %s %s", new->name, link);
	}
	if (new->diverged && !old->diverged)
		say(out, "peer %s was written alone, and so was this side: 'dyad resolve' shows what each would lose",
		    new->name);
	if (new->has_role && (!old->has_role || old->role != new->role))
		say(out, "peer %s is %s", new->name, model_role(new->role));
}

static void compare_peers(const struct out *out, const struct model_resource *old,
			  const struct model_resource *new)
{
	const struct model_peer *p, *other;
	size_t i;

	for (i = 0; i < old->n_peers; i++)
		if (!model_find_peer(new, old->peers[i].name))
			say(out, "peer %s deleted", old->peers[i].name);
	for (i = 0; i < new->n_peers; i++) {
		p = &new->peers[i];
		other = model_find_peer(old, p->name);
		if (other)
			compare_peer(out, other, p);
		else
			say(out, "peer %s added at %s", p->name, format_address(&p->address).s);
	}
}

static void compare_held(const struct out *out, const struct model_resource *old,
			 const struct model_resource *new)
{
	char line[64];

	if (old->held == new->held && old->fence_state == new->fence_state)
		return;
	show_held_line(line, sizeof(line), new);
	if (line[0])
		say(out, "I/O waits: %s", line);
	else
		say(out, "I/O goes on");
}

static void compare_settings(const struct out *out, const struct model_resource *old,
			     const struct model_resource *new)
{
	if (old->recovery != new->recovery)
		say(out, "recovery %" PRIu32 " s -> %" PRIu32 " s", old->recovery, new->recovery);
	if (old->mode != new->mode)
		say(out, "mode %s -> %s", model_mode(old->mode), model_mode(new->mode));
	if (old->backlog != new->backlog)
		say(out, "backlog %s -> %s", format_bytes(old->backlog).s,
		    format_bytes(new->backlog).s);
	if (old->on_full != new->on_full)
		say(out, "on-full %s -> %s", model_on_full(old->on_full),
		    model_on_full(new->on_full));
	if (old->resync_rate != new->resync_rate)
		say(out, "resync rate %s/s -> %s/s", format_bytes(old->resync_rate).s,
		    format_bytes(new->resync_rate).s);
	if (old->fencing != new->fencing)
		say(out, "fencing %s -> %s", model_fencing(old->fencing),
		    model_fencing(new->fencing));
	if (old->fence_timeout != new->fence_timeout ||
	    old->fence_timeout_action != new->fence_timeout_action)
		say(out, "fencing is waited for %" PRIu32 " s, then %s", new->fence_timeout,
		    model_fence_action(new->fence_timeout_action));
	if (old->on_io_error != new->on_io_error)
		say(out, "on-io-error %s -> %s", model_on_io_error(old->on_io_error),
		    model_on_io_error(new->on_io_error));
	if (old->on_no_data != new->on_no_data)
		say(out, "on-no-data %s -> %s", model_on_no_data(old->on_no_data),
		    model_on_no_data(new->on_no_data));
	if (old->io_timeout != new->io_timeout)
		say(out, "io-timeout %" PRIu32 " -> %" PRIu32 " s", old->io_timeout,
		    new->io_timeout);
	if (old->compression != new->compression)
		say(out, "compression %s -> %s", model_compression(old->compression),
		    model_compression(new->compression));
	if (old->split_policy != new->split_policy)
		say(out, "split policy %s -> %s", model_split_policy(old->split_policy),
		    model_split_policy(new->split_policy));
	if (old->split_policy_primary != new->split_policy_primary)
		say(out, "split-policy-primary %s -> %s",
		    model_primary_policy(old->split_policy_primary),
		    model_primary_policy(new->split_policy_primary));
}

/* It may have come and gone between two looks: the number tells. */
static void compare_behind(const struct out *out, const struct model_resource *old,
			   const struct model_resource *new)
{
	if (old->backlog_overruns != new->backlog_overruns)
		say(out, "backlog-full, the peer is left behind (%" PRIu64 ". time)",
		    new->backlog_overruns);
	if (old->behind && !new->behind)
		say(out, "the peer is no longer left behind by a full backlog");
}

void diff_resource(const struct model_resource *old, const struct model_resource *new,
		   diff_fn *fn, void *arg)
{
	static const struct model_resource nothing;
	struct out out = { fn, arg };

	if (!new) {
		if (old)
			say(&out, "deleted");
		return;
	}
	if (!old) {
		say(&out, "created as node %" PRIu32 ", %s", new->node_id, model_role(new->role));
		old = &nothing;
	} else {
		if (old->role != new->role)
			say(&out, "%s -> %s", model_role(old->role), model_role(new->role));
		compare_settings(&out, old, new);
	}
	compare_held(&out, old, new);
	compare_behind(&out, old, new);
	compare_volumes(&out, old, new);
	compare_peers(&out, old, new);
	if (old->generation != new->generation)
		say(&out, "generation %s", format_generation(new->generation).s);
}

void diff_summary(const struct model_resource *r, diff_fn *fn, void *arg)
{
	struct out out = { fn, arg };
	char line[640], link[256];
	size_t i;
	int n;

	show_held_line(link, sizeof(link), r);
	n = snprintf(line, sizeof(line), "%s%s%s", model_role(r->role),
		     link[0] ? ", I/O waits: " : "", link);
	for (i = 0; i < r->n_volumes && n < (int)sizeof(line); i++)
		n += snprintf(line + n, sizeof(line) - n, ", volume %" PRIu32 " %s",
			      r->volumes[i].index, model_data_state(r->volumes[i].data_state));
	for (i = 0; i < r->n_peers && n < (int)sizeof(line); i++) {
		show_link_line(link, sizeof(link), &r->peers[i]);
		n += snprintf(line + n, sizeof(line) - n, ", peer %s %s", r->peers[i].name, link);
	}
	say(&out, "%s", line);
}
