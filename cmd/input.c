/* SPDX-License-Identifier: Apache-2.0 */
/* The host that serves a session's secrets from options or the terminal. */
#include "cmd/input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/blob.h"
#include "cmd/input_impl.h"
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

const struct wk_option wk_opts_rescue[] = {
	SOURCE_OPTIONS("recovery", "the recovery key"),
	SOURCE_OPTIONS("kek", "the key out of escrow (48 bytes)"),
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

/* Where a secret may come from, by its kind. */
static const struct {
	const char *name, *stem;
	/* The three forms of its options; NULL: none. */
	const struct wk_option *unlock, *fresh;
} kinds[WK_SECRET_KINDS] = {
	[WK_SECRET_PASSPHRASE] = { "passphrase", "passphrase",
				   &wk_opts_unlock[0], &wk_opts_new[0] },
	[WK_SECRET_WRAPPING_KEY] = { "wrapping key", "wrapping-key",
				     &wk_opts_unlock[WK_SOURCE_FORMS],
				     &wk_opts_new[WK_SOURCE_FORMS] },
	[WK_SECRET_PIN] = { "PIN", "pin", NULL, NULL },
	[WK_SECRET_RECOVERY] = { "recovery key", "recovery", &wk_opts_rescue[0],
				 NULL },
	[WK_SECRET_KEK] = { "key out of escrow", "kek",
			    &wk_opts_rescue[WK_SOURCE_FORMS], NULL },
};

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
	enum wk_input_role role;
	struct purpose purposes[WK_SECRET_KINDS];
};

/* Callbacks get a const host; what they cache is not part of its value. */
static struct wk_input *input_of(const struct wk_host *h)
{
	return (struct wk_input *)(uintptr_t)h;
}

static struct purpose *purpose_of(struct wk_input *in, enum wk_secret_kind kind)
{
	if (kind == WK_SECRET_NONE || kind >= WK_SECRET_KINDS)
		return NULL;
	return &in->purposes[kind];
}

/* What a person can type; but a slot under a wrapping key has no passphrase. */
static bool may_ask(struct wk_input *in, enum wk_secret_kind kind)
{
	bool unlocks = in->role == WK_INPUT_UNLOCK;

	if (kind == WK_SECRET_RECOVERY)
		return unlocks && wk_args_declared(in->args, "recovery-fd") &&
		       wk_ui_can_ask();
	if (kind != WK_SECRET_PASSPHRASE)
		return false;
	return (unlocks || !in->purposes[WK_SECRET_WRAPPING_KEY].source.kind) &&
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

static enum wk_status read_secret(struct purpose *p, enum wk_secret_kind kind,
				  struct wk_secret **ret_secret,
				  struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *s = NULL;
	char subject[256];
	enum wk_status st;

	wk_source_describe(&p->source, subject, sizeof(subject));
	st = wk_source_read(&p->source, wk_input_room(kind), &s, err);
	if (!st)
		st = wk_input_check(kind, s, subject, err);
	if (!st)
		*ret_secret = wk_take_ptr(&s);
	return st;
}

static enum wk_status ask(const struct wk_input *in, enum wk_secret_kind kind,
			  const char *subject, struct wk_secret **ret_secret,
			  struct wk_err *err)
{
	bool fresh = in->role != WK_INPUT_UNLOCK;
	const char *what = kind == WK_SECRET_RECOVERY ? "Recovery key" :
			   fresh		      ? "New passphrase" :
							"Passphrase";
	char prompt[512];

	snprintf(prompt, sizeof(prompt), "%s for %s: ", what, subject);
	return wk_ui_ask_secret(prompt, fresh, ret_secret, err);
}

static enum wk_status no_secret(const struct wk_input *in,
				enum wk_secret_kind kind, const char *subject,
				struct wk_err *err)
{
	const char *stem = kind < WK_SECRET_KINDS ? kinds[kind].stem : NULL;
	const char *fresh = in->role == WK_INPUT_NEW ? "new-" : "";
	char option[40];

	if (!stem)
		return wk_fail(err, WK_AUTH, "auth.no-secret",
			       "%s: no secret is supplied", subject);
	wk_fail(err, WK_AUTH, "auth.no-secret", "%s: no %s%s is supplied",
		subject, *fresh ? "new " : "", kinds[kind].name);
	snprintf(option, sizeof(option), "%s%s-file", fresh, stem);
	if (wk_args_declared(in->args, option))
		wk_err_hint(err,
			    "give --%s%s-file, --%s%s-fd or "
			    "--%s%s-credential",
			    fresh, stem, fresh, stem, fresh, stem);
	return WK_AUTH;
}

static enum wk_status obtain(struct wk_input *in, struct purpose *p,
			     enum wk_secret_kind kind, const char *subject,
			     struct wk_err *err)
{
	if (p->source.kind)
		return read_secret(p, kind, &p->secret, err);
	if (may_ask(in, kind))
		return ask(in, kind, subject, &p->secret, err);
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

/* With --recovery, --recovery-file is where the new key goes. */
static bool first_form_is_output(const struct wk_input *in,
				 enum wk_secret_kind kind)
{
	return kind == WK_SECRET_RECOVERY &&
	       wk_args_declared(in->args, "recovery") &&
	       wk_args_given(in->args, "recovery");
}

static enum wk_status find_source(struct wk_input *in, enum wk_secret_kind kind,
				  struct wk_err *err)
{
	struct wk_source *s = &in->purposes[kind].source;
	size_t skip = first_form_is_output(in, kind) ? 1 : 0;
	enum wk_status st = WK_OK;

	if (in->role != WK_INPUT_NEW && kinds[kind].unlock)
		st = wk_source_find(in->args, kinds[kind].unlock + skip,
				    WK_SOURCE_FORMS - skip, s, err);
	if (!st && in->role != WK_INPUT_UNLOCK && kinds[kind].fresh)
		st = wk_source_find(in->args, kinds[kind].fresh,
				    WK_SOURCE_FORMS, s, err);
	return st;
}

static enum wk_status find_sources(struct wk_input *in, struct wk_err *err)
{
	const struct wk_source *passphrase, *key;

	for (int kind = 1; kind < WK_SECRET_KINDS; kind++) {
		enum wk_status st =
			find_source(in, (enum wk_secret_kind)kind, err);

		if (st)
			return st;
	}
	passphrase = &in->purposes[WK_SECRET_PASSPHRASE].source;
	key = &in->purposes[WK_SECRET_WRAPPING_KEY].source;
	if (in->role != WK_INPUT_UNLOCK && passphrase->kind && key->kind)
		return wk_fail(
			err, WK_FAIL, "usage.conflict",
			"options '--%s' and '--%s': a slot is made under one or the other",
			passphrase->option, key->option);
	return WK_OK;
}

enum wk_status wk_input_new(const struct wk_args *args, enum wk_input_role role,
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
	in->role = role;
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
	for (size_t i = 0; i < WK_SECRET_KINDS; i++)
		wk_secret_free(in->purposes[i].secret);
	free(in);
	return NULL;
}

const struct wk_host *wk_input_host(const struct wk_input *in)
{
	return &in->host;
}
