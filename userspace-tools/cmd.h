/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cmd: the table of commands. Usage, help, the reading of arguments and the
 * words for completion all come from it.
 */
#ifndef DYAD_TOOL_CMD_H
#define DYAD_TOOL_CMD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define CMD_MAX_ARGS 16

enum cmd_exit {
	CMD_DONE = 0,
	CMD_REFUSED = 1,
	CMD_USAGE = 2,
	CMD_FALSE = 3,		/* the condition does not hold, or did not in time */
	CMD_UNKNOWN = 4,	/* no such resource or peer */
	CMD_NO_MODULE = 5,
};

struct kernel;

/* What all commands get from the options in front of them. */
struct ctx {
	bool json;
	bool quiet;
	bool terminal;		/* err is one that a person looks at */
	bool interactive;	/* and the person can answer on in */
	FILE *in;
	FILE *out;
	FILE *err;
	struct kernel *kernel;		/* once ctx_open() was called */
};

/* Where an argument stands on the command line. */
enum cmd_place {
	CMD_POSITION,		/* by its position: RES */
	CMD_KEYWORD,		/* after its keyword: node ID */
	CMD_OPTION,		/* --force */
};

/* What an argument is, for checking and for completion. */
enum cmd_type {
	CMD_TYPE_FREE,
	CMD_TYPE_RESOURCE,
	CMD_TYPE_PEER,
	CMD_TYPE_NAME,		/* a new one */
	CMD_TYPE_NUMBER,
	CMD_TYPE_FILE,
	CMD_TYPE_CHOICE,
	CMD_TYPE_VERB,		/* of this table; takes the rest of the line */
};

struct cmd_arg {
	const char *word;	/* keyword or option, NULL for CMD_POSITION */
	const char *value;	/* how the value is called in usage */
	const char *help;
	enum cmd_place place;
	enum cmd_type type;
	bool optional;
	bool or_next;		/* one of this and the next one; none if optional */
	uint64_t min, max;	/* CMD_TYPE_NUMBER */
	const char *const *choices;	/* CMD_TYPE_CHOICE, ends with NULL */
};

struct cmd_args;

struct cmd {
	const char *name;	/* one word, or two: "peer add" */
	const char *summary;
	const char *detail;	/* more for its help, or NULL */
	int (*run)(struct ctx *ctx, const struct cmd_args *args);
	struct cmd_arg args[CMD_MAX_ARGS];
};

struct cmd_args {
	const struct cmd *cmd;
	const char *values[CMD_MAX_ARGS];	/* NULL if not given */
};

/* All commands; the last one has no name. */
extern const struct cmd cmd_table[];

#define CMD_FOR_EACH_ARG(a, cmd)					\
	for ((a) = (cmd)->args;						\
	     (a) < (cmd)->args + CMD_MAX_ARGS && ((a)->word || (a)->value);	\
	     (a)++)

/*
 * The value of the argument with that keyword, option or position name, NULL
 * if it was not given. An option has some value if it was given.
 */
const char *cmd_value(const struct cmd_args *args, const char *name);
uint64_t cmd_number(const struct cmd_args *args, const char *name, uint64_t otherwise);

/* Runs the command that @words spell; returns an exit code. */
int cmd_dispatch(struct ctx *ctx, int n, char **words);

/*
 * The command that @words start with and how many of them it takes, or NULL.
 */
const struct cmd *cmd_find(int n, char *const *words, int *taken);

/* "create RES node ID [port PORT]" into @text. */
void cmd_usage(const struct cmd *cmd, char *text, size_t size);

/* Prints what can stand in place @at of @words[0..n), which starts with the verb. */
void cmd_complete(struct ctx *ctx, int n, char *const *words, int at);

/* Opens the session with the kernel, loading the module if need be; an exit code. */
int ctx_open(struct ctx *ctx);

/* "dyad: OBJECT: ..." on stderr; @object may be NULL. Returns @code. */
int ctx_fail(struct ctx *ctx, int code, const char *object, const char *text, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * The kernel refused the last request: says @what could not be done, and why.
 * Returns CMD_UNKNOWN if the resource, or the peer (may be NULL), is not there.
 */
int ctx_refused(struct ctx *ctx, const char *resource, const char *peer, const char *what);

/* "RES: ..." on stdout, unless quiet; as JSON an object with the sentence. Returns CMD_DONE. */
int ctx_done(struct ctx *ctx, const char *resource, const char *text, ...)
	__attribute__((format(printf, 3, 4)));

/* The commands. */
int cmd_status(struct ctx *ctx, const struct cmd_args *args);
int cmd_list(struct ctx *ctx, const struct cmd_args *args);
int cmd_create(struct ctx *ctx, const struct cmd_args *args);
int cmd_delete(struct ctx *ctx, const struct cmd_args *args);
int cmd_set(struct ctx *ctx, const struct cmd_args *args);
int cmd_resize(struct ctx *ctx, const struct cmd_args *args);
int cmd_suspend(struct ctx *ctx, const struct cmd_args *args);
int cmd_resume(struct ctx *ctx, const struct cmd_args *args);
int cmd_fence(struct ctx *ctx, const struct cmd_args *args);
int cmd_outdate(struct ctx *ctx, const struct cmd_args *args);
int cmd_verify_start(struct ctx *ctx, const struct cmd_args *args);
int cmd_verify_stop(struct ctx *ctx, const struct cmd_args *args);
int cmd_latency_show(struct ctx *ctx, const struct cmd_args *args);
int cmd_latency_reset(struct ctx *ctx, const struct cmd_args *args);
int cmd_resolve(struct ctx *ctx, const struct cmd_args *args);
int cmd_promote(struct ctx *ctx, const struct cmd_args *args);
int cmd_demote(struct ctx *ctx, const struct cmd_args *args);
int cmd_attach(struct ctx *ctx, const struct cmd_args *args);
int cmd_detach(struct ctx *ctx, const struct cmd_args *args);
int cmd_meta_create(struct ctx *ctx, const struct cmd_args *args);
int cmd_meta_show(struct ctx *ctx, const struct cmd_args *args);
int cmd_meta_check(struct ctx *ctx, const struct cmd_args *args);
int cmd_meta_dump(struct ctx *ctx, const struct cmd_args *args);
int cmd_meta_wipe(struct ctx *ctx, const struct cmd_args *args);
int cmd_peer_add(struct ctx *ctx, const struct cmd_args *args);
int cmd_peer_delete(struct ctx *ctx, const struct cmd_args *args);
int cmd_connect(struct ctx *ctx, const struct cmd_args *args);
int cmd_disconnect(struct ctx *ctx, const struct cmd_args *args);
int cmd_genkey(struct ctx *ctx, const struct cmd_args *args);
int cmd_wait(struct ctx *ctx, const struct cmd_args *args);
int cmd_monitor(struct ctx *ctx, const struct cmd_args *args);
int cmd_help(struct ctx *ctx, const struct cmd_args *args);

#endif
