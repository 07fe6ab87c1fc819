/* SPDX-License-Identifier: GPL-2.0-only */
/* The messages around a resync, and what follows from them. */
#ifndef DYAD_CONTROL_SYNC_H
#define DYAD_CONTROL_SYNC_H

#include "control/resource.h"

/*
 * All with the resource's lock held, and with a session.
 */

/**
 * dyad_sync_start() - source: have the target record that it is incomplete
 * @res: the resource, connected
 */
void dyad_sync_start(struct dyad_resource *res);

/**
 * dyad_sync_repair() - source: copy what is dirty though both have settled
 * @res: the resource, settled, without a running resync or verify
 *
 * Writes go on to both sides all the time.
 */
void dyad_sync_repair(struct dyad_resource *res);

/**
 * dyad_sync_on_start() - target: SYNC_START has come
 * @res: the resource
 * @payload: as it travelled
 */
void dyad_sync_on_start(struct dyad_resource *res, const u8 *payload);

/**
 * dyad_sync_on_started() - source: SYNC_STARTED has come: copy
 * @res: the resource
 */
void dyad_sync_on_started(struct dyad_resource *res);

/**
 * dyad_sync_ended() - source: the resync has nothing more to do
 * @res: the resource, with or without a session
 * @error: 0, or why it cannot go on
 */
void dyad_sync_ended(struct dyad_resource *res, int error);

/**
 * dyad_sync_on_done() - target: SYNC_DONE has come: flush, record, answer
 * @res: the resource
 * @payload: as it travelled
 */
void dyad_sync_on_done(struct dyad_resource *res, const u8 *payload);

/**
 * dyad_sync_offer() - source: the target holds all; have it say so on its disks
 * @res: the resource, connected
 */
void dyad_sync_offer(struct dyad_resource *res);

/**
 * dyad_sync_settle() - both hold the same, flushed: what said that they may differ can go
 * @res: the resource, connected
 * @target: all of it, since nothing is in flight here; else what is hot stays
 *
 * Return: 0, or an error that the disk has failed with.
 */
int dyad_sync_settle(struct dyad_resource *res, bool target);

/**
 * dyad_sync_on_settled() - source: SYNC_SETTLED has come: both hold the same
 * @res: the resource
 */
void dyad_sync_on_settled(struct dyad_resource *res);

/**
 * dyad_sync_begin() - the figures of a resync or verify of a volume begin
 * @res: the resource, locked
 * @volume: the volume
 * @role: this node's part
 * @bytes: that it covers
 */
void dyad_sync_begin(struct dyad_resource *res, struct dyad_volume *volume,
		     enum dyad_sync_role role, u64 bytes);

/**
 * dyad_sync_end() - the figures of a resync or verify of a volume are final
 * @res: the resource, locked
 * @volume: of which one is running
 */
void dyad_sync_end(struct dyad_resource *res, struct dyad_volume *volume);

/**
 * dyad_sync_report() - log and close the figures of a resync that has ended
 * @res: the resource, with or without a session
 */
void dyad_sync_report(struct dyad_resource *res);

#endif
