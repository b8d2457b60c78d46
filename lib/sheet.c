/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of a recovery sheet: base32 with a check that people can compare. */
#include "sheet.h"

#include <stdio.h>
#include <string.h>

#include "base/crc32.h"

#define GROUP 5		/* letters */
#define CHECK_LETTERS 4 /* 20 bits */
#define ROW_LETTERS (WK_SHEET_ROW_BYTES * 8 / 5)

/* Of one row as it was found: what it says, if it is right. */
struct row {
	bool there, wrong;
	uint8_t len;
	uint8_t bytes[WK_SHEET_ROW_BYTES];
};

/* Index 0 is not used. */
struct rows {
	struct row at[WK_SHEET_ROWS_MAX + 1];
	unsigned int last; /* the highest number found */
};

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/* The upper 20 bits of the CRC-32 of number and bytes. */
static uint32_t check_of(unsigned int number, struct wk_span bytes)
{
	uint8_t text[1 + WK_SHEET_ROW_BYTES];

	text[0] = (uint8_t)number;
	for (size_t i = 0; i < bytes.len; i++)
		text[1 + i] = bytes.p[i];
	return wk_crc32(wk_span(text, 1 + bytes.len)) >> 12;
}

/* --- writing --------------------------------------------------------------- */

/* Letters of the bytes, the last bits filled up with zeros; returns how many. */
static size_t to_letters(struct wk_span bytes, char *out)
{
	size_t n = 0;
	uint32_t bits = 0;
	unsigned int have = 0;

	for (size_t i = 0; i < bytes.len; i++) {
		bits = bits << 8 | bytes.p[i];
		for (have += 8; have >= 5; have -= 5)
			out[n++] = letters[bits >> (have - 5) & 31];
	}
	if (have)
		out[n++] = letters[bits << (5 - have) & 31];
	return n;
}

static enum wk_status put_row(unsigned int number, struct wk_span bytes,
			      struct wk_blob *text, struct wk_err *err)
{
	char data[ROW_LETTERS + 1], line[80], check[CHECK_LETTERS + 1] = "";
	size_t n = to_letters(bytes, data);
	uint32_t sum = check_of(number, bytes);
	int len;

	for (unsigned int i = 0; i < CHECK_LETTERS; i++)
		check[i] = letters[sum >> (15 - 5 * i) & 31];
	len = snprintf(line, sizeof(line), "%02u ", number);
	for (size_t i = 0; i < n; i += GROUP)
		len += snprintf(line + len, sizeof(line) - (size_t)len, " %.*s",
				(int)(n - i < GROUP ? n - i : GROUP), data + i);
	len += snprintf(line + len, sizeof(line) - (size_t)len, "  %s\n",
			check);
	return wk_blob_append(text, wk_span(line, (size_t)len), err);
}

enum wk_status wk_sheet_encode(struct wk_span bytes, struct wk_blob *ret_text,
			       struct wk_err *err)
{
	WK_AUTO_BLOB struct wk_blob text = { 0 };
	unsigned int number = 0;

	if (bytes.len > WK_SHEET_ROWS_MAX * WK_SHEET_ROW_BYTES)
		return wk_fail(err, WK_FAIL, "sheet.too-long",
			       "%zu bytes are more than the %d rows of a sheet",
			       bytes.len, WK_SHEET_ROWS_MAX);
	while (bytes.len) {
		size_t n = bytes.len < WK_SHEET_ROW_BYTES ? bytes.len :
							    WK_SHEET_ROW_BYTES;
		enum wk_status st =
			put_row(++number, wk_span(bytes.p, n), &text, err);

		if (st)
			return st;
		bytes = wk_span(bytes.p + n, bytes.len - n);
	}
	*ret_text = text;
	text = (struct wk_blob){ 0 };
	return WK_OK;
}

/* --- reading --------------------------------------------------------------- */

/* A slash stands for a line end where there are none: in a QR code. */
static bool ends_line(uint8_t c)
{
	return c == '\n' || c == '\r' || c == '/';
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static void skip_blanks(struct wk_span *s)
{
	while (s->len && is_blank(*s->p))
		*s = wk_span(s->p + 1, s->len - 1);
}

/* One or two digits, what people write behind a number, and a blank. */
static bool take_number(struct wk_span *line, unsigned int *ret_number)
{
	unsigned int n = 0;
	size_t i;

	for (i = 0; i < line->len && i < 3 && is_digit(line->p[i]); i++)
		n = n * 10 + line->p[i] - '0';
	if (i == 0 || i > 2)
		return false;
	if (i < line->len &&
	    (line->p[i] == '.' || line->p[i] == ':' || line->p[i] == ')'))
		i++;
	if (i == line->len || !is_blank(line->p[i]))
		return false;
	*line = wk_span(line->p + i, line->len - i);
	*ret_number = n;
	return true;
}

/* The five bits of a letter, or -1. */
static int bits_of(uint8_t c)
{
	switch (c) {
	case '0':
		c = 'O';
		break;
	case '1':
		c = 'I';
		break;
	case '8':
		c = 'B';
		break;
	default:
		if (c >= 'a' && c <= 'z')
			c = (uint8_t)(c - 'a' + 'A');
	}
	for (int i = 0; i < 32; i++)
		if (letters[i] == (char)c)
			return i;
	return -1;
}

/* The values of a row's letters, check included; returns how many, 0: wrong. */
static size_t take_letters(struct wk_span s,
			   uint8_t out[ROW_LETTERS + CHECK_LETTERS])
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		int v;

		if (is_blank(s.p[i]))
			continue;
		v = bits_of(s.p[i]);
		if (v < 0 || n == ROW_LETTERS + CHECK_LETTERS)
			return 0;
		out[n++] = (uint8_t)v;
	}
	return n;
}

/* false: a length that no bytes have, or bits left over that are not zero. */
static bool to_bytes(const uint8_t *values, size_t n, struct row *row)
{
	uint32_t bits = 0;
	unsigned int have = 0;

	for (size_t i = 0; i < n; i++) {
		bits = bits << 5 | values[i];
		have += 5;
		if (have < 8)
			continue;
		have -= 8;
		row->bytes[row->len++] = (uint8_t)(bits >> have);
	}
	return have < 5 && !(bits & ((1U << have) - 1)) && row->len;
}

static bool read_row(unsigned int number, struct wk_span line, struct row *row)
{
	uint8_t v[ROW_LETTERS + CHECK_LETTERS];
	size_t n = take_letters(line, v);
	uint32_t sum = 0;

	if (n <= CHECK_LETTERS || !to_bytes(v, n - CHECK_LETTERS, row))
		return false;
	for (size_t i = n - CHECK_LETTERS; i < n; i++)
		sum = sum << 5 | v[i];
	return sum == check_of(number, wk_span(row->bytes, row->len));
}

static bool same(const struct row *a, const struct row *b)
{
	return a->wrong == b->wrong && a->len == b->len &&
	       !memcmp(a->bytes, b->bytes, a->len);
}

static enum wk_status take_line(struct rows *rows, struct wk_span line,
				struct wk_err *err)
{
	struct row row = { .there = true };
	unsigned int number;

	skip_blanks(&line);
	if (!take_number(&line, &number) || number == 0)
		return WK_OK;
	row.wrong = !read_row(number, line, &row);
	if (rows->at[number].there && !rows->at[number].wrong && !row.wrong &&
	    !same(&rows->at[number], &row))
		return wk_fail(err, WK_CORRUPT, "sheet.twice",
			       "row %u is there twice, and they differ",
			       number);
	row.wrong |= rows->at[number].wrong;
	rows->at[number] = row;
	if (number > rows->last)
		rows->last = number;
	return WK_OK;
}

/* --- what is wrong with all of them ----------------------------------------- */

/* Only the last row is shorter than the others. */
static bool is_wrong(const struct rows *rows, unsigned int i)
{
	const struct row *row = &rows->at[i];

	return row->there && (row->wrong || (i < rows->last &&
					     row->len != WK_SHEET_ROW_BYTES));
}

static bool is_missing(const struct rows *rows, unsigned int i)
{
	return !rows->at[i].there;
}

/* "row 3", "rows 3, 7"; false: there is none. */
static bool list_rows(const struct rows *rows,
		      bool (*which)(const struct rows *rows, unsigned int i),
		      bool *ret_many, char out[static 400])
{
	unsigned int count = 0;
	size_t len = 0;
	char list[390] = "";

	for (unsigned int i = 1; i <= rows->last; i++) {
		if (!which(rows, i))
			continue;
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%u",
					count++ ? ", " : "", i);
	}
	*ret_many = count > 1;
	snprintf(out, 400, "row%s %s", count > 1 ? "s" : "", list);
	return count;
}

static enum wk_status check_rows(const struct rows *rows, struct wk_err *err)
{
	char which[400];
	bool many;

	if (!rows->last) {
		wk_fail(err, WK_CORRUPT, "sheet.none",
			"there is no row of a recovery sheet");
		wk_err_hint(err, "a row is its number, letters in groups of "
				 "five and four letters that check it");
		return WK_CORRUPT;
	}
	if (list_rows(rows, is_wrong, &many, which)) {
		wk_fail(err, WK_CORRUPT, "sheet.row", "%s: mistyped", which);
		wk_err_hint(err, "compare it with the sheet, letter by letter");
		return WK_CORRUPT;
	}
	if (list_rows(rows, is_missing, &many, which))
		return wk_fail(err, WK_CORRUPT, "sheet.missing",
			       "%s %s missing", which, many ? "are" : "is");
	return WK_OK;
}

enum wk_status wk_sheet_decode(struct wk_span text, struct wk_blob *ret_bytes,
			       struct wk_err *err)
{
	WK_AUTO_BLOB struct wk_blob bytes = { 0 };
	struct rows rows = { .last = 0 };
	enum wk_status st = WK_OK;
	size_t from = 0;

	for (size_t i = 0; !st && i <= text.len; i++) {
		if (i < text.len && !ends_line(text.p[i]))
			continue;
		st = take_line(&rows, wk_span(text.p + from, i - from), err);
		from = i + 1;
	}
	if (!st)
		st = check_rows(&rows, err);
	for (unsigned int i = 1; !st && i <= rows.last; i++)
		st = wk_blob_append(
			&bytes, wk_span(rows.at[i].bytes, rows.at[i].len), err);
	if (st)
		return st;
	*ret_bytes = bytes;
	bytes = (struct wk_blob){ 0 };
	return WK_OK;
}
