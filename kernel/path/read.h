/* SPDX-License-Identifier: GPL-2.0-only */
/* The life of one read of an application. */
#ifndef DYAD_PATH_READ_H
#define DYAD_PATH_READ_H

#include <linux/types.h>

struct dyad_request;
struct dyad_view;

/**
 * dyad_read_allowed() - may the devices be read now?
 * @view: that the read has entered by
 *
 * Context: any.
 * Return: true if what they hold is the latest.
 */
bool dyad_read_allowed(const struct dyad_view *view);

/**
 * dyad_read_start() - serve a read
 * @req: created, for a read; ends by itself
 *
 * Context: process; does not wait for I/O.
 */
void dyad_read_start(struct dyad_request *req);

#endif
