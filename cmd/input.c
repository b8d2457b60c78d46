/* SPDX-License-Identifier: Apache-2.0 */
/* The host that serves a session's secrets from options or the terminal. */
#include "cmd/input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/blob.h"
#include "cmd/secret_source.h"
#include "cmd/ui.h"

/* The three forms, in the order that secret_source.h wants. */
#define SOURCE_OPTIONS(stem, what)                                        \
	{                                                                 \
		.name = stem "-file",                                     \
		.type = WK_OPT_PATH,                                      \
		.metavar = "FILE",                                        \
		.help = "read " what " from FILE; '-' is standard input", \
	},                                                                \
		{                                                         \
			.name = stem "-fd",                               \
			.type = WK_OPT_FD,                                \
			.metavar = "N",                                   \
			.help = "read " what " from descriptor N",        \
		},                                                        \
	{                                                                 \
		.name = stem "-credential", .type = WK_OPT_STRING,        \
		.metavar = "NAME",                                        \
		.help = "read " what " from the systemd credential NAME", \
	}

const struct wk_option wk_opts_unlock[] = {
	SOURCE_OPTIONS("passphrase", "the passphrase"),
	SOURCE_OPTIONS("wrapping-key", "the wrapping key (32 bytes)"),
	{ 0 },
};

const struct wk_option wk_opts_new[] = {
	SOURCE_OPTIONS("new-passphrase", "the new slot's passphrase"),
	SOURCE_OPTIONS("new-wrapping-key",
		       "the new slot's wrapping key (32 bytes)"),
	{ 0 },
};

const struct wk_option wk_opts_raw[] = {
	SOURCE_OPTIONS("raw", "the raw key"),
	{ 0 },
};

/* Where the forms of a secret start in wk_opts_unlock and wk_opts_new. */
enum { PASSPHRASE, WRAPPING_KEY, PURPOSES };

/* A secret, or the failure to get it: neither is tried twice. */
struct purpose {
	struct wk_source source;
	bool tried;
	struct wk_secret *secret;
	struct wk_err err;
};

struct wk_input {
	struct wk_host host; /* first: what callbacks get is also this */
	const struct wk_args *args;
	bool creating;
	struct purpose purposes[PURPOSES];
};

/* Callbacks get a const host; what they cache is not part of its value. */
static struct wk_input *input_of(const struct wk_host *h)
{
	return (struct wk_input *)(uintptr_t)h;
}

static struct purpose *purpose_of(struct wk_input *in, enum wk_secret_kind kind)
{
	switch (kind) {
	case WK_SECRET_PASSPHRASE:
		return &in->purposes[PASSPHRASE];
	case WK_SECRET_WRAPPING_KEY:
		return &in->purposes[WRAPPING_KEY];
	default:
		return NULL;
	}
}

/* A slot that is made under a wrapping key takes no passphrase. */
static bool may_ask(struct wk_input *in, enum wk_secret_kind kind)
{
	return kind == WK_SECRET_PASSPHRASE &&
	       !(in->creating && in->purposes[WRAPPING_KEY].source.kind) &&
	       wk_ui_can_ask();
}

static enum wk_supply supply(const struct wk_host *h, enum wk_secret_kind kind)
{
	struct wk_input *in = input_of(h);
	const struct purpose *p = purpose_of(in, kind);

	if (p && p->source.kind)
		return WK_SUPPLY_HELD;
	return may_ask(in, kind) ? WK_SUPPLY_ASK : WK_SUPPLY_NO;
}

static enum wk_status check_passphrase(struct wk_secret *s, const char *subject,
				       struct wk_err *err)
{
	const uint8_t *p = wk_secret_view(s);
	size_t len = wk_secret_len(s);

	/* One line feed is the editor's; a carriage return is the user's. */
	if (len && p[len - 1] == '\n')
		wk_secret_set_len(s, --len);
	if (len == 0)
		return wk_fail(err, WK_FAIL, "input.empty",
			       "%s: the passphrase is empty", subject);
	if (len > WK_PASSPHRASE_MAX)
		return wk_fail(err, WK_FAIL, "input.too-long",
			       "%s: the passphrase is longer than %d bytes",
			       subject, WK_PASSPHRASE_MAX);
	if (memchr(p, '\0', len))
		return wk_fail(err, WK_FAIL, "input.nul",
			       "%s: the passphrase contains a NUL byte",
			       subject);
	return WK_OK;
}

static enum wk_status check_wrapping_key(const struct wk_secret *s,
					 const char *subject,
					 struct wk_err *err)
{
	size_t len = wk_secret_len(s);

	if (len == WK_WRAPPING_KEY_BYTES)
		return WK_OK;
	if (len < WK_WRAPPING_KEY_BYTES)
		return wk_fail(err, WK_FAIL, "input.wrapping-key-size",
			       "%s: a wrapping key has 32 bytes, here are %zu",
			       subject, len);
	wk_fail(err, WK_FAIL, "input.wrapping-key-size",
		"%s: a wrapping key has 32 bytes, here are more than 32",
		subject);
	if (len == WK_WRAPPING_KEY_BYTES + 1 &&
	    wk_secret_view(s)[WK_WRAPPING_KEY_BYTES] == '\n')
		wk_err_hint(
			err,
			"byte 33 is a line feed; the key is taken byte for byte");
	return WK_FAIL;
}

/* Read one byte (and a line feed) more than allowed, to tell "too long". */
static enum wk_status read_secret(struct purpose *p, enum wk_secret_kind kind,
				  struct wk_secret **ret_secret,
				  struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *s = NULL;
	bool passphrase = kind == WK_SECRET_PASSPHRASE;
	char subject[256];
	enum wk_status st;

	wk_source_describe(&p->source, subject, sizeof(subject));
	st = wk_source_read(&p->source,
			    passphrase ? WK_PASSPHRASE_MAX + 2 :
					 WK_WRAPPING_KEY_BYTES + 2,
			    &s, err);
	if (st)
		return st;
	st = passphrase ? check_passphrase(s, subject, err) :
			  check_wrapping_key(s, subject, err);
	if (!st)
		*ret_secret = wk_take_ptr(&s);
	return st;
}

static enum wk_status ask(const struct wk_input *in, const char *subject,
			  struct wk_secret **ret_secret, struct wk_err *err)
{
	char prompt[512];

	snprintf(prompt, sizeof(prompt),
		 "%s for %s: ", in->creating ? "New passphrase" : "Passphrase",
		 subject);
	return wk_ui_ask_secret(prompt, in->creating, ret_secret, err);
}

static enum wk_status no_secret(const struct wk_input *in,
				enum wk_secret_kind kind, const char *subject,
				struct wk_err *err)
{
	static const char *const stems[] = {
		[WK_SECRET_PASSPHRASE] = "passphrase",
		[WK_SECRET_WRAPPING_KEY] = "wrapping-key",
		[WK_SECRET_PIN] = "pin",
		[WK_SECRET_RECOVERY] = "recovery",
	};
	static const char *const names[] = {
		[WK_SECRET_PASSPHRASE] = "passphrase",
		[WK_SECRET_WRAPPING_KEY] = "wrapping key",
		[WK_SECRET_PIN] = "PIN",
		[WK_SECRET_RECOVERY] = "recovery key",
	};
	char option[40];

	if (kind == WK_SECRET_NONE || kind >= WK_SECRET_KINDS)
		return wk_fail(err, WK_AUTH, "auth.no-secret",
			       "%s: no secret is supplied", subject);
	wk_fail(err, WK_AUTH, "auth.no-secret", "%s: no %s is supplied",
		subject, names[kind]);
	snprintf(option, sizeof(option), "%s-file", stems[kind]);
	if (wk_args_declared(in->args, option))
		wk_err_hint(err, "give --%s-file, --%s-fd or --%s-credential",
			    stems[kind], stems[kind], stems[kind]);
	return WK_AUTH;
}

static enum wk_status obtain(struct wk_input *in, struct purpose *p,
			     enum wk_secret_kind kind, const char *subject,
			     struct wk_err *err)
{
	if (p->source.kind)
		return read_secret(p, kind, &p->secret, err);
	if (may_ask(in, kind))
		return ask(in, subject, &p->secret, err);
	return no_secret(in, kind, subject, err);
}

static enum wk_status get(const struct wk_host *h, enum wk_secret_kind kind,
			  const char *subject,
			  const struct wk_secret **ret_secret,
			  struct wk_err *err)
{
	struct wk_input *in = input_of(h);
	struct purpose *p = purpose_of(in, kind);
	enum wk_status st;

	if (!p)
		return no_secret(in, kind, subject, err);
	if (!p->tried) {
		st = obtain(in, p, kind, subject, &p->err);
		p->tried = true;
		if (st)
			p->err.status = st;
	}
	if (!p->secret) {
		*err = p->err;
		return err->status;
	}
	*ret_secret = p->secret;
	return WK_OK;
}

static void warn(const struct wk_host *h, const char *text)
{
	(void)h;
	wk_ui_warn("%s", text);
}

static enum wk_status find_sources(struct wk_input *in, struct wk_err *err)
{
	const struct purpose *passphrase = &in->purposes[PASSPHRASE];
	const struct purpose *key = &in->purposes[WRAPPING_KEY];

	for (size_t i = 0; i < PURPOSES; i++) {
		struct wk_source *s = &in->purposes[i].source;
		size_t at = i * WK_SOURCE_FORMS;
		enum wk_status st =
			wk_source_find(in->args, &wk_opts_unlock[at], s, err);

		if (!st && in->creating)
			st = wk_source_find(in->args, &wk_opts_new[at], s, err);
		if (st)
			return st;
	}
	if (in->creating && passphrase->source.kind && key->source.kind)
		return wk_fail(
			err, WK_FAIL, "usage.conflict",
			"options '--%s' and '--%s': a slot is made under one or the other",
			passphrase->source.option, key->source.option);
	return WK_OK;
}

enum wk_status wk_input_new(const struct wk_args *args, bool creating,
			    struct wk_input **ret_input, struct wk_err *err)
{
	struct wk_input *in = calloc(1, sizeof(*in));
	enum wk_status st;

	if (!in)
		return wk_fail(err, WK_NOMEM, "memory.input",
			       "out of memory for the secrets' sources");
	in->host =
		(struct wk_host){ .supply = supply, .get = get, .warn = warn };
	in->args = args;
	in->creating = creating;
	st = find_sources(in, err);
	if (st) {
		wk_input_free(in);
		return st;
	}
	*ret_input = in;
	return WK_OK;
}

struct wk_input *wk_input_free(struct wk_input *in)
{
	if (!in)
		return NULL;
	for (size_t i = 0; i < PURPOSES; i++)
		wk_secret_free(in->purposes[i].secret);
	free(in);
	return NULL;
}

const struct wk_host *wk_input_host(const struct wk_input *in)
{
	return &in->host;
}
