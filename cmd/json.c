/* SPDX-License-Identifier: Apache-2.0 */
/* A JSON writer. */
#include "cmd/json.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "base/num.h"
#include "cmd/text.h"

static void put(struct wk_json *j, const char *p, size_t len)
{
	struct wk_err err;

	if (!j->st)
		j->st = wk_blob_append(&j->buf, wk_span(p, len), &err);
}

static void put_char(struct wk_json *j, char c)
{
	put(j, &c, 1);
}

/* One character of a string, escaped; returns what follows it. */
static const char *put_char_of(struct wk_json *j, const char *s)
{
	char escape[8];
	size_t len;

	switch (wk_char_at(s, &len)) {
	case WK_CHAR_CONTROL:
		snprintf(escape, sizeof(escape), "\\u%04x",
			 (unsigned char)s[len - 1]);
		put(j, escape, 6);
		break;
	case WK_CHAR_INVALID:
		put(j, "\\ufffd", 6);
		break;
	case WK_CHAR_PLAIN:
		if (*s == '"' || *s == '\\')
			put_char(j, '\\');
		put(j, s, len);
		break;
	}
	return s + len;
}

static void put_string(struct wk_json *j, const char *s)
{
	put_char(j, '"');
	while (*s) {
		size_t len = 0;

		while (s[len] >= 0x20 && s[len] < 0x7f && s[len] != '"' &&
		       s[len] != '\\')
			len++;
		put(j, s, len);
		s += len;
		if (*s)
			s = put_char_of(j, s);
	}
	put_char(j, '"');
}

static void put_key(struct wk_json *j, const char *key)
{
	if (j->comma)
		put_char(j, ',');
	j->comma = true;
	if (key) {
		put_string(j, key);
		put_char(j, ':');
	}
}

static void begin(struct wk_json *j, const char *key, char opener, char closer)
{
	assert(j->depth < WK_JSON_DEPTH);
	put_key(j, key);
	put_char(j, opener);
	j->closers[j->depth++] = closer;
	j->comma = false;
}

void wk_json_object(struct wk_json *j, const char *key)
{
	begin(j, key, '{', '}');
}

void wk_json_array(struct wk_json *j, const char *key)
{
	begin(j, key, '[', ']');
}

void wk_json_end(struct wk_json *j, char closer)
{
	assert(j->depth && j->closers[j->depth - 1] == closer);
	put_char(j, closer);
	j->depth--;
	j->comma = true;
}

void wk_json_end_all(struct wk_json *j)
{
	while (j->depth)
		wk_json_end(j, j->closers[j->depth - 1]);
}

void wk_json_str(struct wk_json *j, const char *key, const char *value)
{
	put_key(j, key);
	if (value)
		put_string(j, value);
	else
		put(j, "null", 4);
}

void wk_json_hex(struct wk_json *j, const char *key, struct wk_span s)
{
	put_key(j, key);
	put_char(j, '"');
	for (size_t at = 0; at < s.len; at += 32) {
		size_t n = s.len - at < 32 ? s.len - at : 32;
		char text[65];

		wk_hex_encode(wk_span(s.p + at, n), text);
		put(j, text, 2 * n);
	}
	put_char(j, '"');
}

void wk_json_int(struct wk_json *j, const char *key, long long value)
{
	char buf[WK_NUM_TEXT], *text = wk_num_text(value, buf);

	put_key(j, key);
	put(j, text, strlen(text));
}

void wk_json_bool(struct wk_json *j, const char *key, bool value)
{
	put_key(j, key);
	put(j, value ? "true" : "false", value ? 4 : 5);
}

void wk_json_error(struct wk_json *j, const struct wk_err *err)
{
	wk_json_object(j, NULL);
	wk_json_str(j, "code", err->code);
	wk_json_int(j, "exit", err->status);
	wk_json_str(j, "detail", err->msg);
	if (err->hint[0])
		wk_json_str(j, "hint", err->hint);
	wk_json_end(j, '}');
}

void wk_json_splice(struct wk_json *j, const struct wk_json *part)
{
	if (part->st && !j->st)
		j->st = part->st;
	if (part->buf.len == 0)
		return;
	if (j->comma)
		put_char(j, ',');
	j->comma = true;
	put(j, (const char *)part->buf.p, part->buf.len);
}

void wk_json_done(struct wk_json *j)
{
	wk_blob_done(&j->buf);
}
