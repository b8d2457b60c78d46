/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parsed command line.  Strict: exact names, no abbreviations, unknown or
 * repeated options refused, values checked against their type before run().
 * Global options stand before or after the command.  "--" ends options.
 */
#ifndef WK_CMD_ARGS_H
#define WK_CMD_ARGS_H

#include "cmd/command.h"

struct wk_args;

/*
 * Parses argv[1..].  Everything it refuses is WK_FAIL with a code "usage.*":
 * usage.unknown-command, usage.unknown-option, usage.repeated-option,
 * usage.missing-value, usage.unexpected-value, usage.bad-value,
 * usage.missing-argument, usage.extra-argument, usage.no-command,
 * usage.secret-on-command-line.
 * Even then *ret_args is set, so that the caller knows --json and the command
 * as far as they were read.  Strings point into argv.
 */
enum wk_status wk_args_parse(int argc, char **argv, struct wk_args **ret_args,
			     struct wk_err *err);
struct wk_args *wk_args_free(struct wk_args *a);

/* NULL before a command was recognized. */
const struct wk_command *wk_args_command(const struct wk_args *a);
/* Whether the command has such an option, or it is a global one. */
bool wk_args_declared(const struct wk_args *a, const char *option);
/* Asserts that the option is declared for the command or global. */
bool wk_args_given(const struct wk_args *a, const char *option);
/* The (first) value as it stands, or NULL. */
const char *wk_args_str(const struct wk_args *a, const char *option);
/* The number that the value means (bits, bytes, ms, ...), or fallback. */
uint64_t wk_args_num(const struct wk_args *a, const char *option,
		     uint64_t fallback);
/* For WK_OPT_MANY: the count, and the i-th value. */
size_t wk_args_count(const struct wk_args *a, const char *option);
const char *wk_args_nth(const struct wk_args *a, const char *option, size_t i);
/* Positional arguments after the command. */
size_t wk_args_npos(const struct wk_args *a);
const char *wk_args_pos(const struct wk_args *a, size_t i);

/* json, quiet, verbose, batch, timeout, tcti, help, version */
extern const struct wk_option wk_global_options[];

#endif
