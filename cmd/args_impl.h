/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the argument parser share. */
#ifndef WK_CMD_ARGS_IMPL_H
#define WK_CMD_ARGS_IMPL_H

#include "cmd/args.h"

/* An option as it was given. */
struct wk_given {
	const struct wk_option *opt;
	const char *value; /* NULL for a flag */
	uint64_t num;
};

struct wk_args {
	const struct wk_command *command;
	struct wk_given *given;
	size_t n_given;
	const char **pos;
	size_t n_pos;
};

/* By long name (len bytes), or by letter when name is NULL; NULL: unknown. */
const struct wk_option *wk_option_find(const struct wk_command *command,
				       const char *name, size_t len,
				       char letter);

/* Checks a value against the option's type and range. */
enum wk_status wk_option_value(const struct wk_option *opt, const char *value,
			       uint64_t *ret_num, struct wk_err *err);

/* Refusals that take more than a line: what was meant, and where to look. */
void wk_args_hint_help(struct wk_err *err, const struct wk_command *command);
enum wk_status wk_args_unknown_option(const struct wk_command *command,
				      const char *word, struct wk_err *err);
enum wk_status wk_args_unknown_letter(const struct wk_command *command,
				      char letter, struct wk_err *err);
enum wk_status wk_args_unknown_command(const char *word, struct wk_err *err);
/* For WK_OPT_CHOICE, a hint when one of the choices is near. */
void wk_args_hint_choice(struct wk_err *err, const struct wk_option *opt,
			 const char *value);

#endif
