// SPDX-License-Identifier: GPL-2.0-only
/*
 * test-extack: acknowledgements as the kernel sends them, and as it should not.
 */
#include "test.h"

#include "extack.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* An acknowledgement under construction. */
struct ack {
	union {
		struct nlmsghdr h;
		char bytes[1024];
	};
	size_t len;
};

static void add(struct ack *a, const void *data, size_t len)
{
	memset(a->bytes + a->len, 0, NLMSG_ALIGN(len));
	memcpy(a->bytes + a->len, data, len);
	a->len += NLMSG_ALIGN(len);
	a->h.nlmsg_len = a->len;
}

static void begin(struct ack *a, int type, int flags, int error)
{
	memset(a, 0, sizeof(*a));
	a->len = NLMSG_HDRLEN;
	a->h.nlmsg_type = type;
	a->h.nlmsg_flags = flags;
	add(a, &error, sizeof(error));
}

static void add_request(struct ack *a, size_t payload)
{
	struct nlmsghdr h = { .nlmsg_len = NLMSG_HDRLEN + payload };
	char bytes[64] = { 0 };

	add(a, &h, sizeof(h));
	add(a, bytes, a->h.nlmsg_flags & NLM_F_CAPPED ? 0 : payload);
}

static void add_attribute(struct ack *a, int type, const void *data, size_t len)
{
	struct nlattr h = { .nla_type = type, .nla_len = NLA_HDRLEN + len };

	add(a, &h, sizeof(h));
	add(a, data, len);
}

static void refusal(void)
{
	static const char text[] = "the device is open for writing";
	static const int flags[] = { NLM_F_ACK_TLVS | NLM_F_CAPPED, NLM_F_ACK_TLVS };
	uint32_t offset = 20;
	struct extack e;
	struct ack a;
	size_t i;

	for (i = 0; i < 2; i++) {
		begin(&a, NLMSG_ERROR, flags[i], -EBUSY);
		add_request(&a, 21);
		add_attribute(&a, NLMSGERR_ATTR_OFFS, &offset, sizeof(offset));
		add_attribute(&a, NLMSGERR_ATTR_MSG, text, sizeof(text));
		extack_read(&a.h, &e);
		CHECK_NUMBER(e.error, EBUSY);
		CHECK_TEXT(e.text, text);
		CHECK_TEXT(extack_reason(&e), text);
		CHECK(!e.missing);
	}
}

static void end_of_dump(void)
{
	static const char text[] = "no.\n";
	struct extack e;
	struct ack a;

	begin(&a, NLMSG_DONE, NLM_F_MULTI | NLM_F_ACK_TLVS, -EINVAL);
	add_attribute(&a, NLMSGERR_ATTR_MSG, text, sizeof(text));
	extack_read(&a.h, &e);
	CHECK_NUMBER(e.error, EINVAL);
	CHECK_TEXT(e.text, "no");
	begin(&a, NLMSG_DONE, NLM_F_MULTI, 0);
	extack_read(&a.h, &e);
	CHECK_NUMBER(e.error, 0);
	CHECK_TEXT(e.text, "");
}

static void success(void)
{
	static const char note[] = "the peer may have newer data";
	struct extack e;
	struct ack a;

	begin(&a, NLMSG_ERROR, NLM_F_CAPPED, 0);
	add_request(&a, 21);
	extack_read(&a.h, &e);
	CHECK_NUMBER(e.error, 0);
	CHECK_TEXT(e.text, "");
	begin(&a, NLMSG_ERROR, NLM_F_CAPPED | NLM_F_ACK_TLVS, 0);
	add_request(&a, 21);
	add_attribute(&a, NLMSGERR_ATTR_MSG, note, sizeof(note));
	extack_read(&a.h, &e);
	CHECK_NUMBER(e.error, 0);
	CHECK_TEXT(e.text, note);
}

static void missing_attribute(void)
{
	uint32_t type = 3;
	struct extack e;
	struct ack a;

	begin(&a, NLMSG_ERROR, NLM_F_CAPPED | NLM_F_ACK_TLVS, -EINVAL);
	add_request(&a, 4);
	add_attribute(&a, NLMSGERR_ATTR_MISS_TYPE, &type, sizeof(type));
	extack_read(&a.h, &e);
	CHECK(e.missing);
	CHECK_HAS(extack_reason(&e), "different versions");
}

static void own_words(void)
{
	struct extack e = { .error = EPERM };

	CHECK_HAS(extack_reason(&e), "run it as root");
	e.error = EBUSY;
	CHECK_TEXT(extack_reason(&e), strerror(EBUSY));
}

/* Cut at each length, or with a wrong length inside: nothing is read behind it. */
static void damage(void)
{
	static const char text[] = "the device is open for writing";
	struct extack e;
	struct ack a;
	size_t len, i;

	for (i = 0; i < 2000; i++) {
		begin(&a, i % 3 ? NLMSG_ERROR : NLMSG_DONE,
		      NLM_F_ACK_TLVS | (i & 8 ? NLM_F_CAPPED : 0), -EBUSY);
		if (i % 3)
			add_request(&a, i % 33);
		add_attribute(&a, NLMSGERR_ATTR_MSG, text, sizeof(text));
		if (i >= 100)
			a.bytes[NLMSG_HDRLEN + test_random() % (a.len - NLMSG_HDRLEN)] =
				test_random();
		for (len = NLMSG_HDRLEN; len <= a.len; len++) {
			struct nlmsghdr *copy = malloc(len);

			memcpy(copy, a.bytes, len);
			copy->nlmsg_len = len;
			extack_read(copy, &e);
			CHECK(strlen(e.text) < sizeof(e.text));
			free(copy);
		}
	}
}

const struct test test_extack[] = {
	{ "a refusal", refusal },
	{ "the end of a dump", end_of_dump },
	{ "success, also with a note", success },
	{ "a missing attribute", missing_attribute },
	{ "our words where the kernel has none", own_words },
	{ "damage", damage },
	{ 0 },
};
