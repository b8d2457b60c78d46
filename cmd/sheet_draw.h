/* SPDX-License-Identifier: Apache-2.0 */
/* A recovery sheet as text or as a picture (SVG, one page A4). */
#ifndef WK_CMD_SHEET_DRAW_H
#define WK_CMD_SHEET_DRAW_H

#include "cmd/secret_out.h"
#include "cmd/sheet_page.h"

/* side 0: without QR code. */
struct wk_sheet_code {
	struct wk_secret *modules;
	unsigned int side;
};

/*
 * Both leave the QR code out when `to` has no room for it: *ret_drawn is then
 * false.  terminal: with colours, so that it is dark on bright on any.
 */
WK_MUST enum wk_status wk_sheet_draw_text(const struct wk_sheet_page *page,
					  const struct wk_sheet_code *code,
					  bool terminal,
					  struct wk_secret_out *to,
					  bool *ret_drawn, struct wk_err *err);
WK_MUST enum wk_status wk_sheet_draw_svg(const struct wk_sheet_page *page,
					 const struct wk_sheet_code *code,
					 struct wk_secret_out *to,
					 bool *ret_drawn, struct wk_err *err);

#endif
