/* SPDX-License-Identifier: Apache-2.0 */
/* Help, made from the tables of commands, options and exit codes. */
#ifndef WK_CMD_USAGE_H
#define WK_CMD_USAGE_H

#include "cmd/command.h"
#include "cmd/out.h"

/* Every command with its summary, and the global options. */
void wk_usage_overview(struct wk_out *out);
void wk_usage_command(struct wk_out *out, const struct wk_command *command);
void wk_usage_exit_codes(struct wk_out *out);
/*
 * All of it for programs (completions, checks of the manual), tab-separated:
 *   command NAME ARGS SUMMARY
 *   alias ANOTHER-NAME NAME
 *   option COMMAND|- --NAME -L|- METAVAR|- TYPE CHOICES|- HELP many|once
 *   backend NAME SUMMARY
 *   exit CODE MEANING RETRY
 * Choices are separated by commas; hidden options are left out.
 */
void wk_usage_dump(struct wk_out *out);

#endif
