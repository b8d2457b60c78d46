/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions: the host's secrets and the opened modules. */
#include "session.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "module.h"

enum wk_status wk_session_open(const struct wk_host *host,
			       struct wk_session **ret_session,
			       struct wk_err *err)
{
	struct wk_session *s = calloc(1, sizeof(*s));

	if (!s)
		return wk_fail(err, WK_NOMEM, "memory", "out of memory");
	s->host = host;
	*ret_session = s;
	return WK_OK;
}

struct wk_session *wk_session_close(struct wk_session *s)
{
	if (!s)
		return NULL;
	if (s->crypto) {
		s->crypto_ops->prk_free(s->prk);
		s->crypto_ops->close(s->crypto);
	}
	free(s);
	return NULL;
}

enum wk_status wk_session_crypto(struct wk_session *s, struct wk_err *err)
{
	const struct wk_module *m;
	enum wk_status st;

	if (s->crypto)
		return WK_OK;
	st = wk_module_open("crypto", &m, err);
	if (st)
		return st;
	s->crypto_ops = m->ops;
	return s->crypto_ops->open(&s->crypto, err);
}

enum wk_status wk_session_argon2(struct wk_session *s, struct wk_err *err)
{
	const struct wk_module *m;
	enum wk_status st;

	if (s->argon2)
		return WK_OK;
	st = wk_module_open("argon2", &m, err);
	if (!st)
		s->argon2 = m->ops;
	return st;
}

enum wk_supply wk_session_supply(const struct wk_session *s,
				 enum wk_secret_kind kind)
{
	return s->host ? s->host->supply(s->host, kind) : WK_SUPPLY_NO;
}

enum wk_status wk_session_get(struct wk_session *s, enum wk_secret_kind kind,
			      const char *subject,
			      const struct wk_secret **ret_secret,
			      struct wk_err *err)
{
	if (!s->host)
		return wk_fail(err, WK_AUTH, "auth.no-secret",
			       "%s: nobody can supply a secret", subject);
	return s->host->get(s->host, kind, subject, ret_secret, err);
}

void wk_session_warn(const struct wk_session *s, const char *fmt, ...)
{
	char text[sizeof(((struct wk_err *)NULL)->msg)];
	va_list ap;

	if (!s->host || !s->host->warn)
		return;
	va_start(ap, fmt);
	if (vsnprintf(text, sizeof(text), fmt, ap) >= 0)
		s->host->warn(s->host, text);
	va_end(ap);
}
