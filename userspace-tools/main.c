// SPDX-License-Identifier: GPL-2.0-only
/*
 * main: the options in front of the verb, and the way out.
 */
#include "cmd.h"
#include "kernel.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef DYAD_VERSION
#define DYAD_VERSION "0.1"
#endif

enum { OPTION_VERSION = 256 };

/*
 * dyad __complete AT WORDS...: what can stand in place AT of WORDS, the command
 * line with the tool's name in place 0.
 */
static int complete(struct ctx *ctx, int n, char **words)
{
	int at = n > 1 ? atoi(words[0]) : 0;

	if (at > 0)
		cmd_complete(ctx, n - 2, words + 2, at - 1);
	return CMD_DONE;
}

static int run(struct ctx *ctx, int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "version", no_argument, NULL, OPTION_VERSION },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	static char *help[] = { "help" };
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "+jqh", options, NULL)) != -1) {
		switch (option) {
		case 'j':
			ctx->json = true;
			break;
		case 'q':
			ctx->quiet = true;
			break;
		case 'h':
			return cmd_dispatch(ctx, 1, help);
		case OPTION_VERSION:
			fprintf(ctx->out, "dyad %s\n", DYAD_VERSION);
			return CMD_DONE;
		default:
			return ctx_fail(ctx, CMD_USAGE, NULL, "no option \"%s\"; 'dyad help' lists all",
					argv[optind - 1]);
		}
	}
	if (optind < argc && !strcmp(argv[optind], "__complete"))
		return complete(ctx, argc - optind - 1, argv + optind + 1);
	return cmd_dispatch(ctx, argc - optind, argv + optind);
}

int main(int argc, char **argv)
{
	struct ctx ctx = {
		.out = stdout,
		.err = stderr,
		.in = stdin,
		.terminal = isatty(STDERR_FILENO),
		.interactive = isatty(STDERR_FILENO) && isatty(STDIN_FILENO),
	};
	int code = run(&ctx, argc, argv);

	kernel_close(ctx.kernel);
	if (fflush(stdout) || ferror(stdout))
		return ctx_fail(&ctx, CMD_REFUSED, NULL, "cannot write the output: %s",
				strerror(errno));
	return code;
}
