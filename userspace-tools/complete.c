// SPDX-License-Identifier: GPL-2.0-only
/*
 * complete: the words that can stand at one place of a command line, from the
 * table of commands and from what the kernel has.
 *
 * One word per line; the single line ":file" asks the shell for file names.
 */
#include "cmd.h"
#include "model.h"
#include "kernel.h"

#include <string.h>

/* What the words before the one to complete have settled. */
struct settled {
	const struct cmd *cmd;
	bool used[CMD_MAX_ARGS];
	const char *resource;
	const struct cmd_arg *pending;	/* a keyword that waits for its value */
};

/* The @skip-th word of each command's name, after @group if that is not NULL. */
static void complete_verbs(struct ctx *ctx, const char *group)
{
	size_t len = group ? strlen(group) : 0;
	const char *last = "";
	const struct cmd *c;

	for (c = cmd_table; c->name; c++) {
		size_t first = strcspn(c->name, " ");

		if (group) {
			if (first == len && !strncmp(c->name, group, len) && c->name[first])
				fprintf(ctx->out, "%s\n", c->name + first + 1);
			continue;
		}
		/* Commands that share their first word are neighbours. */
		if (strncmp(last, c->name, first) || strlen(last) < first ||
		    (last[first] && last[first] != ' '))
			fprintf(ctx->out, "%.*s\n", (int)first, c->name);
		last = c->name;
	}
}

static void complete_names(struct ctx *ctx, const char *peers_of)
{
	struct model m;
	size_t i, j;

	if (!ctx->kernel)
		ctx->kernel = kernel_open(false);
	if (!ctx->kernel || model_load(&m, ctx->kernel))
		return;
	for (i = 0; i < m.n_resources; i++) {
		const struct model_resource *r = &m.resources[i];

		if (!peers_of)
			fprintf(ctx->out, "%s\n", r->name);
		else if (!strcmp(r->name, peers_of))
			for (j = 0; j < r->n_peers; j++)
				fprintf(ctx->out, "%s\n", r->peers[j].name);
	}
	model_free(&m);
}

static void complete_value(struct ctx *ctx, const struct cmd_arg *a, const struct settled *s)
{
	const char *const *choice;

	switch (a->type) {
	case CMD_TYPE_RESOURCE:
		complete_names(ctx, NULL);
		break;
	case CMD_TYPE_PEER:
		if (s->resource)
			complete_names(ctx, s->resource);
		break;
	case CMD_TYPE_FILE:
		fputs(":file\n", ctx->out);
		break;
	case CMD_TYPE_CHOICE:
		for (choice = a->choices; *choice; choice++)
			fprintf(ctx->out, "%s\n", *choice);
		break;
	case CMD_TYPE_VERB:
		complete_verbs(ctx, NULL);
		break;
	case CMD_TYPE_FREE:
	case CMD_TYPE_NAME:
	case CMD_TYPE_NUMBER:
		break;
	}
}

static bool is_keyword(const struct cmd *cmd, const char *word)
{
	const struct cmd_arg *a;

	CMD_FOR_EACH_ARG(a, cmd)
		if (a->place == CMD_KEYWORD && !strcmp(a->word, word))
			return true;
	return false;
}

static void settle(struct settled *s, const char *word)
{
	const struct cmd_arg *a;

	if (s->pending) {
		s->pending = NULL;
		return;
	}
	CMD_FOR_EACH_ARG(a, s->cmd) {
		bool *used = &s->used[a - s->cmd->args];

		if (a->place == CMD_POSITION && (*used || (a->optional && is_keyword(s->cmd, word))))
			continue;
		if (a->place != CMD_POSITION && strcmp(a->word, word))
			continue;
		*used = true;
		if (a->type == CMD_TYPE_RESOURCE)
			s->resource = word;
		if (a->place == CMD_KEYWORD)
			s->pending = a;
		return;
	}
}

static void complete_args(struct ctx *ctx, const struct settled *s)
{
	const struct cmd_arg *a;

	if (s->pending) {
		complete_value(ctx, s->pending, s);
		return;
	}
	CMD_FOR_EACH_ARG(a, s->cmd)
		if (a->place == CMD_POSITION && !s->used[a - s->cmd->args]) {
			complete_value(ctx, a, s);
			if (!a->optional)
				return;
		}
	CMD_FOR_EACH_ARG(a, s->cmd) {
		size_t i = a - s->cmd->args;

		if (!a->word || s->used[i] || (a->or_next && s->used[i + 1]) ||
		    (i && a[-1].or_next && s->used[i - 1]))
			continue;
		fprintf(ctx->out, "%s\n", a->word);
	}
}

void cmd_complete(struct ctx *ctx, int n, char *const *words, int at)
{
	static const char *const options[] = { "--json", "--quiet", "--version", "--help" };
	struct settled s = { 0 };
	bool dash = at < n && words[at][0] == '-';
	int i, taken, start = 0;

	if (at > n)
		return;
	while (start < at && words[start][0] == '-')
		start++;
	if (start == at) {
		if (dash)
			for (i = 0; i < (int)(sizeof(options) / sizeof(options[0])); i++)
				fprintf(ctx->out, "%s\n", options[i]);
		else
			complete_verbs(ctx, NULL);
		return;
	}
	s.cmd = cmd_find(at - start, words + start, &taken);
	if (!s.cmd) {
		if (at == start + 1)
			complete_verbs(ctx, words[start]);
		return;
	}
	if (!strcmp(s.cmd->name, "help") && at == start + 2) {
		complete_verbs(ctx, words[start + 1]);
		return;
	}
	for (i = start + taken; i < at; i++)
		settle(&s, words[i]);
	complete_args(ctx, &s);
}
