/* SPDX-License-Identifier: Apache-2.0 */
/* wkeyctl remove-from-fscrypt: lock encrypted directories again. */
#include "cmd/args.h"
#include "cmd/command.h"
#include "cmd/fscrypt_id.h"
#include "cmd/out.h"
#include "cmd/plan.h"
#include "cmd/ui.h"
#include "sink_fscrypt.h"

static const struct wk_option *const tables[] = { wk_opts_dry_run, NULL };

static enum wk_status remove_key(const char *mountpoint, const uint8_t *id,
				 struct wk_out *out, struct wk_err *err)
{
	bool other_users = false;
	enum wk_status st;

	st = wk_fscrypt_remove(mountpoint, id, false, &other_users, err);
	if (st)
		return st;
	wk_out_bool(out, "other_users", NULL, other_users);
	if (other_users)
		wk_ui_warn("other users added the key as well: the files stay "
			   "unlocked until they remove it");
	return WK_OK;
}

/* What there is to remove, without removing it. */
static enum wk_status plan(const char *mountpoint, const uint8_t *id,
			   struct wk_out *out, struct wk_err *err)
{
	struct wk_fscrypt_status s;
	enum wk_status st = wk_fscrypt_find(mountpoint, id, &s, err);

	if (st)
		return st;
	if (s.presence == WK_FSCRYPT_ABSENT)
		return wk_fail(err, WK_NOT_FOUND, "fscrypt.no-key",
			       "%s: the key is not there", mountpoint);
	wk_plan_say(out, "remove the key from", mountpoint, NULL);
	return WK_OK;
}

static enum wk_status run(const struct wk_args *args, struct wk_out *out,
			  struct wk_err *err)
{
	const char *mountpoint = wk_args_pos(args, 1);
	uint8_t id[WK_FSCRYPT_ID_BYTES];
	enum wk_status st =
		wk_fscrypt_id_from(wk_args_pos(args, 0), 0, id, err);

	if (st)
		return st;
	wk_out_hex(out, "identifier", NULL, wk_span(id, sizeof(id)));
	return wk_args_given(args, "dry-run") ?
		       plan(mountpoint, id, out, err) :
		       remove_key(mountpoint, id, out, err);
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
