/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: what is understood, and every refusal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cmd/args.h"

static const char *const colours[] = { "red", "green", "blue", NULL };

static const struct wk_option first_table[] = {
	{ .name = "backend",
	  .letter = 'b',
	  .type = WK_OPT_STRING,
	  .flags = WK_OPT_MANY,
	  .metavar = "NAME",
	  .help = "" },
	{ .name = "force", .letter = 'f', .type = WK_OPT_FLAG, .help = "" },
	{ .name = "output",
	  .letter = 'o',
	  .type = WK_OPT_PATH,
	  .metavar = "FILE",
	  .help = "" },
	{ 0 },
};

static const struct wk_option second_table[] = {
	{ .name = "fd", .type = WK_OPT_FD, .metavar = "N", .help = "" },
	{ .name = "count",
	  .type = WK_OPT_UINT,
	  .metavar = "N",
	  .help = "",
	  .min = 2,
	  .max = 9 },
	{ .name = "size",
	  .type = WK_OPT_KEY_SIZE,
	  .metavar = "SIZE",
	  .help = "",
	  .min = 128,
	  .max = 1024 },
	{ .name = "memory",
	  .type = WK_OPT_MEMORY,
	  .metavar = "SIZE",
	  .help = "" },
	{ .name = "time",
	  .type = WK_OPT_DURATION,
	  .metavar = "TIME",
	  .help = "" },
	{ .name = "colour",
	  .type = WK_OPT_CHOICE,
	  .metavar = "COLOUR",
	  .help = "",
	  .choices = colours },
	{ .name = "for", .type = WK_OPT_UUID, .metavar = "UUID", .help = "" },
	{ .name = "passphrase-file",
	  .type = WK_OPT_PATH,
	  .metavar = "FILE",
	  .help = "" },
	{ 0 },
};

static const struct wk_option *const tables[] = { first_table, second_table,
						  NULL };

static const struct wk_command make = {
	.name = "make",
	.args = "FILE...",
	.summary = "",
	.options = tables,
	.min_args = 1,
	.max_args = 2,
};
static const struct wk_command list = {
	.name = "list",
	.args = "",
	.summary = "",
	.max_args = -1,
};

/* Stand in for cmd/command.c. */
const struct wk_command *const wk_commands[] = { &make, &list, NULL };

const struct wk_command *wk_command_find(const char *name)
{
	for (size_t i = 0; wk_commands[i]; i++)
		if (strcmp(wk_commands[i]->name, name) == 0)
			return wk_commands[i];
	return NULL;
}

/* Splits a line at single spaces into argv; "" as a word is written "~". */
struct line {
	char text[200];
	char *argv[30];
	int argc;
};

static void split(struct line *l, const char *text)
{
	char *p = l->text;

	snprintf(l->text, sizeof(l->text), "wkeyctl%s%s", *text ? " " : "",
		 text);
	for (l->argc = 0; p; l->argc++) {
		char *space = strchr(p, ' ');

		if (space)
			*space++ = '\0';
		for (char *c = p; *c; c++)
			if (*c == '~')
				*c = '\0';
		l->argv[l->argc] = p;
		p = space;
	}
	l->argv[l->argc] = NULL;
}

static struct wk_args *parsed(struct line *l, const char *text)
{
	struct wk_args *a = NULL;
	struct wk_err err;

	split(l, text);
	if (wk_args_parse(l->argc, l->argv, &a, &err))
		fail_msg("'%s': %s", text, err.msg);
	return a;
}

/* Returns what was understood all the same. */
static struct wk_args *refused(struct line *l, const char *text,
			       const char *code, struct wk_err *err)
{
	struct wk_args *a = NULL;

	split(l, text);
	assert_int_equal(wk_args_parse(l->argc, l->argv, &a, err), WK_FAIL);
	assert_int_equal(err->status, WK_FAIL);
	assert_string_equal(err->code, code);
	assert_non_null(a);
	return a;
}

static void refuses(const char *text, const char *code, const char *msg,
		    const char *hint)
{
	struct line l;
	struct wk_err err;

	wk_args_free(refused(&l, text, code, &err));
	assert_non_null(strstr(err.msg, msg));
	assert_string_equal(err.hint, hint);
}

static void test_forms(void **state)
{
	static const char *const lines[] = {
		"make --backend=soft x", "make --backend soft x",
		"make -b soft x",	 "make -bsoft x",
		"make x --backend soft", "make x -fb soft",
		"make -fqbsoft x",	 "-q make x -b soft",
		"make x --json -b soft", "--json make -b soft -- x",
	};
	struct line l;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct wk_args *a = parsed(&l, lines[i]);

		assert_ptr_equal(wk_args_command(a), &make);
		assert_string_equal(wk_args_str(a, "backend"), "soft");
		assert_int_equal(wk_args_npos(a), 1);
		assert_string_equal(wk_args_pos(a, 0), "x");
		wk_args_free(a);
	}
}

static void test_values(void **state)
{
	struct line l;
	struct wk_args *a =
		parsed(&l, "make x --count=9 --size 32byte "
			   "--memory 64MiB --time 2min --fd 3 "
			   "--colour blue -o - --timeout 1h "
			   "--for 01234567-89ab-cdef-0123-456789ABCDEF");

	(void)state;
	assert_int_equal(wk_args_num(a, "count", 0), 9);
	assert_int_equal(wk_args_num(a, "size", 0), 256);
	assert_int_equal(wk_args_num(a, "memory", 0), 64 << 20);
	assert_int_equal(wk_args_num(a, "time", 0), 120000);
	assert_int_equal(wk_args_num(a, "fd", 0), 3);
	assert_int_equal(wk_args_num(a, "timeout", 0), 3600000);
	assert_string_equal(wk_args_str(a, "colour"), "blue");
	assert_string_equal(wk_args_str(a, "output"), "-");
	assert_null(wk_args_str(a, "tcti"));
	assert_int_equal(wk_args_num(a, "count", 7), 9);
	wk_args_free(a);
}

static void test_not_given(void **state)
{
	struct line l;
	struct wk_args *a = parsed(&l, "make x");

	(void)state;
	assert_false(wk_args_given(a, "force"));
	assert_null(wk_args_str(a, "output"));
	assert_int_equal(wk_args_num(a, "count", 7), 7);
	assert_int_equal(wk_args_count(a, "backend"), 0);
	assert_null(wk_args_nth(a, "backend", 0));
	assert_true(wk_args_declared(a, "passphrase-file"));
	assert_true(wk_args_declared(a, "json"));
	assert_false(wk_args_declared(a, "passphrase"));
	wk_args_free(a);
	assert_null(wk_args_free(NULL));
}

static void test_many(void **state)
{
	struct line l;
	struct wk_args *a = parsed(&l, "make -b a -f --backend=b x -bc");

	(void)state;
	assert_int_equal(wk_args_count(a, "backend"), 3);
	assert_string_equal(wk_args_nth(a, "backend", 0), "a");
	assert_string_equal(wk_args_nth(a, "backend", 1), "b");
	assert_string_equal(wk_args_nth(a, "backend", 2), "c");
	assert_null(wk_args_nth(a, "backend", 3));
	assert_true(wk_args_given(a, "force"));
	wk_args_free(a);
}

static void test_end_of_options(void **state)
{
	struct line l;
	struct wk_args *a = parsed(&l, "list -q -- --json -- -x -");

	(void)state;
	assert_false(wk_args_given(a, "json"));
	assert_int_equal(wk_args_npos(a), 4);
	assert_string_equal(wk_args_pos(a, 0), "--json");
	assert_string_equal(wk_args_pos(a, 1), "--");
	assert_string_equal(wk_args_pos(a, 3), "-");
	wk_args_free(a);
}

static void test_empty_string(void **state)
{
	struct line l;
	struct wk_args *a = parsed(&l, "make --tcti=~ -b=x -b -3 x=y");

	(void)state;
	assert_string_equal(wk_args_str(a, "tcti"), "");
	assert_string_equal(wk_args_nth(a, "backend", 0), "=x");
	assert_string_equal(wk_args_nth(a, "backend", 1), "-3");
	wk_args_free(a);
}

/* Help is given for half a command line, too. */
static void test_help(void **state)
{
	static const char *const lines[] = { "--help", "-h", "make --help",
					     "--version", "make a b c -h" };
	struct line l;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		wk_args_free(parsed(&l, lines[i]));
}

static void test_unknown(void **state)
{
	(void)state;
	refuses("mkae x", "usage.unknown-command", "'mkae'",
		"did you mean 'make'?");
	refuses("frobnicate", "usage.unknown-command", "'frobnicate'",
		"see 'wkeyctl help'");
	refuses("make --forec x", "usage.unknown-option", "'--forec'",
		"did you mean '--force'?");
	refuses("make --forc=hunter2 x", "usage.unknown-option",
		"unknown option '--forc'", "did you mean '--force'?");
	refuses("make --frobnicate", "usage.unknown-option", "'--frobnicate'",
		"see 'wkeyctl help make'");
	refuses("make -fz", "usage.unknown-option", "'-z'",
		"see 'wkeyctl help make'");
	refuses("--force make", "usage.unknown-option", "'--force'",
		"a command's own options stand after it; see 'wkeyctl help'");
	refuses("make --=x", "usage.unknown-option", "'--'",
		"see 'wkeyctl help make'");
}

/* No abbreviations: each that works would have to work for ever. */
static void test_abbreviated(void **state)
{
	(void)state;
	refuses("make --forc x", "usage.unknown-option", "'--forc'",
		"did you mean '--force'?");
	refuses("mak x", "usage.unknown-command", "'mak'",
		"did you mean 'make'?");
	refuses("make --js x", "usage.unknown-option", "'--js'",
		"see 'wkeyctl help make'");
}

static void test_repeated(void **state)
{
	(void)state;
	refuses("make -f --force x", "usage.repeated-option", "'--force'", "");
	refuses("-q make x -q", "usage.repeated-option", "'--quiet'", "");
	refuses("make -o a x --output=b", "usage.repeated-option", "'--output'",
		"");
	refuses("make -ffff x", "usage.repeated-option", "'--force'", "");
}

static void test_missing_value(void **state)
{
	(void)state;
	refuses("make x --output", "usage.missing-value", "FILE",
		"see 'wkeyctl help make'");
	refuses("make x -o", "usage.missing-value", "'--output'",
		"see 'wkeyctl help make'");
	refuses("make x --output --force", "usage.missing-value", "'--output'",
		"a value that starts with '-' is written --output=VALUE");
	refuses("make x --output -f", "usage.missing-value", "'--output'",
		"a value that starts with '-' is written --output=VALUE");
	refuses("make x -o --", "usage.missing-value", "'--output'",
		"a value that starts with '-' is written --output=VALUE");
	refuses("make --force=yes x", "usage.unexpected-value", "'--force'",
		"");
}

static void test_bad_value(void **state)
{
	static const char *const lines[] = {
		"--count=",
		"--count=1",
		"--count=10",
		"--count=5x",
		"--count=+5",
		"--count=05",
		"--size=",
		"--size=256",
		"--size=64bit",
		"--size=2048bit",
		"--memory=",
		"--memory=64",
		"--memory=64MB",
		"--time=",
		"--time=5",
		"--time=5m",
		"--colour=",
		"--colour=RED",
		"--for=",
		"--for=0123",
		"--output=",
		"--fd=",
		"--fd=-1",
		"--fd=2147483648",
		"--timeout=0s",
		"--timeout=367d",
		"--count=99999999999999999999",
	};
	struct line l;
	struct wk_err err;
	char text[80];

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		snprintf(text, sizeof(text), "make x %s", lines[i]);
		wk_args_free(refused(&l, text, "usage.bad-value", &err));
	}
	refuses("make x --count 12", "usage.bad-value",
		"'--count': bad value '12', expected a decimal number, from 2 to 9",
		"");
	refuses("make x --size 256", "usage.bad-value",
		"such as 256bit or 32byte, from 128bit to 1024bit", "");
	refuses("make x --colour bleu", "usage.bad-value",
		"one of red, green or blue", "did you mean 'blue'?");
}

static void test_arguments(void **state)
{
	(void)state;
	refuses("", "usage.no-command", "no command", "see 'wkeyctl help'");
	refuses("--json", "usage.no-command", "no command",
		"see 'wkeyctl help'");
	refuses("make", "usage.missing-argument", "FILE...",
		"see 'wkeyctl help make'");
	refuses("make a b c", "usage.extra-argument", "'c'",
		"see 'wkeyctl help make'");
}

/* What may be a secret is not shown again. */
static void test_secret_on_command_line(void **state)
{
	static const char *const lines[] = {
		"make --passphrase=hunter2 x", "make --passphrase hunter2 x",
		"make --password=hunter2 x",   "make --pin=hunter2 x",
		"--passphrase=hunter2 make x", "make --wrapping-key=hunter2",
	};
	struct line l;
	struct wk_err err;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		wk_args_free(refused(&l, lines[i],
				     "usage.secret-on-command-line", &err));
		assert_null(strstr(err.msg, "hunter2"));
		assert_null(strstr(err.hint, "hunter2"));
	}
	refuses("make --passphrase=hunter2 x", "usage.secret-on-command-line",
		"'--passphrase'",
		"use --passphrase-file FILE, --passphrase-fd N or --passphrase-credential NAME");
	wk_args_free(
		refused(&l, "make --fd hunter2 x", "usage.bad-value", &err));
	assert_null(strstr(err.msg, "hunter2"));
}

/* A program that asked for JSON gets it, wherever the mistake stands. */
static void test_json_after_mistake(void **state)
{
	struct line l;
	struct wk_err err;
	struct wk_args *a = refused(&l, "make --frob x --json",
				    "usage.unknown-option", &err);

	(void)state;
	assert_true(wk_args_given(a, "json"));
	assert_ptr_equal(wk_args_command(a), &make);
	wk_args_free(a);

	a = refused(&l, "--json mkae --json", "usage.unknown-command", &err);
	assert_true(wk_args_given(a, "json"));
	assert_null(wk_args_command(a));
	wk_args_free(a);

	a = refused(&l, "make --frob -- --json", "usage.unknown-option", &err);
	assert_false(wk_args_given(a, "json"));
	wk_args_free(a);
}

/* execve(2) allows an empty argument list. */
static void test_no_argv(void **state)
{
	char *argv[] = { NULL };
	struct wk_args *a = NULL;
	struct wk_err err;

	(void)state;
	assert_int_equal(wk_args_parse(0, argv, &a, &err), WK_FAIL);
	assert_string_equal(err.code, "usage.no-command");
	wk_args_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_not_given),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_end_of_options),
		cmocka_unit_test(test_empty_string),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_abbreviated),
		cmocka_unit_test(test_repeated),
		cmocka_unit_test(test_missing_value),
		cmocka_unit_test(test_bad_value),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_secret_on_command_line),
		cmocka_unit_test(test_json_after_mistake),
		cmocka_unit_test(test_no_argv),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
