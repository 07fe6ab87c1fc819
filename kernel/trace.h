/* SPDX-License-Identifier: GPL-2.0-only */
/* Tracepoints; Documentation/admin-guide.rst tells what they are good for. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM dyad

#if !defined(DYAD_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define DYAD_TRACE_H

#include <linux/bio.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "uapi/linux/dyad.h"

#define DYAD_TRACE_NAME		(DYAD_MAX_NAME + 1)
#define DYAD_TRACE_TEXT		96

#ifndef DYAD_TRACE_OP
#define DYAD_TRACE_OP
/* Letters as in the block layer's own events. */
static inline char dyad_trace_op(const struct bio *bio)
{
	switch (bio_op(bio)) {
	case REQ_OP_READ:
		return 'R';
	case REQ_OP_DISCARD:
		return 'D';
	case REQ_OP_WRITE_ZEROES:
		return 'Z';
	default:
		return bio_sectors(bio) ? 'W' : 'F';
	}
}
#endif

/* A bio of an application goes on; @bio names it until it is complete. */
DECLARE_EVENT_CLASS(dyad_request,
	TP_PROTO(int device, const struct bio *bio),
	TP_ARGS(device, bio),
	TP_STRUCT__entry(
		__field(const void *, bio)
		__field(u64, sector)
		__field(u32, bytes)
		__field(int, device)
		__field(char, op)
	),
	TP_fast_assign(
		__entry->bio = bio;
		__entry->sector = bio->bi_iter.bi_sector;
		__entry->bytes = bio->bi_iter.bi_size;
		__entry->device = device;
		__entry->op = dyad_trace_op(bio);
	),
	TP_printk("dyad%d bio=%p %c sector=%llu bytes=%u", __entry->device,
		  __entry->bio, __entry->op, (unsigned long long)__entry->sector,
		  __entry->bytes)
);

#define DYAD_REQUEST_EVENT(name)				\
DEFINE_EVENT(dyad_request, name,				\
	TP_PROTO(int device, const struct bio *bio),		\
	TP_ARGS(device, bio))

/* It has its view. */
DYAD_REQUEST_EVENT(dyad_request_enter);
/* It had to wait for an overlapping one, and no longer does. */
DYAD_REQUEST_EVENT(dyad_request_got_range);
/* It had to wait for its region to become hot, and no longer does. */
DYAD_REQUEST_EVENT(dyad_request_got_region);
/* It goes to the disk and the peer. */
DYAD_REQUEST_EVENT(dyad_request_start);

/* A part of it has ended, or all of it; @error is negative or 0. */
DECLARE_EVENT_CLASS(dyad_request_end,
	TP_PROTO(int device, const struct bio *bio, int error),
	TP_ARGS(device, bio, error),
	TP_STRUCT__entry(
		__field(const void *, bio)
		__field(u64, sector)
		__field(u32, bytes)
		__field(int, device)
		__field(int, error)
		__field(char, op)
	),
	TP_fast_assign(
		__entry->bio = bio;
		__entry->sector = bio->bi_iter.bi_sector;
		__entry->bytes = bio->bi_iter.bi_size;
		__entry->device = device;
		__entry->error = error;
		__entry->op = dyad_trace_op(bio);
	),
	TP_printk("dyad%d bio=%p %c sector=%llu bytes=%u error=%d",
		  __entry->device, __entry->bio, __entry->op,
		  (unsigned long long)__entry->sector, __entry->bytes,
		  __entry->error)
);

#define DYAD_REQUEST_END_EVENT(name)					\
DEFINE_EVENT(dyad_request_end, name,					\
	TP_PROTO(int device, const struct bio *bio, int error),		\
	TP_ARGS(device, bio, error))

/* The local disk has done its part. */
DYAD_REQUEST_END_EVENT(dyad_request_local_end);
/* The peer has acknowledged its part, or never will. */
DYAD_REQUEST_END_EVENT(dyad_request_peer_end);
/* The application is told. */
DYAD_REQUEST_END_EVENT(dyad_request_complete);

/* Both sides take each other's writes from here on. */
TRACE_EVENT(dyad_session_up,
	TP_PROTO(const char *resource, const char *peer),
	TP_ARGS(resource, peer),
	TP_STRUCT__entry(
		__array(char, resource, DYAD_TRACE_NAME)
		__array(char, peer, DYAD_TRACE_NAME)
	),
	TP_fast_assign(
		strscpy(__entry->resource, resource, DYAD_TRACE_NAME);
		strscpy(__entry->peer, peer, DYAD_TRACE_NAME);
	),
	TP_printk("%s peer=%s", __entry->resource, __entry->peer)
);

/* A session has ended, whether it was up or not. */
TRACE_EVENT(dyad_session_down,
	TP_PROTO(const char *resource, const char *peer, const char *reason),
	TP_ARGS(resource, peer, reason),
	TP_STRUCT__entry(
		__array(char, resource, DYAD_TRACE_NAME)
		__array(char, peer, DYAD_TRACE_NAME)
		__array(char, reason, DYAD_TRACE_TEXT)
	),
	TP_fast_assign(
		strscpy(__entry->resource, resource, DYAD_TRACE_NAME);
		strscpy(__entry->peer, peer, DYAD_TRACE_NAME);
		strscpy(__entry->reason, reason, DYAD_TRACE_TEXT);
	),
	TP_printk("%s peer=%s reason=\"%s\"", __entry->resource, __entry->peer,
		  __entry->reason)
);

/* For user space that reads the raw events. */
TRACE_DEFINE_ENUM(DYAD_DATA_STATE_DISKLESS);
TRACE_DEFINE_ENUM(DYAD_DATA_STATE_FAILED);
TRACE_DEFINE_ENUM(DYAD_DATA_STATE_INCONSISTENT);
TRACE_DEFINE_ENUM(DYAD_DATA_STATE_OUTDATED);
TRACE_DEFINE_ENUM(DYAD_DATA_STATE_CONSISTENT);
TRACE_DEFINE_ENUM(DYAD_DATA_STATE_UPTODATE);
TRACE_DEFINE_ENUM(DYAD_SYNC_ROLE_SOURCE);
TRACE_DEFINE_ENUM(DYAD_SYNC_ROLE_TARGET);
TRACE_DEFINE_ENUM(DYAD_SYNC_ROLE_VERIFY);

#define dyad_trace_state(state)					\
	__print_symbolic(state,					\
		{ DYAD_DATA_STATE_DISKLESS, "diskless" },	\
		{ DYAD_DATA_STATE_FAILED, "failed" },		\
		{ DYAD_DATA_STATE_INCONSISTENT, "inconsistent" }, \
		{ DYAD_DATA_STATE_OUTDATED, "outdated" },	\
		{ DYAD_DATA_STATE_CONSISTENT, "consistent" },	\
		{ DYAD_DATA_STATE_UPTODATE, "uptodate" })

/* I/O that enters from here on finds the volume's data in another state. */
TRACE_EVENT(dyad_volume_state,
	TP_PROTO(const char *resource, int device, int before, int after),
	TP_ARGS(resource, device, before, after),
	TP_STRUCT__entry(
		__array(char, resource, DYAD_TRACE_NAME)
		__field(int, device)
		__field(int, before)
		__field(int, after)
	),
	TP_fast_assign(
		strscpy(__entry->resource, resource, DYAD_TRACE_NAME);
		__entry->device = device;
		__entry->before = before;
		__entry->after = after;
	),
	TP_printk("%s dyad%d %s -> %s", __entry->resource, __entry->device,
		  dyad_trace_state(__entry->before),
		  dyad_trace_state(__entry->after))
);

/* Writes complete without the peer from here on, or, with @error, fail. */
TRACE_EVENT(dyad_alone,
	TP_PROTO(const char *resource, u64 generation, int error),
	TP_ARGS(resource, generation, error),
	TP_STRUCT__entry(
		__array(char, resource, DYAD_TRACE_NAME)
		__field(u64, generation)
		__field(int, error)
	),
	TP_fast_assign(
		strscpy(__entry->resource, resource, DYAD_TRACE_NAME);
		__entry->generation = generation;
		__entry->error = error;
	),
	TP_printk("%s generation=%016llx error=%d", __entry->resource,
		  (unsigned long long)__entry->generation, __entry->error)
);

#define dyad_trace_role(role)					\
	__print_symbolic(role,					\
		{ DYAD_SYNC_ROLE_SOURCE, "source" },		\
		{ DYAD_SYNC_ROLE_TARGET, "target" },		\
		{ DYAD_SYNC_ROLE_VERIFY, "verify" })

/* A resync of a volume begins: nothing is copied yet. Or it ends: so much was. */
DECLARE_EVENT_CLASS(dyad_resync,
	TP_PROTO(const char *resource, int device, int role, u64 total, u64 copied),
	TP_ARGS(resource, device, role, total, copied),
	TP_STRUCT__entry(
		__array(char, resource, DYAD_TRACE_NAME)
		__field(int, device)
		__field(int, role)
		__field(u64, total)
		__field(u64, copied)
	),
	TP_fast_assign(
		strscpy(__entry->resource, resource, DYAD_TRACE_NAME);
		__entry->device = device;
		__entry->role = role;
		__entry->total = total;
		__entry->copied = copied;
	),
	TP_printk("%s dyad%d %s total=%llu copied=%llu", __entry->resource,
		  __entry->device, dyad_trace_role(__entry->role),
		  (unsigned long long)__entry->total,
		  (unsigned long long)__entry->copied)
);

DEFINE_EVENT(dyad_resync, dyad_resync_begin,
	TP_PROTO(const char *resource, int device, int role, u64 total, u64 copied),
	TP_ARGS(resource, device, role, total, copied));
DEFINE_EVENT(dyad_resync, dyad_resync_end,
	TP_PROTO(const char *resource, int device, int role, u64 total, u64 copied),
	TP_ARGS(resource, device, role, total, copied));

#endif

/* Outside of the guard: this is read once more. */
#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
