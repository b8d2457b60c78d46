/* SPDX-License-Identifier: Apache-2.0 */
/* Text with secrets, from secret memory to a terminal or a file. */
#include "cmd/secret_out.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/create.h"
#include "base/hex.h"
#include "cmd/long_term.h"
#include "cmd/tty.h"
#include "cmd/undo.h"

#define STDOUT 1
/* Bytes: a sheet with a QR code; with the rest of it, what the arena holds. */
#define TEXT_MAX 28672

const struct wk_option wk_opts_secret_out[] = {
	{ .name = "output",
	  .letter = 'o',
	  .type = WK_OPT_PATH,
	  .metavar = "FILE",
	  .help = "write the secrets to this new file, of mode 0600" },
	{ .name = "force",
	  .type = WK_OPT_FLAG,
	  .help = "replace the file, but never a long-term key file" },
	{ 0 }
};

static enum wk_status refuse(const char *why, struct wk_err *err)
{
	wk_fail(err, WK_UNSAFE, "output.secret", "standard output: %s", why);
	wk_err_hint(err, "name a file: -o FILE");
	return WK_UNSAFE;
}

static enum wk_status check_terminal(const struct wk_out *out,
				     struct wk_err *err)
{
	if (wk_out_is_json(out))
		return refuse("secrets are not shown in JSON", err);
	if (!wk_tty_is(STDOUT))
		return refuse("secrets are shown on a terminal only, and this "
			      "is none",
			      err);
	return WK_OK;
}

/* Unlike other commands, which keep what they replace. */
static enum wk_status exists(struct wk_err *err)
{
	wk_err_hint(err, "--force replaces it, unless it is a long-term key "
			 "file");
	return WK_EXISTS;
}

static enum wk_status check_place(const struct wk_secret_out *s,
				  struct wk_err *err)
{
	enum wk_status st = wk_create_check(s->path, s->force, err);

	if (st == WK_EXISTS)
		return exists(err);
	return st || !s->force ? st : wk_long_term_check(s->path, err);
}

static enum wk_status check_file(const struct wk_secret_out *s,
				 struct wk_err *err)
{
	if (strcmp(s->path, "-") != 0)
		return check_place(s, err);
	wk_fail(err, WK_FAIL, "usage.bad-value",
		"-: secrets are not written to standard output");
	wk_err_hint(err, "a file of that name is ./-");
	return WK_FAIL;
}

enum wk_status wk_secret_out_init(struct wk_secret_out *s,
				  const struct wk_args *args,
				  const struct wk_out *out, struct wk_err *err)
{
	enum wk_status st;

	*s = (struct wk_secret_out){
		.path = wk_args_str(args, "output"),
		.force = wk_args_given(args, "force"),
	};
	st = s->path ? check_file(s, err) : check_terminal(out, err);
	return st ? st : wk_secret_new(TEXT_MAX, &s->text, err);
}

/* Room for more bytes, or NULL. */
static char *room(struct wk_secret_out *s, size_t more, struct wk_err *err)
{
	size_t len = wk_secret_len(s->text);

	if (more <= wk_secret_out_room(s))
		return (char *)wk_secret_bytes(s->text) + len;
	wk_fail(err, WK_FAIL, "output.too-long", "too many secrets at once");
	return NULL;
}

static void took(struct wk_secret_out *s, size_t more)
{
	wk_secret_set_len(s->text, wk_secret_len(s->text) + more);
}

static enum wk_status put(struct wk_secret_out *s, const char *text,
			  struct wk_err *err)
{
	size_t len = strlen(text);
	char *p = room(s, len, err);

	if (!p)
		return err->status;
	memcpy(p, text, len);
	took(s, len);
	return WK_OK;
}

/* With a NUL after it, which the next piece overwrites. */
static enum wk_status put_hex(struct wk_secret_out *s,
			      const struct wk_secret *secret,
			      struct wk_err *err)
{
	size_t len = wk_secret_len(secret);
	char *p = room(s, 2 * len + 1, err);

	if (!p)
		return err->status;
	wk_hex_encode(wk_span(wk_secret_view(secret), len), p);
	took(s, 2 * len);
	return WK_OK;
}

size_t wk_secret_out_room(const struct wk_secret_out *s)
{
	return wk_secret_cap(s->text) - wk_secret_len(s->text);
}

enum wk_status wk_secret_out_append(struct wk_secret_out *s,
				    struct wk_span bytes, struct wk_err *err)
{
	char *p = room(s, bytes.len, err);

	if (!p)
		return err->status;
	wk_copy_secret(p, bytes.p, bytes.len);
	took(s, bytes.len);
	return WK_OK;
}

enum wk_status wk_secret_out_public(struct wk_secret_out *s, const char *name,
				    const char *value, struct wk_err *err)
{
	const char *const pieces[] = { name, ": ", value, "\n" };

	for (size_t i = 0; i < WK_ARRAY_LEN(pieces); i++) {
		enum wk_status st = put(s, pieces[i], err);

		if (st)
			return st;
	}
	return WK_OK;
}

enum wk_status wk_secret_out_hex(struct wk_secret_out *s, const char *name,
				 const struct wk_secret *secret,
				 struct wk_err *err)
{
	enum wk_status st = put(s, name, err);

	if (!st)
		st = put(s, ": ", err);
	if (!st)
		st = put_hex(s, secret, err);
	return st ? st : put(s, "\n", err);
}

static enum wk_status write_terminal(struct wk_span text, struct wk_err *err)
{
	while (text.len > 0) {
		ssize_t n = write(STDOUT, text.p, text.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return wk_fail_errno(err, errno, "standard output");
		text.p += n;
		text.len -= (size_t)n;
	}
	return WK_OK;
}

enum wk_status wk_secret_out_write(struct wk_secret_out *s, struct wk_out *out,
				   struct wk_err *err)
{
	const struct wk_create_how how = { .force = s->force, .mode = 0600 };
	struct wk_span text =
		wk_span(wk_secret_view(s->text), wk_secret_len(s->text));
	enum wk_status st = WK_OK;

	if (!s->path) {
		wk_out_flush(out);
		return write_terminal(text, err);
	}
	/* Somebody may have been asked for a secret since it was checked. */
	if (s->force)
		st = wk_long_term_check(s->path, err);
	if (!st)
		st = wk_create_file(s->path, text, &how, err);
	if (st == WK_EXISTS)
		return exists(err);
	/* What --force replaced is gone: an empty place is no better. */
	if (!st && !s->force)
		wk_undo_push_file(s->path);
	return st;
}

void wk_secret_out_done(struct wk_secret_out *s)
{
	s->text = wk_secret_free(s->text);
}
