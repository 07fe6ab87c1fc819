/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: addresses, of which there is one for each node. */
#ifndef SIM_LINUX_IN6_H
#define SIM_LINUX_IN6_H

#include <linux/types.h>

struct in_addr {
	__be32 s_addr;
};

struct in6_addr {
	__be32 s6_addr32[4];
};

struct sockaddr_in {
	u16 sin_family;
	__be16 sin_port;
	struct in_addr sin_addr;
};

struct sockaddr_in6 {
	u16 sin6_family;
	__be16 sin6_port;
	struct in6_addr sin6_addr;
};

#endif
