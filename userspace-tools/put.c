// SPDX-License-Identifier: GPL-2.0-only
/*
 * put: attributes, into a request.
 */
#include "put.h"
#include "mem.h"

#include <string.h>

#include <netlink/attr.h>

void put_binary(struct nl_msg *msg, int attribute, const void *data, size_t len)
{
	if (nla_put(msg, attribute, len, data) < 0)
		mem_exhausted();
}

void put_string(struct nl_msg *msg, int attribute, const char *text)
{
	put_binary(msg, attribute, text, strlen(text) + 1);
}

void put_u32(struct nl_msg *msg, int attribute, uint32_t value)
{
	put_binary(msg, attribute, &value, sizeof(value));
}

void put_u64(struct nl_msg *msg, int attribute, uint64_t value)
{
	put_binary(msg, attribute, &value, sizeof(value));
}

void put_flag(struct nl_msg *msg, int attribute)
{
	put_binary(msg, attribute, NULL, 0);
}
