/* SPDX-License-Identifier: Apache-2.0 */
/* Refusals of a command line, with what was probably meant. */
#include <stdio.h>
#include <string.h>

#include "base/blob.h"
#include "cmd/args_impl.h"
#include "cmd/suggest.h"

void wk_args_hint_help(struct wk_err *err, const struct wk_command *command)
{
	wk_err_hint(err, "see 'wkeyctl help%s%s'", command ? " " : "",
		    command ? command->name : "");
}

static void offer_options(struct wk_suggest *s, const struct wk_option *table)
{
	for (; table->name; table++)
		if (!(table->flags & WK_OPT_HIDDEN))
			wk_suggest_offer(s, table->name);
}

/*
 * Options by which other programs take a secret itself.  The words that the
 * options of this program start with are the second column.
 */
static const char *const secret_words[][2] = {
	{ "passphrase", "passphrase" },
	{ "password", "passphrase" },
	{ "new-passphrase", "new-passphrase" },
	{ "new-password", "new-passphrase" },
	{ "wrapping-key", "wrapping-key" },
	{ "new-wrapping-key", "new-wrapping-key" },
	{ "pin", "pin" },
	{ "new-pin", "new-pin" },
	{ "recovery", "recovery" },
	{ "recovery-key", "recovery" },
	{ "raw", "raw" },
	{ "raw-key", "raw" },
	{ "key", "raw" },
};

/* What the option names, or NULL. */
static const char *secret_of(const char *name, size_t len)
{
	for (size_t i = 0; i < WK_ARRAY_LEN(secret_words); i++)
		if (strlen(secret_words[i][0]) == len &&
		    strncmp(secret_words[i][0], name, len) == 0)
			return secret_words[i][1];
	return NULL;
}

static enum wk_status refuse_secret(const struct wk_command *command,
				    const char *name, size_t len,
				    const char *secret, struct wk_err *err)
{
	char file[40];

	snprintf(file, sizeof(file), "%s-file", secret);
	wk_fail(err, WK_FAIL, "usage.secret-on-command-line",
		"option '--%.*s' does not exist: a secret on the command line is visible to every process",
		(int)len, name);
	if (wk_option_find(command, file, strlen(file), 0))
		wk_err_hint(
			err,
			"use --%s-file FILE, --%s-fd N or --%s-credential NAME",
			secret, secret, secret);
	else
		wk_args_hint_help(err, command);
	return WK_FAIL;
}

/* Only the name is repeated: the value may be a secret. */
enum wk_status wk_args_unknown_option(const struct wk_command *command,
				      const char *word, struct wk_err *err)
{
	const struct wk_option *const *table = command ? command->options :
							 NULL;
	size_t len = strcspn(word + 2, "=");
	struct wk_suggest s = { .word = word + 2, .len = len };
	const char *secret = secret_of(word + 2, len);

	if (secret)
		return refuse_secret(command, word + 2, len, secret, err);
	wk_fail(err, WK_FAIL, "usage.unknown-option", "unknown option '--%.*s'",
		(int)(len < 60 ? len : 60), word + 2);
	for (; table && *table; table++)
		offer_options(&s, *table);
	offer_options(&s, wk_global_options);
	if (s.best)
		wk_err_hint(err, "did you mean '--%s'?", s.best);
	else if (command)
		wk_args_hint_help(err, command);
	else
		wk_err_hint(
			err,
			"a command's own options stand after it; see 'wkeyctl help'");
	return WK_FAIL;
}

enum wk_status wk_args_unknown_letter(const struct wk_command *command,
				      char letter, struct wk_err *err)
{
	wk_fail(err, WK_FAIL, "usage.unknown-option", "unknown option '-%c'",
		letter);
	wk_args_hint_help(err, command);
	return WK_FAIL;
}

enum wk_status wk_args_unknown_command(const char *word, struct wk_err *err)
{
	struct wk_suggest s = { .word = word, .len = strlen(word) };

	wk_fail(err, WK_FAIL, "usage.unknown-command",
		"unknown command '%.60s'", word);
	for (size_t i = 0; wk_commands[i]; i++)
		wk_suggest_command(&s, wk_commands[i]);
	if (s.best)
		wk_err_hint(err, "did you mean '%s'?", s.best);
	else
		wk_args_hint_help(err, NULL);
	return WK_FAIL;
}

void wk_args_hint_choice(struct wk_err *err, const struct wk_option *opt,
			 const char *value)
{
	struct wk_suggest s = { .word = value, .len = strlen(value) };

	for (size_t i = 0; opt->choices[i]; i++)
		wk_suggest_offer(&s, opt->choices[i]);
	if (s.best)
		wk_err_hint(err, "did you mean '%s'?", s.best);
}
