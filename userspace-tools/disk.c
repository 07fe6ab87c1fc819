// SPDX-License-Identifier: GPL-2.0-only
/*
 * disk: a block device that nothing else uses, or a file in the place of one.
 */
#include "disk.h"
#include "cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define ZEROES 65536

static int refuse(struct ctx *ctx, const char *path, const char *what, int error)
{
	switch (error) {
	case EBUSY:
		return ctx_fail(ctx, CMD_REFUSED, path,
				"cannot %s: it is in use: attached to a resource, mounted, swap, or below a RAID or volume group; 'lsblk %s' shows by what, take it out of use first",
				what, path);
	case ENOENT:
	case ENXIO:
	case ENODEV:
		return ctx_fail(ctx, CMD_REFUSED, path,
				"cannot %s: there is no such device; 'lsblk' lists those that are there",
				what);
	case EACCES:
	case EPERM:
		return ctx_fail(ctx, CMD_REFUSED, path,
				"cannot %s: administrator rights are needed; run it as root", what);
	case EROFS:
		return ctx_fail(ctx, CMD_REFUSED, path,
				"cannot %s: it is read-only; 'blockdev --setrw %s' may change that",
				what, path);
	}
	return ctx_fail(ctx, CMD_REFUSED, path, "cannot %s: it cannot be opened: %s", what,
			strerror(error));
}

/* Its size and what tells it from others. Returns 0 or a negative errno. */
static int look_at(struct disk *d)
{
	uint64_t bytes;
	struct stat st;

	if (fstat(d->fd, &st))
		return -errno;
	if (S_ISREG(st.st_mode)) {
		d->device = st.st_dev;
		d->inode = st.st_ino;
		bytes = st.st_size;
	} else if (S_ISBLK(st.st_mode)) {
		d->device = st.st_rdev;
		/* What others cached may be older than what the module wrote below. */
		if (ioctl(d->fd, BLKGETSIZE64, &bytes) || ioctl(d->fd, BLKFLSBUF, 0))
			return -errno;
	} else {
		return -ENOTBLK;
	}
	d->sectors = bytes / 512;
	return 0;
}

int disk_open(struct ctx *ctx, struct disk *d, const char *path, bool write, const char *what)
{
	int ret;

	memset(d, 0, sizeof(*d));
	d->path = path;
	d->fd = open(path, (write ? O_RDWR : O_RDONLY) | O_EXCL | O_CLOEXEC | O_NONBLOCK);
	if (d->fd < 0 && errno == EISDIR)
		errno = ENOTBLK;
	ret = d->fd < 0 ? -errno : look_at(d);
	if (!ret)
		return CMD_DONE;
	disk_close(d);
	if (ret == -ENOTBLK)
		return ctx_fail(ctx, CMD_REFUSED, path,
				"cannot %s: it is neither a block device nor a file", what);
	return refuse(ctx, path, what, -ret);
}

void disk_close(struct disk *d)
{
	if (d->path && d->fd >= 0)
		close(d->fd);
	memset(d, 0, sizeof(*d));
}

bool disk_same(const struct disk *a, const struct disk *b)
{
	return a->device == b->device && a->inode == b->inode;
}

int disk_read(const struct disk *d, uint64_t sector, void *data, size_t bytes)
{
	char *at = data;
	ssize_t n;

	while (bytes) {
		n = pread(d->fd, at, bytes, sector * 512 + (at - (char *)data));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -EIO;
		at += n;
		bytes -= n;
	}
	return 0;
}

int disk_write(const struct disk *d, uint64_t sector, const void *data, size_t bytes)
{
	const char *at = data;
	ssize_t n;

	while (bytes) {
		n = pwrite(d->fd, at, bytes, sector * 512 + (at - (const char *)data));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : -EIO;
		at += n;
		bytes -= n;
	}
	return 0;
}

int disk_zero(const struct disk *d, uint64_t sector, uint64_t sectors)
{
	static const char zeroes[ZEROES];
	uint64_t n;
	int ret;

	for (; sectors; sector += n, sectors -= n) {
		n = sectors < ZEROES / 512 ? sectors : ZEROES / 512;
		ret = disk_write(d, sector, zeroes, n * 512);
		if (ret)
			return ret;
	}
	return 0;
}

int disk_sync(const struct disk *d)
{
	return fsync(d->fd) ? -errno : 0;
}
