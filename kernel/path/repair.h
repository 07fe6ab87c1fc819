/* SPDX-License-Identifier: GPL-2.0-only */
/* A read that the disk here has failed: from the peer, and written back. */
#ifndef DYAD_PATH_REPAIR_H
#define DYAD_PATH_REPAIR_H

#include <linux/bio.h>

struct dyad_view;
struct dyad_volume;

/**
 * dyad_repair_read() - let the peer serve a read, and repair the disk here
 * @volume: of the read
 * @view: that it lives by, with @peer_same
 * @bio: the application's; its pages are filled in
 * @ended: called once, possibly before this returns: true if all of @bio has been
 *	read, false if the peer cannot serve it and the error has to go up. From a
 *	worker
 * @owner: for @ended
 *
 * If the disk here does not take what is written back, it has failed as with any
 * other write.
 *
 * Context: process, on the I/O path; does not wait for I/O.
 */
void dyad_repair_read(struct dyad_volume *volume, struct dyad_view *view,
		      struct bio *bio, void (*ended)(void *owner, bool good),
		      void *owner);

#endif
