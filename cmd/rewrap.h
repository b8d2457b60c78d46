/* SPDX-License-Identifier: Apache-2.0 */
/* The three steps of wkeyctl rewrap. */
#ifndef WK_CMD_REWRAP_H
#define WK_CMD_REWRAP_H

#include "cmd/changing.h"

typedef enum wk_status wk_rewrap_step(const struct wk_args *args,
				      struct wk_out *out, struct wk_err *err);

wk_rewrap_step wk_rewrap_stage, wk_rewrap_commit, wk_rewrap_abort;

/* "0, 3" of ids as bits; WK_REWRAP_LIST bytes of room. */
#define WK_REWRAP_LIST 128
void wk_rewrap_list(uint32_t ids, char text[static WK_REWRAP_LIST]);

#endif
