/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A recovery sheet as SVG 1.1, one page A4: the lines of the text form in a
 * monospace font, and the QR code beside the rows.  Lengths are whole numbers of
 * 1/100 mm, so that no locale has a say.
 */
#include <stdio.h>
#include <string.h>

#include "cmd/sheet_draw.h"
#include "qr.h"

#define PAGE_WIDTH 21000
#define PAGE_HEIGHT 29700
#define MARGIN 1000
#define GAP 400
#define LINE_MAX 420 /* distance of lines */
#define LINE_MIN 150
#define QUIET 4	       /* modules, ISO/IEC 18004 */
#define ROW_COLUMNS 57 /* of a whole row of the key file */

struct drawing {
	struct wk_secret_out *to;
	unsigned int lines[3]; /* by enum wk_sheet_part */
	size_t columns;	       /* of the longest line */
	unsigned int line;     /* distance */
	unsigned int code; /* side of the QR code and its quiet zone, or 0 */
	unsigned int y;	   /* of the last line */
	unsigned int rows_y;
	enum wk_sheet_part part;
};

/* 4/5 of the distance of lines; monospace letters are 3/5 as wide as high. */
static unsigned int font_size(const struct drawing *d)
{
	return d->line * 4 / 5;
}

static unsigned int text_width(const struct drawing *d, size_t columns)
{
	return (unsigned int)columns * font_size(d) * 3 / 5;
}

static enum wk_status put(struct drawing *d, const char *text,
			  struct wk_err *err)
{
	return wk_secret_out_append(d->to, wk_span(text, strlen(text)), err);
}

/* --- layout ------------------------------------------------------------------ */

static enum wk_status count_line(void *context, enum wk_sheet_part part,
				 struct wk_span line, struct wk_err *err)
{
	struct drawing *d = context;

	(void)err;
	d->lines[part]++;
	if (line.len > d->columns)
		d->columns = line.len;
	return WK_OK;
}

static unsigned int code_left(const struct drawing *d)
{
	return MARGIN + text_width(d, ROW_COLUMNS) + GAP;
}

static unsigned int middle_height(const struct drawing *d)
{
	unsigned int rows = d->lines[WK_SHEET_ROWS] * d->line;

	return rows > d->code ? rows : d->code;
}

static unsigned int height(const struct drawing *d)
{
	return (d->lines[WK_SHEET_HEAD] + d->lines[WK_SHEET_FOOT]) * d->line +
	       middle_height(d);
}

/* The largest letters with which all of it is on the page. */
static void lay_out(struct drawing *d, bool with_code)
{
	for (d->line = LINE_MAX; d->line > LINE_MIN; d->line -= 10) {
		d->code = with_code ? PAGE_WIDTH - MARGIN - code_left(d) : 0;
		if (height(d) <= PAGE_HEIGHT - 2 * MARGIN &&
		    text_width(d, d->columns) <= PAGE_WIDTH - 2 * MARGIN)
			return;
	}
}

/* --- text -------------------------------------------------------------------- */

static enum wk_status put_escaped(struct drawing *d, struct wk_span s,
				  struct wk_err *err)
{
	enum wk_status st = WK_OK;

	for (size_t i = 0; !st && i < s.len; i++) {
		if (s.p[i] == '<')
			st = put(d, "&lt;", err);
		else if (s.p[i] == '&')
			st = put(d, "&amp;", err);
		else
			st = wk_secret_out_append(d->to, wk_span(s.p + i, 1),
						  err);
	}
	return st;
}

/* Rows have to keep clear of the QR code whatever font there is. */
static enum wk_status begin_line(struct drawing *d, struct wk_span line,
				 struct wk_err *err)
{
	char tag[96], width[40] = "";

	if (d->part == WK_SHEET_ROWS)
		(void)snprintf(width, sizeof(width), " textLength=\"%u\"",
			       text_width(d, line.len));
	(void)snprintf(tag, sizeof(tag), "<text x=\"%u\" y=\"%u\"%s>", MARGIN,
		       d->y, width);
	return put(d, tag, err);
}

static void next_part(struct drawing *d, enum wk_sheet_part part)
{
	if (part == WK_SHEET_ROWS)
		d->rows_y = d->y;
	if (part == WK_SHEET_FOOT)
		d->y = d->rows_y + middle_height(d);
	d->part = part;
}

static enum wk_status put_line(void *context, enum wk_sheet_part part,
			       struct wk_span line, struct wk_err *err)
{
	struct drawing *d = context;
	enum wk_status st;

	if (part != d->part)
		next_part(d, part);
	d->y += d->line;
	if (!line.len)
		return WK_OK;
	st = begin_line(d, line, err);
	if (!st)
		st = put_escaped(d, line, err);
	return st ? st : put(d, "</text>\n", err);
}

static enum wk_status put_head(struct drawing *d, struct wk_err *err)
{
	char text[512];

	(void)snprintf(
		text, sizeof(text),
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" "
		"width=\"%umm\" height=\"%umm\" viewBox=\"0 0 %u %u\">\n"
		"<title>recovery sheet</title>\n"
		"<rect width=\"%u\" height=\"%u\" fill=\"#fff\"/>\n"
		"<g font-family=\"monospace\" font-size=\"%u\" "
		"xml:space=\"preserve\">\n",
		PAGE_WIDTH / 100, PAGE_HEIGHT / 100, PAGE_WIDTH, PAGE_HEIGHT,
		PAGE_WIDTH, PAGE_HEIGHT, font_size(d));
	return put(d, text, err);
}

/* --- the QR code: a line for each run of dark modules -------------------------- */

static unsigned int run_length(const struct wk_sheet_code *code, unsigned int x,
			       unsigned int y, bool dark)
{
	unsigned int n = 0;

	while (x + n < code->side &&
	       wk_qr_is_dark(code->modules, code->side, x + n, y) == dark)
		n++;
	return n;
}

/* What is told apart here is a secret: no number of it stays on the stack. */
static enum wk_status put_number(struct drawing *d, const char *before,
				 unsigned int n, struct wk_err *err)
{
	static const char digits[] = "0123456789";
	enum wk_status st = put(d, before, err);

	for (unsigned int unit = 100; !st && unit; unit /= 10)
		if (n >= unit || unit == 1)
			st = wk_secret_out_append(
				d->to, wk_span(digits + n / unit % 10, 1), err);
	return st;
}

static enum wk_status put_row(struct drawing *d,
			      const struct wk_sheet_code *code, unsigned int y,
			      struct wk_err *err)
{
	unsigned int x = run_length(code, 0, y, false);
	enum wk_status st = put_number(d, "M", x, err);

	if (!st)
		st = put_number(d, " ", y, err);
	while (!st && x < code->side) {
		unsigned int n = run_length(code, x, y, true);
		unsigned int gap = run_length(code, x + n, y, false);

		st = put_number(d, "h", n, err);
		x += n + gap;
		if (st || x >= code->side)
			break;
		st = put_number(d, "m", gap, err);
		if (!st)
			st = put(d, " 0", err);
	}
	return st;
}

static enum wk_status put_code(struct drawing *d,
			       const struct wk_sheet_code *code,
			       struct wk_err *err)
{
	unsigned int module = d->code / (code->side + 2 * QUIET);
	char tag[160];
	enum wk_status st;

	(void)snprintf(tag, sizeof(tag),
		       "<path transform=\"translate(%u %u) scale(%u)\" "
		       "stroke=\"#000\" d=\"",
		       code_left(d) + QUIET * module,
		       d->rows_y + QUIET * module + module / 2, module);
	st = put(d, tag, err);
	for (unsigned int y = 0; !st && y < code->side; y++)
		st = put_row(d, code, y, err);
	return st ? st : put(d, "\"/>\n", err);
}

/* --- all of it ------------------------------------------------------------------ */

#define END "</svg>\n"

static enum wk_status put_all(struct drawing *d,
			      const struct wk_sheet_page *page,
			      struct wk_err *err)
{
	enum wk_status st = put_head(d, err);

	d->y = MARGIN;
	d->part = WK_SHEET_HEAD;
	if (!st)
		st = wk_sheet_page_lines(page, put_line, d, err);
	return st ? st : put(d, "</g>\n", err);
}

enum wk_status wk_sheet_draw_svg(const struct wk_sheet_page *page,
				 const struct wk_sheet_code *code,
				 struct wk_secret_out *to, bool *ret_drawn,
				 struct wk_err *err)
{
	struct drawing d = { .to = to };
	enum wk_status st = wk_sheet_page_lines(page, count_line, &d, err);
	size_t len;

	if (st)
		return st;
	lay_out(&d, code->side);
	st = put_all(&d, page, err);
	if (st)
		return st;
	len = wk_secret_len(to->text);
	*ret_drawn = code->side && !put_code(&d, code, err) &&
		     wk_secret_out_room(to) >= sizeof(END);
	if (!*ret_drawn)
		wk_secret_set_len(to->text, len);
	return put(&d, END, err);
}
