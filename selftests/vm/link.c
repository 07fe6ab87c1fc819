// SPDX-License-Identifier: GPL-2.0-only
/*
 * link: a cable between test VMs. Each VM's network device connects to the
 * unix socket PATH as a stream client; whole frames are handed to all others.
 * A VM that dies leaves no half frame behind and may connect again.
 *
 *   link PATH
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define MAX_PORTS 4
#define MAX_FRAME (128 * 1024)

struct port {
	int fd;
	size_t len;
	unsigned char buf[4 * MAX_FRAME];
};

static struct port ports[MAX_PORTS];

static void port_close(struct port *p)
{
	close(p->fd);
	p->fd = -1;
	p->len = 0;
}

/* The receiver may be slow; a frame is sent whole or its port is closed. */
static void send_all(struct port *p, const unsigned char *buf, size_t len)
{
	while (len) {
		ssize_t n = send(p->fd, buf, len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			port_close(p);
			return;
		}
		buf += n;
		len -= n;
	}
}

static void forward(struct port *from, size_t len)
{
	for (struct port *p = ports; p < ports + MAX_PORTS; p++)
		if (p != from && p->fd >= 0)
			send_all(p, from->buf, len);
}

/* Hand on all whole frames, each a 4-byte length and its bytes, in one go. */
static void port_read(struct port *p)
{
	ssize_t n = recv(p->fd, p->buf + p->len, sizeof(p->buf) - p->len, 0);
	size_t whole = 0;

	if (n <= 0) {
		port_close(p);
		return;
	}
	p->len += n;
	while (p->len - whole >= 4) {
		uint32_t frame;

		memcpy(&frame, p->buf + whole, 4);
		frame = ntohl(frame);
		if (frame > MAX_FRAME) {
			port_close(p);
			return;
		}
		if (p->len - whole < 4 + frame)
			break;
		whole += 4 + frame;
	}
	if (!whole)
		return;
	forward(p, whole);
	p->len -= whole;
	memmove(p->buf, p->buf + whole, p->len);
}

static int listen_on(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (fd < 0 || strlen(path) >= sizeof(addr.sun_path))
		return -1;
	strcpy(addr.sun_path, path);
	unlink(path);
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) || listen(fd, 4))
		return -1;
	return fd;
}

static void port_accept(int listener)
{
	int fd = accept(listener, NULL, NULL);

	for (struct port *p = ports; fd >= 0 && p < ports + MAX_PORTS; p++) {
		if (p->fd < 0) {
			p->fd = fd;
			return;
		}
	}
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	struct pollfd fds[MAX_PORTS + 1];
	int listener;

	if (argc != 2)
		return 2;
	listener = listen_on(argv[1]);
	if (listener < 0) {
		perror(argv[1]);
		return 1;
	}
	for (int i = 0; i < MAX_PORTS; i++)
		ports[i].fd = -1;
	for (;;) {
		for (int i = 0; i < MAX_PORTS; i++)
			fds[i] = (struct pollfd){ ports[i].fd, POLLIN, 0 };
		fds[MAX_PORTS] = (struct pollfd){ listener, POLLIN, 0 };
		if (poll(fds, MAX_PORTS + 1, -1) < 0)
			continue;
		for (int i = 0; i < MAX_PORTS; i++)
			if (fds[i].fd >= 0 && fds[i].revents &&
			    ports[i].fd == fds[i].fd)
				port_read(&ports[i]);
		if (fds[MAX_PORTS].revents)
			port_accept(listener);
	}
}
