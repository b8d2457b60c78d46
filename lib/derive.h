/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a storage key becomes before it meets data: keys by a KDF, computed here
 * as the kernel or an engine does it, to verify ciphertext.  Which keys there
 * are says a file for each consumer (derive_fscrypt.h).
 */
#ifndef WK_DERIVE_H
#define WK_DERIVE_H

#include "session.h"

#define WK_DERIVED_MAX 4
#define WK_DERIVED_INFO_MAX 32 /* bytes */

/* One derived key; all but its bytes is public.  Strings are static. */
struct wk_derived {
	const char *name;      /* "contents", a word for programs */
	const char *use;       /* for people: "contents key" */
	const char *algorithm; /* that it is for: "AES-256-XTS" */
	const char *scope;     /* who shares it: "file", "file system" */
	uint8_t context;       /* a number of the KDF's own */
	uint8_t info[WK_DERIVED_INFO_MAX]; /* the context and what follows */
	size_t info_len;
	size_t bytes;
	struct wk_secret *key; /* owned; NULL before it is computed */
};

/* Release with wk_derivation_done(). */
struct wk_derivation {
	size_t count;
	struct wk_derived keys[WK_DERIVED_MAX];
};

/* Computes all keys: RFC 5869 without salt, info as recorded. */
WK_MUST enum wk_status wk_derive_hkdf(struct wk_session *s, enum wk_hash hash,
				      const struct wk_secret *ikm,
				      struct wk_derivation *d,
				      struct wk_err *err);
/* Wipes the keys; {0} is fine. */
void wk_derivation_done(struct wk_derivation *d);
#define WK_AUTO_DERIVATION __attribute__((cleanup(wk_derivation_done)))

#endif
