/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 (RFC 3629) that can be shown to a person. */
#ifndef WK_BASE_UTF8_H
#define WK_BASE_UTF8_H

#include "base/blob.h"

/*
 * The length of the first character, 1 to 4 bytes; 0 when there is none or it
 * is not acceptable: shortest form only, no surrogates, at most U+10FFFF, no
 * control characters (U+0000-1F, 7F-9F).
 */
size_t wk_utf8_first(struct wk_span s);
/* Whether all of s is such characters; empty is fine. */
bool wk_utf8_ok(struct wk_span s);

#endif
