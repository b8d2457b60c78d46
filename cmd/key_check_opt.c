/* SPDX-License-Identifier: Apache-2.0 */
/* Comparing what a key file yields with what is known from elsewhere. */
#include "cmd/key_check_opt.h"

#include <string.h>

#include "base/hex.h"

#define NAME "expect-key-check"

const struct wk_option wk_opts_key_check[] = {
	{ .name = NAME,
	  .type = WK_OPT_STRING,
	  .metavar = "HEX",
	  .help = "refuse a key file that holds another key than the one with "
		  "this key check" },
	{ 0 }
};

static const char *given(const struct wk_args *args)
{
	return wk_args_declared(args, NAME) ? wk_args_str(args, NAME) : NULL;
}

enum wk_status wk_key_expected_read(struct wk_key_expected *e,
				    const struct wk_args *args,
				    struct wk_err *err)
{
	const char *hex = given(args);

	*e = (struct wk_key_expected){ .given = hex };
	if (!hex || wk_hex_decode(hex, e->check, sizeof(e->check)))
		return WK_OK;
	wk_fail(err, WK_FAIL, "usage.bad-value",
		"--" NAME ": '%s' is not a key check of %d hexadecimal digits",
		hex, 2 * WK_KEY_CHECK_BYTES);
	wk_err_hint(err, "'wkeyctl inspect --unlock' shows that of a key file");
	return WK_FAIL;
}

enum wk_status wk_key_expected_alone(const struct wk_args *args,
				     size_t keyfiles, struct wk_err *err)
{
	if (!given(args) || keyfiles <= 1)
		return WK_OK;
	return wk_fail(err, WK_FAIL, "usage.conflict",
		       "--" NAME " is the value of one key, and here are %zu "
		       "key files",
		       keyfiles);
}

static enum wk_status other_key(const struct wk_key_expected *e,
				const uint8_t *check, struct wk_err *err)
{
	char is[2 * WK_KEY_CHECK_BYTES + 1], wanted[2 * WK_KEY_CHECK_BYTES + 1];

	wk_hex_encode(wk_span(check, WK_KEY_CHECK_BYTES), is);
	wk_hex_encode(wk_span(e->check, WK_KEY_CHECK_BYTES), wanted);
	wk_fail(err, WK_FOREIGN, "key-check.other",
		"holds another key: its key check is %s, not %s", is, wanted);
	wk_err_hint(err, "the file was put in the place of another, or the "
			 "value is that of another key; nothing was done "
			 "with this one");
	return WK_FOREIGN;
}

enum wk_status wk_key_expected_check(const struct wk_key_expected *e,
				     struct wk_session *s,
				     const struct wk_material *m,
				     struct wk_err *err)
{
	uint8_t check[WK_KEY_CHECK_BYTES];
	enum wk_status st;

	if (!e->given)
		return WK_OK;
	st = wk_key_check(s, m, check, err);
	if (st)
		return st;
	return memcmp(check, e->check, sizeof(check)) ?
		       other_key(e, check, err) :
		       WK_OK;
}
