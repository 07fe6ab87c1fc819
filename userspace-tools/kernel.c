// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel: a session with the dyad family of the kernel, over libnl.
 */
#include "kernel.h"
#include "mem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <netlink/attr.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

#include <linux/dyad.h>

#define EVENT_BUFFER (1 << 20)

struct kernel {
	struct nl_sock *sock;
	struct nl_sock *events;
	int family;
	bool gone;		/* the family, while we listened */
	struct extack ack;
};

/* One request on its way. */
struct exchange {
	struct kernel *kernel;
	kernel_fn *fn;
	void *arg;
	bool done;
};

extern char **environ;

static struct nl_sock *open_socket(void)
{
	static const int options[] = {
		NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK,
	};
	struct nl_sock *sock = nl_socket_alloc();
	const int on = 1;
	size_t i;

	if (!sock)
		mem_exhausted();
	if (genl_connect(sock) < 0) {
		nl_socket_free(sock);
		return NULL;
	}
	/* Without these a refusal only has less to say. */
	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		setsockopt(nl_socket_get_fd(sock), SOL_NETLINK, options[i], &on, sizeof(on));
	return sock;
}

static void load_module(void)
{
	char *argv[] = { "modprobe", "-q", DYAD_FAMILY_NAME, NULL };
	posix_spawn_file_actions_t quiet;
	pid_t pid;

	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (!posix_spawn(&pid, "/sbin/modprobe", &quiet, NULL, argv, environ))
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	posix_spawn_file_actions_destroy(&quiet);
}

struct kernel *kernel_open(bool load)
{
	struct kernel *kernel = mem_zalloc(1, sizeof(*kernel));

	kernel->sock = open_socket();
	if (kernel->sock) {
		kernel->family = genl_ctrl_resolve(kernel->sock, DYAD_FAMILY_NAME);
		if (kernel->family < 0 && load) {
			load_module();
			kernel->family = genl_ctrl_resolve(kernel->sock, DYAD_FAMILY_NAME);
		}
	}
	if (!kernel->sock || kernel->family < 0) {
		kernel_close(kernel);
		return NULL;
	}
	return kernel;
}

void kernel_close(struct kernel *kernel)
{
	if (!kernel)
		return;
	nl_socket_free(kernel->sock);
	nl_socket_free(kernel->events);
	free(kernel);
}

struct nl_msg *kernel_new(struct kernel *kernel, uint8_t command)
{
	struct nl_msg *msg = nlmsg_alloc();

	if (!msg || !genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, kernel->family, 0, 0, command,
				 DYAD_FAMILY_VERSION))
		mem_exhausted();
	return msg;
}

/* The kernel tells the world that our family went away, with the module. */
static bool is_farewell(struct kernel *kernel, struct nl_msg *msg)
{
	struct genlmsghdr *head = nlmsg_data(nlmsg_hdr(msg));
	struct nlattr *id;

	if (nlmsg_hdr(msg)->nlmsg_type != GENL_ID_CTRL ||
	    !genlmsg_valid_hdr(nlmsg_hdr(msg), 0) || head->cmd != CTRL_CMD_DELFAMILY)
		return false;
	id = nla_find(genlmsg_attrdata(head, 0), genlmsg_attrlen(head, 0), CTRL_ATTR_FAMILY_ID);
	return id && nla_len(id) >= 2 && nla_get_u16(id) == kernel->family;
}

static int on_reply(struct nl_msg *msg, void *arg)
{
	struct exchange *x = arg;

	if (is_farewell(x->kernel, msg))
		x->kernel->gone = true;
	if (x->fn && nlmsg_hdr(msg)->nlmsg_type == x->kernel->family)
		x->fn(msg, x->arg);
	return NL_OK;
}

/* The acknowledgement of a request, or the end of a dump. */
static int on_end(struct nl_msg *msg, void *arg)
{
	struct exchange *x = arg;

	extack_read(nlmsg_hdr(msg), &x->kernel->ack);
	x->done = true;
	return NL_STOP;
}

static int on_refusal(struct sockaddr_nl *from, struct nlmsgerr *e, void *arg)
{
	struct exchange *x = arg;

	(void)from;
	extack_read((struct nlmsghdr *)((char *)e - NLMSG_HDRLEN), &x->kernel->ack);
	x->done = true;
	return NL_STOP;
}

/* Notifications have no sequence, and a request has the socket to itself. */
static int on_sequence(struct nl_msg *msg, void *arg)
{
	(void)msg;
	(void)arg;
	return NL_OK;
}

static struct nl_cb *callbacks(struct exchange *x)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);

	if (!cb)
		mem_exhausted();
	nl_cb_set(cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, on_sequence, NULL);
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_reply, x);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_end, x);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_end, x);
	nl_cb_err(cb, NL_CB_CUSTOM, on_refusal, x);
	return cb;
}

static void transport_failed(struct extack *ack, int error)
{
	ack->error = EIO;
	snprintf(ack->text, sizeof(ack->text), "the netlink socket failed: %s",
		 nl_geterror(error));
}

static int exchange(struct kernel *kernel, struct nl_msg *msg, kernel_fn *fn, void *arg)
{
	struct exchange x = { .kernel = kernel, .fn = fn, .arg = arg };
	struct nl_cb *cb = callbacks(&x);
	bool interrupted = false;
	int ret;

	memset(&kernel->ack, 0, sizeof(kernel->ack));
	ret = nl_send_auto(kernel->sock, msg);
	while (ret >= 0 && !x.done) {
		ret = nl_recvmsgs(kernel->sock, cb);
		if (ret == -NLE_DUMP_INTR) {
			interrupted = true;
			ret = 0;
		}
	}
	if (!x.done)
		transport_failed(&kernel->ack, ret);
	nl_cb_put(cb);
	/* It may have held a key. */
	explicit_bzero(nlmsg_data(nlmsg_hdr(msg)), nlmsg_datalen(nlmsg_hdr(msg)));
	nlmsg_free(msg);
	if (kernel->ack.error)
		return -kernel->ack.error;
	return interrupted ? -EINTR : 0;
}

int kernel_do(struct kernel *kernel, struct nl_msg *msg, kernel_fn *fn, void *arg)
{
	return exchange(kernel, msg, fn, arg);
}

int kernel_dump(struct kernel *kernel, struct nl_msg *msg, kernel_fn *fn, void *arg)
{
	nlmsg_hdr(msg)->nlmsg_flags |= NLM_F_DUMP;
	return exchange(kernel, msg, fn, arg);
}

const struct extack *kernel_ack(const struct kernel *kernel)
{
	return &kernel->ack;
}

int kernel_subscribe(struct kernel *kernel)
{
	int group;

	kernel->events = open_socket();
	group = genl_ctrl_resolve_grp(kernel->sock, DYAD_FAMILY_NAME, DYAD_MCGRP_MONITOR);
	if (!kernel->events || group < 0) {
		transport_failed(&kernel->ack, group);
		return -EIO;
	}
	nl_socket_set_buffer_size(kernel->events, EVENT_BUFFER, 0);
	/* The group of generic netlink itself has the number of its family. */
	if (nl_socket_add_memberships(kernel->events, group, GENL_ID_CTRL, 0) < 0 ||
	    nl_socket_set_nonblocking(kernel->events) < 0) {
		memset(&kernel->ack, 0, sizeof(kernel->ack));
		kernel->ack.error = EPERM;
		return -EPERM;
	}
	return 0;
}

void kernel_wait(struct kernel *kernel, int timeout_ms)
{
	struct pollfd p = { .fd = nl_socket_get_fd(kernel->events), .events = POLLIN };

	poll(&p, 1, timeout_ms);
}

int kernel_events(struct kernel *kernel, kernel_fn *fn, void *arg)
{
	struct exchange x = { .kernel = kernel, .fn = fn, .arg = arg };
	struct nl_cb *cb = callbacks(&x);
	bool lost = false;
	int ret;

	do {
		ret = nl_recvmsgs(kernel->events, cb);
		/* libnl's name for ENOBUFS; the socket is good again after it. */
		if (ret == -NLE_NOMEM || ret == -NLE_MSG_OVERFLOW) {
			lost = true;
			ret = 0;
		}
	} while (ret >= 0);
	nl_cb_put(cb);
	if (ret != -NLE_AGAIN) {
		transport_failed(&kernel->ack, ret);
		return -EIO;
	}
	if (kernel->gone) {
		memset(&kernel->ack, 0, sizeof(kernel->ack));
		kernel->ack.error = ENODEV;
		strcpy(kernel->ack.text, "the kernel module was unloaded");
		return -ENODEV;
	}
	return lost ? -ENOBUFS : 0;
}
