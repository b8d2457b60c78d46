/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Private to module "crypto": the algorithms of libcrypto's default provider,
 * called by the functions that the provider exports (provider-cipher(7),
 * provider-digest(7)) instead of through EVP.
 *
 * Why: the first EVP fetch builds a method object for every algorithm and name
 * of the provider, 6 million instructions and 1.6 MB for the three that are
 * used here, against 0.1 million for asking the provider; each later call
 * costs half.  And EVP would read openssl.cnf and fill the process-wide name
 * tables; this leaves no trace outside one private OSSL_LIB_CTX, so that a
 * program that uses libwkey and OpenSSL keeps its own set-up.  The interface is
 * stable: providers built for 3.0 must work with every 3.x.
 */
#ifndef WK_CRYPTO_OPENSSL_H
#define WK_CRYPTO_OPENSSL_H

#include <openssl/core_dispatch.h>
#include <openssl/types.h>

#include "crypto/crypto.h"

#define WK_HASH_MAX 64 /* SHA-512 */
#define WK_HASH_BLOCK_MAX 128

struct wk_digest_fns {
	size_t size, block; /* bytes */
	OSSL_FUNC_digest_newctx_fn *newctx;
	OSSL_FUNC_digest_init_fn *init;
	OSSL_FUNC_digest_update_fn *update;
	OSSL_FUNC_digest_final_fn *final;
	OSSL_FUNC_digest_dupctx_fn *dupctx;
	OSSL_FUNC_digest_freectx_fn *freectx;
};

struct wk_cipher_fns {
	OSSL_FUNC_cipher_newctx_fn *newctx;
	OSSL_FUNC_cipher_encrypt_init_fn *encrypt_init;
	OSSL_FUNC_cipher_decrypt_init_fn *decrypt_init;
	OSSL_FUNC_cipher_update_fn *update;
	OSSL_FUNC_cipher_final_fn *final;
	OSSL_FUNC_cipher_get_ctx_params_fn *get_params;
	OSSL_FUNC_cipher_freectx_fn *freectx;
};

struct wk_crypto {
	OSSL_LIB_CTX *library;
	OSSL_PROVIDER *provider;
	void *provider_ctx;
	struct wk_digest_fns digest[WK_SHA512 + 1]; /* by enum wk_hash */
	struct wk_cipher_fns gcm;
	void *box; /* cipher context for every box; NULL before the first */
};

/*
 * A call into libcrypto failed that fails for want of memory at most.  Also
 * empties this thread's error queue: entries left there would be taken for
 * failures of the host's own calls.
 */
enum wk_status wk_crypto_failed(struct wk_err *err, const char *what);

enum wk_status wk_hkdf_extract(struct wk_crypto *c, enum wk_hash hash,
			       struct wk_span salt, const struct wk_secret *ikm,
			       struct wk_prk **ret_prk, struct wk_err *err);
enum wk_status wk_hkdf_expand(struct wk_crypto *c, const struct wk_prk *prk,
			      struct wk_span info, uint8_t *out, size_t len,
			      struct wk_err *err);
void wk_prk_free(struct wk_prk *prk);

enum wk_status wk_aead_seal(struct wk_crypto *c,
			    const uint8_t key[WK_AEAD_KEY_BYTES],
			    const uint8_t nonce[WK_AEAD_NONCE_BYTES],
			    const struct wk_span *aad, size_t naad,
			    const uint8_t *pt, size_t pt_len, uint8_t *out,
			    struct wk_err *err);
enum wk_status wk_aead_open(struct wk_crypto *c,
			    const uint8_t key[WK_AEAD_KEY_BYTES],
			    const uint8_t nonce[WK_AEAD_NONCE_BYTES],
			    const struct wk_span *aad, size_t naad,
			    struct wk_span box, uint8_t *out,
			    struct wk_err *err);

#endif
