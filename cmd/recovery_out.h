/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A new recovery key on its way to a person: once on the terminal, or to a file
 * of mode 0600 (--recovery-file); then one group of it is asked back, so that a
 * key that nobody wrote down protects nothing.
 */
#ifndef WK_CMD_RECOVERY_OUT_H
#define WK_CMD_RECOVERY_OUT_H

#include "cmd/args.h"
#include "cmd/out.h"

/* {0} is empty. */
struct wk_recovery_out {
	const char *path; /* borrowed from argv; NULL: the terminal */
	/* It is out, and not kept: the file is ours and must go again. */
	bool written;
};

/*
 * Where it will go, before anything is asked or computed.  WK_FAIL
 * "usage.missing-option": neither a terminal that may be asked nor
 * --recovery-file; else as wk_create_check(), without force.
 */
WK_MUST enum wk_status wk_recovery_out_init(struct wk_recovery_out *r,
					    const struct wk_args *args,
					    struct wk_err *err);
/*
 * Shows the text, and asks for one group back wherever a person can be asked.
 * WK_FAIL "recovery.not-confirmed": three answers were wrong.  On failure the
 * file is removed again.
 */
WK_MUST enum wk_status wk_recovery_out_show(struct wk_recovery_out *r,
					    const struct wk_secret *text,
					    const char *subject,
					    struct wk_err *err);
/* The key file took the key: what was shown counts, the file stays. */
void wk_recovery_out_keep(struct wk_recovery_out *r);
/* Unless kept: removes the file, or says that what was shown is void. */
void wk_recovery_out_done(struct wk_recovery_out *r);
#define WK_AUTO_RECOVERY_OUT __attribute__((cleanup(wk_recovery_out_done)))
/* Async-signal-safe: removes a file that is not kept. */
void wk_recovery_out_abort_signal(void);

#endif
