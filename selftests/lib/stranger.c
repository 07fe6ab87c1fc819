// SPDX-License-Identifier: GPL-2.0-only
/*
 * stranger: somebody at the port who is not the peer. Knows the first message
 * of the protocol from its description only, shares no code with the module.
 *
 *   stranger ADDRESS garbage COUNT	connect, send random bytes; COUNT times
 *   stranger ADDRESS hold COUNT	open COUNT connections, say nothing,
 *					print "held", keep them until killed,
 *					by new ones where they were closed
 *   stranger ADDRESS cut COUNT		send half a hello and close; COUNT times
 *   stranger ADDRESS hello RESOURCE FROM TO KEYED MIN MAX
 *					print what the node answers
 *   stranger ADDRESS huge RESOURCE	claim a payload of 4 GiB
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "frame.h"

#define PORT 8459
#define HEADER 64
#define HELLO 92
#define TYPE_HELLO 1
#define TYPE_REFUSE 3

static struct sockaddr_in target;

static int dial(void)
{
	struct timeval patience = { .tv_sec = 30 };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (fd < 0 || connect(fd, (struct sockaddr *)&target, sizeof(target))) {
		fprintf(stderr, "stranger: connect: %s\n", strerror(errno));
		exit(1);
	}
	return fd;
}

static void header(unsigned char *p, int type, uint32_t length)
{
	memset(p, 0, HEADER);
	put(p, 0x44415944, 4);
	p[4] = type;
	put(p + 8, length, 4);
	put(p + 60, crc32c(p, 60), 4);
}

static void make_hello(unsigned char *p, const char *resource, int from, int to,
		       int keyed, int min, int max)
{
	unsigned char *b = p + HEADER;

	header(p, TYPE_HELLO, HELLO);
	memset(b, 0, HELLO);
	put(b, min, 2);
	put(b + 2, max, 2);
	b[18] = 1;	/* streams offered; kind 0 is the control stream */
	b[19] = keyed;
	put(b + 20, from, 4);
	put(b + 24, to, 4);
	if (getrandom(b + 28, 32, 0) != 32)
		exit(1);
	strncpy((char *)b + 60, resource, 31);
}

static int say_hello(char **arg)
{
	unsigned char p[HEADER + HELLO], answer[HEADER];
	int fd = dial();

	make_hello(p, arg[0], atoi(arg[1]), atoi(arg[2]), atoi(arg[3]),
		   atoi(arg[4]), atoi(arg[5]));
	if (write(fd, p, sizeof(p)) != sizeof(p))
		return 1;
	ssize_t n = recv(fd, answer, sizeof(answer), MSG_WAITALL);

	if (n != sizeof(answer))
		printf("closed\n");
	else if (answer[4] == TYPE_REFUSE)
		printf("refused %u\n", get32(answer + 12));
	else
		printf("type %u\n", answer[4]);
	return 0;
}

static int claim_huge(const char *resource)
{
	unsigned char p[HEADER + HELLO];
	int fd = dial();
	ssize_t n;

	make_hello(p, resource, 1, 2, 1, 1, 1);
	put(p + 8, 0xffffffff, 4);
	put(p + 60, crc32c(p, 60), 4);
	if (write(fd, p, sizeof(p)) < 0)
		return 1;
	do
		n = recv(fd, p, sizeof(p), 0);
	while (n > 0);
	printf(n && (errno == EAGAIN || errno == EWOULDBLOCK) ? "open\n" : "closed\n");
	return 0;
}

static int throw_garbage(int count)
{
	unsigned char junk[8192];

	for (int i = 0; i < count; i++) {
		int fd = dial();
		size_t n = sizeof(junk) >> i % 12;

		if (getrandom(junk, sizeof(junk), 0) < 0)
			return 1;
		/* Now and then the start looks right. */
		if (i % 3 == 0)
			put(junk, 0x44415944, 4);
		if (i % 6 == 0) {
			header(junk, TYPE_HELLO, HELLO);
			n = HEADER + HELLO;
		}
		if (send(fd, junk, n, MSG_NOSIGNAL) < 0 && errno != EPIPE &&
		    errno != ECONNRESET)
			return 1;
		close(fd);
	}
	return 0;
}

static int cut_short(int count)
{
	unsigned char p[HEADER + HELLO];

	for (int i = 0; i < count; i++) {
		int fd = dial();

		make_hello(p, "r0", 1, 2, 1, 1, 1);
		if (send(fd, p, 1 + i % (int)(sizeof(p) - 1), MSG_NOSIGNAL) < 0)
			return 1;
		close(fd);
	}
	return 0;
}

/* Those whom the node has sent away come again, but not in a storm. */
static int hold(int count)
{
	int *fds = calloc(count, sizeof(*fds));

	if (!fds)
		return 1;
	for (int i = 0; i < count; i++)
		fds[i] = dial();
	printf("held\n");
	fflush(stdout);
	for (;;) {
		int room = 4;

		for (int i = count - 1; i >= 0 && room; i--) {
			char c;
			ssize_t n = recv(fds[i], &c, 1, MSG_PEEK | MSG_DONTWAIT);

			if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)))
				continue;
			close(fds[i]);
			fds[i] = dial();
			room--;
		}
		usleep(100000);
	}
}

int main(int argc, char **argv)
{
	const char *verb = argc > 3 ? argv[2] : "";

	target.sin_family = AF_INET;
	target.sin_port = htons(PORT);
	if (argc < 4 || inet_pton(AF_INET, argv[1], &target.sin_addr) != 1) {
		fprintf(stderr, "usage: stranger ADDRESS garbage|hold|cut|hello|huge ARGS\n");
		return 2;
	}
	if (!strcmp(verb, "garbage"))
		return throw_garbage(atoi(argv[3]));
	if (!strcmp(verb, "hold"))
		return hold(atoi(argv[3]));
	if (!strcmp(verb, "cut"))
		return cut_short(atoi(argv[3]));
	if (!strcmp(verb, "hello") && argc == 9)
		return say_hello(argv + 3);
	if (!strcmp(verb, "huge"))
		return claim_huge(argv[3]);
	return 2;
}
