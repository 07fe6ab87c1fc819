/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: connections, which the model of the network makes. */
#ifndef SIM_LINUX_NET_H
#define SIM_LINUX_NET_H

#include <linux/kernel.h>

struct net;
struct sim_conn;

struct sock {
	long sk_sndtimeo;
};

struct socket {
	struct sock *sk;
	struct sock the_sk;
	struct sim_conn *conn;
	int side;
};

struct sockaddr_unsized;

#define AF_INET 2
#define AF_INET6 10
#define SOCK_STREAM 1
#define IPPROTO_TCP 6

int sock_create_kern(struct net *net, int family, int type, int protocol, struct socket **sock);
void sock_release(struct socket *sock);
int kernel_connect(struct socket *sock, struct sockaddr_unsized *to, int size, int flags);

#endif
