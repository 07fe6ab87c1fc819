// SPDX-License-Identifier: GPL-2.0-only
/*
 * test-words: the words of command lines: wrong ones, help, the manual, and
 * completion.
 */
#include "test.h"

#include "fake-kernel.h"
#include "kernel.h"

#include <stdlib.h>
#include <string.h>

static void wrong_usage(void)
{
	static const struct {
		const char *words[10];
		const char *says;
	} rows[] = {
		{ { "bogus" }, "no verb \"bogus\"" },
		{ { "stat" }, "no verb \"stat\"" },
		{ { "peer" }, "\"peer\" needs a second word" },
		{ { "peer", "ad" }, "no verb \"peer ad\"" },
		{ { "create" }, "RES is missing" },
		{ { "create", "r0" }, "'node ID' is missing" },
		{ { "create", "r0", "node" }, "'node' needs a value, ID" },
		{ { "create", "r0", "node", "256" }, "expected a number from 0 to 255, got \"256\"" },
		{ { "create", "r0", "node", "-1" }, "got \"-1\"" },
		{ { "create", "r0", "node", "1", "node", "2" }, "'node' is given twice" },
		{ { "create", "r0", "node", "1", "nod", "2" }, "unexpected \"nod\"" },
		{ { "create", "r0", "node", "1", "--force" }, "unexpected \"--force\"" },
		{ { "create", "r0", "node", "1", "port", "0" }, "from 1 to 65535" },
		{ { "create", "r0", "node", "1", "streams", "9" }, "from 1 to 8" },
		{ { "create", "r0", "node", "1", "mode", "lazy" }, "expected one of sync, memsync, async" },
		{ { "create", "R0", "node", "1" }, "expected a name" },
		{ { "status", "r0", "r1" }, "unexpected \"r1\"" },
		{ { "status", "-j" }, "-j goes before the verb: dyad -j status" },
		{ { "status", "" }, "expected a name" },
		{ { "list", "r0" }, "unexpected \"r0\"" },
		{ { "attach", "r0" }, "'disk DEV' is missing" },
		{ { "attach", "r0", "disk", "" }, "the value of 'disk' is empty" },
		{ { "attach", "r0", "disk", "/dev/sdb", "volume", "16" }, "from 0 to 15" },
		{ { "peer", "add", "r0", "b", "node", "2", "address", "1.2.3.4" },
		  "'key-file' or '--insecure' is missing" },
		{ { "peer", "add", "r0", "b", "node", "2", "--insecure" },
		  "'address ADDR[:PORT]' is missing" },
		{ { "peer", "delete", "r0" }, "NAME is missing" },
		{ { "promote", "r0", "--force", "--force" }, "'--force' is given twice" },
		{ { "meta" }, "\"meta\" needs a second word" },
		{ { "meta", "create" }, "DISK is missing" },
		{ { "verify", "r0" }, "no verb \"verify r0\"" },
		{ { "set", "r0", "recovery", "86401" }, "from 0 to 86400" },
		{ { "set", "r0", "split-policy", "random" }, "expected one of manual, discard-younger" },
		{ { "resolve", "r0", "--keep-peer", "--keep-local" }, "exclude each other" },
		{ { "help", "bogus" }, "no verb \"bogus\"" },
	};
	char **words;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		words = (char **)rows[i].words;
		fake_reset();
		CHECK_NUMBER(fake_run(words[0], words[1], words[2], words[3], words[4], words[5],
				      words[6], words[7], NULL), CMD_USAGE);
		CHECK_HAS(fake.err, rows[i].says);
		CHECK_TEXT(fake.out, "");
		CHECK_NUMBER(fake.n_requests, 0);
	}
	fake_reset();
}

static void exclusive(void)
{
	fake_reset();
	CHECK_NUMBER(fake_run("peer", "add", "r0", "b", "node", "2", "address", "1.2.3.4",
			      "--insecure", "key-file", "x", NULL), CMD_USAGE);
	CHECK_HAS(fake.err, "'key-file' and '--insecure' exclude each other\nusage: dyad peer add ");
	fake_reset();
}

static void help(void)
{
	const struct cmd *c;

	fake_reset();
	CHECK_NUMBER(fake_run("help", NULL), CMD_DONE);
	for (c = cmd_table; c->name; c++) {
		CHECK_HAS(fake.out, c->name);
		CHECK_HAS(fake.out, c->summary);
	}
	CHECK_NUMBER(fake_run("help", "peer", "add", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "usage: dyad peer add RES NAME node ID address ADDR[:PORT] {key-file FILE | --insecure} [ping-timeout MS]\n");
	CHECK_NUMBER(fake_run("peer", "add", "--help", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "usage: dyad peer add RES");
	CHECK_NUMBER(fake_run("create", "r0", "-h", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "usage: dyad create RES node ID");
	CHECK_NUMBER(fake_run("help", "peer", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "peer delete");
	CHECK_NUMBER(fake.n_requests, 0);
	fake_reset();
}

/* Each argument can be explained, and each command shows its usage. */
static void table(void)
{
	const struct cmd *c;
	char usage[512];
	int i;

	for (c = cmd_table; c->name; c++) {
		CHECK(c->run && c->summary);
		cmd_usage(c, usage, sizeof(usage));
		CHECK(!strncmp(usage, c->name, strlen(c->name)));
		for (i = 0; i < CMD_MAX_ARGS; i++) {
			const struct cmd_arg *a = &c->args[i];

			if (!a->word && !a->value)
				break;
			CHECK(a->help);
			CHECK((a->place == CMD_POSITION) == !a->word);
			CHECK(a->type != CMD_TYPE_NUMBER || a->max > a->min);
			CHECK(a->type != CMD_TYPE_CHOICE || a->choices);
		}
	}
}

/* The manual's synopsis is the table's, word for word. */
static void manual(void)
{
	char manual[32768], usage[600], *from, *to;
	FILE *f = fopen("man/dyad.8", "r");
	const struct cmd *c;
	int lines = 0;
	size_t len;

	CHECK(f);
	if (!f)
		return;
	len = fread(manual, 1, sizeof(manual) - 1, f);
	fclose(f);
	CHECK(len > 0 && len < sizeof(manual) - 1);
	manual[len] = '\0';
	for (from = to = manual; *from; from++)
		if (*from != '\\')
			*to++ = *from;
	*to = '\0';
	for (c = cmd_table; c->name; c++) {
		len = snprintf(usage, sizeof(usage), "\ndyad ");
		cmd_usage(c, usage + len, sizeof(usage) - len - 1);
		strcat(usage, "\n");
		CHECK_HAS(manual, usage);
		lines--;
	}
	from = strstr(manual, "\n.SH SYNOPSIS");
	to = strstr(manual, "\n.SH DESCRIPTION");
	CHECK(from && to);
	if (!from || !to)
		return;
	*to = '\0';
	for (; (from = strstr(from, "\ndyad ")); from++)
		lines++;
	CHECK_NUMBER(lines, 0);
}

static const char *completed(int n, const char *const *words, int at)
{
	struct ctx ctx = { 0 };
	size_t size;

	free(fake.out);
	ctx.out = open_memstream(&fake.out, &size);
	ctx.err = stderr;
	cmd_complete(&ctx, n, (char *const *)words, at);
	if (ctx.kernel)
		kernel_close(ctx.kernel);
	fclose(ctx.out);
	return fake.out;
}

#define COMPLETED(...)								\
	({									\
		const char *const words_[] = { __VA_ARGS__ };			\
		int n_ = sizeof(words_) / sizeof(words_[0]);			\
										\
		completed(n_, words_, n_ - 1);					\
	})

static void completion(void)
{
	fake_reset();
	fake_resource("r0");
	fake_resource("vm1");
	CHECK_TEXT(COMPLETED(""),
		   "status\nlist\ncreate\ndelete\nattach\ndetach\nmeta\npeer\nconnect\ndisconnect\n"
		   "promote\ndemote\nsuspend\nresume\nfence\noutdate\nresolve\nset\nresize\nverify\nlatency\nwait\nmonitor\ngenkey\nhelp\n");
	CHECK_TEXT(COMPLETED("-"), "--json\n--quiet\n--version\n--help\n");
	CHECK_TEXT(COMPLETED("peer", ""), "add\ndelete\n");
	CHECK_TEXT(COMPLETED("meta", ""), "create\nshow\ncheck\ndump\nwipe\n");
	CHECK_TEXT(COMPLETED("meta", "create", ""), ":file\n");
	CHECK_TEXT(COMPLETED("meta", "create", "/dev/sdb", ""), "meta\n--force\n");
	CHECK_TEXT(COMPLETED("help", "peer", ""), "add\ndelete\n");
	CHECK_TEXT(COMPLETED("-j", "status", ""), "r0\nvm1\n");
	CHECK_TEXT(COMPLETED("create", ""), "");
	CHECK_TEXT(COMPLETED("create", "r0", ""), "node\nport\nstreams\nmode\n");
	CHECK_TEXT(COMPLETED("create", "r0", "mode", ""), "sync\nmemsync\nasync\n");
	CHECK_TEXT(COMPLETED("create", "r0", "mode", "sync", ""), "node\nport\nstreams\n");
	CHECK_TEXT(COMPLETED("attach", "r0", "disk", ""), ":file\n");
	CHECK_TEXT(COMPLETED("peer", "delete", "vm1", ""), "beta\n");
	CHECK_TEXT(COMPLETED("peer", "delete", "r7", ""), "");
	CHECK_TEXT(COMPLETED("peer", "add", "r0", "b", "--insecure", ""),
		   "node\naddress\nping-timeout\n");
	CHECK_TEXT(COMPLETED("peer", "add", "r0", "b", "key-file", "x", ""),
		   "node\naddress\nping-timeout\n");
	CHECK_TEXT(COMPLETED("promote", "r0", ""), "--force\n--fenced\n--assume-equal\n");
	CHECK_TEXT(COMPLETED("promote", "r0", "--force", ""), "--assume-equal\n");
	CHECK_TEXT(COMPLETED("set", "r0", "split-policy", ""),
		   "manual\ndiscard-younger\ndiscard-least-changes\ndiscard-zero-changes\n");
	CHECK_TEXT(COMPLETED("verify", ""), "start\nstop\n");
	CHECK_TEXT(COMPLETED("latency", ""), "show\nreset\n");
	CHECK_TEXT(COMPLETED("resolve", ""), "r0\nvm1\n");
	CHECK_TEXT(COMPLETED("wait", "r0", "c"),
		   "connected\ndisconnected\nuptodate\nsynced\nverified\nprimary\nsecondary\n");
	CHECK_TEXT(COMPLETED("bogus", "r0", ""), "");
	fake.absent = true;
	CHECK_TEXT(COMPLETED("status", ""), "");
	fake_reset();
}

const struct test test_words[] = {
	{ "wrong usage", wrong_usage },
	{ "arguments that exclude each other", exclusive },
	{ "help", help },
	{ "the table of commands", table },
	{ "the manual's synopsis", manual },
	{ "completion", completion },
	{ 0 },
};
