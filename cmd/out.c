/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One writer, two forms.  Both are built in memory with write(2) at the end;
 * stdio is left out because it costs more than the rest of the start-up.
 */
#include "cmd/out.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hex.h"
#include "base/num.h"
#include "cmd/json.h"
#include "cmd/signals.h"
#include "cmd/text.h"
#include "cmd/undo.h"

#define STDOUT 1
/* Where values of "Label:   value" lines start, indented or not. */
#define VALUE_COLUMN 20
#define INDENT 2
/* Text beyond this is written before the end. */
#define TEXT_FILL 16384

struct wk_out {
	bool json, quiet;
	bool mid_line;	    /* text: something stands on this line */
	unsigned int depth; /* text: objects around */
	enum wk_status st;  /* text: first failed append */
	int write_errnum;   /* errno of the first failed write */
	struct wk_blob text;
	struct wk_json members; /* what the command says */
	struct wk_json errors;	/* noted errors */
};

enum wk_status wk_out_new(bool json, bool quiet, struct wk_out **ret_out,
			  struct wk_err *err)
{
	struct wk_out *o = calloc(1, sizeof(*o));

	if (!o)
		return wk_fail(err, WK_NOMEM, "memory.output",
			       "out of memory for the output");
	o->json = json;
	o->quiet = quiet;
	*ret_out = o;
	return WK_OK;
}

struct wk_out *wk_out_free(struct wk_out *o)
{
	if (!o)
		return NULL;
	wk_blob_done(&o->text);
	wk_json_done(&o->members);
	wk_json_done(&o->errors);
	free(o);
	return NULL;
}

bool wk_out_is_json(const struct wk_out *o)
{
	return o->json;
}

/*
 * After a failure nothing more is written, nor after a signal while waiting.  A
 * pipe that is ready takes PIPE_BUF bytes without blocking.
 */
static void write_all(struct wk_out *o, struct wk_span s)
{
	while (s.len && !o->write_errnum) {
		size_t n = s.len < PIPE_BUF ? s.len : PIPE_BUF;
		struct wk_err ignored;

		if (wk_signals_await(STDOUT, POLLOUT, &ignored))
			o->write_errnum = EINTR;
		else
			o->write_errnum = wk_fd_write(STDOUT, wk_span(s.p, n));
		s.p += n;
		s.len -= n;
	}
}

static void flush_text(struct wk_out *o)
{
	write_all(o, wk_blob_span(&o->text));
	o->text.len = 0;
}

/* --- text ----------------------------------------------------------------- */

static void put(struct wk_out *o, const char *p, size_t len)
{
	struct wk_err err;

	if (!o->st)
		o->st = wk_blob_append(&o->text, wk_span(p, len), &err);
}

static void put_spaces(struct wk_out *o, size_t n)
{
	for (; n; n--)
		put(o, " ", 1);
}

static void put_clean(struct wk_out *o, const char *s)
{
	while (*s) {
		size_t len = wk_text_plain(s);
		char unit[8];

		if (len) {
			put(o, s, len);
			s += len;
		} else {
			len = wk_text_unit(&s, unit);
			put(o, unit, len);
		}
	}
}

static void end_line(struct wk_out *o)
{
	put(o, "\n", 1);
	o->mid_line = false;
	if (o->text.len < TEXT_FILL)
		return;
	flush_text(o);
	/* What has been told is done: somebody may use it already. */
	if (!o->write_errnum)
		wk_undo_finish(false);
}

static void put_hex(struct wk_out *o, struct wk_span s)
{
	for (size_t at = 0; at < s.len; at += 32) {
		size_t n = s.len - at < 32 ? s.len - at : 32;
		char text[65];

		wk_hex_encode(wk_span(s.p + at, n), text);
		put(o, text, 2 * n);
	}
}

/* "Label:   "; false when this field has no place in text. */
static bool begin_field(struct wk_out *o, const char *label)
{
	size_t used;

	if (o->json || !label)
		return false;
	used = o->depth * INDENT + strlen(label) + 1;
	put_spaces(o, o->depth * INDENT);
	put_clean(o, label);
	put(o, ":", 1);
	put_spaces(o, used < VALUE_COLUMN ? VALUE_COLUMN - used : 1);
	return true;
}

/* Free text keeps its line feeds and tabs. */
static void put_lines(struct wk_out *o, const char *s)
{
	while (*s) {
		size_t len = wk_text_plain(s);
		char unit[8];

		if (*s == '\n') {
			end_line(o);
			s++;
			continue;
		}
		if (!o->mid_line)
			put_spaces(o, o->depth * INDENT);
		o->mid_line = true;
		if (*s == '\t')
			len = 1;
		if (len) {
			put(o, s, len);
			s += len;
		} else {
			len = wk_text_unit(&s, unit);
			put(o, unit, len);
		}
	}
}

void wk_out_text(struct wk_out *o, const char *fmt, ...)
{
	char line[512], *longer;
	va_list ap;
	int n;

	if (o->json || o->quiet)
		return;
	if (!strchr(fmt, '%')) {
		put_lines(o, fmt);
		return;
	}
	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n < sizeof(line)) {
		put_lines(o, n < 0 ? "" : line);
		return;
	}
	longer = malloc((size_t)n + 1);
	if (!longer) {
		o->st = WK_NOMEM;
		return;
	}
	va_start(ap, fmt);
	vsnprintf(longer, (size_t)n + 1, fmt, ap);
	va_end(ap);
	put_lines(o, longer);
	free(longer);
}

void wk_out_bytes(struct wk_out *o, struct wk_span s)
{
	put(o, (const char *)s.p, s.len);
}

/* --- results and fields --------------------------------------------------- */

void wk_out_value(struct wk_out *o, const char *key, const char *value)
{
	if (o->json) {
		wk_json_str(&o->members, key, value);
		return;
	}
	put_clean(o, value);
	end_line(o);
}

void wk_out_value_hex(struct wk_out *o, const char *key, struct wk_span s)
{
	if (o->json) {
		wk_json_hex(&o->members, key, s);
		return;
	}
	put_hex(o, s);
	end_line(o);
}

void wk_out_value_int(struct wk_out *o, const char *key, long long value)
{
	char text[WK_NUM_TEXT];

	if (o->json)
		wk_json_int(&o->members, key, value);
	else
		wk_out_value(o, key, wk_num_text(value, text));
}

void wk_out_str(struct wk_out *o, const char *key, const char *label,
		const char *value)
{
	if (o->json)
		wk_json_str(&o->members, key, value);
	if (!begin_field(o, label))
		return;
	put_clean(o, value ? value : "-");
	end_line(o);
}

void wk_out_hex(struct wk_out *o, const char *key, const char *label,
		struct wk_span s)
{
	if (o->json)
		wk_json_hex(&o->members, key, s);
	if (!begin_field(o, label))
		return;
	put_hex(o, s);
	end_line(o);
}

void wk_out_int(struct wk_out *o, const char *key, const char *label,
		long long value)
{
	char text[WK_NUM_TEXT];

	if (o->json)
		wk_json_int(&o->members, key, value);
	if (!begin_field(o, label))
		return;
	put_clean(o, wk_num_text(value, text));
	end_line(o);
}

void wk_out_bool(struct wk_out *o, const char *key, const char *label,
		 bool value)
{
	if (o->json)
		wk_json_bool(&o->members, key, value);
	if (!begin_field(o, label))
		return;
	put_clean(o, value ? "yes" : "no");
	end_line(o);
}

/* --- structure ------------------------------------------------------------ */

void wk_out_begin_object(struct wk_out *o, const char *key)
{
	if (o->json)
		wk_json_object(&o->members, key);
	else
		o->depth++;
}

void wk_out_end_object(struct wk_out *o)
{
	if (o->json)
		wk_json_end(&o->members, '}');
	else
		o->depth--;
}

void wk_out_begin_array(struct wk_out *o, const char *key)
{
	if (o->json)
		wk_json_array(&o->members, key);
}

void wk_out_end_array(struct wk_out *o)
{
	if (o->json)
		wk_json_end(&o->members, ']');
}

void wk_out_error(struct wk_out *o, const struct wk_err *err)
{
	if (o->json)
		wk_json_error(&o->members, err);
}

void wk_out_note_error(struct wk_out *o, const struct wk_err *err)
{
	if (o->json)
		wk_json_error(&o->errors, err);
}

void wk_out_flush(struct wk_out *o)
{
	if (!o->json)
		flush_text(o);
}

/* --- the end -------------------------------------------------------------- */

/*
 * The whole object.  errors[0] is what the command ended with; the members of
 * a command that failed midway are closed, so the result is always valid.
 */
static enum wk_status write_object(struct wk_out *o, const char *command,
				   const struct wk_err *failure)
{
	struct wk_json j = { 0 };
	enum wk_status st;
	char schema[80];

	snprintf(schema, sizeof(schema), "wkeyctl/%s/1",
		 command ? command : "wkeyctl");
	wk_json_object(&j, NULL);
	wk_json_str(&j, "schema", schema);
	wk_json_bool(&j, "ok", !failure);
	wk_json_end_all(&o->members);
	wk_json_splice(&j, &o->members);
	wk_json_array(&j, "errors");
	if (failure)
		wk_json_error(&j, failure);
	wk_json_splice(&j, &o->errors);
	wk_json_end_all(&j);
	st = j.st;
	if (!st) {
		write_all(o, wk_blob_span(&j.buf));
		write_all(o, wk_span("\n", 1));
	}
	wk_json_done(&j);
	return st;
}

enum wk_status wk_out_finish(struct wk_out *o, const char *command,
			     const struct wk_err *failure, struct wk_err *err)
{
	enum wk_status st = o->st;

	if (o->json)
		st = write_object(o, command, failure);
	else
		flush_text(o);
	/* A network file system may report a full disk only here. */
	if (close(STDOUT) < 0 && !o->write_errnum && errno != EINTR)
		o->write_errnum = errno;
	if (o->write_errnum) {
		wk_fail_errno(err, o->write_errnum, "standard output");
		err->status = WK_FAIL;
		snprintf(err->code, sizeof(err->code), "output.write");
		return WK_FAIL;
	}
	if (st)
		return wk_fail(err, WK_NOMEM, "memory.output",
			       "out of memory for the output");
	return WK_OK;
}
