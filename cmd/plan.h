/* SPDX-License-Identifier: Apache-2.0 */
/* --dry-run: what a command would do. */
#ifndef WK_CMD_PLAN_H
#define WK_CMD_PLAN_H

#include "cmd/args.h"
#include "cmd/out.h"

extern const struct wk_option wk_opts_dry_run[];

/*
 * "would WHAT NAME MORE", both names made fit for a terminal, MORE only when
 * it is not NULL; JSON "dry_run": true.
 */
void wk_plan_say(struct wk_out *out, const char *what, const char *name,
		 const char *more);

#endif
