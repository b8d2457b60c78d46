/* SPDX-License-Identifier: Apache-2.0 */
/* wkeyctl derive: the keys that data meets, computed from the storage key. */
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "cmd/command.h"
#include "cmd/derive_place.h"
#include "cmd/fscrypt_policy_opts.h"
#include "cmd/sandbox.h"
#include "cmd/secret_out.h"
#include "cmd/unlocking.h"
#include "derive_fscrypt.h"
#include "envelope.h"
#include "keyfile.h"
#include "sink_fscrypt.h"

static const struct wk_option derive_options[] = {
	{ .name = "show-keys",
	  .type = WK_OPT_FLAG,
	  .help = "write the derived keys: to the terminal, or with -o" },
	{ 0 }
};

static const struct wk_option *const tables[] = {
	derive_options,		wk_opts_secret_out, wk_opts_derive_place,
	wk_opts_fscrypt_policy, wk_opts_unlock,	    wk_opts_rescue,
	wk_opts_kdf_limit,	wk_opts_key_check,  NULL,
};

/* What lives while keys are derived. */
struct deriving {
	struct wk_unlocking unlocking;
	struct wk_keyfile *kf;
	struct wk_material material;
	struct wk_derive_place place;
	struct wk_derivation keys;
	bool show;
	struct wk_secret_out secrets;
};

static void deriving_done(struct deriving *d)
{
	wk_secret_out_done(&d->secrets);
	wk_derivation_done(&d->keys);
	wk_material_done(&d->material);
	d->kf = wk_keyfile_free(d->kf);
	wk_unlocking_done(&d->unlocking);
}

static enum wk_status check_options(const struct wk_args *args,
				    struct wk_err *err)
{
	static const char *const only_with[][2] = {
		{ "output", "show-keys" },
		{ "force", "output" },
	};

	for (size_t i = 0; i < WK_ARRAY_LEN(only_with); i++) {
		if (wk_args_given(args, only_with[i][0]) &&
		    !wk_args_given(args, only_with[i][1]))
			return wk_fail(err, WK_FAIL, "usage.conflict",
				       "--%s is for --%s", only_with[i][0],
				       only_with[i][1]);
	}
	return WK_OK;
}

/* A policy with keys for each file has none before the file is known. */
static enum wk_status check_show(const struct deriving *d, struct wk_err *err)
{
	if (!d->show || d->place.at.has_nonce || d->place.policy.flags)
		return WK_OK;
	wk_fail(err, WK_FAIL, "usage.missing-argument",
		"every file has keys of its own under this policy: no file is "
		"named");
	wk_err_hint(err, "name an encrypted file or directory, or its nonce "
			 "with --nonce");
	return WK_FAIL;
}

static enum wk_status prepare(struct deriving *d, const struct wk_args *args,
			      const struct wk_out *out, struct wk_err *err)
{
	enum wk_status st = check_options(args, err);

	if (st)
		return st;
	d->show = wk_args_given(args, "show-keys");
	if (d->show)
		st = wk_secret_out_init(&d->secrets, args, out, err);
	if (!st)
		st = wk_derive_place_read(args, &d->place, err);
	if (!st)
		st = check_show(d, err);
	return st ? st :
		    wk_unlocking_init(&d->unlocking, args, WK_INPUT_UNLOCK,
				      err);
}

static void enter_sandbox(const struct deriving *d)
{
	const struct wk_sandbox box = {
		.keep = WK_KEEP_FILES,
		.writes = &d->secrets.path,
		.write_count = d->secrets.path ? 1 : 0,
	};

	wk_sandbox_enter(&box);
}

/* --- the key --------------------------------------------------------------- */

static enum wk_status other_key(const struct deriving *d,
				const uint8_t id[WK_FSCRYPT_ID_BYTES],
				struct wk_err *err)
{
	char mine[2 * WK_FSCRYPT_ID_BYTES + 1];
	char theirs[2 * WK_FSCRYPT_ID_BYTES + 1];

	wk_hex_encode(wk_span(id, WK_FSCRYPT_ID_BYTES), mine);
	wk_hex_encode(wk_span(d->place.policy.identifier, WK_FSCRYPT_ID_BYTES),
		      theirs);
	wk_fail(err, WK_FAIL, "derive.other-key",
		"%s: encrypted with the key %s, not with %s", d->place.path,
		theirs, mine);
	wk_err_hint(err, "find the key file whose 'wkeyctl inspect' shows that "
			 "fscrypt id");
	return WK_FAIL;
}

/*
 * The identifier that the key really has: that of the key file and of the
 * policy, or something is wrong.
 */
static enum wk_status identify(struct deriving *d, struct wk_err *err)
{
	struct wk_fscrypt_policy *p = &d->place.policy;
	uint8_t id[WK_FSCRYPT_ID_BYTES];
	enum wk_status st;

	st = wk_envelope_fscrypt_id(d->unlocking.session, d->material.key, id,
				    err);
	if (st)
		return st;
	if (d->kf->has_fscrypt_id &&
	    memcmp(id, d->kf->fscrypt_id, sizeof(id)) != 0)
		return wk_fail(err, WK_CORRUPT, "fscrypt.identifier",
			       "the key has another identifier than the one in "
			       "the key file");
	if (d->place.path && memcmp(id, p->identifier, sizeof(id)) != 0)
		return other_key(d, id, err);
	memcpy(p->identifier, id, sizeof(id));
	return WK_OK;
}

/* Unlocks, and says which keys there are. */
static enum wk_status unlock(struct deriving *d, const char *path,
			     struct wk_err *err)
{
	enum wk_status st = wk_unlocking_open(&d->unlocking, path, &d->kf,
					      &d->material, err);

	if (!st)
		st = wk_fscrypt_check(d->kf, &d->material, err);
	if (st)
		return st;
	st = wk_derive_fscrypt(&d->place.policy, &d->place.at,
			       wk_secret_len(d->material.key), &d->keys, err);
	if (st) {
		wk_err_prefix(err, "%s", d->place.path ? d->place.path : path);
		return st;
	}
	return identify(d, err);
}

/* --- output ---------------------------------------------------------------- */

static void print_keys(const struct wk_derivation *keys, struct wk_out *out)
{
	wk_out_begin_array(out, "keys");
	for (size_t i = 0; i < keys->count; i++) {
		const struct wk_derived *k = &keys->keys[i];
		char text[80];

		snprintf(text, sizeof(text),
			 "%s, %zubyte, context %u, one for each %s",
			 k->algorithm, k->bytes, k->context, k->scope);
		if (!wk_out_is_json(out)) {
			wk_out_str(out, NULL, k->use, text);
			continue;
		}
		wk_out_begin_object(out, NULL);
		wk_out_str(out, "name", NULL, k->name);
		wk_out_str(out, "algorithm", NULL, k->algorithm);
		wk_out_int(out, "size_bytes", NULL, (long long)k->bytes);
		wk_out_int(out, "context", NULL, k->context);
		wk_out_hex(out, "info", NULL, wk_span(k->info, k->info_len));
		wk_out_str(out, "scope", NULL, k->scope);
		wk_out_end_object(out);
	}
	wk_out_end_array(out);
}

static enum wk_status write_keys(struct deriving *d, struct wk_out *out,
				 struct wk_err *err)
{
	char id[2 * WK_FSCRYPT_ID_BYTES + 1];
	enum wk_status st;

	st = wk_derive_hkdf(d->unlocking.session, WK_SHA512, d->material.key,
			    &d->keys, err);
	if (st)
		return st;
	wk_hex_encode(wk_span(d->place.policy.identifier, WK_FSCRYPT_ID_BYTES),
		      id);
	st = wk_secret_out_public(&d->secrets, "identifier", id, err);
	for (size_t i = 0; !st && i < d->keys.count; i++)
		st = wk_secret_out_hex(&d->secrets, d->keys.keys[i].name,
				       d->keys.keys[i].key, err);
	return st ? st : wk_secret_out_write(&d->secrets, out, err);
}

static enum wk_status run(const struct wk_args *args, struct wk_out *out,
			  struct wk_err *err)
{
	__attribute__((cleanup(deriving_done))) struct deriving d = { 0 };
	enum wk_status st = prepare(&d, args, out, err);

	if (st)
		return st;
	enter_sandbox(&d);
	st = unlock(&d, wk_args_pos(args, 0), err);
	if (st)
		return st;
	wk_derive_place_print(&d.place, out);
	print_keys(&d.keys, out);
	return d.show ? write_keys(&d, out, err) : WK_OK;
}

extern const struct wk_command wk_command_derive;
const struct wk_command wk_command_derive = {
	.name = "derive",
	.args = "KEYFILE [PATH]",
	.summary = "compute the keys that encrypt fscrypt data, to verify it",
	.options = tables,
	.min_args = 1,
	.max_args = 2,
	.run = run,
};
