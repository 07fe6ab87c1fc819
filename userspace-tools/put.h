/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * put: attributes, into a request. A request has room for all that the tool
 * ever puts into one, so this cannot fail.
 */
#ifndef DYAD_TOOL_PUT_H
#define DYAD_TOOL_PUT_H

#include <stddef.h>
#include <stdint.h>

struct nl_msg;

void put_string(struct nl_msg *msg, int attribute, const char *text);
void put_u32(struct nl_msg *msg, int attribute, uint32_t value);
void put_u64(struct nl_msg *msg, int attribute, uint64_t value);
void put_flag(struct nl_msg *msg, int attribute);
void put_binary(struct nl_msg *msg, int attribute, const void *data, size_t len);

#endif
