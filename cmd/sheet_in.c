/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a recovery sheet.  See sheet_in.h. */
#include "cmd/sheet_in.h"

#include <string.h>

#include "cmd/input.h"
#include "cmd/secret_source.h"
#include "cmd/sheet_page.h"

/* Callbacks get the host, which is first. */
static const struct wk_sheet_in *in_of(const struct wk_host *h)
{
	return (const void *)h;
}

static enum wk_supply supply(const struct wk_host *h, enum wk_secret_kind kind)
{
	return kind == WK_SECRET_RECOVERY && in_of(h)->recovery ?
		       WK_SUPPLY_HELD :
		       WK_SUPPLY_NO;
}

static enum wk_status get(const struct wk_host *h, enum wk_secret_kind kind,
			  const char *subject,
			  const struct wk_secret **ret_secret,
			  struct wk_err *err)
{
	if (supply(h, kind) != WK_SUPPLY_HELD)
		return wk_fail(err, WK_AUTH, "auth.no-secret",
			       "%s: a sheet has a recovery key only", subject);
	*ret_secret = in_of(h)->recovery;
	return WK_OK;
}

static enum wk_status read_text(const char *path, struct wk_secret **ret_text,
				struct wk_err *err)
{
	struct wk_source source = {
		.kind = WK_SOURCE_FILE,
		.option = "sheet",
		.value = path,
		.fd = -1,
	};
	WK_AUTO_SECRET struct wk_secret *text = NULL;
	char subject[256];
	enum wk_status st = WK_OK;

	if (strcmp(path, "-") == 0) {
		source.kind = WK_SOURCE_STDIN;
		st = wk_input_stdin_claim("--sheet", err);
	}
	if (!st)
		st = wk_source_read(&source, WK_SECRET_MAX, &text, err);
	if (st)
		return st;
	if (wk_secret_len(text) < WK_SECRET_MAX) {
		*ret_text = wk_take_ptr(&text);
		return WK_OK;
	}
	wk_source_describe(&source, subject, sizeof(subject));
	return wk_fail(err, WK_FAIL, "input.too-long",
		       "%s: longer than any recovery sheet", subject);
}

enum wk_status wk_sheet_in_read(const char *path, struct wk_sheet_in *ret_in,
				struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *text = NULL;
	struct wk_sheet_in in = {
		.host = { .supply = supply, .get = get },
	};
	enum wk_status st = read_text(path, &text, err);

	if (st)
		return st;
	st = wk_sheet_read(wk_span(wk_secret_view(text), wk_secret_len(text)),
			   &in.kf, err);
	if (!st)
		st = wk_sheet_find_key(text, &in.recovery, err);
	if (st) {
		wk_err_prefix(err, "%s",
			      strcmp(path, "-") ? path : "standard input");
		wk_sheet_in_done(&in);
		return st;
	}
	*ret_in = in;
	return WK_OK;
}

void wk_sheet_in_done(struct wk_sheet_in *in)
{
	in->kf = wk_keyfile_free(in->kf);
	in->recovery = wk_secret_free(in->recovery);
}
