// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd: reads command lines by the table of commands, runs them and explains
 * them.
 */
#include "cmd.h"
#include "parse.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#define FOR_EACH_CMD(c) \
	for ((c) = cmd_table; (c)->name; (c)++)

static const char given[] = "given";

/* What the argument is called on the command line. */
static const char *arg_name(const struct cmd_arg *a)
{
	return a->word ? a->word : a->value;
}

const char *cmd_value(const struct cmd_args *args, const char *name)
{
	const struct cmd_arg *a;

	CMD_FOR_EACH_ARG(a, args->cmd)
		if (!strcmp(arg_name(a), name))
			return args->values[a - args->cmd->args];
	assert(!"the command has that argument");
	return NULL;
}

uint64_t cmd_number(const struct cmd_args *args, const char *name, uint64_t otherwise)
{
	const char *text = cmd_value(args, name);
	uint64_t n = otherwise;

	/* It was checked when it was read. */
	if (text)
		parse_number(text, 0, UINT64_MAX, &n);
	return n;
}

/* How many words the name of @cmd has that @words start with, 0 if they do not. */
static int matches(const struct cmd *cmd, int n, char *const *words)
{
	size_t first = strcspn(cmd->name, " ");

	if (!n || strlen(words[0]) != first || memcmp(words[0], cmd->name, first))
		return 0;
	if (!cmd->name[first])
		return 1;
	return n > 1 && !strcmp(words[1], cmd->name + first + 1) ? 2 : 0;
}

const struct cmd *cmd_find(int n, char *const *words, int *taken)
{
	const struct cmd *c;

	FOR_EACH_CMD(c) {
		*taken = matches(c, n, words);
		if (*taken)
			return c;
	}
	return NULL;
}

/* Is @word the first of the two words of some commands? */
static bool is_group(const char *word)
{
	size_t len = strlen(word);
	const struct cmd *c;

	FOR_EACH_CMD(c)
		if (!strncmp(c->name, word, len) && c->name[len] == ' ')
			return true;
	return false;
}

static int append(char *text, size_t size, int at, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static int append(char *text, size_t size, int at, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(text + at, size - at, format, ap);
	va_end(ap);
	assert(n >= 0 && (size_t)(at + n) < size);
	return at + n;
}

void cmd_usage(const struct cmd *cmd, char *text, size_t size)
{
	int at = append(text, size, 0, "%s", cmd->name);
	const struct cmd_arg *a;
	bool alternative = false;

	CMD_FOR_EACH_ARG(a, cmd) {
		at = append(text, size, at, alternative ? " | " : " ");
		if (!alternative)
			at = append(text, size, at, a->optional ? "[" : a->or_next ? "{" : "");
		at = append(text, size, at, "%s", arg_name(a));
		if (a->word && a->value)
			at = append(text, size, at, " %s", a->value);
		if (!a->or_next)
			at = append(text, size, at, a->optional ? "]" : alternative ? "}" : "");
		alternative = a->or_next;
	}
}

/* A usage error: what is wrong, and the one line that says how it is right. */
static int misused(struct ctx *ctx, const struct cmd *cmd, const char *text, ...)
	__attribute__((format(printf, 3, 4)));

static int misused(struct ctx *ctx, const struct cmd *cmd, const char *text, ...)
{
	char usage[512];
	va_list ap;

	cmd_usage(cmd, usage, sizeof(usage));
	fprintf(ctx->err, "dyad: %s: ", cmd->name);
	va_start(ap, text);
	vfprintf(ctx->err, text, ap);
	va_end(ap);
	fprintf(ctx->err, "\nusage: dyad %s\n", usage);
	return CMD_USAGE;
}

static bool is_choice(const struct cmd_arg *a, const char *text)
{
	const char *const *choice;

	for (choice = a->choices; *choice; choice++)
		if (!strcmp(*choice, text))
			return true;
	return false;
}

static void list_choices(const struct cmd_arg *a, char *text, size_t size)
{
	const char *const *choice;
	int at = 0;

	for (choice = a->choices; *choice; choice++)
		at = append(text, size, at, "%s%s", choice == a->choices ? "" : ", ", *choice);
}

static int check_value(struct ctx *ctx, const struct cmd *cmd, const struct cmd_arg *a,
		       const char *text)
{
	char choices[256];
	uint64_t n;

	switch (a->type) {
	case CMD_TYPE_RESOURCE:
	case CMD_TYPE_PEER:
	case CMD_TYPE_NAME:
		if (parse_name(text))
			return CMD_DONE;
		return misused(ctx, cmd, "bad value for '%s': expected a name of up to %d lower-case letters, digits, '.', '-' and '_' that starts with a letter or digit, got \"%s\"",
			       arg_name(a), DYAD_MAX_NAME, text);
	case CMD_TYPE_NUMBER:
		if (parse_number(text, a->min, a->max, &n))
			return CMD_DONE;
		return misused(ctx, cmd, "bad value for '%s': expected a number from %" PRIu64 " to %" PRIu64 ", got \"%s\"",
			       arg_name(a), a->min, a->max, text);
	case CMD_TYPE_CHOICE:
		if (is_choice(a, text))
			return CMD_DONE;
		list_choices(a, choices, sizeof(choices));
		return misused(ctx, cmd, "bad value for '%s': expected one of %s, got \"%s\"",
			       arg_name(a), choices, text);
	case CMD_TYPE_FREE:
	case CMD_TYPE_FILE:
	case CMD_TYPE_VERB:
		if (text[0])
			return CMD_DONE;
		return misused(ctx, cmd, "the value of '%s' is empty", arg_name(a));
	}
	return CMD_DONE;
}

static bool is_keyword(const struct cmd *cmd, const char *word)
{
	const struct cmd_arg *a;

	CMD_FOR_EACH_ARG(a, cmd)
		if (a->place == CMD_KEYWORD && !strcmp(a->word, word))
			return true;
	return false;
}

/* The argument that @word stands for: an option, the next position, or a keyword. */
static const struct cmd_arg *arg_for(const struct cmd_args *args, const char *word)
{
	const struct cmd_arg *a;

	CMD_FOR_EACH_ARG(a, args->cmd)
		if (a->place == CMD_OPTION && !strcmp(a->word, word))
			return a;
	if (word[0] == '-' && word[1])
		return NULL;
	/* What may be left out does not take the place of a keyword. */
	CMD_FOR_EACH_ARG(a, args->cmd)
		if (a->place == CMD_POSITION && !args->values[a - args->cmd->args] &&
		    !(a->optional && is_keyword(args->cmd, word)))
			return a;
	CMD_FOR_EACH_ARG(a, args->cmd)
		if (a->place == CMD_KEYWORD && !strcmp(a->word, word))
			return a;
	return NULL;
}

static int check_complete(struct ctx *ctx, const struct cmd_args *args)
{
	const struct cmd *cmd = args->cmd;
	const struct cmd_arg *a;

	CMD_FOR_EACH_ARG(a, cmd) {
		const char *const *value = &args->values[a - cmd->args];

		if (a->or_next && value[0] && value[1])
			return misused(ctx, cmd, "'%s' and '%s' exclude each other", arg_name(a),
				       arg_name(a + 1));
		if (a->or_next && !a->optional && !value[0] && !value[1])
			return misused(ctx, cmd, "'%s' or '%s' is missing", arg_name(a),
				       arg_name(a + 1));
		if (a->or_next) {
			a++;
			continue;
		}
		if (!a->optional && !*value)
			return misused(ctx, cmd, a->word ? "'%s %s' is missing" : "%s is missing",
				       arg_name(a), a->value);
	}
	return CMD_DONE;
}

static int read_args(struct ctx *ctx, struct cmd_args *args, int n, char **words)
{
	const struct cmd *cmd = args->cmd;
	const struct cmd_arg *a;
	const char **value;
	int i, ret;

	for (i = 0; i < n; i++) {
		a = arg_for(args, words[i]);
		if (!a && (!strcmp(words[i], "-j") || !strcmp(words[i], "--json") ||
			   !strcmp(words[i], "-q") || !strcmp(words[i], "--quiet")))
			return misused(ctx, cmd, "%s goes before the verb: dyad %s %s ...",
				       words[i], words[i], cmd->name);
		if (!a)
			return misused(ctx, cmd, "unexpected \"%s\"", words[i]);
		value = &args->values[a - cmd->args];
		if (*value)
			return misused(ctx, cmd, "'%s' is given twice", arg_name(a));
		if (a->place == CMD_OPTION) {
			*value = given;
			continue;
		}
		if (a->place == CMD_KEYWORD && ++i == n)
			return misused(ctx, cmd, "'%s' needs a value, %s", a->word, a->value);
		ret = check_value(ctx, cmd, a, words[i]);
		if (ret)
			return ret;
		*value = words[i];
		/* Two words may name one verb; help looks at both. */
		if (a->type == CMD_TYPE_VERB && i + 1 < n)
			i++;
	}
	return check_complete(ctx, args);
}

static int unknown_verb(struct ctx *ctx, int n, char **words)
{
	if (is_group(words[0]) && n > 1)
		return ctx_fail(ctx, CMD_USAGE, NULL, "no verb \"%s %s\"; 'dyad help' lists all",
				words[0], words[1]);
	if (is_group(words[0]))
		return ctx_fail(ctx, CMD_USAGE, NULL, "\"%s\" needs a second word; 'dyad help %s' lists them",
				words[0], words[0]);
	return ctx_fail(ctx, CMD_USAGE, NULL, "no verb \"%s\"; 'dyad help' lists all", words[0]);
}

static void explain(struct ctx *ctx, const struct cmd *cmd)
{
	const struct cmd_arg *a;
	char text[512];

	cmd_usage(cmd, text, sizeof(text));
	fprintf(ctx->out, "usage: dyad %s\n\n%s.\n", text, cmd->summary);
	if (cmd->detail)
		fprintf(ctx->out, "%s\n", cmd->detail);
	if (cmd->args[0].word || cmd->args[0].value)
		fputc('\n', ctx->out);
	CMD_FOR_EACH_ARG(a, cmd) {
		snprintf(text, sizeof(text), "%s%s%s", arg_name(a), a->word && a->value ? " " : "",
			 a->word && a->value ? a->value : "");
		fprintf(ctx->out, "  %-24s %s", text, a->help);
		if (a->type == CMD_TYPE_CHOICE) {
			list_choices(a, text, sizeof(text));
			fprintf(ctx->out, ": %s", text);
		} else if (a->type == CMD_TYPE_NUMBER) {
			fprintf(ctx->out, " (%" PRIu64 " to %" PRIu64 ")", a->min, a->max);
		}
		fputc('\n', ctx->out);
	}
}

/* Verbs, or those that start with the word @group. */
static void list_verbs(struct ctx *ctx, const char *group)
{
	size_t len = group ? strlen(group) : 0;
	const struct cmd *c;

	FOR_EACH_CMD(c)
		if (!group || (!strncmp(c->name, group, len) && c->name[len] == ' '))
			fprintf(ctx->out, "  %-13s %s\n", c->name, c->summary);
}

static int help(struct ctx *ctx, int n, char **words)
{
	const struct cmd *cmd;
	int taken;

	if (!n) {
		fputs("usage: dyad [-j|--json] [-q|--quiet] [--version] [-h|--help] VERB ...\n\n"
		      "A block device replicated between two nodes: each write to /dev/dyadN\n"
		      "goes to the disk here and over TCP to the peer's.\n\n", ctx->out);
		list_verbs(ctx, NULL);
		fputs("\n'dyad help VERB' explains one; dyad(8) has examples and the exit statuses.\n",
		      ctx->out);
		return CMD_DONE;
	}
	cmd = cmd_find(n, words, &taken);
	if (cmd)
		explain(ctx, cmd);
	else if (n == 1 && is_group(words[0]))
		list_verbs(ctx, words[0]);
	else
		return unknown_verb(ctx, n, words);
	return CMD_DONE;
}

/* The table's entry for completion and usage; cmd_dispatch() takes its words itself. */
int cmd_help(struct ctx *ctx, const struct cmd_args *args)
{
	(void)args;
	return help(ctx, 0, NULL);
}

static bool asks_for_help(int n, char **words)
{
	int i;

	for (i = 0; i < n; i++)
		if (!strcmp(words[i], "--help") || !strcmp(words[i], "-h"))
			return true;
	return false;
}

int cmd_dispatch(struct ctx *ctx, int n, char **words)
{
	static char *const fallback[] = { "status" };
	struct cmd_args args = { 0 };
	int taken, ret;

	if (!n) {
		words = (char **)fallback;
		n = 1;
	}
	if (!strcmp(words[0], "help"))
		return help(ctx, n - 1, words + 1);
	args.cmd = cmd_find(n, words, &taken);
	if (!args.cmd && n > 1 && asks_for_help(n - 1, words + 1))
		return help(ctx, 1, words);
	if (!args.cmd)
		return unknown_verb(ctx, n, words);
	if (asks_for_help(n - taken, words + taken))
		return help(ctx, taken, words);
	ret = read_args(ctx, &args, n - taken, words + taken);
	return ret ? ret : args.cmd->run(ctx, &args);
}
