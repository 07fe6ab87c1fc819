// SPDX-License-Identifier: GPL-2.0-only
/*
 * test-resolve: out of a split: what is shown, asked and sent.
 */
#include "test.h"

#include "fake-kernel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <netlink/attr.h>

/* r0 and its peer were both written alone. */
static struct model_resource *part(void)
{
	struct model_resource *r;

	fake_reset();
	CHECK(!setenv("TZ", "UTC", 1));
	r = fake_resource("r0");
	r->role = DYAD_ROLE_SECONDARY;
	r->alone_since = 1767225600;
	r->volumes[0].dirty = 12 << 20;
	r->peers[0].link_state = DYAD_LINK_STATE_CONNECTING;
	r->peers[0].reason = strdup("split brain");
	r->peers[0].diverged = true;
	r->peers[0].changed = 4096;
	r->peers[0].alone_since = 1767229200;
	return r;
}

static bool discards(void)
{
	return fake.command == DYAD_CMD_PEER_CONNECT &&
	       fake.sent[DYAD_A_PEER_DISCARD_LOCAL_CHANGES];
}

static void guide(void)
{
	struct model_resource *r = part();

	CHECK_NUMBER(fake_run("resolve", "r0", NULL), CMD_DONE);
	CHECK_TEXT(fake.out,
		   "r0: both sides were written alone\n"
		   "  split brain\n"
		   "  this side, node 1: alone since 2026-01-01 00:00:00, 12 MiB changed\n"
		   "  beta, node 2: alone since 2026-01-01 01:00:00, 4.0 KiB changed\n"
		   "Neither is overwritten until one of them gives up what it wrote. Look at both\n"
		   "first, and save what is needed from the one to be given up.\n\n"
		   "To keep what is here, and lose what only beta has, type there\n"
		   "  dyad resolve r0 --keep-peer\nand here\n  dyad resolve r0 --keep-local\n\n"
		   "To keep what beta has, and lose what is only here, type there\n"
		   "  dyad resolve r0 --keep-local\nand here\n  dyad resolve r0 --keep-peer\n");
	r->role = DYAD_ROLE_PRIMARY;
	r->alone_since = 0;
	CHECK_NUMBER(fake_run("resolve", "r0", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "  this side, node 1: 12 MiB changed\n");
	CHECK_HAS(fake.out, "and here, when nothing uses the device any more\n  dyad demote r0\n  dyad resolve r0 --keep-peer\n");
	CHECK_NUMBER(fake_run_json("resolve", "r0", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "\"diverged\": true");
	CHECK_HAS(fake.out, "\"peer\": {\n    \"name\": \"beta\",\n    \"node-id\": 2,\n    \"alone-since\": 1767229200,\n    \"changed\": 4096\n  }");
	CHECK_NUMBER(fake.n_requests, 0);
	fake_reset();
}

static void nothing(void)
{
	struct model_resource *r = part();

	r->peers[0].diverged = false;
	CHECK_NUMBER(fake_run("resolve", "r0", NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "r0: nothing to resolve: ");
	CHECK_HAS(fake.err, "(peer beta is connecting: split brain)");
	CHECK_NUMBER(fake_run("resolve", "r0", "--keep-peer", "--yes", NULL), CMD_REFUSED);
	CHECK_NUMBER(fake_run("resolve", "r0", "--keep-local", NULL), CMD_REFUSED);
	free(r->peers[0].name);
	free(r->peers[0].reason);
	r->n_peers = 0;
	CHECK_NUMBER(fake_run("resolve", "r0", NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "nothing to resolve: it has no peer");
	CHECK_NUMBER(fake_run("resolve", "r7", NULL), CMD_UNKNOWN);
	CHECK_NUMBER(fake.n_requests, 0);
	fake_reset();
}

static void keep_peer(void)
{
	part();
	CHECK_NUMBER(fake_run("resolve", "r0", "--keep-peer", NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "what is only here (12 MiB changed) would be lost, and there is no terminal to ask on; --yes says it in a script");
	CHECK_NUMBER(fake.n_requests, 0);
	CHECK_NUMBER(fake_run("resolve", "r0", "--keep-peer", "--yes", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "r0: gives up what was written here, connecting to beta\n");
	CHECK(discards());
	CHECK_TEXT(nla_get_string(fake.sent[DYAD_A_PEER_NAME]), "beta");
	CHECK_NUMBER(fake.n_requests, 1);
	fake.refuse = EBUSY;
	fake.text = "not now";
	CHECK_NUMBER(fake_run("resolve", "r0", "--keep-peer", "--yes", NULL), CMD_REFUSED);
	CHECK_TEXT(fake.err, "dyad: r0: cannot connect: not now\n");
	fake_reset();
}

static void asks(void)
{
	static const char *const no[] = { "\n", "y\n", "no\n", "YES\n", "yes", "yes please\n" };
	size_t i;

	part();
	for (i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
		strcpy(fake.in, no[i]);
		CHECK_NUMBER(fake_run_on_terminal("resolve", "r0", "--keep-peer", NULL),
			     CMD_REFUSED);
		CHECK_HAS(fake.err, "r0: what is only here (12 MiB changed since 2026-01-01 00:00:00) will be overwritten with what beta has.\nType 'yes' to go on: dyad: r0: nothing was done\n");
	}
	CHECK_NUMBER(fake.n_requests, 0);
	strcpy(fake.in, "yes\n");
	CHECK_NUMBER(fake_run_on_terminal("resolve", "r0", "--keep-peer", NULL), CMD_DONE);
	CHECK(discards());
	fake_reset();
}

static void keep_peer_while_primary(void)
{
	part()->role = DYAD_ROLE_PRIMARY;
	CHECK_NUMBER(fake_run("resolve", "r0", "--keep-peer", "--yes", NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "it is primary, and what is in use cannot be overwritten; stop what uses it, 'dyad demote r0', and try again");
	CHECK_NUMBER(fake.n_requests, 0);
	fake_reset();
}

static void keep_local(void)
{
	part();
	CHECK_NUMBER(fake_run("resolve", "r0", "--keep-local", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "r0: keeps what was written here, connecting to beta; for beta to be overwritten type there: dyad resolve r0 --keep-peer\n");
	CHECK_NUMBER(fake.command, DYAD_CMD_PEER_CONNECT);
	CHECK(!discards());
	fake.refuse = EALREADY;
	CHECK_NUMBER(fake_run("resolve", "r0", "--keep-local", NULL), CMD_DONE);
	fake_reset();
}

const struct test test_resolve[] = {
	{ "what each side would lose", guide },
	{ "nothing to resolve", nothing },
	{ "keep the peer's", keep_peer },
	{ "asks on a terminal", asks },
	{ "not while primary", keep_peer_while_primary },
	{ "keep what is here", keep_local },
	{ 0 },
};
