// SPDX-License-Identifier: GPL-2.0-only
/* How data is packed that goes to the peer: the wish, and what has become of it. */
#include "compression.h"

#include "control/peer.h"
#include "net/packer.h"
#include "net/session.h"

static const char *const names[] = {
	[DYAD_COMPRESSION_NONE] = "none",
	[DYAD_COMPRESSION_LZ4] = "lz4",
	[DYAD_COMPRESSION_ZSTD] = "zstd",
};

static const char *const lacks[] = {
	[DYAD_COMPRESSION_LACK_PEER] = "the peer's version or kernel cannot unpack it, or it has no memory for that",
	[DYAD_COMPRESSION_LACK_HERE] = "the kernel here cannot pack it, or there is no memory for that",
};

int dyad_compression_check(u32 compression, struct netlink_ext_ack *extack)
{
	struct dyad_packer *packer;

	if (compression == DYAD_COMPRESSION_NONE)
		return 0;
	packer = dyad_packer_create(compression);
	if (!packer) {
		NL_SET_ERR_MSG(extack, "this kernel has no such compression, or no memory for it; choose another one, or load its module (lz4 or zstd)");
		return -EOPNOTSUPP;
	}
	dyad_packer_free(packer);
	return 0;
}

void dyad_compression_report(struct dyad_resource *res)
{
	const struct dyad_session *session = res->peer->session;

	if (session->lack)
		pr_info("dyad %s: data to %s is not packed: %s\n", res->name,
			res->peer->name, lacks[session->lack]);
	else if (session->compression)
		pr_info("dyad %s: data to %s is packed with %s\n", res->name,
			res->peer->name, names[session->compression]);
}
