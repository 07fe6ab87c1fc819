// SPDX-License-Identifier: GPL-2.0-only
/*
 * test-cmd: command lines: what they send, what they say, how they end.
 */
#include "test.h"

#include "fake-kernel.h"
#include "kernel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <netlink/attr.h>

static bool sent(int attribute)
{
	return fake.sent[attribute];
}

static uint32_t sent_u32(int attribute)
{
	return sent(attribute) ? nla_get_u32(fake.sent[attribute]) : UINT32_MAX;
}

static const char *sent_text(int attribute)
{
	return sent(attribute) ? nla_get_string(fake.sent[attribute]) : "(not sent)";
}

static int n_sent(void)
{
	int i, n = 0;

	for (i = 0; i < FAKE_ATTRS; i++)
		n += sent(i);
	return n;
}

static void create(void)
{
	fake_reset();
	CHECK_NUMBER(fake_run("create", "r0", "node", "1", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "r0: created as node 1\n");
	CHECK_NUMBER(fake.command, DYAD_CMD_RESOURCE_CREATE);
	CHECK_TEXT(sent_text(DYAD_A_RESOURCE_NAME), "r0");
	CHECK_NUMBER(sent_u32(DYAD_A_RESOURCE_NODE_ID), 1);
	CHECK_NUMBER(n_sent(), 2);
	CHECK_NUMBER(fake_run("create", "r0", "mode", "sync", "streams", "8", "port", "1",
			      "node", "255", NULL), CMD_DONE);
	CHECK_NUMBER(sent_u32(DYAD_A_RESOURCE_NODE_ID), 255);
	CHECK_NUMBER(sent_u32(DYAD_A_RESOURCE_PORT), 1);
	CHECK_NUMBER(sent_u32(DYAD_A_RESOURCE_STREAMS), 8);
	CHECK_NUMBER(sent_u32(DYAD_A_RESOURCE_MODE), DYAD_MODE_SYNC);
	CHECK_NUMBER(n_sent(), 5);
	CHECK_NUMBER(fake_run_quiet("create", "r0", "node", "0", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "");
	CHECK_NUMBER(fake_run_json("create", "r0", "node", "0", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "{\n  \"version\": 1,\n  \"name\": \"r0\",\n  \"done\": \"created as node 0\"\n}\n");
	fake_reset();
}

static void delete(void)
{
	fake_reset();
	CHECK_NUMBER(fake_run("delete", "r0", NULL), CMD_DONE);
	CHECK_NUMBER(fake.command, DYAD_CMD_RESOURCE_DELETE);
	CHECK_TEXT(sent_text(DYAD_A_RESOURCE_NAME), "r0");
	CHECK_NUMBER(n_sent(), 1);
	fake_reset();
}

static void attach(void)
{
	char cwd[1024], path[1100];

	fake_reset();
	fake.device = 3;
	CHECK_NUMBER(fake_run("attach", "r0", "disk", "/dev/disk/by-id/x", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "r0: volume 0 is /dev/dyad3, on /dev/disk/by-id/x\n");
	CHECK_NUMBER(fake.command, DYAD_CMD_VOLUME_ATTACH);
	CHECK_TEXT(sent_text(DYAD_A_VOLUME_RESOURCE), "r0");
	CHECK_TEXT(sent_text(DYAD_A_VOLUME_DISK), "/dev/disk/by-id/x");
	CHECK_NUMBER(sent_u32(DYAD_A_VOLUME_INDEX), 0);
	CHECK_NUMBER(n_sent(), 3);
	CHECK_NUMBER(fake_run("attach", "r0", "disk", "image", "volume", "15", "device", "65535",
			      NULL), CMD_DONE);
	CHECK(getcwd(cwd, sizeof(cwd)));
	snprintf(path, sizeof(path), "%s/image", cwd);
	CHECK_TEXT(sent_text(DYAD_A_VOLUME_DISK), path);
	CHECK_NUMBER(sent_u32(DYAD_A_VOLUME_INDEX), 15);
	CHECK_NUMBER(sent_u32(DYAD_A_VOLUME_DEVICE), 65535);
	CHECK(!sent(DYAD_A_VOLUME_META));
	CHECK_NUMBER(fake_run("attach", "r0", "disk", "/dev/sdb", "meta", "md", NULL), CMD_DONE);
	snprintf(path, sizeof(path), "%s/md", cwd);
	CHECK_TEXT(sent_text(DYAD_A_VOLUME_META), path);
	CHECK_HAS(fake.out, "r0: volume 0 is /dev/dyad3, on /dev/sdb, metadata on /");
	CHECK_NUMBER(fake_run_json("attach", "r0", "disk", "/dev/sdb", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "{\n  \"version\": 1,\n  \"name\": \"r0\",\n  \"index\": 0,\n  \"device\": 3,\n  \"path\": \"/dev/dyad3\",\n  \"disk\": \"/dev/sdb\"\n}\n");
	fake_reset();
}

static void attach_long_path(void)
{
	char path[300] = "/";

	fake_reset();
	memset(path + 1, 'x', 254);
	CHECK_NUMBER(fake_run("attach", "r0", "disk", path, NULL), CMD_DONE);
	CHECK_NUMBER(strlen(sent_text(DYAD_A_VOLUME_DISK)), 255);
	path[255] = 'x';
	CHECK_NUMBER(fake_run("attach", "r0", "disk", path, NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "longer than 255 characters");
	CHECK_NUMBER(fake_run("attach", "r0", "disk", "/dev/sdb", "meta", path, NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "longer than 255 characters");
	CHECK_NUMBER(fake.n_requests, 1);
	fake_reset();
}

static void detach(void)
{
	fake_reset();
	CHECK_NUMBER(fake_run("detach", "r0", "volume", "2", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "r0: volume 2 detached\n");
	CHECK_NUMBER(fake.command, DYAD_CMD_VOLUME_DETACH);
	CHECK_NUMBER(sent_u32(DYAD_A_VOLUME_INDEX), 2);
	CHECK_NUMBER(fake_run("detach", "r0", NULL), CMD_DONE);
	CHECK_NUMBER(sent_u32(DYAD_A_VOLUME_INDEX), 0);
	fake_reset();
}

/* A key file with that content; the caller unlinks and frees the path. */
static char *key_file(const char *content, mode_t mode)
{
	char *path = strdup("/tmp/dyad-test-key-XXXXXX");
	int fd = mkstemp(path);

	CHECK(fd >= 0 && write(fd, content, strlen(content)) == (ssize_t)strlen(content));
	CHECK(!fchmod(fd, mode));
	close(fd);
	return path;
}

static void drop_file(char *path)
{
	unlink(path);
	free(path);
}

static void peer_add(void)
{
	char *path = key_file("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n", 0600);
	const uint8_t *key;
	size_t i;

	fake_reset();
	CHECK_NUMBER(fake_run("peer", "add", "r0", "beta", "node", "2", "address", "10.0.0.2",
			      "key-file", path, "ping-timeout", "500", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "r0: peer beta added at 10.0.0.2:8459\n");
	CHECK_TEXT(fake.err, "");
	CHECK_NUMBER(fake.command, DYAD_CMD_PEER_CREATE);
	CHECK_TEXT(sent_text(DYAD_A_PEER_RESOURCE), "r0");
	CHECK_TEXT(sent_text(DYAD_A_PEER_NAME), "beta");
	CHECK_NUMBER(sent_u32(DYAD_A_PEER_NODE_ID), 2);
	CHECK_NUMBER(sent_u32(DYAD_A_PEER_PING_TIMEOUT), 500);
	CHECK_NUMBER(nla_len(fake.sent[DYAD_A_PEER_ADDRESS]), 28);
	CHECK(!sent(DYAD_A_PEER_INSECURE));
	CHECK(sent(DYAD_A_PEER_KEY) && nla_len(fake.sent[DYAD_A_PEER_KEY]) == 32);
	key = nla_data(fake.sent[DYAD_A_PEER_KEY]);
	for (i = 0; i < 32; i++)
		CHECK_NUMBER(key[i], i);
	CHECK_NUMBER(n_sent(), 6);
	drop_file(path);
	fake_reset();
}

static void peer_add_insecure(void)
{
	fake_reset();
	CHECK_NUMBER(fake_run("peer", "add", "r0", "beta", "node", "2", "address", "[fd00::2]:7",
			      "--insecure", NULL), CMD_DONE);
	CHECK_HAS(fake.err, "warning: without a key anyone");
	CHECK_TEXT(fake.out, "r0: peer beta added at [fd00::2]:7\n");
	CHECK(sent(DYAD_A_PEER_INSECURE) && !sent(DYAD_A_PEER_KEY));
	CHECK_NUMBER(n_sent(), 5);
	fake_reset();
}

static int add_with_key(const char *path)
{
	return fake_run("peer", "add", "r0", "beta", "node", "2", "address", "10.0.0.2",
			"key-file", path, NULL);
}

static void key_files(void)
{
	char *open = key_file("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", 0644);
	char *wrong = key_file("AAECAwQF\n", 0600), *none = key_file("", 0600);
	char many[5000];
	char *big;

	memset(many, ' ', sizeof(many) - 1);
	many[sizeof(many) - 1] = '\0';
	memcpy(many, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", 44);
	big = key_file(many, 0600);
	fake_reset();
	CHECK_NUMBER(add_with_key(open), CMD_DONE);
	CHECK_HAS(fake.err, "warning: others may read the key");
	CHECK_HAS(fake.err, "chmod 600");
	CHECK_NUMBER(fake.n_requests, 1);
	CHECK_NUMBER(add_with_key(wrong), CMD_REFUSED);
	CHECK_HAS(fake.err, "does not hold a key: expected 32 bytes");
	CHECK_NUMBER(add_with_key(none), CMD_REFUSED);
	CHECK_NUMBER(add_with_key(big), CMD_REFUSED);
	CHECK_NUMBER(add_with_key("/dev/zero"), CMD_REFUSED);
	CHECK_NUMBER(add_with_key("/nonexistent/key"), CMD_REFUSED);
	CHECK_HAS(fake.err, "cannot read the key file /nonexistent/key: No such file");
	CHECK_NUMBER(add_with_key("/"), CMD_REFUSED);
	CHECK_HAS(fake.err, "cannot read the key file /");
	CHECK_NUMBER(fake.n_requests, 1);
	drop_file(open);
	drop_file(wrong);
	drop_file(none);
	drop_file(big);
	fake_reset();
}

static void wrong_address(void)
{
	fake_reset();
	CHECK_NUMBER(fake_run("peer", "add", "r0", "beta", "node", "2", "address", "10.0.0",
			      "--insecure", NULL), CMD_USAGE);
	CHECK_HAS(fake.err, "dyad: peer add: bad value for 'address': expected ADDR[:PORT]");
	CHECK_HAS(fake.err, "got \"10.0.0\"");
	CHECK_NUMBER(fake.n_requests, 0);
	fake_reset();
}

static void connect_and_disconnect(void)
{
	fake_reset();
	fake_resource("r0");
	CHECK_NUMBER(fake_run("connect", "r0", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "r0: connecting to beta\n");
	CHECK_NUMBER(fake.command, DYAD_CMD_PEER_CONNECT);
	CHECK_TEXT(sent_text(DYAD_A_PEER_RESOURCE), "r0");
	CHECK_TEXT(sent_text(DYAD_A_PEER_NAME), "beta");
	CHECK_NUMBER(n_sent(), 2);
	CHECK_NUMBER(fake_run("connect", "r0", "--discard-local-changes", NULL), CMD_DONE);
	CHECK(sent(DYAD_A_PEER_DISCARD_LOCAL_CHANGES));
	CHECK_NUMBER(fake_run("disconnect", "r0", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "r0: disconnected from beta\n");
	CHECK_NUMBER(fake.command, DYAD_CMD_PEER_DISCONNECT);
	CHECK_NUMBER(n_sent(), 2);
	CHECK_NUMBER(fake_run("connect", "r1", NULL), CMD_UNKNOWN);
	CHECK_NUMBER(fake.n_requests, 3);
	fake_reset();
}

static void connect_without_peer(void)
{
	struct model_resource *r;

	fake_reset();
	r = fake_resource("r0");
	free(r->peers[0].name);
	r->n_peers = 0;
	CHECK_NUMBER(fake_run("connect", "r0", NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "it has no peer; add one with 'dyad peer add'");
	CHECK_NUMBER(fake.n_requests, 0);
	fake_reset();
}

static void roles(void)
{
	fake_reset();
	fake_resource("r0");
	CHECK_NUMBER(fake_run("demote", "r0", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "r0: secondary\n");
	CHECK_NUMBER(fake.command, DYAD_CMD_RESOURCE_DEMOTE);
	CHECK_NUMBER(n_sent(), 1);
	CHECK_NUMBER(fake_run("promote", "r0", "--force", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "r0: already primary\n");
	CHECK_NUMBER(fake.command, DYAD_CMD_RESOURCE_PROMOTE);
	CHECK(sent(DYAD_A_RESOURCE_FORCE));
	CHECK_NUMBER(n_sent(), 2);
	fake.refuse = EALREADY;
	CHECK_NUMBER(fake_run("promote", "r0", NULL), CMD_DONE);
	CHECK(!sent(DYAD_A_RESOURCE_FORCE));
	fake_reset();
}

static void promote_words(void)
{
	fake_reset();
	fake_resource("r0")->role = DYAD_ROLE_SECONDARY;
	CHECK_NUMBER(fake_run("promote", "r0", "--fenced", NULL), CMD_DONE);
	CHECK(sent(DYAD_A_RESOURCE_FENCED));
	CHECK_NUMBER(n_sent(), 2);
	CHECK_NUMBER(fake_run("promote", "r0", "--assume-equal", "--force", NULL), CMD_DONE);
	CHECK(sent(DYAD_A_RESOURCE_ASSUME_EQUAL) && sent(DYAD_A_RESOURCE_FORCE));
	CHECK_NUMBER(n_sent(), 3);
	CHECK_NUMBER(fake_run("promote", "r0", "--force", "--fenced", NULL), CMD_USAGE);
	CHECK_HAS(fake.err, "'--force' and '--fenced' exclude each other\nusage: dyad promote RES [--force | --fenced] [--assume-equal]\n");
	CHECK_NUMBER(fake.n_requests, 2);
	fake_reset();
}

static void suspend(void)
{
	fake_reset();
	CHECK_NUMBER(fake_run("suspend", "r0", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "r0: suspended: I/O waits until 'dyad resume r0'\n");
	CHECK_NUMBER(fake.command, DYAD_CMD_RESOURCE_SUSPEND);
	CHECK_TEXT(sent_text(DYAD_A_RESOURCE_NAME), "r0");
	CHECK_NUMBER(n_sent(), 1);
	CHECK_NUMBER(fake_run("suspend", "r0", "--force", NULL), CMD_DONE);
	CHECK(sent(DYAD_A_RESOURCE_FORCE));
	CHECK_NUMBER(n_sent(), 2);
	CHECK_NUMBER(fake_run("resume", "r0", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "r0: resumed\n");
	CHECK_NUMBER(fake.command, DYAD_CMD_RESOURCE_RESUME);
	CHECK_NUMBER(n_sent(), 1);
	fake.refuse = EBUSY;
	fake.text = "a volume is growing; try again in a moment";
	CHECK_NUMBER(fake_run("suspend", "r0", NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "dyad: r0: cannot suspend: a volume is growing");
	CHECK_NUMBER(fake_run("resume", NULL), CMD_USAGE);
	fake_reset();
}

static void fence(void)
{
	fake_reset();
	CHECK_NUMBER(fake_run("fence", "r0", "done", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "r0: the peer is fenced: I/O goes on\n");
	CHECK_NUMBER(fake.command, DYAD_CMD_FENCE_ANSWER);
	CHECK_NUMBER(sent_u32(DYAD_A_RESOURCE_FENCE_ANSWER), DYAD_FENCE_ANSWER_DONE);
	CHECK_NUMBER(n_sent(), 2);
	CHECK_NUMBER(fake_run("fence", "r0", "failed", "id", "7", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "r0: the peer is not fenced: I/O goes on waiting\n");
	CHECK_NUMBER(sent_u32(DYAD_A_RESOURCE_FENCE_ANSWER), DYAD_FENCE_ANSWER_FAILED);
	CHECK_NUMBER(sent_u32(DYAD_A_RESOURCE_FENCE_ID), 7);
	CHECK_NUMBER(n_sent(), 3);
	CHECK_NUMBER(fake_run("fence", "r0", "perhaps", NULL), CMD_USAGE);
	CHECK_NUMBER(fake_run("resume", "r0", "--force", NULL), CMD_DONE);
	CHECK(sent(DYAD_A_RESOURCE_FORCE));
	CHECK_NUMBER(fake_run("outdate", "r0", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "r0: outdated: it does not lead unless by force\n");
	CHECK_NUMBER(fake.command, DYAD_CMD_RESOURCE_OUTDATE);
	fake.refuse = EBUSY;
	fake.text = "the peer is connected; disconnect it first";
	CHECK_NUMBER(fake_run("outdate", "r0", NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "dyad: r0: cannot outdate: the peer is connected");
	fake_reset();
}

static void fence_settings(void)
{
	fake_reset();
	CHECK_NUMBER(fake_run("set", "r0", "fencing", "required", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "r0: fencing required\n");
	CHECK_NUMBER(sent_u32(DYAD_A_RESOURCE_FENCING), DYAD_FENCING_REQUIRED);
	CHECK_NUMBER(n_sent(), 2);
	CHECK_NUMBER(fake_run("set", "r0", "fencing", "none", "fence-timeout", "30",
			      "fence-timeout-action", "go-on", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "r0: fencing none, fence-timeout 30, fence-timeout-action go-on\n");
	CHECK_NUMBER(sent_u32(DYAD_A_RESOURCE_FENCING), DYAD_FENCING_NONE);
	CHECK_NUMBER(sent_u32(DYAD_A_RESOURCE_FENCE_TIMEOUT), 30);
	CHECK_NUMBER(sent_u32(DYAD_A_RESOURCE_FENCE_TIMEOUT_ACTION), DYAD_FENCE_ACTION_GO_ON);
	CHECK_NUMBER(n_sent(), 4);
	fake_reset();
}

static void error_settings(void)
{
	fake_reset();
	CHECK_NUMBER(fake_run("set", "r0", "on-io-error", "pass-on", "on-no-data", "suspend",
			      NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "r0: on-io-error pass-on, on-no-data suspend\n");
	CHECK_NUMBER(sent_u32(DYAD_A_RESOURCE_ON_IO_ERROR), DYAD_ON_IO_ERROR_PASS_ON);
	CHECK_NUMBER(sent_u32(DYAD_A_RESOURCE_ON_NO_DATA), DYAD_ON_NO_DATA_SUSPEND);
	CHECK_NUMBER(n_sent(), 3);
	fake_reset();
	CHECK_NUMBER(fake_run("set", "r0", "io-timeout", "7", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "r0: io-timeout 7\n");
	CHECK_NUMBER(sent_u32(DYAD_A_RESOURCE_IO_TIMEOUT), 7);
	CHECK_NUMBER(fake_run("set", "r0", "io-timeout", "86401", NULL), CMD_USAGE);
	CHECK_NUMBER(fake_run("set", "r0", "compression", "zstd", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "r0: compression zstd\n");
	CHECK_NUMBER(sent_u32(DYAD_A_RESOURCE_COMPRESSION), DYAD_COMPRESSION_ZSTD);
	CHECK_NUMBER(fake_run("set", "r0", "compression", "gzip", NULL), CMD_USAGE);
	CHECK_HAS(fake.err, "lz4");
	CHECK_NUMBER(fake_run("set", "r0", "on-io-error", "ignore", NULL), CMD_USAGE);
	CHECK_HAS(fake.err, "detach");
	fake_reset();
}

/* However many and long they are, they are told. */
static void all_settings(void)
{
	char zeroes[200];

	snprintf(zeroes, sizeof(zeroes), "%0190d", 60);
	fake_reset();
	CHECK_NUMBER(fake_run("set", "r0", "recovery", zeroes, "resync-rate", "50M",
			      "split-policy", "discard-least-changes", "mode", "memsync",
			      "backlog", "64M", "on-full", "throttle", "fencing", "required",
			      "fence-timeout", "60", "fence-timeout-action", "go-on",
			      "on-io-error", "pass-on", "on-no-data", "suspend",
			      "split-policy-primary", "discard-secondary", "io-timeout", "30",
			      "compression", "zstd", NULL), CMD_DONE);
	CHECK_HAS(fake.out, "60 s, resync at most 50 MiB/s, split policy discard-least-changes, mode memsync, backlog 64 MiB, ");
	CHECK_HAS(fake.out, "on-no-data suspend, split-policy-primary discard-secondary, io-timeout 30, compression zstd\n");
	CHECK_NUMBER(n_sent(), 15);
	fake_reset();
}

static void settings(void)
{
	fake_reset();
	CHECK_NUMBER(fake_run("set", "r0", "recovery", "30", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "r0: recovery 30 s\n");
	CHECK_NUMBER(fake.command, DYAD_CMD_RESOURCE_SET);
	CHECK_TEXT(sent_text(DYAD_A_RESOURCE_NAME), "r0");
	CHECK_NUMBER(sent_u32(DYAD_A_RESOURCE_RECOVERY), 30);
	CHECK_NUMBER(n_sent(), 2);
	CHECK_NUMBER(fake_run("set", "r0", "split-policy", "discard-least-changes",
			      "resync-rate", "50M", "recovery", "86400", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "r0: recovery 86400 s, resync at most 50 MiB/s, split policy discard-least-changes\n");
	CHECK_NUMBER(sent_u32(DYAD_A_RESOURCE_SPLIT_POLICY),
		     DYAD_SPLIT_POLICY_DISCARD_LEAST_CHANGES);
	CHECK(sent(DYAD_A_RESOURCE_RESYNC_RATE) &&
	      nla_get_u64(fake.sent[DYAD_A_RESOURCE_RESYNC_RATE]) == 50 << 20);
	CHECK_NUMBER(n_sent(), 4);
	CHECK_NUMBER(fake_run("set", "r0", "resync-rate", "0", "split-policy", "manual", NULL),
		     CMD_DONE);
	CHECK_TEXT(fake.out, "r0: resync without limit, split policy manual\n");
	CHECK_NUMBER(sent_u32(DYAD_A_RESOURCE_SPLIT_POLICY), DYAD_SPLIT_POLICY_MANUAL);
	CHECK_NUMBER(fake_run("set", "r0", "split-policy-primary", "discard-secondary", NULL),
		     CMD_DONE);
	CHECK_TEXT(fake.out, "r0: split-policy-primary discard-secondary\n");
	CHECK_NUMBER(sent_u32(DYAD_A_RESOURCE_SPLIT_POLICY_PRIMARY),
		     DYAD_PRIMARY_POLICY_DISCARD_SECONDARY);
	CHECK_NUMBER(n_sent(), 2);
	CHECK_NUMBER(fake_run("set", "r0", "mode", "memsync", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "r0: mode memsync\n");
	CHECK_NUMBER(sent_u32(DYAD_A_RESOURCE_MODE), DYAD_MODE_MEMSYNC);
	CHECK_NUMBER(n_sent(), 2);
	CHECK_NUMBER(fake_run("set", "r0", "mode", "async", "backlog", "16M", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "r0: mode async, backlog 16 MiB\n");
	CHECK_NUMBER(nla_get_u64(fake.sent[DYAD_A_RESOURCE_BACKLOG]), 16 << 20);
	CHECK_NUMBER(fake_run("set", "r0", "on-full", "track", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "r0: on-full track\n");
	CHECK_NUMBER(sent_u32(DYAD_A_RESOURCE_ON_FULL), DYAD_ON_FULL_TRACK);
	CHECK_NUMBER(n_sent(), 2);
	CHECK_NUMBER(fake.n_requests, 7);
	CHECK_NUMBER(fake_run("set", "r0", "on-full", "ignore", NULL), CMD_USAGE);
	CHECK_NUMBER(fake_run("set", "r0", "backlog", "4K", NULL), CMD_USAGE);
	CHECK_HAS(fake.err, "expected bytes from 1M to 64G");
	CHECK_NUMBER(fake_run("set", "r0", NULL), CMD_USAGE);
	CHECK_HAS(fake.err, "there is nothing to set");
	CHECK_NUMBER(fake_run("set", "r0", "resync-rate", "50MB", NULL), CMD_USAGE);
	CHECK_HAS(fake.err, "expected bytes a second, as 50M or 0 for no limit, got \"50MB\"");
	CHECK_NUMBER(fake.n_requests, 7);
	fake_reset();
}

static void verify(void)
{
	fake_reset();
	CHECK_NUMBER(fake_run("verify", "start", "r0", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "r0: verify started\n");
	CHECK_NUMBER(fake.command, DYAD_CMD_VERIFY_START);
	CHECK_NUMBER(n_sent(), 1);
	CHECK_NUMBER(fake_run("verify", "start", "r0", "--repair", NULL), CMD_DONE);
	CHECK(sent(DYAD_A_RESOURCE_REPAIR));
	CHECK_NUMBER(fake_run("verify", "stop", "r0", NULL), CMD_DONE);
	CHECK_NUMBER(fake.command, DYAD_CMD_VERIFY_STOP);
	fake.refuse = EALREADY;
	CHECK_NUMBER(fake_run("verify", "stop", "r0", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "r0: no verify is running\n");
	fake_resource("r0");
	fake.refuse = ENOTCONN;
	fake.text = "the peer is not connected";
	CHECK_NUMBER(fake_run("verify", "start", "r0", NULL), CMD_REFUSED);
	CHECK_TEXT(fake.err, "dyad: r0: cannot start a verify: the peer is not connected\n");
	fake_reset();
}

static void resize(void)
{
	fake_reset();
	fake_resource("r0")->volumes[0].index = 3;
	CHECK_NUMBER(fake_run("resize", "r0", "volume", "3", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "r0: volume 3 has 1.0 GiB now\n");
	CHECK_NUMBER(fake.command, DYAD_CMD_VOLUME_RESIZE);
	CHECK_TEXT(sent_text(DYAD_A_VOLUME_RESOURCE), "r0");
	CHECK_NUMBER(sent_u32(DYAD_A_VOLUME_INDEX), 3);
	CHECK_NUMBER(n_sent(), 2);
	fake.refuse = EINVAL;
	fake.text = "no disk has grown";
	CHECK_NUMBER(fake_run("resize", "r0", NULL), CMD_REFUSED);
	CHECK_TEXT(fake.err, "dyad: r0: cannot resize volume 0: no disk has grown\n");
	fake_reset();
}

static void refusals(void)
{
	fake_reset();
	fake_resource("r0");
	fake.refuse = EBUSY;
	fake.text = "the device is open for writing";
	CHECK_NUMBER(fake_run("demote", "r0", NULL), CMD_REFUSED);
	CHECK_TEXT(fake.err, "dyad: r0: cannot demote: the device is open for writing\n");
	CHECK_TEXT(fake.out, "");
	fake.refuse = EPERM;
	fake.text = NULL;
	CHECK_NUMBER(fake_run("create", "r1", "node", "1", NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "dyad: r1: cannot create it: administrator rights are needed");
	CHECK_NUMBER(fake_run("attach", "r0", "disk", "/dev/x", NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "dyad: r0: cannot attach /dev/x: ");
	CHECK_NUMBER(fake_run("detach", "r0", "volume", "3", NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "dyad: r0: cannot detach volume 3: ");
	fake_reset();
}

/* Not there: the resource, the peer, or something else? */
static void not_there(void)
{
	fake_reset();
	fake_resource("r0");
	fake.refuse = ENOENT;
	fake.text = "no such thing";
	CHECK_NUMBER(fake_run("delete", "r1", NULL), CMD_UNKNOWN);
	CHECK_TEXT(fake.err, "dyad: r1: cannot delete it: no such thing\n");
	CHECK_NUMBER(fake_run("attach", "r1", "disk", "/dev/x", NULL), CMD_UNKNOWN);
	CHECK_NUMBER(fake_run("attach", "r0", "disk", "/dev/x", NULL), CMD_REFUSED);
	CHECK_NUMBER(fake_run("peer", "delete", "r0", "gamma", NULL), CMD_UNKNOWN);
	CHECK_NUMBER(fake_run("peer", "delete", "r0", "beta", NULL), CMD_REFUSED);
	fake.text = NULL;
	CHECK_NUMBER(fake_run("peer", "delete", "r1", "beta", NULL), CMD_UNKNOWN);
	CHECK_HAS(fake.err, "no such resource or peer");
	CHECK_NUMBER(fake_run("status", "r1", NULL), CMD_UNKNOWN);
	CHECK_TEXT(fake.err, "dyad: r1: cannot show it: no resource of that name\n");
	fake_reset();
}

static void note_with_success(void)
{
	fake_reset();
	fake.text = "the peer may have newer data";
	CHECK_NUMBER(fake_run_quiet("promote", "r0", "--force", NULL), CMD_DONE);
	CHECK_TEXT(fake.err, "dyad: r0: note: the peer may have newer data\n");
	fake_reset();
}

static void no_module(void)
{
	fake_reset();
	fake.absent = true;
	CHECK_NUMBER(fake_run("status", NULL), CMD_NO_MODULE);
	CHECK_NUMBER(fake_run("delete", "r0", NULL), CMD_NO_MODULE);
	CHECK_NUMBER(fake_run("wait", "r0", "synced", NULL), CMD_NO_MODULE);
	CHECK_NUMBER(fake_run("monitor", NULL), CMD_NO_MODULE);
	CHECK_HAS(fake.err, "modprobe dyad");
	CHECK_NUMBER(fake_run("genkey", NULL), CMD_DONE);
	CHECK_NUMBER(fake_run("help", NULL), CMD_DONE);
	fake_reset();
}

static void genkey(void)
{
	char first[64];
	char *path;

	fake_reset();
	CHECK_NUMBER(fake_run("genkey", NULL), CMD_DONE);
	CHECK_NUMBER(strlen(fake.out), 45);
	snprintf(first, sizeof(first), "%s", fake.out);
	path = key_file(fake.out, 0600);
	CHECK_NUMBER(add_with_key(path), CMD_DONE);
	drop_file(path);
	CHECK_NUMBER(fake_run("genkey", NULL), CMD_DONE);
	CHECK(strcmp(first, fake.out));
	fake_reset();
}

const struct test test_cmd[] = {
	{ "create", create },
	{ "delete", delete },
	{ "attach", attach },
	{ "attach with a long path", attach_long_path },
	{ "detach", detach },
	{ "peer add", peer_add },
	{ "peer add --insecure", peer_add_insecure },
	{ "key files", key_files },
	{ "a wrong address", wrong_address },
	{ "connect and disconnect", connect_and_disconnect },
	{ "connect without a peer", connect_without_peer },
	{ "promote and demote", roles },
	{ "promote on somebody's word", promote_words },
	{ "suspend", suspend },
	{ "fence", fence },
	{ "settings of fencing", fence_settings },
	{ "settings of errors", error_settings },
	{ "all settings at once", all_settings },
	{ "settings", settings },
	{ "verify", verify },
	{ "resize", resize },
	{ "refusals", refusals },
	{ "what is not there", not_there },
	{ "a note that comes with success", note_with_success },
	{ "no module", no_module },
	{ "genkey", genkey },
	{ 0 },
};
