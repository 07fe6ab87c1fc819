/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * extack: reads the acknowledgement that ends each netlink request: the error
 * number and, in the attributes behind it, the kernel's sentence. Pure.
 */
#ifndef DYAD_TOOL_EXTACK_H
#define DYAD_TOOL_EXTACK_H

#include <stdbool.h>
#include <linux/netlink.h>

struct extack {
	int error;		/* 0, or a positive errno */
	bool missing;		/* a required attribute was not sent */
	char text[256];		/* the kernel's sentence, or empty */
};

/*
 * Reads an NLMSG_ERROR or NLMSG_DONE message, whose nlmsg_len the caller has
 * checked against what was received.
 */
void extack_read(const struct nlmsghdr *h, struct extack *ack);

/* Why the request was refused: the kernel's sentence if there is one, else ours. */
const char *extack_reason(const struct extack *ack);

#endif
