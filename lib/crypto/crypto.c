/* SPDX-License-Identifier: Apache-2.0 */
/* Module "crypto": opening libcrypto's default provider, and the module's table. */
#include "crypto/crypto.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/opensslv.h>
#include <openssl/provider.h>

#include "crypto/openssl.h"
#include "module.h"

enum wk_status wk_crypto_failed(struct wk_err *err, const char *what)
{
	ERR_clear_error();
	return wk_fail(err, WK_FAIL, "crypto.library", "%s: libcrypto failed",
		       what);
}

static void take_digest(const OSSL_DISPATCH *d, struct wk_digest_fns *fns)
{
	for (; d->function_id; d++) {
		switch (d->function_id) {
		case OSSL_FUNC_DIGEST_NEWCTX:
			fns->newctx = OSSL_FUNC_digest_newctx(d);
			break;
		case OSSL_FUNC_DIGEST_INIT:
			fns->init = OSSL_FUNC_digest_init(d);
			break;
		case OSSL_FUNC_DIGEST_UPDATE:
			fns->update = OSSL_FUNC_digest_update(d);
			break;
		case OSSL_FUNC_DIGEST_FINAL:
			fns->final = OSSL_FUNC_digest_final(d);
			break;
		case OSSL_FUNC_DIGEST_DUPCTX:
			fns->dupctx = OSSL_FUNC_digest_dupctx(d);
			break;
		case OSSL_FUNC_DIGEST_FREECTX:
			fns->freectx = OSSL_FUNC_digest_freectx(d);
			break;
		}
	}
}

static bool digest_complete(const struct wk_digest_fns *fns)
{
	return fns->newctx && fns->init && fns->update && fns->final &&
	       fns->dupctx && fns->freectx;
}

static void take_cipher(const OSSL_DISPATCH *d, struct wk_cipher_fns *fns)
{
	for (; d->function_id; d++) {
		switch (d->function_id) {
		case OSSL_FUNC_CIPHER_NEWCTX:
			fns->newctx = OSSL_FUNC_cipher_newctx(d);
			break;
		case OSSL_FUNC_CIPHER_ENCRYPT_INIT:
			fns->encrypt_init = OSSL_FUNC_cipher_encrypt_init(d);
			break;
		case OSSL_FUNC_CIPHER_DECRYPT_INIT:
			fns->decrypt_init = OSSL_FUNC_cipher_decrypt_init(d);
			break;
		case OSSL_FUNC_CIPHER_UPDATE:
			fns->update = OSSL_FUNC_cipher_update(d);
			break;
		case OSSL_FUNC_CIPHER_FINAL:
			fns->final = OSSL_FUNC_cipher_final(d);
			break;
		case OSSL_FUNC_CIPHER_GET_CTX_PARAMS:
			fns->get_params = OSSL_FUNC_cipher_get_ctx_params(d);
			break;
		case OSSL_FUNC_CIPHER_FREECTX:
			fns->freectx = OSSL_FUNC_cipher_freectx(d);
			break;
		}
	}
}

static bool cipher_complete(const struct wk_cipher_fns *fns)
{
	return fns->newctx && fns->encrypt_init && fns->decrypt_init &&
	       fns->update && fns->final && fns->get_params && fns->freectx;
}

/* Names are a list, "SHA2-256:SHA-256:SHA256:2.16.840…". */
static bool named(const OSSL_ALGORITHM *a, const char *name)
{
	size_t len = strlen(name);
	char after;

	if (strncmp(a->algorithm_names, name, len))
		return false;
	after = a->algorithm_names[len];
	return after == ':' || after == '\0';
}

static void find_digests(struct wk_crypto *c)
{
	struct wk_digest_fns *sha256 = &c->digest[WK_SHA256];
	struct wk_digest_fns *sha512 = &c->digest[WK_SHA512];
	const OSSL_ALGORITHM *all, *a;
	int no_cache;

	*sha256 = (struct wk_digest_fns){ .size = 32, .block = 64 };
	*sha512 = (struct wk_digest_fns){ .size = 64, .block = 128 };
	all = OSSL_PROVIDER_query_operation(c->provider, OSSL_OP_DIGEST,
					    &no_cache);
	for (a = all; a && a->algorithm_names; a++) {
		if (named(a, "SHA2-256"))
			take_digest(a->implementation, sha256);
		else if (named(a, "SHA2-512"))
			take_digest(a->implementation, sha512);
	}
	OSSL_PROVIDER_unquery_operation(c->provider, OSSL_OP_DIGEST, all);
}

static void find_cipher(struct wk_crypto *c)
{
	const OSSL_ALGORITHM *all, *a;
	int no_cache;

	all = OSSL_PROVIDER_query_operation(c->provider, OSSL_OP_CIPHER,
					    &no_cache);
	for (a = all; a && a->algorithm_names; a++) {
		if (named(a, "AES-256-GCM"))
			take_cipher(a->implementation, &c->gcm);
	}
	OSSL_PROVIDER_unquery_operation(c->provider, OSSL_OP_CIPHER, all);
}

static enum wk_status find_algorithms(struct wk_crypto *c, struct wk_err *err)
{
	find_digests(c);
	find_cipher(c);
	if (digest_complete(&c->digest[WK_SHA256]) &&
	    digest_complete(&c->digest[WK_SHA512]) && cipher_complete(&c->gcm))
		return WK_OK;
	return wk_fail(err, WK_UNSUPPORTED, "crypto.algorithm",
		       "%s: lacks SHA-256, SHA-512 or AES-256-GCM",
		       OpenSSL_version(OPENSSL_VERSION));
}

/* A private library context reads no configuration file. */
static enum wk_status load_provider(struct wk_crypto *c, struct wk_err *err)
{
	c->library = OSSL_LIB_CTX_new();
	if (c->library)
		c->provider = OSSL_PROVIDER_load(c->library, "default");
	if (!c->provider)
		return wk_crypto_failed(err, "default provider");
	c->provider_ctx = OSSL_PROVIDER_get0_provider_ctx(c->provider);
	return WK_OK;
}

static void crypto_close(struct wk_crypto *c)
{
	if (!c)
		return;
	/* Its contents are wiped. */
	if (c->box)
		c->gcm.freectx(c->box);
	if (c->provider)
		OSSL_PROVIDER_unload(c->provider);
	OSSL_LIB_CTX_free(c->library);
	free(c);
}

static enum wk_status crypto_open(struct wk_crypto **ret_crypto,
				  struct wk_err *err)
{
	struct wk_crypto *c = calloc(1, sizeof(*c));
	enum wk_status st;

	if (!c)
		return wk_fail(err, WK_NOMEM, "memory", "out of memory");
	st = load_provider(c, err);
	if (!st)
		st = find_algorithms(c, err);
	if (st) {
		crypto_close(c);
		return st;
	}
	*ret_crypto = c;
	return WK_OK;
}

static const struct wk_crypto_ops ops = {
	.open = crypto_open,
	.close = crypto_close,
	.hkdf_extract = wk_hkdf_extract,
	.hkdf_expand = wk_hkdf_expand,
	.prk_free = wk_prk_free,
	.seal = wk_aead_seal,
	.open_box = wk_aead_open,
};

WK_MODULE_DEFINE(crypto, "OpenSSL " OPENSSL_VERSION_STR, &ops);
