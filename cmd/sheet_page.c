/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lines of a recovery sheet.  Those with the recovery key are put together in
 * secret memory; all others are public, being sealed or printed by `inspect`.
 */
#include "cmd/sheet_page.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/hex.h"
#include "cmd/keymaking.h"
#include "key_check.h"
#include "qr.h"
#include "recovery_key.h"
#include "sheet.h"

#define LINE_MAX_BYTES 128
#define LABEL_COLUMN 16
#define KEY_LABEL "recovery key:"
#define GROUPS_ON_LINE (WK_RECOVERY_GROUPS / 2)

/* A page on its way to put(). */
struct printing {
	const struct wk_sheet_page *page;
	wk_sheet_line *put;
	void *context;
	struct wk_err *err;
	enum wk_sheet_part part;
	enum wk_status st; /* of the first failure; then nothing is done */
};

enum wk_status wk_sheet_page_init(struct wk_sheet_page *page,
				  const struct wk_keyfile *kf,
				  const struct wk_sheet *sheet,
				  struct wk_err *err)
{
	*page = (struct wk_sheet_page){ .kf = kf, .sheet = sheet };
	return wk_sheet_encode(wk_blob_span(&sheet->der), &page->rows, err);
}

void wk_sheet_page_done(struct wk_sheet_page *page)
{
	wk_blob_done(&page->rows);
}

static void put_span(struct printing *p, struct wk_span line)
{
	if (!p->st)
		p->st = p->put(p->context, p->part, line, p->err);
}

static void put_text(struct printing *p, const char *line)
{
	put_span(p, wk_span(line, strlen(line)));
}

/* Of public values. */
static void put_field(struct printing *p, const char *label, const char *value)
{
	char line[LINE_MAX_BYTES];

	(void)snprintf(line, sizeof(line), "%-*s%s", LABEL_COLUMN, label,
		       value);
	put_text(p, line);
}

static void put_hex(struct printing *p, const char *label, struct wk_span s)
{
	char text[2 * 32 + 1];

	wk_hex_encode(s, text);
	put_field(p, label, text);
}

static void put_number(struct printing *p, const char *label, uint64_t n,
		       const char *unit)
{
	char text[48];

	(void)snprintf(text, sizeof(text), "%" PRIu64 "%s", n, unit);
	put_field(p, label, text);
}

/* --- what the key is --------------------------------------------------------- */

static void put_uuid(struct printing *p, const uint8_t *u)
{
	char hex[2 * 16 + 1], text[40];

	wk_hex_encode(wk_span(u, 16), hex);
	(void)snprintf(text, sizeof(text), "%.8s-%.4s-%.4s-%.4s-%.12s", hex,
		       hex + 8, hex + 12, hex + 16, hex + 20);
	put_field(p, "volume UUID:", text);
}

static void put_volume(struct printing *p, const struct wk_volume *v)
{
	if (v->has_uuid)
		put_uuid(p, v->uuid);
	if (v->has_target)
		put_field(p, "target:", v->target ? "inlinecrypt" : "crypt");
	if (v->has_cipher)
		put_field(p, "cipher:", v->cipher);
	if (v->has_sector_size)
		put_number(p, "sector size:", v->sector_size, "byte");
	if (v->has_iv_offset)
		put_number(p, "IV offset:", v->iv_offset, " sectors");
}

static void put_date(struct printing *p)
{
	time_t now = wk_clock_now();
	char text[16];
	struct tm tm;

	gmtime_r(&now, &tm);
	snprintf(text, sizeof(text), "%04u-%02u-%02u",
		 (tm.tm_year + 1900U) % 10000, (tm.tm_mon + 1U) % 100,
		 tm.tm_mday % 100U);
	put_field(p, "date:", text);
}

static void put_maker(struct printing *p)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "wkeyctl %s, format %u",
		       wk_version(), p->page->kf->version);
	put_field(p, "made by:", text);
}

static void put_facts(struct printing *p)
{
	const struct wk_keyfile *kf = p->page->kf;

	put_field(p, "name:", kf->name);
	put_hex(p, "key id:", wk_span(kf->key_id, WK_KEY_ID_BYTES));
	put_field(p, "usage:", wk_usage_name(kf->usage));
	put_number(p, "size:", kf->key_bits, "bit");
	if (kf->has_volume)
		put_volume(p, &kf->volume);
	if (kf->has_fscrypt_id)
		put_hex(p, "fscrypt id:",
			wk_span(kf->fscrypt_id, WK_FSCRYPT_ID_BYTES));
	if (p->page->sheet->has_key_check)
		put_hex(p, "key check:",
			wk_span(p->page->sheet->key_check, WK_KEY_CHECK_BYTES));
	put_number(p, "epoch:", kf->epoch, "");
	put_date(p);
	put_maker(p);
}

/* --- the recovery key -------------------------------------------------------- */

static bool is_letter(uint8_t c)
{
	c |= 0x20;
	return c >= 'a' && c <= 'z';
}

/*
 * The letters of a recovery key from letter `from` on, `count` of them, groups
 * apart by '-'; case_bit is 0x20 or 0 for upper case.  However it was typed, it
 * looks the same here.
 */
static void add_letters(struct wk_secret *to, const struct wk_secret *key,
			size_t from, size_t count, uint8_t case_bit)
{
	const uint8_t *s = wk_secret_view(key);
	size_t n = 0, len = wk_secret_len(to);

	for (size_t i = 0; i < wk_secret_len(key); i++) {
		size_t at = n - from;

		if (!is_letter(s[i]) || n++ < from || at >= count)
			continue;
		if (at && at % WK_RECOVERY_GROUP_CHARS == 0)
			wk_secret_bytes(to)[len++] = '-';
		wk_secret_bytes(to)[len++] =
			(uint8_t)((s[i] & ~0x20) | case_bit);
	}
	wk_secret_set_len(to, len);
}

static void set_text(struct wk_secret *to, const char *text)
{
	size_t len = strlen(text);

	memcpy(wk_secret_bytes(to), text, len);
	wk_secret_set_len(to, len);
}

static void put_key(struct printing *p)
{
	const size_t half = GROUPS_ON_LINE * WK_RECOVERY_GROUP_CHARS;
	WK_AUTO_SECRET struct wk_secret *line = NULL;
	char label[LABEL_COLUMN + 1];

	if (!p->st)
		p->st = wk_secret_new(LINE_MAX_BYTES, &line, p->err);
	for (size_t i = 0; !p->st && i < 2; i++) {
		(void)snprintf(label, sizeof(label), "%-*s", LABEL_COLUMN,
			       i ? "" : KEY_LABEL);
		set_text(line, label);
		add_letters(line, p->page->sheet->recovery, i * half, half,
			    0x20);
		put_span(p, wk_span(wk_secret_view(line), wk_secret_len(line)));
	}
}

/* --- rows, and how to restore ------------------------------------------------- */

static void put_rows(struct printing *p)
{
	struct wk_span s = wk_blob_span(&p->page->rows);

	while (s.len) {
		const uint8_t *end = memchr(s.p, '\n', s.len);
		size_t len = (size_t)(end - s.p);

		put_span(p, wk_span(s.p, len));
		s = wk_span(end + 1, s.len - len - 1);
	}
}

static void put_commands(struct printing *p)
{
	static const char *const commands[] = {
		"restore --sheet sheet.txt ",
		"test ",
		"add-slot -b soft ",
	};
	char line[LINE_MAX_BYTES];

	for (size_t i = 0; i < WK_ARRAY_LEN(commands); i++) {
		(void)snprintf(line, sizeof(line), "    wkeyctl %s./%s.wk",
			       commands[i], p->page->kf->name);
		put_text(p, line);
	}
}

static void put_foot(struct printing *p)
{
	put_text(p, "");
	put_text(p, "To restore the key, type the recovery key with the words "
		    "before it and the rows");
	put_text(p, "into a file sheet.txt that nobody else can read, or scan "
		    "the QR code into it");
	put_text(p, "(zbarimg --raw).  Case, spaces and the order of rows do "
		    "not matter.  Then:");
	put_text(p, "");
	put_commands(p);
	put_text(p, "");
	put_text(p, "The second asks for the recovery key and says whether it "
		    "opens; the third gives");
	put_text(p, "the key file a passphrase.  Other programs: see "
		    "wkeyctl-keyfile(5).");
}

enum wk_status wk_sheet_page_lines(const struct wk_sheet_page *page,
				   wk_sheet_line *put, void *context,
				   struct wk_err *err)
{
	struct printing p = {
		.page = page,
		.put = put,
		.context = context,
		.err = err,
		.part = WK_SHEET_HEAD,
	};

	put_text(&p, "WKEYCTL RECOVERY SHEET 1");
	put_text(&p, "");
	put_text(&p, "Who has this sheet has the key.");
	put_text(&p, "");
	put_facts(&p);
	put_text(&p, "");
	put_key(&p);
	put_text(&p, "");
	p.part = WK_SHEET_ROWS;
	put_rows(&p);
	p.part = WK_SHEET_FOOT;
	put_foot(&p);
	return p.st;
}

/* --- for machines ------------------------------------------------------------- */

/* The rows in one line, with no more blanks than it takes. */
static size_t add_rows(uint8_t *to, struct wk_span rows)
{
	size_t n = 0, column = 0;

	for (size_t i = 0; i < rows.len; i++) {
		uint8_t c = rows.p[i];

		if (c == '\n') {
			column = 0;
			continue;
		}
		if (column++ == 0)
			to[n++] = '/';
		if (c != ' ' || column == 3)
			to[n++] = c;
	}
	return n;
}

enum wk_status wk_sheet_page_code(const struct wk_sheet_page *page,
				  struct wk_secret **ret_text,
				  struct wk_err *err)
{
	struct wk_secret *text;
	enum wk_status st;

	/* Rows shrink, and this is what the other parts take. */
	if (page->rows.len + LINE_MAX_BYTES > WK_QR_TEXT_MAX)
		return wk_fail(err, WK_FAIL, "qr.too-long",
			       "QR code: the key file is too long for one");
	st = wk_secret_new(WK_QR_TEXT_MAX, &text, err);
	if (st)
		return st;
	set_text(text, "WKEYCTL SHEET 1/RECOVERY KEY:");
	add_letters(text, page->sheet->recovery, 0,
		    WK_RECOVERY_GROUPS * WK_RECOVERY_GROUP_CHARS, 0);
	wk_secret_set_len(text, wk_secret_len(text) +
					add_rows(wk_secret_bytes(text) +
							 wk_secret_len(text),
						 wk_blob_span(&page->rows)));
	*ret_text = text;
	return WK_OK;
}

/* --- finding the key again ------------------------------------------------------ */

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Behind the label, whose spaces and case do not matter; 0: it is not there. */
static size_t find_label(struct wk_span s)
{
	for (size_t from = 0; from < s.len; from++) {
		const char *want = KEY_LABEL;
		size_t i = from;

		while (*want && i < s.len) {
			if (*want == ' ' || is_space(s.p[i])) {
				i += is_space(s.p[i]);
				want += *want == ' ';
			} else if (lower(s.p[i]) == (uint8_t)*want) {
				i++;
				want++;
			} else {
				break;
			}
		}
		if (!*want)
			return i;
	}
	return 0;
}

/* Whether the line behind a line end at i belongs to what comes after the key. */
static bool ends_key(struct wk_span s, size_t i)
{
	if (s.p[i] == '/')
		return true;
	if (s.p[i] != '\n')
		return false;
	for (i++; i < s.len && is_space(s.p[i]); i++)
		;
	return i == s.len || s.p[i] == '\n' || (s.p[i] >= '0' && s.p[i] <= '9');
}

enum wk_status wk_sheet_find_key(const struct wk_secret *text,
				 struct wk_secret **ret_key, struct wk_err *err)
{
	struct wk_span s = wk_span(wk_secret_view(text), wk_secret_len(text));
	size_t from = find_label(s), to = from;
	struct wk_secret *key;
	enum wk_status st;

	while (from && from < s.len && is_space(s.p[from]))
		from++;
	for (to = from; from && to < s.len && !ends_key(s, to); to++)
		;
	if (from == to) {
		*ret_key = NULL;
		return WK_OK;
	}
	/* What is longer is refused by its length. */
	if (to - from > WK_RECOVERY_TEXT_MAX)
		to = from + WK_RECOVERY_TEXT_MAX;
	st = wk_secret_new(to - from, &key, err);
	if (st)
		return st;
	wk_copy_secret(wk_secret_bytes(key), s.p + from, to - from);
	wk_secret_set_len(key, to - from);
	*ret_key = key;
	return WK_OK;
}
