/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: questions about addresses. */
#ifndef SIM_NET_IPV6_H
#define SIM_NET_IPV6_H

#include <linux/in6.h>

#define ipv6_addr_v4mapped(a) (false)
#define ipv6_addr_any(a) (false)
#define ipv6_addr_is_multicast(a) (false)

#endif
