/* SPDX-License-Identifier: GPL-2.0-only */
/* Disks of a resource: attaching and detaching them. */
#ifndef DYAD_CONTROL_DISK_H
#define DYAD_CONTROL_DISK_H

#include "control/resource.h"

/**
 * dyad_disk_attach() - put a disk below a volume
 * @res: the resource
 * @index: of the volume, which must not exist
 * @device: N of /dev/dyadN or -1
 * @path: of the disk
 * @meta: of the device with its metadata, or NULL: they are on the disk
 * @extack: says why not
 *
 * Context: may sleep.
 * Return: the device's number or a negative errno.
 */
int dyad_disk_attach(struct dyad_resource *res, unsigned int index,
		     int device, const char *path, const char *meta,
		     struct netlink_ext_ack *extack);

/**
 * dyad_disk_detach() - take a volume away
 * @res: the resource, secondary
 * @index: of the volume, not open
 * @extack: says why not
 *
 * Context: may sleep.
 * Return: 0 or a negative errno.
 */
int dyad_disk_detach(struct dyad_resource *res, unsigned int index,
		     struct netlink_ext_ack *extack);

/**
 * dyad_disk_close() - let nothing enter a volume any more, and put its disk in order
 * @res: locked, without a session
 * @volume: one of its volumes
 *
 * If the disk hangs it may have something still, and dyad_disk_remove() has to wait.
 */
void dyad_disk_close(struct dyad_resource *res, struct dyad_volume *volume);

/**
 * dyad_disk_remove() - take a volume away
 * @res: locked
 * @volume: closed, and idle; gone afterwards
 */
void dyad_disk_remove(struct dyad_resource *res, struct dyad_volume *volume);

#endif
