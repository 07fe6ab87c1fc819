// SPDX-License-Identifier: GPL-2.0-only
/* Authentication codes of the handshake. */
#include "auth.h"

#include <crypto/hash.h>

#include "compat.h"

#if DYAD_HAVE_CRYPTO_UTILS
#include <crypto/utils.h>
#else
#include <crypto/algapi.h>
#endif

static const char *const labels[] = {
	[DYAD_AUTH_DIALLER]	= "dyad dialler proof",
	[DYAD_AUTH_LISTENER]	= "dyad listener proof",
	[DYAD_AUTH_SESSION]	= "dyad session key",
	[DYAD_AUTH_DIGEST]	= "dyad digest key",
};

static int digest(struct shash_desc *desc, u8 *mac, const char *label,
		  const u8 *dialler, const u8 *listener)
{
	return crypto_shash_init(desc) ?:
	       crypto_shash_update(desc, (const u8 *)label, strlen(label) + 1) ?:
	       crypto_shash_update(desc, dialler, DYAD_WIRE_HELLO_BYTES) ?:
	       crypto_shash_update(desc, listener, DYAD_WIRE_HELLO_BYTES) ?:
	       crypto_shash_final(desc, mac);
}

int dyad_auth_code(u8 *mac, const u8 *key, enum dyad_auth_use use,
		   const u8 *dialler, const u8 *listener)
{
	struct crypto_shash *tfm = crypto_alloc_shash("hmac(sha256)", 0, 0);
	int ret;

	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	ret = crypto_shash_setkey(tfm, key, DYAD_AUTH_KEY);
	if (!ret) {
		SHASH_DESC_ON_STACK(desc, tfm);

		desc->tfm = tfm;
		ret = digest(desc, mac, labels[use], dialler, listener);
		shash_desc_zero(desc);
	}
	crypto_free_shash(tfm);
	return ret;
}

bool dyad_auth_equal(const u8 *a, const u8 *b)
{
	return !crypto_memneq(a, b, DYAD_WIRE_MAC);
}
