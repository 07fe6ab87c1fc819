// SPDX-License-Identifier: GPL-2.0-only
/*
 * samebytes: whether two block devices hold the same, past the page cache. In a test VM
 * cmp takes several times as long, for the pages.
 *
 *   samebytes DEVICE DEVICE	0 the same, 1 not: it says from which byte on, 2 cannot tell
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK ((size_t)1 << 20)

struct side {
	const char *name;
	int fd;
	unsigned char *bytes;
};

static void die(const char *name, const char *why)
{
	fprintf(stderr, "samebytes: %s: %s\n", name, why);
	exit(2);
}

static void start(struct side *s, const char *name)
{
	s->name = name;
	s->fd = open(name, O_RDONLY | O_DIRECT | O_CLOEXEC);
	if (s->fd < 0)
		die(name, strerror(errno));
	s->bytes = aligned_alloc(4096, CHUNK);
	if (!s->bytes)
		die(name, strerror(errno));
}

/* What is there from AT on; fewer bytes than a chunk only at the end. */
static size_t load(struct side *s, off_t at)
{
	size_t have = 0;

	while (have < CHUNK) {
		ssize_t n = pread(s->fd, s->bytes + have, CHUNK - have, at + (off_t)have);

		if (n < 0)
			die(s->name, strerror(errno));
		if (!n)
			break;
		have += (size_t)n;
	}
	return have;
}

int main(int argc, char **argv)
{
	struct side one, other;
	off_t at = 0;

	if (argc != 3) {
		fprintf(stderr, "usage: samebytes DEVICE DEVICE\n");
		return 2;
	}
	start(&one, argv[1]);
	start(&other, argv[2]);
	for (;;) {
		size_t n = load(&one, at), m = load(&other, at), i = 0;

		while (i < n && i < m && one.bytes[i] == other.bytes[i])
			i++;
		if (i < n && i < m) {
			printf("%s and %s differ from byte %lld on\n", one.name, other.name,
			       (long long)(at + (off_t)i));
			return 1;
		}
		if (n != m) {
			printf("%s ends at byte %lld\n", n < m ? one.name : other.name,
			       (long long)(at + (off_t)i));
			return 1;
		}
		at += (off_t)n;
		if (n < CHUNK)
			return 0;
	}
}
