/* SPDX-License-Identifier: Apache-2.0 */
/* Errors: a status that is also the exit code, and a message for a person. */
#ifndef WK_BASE_ERR_H
#define WK_BASE_ERR_H

#include "wkey.h"

#define WK_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* Fills *err (code: stable dotted word such as "file.exists"); returns st. */
enum wk_status wk_fail(struct wk_err *err, enum wk_status st, const char *code,
		       const char *fmt, ...) WK_PRINTF(4, 5);
/*
 * The same from an errno value: picks the status, appends ": strerror", and
 * sets the code to "errno.ENOENT" and the like.  For a call whose errnos have
 * meanings of their own, write a table instead and call wk_fail().
 */
enum wk_status wk_fail_errno(struct wk_err *err, int errnum, const char *fmt,
			     ...) WK_PRINTF(3, 4);
/* The status that an errno means where nothing more special is known. */
enum wk_status wk_status_of_errno(int errnum);
/* Puts "text: " before the message, on the way up. */
void wk_err_prefix(struct wk_err *err, const char *fmt, ...) WK_PRINTF(2, 3);
/* Sets the way out, replacing an earlier hint. */
void wk_err_hint(struct wk_err *err, const char *fmt, ...) WK_PRINTF(2, 3);
/* Forgets an earlier failure. */
void wk_err_clear(struct wk_err *err);

#endif
