/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys that fscrypt derives from a raw storage key under a policy of
 * version 2: fs/crypto/keysetup.c and hkdf.c.
 */
#ifndef WK_DERIVE_FSCRYPT_H
#define WK_DERIVE_FSCRYPT_H

#include "derive.h"
#include "sys/fscrypt_policy.h"

#define WK_FS_UUID_BYTES 16

/* Whose nonce it is: what is encrypted with keys of its own. */
enum wk_fscrypt_kind {
	WK_FSCRYPT_UNKNOWN, /* either: all keys that it can have */
	WK_FSCRYPT_FILE,
	WK_FSCRYPT_DIRECTORY,
};

/* What besides the policy goes into keys. */
struct wk_fscrypt_place {
	enum wk_fscrypt_kind kind;
	bool has_nonce;
	uint8_t nonce[WK_FSCRYPT_NONCE_BYTES];
	bool has_uuid; /* of the file system; for IV_INO_LBLK_* */
	uint8_t uuid[WK_FS_UUID_BYTES];
};

/*
 * Says which keys there are, without computing them: wk_derive_hkdf() with
 * WK_SHA512 does that.  Without a nonce those of a single file are left out.
 * key_bytes: of the storage key.  WK_UNSUPPORTED: "derive.policy-version" for
 * version 1, "fscrypt.policy" for what the kernel does not take, "sink.size"
 * for a key that is shorter than the modes' strength; WK_FAIL
 * "derive.no-uuid".
 */
WK_MUST enum wk_status wk_derive_fscrypt(const struct wk_fscrypt_policy *policy,
					 const struct wk_fscrypt_place *place,
					 size_t key_bytes,
					 struct wk_derivation *ret_d,
					 struct wk_err *err);

#endif
