/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fence-handler: runs a command for each peer that is to be fenced, and answers the
 * kernel with how it ended.
 */
#ifndef DYAD_TOOL_FENCE_HANDLER_H
#define DYAD_TOOL_FENCE_HANDLER_H

#include <stdbool.h>

struct ctx;
struct fence_handler;
struct model_resource;

/* @command is for the shell. */
struct fence_handler *fence_handler_new(struct ctx *ctx, const char *command);

/* If @r waits for its peer to be fenced, and the command does not run for that yet, starts it. */
void fence_handler_look(struct fence_handler *h, const struct model_resource *r);

/* Answers for the commands that have ended. True if others still run. */
bool fence_handler_reap(struct fence_handler *h);

/* Waits for all of them first. */
void fence_handler_free(struct fence_handler *h);

#endif
