/* SPDX-License-Identifier: Apache-2.0 */
/* What stands on a recovery sheet, line by line, and in its QR code. */
#ifndef WK_CMD_SHEET_PAGE_H
#define WK_CMD_SHEET_PAGE_H

#include "keyfile.h"
#include "sheet_make.h"

enum wk_sheet_part {
	WK_SHEET_HEAD,
	WK_SHEET_ROWS, /* narrow: a QR code has room beside them */
	WK_SHEET_FOOT,
};

struct wk_sheet_page {
	const struct wk_keyfile *kf;
	const struct wk_sheet *sheet;
	struct wk_blob rows; /* as wk_sheet_encode() makes them */
};

/* Takes one line, without its end; it may hold the recovery key. */
typedef enum wk_status wk_sheet_line(void *context, enum wk_sheet_part part,
				     struct wk_span line, struct wk_err *err);

/* *page borrows kf and sheet; release with wk_sheet_page_done(). */
WK_MUST enum wk_status wk_sheet_page_init(struct wk_sheet_page *page,
					  const struct wk_keyfile *kf,
					  const struct wk_sheet *sheet,
					  struct wk_err *err);
void wk_sheet_page_done(struct wk_sheet_page *page);
/* Gives all lines to put(), in order. */
WK_MUST enum wk_status wk_sheet_page_lines(const struct wk_sheet_page *page,
					   wk_sheet_line *put, void *context,
					   struct wk_err *err);
/*
 * The machine part for a QR code, in its alphanumeric set, where '/' stands for
 * a line end.  WK_FAIL "qr.too-long".
 */
WK_MUST enum wk_status wk_sheet_page_code(const struct wk_sheet_page *page,
					  struct wk_secret **ret_text,
					  struct wk_err *err);

/*
 * The recovery key in a text of this form, wherever "recovery key:" stands in
 * it; *ret_key is NULL when it is not there.
 */
WK_MUST enum wk_status wk_sheet_find_key(const struct wk_secret *text,
					 struct wk_secret **ret_key,
					 struct wk_err *err);

#endif
