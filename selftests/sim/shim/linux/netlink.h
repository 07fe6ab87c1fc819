/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: the sentence of a refusal. */
#ifndef SIM_LINUX_NETLINK_H
#define SIM_LINUX_NETLINK_H

#include <linux/kernel.h>

struct netlink_ext_ack {
	const char *_msg;
};

#define NL_SET_ERR_MSG(extack, text) do {					\
	struct netlink_ext_ack *__extack = (extack);				\
	if (__extack)								\
		__extack->_msg = (text);					\
} while (0)

#endif
