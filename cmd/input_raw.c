/* SPDX-License-Identifier: Apache-2.0 */
/* Raw key bytes for import, taken byte for byte. */
#include "base/blob.h"
#include "cmd/input.h"
#include "cmd/secret_source.h"

static enum wk_status check_length(const struct wk_secret *s, size_t min,
				   size_t max, const char *subject,
				   struct wk_err *err)
{
	size_t len = wk_secret_len(s);
	bool longer = len > max;

	if (len >= min && !longer)
		return WK_OK;
	if (min == max)
		wk_fail(err, WK_FAIL,
			longer ? "input.too-long" : "input.too-short",
			"%s: the raw key has %s%zu bytes, %zu are needed",
			subject, longer ? "more than " : "", longer ? max : len,
			min);
	else
		wk_fail(err, WK_FAIL,
			longer ? "input.too-long" : "input.too-short",
			"%s: the raw key has %s%zu bytes, %zu to %zu are needed",
			subject, longer ? "more than " : "", longer ? max : len,
			min, max);
	if (len == max + 1 && wk_secret_view(s)[max] == '\n')
		wk_err_hint(
			err,
			"the byte too many is a line feed; the key is taken byte for byte");
	return WK_FAIL;
}

/* At most cap bytes; subject has room for a description of the source. */
static enum wk_status read_source(const struct wk_args *args, size_t cap,
				  struct wk_secret **ret_raw, char *subject,
				  size_t subject_cap, struct wk_err *err)
{
	struct wk_source source = { 0 };
	enum wk_status st;

	st = wk_source_find(args, wk_opts_raw, WK_SOURCE_FORMS, &source, err);
	if (!st && !source.kind) {
		source.kind = WK_SOURCE_STDIN;
		st = wk_input_stdin_claim("the raw key", err);
	}
	if (st)
		return st;
	wk_source_describe(&source, subject, subject_cap);
	return wk_source_read(&source, cap, ret_raw, err);
}

enum wk_status wk_input_raw(const struct wk_args *args, size_t min, size_t max,
			    struct wk_secret **ret_raw, struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *s = NULL;
	char subject[256];
	enum wk_status st;

	/* Two more: one shows "too long", the second that it is not just that. */
	st = read_source(args, max + 2, &s, subject, sizeof(subject), err);
	if (!st)
		st = check_length(s, min, max, subject, err);
	if (!st)
		*ret_raw = wk_take_ptr(&s);
	return st;
}

enum wk_status wk_input_raw_text(const struct wk_args *args, size_t max,
				 struct wk_secret **ret_text, char *subject,
				 size_t subject_cap, struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *s = NULL;
	enum wk_status st =
		read_source(args, max + 1, &s, subject, subject_cap, err);

	if (st)
		return st;
	if (wk_secret_len(s) > max)
		return wk_fail(err, WK_FAIL, "input.too-long",
			       "%s: more than %zu bytes, too long for any raw "
			       "key",
			       subject, max);
	*ret_text = wk_take_ptr(&s);
	return WK_OK;
}
