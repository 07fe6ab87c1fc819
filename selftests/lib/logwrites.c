// SPDX-License-Identifier: GPL-2.0-only
/*
 * logwrites: print what a dm-log-writes device has logged, one line for each
 * entry: its sector, its length in sectors and its flags (flush fua discard
 * mark). The data are skipped.
 *
 *   logwrites LOG-DEVICE
 */
#define _FILE_OFFSET_BITS 64
#include <endian.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#define MAGIC 0x6a736677736872ULL

struct super {
	uint64_t magic, version, entries;
	uint32_t sectorsize;
};

struct entry {
	uint64_t sector, sectors, flags, data_len;
};

int main(int argc, char **argv)
{
	static const char * const names[] = { "flush", "fua", "discard", "mark" };
	int fd = argc == 2 ? open(argv[1], O_RDONLY) : -1;
	struct super s;
	struct entry e;

	if (fd < 0 || pread(fd, &s, sizeof(s), 0) != sizeof(s) ||
	    le64toh(s.magic) != MAGIC) {
		fprintf(stderr, "logwrites: not a log\n");
		return 1;
	}
	uint32_t unit = le32toh(s.sectorsize);
	uint64_t at = unit;

	for (uint64_t i = 0; i < le64toh(s.entries); i++) {
		if (pread(fd, &e, sizeof(e), at) != sizeof(e))
			return 1;
		uint64_t flags = le64toh(e.flags);

		printf("%llu %llu", (unsigned long long)le64toh(e.sector),
		       (unsigned long long)le64toh(e.sectors));
		for (int f = 0; f < 4; f++)
			if (flags & 1u << f)
				printf(" %s", names[f]);
		printf("\n");
		at += unit;
		/* A mark's text is in its header's sector. */
		if (!(flags & 4))
			at += le64toh(e.sectors) * unit;
	}
	return 0;
}
