/* SPDX-License-Identifier: Apache-2.0 */
/* A key is never lost: what --force may not replace without keeping it. */
#ifndef WK_CMD_LONG_TERM_H
#define WK_CMD_LONG_TERM_H

#include "base/err.h"

/*
 * Whether what stands at path may be replaced by something else than a key
 * file.  WK_UNSAFE "file.long-term": it is a long-term key file, or cannot be
 * told from one, because it is damaged, newer or unreadable.
 */
WK_MUST enum wk_status wk_long_term_check(const char *path, struct wk_err *err);

#endif
