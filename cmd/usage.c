/* SPDX-License-Identifier: Apache-2.0 */
/* Help for people; with --json the same facts as members. */
#include "cmd/usage.h"

#include <stdio.h>
#include <string.h>

#include "backend.h"
#include "cmd/args.h"
#include "cmd/exit_codes.h"

/* Where explanations start, and where lines end. */
#define TEXT_COLUMN 32
#define LINE_END 80

/* Words, one space between them, from column on; lines are broken there. */
static void put_wrapped(struct wk_out *out, const char *text, size_t column)
{
	size_t at = column;

	while (*text) {
		size_t len = strcspn(text, " ");

		if (at > column && at + 1 + len > LINE_END) {
			wk_out_text(out, "\n%*s", (int)column, "");
			at = column;
		}
		wk_out_text(out, "%s%.*s", at > column ? " " : "", (int)len,
			    text);
		at += len + (at > column);
		text += len + (text[len] == ' ');
	}
	wk_out_text(out, "\n");
}

/* A term and its explanation, which goes below when the term is long. */
static void put_entry(struct wk_out *out, const char *term, const char *text)
{
	if (strlen(term) + 4 > TEXT_COLUMN)
		wk_out_text(out, "  %s\n%*s", term, TEXT_COLUMN, "");
	else
		wk_out_text(out, "  %-*s", TEXT_COLUMN - 2, term);
	put_wrapped(out, text, TEXT_COLUMN);
}

static void put_option_text(struct wk_out *out, const struct wk_option *opt)
{
	char term[80], help[400];
	size_t len;

	snprintf(term, sizeof(term), opt->letter ? "-%c, " : "    ",
		 opt->letter);
	len = strlen(term);
	snprintf(term + len, sizeof(term) - len, "--%s%s%s", opt->name,
		 opt->metavar ? " " : "", opt->metavar ? opt->metavar : "");
	len = (size_t)snprintf(help, sizeof(help), "%s%s", opt->help,
			       opt->choices ? ":" : "");
	for (size_t i = 0; opt->choices && opt->choices[i]; i++)
		len += (size_t)snprintf(help + len, sizeof(help) - len, "%s%s",
					i ? ", " : " ", opt->choices[i]);
	if (opt->flags & WK_OPT_MANY)
		snprintf(help + len, sizeof(help) - len, "; may be repeated");
	put_entry(out, term, help);
}

static const char *type_name(enum wk_opt_type type)
{
	static const char *const names[] = {
		[WK_OPT_FLAG] = "flag",	    [WK_OPT_STRING] = "string",
		[WK_OPT_PATH] = "path",	    [WK_OPT_FD] = "fd",
		[WK_OPT_UINT] = "uint",	    [WK_OPT_KEY_SIZE] = "key-size",
		[WK_OPT_MEMORY] = "memory", [WK_OPT_DURATION] = "duration",
		[WK_OPT_CHOICE] = "choice", [WK_OPT_UUID] = "uuid",
	};

	return names[type];
}

static void put_option_members(struct wk_out *out, const struct wk_option *opt)
{
	char letter[2] = { opt->letter, '\0' };

	wk_out_begin_object(out, NULL);
	wk_out_str(out, "name", NULL, opt->name);
	wk_out_str(out, "letter", NULL, opt->letter ? letter : NULL);
	wk_out_str(out, "type", NULL, type_name(opt->type));
	wk_out_str(out, "metavar", NULL, opt->metavar);
	wk_out_str(out, "help", NULL, opt->help);
	wk_out_bool(out, "repeatable", NULL, opt->flags & WK_OPT_MANY);
	if (opt->choices) {
		wk_out_begin_array(out, "choices");
		for (size_t i = 0; opt->choices[i]; i++)
			wk_out_str(out, NULL, NULL, opt->choices[i]);
		wk_out_end_array(out);
	}
	wk_out_end_object(out);
}

static void put_options(struct wk_out *out, const struct wk_option *opt)
{
	for (; opt->name; opt++) {
		if (opt->flags & WK_OPT_HIDDEN)
			continue;
		if (wk_out_is_json(out))
			put_option_members(out, opt);
		else
			put_option_text(out, opt);
	}
}

static void put_global_options(struct wk_out *out)
{
	wk_out_text(out, "\nGlobal options, before or after the command:\n");
	wk_out_begin_array(out, "global_options");
	put_options(out, wk_global_options);
	wk_out_end_array(out);
}

static void put_command_members(struct wk_out *out, const struct wk_command *c)
{
	wk_out_str(out, "name", NULL, c->name);
	if (c->alias)
		wk_out_str(out, "alias", NULL, c->alias);
	wk_out_str(out, "args", NULL, c->args);
	wk_out_str(out, "summary", NULL, c->summary);
}

static void put_command_text(struct wk_out *out, const struct wk_command *c)
{
	char names[80];

	snprintf(names, sizeof(names), c->alias ? "%s (%s)" : "%s", c->name,
		 c->alias);
	put_entry(out, names, c->summary);
}

void wk_usage_overview(struct wk_out *out)
{
	wk_out_text(
		out,
		"Usage: wkeyctl [GLOBAL OPTIONS] COMMAND [OPTIONS] ARGUMENTS\n"
		"\nCommands:\n");
	wk_out_begin_array(out, "commands");
	for (size_t i = 0; wk_commands[i]; i++) {
		if (!wk_out_is_json(out)) {
			put_command_text(out, wk_commands[i]);
			continue;
		}
		wk_out_begin_object(out, NULL);
		put_command_members(out, wk_commands[i]);
		wk_out_end_object(out);
	}
	wk_out_end_array(out);
	put_global_options(out);
	wk_out_text(
		out,
		"\nSee 'wkeyctl help COMMAND' and 'wkeyctl help exit-codes'.\n");
}

static bool has_options(const struct wk_command *c)
{
	for (const struct wk_option *const *t = c->options; t && *t; t++)
		for (const struct wk_option *opt = *t; opt->name; opt++)
			if (!(opt->flags & WK_OPT_HIDDEN))
				return true;
	return false;
}

void wk_usage_command(struct wk_out *out, const struct wk_command *c)
{
	bool options = has_options(c);

	wk_out_text(out, "Usage: wkeyctl %s%s%s%s\n\n", c->name,
		    options ? " [OPTIONS]" : "", c->args[0] ? " " : "",
		    c->args);
	if (wk_out_is_json(out))
		put_command_members(out, c);
	put_wrapped(out, c->summary, 0);
	if (c->alias)
		wk_out_text(out, "\nAlso called '%s'.\n", c->alias);
	if (options)
		wk_out_text(out, "\nOptions:\n");
	wk_out_begin_array(out, "options");
	for (const struct wk_option *const *t = c->options; t && *t; t++)
		put_options(out, *t);
	wk_out_end_array(out);
	put_global_options(out);
	wk_out_text(out, "\nSee wkeyctl-%s(1) for examples.\n", c->name);
}

void wk_usage_exit_codes(struct wk_out *out)
{
	wk_out_text(out, "%-6s%-13s%-14s%s\n", "CODE", "NAME", "RETRY",
		    "MEANING");
	wk_out_begin_array(out, "exit_codes");
	for (const struct wk_exit_code *x = wk_exit_codes; x->name; x++) {
		wk_out_text(out, "%-6d%-13s%-14s%s\n", x->code, x->name,
			    x->retry, x->meaning);
		if (!wk_out_is_json(out))
			continue;
		wk_out_begin_object(out, NULL);
		wk_out_int(out, "code", NULL, x->code);
		wk_out_str(out, "name", NULL, x->name);
		wk_out_str(out, "meaning", NULL, x->meaning);
		wk_out_str(out, "retry", NULL, x->retry);
		wk_out_end_object(out);
	}
	wk_out_end_array(out);
}

static void dump_option(struct wk_out *out, const char *command,
			const struct wk_option *opt)
{
	char letter[3] = { '-', opt->letter, '\0' };

	wk_out_text(out, "option\t%s\t--%s\t%s\t%s\t%s\t", command, opt->name,
		    letter, opt->metavar ? opt->metavar : "-",
		    type_name(opt->type));
	for (size_t i = 0; opt->choices && opt->choices[i]; i++)
		wk_out_text(out, "%s%s", i ? "," : "", opt->choices[i]);
	wk_out_text(out, "%s\t%s\t%s\n", opt->choices ? "" : "-", opt->help,
		    opt->flags & WK_OPT_MANY ? "many" : "once");
}

static void dump_options(struct wk_out *out, const char *command,
			 const struct wk_option *opt)
{
	for (; opt->name; opt++)
		if (!(opt->flags & WK_OPT_HIDDEN))
			dump_option(out, command, opt);
}

void wk_usage_dump(struct wk_out *out)
{
	for (size_t i = 0; wk_commands[i]; i++) {
		const struct wk_command *c = wk_commands[i];

		wk_out_text(out, "command\t%s\t%s\t%s\n", c->name,
			    c->args[0] ? c->args : "-", c->summary);
		if (c->alias)
			wk_out_text(out, "alias\t%s\t%s\n", c->alias, c->name);
		for (const struct wk_option *const *t = c->options; t && *t;
		     t++)
			dump_options(out, c->name, *t);
	}
	dump_options(out, "-", wk_global_options);
	for (size_t i = 0; wk_backends[i]; i++)
		wk_out_text(out, "backend\t%s\t%s\n", wk_backends[i]->name,
			    wk_backends[i]->summary);
	for (const struct wk_exit_code *x = wk_exit_codes; x->name; x++)
		wk_out_text(out, "exit\t%d\t%s\t%s\n", x->code, x->meaning,
			    x->retry);
}
