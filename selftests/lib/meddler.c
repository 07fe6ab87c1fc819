// SPDX-License-Identifier: GPL-2.0-only
/*
 * meddler: somebody on the way between two nodes, who passes on what they send, but for
 * what he changes. Knows the frames from the description only, shares no code with the
 * module.
 *
 *   meddler PORT ADDRESS WHAT	listen on PORT, pass on to ADDRESS:8459; WHAT:
 *	nothing		pass everything on
 *	features	hellos offer no features, as those of an older version
 *	body		packed blocks are filled with ones
 *	short		packed blocks unpack to one byte
 *	empty		packed blocks are empty
 *	long		packed blocks are longer than what they hold
 *	unasked		plain writes of 4 KiB say that they are packed
 *
 * Prints "meddled" for each packed block changed, and "packed N" at the end of each
 * connection: the blocks that came.
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "frame.h"

#define TARGET_PORT 8459
#define HEADER 64
#define TYPE_HELLO 1
#define TYPE_WRITE 32
#define FEATURES_AT 4
#define PACKED 0x0200
#define BLOCK 32768u
#define MAX_PAYLOAD (1u << 20)

static const char *what;
static unsigned char buffer[MAX_PAYLOAD];

static void take(int fd, void *to, size_t n)
{
	if (n && recv(fd, to, n, MSG_WAITALL) != (ssize_t)n)
		exit(0);
}

static void give(int fd, const void *from, size_t n)
{
	const char *p = from;

	while (n) {
		ssize_t ret = send(fd, p, n, MSG_NOSIGNAL);

		if (ret <= 0)
			exit(0);
		p += ret;
		n -= ret;
	}
}

static int is(const char *word)
{
	return !strcmp(what, word);
}

/* The same block, or a worse one. Returns its length, the head's word may be another. */
static uint32_t meddle(uint32_t n, uint32_t plain, uint32_t *word)
{
	*word = n;
	if (n == plain)
		return n;
	if (is("body")) {
		memset(buffer, 0xff, n);
	} else if (is("short")) {
		/* lz4: one literal. */
		memcpy(buffer, "\x10" "A", 2);
		*word = 2;
		n = 2;
	} else if (is("empty")) {
		*word = 0;
		n = 0;
	} else if (is("long")) {
		*word = plain + 1;
	} else {
		return n;
	}
	printf("meddled\n");
	return n;
}

static void pass_blocks(int from, int to, uint32_t left)
{
	unsigned char head[4];

	while (left) {
		uint32_t plain = left < BLOCK ? left : BLOCK;
		uint32_t n, word;

		take(from, head, sizeof(head));
		n = get32(head);
		if (!n || n > plain)
			exit(1);
		take(from, buffer, n);
		printf("packed %u %u\n", n, plain);
		n = meddle(n, plain, &word);
		put(head, word, 4);
		give(to, head, sizeof(head));
		give(to, buffer, n);
		left -= plain;
	}
}

static void pass(int from, int to)
{
	unsigned char h[HEADER];

	for (;;) {
		uint32_t length;
		unsigned int flags;

		take(from, h, sizeof(h));
		length = get32(h + 8);
		flags = h[6] | h[7] << 8;
		if (length > MAX_PAYLOAD)
			exit(1);
		if (is("unasked") && h[4] == TYPE_WRITE && length == 4096 && !(flags & PACKED)) {
			h[7] |= PACKED >> 8;
			put(h + 60, crc32c(h, 60), 4);
			printf("meddled\n");
		}
		give(to, h, sizeof(h));
		if (flags & PACKED) {
			pass_blocks(from, to, length);
			continue;
		}
		take(from, buffer, length);
		if (h[4] == TYPE_HELLO && is("features"))
			put(buffer + FEATURES_AT, 0, 4);
		give(to, buffer, length);
	}
}

static void serve(int client, const struct sockaddr_in *target)
{
	int server = socket(AF_INET, SOCK_STREAM, 0);

	if (connect(server, (const struct sockaddr *)target, sizeof(*target)))
		exit(1);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (fork())
		pass(client, server);
	else
		pass(server, client);
}

int main(int argc, char **argv)
{
	struct sockaddr_in here = { .sin_family = AF_INET }, target = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	target.sin_port = htons(TARGET_PORT);
	if (argc != 4 || inet_pton(AF_INET, argv[2], &target.sin_addr) != 1) {
		fprintf(stderr, "usage: meddler PORT ADDRESS WHAT\n");
		return 2;
	}
	here.sin_port = htons(atoi(argv[1]));
	what = argv[3];
	signal(SIGCHLD, SIG_IGN);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&here, sizeof(here)) || listen(fd, 64)) {
		perror("meddler");
		return 1;
	}
	for (;;) {
		int client = accept(fd, NULL, NULL);

		if (client >= 0 && !fork()) {
			close(fd);
			serve(client, &target);
		}
		close(client);
	}
}
