/* SPDX-License-Identifier: Apache-2.0 */
/* What commands print: text and JSON from the same calls. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "cmd/out.h"

/* Standard output while a wk_out writes to a file in memory. */
struct capture {
	int kept, fd;
	char text[100000];
};

static struct capture cap;

static struct wk_out *start(bool json, bool quiet)
{
	struct wk_out *o = NULL;
	struct wk_err err;

	fflush(stdout);
	cap.kept = dup(1);
	cap.fd = memfd_create("stdout", MFD_CLOEXEC);
	assert_int_equal(dup2(cap.fd, 1), 1);
	assert_int_equal(wk_out_new(json, quiet, &o, &err), WK_OK);
	return o;
}

static void restore(void)
{
	assert_int_equal(dup2(cap.kept, 1), 1);
	close(cap.kept);
}

/* Ends the output and returns what was written. */
static const char *finish(struct wk_out *o, const struct wk_err *failure)
{
	struct wk_err err;
	enum wk_status st = wk_out_finish(o, "make", failure, &err);
	ssize_t n = pread(cap.fd, cap.text, sizeof(cap.text) - 1, 0);

	restore();
	close(cap.fd);
	wk_out_free(o);
	assert_int_equal(st, WK_OK);
	assert_true(n >= 0);
	cap.text[n] = '\0';
	return cap.text;
}

static void fill(struct wk_out *o)
{
	static const uint8_t id[] = { 0x00, 0x7f, 0xff };

	wk_out_value_hex(o, "id", wk_span(id, sizeof(id)));
	wk_out_str(o, "name", "Name", "disk");
	wk_out_int(o, "bits", "Key size", 512);
	wk_out_bool(o, "opaque", "Opaque", false);
	wk_out_str(o, "path", NULL, "/a");
	wk_out_text(o, "for %s\n", "people");
	wk_out_begin_array(o, "slots");
	for (int i = 0; i < 2; i++) {
		wk_out_text(o, "Slot %d\n", i);
		wk_out_begin_object(o, NULL);
		wk_out_int(o, "number", NULL, i);
		wk_out_str(o, "a", "A label longer than that", "x");
		wk_out_hex(o, "salt", "Salt", wk_span(id, 1));
		wk_out_end_object(o);
	}
	wk_out_end_array(o);
}

static void test_text(void **state)
{
	struct wk_out *o = start(false, false);

	(void)state;
	fill(o);
	assert_string_equal(finish(o, NULL), "007fff\n"
					     "Name:               disk\n"
					     "Key size:           512\n"
					     "Opaque:             no\n"
					     "for people\n"
					     "Slot 0\n"
					     "  A label longer than that: x\n"
					     "  Salt:             00\n"
					     "Slot 1\n"
					     "  A label longer than that: x\n"
					     "  Salt:             00\n");
}

static void test_json(void **state)
{
	struct wk_out *o = start(true, false);

	(void)state;
	fill(o);
	assert_string_equal(
		finish(o, NULL),
		"{\"schema\":\"wkeyctl/make/1\",\"ok\":true,"
		"\"id\":\"007fff\",\"name\":\"disk\",\"bits\":512,"
		"\"opaque\":false,\"path\":\"/a\",\"slots\":["
		"{\"number\":0,\"a\":\"x\",\"salt\":\"00\"},"
		"{\"number\":1,\"a\":\"x\",\"salt\":\"00\"}],\"errors\":[]}\n");
}

static void test_quiet(void **state)
{
	struct wk_out *o = start(false, true);

	(void)state;
	wk_out_text(o, "explanation\n");
	wk_out_value(o, "id", "00");
	assert_string_equal(finish(o, NULL), "00\n");
}

static void test_empty(void **state)
{
	(void)state;
	assert_string_equal(finish(start(false, false), NULL), "");
	assert_string_equal(
		finish(start(true, false), NULL),
		"{\"schema\":\"wkeyctl/make/1\",\"ok\":true,\"errors\":[]}\n");
}

/* A command may fail between begin and end: still one valid object. */
static void test_failure_midway(void **state)
{
	struct wk_out *o = start(true, false);
	struct wk_err failure, noted;

	(void)state;
	wk_fail(&failure, WK_PARTIAL, "batch.partial", "1 of 2 failed");
	wk_fail(&noted, WK_EXISTS, "file.exists", "'a': exists");
	wk_err_hint(&noted, "use --force");
	wk_out_begin_array(o, "keys");
	wk_out_begin_object(o, NULL);
	wk_out_str(o, "id", "Id", NULL);
	wk_out_begin_array(o, "errors");
	wk_out_error(o, &noted);
	wk_out_note_error(o, &noted);
	assert_string_equal(
		finish(o, &failure),
		"{\"schema\":\"wkeyctl/make/1\",\"ok\":false,\"keys\":[{"
		"\"id\":null,\"errors\":[{\"code\":\"file.exists\",\"exit\":5,"
		"\"detail\":\"'a': exists\",\"hint\":\"use --force\"}]}],"
		"\"errors\":[{\"code\":\"batch.partial\",\"exit\":12,"
		"\"detail\":\"1 of 2 failed\"},{\"code\":\"file.exists\","
		"\"exit\":5,\"detail\":\"'a': exists\",\"hint\":\"use --force\"}]}\n");
}

static void test_before_command(void **state)
{
	struct wk_out *o = start(true, false);
	struct wk_err err;
	ssize_t n;

	(void)state;
	assert_int_equal(wk_out_finish(o, NULL, NULL, &err), WK_OK);
	n = pread(cap.fd, cap.text, sizeof(cap.text) - 1, 0);
	restore();
	close(cap.fd);
	wk_out_free(o);
	assert_true(n > 0);
	cap.text[n] = '\0';
	assert_non_null(strstr(cap.text, "\"wkeyctl/wkeyctl/1\""));
}

static void test_json_strings(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "", "" },
		{ "a\"b\\c/", "a\\\"b\\\\c/" },
		{ "\x01\t\n\x1f\x7f", "\\u0001\\u0009\\u000a\\u001f\\u007f" },
		{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x94\x91",
		  "\xc3\xa4\xe2\x82\xac\xf0\x9f\x94\x91" },
		{ "\xc2\x85", "\\u0085" },
		{ "a\xff"
		  "b",
		  "a\\ufffdb" },
		{ "\xc3", "\\ufffd" },		  /* cut short */
		{ "\xc0\xaf", "\\ufffd\\ufffd" }, /* not the shortest */
		{ "\xed\xa0\x80", "\\ufffd\\ufffd\\ufffd" }, /* surrogate */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct wk_out *o = start(true, false);
		char wanted[200];

		wk_out_str(o, "s", NULL, cases[i].in);
		snprintf(wanted, sizeof(wanted),
			 "{\"schema\":\"wkeyctl/make/1\",\"ok\":true,"
			 "\"s\":\"%s\",\"errors\":[]}\n",
			 cases[i].out);
		assert_string_equal(finish(o, NULL), wanted);
	}
}

/* No value can forge a line or drive the terminal. */
static void test_text_strings(void **state)
{
	struct wk_out *o = start(false, false);

	(void)state;
	wk_out_value(o, "v", "a\nb\x1b[1m\xc2\x9b\xff\xc3\xa4");
	wk_out_str(o, "k", "K", "a\r\nName: b");
	wk_out_text(o, "t\x1b[2J\tx\n");
	assert_string_equal(finish(o, NULL),
			    "a\\x0ab\\x1b[1m\\x9b\\xff\xc3\xa4\n"
			    "K:                  a\\x0d\\x0aName: b\n"
			    "t\\x1b[2J\tx\n");
}

static void test_numbers(void **state)
{
	struct wk_out *o = start(true, false);

	(void)state;
	wk_out_int(o, "min", NULL, INT64_MIN);
	wk_out_value_int(o, "max", INT64_MAX);
	assert_non_null(strstr(finish(o, NULL),
			       "\"min\":-9223372036854775808,"
			       "\"max\":9223372036854775807,"));
}

static void test_long_text(void **state)
{
	struct wk_out *o = start(false, false);
	char word[1001];

	(void)state;
	memset(word, 'x', 1000);
	word[1000] = '\0';
	/* More than the buffer that is written before the end. */
	for (int i = 0; i < 50; i++)
		wk_out_text(o, "%s\n", word);
	assert_int_equal(strlen(finish(o, NULL)), 50 * 1001);
}

static void test_deep(void **state)
{
	struct wk_out *o = start(true, false);

	(void)state;
	for (int i = 0; i < 15; i++)
		wk_out_begin_array(o, i ? NULL : "a");
	assert_non_null(strstr(finish(o, NULL), "[[[[]]]]"));
}

static void full(bool json, const char *path, int flags)
{
	struct wk_out *o = start(json, false);
	struct wk_err err;
	enum wk_status st;
	int fd = open(path, flags | O_CLOEXEC);

	assert_true(fd >= 0);
	dup2(fd, 1);
	close(fd);
	wk_out_value(o, "id", "00");
	st = wk_out_finish(o, "make", NULL, &err);
	restore();
	close(cap.fd);
	wk_out_free(o);
	assert_int_equal(st, WK_FAIL);
	assert_int_equal(err.status, WK_FAIL);
	assert_string_equal(err.code, "output.write");
	assert_int_not_equal(err.errnum, 0);
}

static void test_write_failure(void **state)
{
	(void)state;
	full(false, "/dev/full", O_WRONLY);
	full(true, "/dev/full", O_WRONLY);
	full(false, "/dev/null", O_RDONLY);
}

static void test_free_null(void **state)
{
	(void)state;
	assert_null(wk_out_free(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_quiet),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_failure_midway),
		cmocka_unit_test(test_before_command),
		cmocka_unit_test(test_json_strings),
		cmocka_unit_test(test_text_strings),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_long_text),
		cmocka_unit_test(test_deep),
		cmocka_unit_test(test_write_failure),
		cmocka_unit_test(test_free_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
