/* SPDX-License-Identifier: Apache-2.0 */
/* Hexadecimal text, without tables or branches on the digits (key text). */
#ifndef WK_BASE_HEX_H
#define WK_BASE_HEX_H

#include "base/blob.h"

/* Lower case, NUL-terminated: out has room for 2 * s.len + 1 characters. */
void wk_hex_encode(struct wk_span s, char *out);
/*
 * True when hex is exactly 2 * len digits of either case; out then holds len
 * bytes, else its contents are undefined.
 */
WK_MUST bool wk_hex_decode(const char *hex, uint8_t *out, size_t len);

#endif
