/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The key check: a public value that tells one storage key from another, to pin
 * a key against substituted files.  HKDF-SHA256, salt "wkeyctl key check v1",
 * no info, 16 bytes; wkeyctl-keyfile(5), KEY CHECK.
 */
#ifndef WK_KEY_CHECK_H
#define WK_KEY_CHECK_H

#include "session.h"

#define WK_KEY_CHECK_BYTES 16

/* WK_UNSUPPORTED "key-check.no-bytes": material whose bytes are not here. */
WK_MUST enum wk_status wk_key_check(struct wk_session *s,
				    const struct wk_material *m,
				    uint8_t ret_check[WK_KEY_CHECK_BYTES],
				    struct wk_err *err);

#endif
