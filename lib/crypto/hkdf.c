/* SPDX-License-Identifier: Apache-2.0 */
/* HKDF (RFC 5869) over HMAC (RFC 2104). */
#include "crypto/crypto.h"

#include <stdlib.h>

#include "crypto/openssl.h"

/*
 * An HMAC key: the states of the two hashes after their first block, the
 * padded key.  Each MAC starts from copies; that saves two of four
 * compressions, and is cheaper than EVP_MAC, which copies far more.
 */
struct wk_prk {
	const struct wk_digest_fns *fns;
	void *inner, *outer; /* digest contexts, wiped when freed */
};

static void hmac_done(struct wk_prk *k)
{
	if (k->inner)
		k->fns->freectx(k->inner);
	if (k->outer)
		k->fns->freectx(k->outer);
}

/* The hash after one block of `block` with every byte changed by pad. */
static void *padded(struct wk_crypto *c, const struct wk_digest_fns *fns,
		    uint8_t block[static WK_HASH_BLOCK_MAX], uint8_t pad)
{
	void *ctx = fns->newctx(c->provider_ctx);

	for (size_t i = 0; i < fns->block; i++)
		block[i] ^= pad;
	if (ctx && fns->init(ctx, NULL) && fns->update(ctx, block, fns->block))
		return ctx;
	if (ctx)
		fns->freectx(ctx);
	return NULL;
}

static bool digest(struct wk_crypto *c, const struct wk_digest_fns *fns,
		   struct wk_span in, uint8_t *out)
{
	void *ctx = fns->newctx(c->provider_ctx);
	size_t len;
	bool ok;

	ok = ctx && fns->init(ctx, NULL) && fns->update(ctx, in.p, in.len) &&
	     fns->final(ctx, out, &len, fns->size);
	if (ctx)
		fns->freectx(ctx);
	return ok;
}

/* The padded key is key, or the hash of a longer one, and zeros. */
static bool hmac_key(struct wk_crypto *c, const struct wk_digest_fns *fns,
		     struct wk_span key, struct wk_prk *k)
{
	uint8_t block[WK_HASH_BLOCK_MAX] = { 0 };
	bool ok = true;

	*k = (struct wk_prk){ .fns = fns };
	if (key.len > fns->block)
		ok = digest(c, fns, key, block);
	else if (key.len > 0)
		wk_copy_secret(block, key.p, key.len);
	if (ok) {
		k->inner = padded(c, fns, block, 0x36);
		k->outer = padded(c, fns, block, 0x36 ^ 0x5c);
		ok = k->inner && k->outer;
	}
	wk_wipe(block, sizeof(block));
	if (!ok)
		hmac_done(k);
	return ok;
}

/* One of the two hashes: from a copy of its state over the parts, into out. */
static bool hash_from(const struct wk_digest_fns *fns, void *state,
		      const struct wk_span *parts, size_t n, uint8_t *out)
{
	void *ctx = fns->dupctx(state);
	size_t len;
	bool ok = ctx;

	for (size_t i = 0; ok && i < n; i++) {
		if (parts[i].len > 0)
			ok = fns->update(ctx, parts[i].p, parts[i].len);
	}
	ok = ok && fns->final(ctx, out, &len, fns->size);
	if (ctx)
		fns->freectx(ctx);
	return ok;
}

/* out: WK_HASH_MAX bytes, of which fns->size are written. */
static bool hmac(const struct wk_prk *k, const struct wk_span *parts, size_t n,
		 uint8_t *out)
{
	struct wk_span inner = wk_span(out, k->fns->size);

	return hash_from(k->fns, k->inner, parts, n, out) &&
	       hash_from(k->fns, k->outer, &inner, 1, out);
}

/* RFC 5869, 2.2: PRK = HMAC(salt, IKM), at once made ready as an HMAC key. */
static bool extract(struct wk_crypto *c, const struct wk_digest_fns *fns,
		    struct wk_span salt, struct wk_span ikm, struct wk_prk *prk)
{
	uint8_t bytes[WK_HASH_MAX];
	struct wk_prk by_salt;
	bool ok;

	if (!hmac_key(c, fns, salt, &by_salt))
		return false;
	ok = hmac(&by_salt, &ikm, 1, bytes) &&
	     hmac_key(c, fns, wk_span(bytes, fns->size), prk);
	hmac_done(&by_salt);
	wk_wipe(bytes, sizeof(bytes));
	return ok;
}

enum wk_status wk_hkdf_extract(struct wk_crypto *c, enum wk_hash hash,
			       struct wk_span salt, const struct wk_secret *ikm,
			       struct wk_prk **ret_prk, struct wk_err *err)
{
	struct wk_span in = wk_span(wk_secret_view(ikm), wk_secret_len(ikm));
	struct wk_prk *prk = calloc(1, sizeof(*prk));

	if (!prk || !extract(c, &c->digest[hash], salt, in, prk)) {
		free(prk);
		return wk_crypto_failed(err, "HKDF");
	}
	*ret_prk = prk;
	return WK_OK;
}

/* RFC 5869, 2.3: T(i) = HMAC(PRK, T(i-1) | info | i), T(0) empty. */
static bool expand(const struct wk_prk *prk, struct wk_span info, uint8_t *out,
		   size_t len)
{
	uint8_t rest[WK_HASH_MAX], i = 1;
	struct wk_span parts[3] = { wk_span(NULL, 0), info, wk_span(&i, 1) };
	const size_t size = prk->fns->size;
	bool ok = true;

	for (; ok && len >= size; out += size, len -= size, i++) {
		ok = hmac(prk, parts, WK_ARRAY_LEN(parts), out);
		parts[0] = wk_span(out, size);
	}
	if (!ok || len == 0)
		return ok;
	ok = hmac(prk, parts, WK_ARRAY_LEN(parts), rest);
	if (ok)
		wk_copy_secret(out, rest, len);
	wk_wipe(rest, sizeof(rest));
	return ok;
}

enum wk_status wk_hkdf_expand(struct wk_crypto *c, const struct wk_prk *prk,
			      struct wk_span info, uint8_t *out, size_t len,
			      struct wk_err *err)
{
	(void)c;
	if (info.len > WK_HKDF_INFO_MAX || len > 255 * prk->fns->size)
		return wk_fail(
			err, WK_FAIL, "crypto.length",
			"HKDF: %zu bytes from %zu bytes of info: too long", len,
			info.len);
	if (expand(prk, info, out, len))
		return WK_OK;
	wk_wipe(out, len);
	return wk_crypto_failed(err, "HKDF");
}

void wk_prk_free(struct wk_prk *prk)
{
	if (!prk)
		return;
	hmac_done(prk);
	free(prk);
}
