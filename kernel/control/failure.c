// SPDX-License-Identifier: GPL-2.0-only
/* A disk here has failed, or hangs and was given up: what follows for the resource. */
#include "failure.h"

#include "control/lean.h"
#include "control/link.h"
#include "control/mode.h"
#include "control/peer.h"
#include "control/record.h"
#include "control/refill.h"
#include "control/verify.h"

static void tell_failure(const struct dyad_resource *res,
			 const struct dyad_volume *volume)
{
	pr_err("dyad %s: volume %u: the disk %s %s\n", res->name, volume->index,
	       volume->backing->path,
	       dyad_watch_is_given_up(&volume->backing->watch) ?
	       "does not answer" : "returned an error");
}

static void primary_disk_failed(struct dyad_resource *res, struct dyad_volume *volume)
{
	enum dyad_data_state before = volume->data_state;
	int failures = dyad_heat_failures(&volume->heat);
	int ret = 0;

	/* Copying would put what this disk has lost over the peer's, and unmark it. */
	if (dyad_link_is_up(res) &&
	    (res->peer->behind || (res->peer->phase >= DYAD_PHASE_STARTING &&
				   res->peer->phase <= DYAD_PHASE_ENDING))) {
		volume->data_state = DYAD_DATA_STATE_INCONSISTENT;
		dyad_link_close(res, DYAD_REASON_DISK_ERROR);
		volume->data_state = before;
	}
	if (volume->data_state != DYAD_DATA_STATE_INCONSISTENT) {
		tell_failure(res, volume);
		dyad_mode_drain(res);
		volume->data_state = DYAD_DATA_STATE_INCONSISTENT;
		dyad_regions_mark_all(&volume->regions);
		ret = dyad_heat_save(&volume->heat) ?: dyad_record_save(res);
		if (res->mode == DYAD_MODE_ASYNC)
			dyad_resource_publish(res);
	}
	/*
	 * It is on the disks that nothing here can be relied on. If they do not take
	 * that, no flush succeeds any more: nothing more is promised.
	 */
	if (!ret && !volume->meta->failed)
		dyad_heat_noted(&volume->heat, failures);
}

/*
 * A replica that failed to store is no longer up to date (rule H15). A secondary
 * stops to be one, before anything else. A primary has passed the error up and
 * goes on with what its disk can still do; the peer stays what it is, and can
 * lead as soon as this node is demoted. What a failed flush has lost nobody
 * knows, so all is compared before the two count as equal again.
 */
void dyad_failure_of_disk(struct dyad_resource *res, unsigned int index)
{
	struct dyad_volume *volume = res->path.volumes[index];

	if (!volume || !dyad_state_has_disk(volume->data_state))
		return;
	dyad_verify_break(res, dyad_reason_here(DYAD_REASON_DISK_ERROR));
	if (dyad_refill_disk_failed(res, volume))
		return;
	if (dyad_lean_may(res)) {
		tell_failure(res, volume);
		if (dyad_lean_begin(res))
			return;
	}
	if (res->role == DYAD_ROLE_PRIMARY) {
		primary_disk_failed(res, volume);
		dyad_lean_decide(res);
		dyad_resource_publish(res);
		return;
	}
	tell_failure(res, volume);
	/* On the disk, if that still takes it, before the peer is told. */
	if (volume->data_state != DYAD_DATA_STATE_INCONSISTENT) {
		volume->data_state = DYAD_DATA_STATE_INCONSISTENT;
		dyad_record_save(res);
	}
	volume->data_state = DYAD_DATA_STATE_FAILED;
	dyad_resource_publish(res);
	dyad_link_close(res, DYAD_REASON_DISK_ERROR);
}
