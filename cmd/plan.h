/* SPDX-License-Identifier: Apache-2.0 */
/* --dry-run: what a command would do. */
#ifndef WK_CMD_PLAN_H
#define WK_CMD_PLAN_H

#include "cmd/args.h"
#include "cmd/out.h"

extern const struct wk_option wk_opts_dry_run[];

/* "would WHAT NAME", the name made fit for a terminal; JSON "dry_run": true. */
void wk_plan_say(struct wk_out *out, const char *what, const char *name);

#endif
