/* SPDX-License-Identifier: Apache-2.0 */
/* Telling who keeps a removed key busy. */
#ifndef WK_CMD_FSCRYPT_BUSY_H
#define WK_CMD_FSCRYPT_BUSY_H

#include "cmd/out.h"

/*
 * Looks for open files that are encrypted under the key.  Adds some of them to
 * *err and a hint; in JSON the array "open_files" and "open_files_total".
 * Everybody's are found only with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH.
 */
void wk_fscrypt_tell_busy(const char *mountpoint,
			  const uint8_t id[WK_FSCRYPT_ID_BYTES],
			  struct wk_out *out, struct wk_err *err);

#endif
