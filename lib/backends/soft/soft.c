/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The software backend: a slot under a passphrase (Argon2id, RFC 9106) or
 * under a 32-byte wrapping key.  Needs nothing of the machine.
 */
#include <string.h>

#include "base/random.h"
#include "cost.h"

#define SALT_BYTES 16 /* RFC 9106 §3.1: recommended */
#define SLOT_SECRET_BYTES 32

const struct wk_option wk_backend_soft_options[] = {
	{ .name = "kdf-time",
	  .type = WK_OPT_DURATION,
	  .metavar = "DURATION",
	  .help = "soft: choose a cost that takes this long here (default 1s)",
	  .min = 1,
	  .max = 3600000 },
	{ .name = "kdf-memory",
	  .type = WK_OPT_MEMORY,
	  .metavar = "SIZE",
	  .help = "soft: fix the Argon2id memory, such as 256MiB",
	  .min = 8 << 10 },
	{ .name = "kdf-passes",
	  .type = WK_OPT_UINT,
	  .metavar = "N",
	  .help = "soft: fix the Argon2id passes",
	  .min = 1,
	  .max = WK_KDF_PASSES_MAX },
	{ .name = "kdf-lanes",
	  .type = WK_OPT_UINT,
	  .metavar = "N",
	  .help = "soft: fix the Argon2id lanes (default 4)",
	  .min = 1,
	  .max = WK_KDF_LANES_MAX },
	{ 0 }
};

static enum wk_status probe(struct wk_err *err)
{
	(void)err;
	return WK_OK;
}

static enum wk_secret_kind needs(struct wk_span protection)
{
	struct wk_soft_protection p;
	struct wk_err ignored;

	if (wk_soft_protection_decode(protection, &p, &ignored))
		return WK_SECRET_PASSPHRASE;
	return p.by_wrapping_key ? WK_SECRET_WRAPPING_KEY :
				   WK_SECRET_PASSPHRASE;
}

static enum wk_status by_wrapping_key(struct wk_session *s, const char *subject,
				      struct wk_slot_secret *ret_secret,
				      struct wk_err *err)
{
	const struct wk_secret *key;
	enum wk_status st;

	st = wk_session_get(s, WK_SECRET_WRAPPING_KEY, subject, &key, err);
	if (!st)
		*ret_secret = (struct wk_slot_secret){ .secret = key };
	return st;
}

static enum wk_status derive(struct wk_session *s, struct wk_span salt,
			     const struct wk_argon2_cost *cost,
			     const struct wk_secret *passphrase,
			     struct wk_slot_secret *ret_secret,
			     struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *out = NULL;
	enum wk_status st = wk_secret_new(SLOT_SECRET_BYTES, &out, err);

	if (st)
		return st;
	st = s->argon2->derive(passphrase, salt, cost, wk_kdf_threads(cost),
			       wk_secret_bytes(out), err);
	if (st)
		return st;
	wk_secret_set_len(out, SLOT_SECRET_BYTES);
	ret_secret->secret = out;
	ret_secret->owned = wk_take_ptr(&out);
	return WK_OK;
}

static enum wk_status slot_open(struct wk_session *s,
				const struct wk_keyfile *kf,
				struct wk_span protection,
				struct wk_slot_secret *ret_secret,
				struct wk_err *err)
{
	struct wk_soft_protection p;
	struct wk_argon2_cost cost;
	const struct wk_secret *passphrase;
	enum wk_status st = wk_soft_protection_decode(protection, &p, err);

	if (st)
		return st;
	if (p.by_wrapping_key)
		return by_wrapping_key(s, kf->name, ret_secret, err);
	st = wk_kdf_cost_check(s, &p, &cost, err);
	if (st)
		return st;
	st = wk_session_argon2(s, err);
	if (st)
		return st;
	st = wk_session_get(s, WK_SECRET_PASSPHRASE, kf->name, &passphrase,
			    err);
	if (st)
		return st;
	return derive(s, wk_span(p.salt, p.salt_len), &cost, passphrase,
		      ret_secret, err);
}

/* Fills p with a fresh salt and the chosen cost. */
static enum wk_status choose(struct wk_session *s,
			     const struct wk_settings *settings,
			     struct wk_soft_protection *p,
			     struct wk_argon2_cost *cost, struct wk_err *err)
{
	enum wk_status st = wk_session_argon2(s, err);

	if (st)
		return st;
	st = wk_kdf_cost_choose(s, settings, cost, err);
	if (st)
		return st;
	p->memory_kib = cost->memory_kib;
	p->passes = cost->passes;
	p->lanes = cost->lanes;
	p->salt_len = SALT_BYTES;
	return wk_random(p->salt, SALT_BYTES, err);
}

static enum wk_status create_by_passphrase(struct wk_session *s,
					   const struct wk_settings *settings,
					   const char *subject,
					   struct wk_soft_protection *p,
					   struct wk_slot_secret *ret_secret,
					   struct wk_err *err)
{
	const struct wk_secret *passphrase;
	struct wk_argon2_cost cost;
	enum wk_status st;

	st = wk_session_get(s, WK_SECRET_PASSPHRASE, subject, &passphrase, err);
	if (st)
		return st;
	st = choose(s, settings, p, &cost, err);
	if (st)
		return st;
	return derive(s, wk_span(p->salt, p->salt_len), &cost, passphrase,
		      ret_secret, err);
}

static enum wk_status slot_create(struct wk_session *s,
				  const struct wk_settings *settings,
				  const char *subject,
				  struct wk_blob *ret_protection,
				  struct wk_slot_secret *ret_secret,
				  struct wk_err *err)
{
	WK_AUTO_SLOT_SECRET struct wk_slot_secret secret = { 0 };
	struct wk_soft_protection p = { 0 };
	enum wk_status st;

	p.by_wrapping_key = wk_session_supply(s, WK_SECRET_WRAPPING_KEY) ==
			    WK_SUPPLY_HELD;
	st = p.by_wrapping_key ? by_wrapping_key(s, subject, &secret, err) :
				 create_by_passphrase(s, settings, subject, &p,
						      &secret, err);
	if (st)
		return st;
	st = wk_soft_protection_encode(&p, ret_protection, err);
	if (st)
		return st;
	*ret_secret = secret;
	secret = (struct wk_slot_secret){ 0 };
	return WK_OK;
}

static size_t fields(struct wk_span protection, struct wk_field *f)
{
	struct wk_soft_protection p;
	struct wk_err ignored;

	if (wk_soft_protection_decode(protection, &p, &ignored))
		return 0;
	if (p.by_wrapping_key) {
		f[0] = (struct wk_field){ .key = "secret",
					  .label = "Secret",
					  .text = "wrapping-key" };
		return 1;
	}
	f[0] = (struct wk_field){ .key = "secret",
				  .label = "Secret",
				  .text = "passphrase" };
	f[1] = (struct wk_field){ .key = "kdf",
				  .label = "KDF",
				  .text = "argon2id" };
	f[2] = (struct wk_field){ .key = "kdf_memory_kib",
				  .label = "Memory",
				  .unit = "KiB",
				  .number = p.memory_kib };
	f[3] = (struct wk_field){ .key = "kdf_passes",
				  .label = "Passes",
				  .number = p.passes };
	f[4] = (struct wk_field){ .key = "kdf_lanes",
				  .label = "Lanes",
				  .number = p.lanes };
	return 5;
}

extern const struct wk_backend wk_backend_soft;
const struct wk_backend wk_backend_soft = {
	.name = "soft",
	.summary = "passphrase (Argon2id) or wrapping key, in software",
	.slot_type = WK_SLOT_SOFT,
	.probe = probe,
	.needs = needs,
	.slot_create = slot_create,
	.slot_open = slot_open,
	.fields = fields,
};
