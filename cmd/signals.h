/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signals that end the process, after cleaning up: the terminal's echo comes
 * back, a half-written file goes, secrets are wiped, one message is given and
 * the exit status is 128+N; for the deadline of --timeout it is 16.
 */
#ifndef WK_CMD_SIGNALS_H
#define WK_CMD_SIGNALS_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* Catches them; those that the parent had ignored stay so, but for SIGPIPE. */
void wk_signals_init(const char *command, bool json);
/* The time left, from now on. */
void wk_signals_deadline(uint64_t ms);
/*
 * Puts them off while a few system calls of this thread must not be torn
 * apart, such as adding a kernel key and linking it.  Nests.
 */
void wk_signals_hold(void);
void wk_signals_release(void);
/* The signal that came while they were held, or 0. */
int wk_signals_waiting(void);
/*
 * While they are held: waits until fd is ready (events of poll(2)), or fails
 * with the signal that came, because this wait may have no end.  Otherwise the
 * call that blocks next is as good a place to be interrupted.
 */
WK_MUST enum wk_status wk_signals_await(int fd, short events,
					struct wk_err *err);
/* That signal as the failure of the command: exit status 128+N, or 16. */
WK_MUST enum wk_status wk_signals_fail(struct wk_err *err);
/*
 * The JSON object is being written: a handler must not write another.  Nothing
 * is held any more, because who reads the output may have stopped reading.
 */
void wk_signals_output_begins(void);

#endif
