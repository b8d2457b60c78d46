/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Key file: DER <-> PEM, the strict text form of RFC 7468 with lines of 64.
 * Lines end in LF or CRLF; the last line may do without.
 */
#include "keyfile_impl.h"

#include <string.h>

#include "base/base64.h"

#define BEGIN "-----BEGIN "
#define FIRST BEGIN "WKEYCTL KEY-----"
#define LAST "-----END WKEYCTL KEY-----"
#define LINE_CHARS 64
#define LINE_BYTES 48

static bool equals(struct wk_span s, const char *text)
{
	return s.len == strlen(text) && !memcmp(s.p, text, s.len);
}

bool wk_keyfile_is_pem(struct wk_span in)
{
	return in.len >= strlen(BEGIN) && !memcmp(in.p, BEGIN, strlen(BEGIN));
}

/* Takes a line, without its end, from the front of *text. */
static struct wk_span next_line(struct wk_span *text)
{
	const uint8_t *lf = text->len ? memchr(text->p, '\n', text->len) : NULL;
	struct wk_span line = *text;
	size_t taken = text->len;

	if (lf) {
		line.len = (size_t)(lf - text->p);
		taken = line.len + 1;
		if (line.len && lf[-1] == '\r')
			line.len--;
	}
	text->p += taken;
	text->len -= taken;
	return line;
}

static enum wk_status damaged(struct wk_err *err, const char *why)
{
	return wk_fail(err, WK_CORRUPT, "keyfile.damaged", "PEM: %s", why);
}

/* What is between BEGIN and the dashes, where it is fit to be shown. */
static enum wk_status other_kind(struct wk_span first, struct wk_err *err)
{
	const uint8_t *kind = first.p + strlen(BEGIN);
	size_t len = 0;

	while (len < first.len - strlen(BEGIN) && kind[len] >= ' ' &&
	       kind[len] < 0x7f && kind[len] != '-')
		len++;
	return wk_fail(err, WK_CORRUPT, "keyfile.not-a-keyfile",
		       "not a wkeyctl key file: PEM of '%.*s'",
		       (int)(len > 40 ? 40 : len), (const char *)kind);
}

static enum wk_status take_base64(struct wk_span line, bool last,
				  struct wk_blob *der, struct wk_err *err)
{
	uint8_t bytes[LINE_BYTES];
	size_t len;

	if (!line.len || line.len > LINE_CHARS ||
	    (!last && line.len != LINE_CHARS))
		return damaged(err, "a line does not have 64 characters");
	if (!wk_base64_decode_line(line, last, bytes, &len))
		return damaged(err, "a line is not canonical base64");
	return wk_blob_append(der, wk_span(bytes, len), err);
}

enum wk_status wk_keyfile_from_pem(struct wk_span pem, struct wk_blob *ret_der,
				   struct wk_err *err)
{
	WK_AUTO_BLOB struct wk_blob der = { 0 };
	struct wk_span line = next_line(&pem), next = next_line(&pem);
	enum wk_status st;

	if (!equals(line, FIRST))
		return other_kind(line, err);
	do {
		line = next;
		if (!pem.len)
			return damaged(err, "its END line is missing");
		next = next_line(&pem);
		st = take_base64(line, equals(next, LAST), &der, err);
		if (st)
			return st;
	} while (!equals(next, LAST));
	if (pem.len)
		return damaged(err, "something follows its END line");
	*ret_der = der;
	der = (struct wk_blob){ 0 };
	return WK_OK;
}

static enum wk_status append_line(struct wk_blob *pem, const char *line,
				  struct wk_err *err)
{
	enum wk_status st =
		wk_blob_append(pem, wk_span(line, strlen(line)), err);

	return st ? st : wk_blob_append(pem, wk_span("\n", 1), err);
}

enum wk_status wk_keyfile_to_pem(struct wk_span der, struct wk_blob *ret_pem,
				 struct wk_err *err)
{
	WK_AUTO_BLOB struct wk_blob pem = { 0 };
	enum wk_status st = append_line(&pem, FIRST, err);

	if (!st)
		st = wk_base64_encode(der, LINE_CHARS, &pem, err);
	if (!st)
		st = append_line(&pem, LAST, err);
	if (st)
		return st;
	*ret_pem = pem;
	pem = (struct wk_blob){ 0 };
	return WK_OK;
}
