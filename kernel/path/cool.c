// SPDX-License-Identifier: GPL-2.0-only
/*
 * The cooling of regions that have not been written for a while. What was
 * written there has to be on stable storage wherever it counts first: at the peer
 * too while there is one.
 */
#include "cool.h"

#include <linux/blkdev.h>
#include <linux/completion.h>

#include "path/view.h"
#include "path/volume.h"

struct peer_flush {
	struct dyad_exchange exchange;
	struct completion done;
};

struct catch_up {
	struct dyad_barrier barrier;
	struct completion done;
	bool written;
};

static void peer_flushed(struct dyad_exchange *exchange)
{
	struct peer_flush *flush =
		container_of(exchange, struct peer_flush, exchange);

	complete(&flush->done);
}

/* Ends in any case: if the peer does not answer, its session ends. */
static bool flush_peer(struct dyad_volume *volume, struct dyad_session *session)
{
	struct peer_flush flush = { .exchange.done = peer_flushed };
	struct dyad_msg msg = { .type = DYAD_MSG_FLUSH, .volume = volume->index };

	init_completion(&flush.done);
	iov_iter_kvec(&flush.exchange.frame.payload, ITER_SOURCE, NULL, 0, 0);
	dyad_session_submit(session, &flush.exchange, &msg);
	wait_for_completion(&flush.done);
	return !flush.exchange.error && flush.exchange.ack.status == DYAD_ACK_OK;
}

static void caught_up(struct dyad_barrier *barrier, bool written)
{
	struct catch_up *up = container_of(barrier, struct catch_up, barrier);

	up->written = written;
	complete(&up->done);
}

/* Ends in any case, too. */
static bool let_catch_up(struct dyad_view *view)
{
	struct catch_up up = { .barrier.done = caught_up };

	init_completion(&up.done);
	dyad_backlog_barrier(view, &up.barrier);
	wait_for_completion(&up.done);
	return up.written;
}

/* All that the picked regions have been written with is on the peer's medium. */
static bool settle_peer(struct dyad_volume *volume, struct dyad_view *view)
{
	if (!view->session)
		return true;
	if (view->mode == DYAD_MODE_ASYNC)
		return let_catch_up(view);
	return flush_peer(volume, view->session);
}

/* One turn; false if there is nothing to gain from another one now. */
static bool turn(struct dyad_volume *volume, struct dyad_view *view)
{
	struct dyad_backing *backing = view->backing[volume->index];
	struct dyad_heat_batch batch;
	int ret;

	if (!view->may_cool || !backing)
		return false;
	dyad_heat_pick(&volume->heat, &batch);
	if (!batch.count)
		return false;
	if (dyad_heat_flush(&volume->heat, backing->dev.bdev)) {
		dyad_volume_failed(volume);
		return false;
	}
	if (!settle_peer(volume, view))
		return false;
	ret = dyad_heat_cool(&volume->heat, &batch);
	if (ret && ret != -EAGAIN)
		dyad_volume_failed(volume);
	return !ret;
}

static void work(struct work_struct *work)
{
	struct dyad_volume *volume =
		container_of(work, struct dyad_volume, cool_work);
	unsigned int noio = memalloc_noio_save();
	bool more = true;

	while (more && !dyad_heat_has_room(&volume->heat)) {
		struct dyad_view *view = dyad_view_get(volume->path);

		more = turn(volume, view);
		dyad_view_put(view);
		if (more)
			dyad_heat_cooled(&volume->heat, true);
	}
	dyad_heat_cooled(&volume->heat, false);
	memalloc_noio_restore(noio);
}

int dyad_cool_flush(struct dyad_path *path, const struct dyad_view *view)
{
	struct dyad_volume *volume;
	int ret = 0;
	int i;

	for (i = 0; i < DYAD_WIRE_VOLUMES && !ret; i++) {
		volume = path->volumes[i];
		if (!volume)
			continue;
		if (!view->backing[i])
			return -ENODEV;
		ret = dyad_heat_flush(&volume->heat, view->backing[i]->dev.bdev);
		if (!ret && dyad_heat_failures(&volume->heat))
			ret = -EIO;
		if (ret)
			dyad_volume_failed(volume);
	}
	return ret;
}

bool dyad_cool_all(struct dyad_volume *volume, struct dyad_session *session)
{
	int ret;

	if (session && !flush_peer(volume, session))
		return false;
	ret = dyad_heat_cool_all(&volume->heat);
	if (ret && ret != -EAGAIN)
		dyad_volume_failed(volume);
	return true;
}

static void full(struct dyad_heat *heat)
{
	struct dyad_volume *volume = container_of(heat, struct dyad_volume, heat);

	queue_work(dyad_path_workqueue, &volume->cool_work);
}

void dyad_cool_init(struct dyad_volume *volume)
{
	INIT_WORK(&volume->cool_work, work);
	dyad_heat_init(&volume->heat, volume->meta, &volume->regions,
		       &volume->ranges, &volume->backing->watch,
		       dyad_path_workqueue, full);
}

void dyad_cool_stop(struct dyad_volume *volume)
{
	dyad_heat_stop(&volume->heat);
	cancel_work_sync(&volume->cool_work);
	/* Which may have asked for it once more. */
	dyad_heat_stop(&volume->heat);
	dyad_heat_destroy(&volume->heat);
}
