/* SPDX-License-Identifier: Apache-2.0 */
/* Who owns a file and who may read it, carried over to the one that replaces it. */
#ifndef WK_BASE_OWNER_H
#define WK_BASE_OWNER_H

#include "base/err.h"

/*
 * Gives the file open at `to` owner, group, mode (no set-id bits), access list
 * and security label of the one open at `from`; other attributes as far as they
 * can be had.  `to` is fresh, of mode 0600 or what its file system makes of that,
 * and never open to more people than `from` on the way.  File systems that keep
 * no owners or modes are no failure.
 * WK_DENIED "file.owner"; WK_NOMEM; else what the errno means.
 */
WK_MUST enum wk_status wk_owner_copy(int from, int to, const char *shown,
				     struct wk_err *err);

#endif
