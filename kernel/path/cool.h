/* SPDX-License-Identifier: GPL-2.0-only */
/* Making room among the hot regions of a volume: flush both sides, then cool. */
#ifndef DYAD_PATH_COOL_H
#define DYAD_PATH_COOL_H

#include <linux/types.h>

struct dyad_path;
struct dyad_session;
struct dyad_view;
struct dyad_volume;

/**
 * dyad_cool_init() - start with no hot regions
 * @volume: being created; its metadata are known, its regions need not be
 */
void dyad_cool_init(struct dyad_volume *volume);

/**
 * dyad_cool_stop() - nothing is hot any more
 * @volume: nothing enters it any more
 *
 * Context: sleeps.
 */
void dyad_cool_stop(struct dyad_volume *volume);

/**
 * dyad_cool_flush() - flush the disks of all volumes
 * @path: the resource
 * @view: entered
 *
 * Context: process.
 * Return: 0, -ENODEV if one has failed before, or another errno if it does now.
 */
int dyad_cool_flush(struct dyad_path *path, const struct dyad_view *view);

/**
 * dyad_cool_all() - cool all regions of a volume that is not written any more
 * @volume: drained, its disk flushed
 * @session: to the peer, which has all of it but perhaps not flushed; or NULL
 *
 * If the peer does not flush, they stay hot.
 *
 * Context: process.
 * Return: false if the peer did not flush.
 */
bool dyad_cool_all(struct dyad_volume *volume, struct dyad_session *session);

#endif
