/* SPDX-License-Identifier: Apache-2.0 */
/* wkeyctl set-fscrypt-policy: encrypt an empty directory from now on. */
#include <stdio.h>

#include "cmd/args.h"
#include "cmd/command.h"
#include "cmd/fscrypt_id.h"
#include "cmd/fscrypt_policy_opts.h"
#include "cmd/out.h"
#include "cmd/plan.h"
#include "cmd/sandbox.h"
#include "cmd/signals.h"
#include "sink_fscrypt.h"

static const struct wk_option *const tables[] = { wk_opts_fscrypt_policy,
						  wk_opts_dry_run, NULL };

static enum wk_status plan(const char *dir,
			   const struct wk_fscrypt_policy *policy,
			   struct wk_out *out, struct wk_err *err)
{
	char text[160], what[200];
	enum wk_status st = wk_fscrypt_plan(dir, policy, err);

	if (st)
		return st;
	wk_fscrypt_policy_text(policy, text);
	snprintf(what, sizeof(what), "set a v2 policy (%s) on", text);
	wk_plan_say(out, what, dir, NULL);
	return WK_OK;
}

/*
 * In one piece: the trial directory must not stay behind, and a policy that is
 * set, which nothing takes back, is told.
 */
static enum wk_status set(const char *dir,
			  const struct wk_fscrypt_policy *policy,
			  struct wk_err *err)
{
	enum wk_status st;

	wk_signals_hold();
	st = wk_fscrypt_set_policy(dir, policy, err);
	if (st)
		wk_signals_release();
	return st;
}

/* The trial is made in DIR, which may be another user's. */
static void enter_sandbox(const char *dir)
{
	wk_sandbox_enter(&(struct wk_sandbox){
		.keep = WK_KEEP_FILES | WK_KEEP_FOWNER,
		.folder = dir,
	});
}

static enum wk_status run(const struct wk_args *args, struct wk_out *out,
			  struct wk_err *err)
{
	struct wk_fscrypt_policy policy = WK_FSCRYPT_POLICY_DEFAULT;
	const char *dir = wk_args_pos(args, 1);
	enum wk_status st = wk_fscrypt_policy_from_args(args, &policy, err);

	if (st)
		return st;
	enter_sandbox(dir);
	st = wk_fscrypt_id_from(
		wk_args_pos(args, 0),
		8 * (uint32_t)wk_fscrypt_policy_strength(&policy),
		policy.identifier, err);
	if (st)
		return st;
	wk_out_hex(out, "identifier", NULL,
		   wk_span(policy.identifier, WK_FSCRYPT_ID_BYTES));
	wk_fscrypt_policy_print(&policy, false, out);
	return wk_args_given(args, "dry-run") ? plan(dir, &policy, out, err) :
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
