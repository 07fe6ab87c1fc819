// SPDX-License-Identifier: GPL-2.0-only
/* Serves disks to the kernel's nbd driver, and obeys commands meanwhile. */
#define _GNU_SOURCE
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/nbd.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "server.h"

#define CLIENTS 32
#define FLAGS (NBD_FLAG_HAS_FLAGS | NBD_FLAG_SEND_FLUSH | NBD_FLAG_SEND_FUA | \
	       NBD_FLAG_SEND_TRIM)

static uint64_t clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

void server_log(struct server *s, struct entry *e, const void *payload)
{
	if (s->log)
		journal_put(s->log, e, payload);
	s->entries++;
	if (s->cut_disks && s->entries > s->cut_at) {
		unsigned int disks = s->cut_disks;

		s->cut_disks = 0;
		server_cut(s, disks, s->cut_seed);
		if (s->cut_client != NOBODY &&
		    send(s->cut_client, "ok\n", 3, MSG_NOSIGNAL) != 3)
			perror("powerdisk: who waited for a cut is gone");
	}
}

void server_cut(struct server *s, unsigned int disks, uint64_t seed)
{
	for (struct waiting *w = s->waiting; w; w = w->next)
		if (disks & 1u << w->disk)
			w->due = UINT64_MAX;
	for (unsigned int i = 0; i < s->count; i++) {
		struct entry e = { .type = ENTRY_CUT, .disk = i, .id = seed + i };

		if (!(disks & 1u << i))
			continue;
		s->exports[i].power = POWER_CUT;
		disk_cut(&s->disks[i], seed + i, true);
		server_log(s, &e, NULL);
	}
}

static void reply(struct server *s, unsigned int disk, const char *handle, int error,
		  const void *data, uint32_t length)
{
	struct nbd_reply r = { .magic = htobe32(NBD_REPLY_MAGIC), .error = htobe32(error) };
	int fd = s->exports[disk].socket;

	memcpy(r.handle, handle, sizeof(r.handle));
	if (send(fd, &r, sizeof(r), MSG_NOSIGNAL) != sizeof(r))
		return;
	for (uint32_t at = 0; !error && at < length;) {
		ssize_t n = send(fd, (const char *)data + at, length - at, MSG_NOSIGNAL);

		if (n <= 0)
			return;
		at += n;
	}
}

void server_fail(struct server *s, unsigned int disks)
{
	struct waiting **p = &s->waiting, *w;

	for (unsigned int i = 0; i < s->count; i++)
		if (disks & 1u << i)
			s->exports[i].power = POWER_FAILING;
	while ((w = *p)) {
		if (!(disks & 1u << w->disk)) {
			p = &w->next;
			continue;
		}
		reply(s, w->disk, w->handle, EIO, NULL, 0);
		*p = w->next;
		free(w);
	}
}

void server_on(struct server *s, unsigned int disks)
{
	server_fail(s, disks);
	for (unsigned int i = 0; i < s->count; i++)
		if (disks & 1u << i)
			s->exports[i].power = POWER_ON;
}

static void complete_due(struct server *s, uint64_t now)
{
	struct waiting **p = &s->waiting, *w;

	while ((w = *p)) {
		struct entry e = { .type = ENTRY_COMPLETE, .disk = w->disk, .id = w->id };

		if (w->due > now) {
			p = &w->next;
			continue;
		}
		*p = w->next;
		disk_complete(&s->disks[w->disk], w->id);
		server_log(s, &e, NULL);
		reply(s, w->disk, w->handle, 0, NULL, 0);
		free(w);
	}
}

static void hold(struct server *s, unsigned int disk, const char *handle, uint64_t id)
{
	struct waiting *w = must_alloc(sizeof(*w));

	*w = (struct waiting){ .next = s->waiting, .disk = disk, .id = id, .due = UINT64_MAX };
	memcpy(w->handle, handle, sizeof(w->handle));
	if (id && s->exports[disk].power == POWER_ON)
		w->due = clock_ns() + random_below(&s->random, s->delay + 1);
	s->waiting = w;
}

static void submit(struct server *s, unsigned int disk, const char *handle, struct change *c)
{
	struct entry e = { .type = ENTRY_SUBMIT, .disk = disk, .kind = c->kind,
		.fua = c->fua, .offset = c->offset, .length = c->length,
		.payload = c->data ? c->length : 0 };

	c->id = e.id = ++s->last_id;
	disk_submit(&s->disks[disk], c);
	/* The log may be cut right behind this entry, which frees the change. */
	hold(s, disk, handle, e.id);
	server_log(s, &e, c->data);
}

static void start(struct server *s, unsigned int disk, const char *handle, uint32_t command,
		  struct change *c)
{
	bool flush = command == NBD_CMD_FLUSH;

	if (s->exports[disk].power == POWER_FAILING) {
		reply(s, disk, handle, EIO, NULL, 0);
	} else if (s->exports[disk].power == POWER_CUT) {
		hold(s, disk, handle, 0);
	} else if (c->offset + c->length > s->disks[disk].bytes) {
		reply(s, disk, handle, ENOSPC, NULL, 0);
	} else if (command == NBD_CMD_READ) {
		reply(s, disk, handle, 0, s->disks[disk].now + c->offset, c->length);
	} else if (s->lies && flush) {
		reply(s, disk, handle, 0, NULL, 0);
	} else {
		c->kind = flush ? CHANGE_FLUSH : c->data ? CHANGE_WRITE : CHANGE_ZERO;
		if (s->lies)
			c->fua = false;
		submit(s, disk, handle, c);
		return;
	}
	free(c->data);
	free(c);
}

/* False: the kernel has let go of the device. */
static bool serve_request(struct server *s, unsigned int disk)
{
	int fd = s->exports[disk].socket;
	struct nbd_request r;
	struct change *c;
	uint32_t type, command;

	if (recv(fd, &r, sizeof(r), MSG_WAITALL) != sizeof(r) ||
	    be32toh(r.magic) != NBD_REQUEST_MAGIC)
		return false;
	type = be32toh(r.type);
	command = type & 0xffff;
	if (command == NBD_CMD_DISC)
		return false;
	c = must_alloc(sizeof(*c));
	*c = (struct change){ .offset = be64toh(r.from), .length = be32toh(r.len),
		.fua = type & NBD_CMD_FLAG_FUA };
	if (command == NBD_CMD_WRITE && c->length) {
		c->data = must_alloc(c->length);
		if (recv(fd, c->data, c->length, MSG_WAITALL) != (ssize_t)c->length)
			return false;
		if (all_zero(c->data, c->length)) {
			free(c->data);
			c->data = NULL;
		}
	}
	start(s, disk, r.handle, command, c);
	return true;
}

/* Hand the other end of a socket to the kernel; a child waits there. */
static void export_start(struct server *s, unsigned int disk)
{
	struct export *x = &s->exports[disk];
	char path[64], size[64];
	int pair[2], fd;

	snprintf(path, sizeof(path), "/dev/nbd%u", disk);
	x->device = open(path, O_RDWR | O_CLOEXEC);
	if (x->device < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		die(path);
	x->socket = pair[0];
	ioctl(x->device, NBD_CLEAR_SOCK);
	if (ioctl(x->device, NBD_SET_BLKSIZE, (unsigned long)SECTOR) ||
	    ioctl(x->device, NBD_SET_SIZE_BLOCKS, s->disks[disk].bytes / SECTOR) ||
	    ioctl(x->device, NBD_SET_FLAGS, (unsigned long)FLAGS) ||
	    ioctl(x->device, NBD_SET_SOCK, (unsigned long)pair[1]))
		die(path);
	x->child = fork();
	if (!x->child) {
		for (unsigned int i = 0; i <= disk; i++)
			close(s->exports[i].socket);
		ioctl(x->device, NBD_DO_IT);
		ioctl(x->device, NBD_CLEAR_SOCK);
		_exit(0);
	}
	close(pair[1]);
	snprintf(path, sizeof(path), "/sys/block/nbd%u/size", disk);
	for (;;) {
		fd = open(path, O_RDONLY);
		size[0] = 0;
		if (fd < 0 || read(fd, size, sizeof(size) - 1) < 0)
			die(path);
		close(fd);
		if (strtoull(size, NULL, 10) == s->disks[disk].bytes / SECTOR)
			break;
		if (waitpid(x->child, NULL, WNOHANG))
			die("powerdisk: nbd does not start");
		usleep(1000);
	}
	snprintf(path, sizeof(path), "/dev/%s", s->disks[disk].name);
	snprintf(size, sizeof(size), "nbd%u", disk);
	unlink(path);
	if (symlink(size, path))
		die(path);
}

static void export_stop(struct server *s, unsigned int disk)
{
	struct export *x = &s->exports[disk];
	char path[64];

	ioctl(x->device, NBD_DISCONNECT);
	close(x->socket);
	waitpid(x->child, NULL, 0);
	close(x->device);
	snprintf(path, sizeof(path), "/dev/%s", s->disks[disk].name);
	unlink(path);
}

static int listen_here(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	/* The path appears when it can be connected to. */
	snprintf(a.sun_path, sizeof(a.sun_path), "%s", SOCKET_PATH ".new");
	unlink(a.sun_path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) || listen(fd, CLIENTS) ||
	    rename(SOCKET_PATH ".new", SOCKET_PATH))
		die(SOCKET_PATH);
	return fd;
}

/* False: the client is gone. Clients wait for an answer before they go on. */
static bool serve_client(struct server *s, int fd)
{
	char line[512];
	ssize_t n = recv(fd, line, sizeof(line) - 1, 0);
	const char *answer;

	if (n <= 0 || line[n - 1] != '\n') {
		if (s->cut_client == fd)
			s->cut_client = NOBODY;
		return false;
	}
	line[n - 1] = 0;
	answer = control(s, fd, line);
	if (!answer)
		return true;
	n = snprintf(line, sizeof(line), "%s\n", answer);
	return send(fd, line, n, MSG_NOSIGNAL) == n;
}

static uint64_t earliest(const struct server *s)
{
	uint64_t due = UINT64_MAX;

	for (const struct waiting *w = s->waiting; w; w = w->next)
		if (w->due < due)
			due = w->due;
	return due;
}

static void one_round(struct server *s, struct pollfd *p, unsigned int *count)
{
	uint64_t due = earliest(s), now = clock_ns();
	uint64_t left = due > now ? due - now : 0;
	struct timespec t = { left / 1000000000, left % 1000000000 };
	int fd;

	if (ppoll(p, *count, due == UINT64_MAX ? NULL : &t, NULL) < 0 && errno != EINTR)
		die("powerdisk: poll");
	complete_due(s, clock_ns());
	for (unsigned int i = 0; i < s->count; i++)
		if (p[i].revents && !serve_request(s, i))
			p[i].fd = -1;
	for (unsigned int i = s->count + 1; i < *count; i++) {
		if (p[i].revents && !serve_client(s, p[i].fd)) {
			close(p[i].fd);
			p[i] = p[--*count];
			p[i--].revents = 0;
		}
	}
	if (p[s->count].revents && *count < s->count + 1 + CLIENTS) {
		fd = accept4(p[s->count].fd, NULL, NULL, SOCK_CLOEXEC);
		if (fd >= 0)
			p[(*count)++] = (struct pollfd){ .fd = fd, .events = POLLIN };
	}
}

int server_run(struct server *s)
{
	struct pollfd p[MAX_DISKS + 1 + CLIENTS] = { 0 };
	unsigned int count = s->count + 1;

	signal(SIGPIPE, SIG_IGN);
	for (unsigned int i = 0; i < s->count; i++) {
		export_start(s, i);
		p[i] = (struct pollfd){ .fd = s->exports[i].socket, .events = POLLIN };
	}
	p[s->count] = (struct pollfd){ .fd = listen_here(), .events = POLLIN };
	while (!s->stopping)
		one_round(s, p, &count);
	unlink(SOCKET_PATH);
	server_fail(s, ~0u);
	for (unsigned int i = 0; i < s->count; i++)
		export_stop(s, i);
	return 0;
}
