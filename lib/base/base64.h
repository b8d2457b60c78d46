/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 (RFC 4648, section 4), for public bytes only. */
#ifndef WK_BASE_BASE64_H
#define WK_BASE_BASE64_H

#include "base/blob.h"

/*
 * Appends to out.  '\n' after every `line` characters (a multiple of 4; 0 for
 * one line) and at the end; nothing at all for no bytes.  WK_NOMEM.
 */
WK_MUST enum wk_status wk_base64_encode(struct wk_span in, size_t line,
					struct wk_blob *out,
					struct wk_err *err);
/*
 * One line without its newline; out has room for line.len / 4 * 3 bytes.
 * Strict, so that only one text decodes to given bytes: the alphabet only, a
 * multiple of 4 characters, padding only when it is the last line, unused bits
 * zero.  *ret_len is written only on success.
 */
WK_MUST bool wk_base64_decode_line(struct wk_span line, bool last, uint8_t *out,
				   size_t *ret_len);

#endif
