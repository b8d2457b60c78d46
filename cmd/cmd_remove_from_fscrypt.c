/* SPDX-License-Identifier: Apache-2.0 */
/* wkeyctl remove-from-fscrypt: lock encrypted directories again. */
#include "cmd/command.h"
#include "cmd/args.h"
#include "cmd/fscrypt_id.h"
#include "cmd/out.h"
#include "cmd/ui.h"
#include "sink_fscrypt.h"

static const struct wk_option *const tables[] = { NULL };

static enum wk_status run(const struct wk_args *args, struct wk_out *out,
			  struct wk_err *err)
{
	uint8_t id[WK_FSCRYPT_ID_BYTES];
	bool other_users = false;
	enum wk_status st = wk_fscrypt_id_from(wk_args_pos(args, 0), id, err);

	if (st)
		return st;
	st = wk_fscrypt_remove(wk_args_pos(args, 1), id, &other_users, err);
	if (st)
		return st;
	wk_out_hex(out, "identifier", NULL, wk_span(id, sizeof(id)));
	wk_out_bool(out, "other_users", NULL, other_users);
	if (other_users)
		wk_ui_warn("other users added the key as well: the files stay "
			   "unlocked until they remove it");
	return WK_OK;
}

extern const struct wk_command wk_command_remove_from_fscrypt;
const struct wk_command wk_command_remove_from_fscrypt = {
	.name = "remove-from-fscrypt",
	.args = "KEYFILE|ID MOUNTPOINT",
	.summary = "remove a key from a file system's fscrypt keyring",
	.options = tables,
	.min_args = 2,
	.max_args = 2,
	.run = run,
};
