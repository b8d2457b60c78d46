/* SPDX-License-Identifier: Apache-2.0 */
/* wkeyctl import: raw bytes become a key file. */
#include "cmd/command.h"
#include "cmd/import_from.h"
#include "cmd/keymaking.h"
#include "cmd/sandbox.h"

static const struct wk_option *const tables[] = {
	wk_opts_keymaking,
	wk_opts_import_from,
	wk_opts_raw,
	wk_opts_unlock,
	wk_opts_new,
	wk_opts_kdf_limit,
#define WK_BACKEND(id) wk_backend_##id##_options,
#include "backends.def"
#undef WK_BACKEND
	NULL,
};

static enum wk_status run(const struct wk_args *args, struct wk_out *out,
			  struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *raw = NULL;
	WK_AUTO_KEYMAKING struct wk_keymaking k = { 0 };
	const char *path = wk_args_pos(args, 0);
	const struct wk_sandbox box = {
		.keep = WK_KEEP_FILES | WK_KEEP_FOWNER, /* as generate */
		.writes = &path,
		.write_count = 1,
	};
	enum wk_status st;

	st = wk_import_from(args, &raw, err);
	if (!st)
		st = wk_keymaking_init(&k, args, raw, err);
	if (st)
		return st;
	wk_sandbox_enter(&box);
	return wk_keymaking_unit(&k, path, out, err);
}

extern const struct wk_command wk_command_import;
const struct wk_command wk_command_import = {
	.name = "import",
	.args = "KEYFILE",
	.summary = "make a key file from raw bytes",
	.options = tables,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
