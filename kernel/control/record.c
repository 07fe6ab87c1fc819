// SPDX-License-Identifier: GPL-2.0-only
/*
 * The durable record: one, kept by every volume. Volumes are written one after
 * the other, so after a crash one may be a step ahead; nothing has relied on that
 * step then.
 */
#include "record.h"

#include "core/state.h"
#include "control/event.h"

static void fill(const struct dyad_resource *res,
		 const struct dyad_volume *volume, struct dyad_super *super)
{
	super->change = res->change;
	super->lineage = res->lineage;
	/* Not before it holds all that this is the name of (rule H8). */
	if (res->lean != DYAD_LEAN_NONE)
		dyad_lineage_before(&super->lineage);
	super->instance = res->instance;
	super->alone_since = res->alone_since;
	super->data_state = volume->data_state;
	super->mode = res->mode;
	super->primary = res->role == DYAD_ROLE_PRIMARY;
	super->was_primary = res->was_primary;
	super->alone = res->alone;
	super->clean = false;
	super->node_id = res->node_id;
	super->volume = volume->index;
	memset(super->resource, 0, sizeof(super->resource));
	strscpy(super->resource, res->name, sizeof(super->resource));
}

/* What a disk says that has failed is not worth changing. */
static bool is_kept(const struct dyad_volume *volume)
{
	return dyad_state_has_disk(volume->data_state) && !volume->meta->failed &&
	       !dyad_watch_is_given_up(&volume->backing->watch);
}

bool dyad_record_is_possible(struct dyad_resource *res)
{
	struct dyad_volume *volume;
	int i;

	lockdep_assert_held(&res->lock);
	dyad_for_each_volume(res, volume, i)
		if (!is_kept(volume))
			return false;
	return true;
}

int dyad_record_keep(struct dyad_resource *res)
{
	struct dyad_volume *volume;
	int ret = 0;
	int error;
	int i;

	lockdep_assert_held(&res->lock);
	dyad_for_each_volume(res, volume, i) {
		if (!is_kept(volume)) {
			ret = ret ?: -EIO;
			continue;
		}
		fill(res, volume, &volume->meta->super);
		error = dyad_meta_save(volume->meta);
		if (error)
			dyad_volume_failed(volume);
		ret = ret ?: error;
	}
	return ret;
}

int dyad_record_save(struct dyad_resource *res)
{
	res->change++;
	return dyad_record_keep(res);
}

int dyad_record_begin(struct dyad_resource *res, struct dyad_volume *volume)
{
	fill(res, volume, &volume->meta->super);
	return dyad_meta_save(volume->meta);
}

void dyad_record_close(struct dyad_resource *res, struct dyad_volume *volume)
{
	if (!is_kept(volume))
		return;
	fill(res, volume, &volume->meta->super);
	volume->meta->super.clean = true;
	dyad_meta_save(volume->meta);
}

const char *dyad_record_refusal(const struct dyad_resource *res,
				unsigned int index,
				const struct dyad_super *super)
{
	if (!super->resource[0])
		return NULL;
	if (strcmp(super->resource, res->name))
		return "the disk belongs to another resource; see 'dyad meta show', and use 'dyad meta create --force' if it is to be given to this one";
	if (super->volume != index)
		return "the disk is another volume of this resource; give its number, see 'dyad meta show'";
	if (super->node_id != res->node_id)
		return "the disk was another node's; it may be a copy of the peer's, see 'dyad meta show', and use 'dyad meta create --force' to begin anew";
	return NULL;
}

static bool any_volume(const struct dyad_resource *res)
{
	int i;

	for (i = 0; i < DYAD_WIRE_VOLUMES; i++)
		if (res->path.volumes[i])
			return true;
	return false;
}

static void take(struct dyad_resource *res, const struct dyad_super *super)
{
	res->change = super->change;
	res->lineage = super->lineage;
	res->alone_since = super->alone_since;
	res->mode = super->mode;
	res->was_primary = super->was_primary;
	res->alone = super->alone;
	res->path.alone = super->alone;
}

/* A new volume of a resource that leads is the latest data; else nobody knows. */
static void adopt_new(struct dyad_resource *res, struct dyad_volume *volume)
{
	volume->data_state = res->role == DYAD_ROLE_PRIMARY ?
			     DYAD_DATA_STATE_UPTODATE :
			     DYAD_DATA_STATE_INCONSISTENT;
	if (res->lineage.now)
		dyad_regions_mark_all(&volume->regions);
}

/* Others have been attached with a record that is older by more than a step. */
static int leave_behind(struct dyad_resource *res)
{
	struct dyad_volume *volume;
	int ret = 0;
	int i;

	dyad_for_each_volume(res, volume, i) {
		pr_warn("dyad %s: volume %u was left behind by the others\n",
			res->name, volume->index);
		volume->data_state = DYAD_DATA_STATE_INCONSISTENT;
		dyad_regions_mark_all(&volume->regions);
		ret = dyad_heat_save(&volume->heat) ?: ret;
	}
	return ret;
}

const char *dyad_record_adopt(struct dyad_resource *res,
			      struct dyad_volume *volume)
{
	const struct dyad_super *super = &volume->meta->super;
	bool same = !memcmp(&super->lineage, &res->lineage, sizeof(res->lineage));

	if (!super->resource[0] || (!super->lineage.now && any_volume(res))) {
		adopt_new(res, volume);
		return NULL;
	}
	volume->data_state =
		dyad_state_after_attach(super->data_state, super->clean,
					super->was_primary && super->alone);
	if (!any_volume(res)) {
		take(res, super);
		return NULL;
	}
	if (same || super->change + 1 == res->change)
		return NULL;
	if (res->role == DYAD_ROLE_PRIMARY)
		return "the volume is not of the same moment as the others, and the resource is primary; demote it first, or use 'dyad meta create --force' if what is on the disk does not count";
	if (super->change > res->change) {
		if (super->change > res->change + 1 && leave_behind(res))
			return "the metadata of another volume cannot be written; replace its disk";
		take(res, super);
		return NULL;
	}
	pr_warn("dyad %s: volume %u was left behind by the others\n", res->name,
		volume->index);
	adopt_new(res, volume);
	return NULL;
}
