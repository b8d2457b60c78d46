/* SPDX-License-Identifier: Apache-2.0 */
/* Filling struct wk_err; nothing here allocates. */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "base/utf8.h"

#define LONGEST sizeof(((struct wk_err *)0)->msg)

/*
 * Copies what fits into dst, whole characters only; control characters and
 * bytes that are not UTF-8 become "\xNN".
 */
static void put_clean(char *dst, size_t cap, const char *src)
{
	struct wk_span rest = wk_span(src, strlen(src));
	size_t at = 0;

	while (rest.len > 0) {
		size_t n = wk_utf8_first(rest);
		size_t room = cap - 1 - at;

		if (room < (n ? n : 4))
			break;
		if (n) {
			memcpy(dst + at, rest.p, n);
			at += n;
		} else {
			dst[at] = '\\';
			dst[at + 1] = 'x';
			wk_hex_encode(wk_span(rest.p, 1), dst + at + 2);
			at += 4;
			n = 1;
		}
		rest.p += n;
		rest.len -= n;
	}
	dst[at] = '\0';
}

/* The arguments may point into *err: format first, then change it. */
WK_PRINTF(2, 0)
static void format(char text[static LONGEST], const char *fmt, va_list ap)
{
	if (vsnprintf(text, LONGEST, fmt, ap) < 0)
		text[0] = '\0';
}

/* Appends ": " and more to text, as far as they fit. */
static void put_after(char text[static LONGEST], const char *more)
{
	size_t at = strlen(text);

	for (const char *p = ": "; *p && at < LONGEST - 1; p++)
		text[at++] = *p;
	for (; *more && at < LONGEST - 1; more++)
		text[at++] = *more;
	text[at] = '\0';
}

static enum wk_status fill(struct wk_err *err, enum wk_status st,
			   const char *code, const char *text)
{
	char kept_code[sizeof(err->code)];

	put_clean(kept_code, sizeof(kept_code), code);
	wk_err_clear(err);
	err->status = st;
	memcpy(err->code, kept_code, sizeof(kept_code));
	put_clean(err->msg, sizeof(err->msg), text);
	return st;
}

enum wk_status wk_fail(struct wk_err *err, enum wk_status st, const char *code,
		       const char *fmt, ...)
{
	char text[LONGEST];
	va_list ap;

	va_start(ap, fmt);
	format(text, fmt, ap);
	va_end(ap);
	return fill(err, st, code, text);
}

enum wk_status wk_fail_errno(struct wk_err *err, int errnum, const char *fmt,
			     ...)
{
	const char *name = strerrorname_np(errnum);
	const char *cause = strerrordesc_np(errnum);
	char text[LONGEST], code[sizeof(err->code)];
	va_list ap;

	va_start(ap, fmt);
	format(text, fmt, ap);
	va_end(ap);
	put_after(text, cause ? cause : "unknown error");
	if (name)
		(void)snprintf(code, sizeof(code), "errno.%s", name);
	else
		(void)snprintf(code, sizeof(code), "errno.%d", errnum);
	fill(err, wk_status_of_errno(errnum), code, text);
	err->errnum = errnum;
	return err->status;
}

enum wk_status wk_status_of_errno(int errnum)
{
	switch (errnum) {
	case ENOENT:
	case ENODEV:
	case ENXIO:
	case ENOKEY:
		return WK_NOT_FOUND;
	case EACCES:
	case EPERM:
		return WK_DENIED;
	case EEXIST:
	case EBUSY:
		return WK_EXISTS;
	case ENOMEM:
		return WK_NOMEM;
	case EAGAIN:
	case EINTR:
		return WK_TRANSIENT;
	case ENOSYS:
	case EOPNOTSUPP:
	case ENOTTY:
		return WK_UNSUPPORTED;
	case ETIMEDOUT:
	case ETIME:
		return WK_TIMEOUT;
	default:
		return WK_FAIL;
	}
}

void wk_err_prefix(struct wk_err *err, const char *fmt, ...)
{
	char text[LONGEST];
	va_list ap;

	va_start(ap, fmt);
	format(text, fmt, ap);
	va_end(ap);
	put_after(text, err->msg);
	put_clean(err->msg, sizeof(err->msg), text);
}

void wk_err_hint(struct wk_err *err, const char *fmt, ...)
{
	char text[LONGEST];
	va_list ap;

	va_start(ap, fmt);
	format(text, fmt, ap);
	va_end(ap);
	put_clean(err->hint, sizeof(err->hint), text);
}

void wk_err_clear(struct wk_err *err)
{
	err->status = WK_OK;
	err->errnum = 0;
	err->tpm_rc = 0;
	err->code[0] = '\0';
	err->msg[0] = '\0';
	err->hint[0] = '\0';
}
