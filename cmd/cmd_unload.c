/* SPDX-License-Identifier: Apache-2.0 */
/* wkeyctl unload: a key out of the kernel keyrings. */
#include "cmd/command.h"
#include "cmd/args.h"
#include "cmd/out.h"
#include "sys/keyring.h"

static const struct wk_option *const tables[] = { NULL };

static enum wk_status run(const struct wk_args *args, struct wk_out *out,
			  struct wk_err *err)
{
	int32_t serial;
	enum wk_status st;

	st = wk_keyring_unload(wk_args_pos(args, 0), &serial, err);
	if (!st)
		wk_out_int(out, "serial", NULL, serial);
	return st;
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
