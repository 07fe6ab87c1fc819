// SPDX-License-Identifier: GPL-2.0-only
/*
 * fence-handler: runs a command for each peer that is to be fenced, and answers the
 * kernel with how it ended.
 *
 * The commands run at the same time: many resources may lose the same machine, and
 * none of them shall wait for another one.
 */
#include "fence-handler.h"
#include "cmd.h"
#include "format.h"
#include "kernel.h"
#include "mem.h"
#include "model.h"
#include "put.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define VARIABLES 4

/* A question of the kernel; the last one of a resource stays, so that it is asked once. */
struct question {
	char *resource;
	uint32_t id;
	pid_t pid;		/* 0 once it is answered */
};

struct fence_handler {
	struct ctx *ctx;
	const char *command;
	struct question *questions;
	size_t n_questions;
};

extern char **environ;

struct fence_handler *fence_handler_new(struct ctx *ctx, const char *command)
{
	struct fence_handler *h = mem_zalloc(1, sizeof(*h));

	h->ctx = ctx;
	h->command = command;
	return h;
}

static void tell(struct fence_handler *h, const char *resource, const char *what)
{
	if (!h->ctx->quiet)
		fprintf(h->ctx->err, "%s %s: %s\n", format_now().s, resource, what);
}

static void answer(struct fence_handler *h, const struct question *q, bool done)
{
	struct nl_msg *msg = kernel_new(h->ctx->kernel, DYAD_CMD_FENCE_ANSWER);

	put_string(msg, DYAD_A_RESOURCE_NAME, q->resource);
	put_u32(msg, DYAD_A_RESOURCE_FENCE_ANSWER,
		done ? DYAD_FENCE_ANSWER_DONE : DYAD_FENCE_ANSWER_FAILED);
	put_u32(msg, DYAD_A_RESOURCE_FENCE_ID, q->id);
	tell(h, q->resource, done ? "the peer is fenced" : "the peer could not be fenced");
	/* It may have come back by itself meanwhile. */
	if (kernel_do(h->ctx->kernel, msg, NULL, NULL))
		tell(h, q->resource, extack_reason(kernel_ack(h->ctx->kernel)));
}

static char *variable(const char *name, const char *value)
{
	char *text;

	if (asprintf(&text, "%s=%s", name, value) < 0)
		mem_exhausted();
	return text;
}

/* The address without the port, as ssh and fence agents take it. */
static void host_of(const struct model_peer *peer, char *host, size_t size)
{
	char *end;

	snprintf(host, size, "%s", format_address(&peer->address).s);
	if (host[0] == '[') {
		memmove(host, host + 1, strlen(host));
		end = strchr(host, ']');
	} else {
		end = strrchr(host, ':');
	}
	if (end)
		*end = '\0';
}

/* Returns 0 if it cannot be run. */
static pid_t run(struct fence_handler *h, const struct model_resource *r)
{
	char *argv[] = { "sh", "-c", (char *)h->command, NULL };
	char *mine[VARIABLES], **env, host[128] = "";
	const char *peer = "";
	size_t i, n = 0;
	pid_t pid = 0;

	if (r->n_peers) {
		peer = r->peers[0].name;
		host_of(&r->peers[0], host, sizeof(host));
	}
	while (environ[n])
		n++;
	env = mem_zalloc(n + VARIABLES, sizeof(*env));
	mine[0] = variable("DYAD_RESOURCE", r->name);
	mine[1] = variable("DYAD_PEER", peer);
	mine[2] = variable("DYAD_PEER_ADDRESS", host);
	mine[3] = NULL;
	for (i = 0; mine[i]; i++)
		env[i] = mine[i];
	memcpy(env + i, environ, n * sizeof(*env));
	if (posix_spawn(&pid, "/bin/sh", NULL, NULL, argv, env))
		pid = 0;
	for (i = 0; mine[i]; i++)
		free(mine[i]);
	free(env);
	return pid;
}

static struct question *question_of(struct fence_handler *h, const char *resource)
{
	size_t i;

	for (i = 0; i < h->n_questions; i++)
		if (!strcmp(h->questions[i].resource, resource))
			return &h->questions[i];
	h->questions = mem_grow(h->questions, h->n_questions, sizeof(*h->questions));
	h->questions[i] = (struct question) { .resource = strdup(resource) };
	if (!h->questions[i].resource)
		mem_exhausted();
	h->n_questions++;
	return &h->questions[i];
}

void fence_handler_look(struct fence_handler *h, const struct model_resource *r)
{
	struct question *q;

	if (r->fence_state != DYAD_FENCE_STATE_PENDING)
		return;
	q = question_of(h, r->name);
	/* One at a time for each resource: reaping it looks again. */
	if (q->pid || q->id == r->fence_id)
		return;
	q->id = r->fence_id;
	tell(h, r->name, "fencing the peer");
	q->pid = run(h, r);
	if (!q->pid)
		answer(h, q, false);
}

static void reap_one(struct fence_handler *h, struct question *q, int options)
{
	struct model_resource r;
	int status;
	pid_t pid;

	do {
		pid = waitpid(q->pid, &status, options);
	} while (pid < 0 && errno == EINTR);
	if (!pid)
		return;
	q->pid = 0;
	answer(h, q, pid > 0 && WIFEXITED(status) && !WEXITSTATUS(status));
	/* Lost again while the command ran: that was not asked yet. */
	if (model_load_one(&r, h->ctx->kernel, q->resource))
		return;
	fence_handler_look(h, &r);
	model_free_resource(&r);
}

bool fence_handler_reap(struct fence_handler *h)
{
	bool any = false;
	size_t i;

	for (i = 0; i < h->n_questions; i++) {
		if (h->questions[i].pid)
			reap_one(h, &h->questions[i], WNOHANG);
		any |= h->questions[i].pid;
	}
	return any;
}

void fence_handler_free(struct fence_handler *h)
{
	size_t i;

	if (!h)
		return;
	for (i = 0; i < h->n_questions; i++) {
		while (h->questions[i].pid)
			reap_one(h, &h->questions[i], 0);
		free(h->questions[i].resource);
	}
	free(h->questions);
	free(h);
}
