/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line.  Our own parser, because getopt_long(3) accepts
 * abbreviations and repetitions, and an abbreviation that works becomes API.
 */
#include "cmd/args_impl.h"

#include <stdlib.h>
#include <string.h>

const struct wk_option wk_global_options[] = {
	{
		.name = "json",
		.type = WK_OPT_FLAG,
		.help = "print one JSON object, also on failure",
	},
	{
		.name = "quiet",
		.letter = 'q',
		.type = WK_OPT_FLAG,
		.help = "no warnings, no explanations",
	},
	{
		.name = "verbose",
		.letter = 'v',
		.type = WK_OPT_FLAG,
		.help = "say what is being done",
	},
	{
		.name = "batch",
		.type = WK_OPT_FLAG,
		.help = "never ask anything",
	},
	{
		.name = "timeout",
		.type = WK_OPT_DURATION,
		.metavar = "DURATION",
		.help = "give up after this time, such as 500ms, 5s or 2min (exit 16)",
		.min = 1,
		.max = 366ULL * 24 * 60 * 60 * 1000,
	},
	{
		.name = "tcti",
		.type = WK_OPT_STRING,
		.metavar = "CONF",
		.help = "how to reach the TPM, such as device:/dev/tpmrm0",
	},
	{
		.name = "help",
		.letter = 'h',
		.type = WK_OPT_FLAG,
		.help = "explain the command",
	},
	{
		.name = "version",
		.type = WK_OPT_FLAG,
		.help = "print the version and what is built in",
	},
	{ 0 },
};

struct parser {
	struct wk_args *args;
	char **next;	    /* the next word; the last one is NULL */
	bool options_ended; /* "--" was seen */
	struct wk_err *err;
};

static const struct wk_option *find_in(const struct wk_option *table,
				       const char *name, size_t len,
				       char letter)
{
	for (; table->name; table++)
		if (name ? table->name[0] == name[0] &&
				    strncmp(table->name, name, len) == 0 &&
				    table->name[len] == '\0' :
			   table->letter == letter)
			return table;
	return NULL;
}

const struct wk_option *wk_option_find(const struct wk_command *command,
				       const char *name, size_t len,
				       char letter)
{
	const struct wk_option *const *table = command ? command->options :
							 NULL;
	const struct wk_option *opt;

	for (; table && *table; table++) {
		opt = find_in(*table, name, len, letter);
		if (opt)
			return opt;
	}
	return find_in(wk_global_options, name, len, letter);
}

static const struct wk_given *find_given(const struct wk_args *a,
					 const struct wk_option *opt)
{
	for (size_t i = 0; i < a->n_given; i++)
		if (a->given[i].opt == opt)
			return &a->given[i];
	return NULL;
}

/* Records an option; there is room (see room_for_options()). */
static enum wk_status take_option(struct parser *p, const struct wk_option *opt,
				  const char *value)
{
	struct wk_args *a = p->args;
	struct wk_given *g = &a->given[a->n_given];
	enum wk_status st;

	if (!(opt->flags & WK_OPT_MANY) && find_given(a, opt))
		return wk_fail(p->err, WK_FAIL, "usage.repeated-option",
			       "option '--%s' is given twice", opt->name);
	g->num = 0;
	if (value) {
		st = wk_option_value(opt, value, &g->num, p->err);
		if (st)
			return st;
	}
	g->opt = opt;
	g->value = value;
	a->n_given++;
	return WK_OK;
}

/* Whether a word that follows an option would rather be an option itself. */
static bool is_option(const struct parser *p, const char *word)
{
	if (word[0] != '-' || word[1] == '\0')
		return false;
	return word[1] == '-' ||
	       wk_option_find(p->args->command, NULL, 0, word[1]);
}

/* The value in the next word. */
static enum wk_status take_separate(struct parser *p,
				    const struct wk_option *opt)
{
	const char *value = *p->next;

	if (value && !is_option(p, value)) {
		p->next++;
		return take_option(p, opt, value);
	}
	wk_fail(p->err, WK_FAIL, "usage.missing-value",
		"option '--%s' needs a value: %s", opt->name, opt->metavar);
	if (value)
		wk_err_hint(
			p->err,
			"a value that starts with '-' is written --%s=VALUE",
			opt->name);
	else
		wk_args_hint_help(p->err, p->args->command);
	return WK_FAIL;
}

/* "--name", "--name=value" or "--name value" */
static enum wk_status take_long(struct parser *p, const char *word)
{
	size_t len = strcspn(word + 2, "=");
	const char *value = word[2 + len] ? word + 2 + len + 1 : NULL;
	const struct wk_option *opt =
		wk_option_find(p->args->command, word + 2, len, 0);

	if (!opt)
		return wk_args_unknown_option(p->args->command, word, p->err);
	if (opt->type == WK_OPT_FLAG && value)
		return wk_fail(p->err, WK_FAIL, "usage.unexpected-value",
			       "option '--%s' takes no value", opt->name);
	if (opt->type == WK_OPT_FLAG || value)
		return take_option(p, opt, value);
	return take_separate(p, opt);
}

/* "-q", "-qv", "-b value", "-bvalue" */
static enum wk_status take_letters(struct parser *p, const char *word)
{
	for (const char *letter = word + 1; *letter; letter++) {
		const struct wk_option *opt =
			wk_option_find(p->args->command, NULL, 0, *letter);
		enum wk_status st;

		if (!opt)
			return wk_args_unknown_letter(p->args->command, *letter,
						      p->err);
		if (opt->type != WK_OPT_FLAG && letter[1])
			return take_option(p, opt, letter + 1);
		if (opt->type != WK_OPT_FLAG)
			return take_separate(p, opt);
		st = take_option(p, opt, NULL);
		if (st)
			return st;
	}
	return WK_OK;
}

/* The command is the first word that is no option. */
static enum wk_status take_argument(struct parser *p, const char *word)
{
	struct wk_args *a = p->args;

	if (a->command) {
		a->pos[a->n_pos++] = word;
		return WK_OK;
	}
	a->command = wk_command_find(word);
	if (!a->command)
		return wk_args_unknown_command(word, p->err);
	return WK_OK;
}

static enum wk_status take_word(struct parser *p, const char *word)
{
	if (p->options_ended || word[0] != '-' || word[1] == '\0')
		return take_argument(p, word);
	if (word[1] != '-')
		return take_letters(p, word);
	if (word[2] != '\0')
		return take_long(p, word);
	p->options_ended = true;
	return WK_OK;
}

static enum wk_status check_arguments(const struct wk_args *a,
				      struct wk_err *err)
{
	const struct wk_command *c = a->command;

	if (wk_args_given(a, "help") || wk_args_given(a, "version"))
		return WK_OK;
	if (!c)
		wk_fail(err, WK_FAIL, "usage.no-command", "no command given");
	else if (a->n_pos < (size_t)c->min_args)
		wk_fail(err, WK_FAIL, "usage.missing-argument",
			"argument missing: %s", c->args);
	else if (c->max_args >= 0 && a->n_pos > (size_t)c->max_args)
		wk_fail(err, WK_FAIL, "usage.extra-argument",
			"unexpected argument '%s'", a->pos[c->max_args]);
	else
		return WK_OK;
	wk_args_hint_help(err, c);
	return WK_FAIL;
}

/* A program that asked for JSON gets it, wherever the mistake stands. */
static void find_json(struct parser *p)
{
	const struct wk_option *json = wk_option_find(NULL, "json", 4, 0);

	for (; *p->next && strcmp(*p->next, "--") != 0; p->next++) {
		if (strcmp(*p->next, "--json") != 0 ||
		    find_given(p->args, json))
			continue;
		p->args->given[p->args->n_given++] =
			(struct wk_given){ .opt = json };
	}
}

/* Each word is one option at most, or as many as it has letters. */
static size_t room_for_options(char **words)
{
	size_t n = 0;

	for (; *words; words++)
		n += (*words)[0] == '-' && (*words)[1] != '-' ? strlen(*words) :
								1;
	return n;
}

static struct wk_args *new_args(int argc, char **argv)
{
	struct wk_args *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	a->given = calloc(room_for_options(argv) + 1, sizeof(*a->given));
	a->pos = calloc((size_t)argc + 1, sizeof(*a->pos));
	return a->given && a->pos ? a : wk_args_free(a);
}

struct wk_args *wk_args_free(struct wk_args *a)
{
	if (!a)
		return NULL;
	free(a->given);
	free(a->pos);
	free(a);
	return NULL;
}

enum wk_status wk_args_parse(int argc, char **argv, struct wk_args **ret_args,
			     struct wk_err *err)
{
	struct parser p = { .next = argv + (argc > 0), .err = err };
	enum wk_status st = WK_OK;

	p.args = new_args(argc, argv);
	if (!p.args)
		return wk_fail(err, WK_NOMEM, "memory.arguments",
			       "out of memory for the arguments");
	*ret_args = p.args;
	while (!st && *p.next)
		st = take_word(&p, *p.next++);
	if (st) {
		find_json(&p);
		return st;
	}
	return check_arguments(p.args, err);
}
