/* SPDX-License-Identifier: Apache-2.0 */
/* The key check of a storage key. */
#include "key_check.h"

static const char salt[] = "wkeyctl key check v1";

static enum wk_status no_bytes(struct wk_err *err)
{
	return wk_fail(err, WK_UNSUPPORTED, "key-check.no-bytes",
		       "the key stays in the kernel or in hardware, so that "
		       "it has no key check");
}

enum wk_status wk_key_check(struct wk_session *s, const struct wk_material *m,
			    uint8_t ret_check[WK_KEY_CHECK_BYTES],
			    struct wk_err *err)
{
	struct wk_prk *prk;
	enum wk_status st;

	if (m->kind != WK_MATERIAL_RAW && m->kind != WK_MATERIAL_ENGINE_RAW)
		return no_bytes(err);
	st = wk_session_crypto(s, err);
	if (st)
		return st;
	st = s->crypto_ops->hkdf_extract(s->crypto, WK_SHA256,
					 wk_span(salt, sizeof(salt) - 1),
					 m->key, &prk, err);
	if (st)
		return st;
	st = s->crypto_ops->hkdf_expand(s->crypto, prk, wk_span(NULL, 0),
					ret_check, WK_KEY_CHECK_BYTES, err);
	s->crypto_ops->prk_free(prk);
	return st;
}
