/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers that people write.  The whole string counts: no sign, no space, no
 * leading zero, no overflow; units are exact and mandatory.  *ret is written
 * only when the result is true.
 */
#ifndef WK_BASE_NUM_H
#define WK_BASE_NUM_H

#include "base/err.h"

/* Decimal, from min to max. */
WK_MUST bool wk_num_uint(const char *s, uint64_t min, uint64_t max,
			 uint64_t *ret);
/* "256bit", "32byte".  A bare number is refused: neighbours disagree on it. */
WK_MUST bool wk_num_key_bits(const char *s, uint64_t *ret_bits);
/* B, KiB, MiB, GiB, TiB. */
WK_MUST bool wk_num_bytes(const char *s, uint64_t *ret_bytes);
/* ms, s, min, h, d. */
WK_MUST bool wk_num_ms(const char *s, uint64_t *ret_ms);
/*
 * The other way: decimal, somewhere in buf.  Async-signal-safe, and a tenth of
 * what printf(3) takes.
 */
#define WK_NUM_TEXT 21 /* "-9223372036854775808" */
char *wk_num_text(int64_t n, char buf[static WK_NUM_TEXT]);
/* RFC 9562 text form, 8-4-4-4-12, either case. */
WK_MUST bool wk_num_uuid(const char *s, uint8_t ret[16]);

#endif
