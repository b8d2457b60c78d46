/* SPDX-License-Identifier: Apache-2.0 */
/* wkeyctl help: the commands, one command, or the exit codes. */
#include <string.h>

#include "cmd/args.h"
#include "cmd/out.h"
#include "cmd/suggest.h"
#include "cmd/usage.h"

extern const struct wk_command wk_command_help;

static const struct wk_option own_options[] = {
	{
		.name = "dump-cli",
		.type = WK_OPT_FLAG,
		.flags = WK_OPT_HIDDEN,
		.help = "print all commands and options for programs",
	},
	{ 0 },
};

static enum wk_status unknown_topic(const char *topic, struct wk_err *err)
{
	struct wk_suggest s = { .word = topic, .len = strlen(topic) };

	for (size_t i = 0; wk_commands[i]; i++)
		wk_suggest_command(&s, wk_commands[i]);
	wk_suggest_offer(&s, "exit-codes");
	wk_fail(err, WK_FAIL, "usage.unknown-command",
		"no command or topic '%.60s'", topic);
	if (s.best)
		wk_err_hint(err, "did you mean '%s'?", s.best);
	else
		wk_err_hint(err, "see 'wkeyctl help'");
	return WK_FAIL;
}

static enum wk_status run(const struct wk_args *args, struct wk_out *out,
			  struct wk_err *err)
{
	const struct wk_command *command;
	const char *topic;

	if (wk_args_given(args, "dump-cli")) {
		wk_usage_dump(out);
		return WK_OK;
	}
	if (wk_args_npos(args) == 0) {
		wk_usage_overview(out);
		return WK_OK;
	}
	topic = wk_args_pos(args, 0);
	if (strcmp(topic, "exit-codes") == 0) {
		wk_usage_exit_codes(out);
		return WK_OK;
	}
	command = wk_command_find(topic);
	if (!command)
		return unknown_topic(topic, err);
	wk_usage_command(out, command);
	return WK_OK;
}

static const struct wk_option *const options[] = { own_options, NULL };

const struct wk_command wk_command_help = {
	.name = "help",
	.args = "[COMMAND | exit-codes]",
	.summary = "explain the commands, one of them, or the exit codes",
	.options = options,
	.min_args = 0,
	.max_args = 1,
	.run = run,
};
