/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The controlling terminal: a line without echo.  The echo comes back when the
 * line is read, when the process stops (and goes off again when it continues),
 * and when a signal ends it (cmd/signals.c).
 */
#ifndef WK_CMD_TTY_H
#define WK_CMD_TTY_H

#include "base/secret.h"

/* isatty(3), without one more symbol to resolve at each start. */
bool wk_tty_is(int fd);
/* A descriptor of /dev/tty, or -1 without a controlling terminal. */
int wk_tty_open(void);

/*
 * Shows the prompt and reads one line, without its end, straight into secret
 * memory.  WK_FAIL: "input.empty", "input.too-long", "input.terminal".
 * A terminal passes on at most 4094 bytes of a line, whatever max is.
 */
WK_MUST enum wk_status wk_tty_read_secret(int fd, const char *prompt,
					  size_t max,
					  struct wk_secret **ret_secret,
					  struct wk_err *err);

/* Async-signal-safe: echo as it was, and nothing half-typed for the shell. */
void wk_tty_restore(void);

#endif
