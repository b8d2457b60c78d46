/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A recovery sheet that comes back, typed or scanned: it holds the recovery key,
 * so all of it is read into secret memory.
 */
#ifndef WK_CMD_SHEET_IN_H
#define WK_CMD_SHEET_IN_H

#include "keyfile.h"

struct wk_sheet_in {
	struct wk_host host; /* supplies the recovery key and nothing else */
	struct wk_keyfile *kf;
	struct wk_secret *recovery; /* NULL: only rows were there */
};

/*
 * path "-": standard input, claimed for --sheet.  The statuses of
 * wk_source_read() and wk_sheet_read(); WK_FAIL "input.too-long".
 */
WK_MUST enum wk_status wk_sheet_in_read(const char *path,
					struct wk_sheet_in *ret_in,
					struct wk_err *err);
void wk_sheet_in_done(struct wk_sheet_in *in);

#endif
