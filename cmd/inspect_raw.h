/* SPDX-License-Identifier: Apache-2.0 */
/* What inspect shows of a raw region. */
#ifndef WK_CMD_INSPECT_RAW_H
#define WK_CMD_INSPECT_RAW_H

#include "cmd/out.h"

/*
 * Of a raw location: the device and both copies, whatever they hold.  Of a path:
 * nothing.  The statuses of wk_raw_view_read().
 */
WK_MUST enum wk_status wk_inspect_raw(const char *location, struct wk_out *out,
				      struct wk_err *err);

#endif
