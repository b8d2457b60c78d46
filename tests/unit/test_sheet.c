/* SPDX-License-Identifier: Apache-2.0 */
/* sheet: rows against Python's base32 and CRC-32, and what people make of them. */
#include "tests/unit/sample_keyfile.h"

#include <stdlib.h>

#include "base/random.h"
#include "base/secret.h"
#include "cmd/sheet_draw.h"
#include "qr.h"
#include "sheet.h"
#include "sheet_make.h"

#define MOST (WK_SHEET_ROWS_MAX * WK_SHEET_ROW_BYTES)
#define ROW_TEXT 58 /* characters of a whole row, with its line end */

/* bytes(range(60)) by base64.b32encode() and zlib.crc32(). */
static const char counted[] =
	"01  AAAQE AYEAU DAOCA JBIFQ YDIOB 4IBCE QTCQK RMFYY  PG7M\n"
	"02  DENBW HA5DY PSAIJ CEMSC KJRHF AUSUK ZMFUX C6MBR  2JMI\n"
	"03  GIZTI NJWG4 4DSOR 3  HGTB\n";

static struct wk_err err;

static void fill(uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		p[i] = (uint8_t)i;
}

static void writes_rows(void **state)
{
	WK_AUTO_BLOB struct wk_blob text = { 0 };
	uint8_t bytes[60];

	(void)state;
	fill(bytes, sizeof(bytes));
	assert_int_equal(wk_sheet_encode(wk_span(bytes, 60), &text, &err), 0);
	assert_int_equal(text.len, strlen(counted));
	assert_memory_equal(text.p, counted, text.len);
}

static void gives_back_every_length(void **state)
{
	static uint8_t bytes[MOST + 1];

	(void)state;
	assert_int_equal(wk_random(bytes, sizeof(bytes), &err), 0);
	for (size_t len = 1; len <= MOST; len += len < 120 ? 1 : 157) {
		WK_AUTO_BLOB struct wk_blob text = { 0 };
		WK_AUTO_BLOB struct wk_blob got = { 0 };

		assert_int_equal(
			wk_sheet_encode(wk_span(bytes, len), &text, &err), 0);
		assert_int_equal(
			wk_sheet_decode(wk_blob_span(&text), &got, &err), 0);
		assert_int_equal(got.len, len);
		assert_memory_equal(got.p, bytes, len);
	}
}

static void refuses_more_than_a_sheet(void **state)
{
	WK_AUTO_BLOB struct wk_blob text = { 0 };
	static const uint8_t bytes[MOST + 1];

	(void)state;
	assert_int_equal(wk_sheet_encode(wk_span(bytes, MOST), &text, &err), 0);
	wk_blob_done(&text);
	assert_int_equal(wk_sheet_encode(wk_span(bytes, MOST + 1), &text, &err),
			 WK_FAIL);
	assert_string_equal(err.code, "sheet.too-long");
	assert_null(text.p);
}

/* The status and the error of a text. */
static enum wk_status decode(const char *text, struct wk_blob *got)
{
	wk_blob_done(got);
	return wk_sheet_decode(wk_span(text, strlen(text)), got, &err);
}

static void reads(const char *text)
{
	WK_AUTO_BLOB struct wk_blob got = { 0 };
	uint8_t bytes[60];

	fill(bytes, sizeof(bytes));
	if (decode(text, &got))
		fail_msg("%s: %s", err.msg, text);
	assert_int_equal(got.len, sizeof(bytes));
	assert_memory_equal(got.p, bytes, sizeof(bytes));
}

static void reads_what_people_type(void **state)
{
	(void)state;
	reads(counted);
	/* Order, case, spaces, line ends, and lines that are something else. */
	reads("key id: 1234\r\n\r\n"
	      "3: gizti njwg4 4dsor 3 hgtb\r\n"
	      "\t02. DENBWHA5DYPSAIJCEMSCKJRHFAUSUKZMFUXC6MBR2JMI\r\n"
	      "\r\n2026-11-20\r\n4711 is no row\r\n"
	      " 1)\tAAAQE AYEAU DAOCA JBIFQ YDIOB 4IBCE QTCQK RMFYY PG7M");
	/* O, I and B as digits, and a row that is there twice. */
	reads("01  AAAQE AYEAU DA0CA J81FQ YD1O8 4I8CE QTCQK RMFYY  PG7M\n"
	      "03  GIZTI NJWG4 4DSOR 3  HGTB\n"
	      "02  DEN8W HA5DY PSAIJ CEMSC KJRHF AUSUK ZMFUX C6MBR  2JMI\n"
	      "03  GIZTI NJWG4 4DS0R 3  HGT8\n");
	/* A QR code has no line ends. */
	reads("WKEYCTL SHEET 1/01 AAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQTCQKRMFYYPG7M/"
	      "02 DENBWHA5DYPSAIJCEMSCKJRHFAUSUKZMFUXC6MBR2JMI/"
	      "03 GIZTINJWG44DSOR3HGTB");
}

static void refused(const char *text, const char *code, const char *message)
{
	WK_AUTO_BLOB struct wk_blob got = { 0 };

	assert_int_equal(decode(text, &got), WK_CORRUPT);
	assert_string_equal(err.code, code);
	assert_string_equal(err.msg, message);
	assert_null(got.p);
}

static void names_what_is_wrong(void **state)
{
	const char *row1 = counted, *row2 = counted + ROW_TEXT;
	char text[400];

	(void)state;
	refused("", "sheet.none", "there is no row of a recovery sheet");
	refused("no row at all\n", "sheet.none",
		"there is no row of a recovery sheet");
	refused(row2, "sheet.missing", "row 1 is missing");
	refused("05  GIZTI NJWG4 4DSOR 3  AAAA\n", "sheet.row",
		"row 5: mistyped");
	refused(row2 + ROW_TEXT, "sheet.missing", "rows 1, 2 are missing");
	/* Not a letter, too few, too many, none, bits that no byte has. */
	snprintf(text, sizeof(text),
		 "01  AAAQE AY9AU\n02\t\n03 GIZTI\n%.*s"
		 "04 AAAQE AYEAU DAOCA JBIFQ YDIOB 4IBCE QTCQK RMFYY PG7MA\n",
		 0, row1);
	refused(text, "sheet.row", "rows 1, 2, 3, 4: mistyped");
	/* The number is checked with the rest. */
	snprintf(text, sizeof(text), "02%.*s01%.*s", ROW_TEXT - 2, row1 + 2,
		 ROW_TEXT - 2, row2 + 2);
	refused(text, "sheet.row", "rows 1, 2: mistyped");
	/* Right in itself, but not the last. */
	snprintf(text, sizeof(text), "%s04  AAAA  AAAA\n", counted);
	refused(text, "sheet.row", "rows 3, 4: mistyped");
	refused("00  AAAA\n", "sheet.none",
		"there is no row of a recovery sheet");
}

/* Two rows of one number that are both right: 25 bytes of another sheet. */
static void tells_two_sheets_apart(void **state)
{
	WK_AUTO_BLOB struct wk_blob other = { 0 };
	char text[300];
	uint8_t bytes[60];

	(void)state;
	fill(bytes, sizeof(bytes));
	bytes[30] ^= 1;
	assert_int_equal(wk_sheet_encode(wk_span(bytes, 60), &other, &err), 0);
	snprintf(text, sizeof(text), "%s%.*s", counted, ROW_TEXT,
		 (const char *)other.p + ROW_TEXT);
	refused(text, "sheet.twice", "row 2 is there twice, and they differ");
}

static void finds_every_wrong_letter(void **state)
{
	static const char all[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	char text[sizeof(counted)];

	(void)state;
	for (size_t at = ROW_TEXT + 4; at < 2 * ROW_TEXT - 1; at++) {
		for (const char *c = all; *c && counted[at] != ' '; c++) {
			memcpy(text, counted, sizeof(text));
			text[at] = *c;
			if (*c != counted[at])
				refused(text, "sheet.row", "row 2: mistyped");
		}
	}
}

static void any_text_ends(void **state)
{
	static const char some[] = "0123456789 AaZz27\n\r/\t.:)-\xff";
	uint8_t text[300];

	(void)state;
	for (int i = 0; i < 3000; i++) {
		WK_AUTO_BLOB struct wk_blob got = { 0 };
		size_t len;

		assert_int_equal(wk_random(text, sizeof(text), &err), 0);
		len = text[0] + 1U;
		for (size_t j = 0; j < len; j++)
			text[j] = (uint8_t)some[text[j] % (sizeof(some) - 1)];
		(void)!wk_sheet_decode(wk_span(text, len), &got, &err);
	}
}

/* --- a key file in rows ------------------------------------------------------- */

static struct wk_blob rows_of_sample(void)
{
	WK_AUTO_BLOB struct wk_blob der = { 0 };
	struct wk_keyfile *kf;
	struct wk_blob text = { 0 };

	assert_int_equal(wk_keyfile_new(&kf, &err), 0);
	sample_min(kf);
	assert_int_equal(wk_keyfile_encode(kf, &der, &err), 0);
	assert_int_equal(wk_sheet_encode(wk_blob_span(&der), &text, &err), 0);
	wk_keyfile_free(kf);
	return text;
}

static void reads_a_key_file(void **state)
{
	WK_AUTO_BLOB struct wk_blob text = rows_of_sample();
	struct wk_keyfile *kf = NULL;

	(void)state;
	assert_int_equal(wk_sheet_read(wk_blob_span(&text), &kf, &err), 0);
	assert_string_equal(kf->name, "k");
	wk_keyfile_free(kf);
}

static void misses_the_last_rows(void **state)
{
	WK_AUTO_BLOB struct wk_blob text = rows_of_sample();
	unsigned int rows = (unsigned int)(text.len / ROW_TEXT) + 1;
	struct wk_keyfile *kf = NULL;
	char want[80];

	(void)state;
	assert_true(text.len % ROW_TEXT);
	for (unsigned int n = rows - 1; n >= 1; n--) {
		assert_int_equal(wk_sheet_read(wk_span(text.p, n * ROW_TEXT),
					       &kf, &err),
				 WK_CORRUPT);
		assert_string_equal(err.code, "sheet.missing");
		if (n == rows - 1)
			snprintf(want, sizeof(want),
				 "row %u, the last one, is missing", rows);
		else
			snprintf(want, sizeof(want),
				 "rows %u to %u are missing", n + 1, rows);
		assert_string_equal(err.msg, want);
		assert_null(kf);
	}
}

/* --- the recovery key in the text ----------------------------------------------- */

/* What is found, "" for nothing. */
static void finds(const char *text, const char *want)
{
	WK_AUTO_SECRET struct wk_secret *s = NULL;
	WK_AUTO_SECRET struct wk_secret *key = NULL;

	assert_int_equal(wk_secret_from(text, strlen(text), &s, &err), 0);
	assert_int_equal(wk_sheet_find_key(s, &key, &err), 0);
	if (!*want) {
		assert_null(key);
		return;
	}
	assert_non_null(key);
	assert_int_equal(wk_secret_len(key), strlen(want));
	assert_memory_equal(wk_secret_view(key), want, strlen(want));
}

static void finds_the_key(void **state)
{
	(void)state;
	finds("recovery key: cbde-fg\n", "cbde-fg");
	finds("x\nRecovery  Key :\tcbde\n   fghi\n\n01  AAAA\n",
	      "cbde\n   fghi");
	finds("recovery key: cbde\n01 AAAA AAAA\n", "cbde");
	finds("recovery key: cbde\r\nfghi\r\n\r\nmore", "cbde\r\nfghi\r");
	finds("WKEYCTL SHEET 1/RECOVERY KEY:CBDE-FGHI/01 AAAA", "CBDE-FGHI");
	finds("recoverykey:cbde", "cbde");
	finds("type the recovery key first\nrecovery key: cb", "cb");
	finds("recovery key", "");
	finds("recovery key:", "");
	finds("recovery key:   \n\n01 AAAA", "");
	finds("the recovery key is elsewhere\n", "");
}

/* --- pages --------------------------------------------------------------------- */

#define RECOVERY_KEY                                                       \
	"dvfctdcvu-btjrbducr-cthffujil-ivttvjvjb-uujhdnufu-rdjcfihcr-tbjj" \
	"ngbvi-ifluijgfk"

/* A sheet of `rows` rows, its QR code of random modules. */
struct page {
	struct wk_keyfile kf;
	struct wk_sheet sheet;
	struct wk_secret *recovery;
	struct wk_sheet_page page;
	struct wk_sheet_code code;
	struct wk_secret_out to;
};

static void make_page(struct page *p, size_t rows, unsigned int side)
{
	static uint8_t bytes[MOST];

	*p = (struct page){ .code.side = side };
	sample_full(&p->kf);
	assert_int_equal(wk_random(bytes, sizeof(bytes), &err), 0);
	assert_int_equal(
		wk_blob_append(&p->sheet.der,
			       wk_span(bytes, rows * WK_SHEET_ROW_BYTES), &err),
		0);
	assert_int_equal(wk_secret_from(RECOVERY_KEY, strlen(RECOVERY_KEY),
					&p->recovery, &err),
			 0);
	p->sheet.recovery = p->recovery;
	assert_int_equal(wk_sheet_page_init(&p->page, &p->kf, &p->sheet, &err),
			 0);
	assert_int_equal(wk_secret_new(28672, &p->to.text, &err), 0);
	assert_int_equal(wk_secret_new(WK_QR_BYTES_MAX, &p->code.modules, &err),
			 0);
	assert_int_equal(wk_secret_random(p->code.modules, &err), 0);
}

static void drop_page(struct page *p)
{
	wk_secret_free(p->code.modules);
	wk_secret_out_done(&p->to);
	wk_sheet_page_done(&p->page);
	wk_secret_free(p->recovery);
	wk_sheet_done(&p->sheet);
}

/* What is drawn, with a NUL behind it. */
static const char *drawn(struct page *p)
{
	static char text[28673];
	size_t len = wk_secret_len(p->to.text);

	memcpy(text, wk_secret_view(p->to.text), len);
	text[len] = '\0';
	return text;
}

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), n = strlen(end);

	return len >= n && !strcmp(text + len - n, end);
}

static void every_page_is_whole(void **state)
{
	static const struct {
		size_t rows;
		unsigned int side;
		bool drawn;
	} pages[] = { { 12, 77, true },	  { 28, 117, true }, { 50, 157, false },
		      { 99, 177, false }, { 99, 0, false },  { 1, 21, true } };

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(pages); i++) {
		struct page p;
		const char *text, *y;
		bool is_drawn;

		make_page(&p, pages[i].rows, pages[i].side);
		assert_int_equal(wk_sheet_draw_svg(&p.page, &p.code, &p.to,
						   &is_drawn, &err),
				 0);
		assert_int_equal(is_drawn, pages[i].drawn);
		text = drawn(&p);
		assert_true(ends_with(text, "</g>\n</svg>\n") ||
			    ends_with(text, "\"/>\n</svg>\n"));
		assert_int_equal(strstr(text, "<path") != NULL, is_drawn);
		for (y = text; strstr(y, "\" y=\"");
		     y = strstr(y, "\" y=\"") + 5)
			assert_true(atoi(strstr(y, "\" y=\"") + 5) < 29000);
		drop_page(&p);

		make_page(&p, pages[i].rows, pages[i].side);
		assert_int_equal(wk_sheet_draw_text(&p.page, &p.code, true,
						    &p.to, &is_drawn, &err),
				 0);
		assert_int_equal(is_drawn, pages[i].drawn);
		text = drawn(&p);
		assert_true(is_drawn ||
			    ends_with(text, "wkeyctl-keyfile(5).\n"));
		drop_page(&p);
	}
}

static void a_code_has_its_limit(void **state)
{
	struct wk_secret *text = NULL;
	struct page p;

	(void)state;
	make_page(&p, 50, 0);
	assert_int_equal(wk_sheet_page_code(&p.page, &text, &err), 0);
	wk_secret_free(text);
	text = NULL;
	drop_page(&p);
	make_page(&p, 60, 0);
	assert_int_equal(wk_sheet_page_code(&p.page, &text, &err), WK_FAIL);
	assert_string_equal(err.code, "qr.too-long");
	assert_null(text);
	drop_page(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_rows),
		cmocka_unit_test(gives_back_every_length),
		cmocka_unit_test(refuses_more_than_a_sheet),
		cmocka_unit_test(reads_what_people_type),
		cmocka_unit_test(names_what_is_wrong),
		cmocka_unit_test(tells_two_sheets_apart),
		cmocka_unit_test(finds_every_wrong_letter),
		cmocka_unit_test(any_text_ends),
		cmocka_unit_test(reads_a_key_file),
		cmocka_unit_test(misses_the_last_rows),
		cmocka_unit_test(finds_the_key),
		cmocka_unit_test(every_page_is_whole),
		cmocka_unit_test(a_code_has_its_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
