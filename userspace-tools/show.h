/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * show: how a resource looks in status, in JSON and in sentences. Pure apart
 * from printing.
 */
#ifndef DYAD_TOOL_SHOW_H
#define DYAD_TOOL_SHOW_H

#include <stddef.h>

/* Seconds of comparing after a crash that are accepted from the start. */
#define SHOW_DEFAULT_BACKLOG (64ull << 20)
#define SHOW_DEFAULT_RECOVERY 60
#define SHOW_DEFAULT_IO_TIMEOUT 30

struct model_peer;
struct model_resource;
struct model_sync;
struct print;

/* Everything about @r; in JSON the members of the object the caller opened. */
void show_resource(struct print *p, const struct model_resource *r);

/* "[=======>            ]  37%  412 MiB/s  2 s left" */
void show_sync_line(char *text, size_t size, const struct model_sync *s);

/* "growing", "suspended, fencing"; "" if no I/O waits. */
void show_held_line(char *text, size_t size, const struct model_resource *r);

/* "connected", "connecting: no answer from the peer". */
void show_link_line(char *text, size_t size, const struct model_peer *peer);

#endif
