/* SPDX-License-Identifier: Apache-2.0 */
/* KEYFILE-or-ID: which fscrypt key a command means. */
#ifndef WK_CMD_FSCRYPT_ID_H
#define WK_CMD_FSCRYPT_ID_H

#include "base/secret.h"

/*
 * Exactly 32 hex digits are an identifier; anything else is a key file, whose
 * recorded identifier is taken: no secret is needed.  A file with such a name
 * is written ./NAME.  WK_UNSUPPORTED: the key file is not for fscrypt, or its
 * key has fewer than min_bits.
 */
WK_MUST enum wk_status wk_fscrypt_id_from(const char *word, uint32_t min_bits,
					  uint8_t ret_id[WK_FSCRYPT_ID_BYTES],
					  struct wk_err *err);

/* The same, and the name in the key file; "" for an identifier. */
struct wk_fscrypt_which {
	uint8_t id[WK_FSCRYPT_ID_BYTES];
	char name[WK_NAME_MAX + 1];
};
WK_MUST enum wk_status wk_fscrypt_which(const char *word, uint32_t min_bits,
					struct wk_fscrypt_which *ret_which,
					struct wk_err *err);

#endif
