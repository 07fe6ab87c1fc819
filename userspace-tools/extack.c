// SPDX-License-Identifier: GPL-2.0-only
/*
 * extack: reads the acknowledgement that ends each netlink request.
 */
#include "extack.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void take_text(struct extack *ack, const char *text, size_t len)
{
	len = strnlen(text, len);
	while (len && (text[len - 1] == '\n' || text[len - 1] == '.'))
		len--;
	snprintf(ack->text, sizeof(ack->text), "%.*s", (int)len, text);
}

static void read_attributes(const char *p, size_t len, struct extack *ack)
{
	struct nlattr a;
	size_t whole;

	while (len >= sizeof(a)) {
		memcpy(&a, p, sizeof(a));
		if (a.nla_len < sizeof(a) || a.nla_len > len)
			return;
		switch (a.nla_type & NLA_TYPE_MASK) {
		case NLMSGERR_ATTR_MSG:
			take_text(ack, p + NLA_HDRLEN, a.nla_len - NLA_HDRLEN);
			break;
		case NLMSGERR_ATTR_MISS_TYPE:
			ack->missing = true;
			break;
		}
		whole = NLA_ALIGN((size_t)a.nla_len);
		if (whole >= len)
			return;
		p += whole;
		len -= whole;
	}
}

void extack_read(const struct nlmsghdr *h, struct extack *ack)
{
	size_t head = NLMSG_HDRLEN + sizeof(int);
	struct nlmsgerr e;
	int error;

	memset(ack, 0, sizeof(*ack));
	if (h->nlmsg_len < head)
		return;
	memcpy(&error, NLMSG_DATA(h), sizeof(error));
	ack->error = error < 0 ? -error : 0;
	if (!(h->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (h->nlmsg_type == NLMSG_ERROR) {
		head = NLMSG_HDRLEN + sizeof(e);
		if (h->nlmsg_len < head)
			return;
		memcpy(&e, NLMSG_DATA(h), sizeof(e));
		/* Without NLM_F_CAPPED our whole request stands before them. */
		if (!(h->nlmsg_flags & NLM_F_CAPPED) && e.msg.nlmsg_len > sizeof(e.msg))
			head += NLMSG_ALIGN(e.msg.nlmsg_len) - sizeof(e.msg);
	}
	if (head < h->nlmsg_len)
		read_attributes((const char *)h + head, h->nlmsg_len - head, ack);
}

const char *extack_reason(const struct extack *ack)
{
	if (ack->text[0])
		return ack->text;
	if (ack->missing)
		return "the kernel module wants more than this tool sent; they are of different versions";
	switch (ack->error) {
	case EPERM:
		return "administrator rights are needed; run it as root, outside of user namespaces";
	case EOPNOTSUPP:
		return "the kernel module does not know this request; it is older than this tool";
	case ENOMEM:
		return "the kernel is out of memory";
	}
	return strerror(ack->error);
}
