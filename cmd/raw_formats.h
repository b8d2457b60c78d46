/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Storage keys as other programs keep them, decoded from secret memory into
 * secret memory.  What a digit is takes neither branches nor tables; how long a
 * text is, and where its lines end, is no secret.
 */
#ifndef WK_CMD_RAW_FORMATS_H
#define WK_CMD_RAW_FORMATS_H

#include "base/secret.h"

/* The longest input of any format that may still be right. */
#define WK_RAW_FORMAT_MAX 512

/*
 * *ret_raw has the bytes of the key, at least one, but not more than the input.
 * WK_FAIL "import.format": what is wrong with it; WK_UNSUPPORTED
 * "import.hardware": it is not the key itself.
 */
typedef enum wk_status wk_raw_decode(const struct wk_secret *in,
				     struct wk_secret **ret_raw,
				     struct wk_err *err);

/* One line of hexadecimal digits, with or without its end. */
WK_MUST wk_raw_decode wk_raw_from_hex;
/* RFC 4648, section 4, in one line or several; padding and unused bits strict. */
WK_MUST wk_raw_decode wk_raw_from_base64;
/* struct fscrypt_key: mode, 64 bytes, size; for policies of version 1. */
WK_MUST wk_raw_decode wk_raw_from_fscrypt_payload;
/* struct fscrypt_provisioning_key_payload: type, flags, the key. */
WK_MUST wk_raw_decode wk_raw_from_fscrypt_provisioning;

#endif
