/* SPDX-License-Identifier: GPL-2.0-only */
/* Epochs of writes: which one a write belongs to, which may go to the disk (H14). */
#ifndef DYAD_CORE_EPOCH_H
#define DYAD_CORE_EPOCH_H

#include <linux/types.h>

#include "wire.h"

/**
 * struct dyad_epoch_writer - the side where writes begin
 * @now: epoch of the writes that begin now, from 1 on
 * @count: writes in it so far, by stream
 *
 * An epoch ends at a flush, not at each completion: between two flushes any order is
 * one that a disk with a cache may take.
 */
struct dyad_epoch_writer {
	u64 now;
	u32 count[DYAD_WIRE_STREAMS];
};

/**
 * dyad_epoch_writer_init() - the first epoch begins
 * @w: to initialise
 */
void dyad_epoch_writer_init(struct dyad_epoch_writer *w);

/**
 * dyad_epoch_add() - a write begins
 * @w: the writer
 * @stream: that it goes on
 *
 * Return: its epoch.
 */
u64 dyad_epoch_add(struct dyad_epoch_writer *w, unsigned int stream);

/**
 * dyad_epoch_is_used() - has a write begun in this epoch?
 * @w: the writer
 *
 * Return: false if ending it would order nothing.
 */
bool dyad_epoch_is_used(const struct dyad_epoch_writer *w);

/**
 * dyad_epoch_finish() - the epoch ends: what begins from here on is in the next one
 * @w: the writer
 * @counts: DYAD_WIRE_STREAMS numbers, filled in: writes of it by stream
 *
 * Return: the epoch that has ended.
 */
u64 dyad_epoch_finish(struct dyad_epoch_writer *w, u32 *counts);

/**
 * enum dyad_epoch_verdict - what becomes of a write or an end
 * @DYAD_EPOCH_START: it is its turn
 * @DYAD_EPOCH_WAIT: earlier epochs come first
 * @DYAD_EPOCH_BAD: nobody honest sends that
 */
enum dyad_epoch_verdict {
	DYAD_EPOCH_START,
	DYAD_EPOCH_WAIT,
	DYAD_EPOCH_BAD,
};

/**
 * struct dyad_epoch_reader - the side where writes are carried out
 * @now: the epoch whose writes may go to the disks
 * @ended: it is known how many writes it has
 * @expected: so many, by stream
 * @started: begun of it, by stream
 * @done: ended of it, by stream
 * @last: epoch of the last write that came, by stream
 * @last_end: newest epoch whose end has come
 */
struct dyad_epoch_reader {
	u64 now;
	bool ended;
	u32 expected[DYAD_WIRE_STREAMS];
	u32 started[DYAD_WIRE_STREAMS];
	u32 done[DYAD_WIRE_STREAMS];
	u64 last[DYAD_WIRE_STREAMS];
	u64 last_end;
};

/**
 * dyad_epoch_reader_init() - the first epoch may begin
 * @r: to initialise
 */
void dyad_epoch_reader_init(struct dyad_epoch_reader *r);

/**
 * dyad_epoch_write_came() - a write has come
 * @r: the reader
 * @stream: that it came on
 * @epoch: its epoch
 *
 * On a stream epochs do not go back. If it may start, it counts as started.
 *
 * Return: the verdict.
 */
enum dyad_epoch_verdict dyad_epoch_write_came(struct dyad_epoch_reader *r,
					      unsigned int stream, u64 epoch);

/**
 * dyad_epoch_end_came() - the end of an epoch has come
 * @r: the reader
 * @epoch: that ends; ends come in order, none is left out
 * @counts: writes of it, by stream
 *
 * Return: START if it is the end of the current epoch, and is taken note of; else it
 * is to be shown to dyad_epoch_end_now() when its turn has come.
 */
enum dyad_epoch_verdict dyad_epoch_end_came(struct dyad_epoch_reader *r, u64 epoch,
					    const u32 *counts);

/**
 * dyad_epoch_write_now() - a write that waited is in the current epoch
 * @r: the reader
 * @stream: that it came on
 *
 * Return: START or BAD.
 */
enum dyad_epoch_verdict dyad_epoch_write_now(struct dyad_epoch_reader *r,
					     unsigned int stream);

/**
 * dyad_epoch_end_now() - an end that waited is that of the current epoch
 * @r: the reader
 * @counts: writes of it, by stream
 *
 * Return: START or BAD.
 */
enum dyad_epoch_verdict dyad_epoch_end_now(struct dyad_epoch_reader *r,
					   const u32 *counts);

/**
 * dyad_epoch_write_done() - a write of the current epoch is on its disk
 * @r: the reader
 * @stream: that it came on
 */
void dyad_epoch_write_done(struct dyad_epoch_reader *r, unsigned int stream);

/**
 * dyad_epoch_is_complete() - have all writes of the current epoch ended?
 * @r: the reader
 *
 * Return: true if the disks may be flushed, and then the next one begun.
 */
bool dyad_epoch_is_complete(const struct dyad_epoch_reader *r);

/**
 * dyad_epoch_next() - the current epoch is on stable storage
 * @r: the reader; complete
 */
void dyad_epoch_next(struct dyad_epoch_reader *r);

#endif
