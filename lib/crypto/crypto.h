/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the two crypto modules offer to the core.  No type of a crypto library
 * crosses this header.  Reached through wk_session_crypto() and
 * wk_session_argon2(), which open the module on first use.
 */
#ifndef WK_CRYPTO_CRYPTO_H
#define WK_CRYPTO_CRYPTO_H

#include "base/blob.h"
#include "base/secret.h"

#define WK_AEAD_KEY_BYTES 32
#define WK_AEAD_NONCE_BYTES 12
#define WK_AEAD_TAG_BYTES 16
#define WK_HKDF_INFO_MAX 128

struct wk_crypto; /* libcrypto, privately opened; serves one thread */
struct wk_prk;	  /* an HKDF pseudorandom key, ready to expand */

enum wk_hash { WK_SHA256, WK_SHA512 };

/* Module "crypto": libcrypto. */
struct wk_crypto_ops {
	/*
	 * Never reads openssl.cnf, installs no exit handlers and changes
	 * nothing for others in the process who use libcrypto.
	 */
	enum wk_status (*open)(struct wk_crypto **ret_crypto,
			       struct wk_err *err);
	void (*close)(struct wk_crypto *c);

	/*
	 * RFC 5869.  Extract once, expand often: one wrapping key serves a
	 * whole batch.  An empty salt means HashLen zero bytes.
	 */
	enum wk_status (*hkdf_extract)(struct wk_crypto *c, enum wk_hash hash,
				       struct wk_span salt,
				       const struct wk_secret *ikm,
				       struct wk_prk **ret_prk,
				       struct wk_err *err);
	/*
	 * info: at most WK_HKDF_INFO_MAX bytes; len: at most 255 hashes.  On
	 * failure out holds zeros.
	 */
	enum wk_status (*hkdf_expand)(struct wk_crypto *c,
				      const struct wk_prk *prk,
				      struct wk_span info, uint8_t *out,
				      size_t len, struct wk_err *err);
	/* Wipes; NULL is fine.  Before close(). */
	void (*prk_free)(struct wk_prk *prk);

	/*
	 * AES-256-GCM, SP 800-38D: 12-byte nonce, 16-byte tag after the
	 * ciphertext.  The associated data are the naad spans in a row.
	 * seal: out has pt_len + 16 bytes.  open: writes box.len - 16 bytes to
	 * out; WK_AUTH when the tag is wrong, out then holds zeros.
	 */
	enum wk_status (*seal)(struct wk_crypto *c,
			       const uint8_t key[WK_AEAD_KEY_BYTES],
			       const uint8_t nonce[WK_AEAD_NONCE_BYTES],
			       const struct wk_span *aad, size_t naad,
			       const uint8_t *pt, size_t pt_len, uint8_t *out,
			       struct wk_err *err);
	enum wk_status (*open_box)(struct wk_crypto *c,
				   const uint8_t key[WK_AEAD_KEY_BYTES],
				   const uint8_t nonce[WK_AEAD_NONCE_BYTES],
				   const struct wk_span *aad, size_t naad,
				   struct wk_span box, uint8_t *out,
				   struct wk_err *err);
};

/* RFC 9106, version 0x13.  The bounds of a key file, checked before use. */
struct wk_argon2_cost {
	uint64_t memory_kib; /* at least 8 * lanes */
	uint32_t passes;     /* at least 1 */
	uint32_t lanes;	     /* at least 1 */
};

/* Module "argon2": libargon2. */
struct wk_argon2_ops {
	/*
	 * Argon2id into out (32 bytes).  threads: at most lanes; the result
	 * does not depend on it.  Its working memory is huge-page backed where
	 * possible, kept out of core dumps and children, and wiped.
	 * WK_NOMEM: no memory for it.
	 */
	enum wk_status (*derive)(const struct wk_secret *passphrase,
				 struct wk_span salt,
				 const struct wk_argon2_cost *cost,
				 unsigned int threads, uint8_t out[32],
				 struct wk_err *err);
};

#endif
