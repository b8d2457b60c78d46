/* SPDX-License-Identifier: Apache-2.0 */
/* Public random bytes (nonces, salts, ids); keys come from wk_secret_random(). */
#ifndef WK_BASE_RANDOM_H
#define WK_BASE_RANDOM_H

#include "base/err.h"

/* From getrandom(2), which blocks until the kernel's generator is seeded. */
WK_MUST enum wk_status wk_random(void *p, size_t len, struct wk_err *err);

#endif
