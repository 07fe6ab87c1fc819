// SPDX-License-Identifier: GPL-2.0-only
/*
 * test-meta: metadata on files in the place of disks: made, shown, damaged,
 * wiped.
 */
#include "test.h"

#include "disk.h"
#include "fake-kernel.h"
#include "meta.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MIB (1ull << 20)
#define REGION (4 * MIB)
/* Two pages of the dirty map, and a last region that is a partial one. */
#define SIZE (200 * MIB)

static char folder[] = "/tmp/dyad-test-meta-XXXXXX";
static char sda[64], sdb[64], sdc[64];

static void resize(const char *path, uint64_t size)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

	CHECK(fd >= 0 && !ftruncate(fd, size));
	close(fd);
}

/* Empty disks of SIZE bytes. */
static void begin(void)
{
	fake_reset();
	strcpy(folder + sizeof(folder) - 7, "XXXXXX");
	CHECK(mkdtemp(folder));
	snprintf(sda, sizeof(sda), "%s/sda", folder);
	snprintf(sdb, sizeof(sdb), "%s/sdb", folder);
	snprintf(sdc, sizeof(sdc), "%s/sdc", folder);
	resize(sda, SIZE);
	resize(sdb, SIZE);
	resize(sdc, 2 * MIB);
}

static void end(void)
{
	unlink(sda);
	unlink(sdb);
	unlink(sdc);
	CHECK(!rmdir(folder));
	CHECK_NUMBER(fake.n_requests, 0);
	fake_reset();
}

static void get(const char *path, uint64_t at, void *data, size_t bytes)
{
	int fd = open(path, O_RDONLY);

	CHECK(fd >= 0 && pread(fd, data, bytes, at) == (ssize_t)bytes);
	close(fd);
}

static void put(const char *path, uint64_t at, const void *data, size_t bytes)
{
	int fd = open(path, O_WRONLY);

	CHECK(fd >= 0 && pwrite(fd, data, bytes, at) == (ssize_t)bytes);
	close(fd);
}

static void flip(const char *path, uint64_t at)
{
	uint8_t byte;

	get(path, at, &byte, 1);
	byte ^= 0x10;
	put(path, at, &byte, 1);
}

/* What libblkid takes for one. */
static void put_ext2(const char *path)
{
	uint8_t super[1024] = {
		[0] = 16, [4] = 64, [20] = 1, [32] = 0, [33] = 32, [40] = 16,
		[56] = 0x53, [57] = 0xef, [58] = 1, [76] = 1, [88] = 128, [96] = 2,
	};

	memcpy(super + 120, "home", 4);
	put(path, 1024, super, sizeof(super));
}

static void get_super(const char *path, int copy, struct dyad_super *s)
{
	uint8_t page[DYAD_META_PAGE];

	get(path, dyad_super_sector(copy) * 512, page, sizeof(page));
	CHECK_NUMBER(dyad_super_decode(s, page), 0);
}

static void put_super(const char *path, int copy, const struct dyad_super *s)
{
	uint8_t page[DYAD_META_PAGE];

	dyad_super_encode(page, s);
	put(path, dyad_super_sector(copy) * 512, page, sizeof(page));
}

/* As after some use by the resource vm1. */
static struct dyad_super use(const char *path)
{
	struct dyad_super s;
	int i;

	get_super(path, 0, &s);
	s.sequence = 7;
	s.change = 3;
	s.lineage.now = 0x1111;
	s.lineage.base = 0x2222;
	s.lineage.history[0] = 0x3333;
	s.data_state = DYAD_DATA_STATE_UPTODATE;
	s.primary = s.was_primary = s.alone = true;
	s.clean = false;
	s.alone_since = 1767225600;
	s.node_id = 2;
	s.volume = 1;
	strcpy(s.resource, "vm1");
	for (i = 0; i < DYAD_META_SUPERS; i++)
		put_super(path, i, &s);
	return s;
}

static uint64_t page_at(const struct dyad_super *s, enum dyad_map map, uint64_t number)
{
	uint64_t first = map == DYAD_MAP_INTENT ? s->geometry.intent_first :
			 s->geometry.dirty_first;

	return first * 512 + number * DYAD_META_PAGE;
}

static void create_internal(void)
{
	struct dyad_super s, other;
	struct stat st;
	uint8_t bytes[8];

	begin();
	put(sda, 20 * MIB, "content", 8);
	CHECK_NUMBER(fake_run("meta", "create", sda, NULL), CMD_DONE);
	CHECK_TEXT(fake.err, "");
	CHECK_HAS(fake.out, "/sda: metadata created, 199 MiB are left for data\n");
	get_super(sda, 0, &s);
	get_super(sda, 1, &other);
	CHECK(!memcmp(&s, &other, sizeof(s)));
	CHECK_NUMBER(s.geometry.data_first, 2048);
	CHECK_NUMBER(s.geometry.data_sectors, (SIZE - MIB) / 512 - 2 * 8);
	CHECK_NUMBER(s.data_state, DYAD_DATA_STATE_INCONSISTENT);
	CHECK(!s.external && s.clean && !s.lineage.now && !s.resource[0] && !s.alone);
	get(sda, 20 * MIB, bytes, 8);
	CHECK(!memcmp(bytes, "content", 8));
	CHECK(!stat(sda, &st) && st.st_size == SIZE);
	CHECK_NUMBER(fake_run("meta", "check", sda, NULL), CMD_DONE);
	CHECK_HAS(fake.out, "good: both superblocks, 1 of 1 intent pages, 2 of 2 dirty pages\n");
	CHECK_NUMBER(fake_run("meta", "show", sda, NULL), CMD_DONE);
	CHECK_HAS(fake.out, "internal metadata  for 199 MiB of data\n  of no resource yet  inconsistent  closed in order\n  no generation yet\n  0 B hot  0 B dirty\n");
	CHECK_NUMBER(fake_run("meta", "create", sdb, NULL), CMD_DONE);
	get_super(sdb, 0, &other);
	CHECK(memcmp(s.uuid, other.uuid, sizeof(s.uuid)));
	CHECK_NUMBER(fake_run_quiet("meta", "create", sda, "--force", NULL), CMD_DONE);
	CHECK_TEXT(fake.out, "");
	end();
}

/* Not a byte of a disk that is adopted changes. */
static void adopt_in_place(void)
{
	static char before[64 * 1024], after[64 * 1024];
	uint64_t at;

	begin();
	put_ext2(sda);
	for (at = 8192; at < SIZE; at += 3 * MIB)
		put(sda, at, "some of its data", 16);
	put(sda, SIZE - 16, "the last of them", 16);
	CHECK(!rename(sda, sdb));
	resize(sda, SIZE);
	for (at = 0; at < SIZE; at += sizeof(before)) {
		get(sdb, at, before, sizeof(before));
		put(sda, at, before, sizeof(before));
	}
	CHECK(!chmod(sda, 0400));
	CHECK_NUMBER(fake_run("meta", "create", sda, "meta", sdc, NULL), CMD_DONE);
	CHECK_HAS(fake.out, "/sdc: metadata created, for the 200 MiB on ");
	CHECK_HAS(fake.out, "/sda, which stay as they are\n");
	for (at = 0; at < SIZE; at += sizeof(before)) {
		get(sda, at, after, sizeof(after));
		get(sdb, at, before, sizeof(before));
		CHECK(!memcmp(before, after, sizeof(before)));
	}
	CHECK_NUMBER(fake_run("meta", "check", sda, "meta", sdc, NULL), CMD_DONE);
	CHECK_NUMBER(fake_run("meta", "check", sda, NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "there are none; they may be on a device of their own");
	resize(sdb, SIZE - 512);
	CHECK_NUMBER(fake_run("meta", "check", sdb, "meta", sdc, NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "it is not their disk");
	end();
}

static void create_refuses_content(void)
{
	struct dyad_super s;
	uint8_t magic[2];

	begin();
	put_ext2(sda);
	CHECK_NUMBER(fake_run("meta", "create", sda, NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "cannot create metadata: it holds something: ext2 file system \"home\"; --force overwrites it, 'meta DEV' keeps it");
	get(sda, 1024 + 56, magic, 2);
	CHECK_NUMBER(magic[0], 0x53);
	CHECK_NUMBER(fake_run("meta", "create", sdb, "meta", sda, NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "/sda: cannot create metadata: it holds something: ext2 file system");
	CHECK_NUMBER(fake_run("meta", "create", sda, "--force", NULL), CMD_DONE);
	get_super(sda, 0, &s);
	put(sdb, 510, "\x55\xaa", 2);
	put(sdb, 446, "\x80\1\1\0\x83\1\1\1\1\0\0\0\1\0\0\0", 16);
	CHECK_NUMBER(fake_run("meta", "create", sdb, NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "it holds something: dos partition table");
	/* Also if its mark is where nothing of ours would go. */
	resize(sdb, SIZE);
	put(sdb, 32768 + 1, "CD001", 5);
	put(sdb, 32768, "\1", 1);
	CHECK_NUMBER(fake_run("meta", "create", sdb, NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "it holds something: iso9660 file system");
	CHECK_NUMBER(fake_run("meta", "create", sdb, "--force", NULL), CMD_DONE);
	get(sdb, 32768 + 1, magic, 1);
	CHECK_NUMBER(magic[0], 0);
	end();
}

static void create_refuses_metadata(void)
{
	begin();
	CHECK_NUMBER(fake_run("meta", "create", sda, NULL), CMD_DONE);
	CHECK_NUMBER(fake_run("meta", "create", sda, NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "it has metadata already, of no resource yet; --force makes new ones");
	use(sda);
	CHECK_NUMBER(fake_run("meta", "create", sda, NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "it has metadata already, of volume 1 of vm1, node 2, uptodate; ");
	CHECK_NUMBER(fake_run("meta", "create", sda, "meta", sdc, NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "/sda: cannot create metadata: it has metadata already, of volume 1 of vm1, node 2, uptodate; attach it without 'meta'");
	CHECK_NUMBER(fake_run("meta", "create", sdb, "meta", sda, NULL), CMD_REFUSED);
	flip(sda, 100);
	flip(sda, 65536 + 100);
	CHECK_NUMBER(fake_run("meta", "create", sda, NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "damaged or newer ones");
	CHECK_NUMBER(fake_run("meta", "create", sda, "--force", NULL), CMD_DONE);
	CHECK_NUMBER(fake_run("meta", "check", sda, NULL), CMD_DONE);
	end();
}

static void sizes(void)
{
	uint64_t need = dyad_geometry_meta_sectors(SIZE / 512) * 512;
	char bytes[64];

	begin();
	resize(sda, MIB);
	CHECK_NUMBER(fake_run("meta", "create", sda, NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "it has 1.0 MiB, which leaves no room for data");
	resize(sda, 0);
	CHECK_NUMBER(fake_run("meta", "create", sda, "meta", sdc, NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "its size, 0 B, is not one that a volume can have");
	resize(sdc, need - 512);
	CHECK_NUMBER(fake_run("meta", "create", sdb, "meta", sdc, NULL), CMD_REFUSED);
	snprintf(bytes, sizeof(bytes), "and they need 1.0 MiB (%llu bytes)",
		 (unsigned long long)need);
	CHECK_HAS(fake.err, bytes);
	resize(sdc, need);
	CHECK_NUMBER(fake_run("meta", "create", sdb, "meta", sdc, NULL), CMD_DONE);
	CHECK_NUMBER(fake_run("meta", "check", sdc, NULL), CMD_DONE);
	/* A copy of it that is too short. */
	CHECK(!truncate(sdc, need - 512));
	CHECK_NUMBER(fake_run("meta", "check", sdc, NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "is this the device they were made on?");
	end();
}

static void wrong_devices(void)
{
	begin();
	CHECK_NUMBER(fake_run("meta", "create", sda, "meta", sda, NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "it is the disk with the data as well");
	CHECK_NUMBER(fake_run("meta", "show", "/nowhere", NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "dyad: /nowhere: cannot show its metadata: there is no such device");
	CHECK_NUMBER(fake_run("meta", "create", "/dev/null", NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "neither a block device nor a file");
	CHECK_NUMBER(fake_run("meta", "create", "/tmp", NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "neither a block device nor a file");
	CHECK_NUMBER(fake_run("meta", "wipe", sda, NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "cannot wipe its metadata: there are none");
	CHECK_NUMBER(fake_run("meta", "dump", sda, NULL), CMD_REFUSED);
	CHECK_NUMBER(fake_run("meta", "check", sda, NULL), CMD_REFUSED);
	end();
}

static void show_used(void)
{
	begin();
	CHECK_NUMBER(fake_run("meta", "create", sda, NULL), CMD_DONE);
	use(sda);
	CHECK(!setenv("TZ", "UTC", 1));
	CHECK_NUMBER(fake_run("meta", "show", sda, NULL), CMD_DONE);
	CHECK_HAS(fake.out, "  volume 1 of vm1  node 2  uptodate  primary  alone since 2026-01-01 00:00:00  not closed in order\n");
	CHECK_HAS(fake.out, "  generation 0000000000001111  the peer's was 0000000000002222  before that 0000000000003333\n");
	CHECK_NUMBER(fake_run_json("meta", "show", sda, NULL), CMD_DONE);
	CHECK_HAS(fake.out, "\"generation\": \"0000000000001111\"");
	CHECK_HAS(fake.out, "\"history\": [\n    \"0000000000003333\"\n  ]");
	CHECK_HAS(fake.out, "\"alone-since\": 1767225600");
	CHECK_HAS(fake.out, "\"data-start\": 1048576");
	CHECK_HAS(fake.out, "\"node-id\": 2");
	CHECK_HAS(fake.out, "\"damaged\": false");
	end();
}

/* Each byte that says something, flipped in either copy, is seen; the other copy is used. */
static void one_bad_superblock(void)
{
	static const char *const names[] = { "first", "second" };
	struct dyad_super s;
	char line[128];
	unsigned int i, at;

	begin();
	CHECK_NUMBER(fake_run("meta", "create", sda, NULL), CMD_DONE);
	s = use(sda);
	for (i = 0; i < DYAD_META_SUPERS; i++) {
		for (at = 0; at < DYAD_META_PAGE; at += at < 320 ? 1 : 311) {
			flip(sda, dyad_super_sector(i) * 512 + at);
			CHECK_NUMBER(fake_run("meta", "check", sda, NULL), CMD_REFUSED);
			snprintf(line, sizeof(line), "%s superblock damaged: %s; the %s one is used\n",
				 names[i], at < 8 ? "something else is in its place" :
				 "its checksum is wrong", names[!i]);
			CHECK_HAS(fake.out, line);
			flip(sda, dyad_super_sector(i) * 512 + at);
		}
		flip(sda, dyad_super_sector(i) * 512 + 20);
		CHECK_NUMBER(fake_run("meta", "show", sda, NULL), CMD_DONE);
		CHECK_HAS(fake.out, "volume 1 of vm1");
		CHECK_HAS(fake.out, " superblock damaged: ");
		CHECK_NUMBER(fake_run_json("meta", "check", sda, NULL), CMD_REFUSED);
		CHECK_HAS(fake.out, "\"good\": false,\n      \"reason\": \"its checksum is wrong\"");
		CHECK_HAS(fake.out, "\"damaged\": true");
		put_super(sda, i, &s);
	}
	CHECK_NUMBER(fake_run("meta", "check", sda, NULL), CMD_DONE);
	end();
}

static void two_bad_superblocks(void)
{
	struct dyad_super s, other;

	begin();
	CHECK_NUMBER(fake_run("meta", "create", sda, NULL), CMD_DONE);
	s = use(sda);
	flip(sda, 20);
	flip(sda, 65536 + 20);
	CHECK_NUMBER(fake_run("meta", "check", sda, NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "the metadata cannot be used: superblocks: first: its checksum is wrong; second: its checksum is wrong: attach refuses it");
	CHECK_NUMBER(fake_run("meta", "show", sda, NULL), CMD_REFUSED);
	CHECK_NUMBER(fake_run_json("meta", "dump", sda, NULL), CMD_REFUSED);
	CHECK_HAS(fake.out, "\"usable\": false");
	/* Whole ones that cannot both be right. */
	put_super(sda, 0, &s);
	other = s;
	other.uuid[3] ^= 1;
	put_super(sda, 1, &other);
	CHECK_NUMBER(fake_run("meta", "check", sda, NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "they contradict each other");
	/* An update that was cut short is no damage. */
	other = s;
	other.sequence++;
	other.lineage.now = 0x4444;
	put_super(sda, 1, &other);
	CHECK_NUMBER(fake_run("meta", "check", sda, NULL), CMD_DONE);
	CHECK_HAS(fake.out, "first superblock is older, its update was cut short; the second one is used\n");
	CHECK_NUMBER(fake_run("meta", "show", sda, NULL), CMD_DONE);
	CHECK_HAS(fake.out, "generation 0000000000004444");
	end();
}

static void dump_maps(void)
{
	uint8_t page[DYAD_META_PAGE];
	struct dyad_super s;

	begin();
	CHECK_NUMBER(fake_run("meta", "create", sda, NULL), CMD_DONE);
	s = use(sda);
	dyad_map_clear(page);
	dyad_intent_put(page, 2, true);
	dyad_intent_put(page, 3, true);
	dyad_intent_put(page, 49, true);
	dyad_map_seal(page, &s, DYAD_MAP_INTENT, 0);
	put(sda, page_at(&s, DYAD_MAP_INTENT, 0), page, sizeof(page));
	dyad_map_clear(page);
	dyad_dirty_of(page, 30)[127] = 0xc0;
	dyad_map_seal(page, &s, DYAD_MAP_DIRTY, 0);
	put(sda, page_at(&s, DYAD_MAP_DIRTY, 0), page, sizeof(page));
	dyad_map_clear(page);
	dyad_dirty_of(page, 0)[0] = 0x0b;
	dyad_map_seal(page, &s, DYAD_MAP_DIRTY, 1);
	put(sda, page_at(&s, DYAD_MAP_DIRTY, 1), page, sizeof(page));
	CHECK_NUMBER(fake_run("meta", "dump", sda, NULL), CMD_DONE);
	/* Region 49 is the last one, and a partial one. */
	CHECK_HAS(fake.out, "  11 MiB hot  20 KiB dirty\n"
		  "  hot    8388608 + 8388608\n"
		  "  hot    205520896 + 3137536\n"
		  "  dirty  130015232 + 16384\n"
		  "  dirty  130035712 + 4096\n");
	CHECK_NUMBER(fake_run_json("meta", "dump", sda, NULL), CMD_DONE);
	CHECK_HAS(fake.out, "\"dirty-extent\": [\n    {\n      \"start\": 130015232,\n      \"length\": 16384\n    },");
	CHECK_HAS(fake.out, "\"hot\": 11526144");
	end();
}

/* A page that is torn, of another disk, or in another page's place reads as the superset. */
static void bad_maps(void)
{
	uint8_t page[DYAD_META_PAGE], zeroes[512] = { 0 };
	struct dyad_super s, other;

	begin();
	CHECK_NUMBER(fake_run("meta", "create", sda, NULL), CMD_DONE);
	s = use(sda);
	flip(sda, page_at(&s, DYAD_MAP_INTENT, 0) + 4000);
	CHECK_NUMBER(fake_run("meta", "check", sda, NULL), CMD_REFUSED);
	CHECK_HAS(fake.out, "intent map: 1 of 1 pages damaged: read as all hot");
	CHECK_NUMBER(fake_run("meta", "dump", sda, NULL), CMD_DONE);
	CHECK_HAS(fake.out, "  hot    0 + 208658432\n");
	flip(sda, page_at(&s, DYAD_MAP_INTENT, 0) + 4000);
	CHECK_NUMBER(fake_run("meta", "check", sda, NULL), CMD_DONE);
	/* Torn at a sector. */
	put(sda, page_at(&s, DYAD_MAP_DIRTY, 1), zeroes, sizeof(zeroes));
	CHECK_NUMBER(fake_run("meta", "check", sda, NULL), CMD_REFUSED);
	CHECK_HAS(fake.out, "dirty map: 1 of 2 pages damaged: read as all dirty");
	CHECK_NUMBER(fake_run("meta", "dump", sda, NULL), CMD_DONE);
	CHECK_HAS(fake.out, "  dirty  130023424 + 78635008\n");
	/* The first page in the second one's place. */
	get(sda, page_at(&s, DYAD_MAP_DIRTY, 0), page, sizeof(page));
	put(sda, page_at(&s, DYAD_MAP_DIRTY, 1), page, sizeof(page));
	CHECK_NUMBER(fake_run("meta", "check", sda, NULL), CMD_REFUSED);
	CHECK_HAS(fake.out, "dirty map: 1 of 2 pages damaged");
	other = s;
	other.map_epoch++;
	dyad_map_clear(page);
	dyad_map_seal(page, &other, DYAD_MAP_DIRTY, 1);
	put(sda, page_at(&s, DYAD_MAP_DIRTY, 1), page, sizeof(page));
	CHECK_NUMBER(fake_run("meta", "check", sda, NULL), CMD_REFUSED);
	other = s;
	other.uuid[0] ^= 1;
	dyad_map_clear(page);
	dyad_map_seal(page, &other, DYAD_MAP_DIRTY, 0);
	put(sda, page_at(&s, DYAD_MAP_DIRTY, 0), page, sizeof(page));
	CHECK_NUMBER(fake_run("meta", "dump", sda, NULL), CMD_DONE);
	CHECK_HAS(fake.out, "  dirty  0 + 208658432\n");
	CHECK_HAS(fake.out, "dirty map: 2 of 2 pages damaged");
	end();
}

static void wipe(void)
{
	static uint8_t before[MIB], zeroes[MIB];
	struct dyad_super s;

	begin();
	CHECK_NUMBER(fake_run("meta", "create", sda, NULL), CMD_DONE);
	CHECK_NUMBER(fake_run("meta", "wipe", sda, NULL), CMD_DONE);
	CHECK_HAS(fake.out, "/sda: metadata of no resource yet wiped\n");
	CHECK_NUMBER(fake_run("meta", "create", sda, NULL), CMD_DONE);
	s = use(sda);
	put(sda, 5 * MIB, "content", 8);
	CHECK_NUMBER(fake_run("meta", "wipe", sda, NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "they are of volume 1 of vm1, node 2, uptodate; ");
	CHECK_NUMBER(fake_run("meta", "check", sda, NULL), CMD_DONE);
	CHECK_NUMBER(fake_run("meta", "wipe", sda, "--force", NULL), CMD_DONE);
	get(sda, 0, before, MIB);
	CHECK(!memcmp(before, zeroes, MIB));
	get(sda, page_at(&s, DYAD_MAP_DIRTY, 0), before, 2 * DYAD_META_PAGE);
	CHECK(!memcmp(before, zeroes, 2 * DYAD_META_PAGE));
	get(sda, 5 * MIB, before, 8);
	CHECK(!memcmp(before, "content", 8));
	CHECK_NUMBER(fake_run("meta", "wipe", sda, "--force", NULL), CMD_REFUSED);
	/* Damaged ones need the word, too. */
	CHECK_NUMBER(fake_run("meta", "create", sda, NULL), CMD_DONE);
	flip(sda, 20);
	flip(sda, 65536 + 20);
	CHECK_NUMBER(fake_run("meta", "wipe", sda, NULL), CMD_REFUSED);
	CHECK_NUMBER(fake_run("meta", "wipe", sda, "--force", NULL), CMD_DONE);
	CHECK_NUMBER(fake_run("meta", "check", sda, NULL), CMD_REFUSED);
	CHECK_HAS(fake.err, "there are none");
	end();
}

const struct test test_meta[] = {
	{ "create on the disk itself", create_internal },
	{ "adopt a disk in place", adopt_in_place },
	{ "create refuses a disk that holds something", create_refuses_content },
	{ "create refuses other metadata", create_refuses_metadata },
	{ "sizes", sizes },
	{ "wrong devices", wrong_devices },
	{ "show metadata in use", show_used },
	{ "one superblock damaged", one_bad_superblock },
	{ "both superblocks damaged", two_bad_superblocks },
	{ "dump the maps", dump_maps },
	{ "damaged maps", bad_maps },
	{ "wipe", wipe },
	{ 0 },
};
