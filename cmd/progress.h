/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far long work has come: a line on the terminal that is overwritten, and
 * one JSON object a line on --status-fd:
 *   {"event":"unit","file":"k1.wk","ok":true,"done":1,"total":1000,"failed":0}
 */
#ifndef WK_CMD_PROGRESS_H
#define WK_CMD_PROGRESS_H

#include "cmd/args.h"

struct wk_progress {
	int status_fd; /* -1: none */
	bool terminal; /* stderr is one, and nobody said -q */
	size_t total, done, failed;
	uint64_t shown_ms; /* when the line was last drawn, 0: not yet */
};

/*
 * total units of work; one alone gets no line on the terminal.  Before any
 * work, WK_FAIL: --status-fd cannot be written to ("usage.bad-value"), or is
 * the descriptor of a secret ("usage.conflict"), whose file it would spoil.
 */
WK_MUST enum wk_status wk_progress_begin(struct wk_progress *p,
					 const struct wk_args *args,
					 size_t total, struct wk_err *err);
/*
 * One more is done.  WK_FAIL "output.write": the status descriptor takes no
 * more, and whoever reads it would wait for ever.
 */
WK_MUST enum wk_status wk_progress_step(struct wk_progress *p, const char *file,
					bool ok, struct wk_err *err);
/* Clears the line, before a message or at the end. */
void wk_progress_clear(struct wk_progress *p);

#endif
