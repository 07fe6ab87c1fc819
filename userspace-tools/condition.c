// SPDX-License-Identifier: GPL-2.0-only
/*
 * condition: what 'dyad wait' can wait for.
 */
#include "condition.h"
#include "model.h"
#include "show.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

typedef bool condition_fn(const struct model_resource *r, char *why, size_t size);

static bool is_connected(const struct model_resource *r, char *why, size_t size)
{
	char link[256];
	size_t i;

	if (!r->n_peers) {
		snprintf(why, size, "it has no peer; add one with 'dyad peer add'");
		return false;
	}
	for (i = 0; i < r->n_peers; i++) {
		const struct model_peer *p = &r->peers[i];

		if (p->link_state == DYAD_LINK_STATE_CONNECTED)
			continue;
		show_link_line(link, sizeof(link), p);
		snprintf(why, size, "peer %s is %s", p->name, link);
		return false;
	}
	return true;
}

static bool is_disconnected(const struct model_resource *r, char *why, size_t size)
{
	size_t i;

	for (i = 0; i < r->n_peers; i++) {
		const struct model_peer *p = &r->peers[i];

		if (p->link_state == DYAD_LINK_STATE_STANDALONE ||
		    p->link_state == DYAD_LINK_STATE_CONNECTING)
			continue;
		snprintf(why, size, "peer %s is %s", p->name, model_link_state(p->link_state));
		return false;
	}
	return true;
}

/* "; a resync is at 37%" behind a sentence, if one is running. */
static void add_sync(const struct model_volume *v, char *why, size_t size)
{
	struct model_sync s = model_volume_sync(v);
	size_t at = strlen(why);

	if (s.running)
		snprintf(why + at, size - at, "; a %s is at %u%%",
			 s.verify ? "verify" : "resync", s.percent);
}

/* "; peer beta is connecting: ..." behind a sentence, if it is not connected. */
static void add_link(const struct model_resource *r, char *why, size_t size)
{
	size_t at = strlen(why);
	char link[256];

	if (!is_connected(r, link, sizeof(link)))
		snprintf(why + at, size - at, "; %s", link);
}

static bool is_uptodate(const struct model_resource *r, char *why, size_t size)
{
	size_t i;

	if (!r->n_volumes) {
		snprintf(why, size, "it has no volume; add one with 'dyad attach'");
		return false;
	}
	for (i = 0; i < r->n_volumes; i++) {
		const struct model_volume *v = &r->volumes[i];

		if (v->data_state == DYAD_DATA_STATE_UPTODATE)
			continue;
		snprintf(why, size, "volume %" PRIu32 " is %s", v->index,
			 model_data_state(v->data_state));
		add_sync(v, why, size);
		add_link(r, why, size);
		return false;
	}
	return true;
}

static bool is_synced(const struct model_resource *r, char *why, size_t size)
{
	size_t i;

	if (!is_connected(r, why, size) || !is_uptodate(r, why, size))
		return false;
	for (i = 0; i < r->n_volumes; i++) {
		const struct model_volume *v = &r->volumes[i];

		if (v->peer_known && v->peer_data_state == DYAD_DATA_STATE_UPTODATE &&
		    (v->sync_role == DYAD_SYNC_ROLE_NONE ||
		     v->sync_role == DYAD_SYNC_ROLE_VERIFY))
			continue;
		snprintf(why, size, "volume %" PRIu32 " of the peer is %s", v->index,
			 v->peer_known ? model_data_state(v->peer_data_state) : "not known");
		add_sync(v, why, size);
		return false;
	}
	return true;
}

/* Also if there never was one. */
static bool is_verified(const struct model_resource *r, char *why, size_t size)
{
	size_t i;

	for (i = 0; i < r->n_volumes; i++) {
		const struct model_volume *v = &r->volumes[i];

		if (v->sync_role != DYAD_SYNC_ROLE_VERIFY)
			continue;
		snprintf(why, size, "volume %" PRIu32 " is being verified", v->index);
		add_sync(v, why, size);
		return false;
	}
	return true;
}

static bool has_role(const struct model_resource *r, uint32_t role, char *why, size_t size)
{
	snprintf(why, size, "it is %s", model_role(r->role));
	return r->role == role;
}

static bool is_primary(const struct model_resource *r, char *why, size_t size)
{
	return has_role(r, DYAD_ROLE_PRIMARY, why, size);
}

static bool is_secondary(const struct model_resource *r, char *why, size_t size)
{
	return has_role(r, DYAD_ROLE_SECONDARY, why, size);
}

const char *const condition_names[] = {
	"connected", "disconnected", "uptodate", "synced", "verified", "primary", "secondary",
	NULL,
};

bool condition_holds(const struct model_resource *r, const char *name, char *why, size_t size)
{
	/* In the order of their names. */
	static condition_fn *const checks[] = {
		is_connected, is_disconnected, is_uptodate, is_synced, is_verified, is_primary,
		is_secondary,
	};
	size_t i;

	why[0] = '\0';
	for (i = 0; condition_names[i]; i++)
		if (!strcmp(condition_names[i], name))
			return checks[i](r, why, size);
	snprintf(why, size, "no such condition");
	return false;
}
