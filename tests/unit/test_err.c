/* SPDX-License-Identifier: Apache-2.0 */
/* base/err: what is filled in, cleaned and cut. */
#include "base/err.h"

#include <errno.h>
#include <string.h>

#include "base/blob.h"
#include "tests/unit/unit.h"

/* An error full of something else, as a reused one is. */
static struct wk_err used_err(void)
{
	struct wk_err err;

	memset(&err, 'x', sizeof(err));
	err.code[sizeof(err.code) - 1] = '\0';
	err.msg[sizeof(err.msg) - 1] = '\0';
	err.hint[sizeof(err.hint) - 1] = '\0';
	return err;
}

static void fail_resets_everything(void **state)
{
	struct wk_err err = used_err();

	(void)state;
	assert_int_equal(wk_fail(&err, WK_CORRUPT, "file.crc", "%s: %d", "k",
				 7),
			 WK_CORRUPT);
	assert_int_equal(err.status, WK_CORRUPT);
	assert_int_equal(err.errnum, 0);
	assert_int_equal(err.tpm_rc, 0);
	assert_string_equal(err.code, "file.crc");
	assert_string_equal(err.msg, "k: 7");
	assert_string_equal(err.hint, "");
}

static void clear_resets_everything(void **state)
{
	struct wk_err err = used_err();

	(void)state;
	wk_err_clear(&err);
	assert_int_equal(err.status, WK_OK);
	assert_int_equal(err.errnum, 0);
	assert_int_equal(err.tpm_rc, 0);
	assert_string_equal(err.code, "");
	assert_string_equal(err.msg, "");
	assert_string_equal(err.hint, "");
}

static void errors_can_quote_themselves(void **state)
{
	struct wk_err err = used_err();

	(void)state;
	wk_fail(&err, WK_FAIL, "a.b", "first");
	wk_err_hint(&err, "try");
	wk_fail(&err, WK_AUTH, err.code, "second, %s, %s", err.msg, err.hint);
	assert_string_equal(err.code, "a.b");
	assert_string_equal(err.msg, "second, first, try");
	wk_err_hint(&err, "not %s", err.msg);
	wk_err_hint(&err, "%s", err.hint);
	assert_string_equal(err.hint, "not second, first, try");
}

static const struct {
	const char *in, *want;
} cleaned[] = {
	{ "", "" },
	{ "plain \\ 'text'", "plain \\ 'text'" },
	{ "a\nb\tc\x01\x1f\x7f", "a\\x0ab\\x09c\\x01\\x1f\\x7f" },
	{ "\033[31mred", "\\x1b[31mred" },
	{ "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x94\x91",
	  "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x94\x91" },
	{ "\xc2\x9b"
	  "1m",
	  "\\xc2\\x9b1m" }, /* CSI as one character */
	{ "\xff\xc3(", "\\xff\\xc3(" },
	{ "end\xe2\x82", "end\\xe2\\x82" },
};

static void texts_are_cleaned(void **state)
{
	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(cleaned); i++) {
		struct wk_err err = used_err();

		wk_fail(&err, WK_FAIL, "x", "%s", cleaned[i].in);
		assert_string_equal(err.msg, cleaned[i].want);
		wk_err_hint(&err, "%s", cleaned[i].in);
		assert_string_equal(err.hint, cleaned[i].want);
		wk_fail(&err, WK_FAIL, "x", "m");
		wk_err_prefix(&err, "%s", cleaned[i].in);
		assert_memory_equal(err.msg, cleaned[i].want,
				    strlen(cleaned[i].want));
		assert_string_equal(err.msg + strlen(cleaned[i].want), ": m");
	}
}

/* Nothing but the text is lost. */
static void what_cannot_be_formatted(void **state)
{
	static const wchar_t no_character[] = { 0x7fffffff, 0 };
	struct wk_err err = used_err();

	(void)state;
	wk_fail(&err, WK_FAIL, "x.y", "%ls", no_character);
	assert_string_equal(err.code, "x.y");
	assert_string_equal(err.msg, "");
}

/* One character too long at every place of the cut. */
static void cuts_whole_characters(void **state)
{
	struct wk_err err;
	char text[700];

	(void)state;
	for (size_t at = 500; at < 520; at++) {
		memset(text, 'a', sizeof(text));
		memcpy(text + at, "\xf0\x9f\x94\x91", 5);
		err = used_err();
		wk_fail(&err, WK_FAIL, "x", "%s", text);
		if (at + 4 <= 511)
			assert_int_equal(strlen(err.msg), at + 4);
		else
			assert_int_equal(strlen(err.msg), at < 511 ? at : 511);
		text[at] = '\n';
		text[at + 1] = '\0';
		wk_fail(&err, WK_FAIL, "x", "%s", text);
		if (at + 4 <= 511)
			assert_string_equal(err.msg + at, "\\x0a");
		else
			assert_int_equal(strlen(err.msg), at < 511 ? at : 511);
	}
}

static void long_texts_are_cut(void **state)
{
	struct wk_err err = used_err();
	char text[2000];

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	wk_fail(&err, WK_FAIL, text, "%s", text);
	assert_int_equal(strlen(err.code), sizeof(err.code) - 1);
	assert_int_equal(strlen(err.msg), sizeof(err.msg) - 1);
	wk_err_hint(&err, "%s", text);
	assert_int_equal(strlen(err.hint), sizeof(err.hint) - 1);
	wk_err_prefix(&err, "b");
	assert_int_equal(strlen(err.msg), sizeof(err.msg) - 1);
	assert_memory_equal(err.msg, "b: aaa", 6);
	wk_err_prefix(&err, "%s", text);
	assert_int_equal(strlen(err.msg), sizeof(err.msg) - 1);
	wk_fail_errno(&err, ENOENT, "%s", text);
	assert_int_equal(strlen(err.msg), sizeof(err.msg) - 1);
	text[510] = '\0';
	wk_fail_errno(&err, ENOENT, "%s", text);
	assert_string_equal(err.msg + 509, "a:");
}

static void prefix_keeps_the_rest(void **state)
{
	struct wk_err err = used_err();

	(void)state;
	wk_fail_errno(&err, ENOSPC, "write");
	wk_err_hint(&err, "hint");
	wk_err_prefix(&err, "slot %d", 3);
	assert_string_equal(err.msg, "slot 3: write: No space left on device");
	assert_string_equal(err.hint, "hint");
	assert_string_equal(err.code, "errno.ENOSPC");
	assert_int_equal(err.errnum, ENOSPC);
}

static const struct {
	int errnum;
	enum wk_status status;
	const char *code;
} errnos[] = {
	{ ENOENT, WK_NOT_FOUND, "errno.ENOENT" },
	{ ENODEV, WK_NOT_FOUND, "errno.ENODEV" },
	{ ENXIO, WK_NOT_FOUND, "errno.ENXIO" },
	{ ENOKEY, WK_NOT_FOUND, "errno.ENOKEY" },
	{ EACCES, WK_DENIED, "errno.EACCES" },
	{ EPERM, WK_DENIED, "errno.EPERM" },
	{ EEXIST, WK_EXISTS, "errno.EEXIST" },
	{ EBUSY, WK_EXISTS, "errno.EBUSY" },
	{ ENOMEM, WK_NOMEM, "errno.ENOMEM" },
	{ EAGAIN, WK_TRANSIENT, "errno.EAGAIN" },
	{ EINTR, WK_TRANSIENT, "errno.EINTR" },
	{ ENOSYS, WK_UNSUPPORTED, "errno.ENOSYS" },
	{ EOPNOTSUPP, WK_UNSUPPORTED, "errno.EOPNOTSUPP" },
	{ ENOTTY, WK_UNSUPPORTED, "errno.ENOTTY" },
	{ ETIMEDOUT, WK_TIMEOUT, "errno.ETIMEDOUT" },
	{ ETIME, WK_TIMEOUT, "errno.ETIME" },
	{ EIO, WK_FAIL, "errno.EIO" },
	{ 9999, WK_FAIL, "errno.9999" },
};

static void errnos_have_statuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(errnos); i++) {
		int errnum = errnos[i].errnum;
		struct wk_err err = used_err();

		assert_int_equal(wk_fail_errno(&err, errnum, "%s", "it"),
				 errnos[i].status);
		assert_int_equal(wk_status_of_errno(errnum), errnos[i].status);
		assert_int_equal(err.status, errnos[i].status);
		assert_int_equal(err.errnum, errnum);
		assert_string_equal(err.code, errnos[i].code);
		assert_string_equal(err.hint, "");
		assert_memory_equal(err.msg, "it: ", 4);
		assert_true(strlen(err.msg) > 4);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fail_resets_everything),
		cmocka_unit_test(clear_resets_everything),
		cmocka_unit_test(errors_can_quote_themselves),
		cmocka_unit_test(texts_are_cleaned),
		cmocka_unit_test(what_cannot_be_formatted),
		cmocka_unit_test(cuts_whole_characters),
		cmocka_unit_test(long_texts_are_cut),
		cmocka_unit_test(prefix_keeps_the_rest),
		cmocka_unit_test(errnos_have_statuses),
	};

	return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
