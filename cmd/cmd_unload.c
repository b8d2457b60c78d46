/* SPDX-License-Identifier: Apache-2.0 */
/* wkeyctl unload: a key out of the kernel keyrings. */
#include "cmd/args.h"
#include "cmd/command.h"
#include "cmd/out.h"
#include "cmd/plan.h"
#include "cmd/sandbox.h"
#include "sys/keyring.h"

static const struct wk_option *const tables[] = { wk_opts_dry_run, NULL };

static enum wk_status run(const struct wk_args *args, struct wk_out *out,
			  struct wk_err *err)
{
	const char *what = wk_args_pos(args, 0);
	bool dry_run = wk_args_given(args, "dry-run");
	int32_t serial;
	enum wk_status st;

	wk_sandbox_enter(&(struct wk_sandbox){ .keep = 0 });
	st = dry_run ? wk_keyring_find(what, &serial, err) :
		       wk_keyring_unload(what, &serial, err);
	if (st)
		return st;
	wk_out_int(out, "serial", NULL, serial);
	if (dry_run)
		wk_plan_say(out, "revoke and unlink the key", what, NULL);
	return WK_OK;
}

extern const struct wk_command wk_command_unload;
const struct wk_command wk_command_unload = {
	.name = "unload",
	.args = "SERIAL|DESCRIPTION",
	.summary = "revoke a loaded key and unlink it from the keyrings",
	.options = tables,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
