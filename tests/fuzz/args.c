/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: words that end in NUL. */
#include "cmd/args.h"
#include "fuzz.h"

#define WORDS_MAX 64

/* Everything a command may ask for. */
static void ask(const struct wk_args *a, const struct wk_option *options)
{
	for (const struct wk_option *o = options; o && o->name; o++) {
		size_t n = wk_args_count(a, o->name);

		HOLDS(wk_args_declared(a, o->name));
		HOLDS(wk_args_given(a, o->name) == (n > 0));
		(void)wk_args_num(a, o->name, 7);
		for (size_t i = 0; i < n; i++)
			if (wk_args_nth(a, o->name, i))
				HOLDS(strlen(wk_args_nth(a, o->name, i)) <
				      65536);
		if (n)
			HOLDS(wk_args_str(a, o->name) ==
			      wk_args_nth(a, o->name, 0));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = text_of(data, size), *argv[WORDS_MAX + 2] = { "wkeyctl" };
	struct wk_args *args = NULL;
	struct wk_err err = { 0 };
	int argc = 1;

	for (size_t at = 0; at < size && argc <= WORDS_MAX; argc++) {
		argv[argc] = text + at;
		at += strlen(text + at) + 1;
	}
	argv[argc] = NULL;
	if (wk_args_parse(argc, argv, &args, &err))
		check_err(&err);
	if (args) {
		const struct wk_command *c = wk_args_command(args);

		ask(args, wk_global_options);
		for (size_t i = 0; c && c->options && c->options[i]; i++)
			ask(args, c->options[i]);
		for (size_t i = 0; i < wk_args_npos(args); i++)
			HOLDS(wk_args_pos(args, i));
	}
	args = wk_args_free(args);
	free(text);
	return 0;
}
