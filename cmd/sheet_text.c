/* SPDX-License-Identifier: Apache-2.0 */
/* A recovery sheet as text, the QR code in half blocks. */
#include <string.h>

#include "cmd/sheet_draw.h"
#include "qr.h"

#define QUIET 4 /* modules, ISO/IEC 18004 */

static enum wk_status put(struct wk_secret_out *to, const char *text,
			  struct wk_err *err)
{
	return wk_secret_out_append(to, wk_span(text, strlen(text)), err);
}

static enum wk_status put_line(void *context, enum wk_sheet_part part,
			       struct wk_span line, struct wk_err *err)
{
	struct wk_secret_out *to = context;
	enum wk_status st = wk_secret_out_append(to, line, err);

	(void)part;
	return st ? st : put(to, "\n", err);
}

/* The quiet zone counts; outside of it all is bright. */
static bool is_dark(const struct wk_sheet_code *code, unsigned int x,
		    unsigned int y)
{
	return x >= QUIET && y >= QUIET && x < code->side + QUIET &&
	       y < code->side + QUIET &&
	       wk_qr_is_dark(code->modules, code->side, x - QUIET, y - QUIET);
}

static enum wk_status put_row(const struct wk_sheet_code *code, unsigned int y,
			      struct wk_secret_out *to, struct wk_err *err)
{
	/* Upper and lower module: none, lower, upper, both. */
	static const char *const blocks[] = { " ", "▄", "▀", "█" };
	enum wk_status st = WK_OK;

	for (unsigned int x = 0; !st && x < code->side + 2 * QUIET; x++)
		st = put(to,
			 blocks[2 * is_dark(code, x, y) +
				is_dark(code, x, y + 1)],
			 err);
	return st;
}

static enum wk_status put_code(const struct wk_sheet_code *code, bool terminal,
			       struct wk_secret_out *to, struct wk_err *err)
{
	enum wk_status st = WK_OK;

	for (unsigned int y = 0; !st && y < code->side + 2 * QUIET; y += 2) {
		if (terminal)
			st = put(to, "\033[30;107m", err);
		if (!st)
			st = put_row(code, y, to, err);
		if (!st)
			st = put(to, terminal ? "\033[0m\n" : "\n", err);
	}
	return st;
}

enum wk_status wk_sheet_draw_text(const struct wk_sheet_page *page,
				  const struct wk_sheet_code *code,
				  bool terminal, struct wk_secret_out *to,
				  bool *ret_drawn, struct wk_err *err)
{
	enum wk_status st = wk_sheet_page_lines(page, put_line, to, err);
	size_t len;

	if (st)
		return st;
	len = wk_secret_len(to->text);
	*ret_drawn = code->side && !put(to, "\n", err) &&
		     !put_code(code, terminal, to, err);
	if (!*ret_drawn)
		wk_secret_set_len(to->text, len);
	return WK_OK;
}
