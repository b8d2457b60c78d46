/* SPDX-License-Identifier: Apache-2.0 */
/* wkeyctl backup: a second copy of a key file, proved. */
#include "cmd/command.h"
#include "cmd/copying.h"
#include "cmd/plan.h"
#include "cmd/sandbox.h"

static const struct wk_option *const tables[] = {
	wk_opts_copying,   wk_opts_unlock,  wk_opts_rescue,
	wk_opts_kdf_limit, wk_opts_dry_run, NULL,
};

static enum wk_status copy(struct wk_copying *c, const char *from,
			   struct wk_out *out, struct wk_err *err)
{
	enum wk_status st = wk_copying_check(c->kf, from, err);

	if (!st)
		st = wk_copying_look(c, err);
	if (st)
		return st;
	st = wk_copying_unlock(c, err);
	if (st) {
		wk_err_prefix(err, "%s", from);
		return st;
	}
	if (wk_args_given(c->args, "dry-run")) {
		wk_plan_say(out, "copy", from, c->to);
		return WK_OK;
	}
	st = wk_copying_write(c, err);
	if (!st)
		wk_copying_tell(c, "bytes", out);
	return st;
}

static enum wk_status run(const struct wk_args *args, struct wk_out *out,
			  struct wk_err *err)
{
	WK_AUTO_UNLOCKING struct wk_unlocking u = { 0 };
	WK_AUTO_KEYFILE struct wk_keyfile *kf = NULL;
	const char *from = wk_args_pos(args, 0), *to = wk_args_pos(args, 1);
	struct wk_copying c = { .args = args, .to = to };
	const struct wk_sandbox box = {
		/* The second: files of others in sticky directories. */
		.keep = WK_KEEP_FILES | WK_KEEP_FOWNER,
		.writes = &to,
		.write_count = 1,
	};
	enum wk_status st = wk_copying_check_to(to, err);

	if (!st)
		st = wk_unlocking_init(&u, args, WK_INPUT_UNLOCK, err);
	if (st)
		return st;
	wk_sandbox_enter(&box);
	st = wk_unlocking_read(from, &kf, err);
	if (st)
		return st;
	c.kf = kf;
	c.session = u.session;
	st = copy(&c, from, out, err);
	wk_copying_done(&c);
	return st;
}

extern const struct wk_command wk_command_backup;
const struct wk_command wk_command_backup = {
	.name = "backup",
	.args = "KEYFILE FILE",
	.summary = "copy a key file to another place, and prove the copy",
	.options = tables,
	.min_args = 2,
	.max_args = 2,
	.run = run,
};
