/* SPDX-License-Identifier: Apache-2.0 */
/* The keyring sink; wk_load_to_keyring() itself is in wkey.h. */
#ifndef WK_SINK_KEYRING_H
#define WK_SINK_KEYRING_H

#include "base/err.h"

/*
 * Whether wk_load_to_keyring() would take key and target, without a system
 * call.  WK_UNSUPPORTED "sink.*", WK_FAIL "usage.bad-value".
 */
WK_MUST enum wk_status wk_load_check(const struct wk_keyfile *kf,
				     const struct wk_material *m,
				     const struct wk_keyring_target *to,
				     struct wk_err *err);

#endif
