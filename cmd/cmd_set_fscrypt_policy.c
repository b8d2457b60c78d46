/* SPDX-License-Identifier: Apache-2.0 */
/* wkeyctl set-fscrypt-policy: encrypt an empty directory from now on. */
#include "cmd/args.h"
#include "cmd/command.h"
#include "cmd/fscrypt_id.h"
#include "cmd/out.h"
#include "cmd/plan.h"
#include "cmd/signals.h"
#include "sink_fscrypt.h"

/*
 * The security strength of AES-256-XTS: the kernel takes a policy with a
 * shorter key and then refuses every file in it (fs/crypto/keysetup.c).
 */
#define AES_256_BITS 256

static const struct wk_option *const tables[] = { wk_opts_dry_run, NULL };

/* Asking for the key shows whether the file system can encrypt at all. */
static enum wk_status plan(const char *dir, const uint8_t *id,
			   struct wk_out *out, struct wk_err *err)
{
	struct wk_fscrypt_status ignored;
	enum wk_status st = wk_fscrypt_find(dir, id, &ignored, err);

	if (!st)
		wk_plan_say(out,
			    "set a v2 policy (AES-256-XTS, AES-256-CTS, "
			    "padding 32) on",
			    dir, NULL);
	return st;
}

/* In one piece: the trial directory must not stay behind. */
static enum wk_status set(const char *dir,
			  const struct wk_fscrypt_policy *policy,
			  struct wk_err *err)
{
	enum wk_status st;

	wk_signals_hold();
	st = wk_fscrypt_set_policy(dir, policy, err);
	wk_signals_release();
	return st;
}

static enum wk_status run(const struct wk_args *args, struct wk_out *out,
			  struct wk_err *err)
{
	struct wk_fscrypt_policy policy = WK_FSCRYPT_POLICY_DEFAULT;
	const char *dir = wk_args_pos(args, 1);
	enum wk_status st;

	st = wk_fscrypt_id_from(wk_args_pos(args, 0), AES_256_BITS,
				policy.identifier, err);
	if (st)
		return st;
	wk_out_hex(out, "identifier", NULL,
		   wk_span(policy.identifier, WK_FSCRYPT_ID_BYTES));
	return wk_args_given(args, "dry-run") ?
		       plan(dir, policy.identifier, out, err) :
		       set(dir, &policy, err);
}

extern const struct wk_command wk_command_set_fscrypt_policy;
const struct wk_command wk_command_set_fscrypt_policy = {
	.name = "set-fscrypt-policy",
	.args = "KEYFILE|ID DIR",
	.summary = "encrypt an empty directory with a v2 policy",
	.options = tables,
	.min_args = 2,
	.max_args = 2,
	.run = run,
};
