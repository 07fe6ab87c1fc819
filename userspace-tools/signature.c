// SPDX-License-Identifier: GPL-2.0-only
/*
 * signature: what a disk holds, by the marks that libblkid knows.
 */
#include "signature.h"
#include "disk.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <blkid.h>

static blkid_probe new_probe(const struct disk *d)
{
	blkid_probe pr = blkid_new_probe();

	if (!pr)
		return NULL;
	if (blkid_probe_set_device(pr, d->fd, 0, 0)) {
		blkid_free_probe(pr);
		return NULL;
	}
	blkid_probe_enable_superblocks(pr, 1);
	blkid_probe_set_superblocks_flags(pr, BLKID_SUBLKS_MAGIC | BLKID_SUBLKS_TYPE |
					  BLKID_SUBLKS_USAGE | BLKID_SUBLKS_LABEL |
					  BLKID_SUBLKS_BADCSUM);
	blkid_probe_enable_partitions(pr, 1);
	blkid_probe_set_partitions_flags(pr, BLKID_PARTS_MAGIC | BLKID_PARTS_FORCE_GPT);
	return pr;
}

static const char *value(blkid_probe pr, const char *name)
{
	const char *text;

	return blkid_probe_lookup_value(pr, name, &text, NULL) ? "" : text;
}

static void describe(blkid_probe pr, char *text, size_t size)
{
	const char *type = value(pr, "TYPE"), *usage = value(pr, "USAGE");
	const char *label = value(pr, "LABEL"), *kind = "";

	if (!type[0]) {
		snprintf(text, size, "%s partition table", value(pr, "PTTYPE"));
		return;
	}
	if (!strcmp(usage, "filesystem"))
		kind = " file system";
	else if (!strcmp(usage, "raid"))
		kind = " of a RAID or volume group";
	else if (!strcmp(usage, "crypto"))
		kind = " encryption";
	else if (!strcmp(type, "swap"))
		kind = " space";
	snprintf(text, size, "%s%s%s%s%s", type, kind, label[0] ? " \"" : "", label,
		 label[0] ? "\"" : "");
}

int signature_find(const struct disk *d, char *text, size_t size)
{
	blkid_probe pr = new_probe(d);
	int ret;

	text[0] = '\0';
	if (!pr)
		return -EIO;
	/* 0: found something, 1: nothing. */
	ret = blkid_do_probe(pr);
	if (!ret)
		describe(pr, text, size);
	blkid_free_probe(pr);
	return ret < 0 ? -EIO : 0;
}

int signature_wipe(const struct disk *d)
{
	blkid_probe pr = new_probe(d);
	int ret;

	if (!pr)
		return -EIO;
	while (!(ret = blkid_do_probe(pr))) {
		ret = blkid_do_wipe(pr, 0);
		if (ret)
			break;
	}
	blkid_free_probe(pr);
	return ret == 1 ? 0 : -EIO;
}
