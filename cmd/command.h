/* SPDX-License-Identifier: Apache-2.0 */
/* A subcommand: data for help, completions and checks, and one function. */
#ifndef WK_CMD_COMMAND_H
#define WK_CMD_COMMAND_H

#include "base/option.h"
#include "base/secret.h"

struct wk_args;
struct wk_out;

struct wk_command {
	const char *name;  /* "add-to-fscrypt" */
	const char *alias; /* another name, or NULL; all that is said has name */
	const char *args;  /* "KEYFILE... MOUNTPOINT", for usage */
	const char *summary; /* one line, no capital, no full stop */
	/* NULL-terminated list of option tables, each ending with a zero entry. */
	const struct wk_option *const *options;
	int min_args, max_args; /* checked before run(); max -1: any */
	/* Results go to out, the failure to err; run() prints nothing itself. */
	enum wk_status (*run)(const struct wk_args *args, struct wk_out *out,
			      struct wk_err *err);
};

/* NULL-terminated, in the order of commands.def. */
extern const struct wk_command *const wk_commands[];
/* By either name; NULL when there is none. */
const struct wk_command *wk_command_find(const char *name);

#endif
