// SPDX-License-Identifier: GPL-2.0-only
/* Claiming and releasing the local disk. */
#include "backing.h"

#include <linux/slab.h>
#include <linux/string.h>

#include "stats.h"

static int measure(struct dyad_backing *backing)
{
	struct block_device *bdev = backing->dev.bdev;

	if (bdev_read_only(bdev))
		return -EACCES;
	if (bdev_is_zoned(bdev))
		return -EOPNOTSUPP;
	backing->sectors = bdev_nr_sectors(bdev);
	return backing->sectors ? 0 : -EINVAL;
}

struct dyad_backing *dyad_backing_open(const char *path)
{
	struct dyad_backing *backing = kzalloc(sizeof(*backing), GFP_KERNEL);
	int ret;

	if (!backing)
		return ERR_PTR(-ENOMEM);
	strscpy(backing->path, path, sizeof(backing->path));
	ret = dyad_watch_init(&backing->watch);
	if (ret)
		goto err_free;
	ret = dyad_bdev_open(&backing->dev, path, backing);
	if (ret)
		goto err_watch;
	ret = measure(backing);
	if (ret)
		goto err_close;
	dyad_object_created();
	return backing;

err_close:
	dyad_bdev_close(&backing->dev);
err_watch:
	dyad_watch_destroy(&backing->watch);
err_free:
	kfree(backing);
	return ERR_PTR(ret);
}

void dyad_backing_release(struct dyad_backing *backing)
{
	dyad_bdev_close(&backing->dev);
}

void dyad_backing_close(struct dyad_backing *backing)
{
	if (!backing)
		return;
	dyad_bdev_close(&backing->dev);
	dyad_watch_destroy(&backing->watch);
	kfree(backing);
	dyad_object_destroyed();
}
