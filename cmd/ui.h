/* SPDX-License-Identifier: Apache-2.0 */
/* Messages for people on stderr, and questions on the terminal. */
#ifndef WK_CMD_UI_H
#define WK_CMD_UI_H

#include "base/secret.h"

/* "-q": warnings are not shown.  command NULL until it is known. */
void wk_ui_init(const char *command, bool quiet, bool verbose, bool batch);
/* "wkeyctl: command: subject: cause" and at most one "hint:" line. */
void wk_ui_error(const struct wk_err *err);
/* "wkeyctl: command: warning: …" */
void wk_ui_warn(const char *fmt, ...) WK_PRINTF(1, 2);
/* Shown with -v only. */
void wk_ui_trace(const char *fmt, ...) WK_PRINTF(1, 2);
/* Whether a question can be asked: a terminal, and no --batch. */
bool wk_ui_can_ask(void);
/*
 * Asks on /dev/tty without echo; the echo comes back on every path, signals
 * included.  confirm: asks twice and compares.  WK_FAIL: too long, empty, no
 * match, no terminal.  A passphrase is at most WK_PASSPHRASE_MAX bytes.
 */
#define WK_PASSPHRASE_MAX 4096
enum wk_status wk_ui_ask_secret(const char *prompt, bool confirm,
				struct wk_secret **ret_secret,
				struct wk_err *err);

#endif
