// SPDX-License-Identifier: GPL-2.0-only
/*
 * show: how a resource looks in status, in JSON and in sentences.
 */
#include "show.h"
#include "format.h"
#include "model.h"
#include "print.h"

#include <inttypes.h>

void show_sync_line(char *text, size_t size, const struct model_sync *s)
{
	int n = snprintf(text, size, "%s  %2u%%", format_bar(s->percent).s, s->percent);

	if (s->rate)
		n += snprintf(text + n, size - n, "  %s/s", format_bytes(s->rate).s);
	if (s->has_remaining && s->remaining < 60)
		snprintf(text + n, size - n, "  %" PRIu64 " s left", s->remaining);
	else if (s->has_remaining)
		snprintf(text + n, size - n, "  %s left",
			 format_duration(s->remaining * 1000).s);
}

void show_link_line(char *text, size_t size, const struct model_peer *peer)
{
	const char *state = model_link_state(peer->link_state);

	if (peer->link_state == DYAD_LINK_STATE_CONNECTED || !peer->reason)
		snprintf(text, size, "%s", state);
	else
		snprintf(text, size, "%s: %s", state, peer->reason);
}

void show_held_line(char *text, size_t size, const struct model_resource *r)
{
	unsigned int bit;
	size_t n = 0;

	text[0] = '\0';
	for (bit = 0; model_hold(bit) && n < size; bit++)
		if (r->held & 1u << bit)
			n += snprintf(text + n, size - n, "%s%s", n ? ", " : "", model_hold(bit));
	if (r->held & DYAD_HOLD_FENCING && n < size &&
	    r->fence_state != DYAD_FENCE_STATE_PENDING)
		n += snprintf(text + n, size - n, " (%s)", model_fence_state(r->fence_state));
	if (r->held && !n)
		snprintf(text, size, "something that this release does not know");
}

static const char *sync_name(const struct model_volume *v)
{
	switch (v->sync_role) {
	case DYAD_SYNC_ROLE_SOURCE:
		return "resync to peer";
	case DYAD_SYNC_ROLE_TARGET:
		return "resync from peer";
	}
	return "verify";
}

/* What the running or last verify found, if anything. */
static void show_differences(struct print *p, const struct model_volume *v)
{
	uint64_t told = 0;
	size_t i;

	print_u64(p, "sync-differ", v->sync_differ, "");
	if (v->sync_differ)
		print_text(p, "    verify: %s differ%s\n", format_bytes(v->sync_differ).s,
			   v->n_extents ? ", at byte + length:" : "");
	print_array(p, "extent");
	for (i = 0; i < v->n_extents; i++) {
		const struct model_extent *e = &v->extents[i];

		told += e->length;
		print_object(p, NULL);
		print_u64(p, "start", e->start, "      %" PRIu64, e->start);
		print_u64(p, "length", e->length, " + %" PRIu64 "\n", e->length);
		print_end(p);
	}
	print_end(p);
	if (v->n_extents && told < v->sync_differ)
		print_text(p, "      and %s elsewhere\n",
			   format_bytes(v->sync_differ - told).s);
}

static void show_sync(struct print *p, const struct model_volume *v)
{
	struct model_sync s = model_volume_sync(v);
	char line[128];

	print_string(p, "sync-role", model_sync_role(v->sync_role), "");
	print_u64(p, "sync-total", v->sync_total, "");
	print_u64(p, "sync-done", v->sync_done, "");
	print_u64(p, "sync-copied", v->sync_copied, "");
	print_u64(p, "sync-ms", v->sync_ms, "");
	if (!s.running)
		return;
	print_u64(p, "sync-percent", s.percent, "");
	print_u64(p, "sync-rate", s.rate, "");
	if (s.has_remaining)
		print_u64(p, "sync-remaining", s.remaining, "");
	show_sync_line(line, sizeof(line), &s);
	print_text(p, "    %s  %s\n", sync_name(v), line);
}

static void show_volume(struct print *p, const struct model_volume *v)
{
	const char *state = model_data_state(v->data_state);
	const char *peer_state = model_data_state(v->peer_data_state);

	print_u64(p, "index", v->index, "  volume %" PRIu32, v->index);
	print_u64(p, "device", v->device, "  /dev/dyad%" PRIu32, v->device);
	if (v->disk)
		print_string(p, "disk", v->disk, "  disk %s", v->disk);
	else
		print_text(p, "  no disk");
	if (v->meta)
		print_string(p, "meta", v->meta, "  meta %s", v->meta);
	print_u64(p, "size", v->size, "  %s", format_bytes(v->size).s);
	print_string(p, "data-state", state, "  %s", state);
	if (v->peer_known)
		print_string(p, "peer-data-state", peer_state, " / peer %s", peer_state);
	print_u64(p, "openers", v->openers, "");
	print_u64(p, "dirty", v->dirty, "");
	if (v->dirty)
		print_text(p, "  %s differ", format_bytes(v->dirty).s);
	print_u64(p, "suspect", v->suspect, "");
	if (v->suspect)
		print_text(p, "  %s suspect", format_bytes(v->suspect).s);
	print_u64(p, "hot", v->hot, "");
	print_u64(p, "meta-writes", v->meta_writes, "");
	print_u64(p, "reads", v->reads, "");
	print_u64(p, "writes", v->writes, "");
	print_u64(p, "flushes", v->flushes, "");
	print_u64(p, "discards", v->discards, "");
	print_u64(p, "read-bytes", v->read_bytes, "");
	print_u64(p, "write-bytes", v->write_bytes, "");
	print_u64(p, "peer-writes", v->peer_writes, "");
	print_u64(p, "peer-reads", v->peer_reads, "");
	print_u64(p, "repaired", v->repaired, "");
	print_u64(p, "pending", v->pending, "");
	print_u64(p, "waiting", v->waiting, "");
	if (v->waiting)
		print_text(p, "  %" PRIu32 " I/O waiting", v->waiting);
	print_u64(p, "waiting-region", v->waiting_region, "");
	if (v->waiting_region)
		print_text(p, "  %" PRIu32 " waiting for metadata", v->waiting_region);
	print_text(p, "\n");
	if (v->peer_reads)
		print_text(p, "    the disk failed %" PRIu64 " reads: the peer served them, %s repaired\n",
			   v->peer_reads, format_bytes(v->repaired).s);
	show_sync(p, v);
	show_differences(p, v);
}

static void show_divergence(struct print *p, const struct model_resource *r,
			    const struct model_peer *peer)
{
	print_bool(p, "diverged", peer->diverged, "");
	if (!peer->diverged)
		return;
	print_u64(p, "changed", peer->changed, "");
	if (peer->alone_since)
		print_u64(p, "alone-since", peer->alone_since, "");
	print_text(p, "    both sides were written alone: 'dyad resolve %s' shows what each would lose\n",
		   r->name);
}

/* What has become of the wish to have data packed. */
static void show_packing(struct print *p, const struct model_resource *r,
			 const struct model_peer *peer)
{
	static const char *const lacks[] = {
		[DYAD_COMPRESSION_LACK_PEER] = "the peer's version or kernel cannot unpack it, or it had no memory for that",
		[DYAD_COMPRESSION_LACK_HERE] = "the kernel here cannot pack it, or there was no memory for that",
	};
	uint32_t lack = peer->compression_lack;

	if (!peer->has_streams)
		return;
	print_string(p, "compression", model_compression(peer->compression), "");
	print_string(p, "compression-lack", model_compression_lack(lack), "");
	print_u64(p, "packed-from", peer->packed_from, "");
	print_u64(p, "packed-to", peer->packed_to, "");
	if (peer->compression)
		print_text(p, "    data goes packed with %s: %s became %s\n",
			   model_compression(peer->compression),
			   format_bytes(peer->packed_from).s, format_bytes(peer->packed_to).s);
	if (lack && lack <= DYAD_COMPRESSION_LACK_HERE)
		print_text(p, "    data does not go packed: %s\n", lacks[lack]);
	else if (r->compression != peer->compression)
		print_text(p, "    compression %s counts from the next session on\n",
			   model_compression(r->compression));
}

static void show_peer(struct print *p, const struct model_resource *r,
		      const struct model_peer *peer)
{
	struct format_text address = format_address(&peer->address);
	char link[256];

	print_string(p, "name", peer->name, "  peer %s", peer->name);
	print_u64(p, "node-id", peer->node_id, "  node %" PRIu32, peer->node_id);
	print_string(p, "address", address.s, "  %s", address.s);
	print_bool(p, "insecure", peer->insecure, "%s", peer->insecure ? "  no key" : "");
	print_u64(p, "ping-timeout", peer->ping_timeout, "");
	show_link_line(link, sizeof(link), peer);
	print_string(p, "link-state", model_link_state(peer->link_state), "  %s", link);
	if (peer->reason)
		print_string(p, "reason", peer->reason, "");
	if (peer->has_role)
		print_string(p, "role", model_role(peer->role), "  %s", model_role(peer->role));
	if (peer->has_streams)
		print_u64(p, "streams", peer->streams, "  %" PRIu32 " stream%s", peer->streams,
			  peer->streams == 1 ? "" : "s");
	print_u64(p, "sent", peer->sent, "");
	print_u64(p, "received", peer->received, "");
	print_u64(p, "sessions", peer->sessions, "");
	if (peer->lost_at)
		print_u64(p, "lost-at", peer->lost_at, "");
	if (peer->lost_reason)
		print_string(p, "lost-reason", peer->lost_reason, "");
	print_text(p, "\n");
	show_packing(p, r, peer);
	show_divergence(p, r, peer);
}

/* How far the peer is behind, and who waits for it. */
static void show_lag(struct print *p, const struct model_resource *r)
{
	if (!r->has_lag)
		return;
	print_u64(p, "lag", r->lag, "  lag %s", format_bytes(r->lag).s);
	print_u64(p, "lag-ms", r->lag_ms, ", %" PRIu64 ".%" PRIu64 " s", r->lag_ms / 1000,
		  r->lag_ms / 100 % 10);
	print_u64(p, "throttled", r->throttled, "");
	if (r->throttled)
		print_text(p, "  backlog full, %" PRIu32 " I/O waiting for the peer", r->throttled);
	print_bool(p, "behind", r->behind, "");
	if (r->behind)
		print_text(p, "  backlog-full: writes go on without the peer, which catches up");
	print_text(p, "\n");
}

/* On what errors and waiting lead to, and how data goes to the peer. */
static bool show_other_settings(struct print *p, const struct model_resource *r)
{
	bool timeout = r->io_timeout != SHOW_DEFAULT_IO_TIMEOUT;

	if (r->on_io_error)
		print_text(p, "  on-io-error %s", model_on_io_error(r->on_io_error));
	if (r->on_no_data)
		print_text(p, "  on-no-data %s", model_on_no_data(r->on_no_data));
	if (timeout)
		print_text(p, "  io-timeout %" PRIu32 " s", r->io_timeout);
	if (r->compression)
		print_text(p, "  compression %s", model_compression(r->compression));
	return r->on_io_error || r->on_no_data || timeout || r->compression;
}

/* Text only for what is not as it is from the start. */
static void show_settings(struct print *p, const struct model_resource *r)
{
	const char *policy = model_split_policy(r->split_policy);
	bool recovery = r->recovery != SHOW_DEFAULT_RECOVERY;
	bool mode = r->mode != DYAD_MODE_SYNC;
	bool backlog = r->backlog && r->backlog != SHOW_DEFAULT_BACKLOG;
	bool other;

	print_u64(p, "recovery", r->recovery, "");
	print_u64(p, "resync-rate", r->resync_rate, "");
	print_string(p, "split-policy", policy, "");
	print_string(p, "split-policy-primary", model_primary_policy(r->split_policy_primary), "");
	print_string(p, "fencing", model_fencing(r->fencing), "");
	print_u64(p, "fence-timeout", r->fence_timeout, "");
	print_string(p, "fence-timeout-action", model_fence_action(r->fence_timeout_action), "");
	print_u64(p, "backlog", r->backlog, "");
	print_string(p, "on-full", model_on_full(r->on_full), "");
	print_u64(p, "backlog-overruns", r->backlog_overruns, "");
	show_lag(p, r);
	if (mode)
		print_text(p, "  mode %s", model_mode(r->mode));
	if (backlog)
		print_text(p, "  backlog %s", format_bytes(r->backlog).s);
	if (r->on_full || r->backlog_overruns)
		print_text(p, "  on-full %s (%" PRIu64 " times)", model_on_full(r->on_full),
			   r->backlog_overruns);
	print_string(p, "on-io-error", model_on_io_error(r->on_io_error), "");
	print_string(p, "on-no-data", model_on_no_data(r->on_no_data), "");
	print_u64(p, "io-timeout", r->io_timeout, "");
	print_string(p, "compression", model_compression(r->compression), "");
	if (recovery)
		print_text(p, "  recovery %" PRIu32 " s", r->recovery);
	if (r->resync_rate)
		print_text(p, "  resync at most %s/s", format_bytes(r->resync_rate).s);
	if (r->split_policy != DYAD_SPLIT_POLICY_MANUAL)
		print_text(p, "  split policy %s", policy);
	if (r->split_policy_primary)
		print_text(p, "  split-policy-primary %s",
			   model_primary_policy(r->split_policy_primary));
	if (r->fencing)
		print_text(p, "  fencing %s", model_fencing(r->fencing));
	if (r->fencing && r->fence_timeout)
		print_text(p, " for %" PRIu32 " s, then %s", r->fence_timeout,
			   model_fence_action(r->fence_timeout_action));
	other = show_other_settings(p, r);
	if (mode || backlog || recovery || r->resync_rate || r->fencing || other ||
	    r->split_policy_primary || r->on_full || r->backlog_overruns ||
	    r->split_policy != DYAD_SPLIT_POLICY_MANUAL)
		print_text(p, "\n");
}

/* Why I/O waits (each reason, in JSON). */
static void show_held(struct print *p, const struct model_resource *r)
{
	unsigned int bit;
	char line[64];

	print_object(p, "held");
	for (bit = 0; model_hold(bit); bit++)
		print_bool(p, model_hold(bit), r->held & 1u << bit, "");
	print_end(p);
	print_string(p, "fence-state", model_fence_state(r->fence_state), "");
	if (r->fence_state)
		print_u64(p, "fence-id", r->fence_id, "");
	show_held_line(line, sizeof(line), r);
	if (line[0])
		print_text(p, "  I/O waits: %s\n", line);
}

void show_resource(struct print *p, const struct model_resource *r)
{
	struct format_text generation = format_generation(r->generation);
	size_t i;

	print_string(p, "name", r->name, "%s", r->name);
	print_u64(p, "node-id", r->node_id, "  node %" PRIu32, r->node_id);
	print_u64(p, "port", r->port, "");
	print_u64(p, "streams", r->streams, "");
	print_string(p, "mode", model_mode(r->mode), "");
	print_string(p, "role", model_role(r->role), "  %s", model_role(r->role));
	print_string(p, "generation", generation.s, "");
	if (r->generation)
		print_text(p, "  generation %s", generation.s);
	else
		print_text(p, "  no generation yet");
	if (r->alone_since)
		print_u64(p, "alone-since", r->alone_since, "  alone since %s",
			  format_time(r->alone_since).s);
	print_text(p, "\n");
	show_held(p, r);
	show_settings(p, r);
	print_array(p, "volume");
	for (i = 0; i < r->n_volumes; i++) {
		print_object(p, NULL);
		show_volume(p, &r->volumes[i]);
		print_end(p);
	}
	print_end(p);
	print_array(p, "peer");
	for (i = 0; i < r->n_peers; i++) {
		print_object(p, NULL);
		show_peer(p, r, &r->peers[i]);
		print_end(p);
	}
	print_end(p);
}
