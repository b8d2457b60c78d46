/* SPDX-License-Identifier: Apache-2.0 */
/* Computing derived keys. */
#include "derive.h"

static enum wk_status expand(struct wk_session *s, const struct wk_prk *prk,
			     struct wk_derived *k, struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *key = NULL;
	enum wk_status st = wk_secret_new(k->bytes, &key, err);

	if (st)
		return st;
	st = s->crypto_ops->hkdf_expand(s->crypto, prk,
					wk_span(k->info, k->info_len),
					wk_secret_bytes(key), k->bytes, err);
	if (st)
		return st;
	wk_secret_set_len(key, k->bytes);
	wk_secret_free(k->key);
	k->key = wk_take_ptr(&key);
	return WK_OK;
}

enum wk_status wk_derive_hkdf(struct wk_session *s, enum wk_hash hash,
			      const struct wk_secret *ikm,
			      struct wk_derivation *d, struct wk_err *err)
{
	struct wk_prk *prk;
	enum wk_status st = wk_session_crypto(s, err);

	if (st)
		return st;
	st = s->crypto_ops->hkdf_extract(s->crypto, hash, wk_span(NULL, 0), ikm,
					 &prk, err);
	if (st)
		return st;
	for (size_t i = 0; !st && i < d->count; i++)
		st = expand(s, prk, &d->keys[i], err);
	s->crypto_ops->prk_free(prk);
	return st;
}

void wk_derivation_done(struct wk_derivation *d)
{
	for (size_t i = 0; i < d->count; i++)
		d->keys[i].key = wk_secret_free(d->keys[i].key);
	d->count = 0;
}
