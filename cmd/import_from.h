/* SPDX-License-Identifier: Apache-2.0 */
/* import --from: how the storage key that is read is written. */
#ifndef WK_CMD_IMPORT_FROM_H
#define WK_CMD_IMPORT_FROM_H

#include "cmd/args.h"

/* --from */
extern const struct wk_option wk_opts_import_from[];

/*
 * The raw key from where --raw-* says, else standard input: byte for byte, or
 * decoded as --from says.  WK_FAIL "input.*", "import.format"; WK_UNSUPPORTED
 * "import.hardware": a format that needs hardware.
 */
WK_MUST enum wk_status wk_import_from(const struct wk_args *args,
				      struct wk_secret **ret_raw,
				      struct wk_err *err);

#endif
