/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of cmd/input.c share; nobody else includes it. */
#ifndef WK_CMD_INPUT_IMPL_H
#define WK_CMD_INPUT_IMPL_H

#include "cmd/input.h"
#include "recovery_key.h"

/* Bytes to read of a secret of that kind, so that "too long" is seen. */
size_t wk_input_room(enum wk_secret_kind kind);
/*
 * Whether it can be one; takes the line end off a passphrase.
 * WK_FAIL "input.*".
 */
WK_MUST enum wk_status wk_input_check(enum wk_secret_kind kind,
				      struct wk_secret *s, const char *subject,
				      struct wk_err *err);

#endif
