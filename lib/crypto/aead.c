/* SPDX-License-Identifier: Apache-2.0 */
/* AES-256-GCM (SP 800-38D). */
#include "crypto/crypto.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/params.h>

#include "crypto/openssl.h"

/*
 * One context serves every box, because making and releasing one costs two
 * thirds of a small box.  The price: key schedule, hash key and last key stream
 * block stay in libcrypto's memory until the next box replaces them or closing
 * wipes them.  SECURITY.md says so.
 */
static void *box_ctx(struct wk_crypto *c)
{
	if (!c->box)
		c->box = c->gcm.newctx(c->provider_ctx);
	return c->box;
}

/* out NULL: associated data. */
static bool feed(struct wk_crypto *c, void *ctx, uint8_t *out,
		 const uint8_t *in, size_t len)
{
	size_t done;

	return len == 0 || c->gcm.update(ctx, out, &done, len, in, len);
}

static bool feed_all(struct wk_crypto *c, void *ctx, const struct wk_span *aad,
		     size_t naad, const uint8_t *in, size_t len, uint8_t *out)
{
	for (size_t i = 0; i < naad; i++) {
		if (!feed(c, ctx, NULL, aad[i].p, aad[i].len))
			return false;
	}
	return feed(c, ctx, out, in, len);
}

/* The tag, as the list of parameters that a provider takes. */
struct tag_params {
	OSSL_PARAM p[2];
};

static struct tag_params tag_params(uint8_t tag[static WK_AEAD_TAG_BYTES])
{
	return (struct tag_params){ {
		OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, tag,
					WK_AEAD_TAG_BYTES),
		OSSL_PARAM_END,
	} };
}

static bool finish(struct wk_crypto *c, void *ctx)
{
	uint8_t none[16];
	size_t done;

	return c->gcm.final(ctx, none, &done, sizeof(none));
}

static bool seal(struct wk_crypto *c, void *ctx, const uint8_t *key,
		 const uint8_t *nonce, const struct wk_span *aad, size_t naad,
		 const uint8_t *pt, size_t pt_len, uint8_t *out)
{
	struct tag_params tag = tag_params(out + pt_len);

	return c->gcm.encrypt_init(ctx, key, WK_AEAD_KEY_BYTES, nonce,
				   WK_AEAD_NONCE_BYTES, NULL) &&
	       feed_all(c, ctx, aad, naad, pt, pt_len, out) && finish(c, ctx) &&
	       c->gcm.get_params(ctx, tag.p);
}

enum wk_status wk_aead_seal(struct wk_crypto *c,
			    const uint8_t key[WK_AEAD_KEY_BYTES],
			    const uint8_t nonce[WK_AEAD_NONCE_BYTES],
			    const struct wk_span *aad, size_t naad,
			    const uint8_t *pt, size_t pt_len, uint8_t *out,
			    struct wk_err *err)
{
	void *ctx = box_ctx(c);

	if (ctx && seal(c, ctx, key, nonce, aad, naad, pt, pt_len, out))
		return WK_OK;
	return wk_crypto_failed(err, "AES-256-GCM");
}

static enum wk_status wrong_tag(struct wk_err *err)
{
	return wk_fail(err, WK_AUTH, "crypto.tag",
		       "sealed box: wrong key, or changed data");
}

static enum wk_status open_box(struct wk_crypto *c, void *ctx,
			       const uint8_t *key, const uint8_t *nonce,
			       const struct wk_span *aad, size_t naad,
			       struct wk_span box, uint8_t *out,
			       struct wk_err *err)
{
	size_t len = box.len - WK_AEAD_TAG_BYTES;
	uint8_t wanted[WK_AEAD_TAG_BYTES];
	struct tag_params tag = tag_params(wanted);

	memcpy(wanted, box.p + len, sizeof(wanted));
	if (!c->gcm.decrypt_init(ctx, key, WK_AEAD_KEY_BYTES, nonce,
				 WK_AEAD_NONCE_BYTES, tag.p) ||
	    !feed_all(c, ctx, aad, naad, box.p, len, out))
		return wk_crypto_failed(err, "AES-256-GCM");
	/* Compares the tags, in constant time; nothing else can fail in it. */
	return finish(c, ctx) ? WK_OK : wrong_tag(err);
}

enum wk_status wk_aead_open(struct wk_crypto *c,
			    const uint8_t key[WK_AEAD_KEY_BYTES],
			    const uint8_t nonce[WK_AEAD_NONCE_BYTES],
			    const struct wk_span *aad, size_t naad,
			    struct wk_span box, uint8_t *out,
			    struct wk_err *err)
{
	enum wk_status st;
	void *ctx;

	if (box.len < WK_AEAD_TAG_BYTES)
		return wrong_tag(err);
	ctx = box_ctx(c);
	if (!ctx)
		return wk_crypto_failed(err, "AES-256-GCM");
	st = open_box(c, ctx, key, nonce, aad, naad, box, out, err);
	if (st)
		wk_wipe(out, box.len - WK_AEAD_TAG_BYTES);
	return st;
}
