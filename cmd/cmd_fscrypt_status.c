/* SPDX-License-Identifier: Apache-2.0 */
/* wkeyctl fscrypt-status: whether a key is there, and whose claim it is. */
#include "cmd/args.h"
#include "cmd/command.h"
#include "cmd/fscrypt_busy.h"
#include "cmd/fscrypt_id.h"
#include "cmd/out.h"
#include "cmd/sandbox.h"
#include "sink_fscrypt.h"

static const struct wk_option *const tables[] = { NULL };

static const char *presence_name(enum wk_fscrypt_presence p)
{
	switch (p) {
	case WK_FSCRYPT_ABSENT:
		return "absent";
	case WK_FSCRYPT_PRESENT:
		return "present";
	case WK_FSCRYPT_INCOMPLETELY_REMOVED:
		return "incompletely-removed";
	}
	return "unknown";
}

static void put(const uint8_t *id, const struct wk_fscrypt_status *s,
		struct wk_out *out)
{
	wk_out_hex(out, "identifier", "Identifier",
		   wk_span(id, WK_FSCRYPT_ID_BYTES));
	wk_out_str(out, "status", "Status", presence_name(s->presence));
	wk_out_bool(out, "added_by_self", "Added by this user",
		    s->added_by_self);
	wk_out_int(out, "user_count", "Users", s->user_count);
}

static enum wk_status result(const char *mountpoint, const uint8_t *id,
			     const struct wk_fscrypt_status *s,
			     struct wk_out *out, struct wk_err *err)
{
	switch (s->presence) {
	case WK_FSCRYPT_PRESENT:
		return WK_OK;
	case WK_FSCRYPT_ABSENT:
		return wk_fail(err, WK_NOT_FOUND, "fscrypt.no-key",
			       "%s: the key is not there", mountpoint);
	case WK_FSCRYPT_INCOMPLETELY_REMOVED:
		wk_fail(err, WK_EXISTS, "fscrypt.busy",
			"%s: the key is removed, but files that use it are "
			"open and stay readable",
			mountpoint);
		wk_fscrypt_tell_busy(mountpoint, id, out, err);
		return WK_EXISTS;
	}
	return wk_fail(
		err, WK_UNSUPPORTED, "fscrypt.status",
		"%s: the kernel tells a status %d that is not known here",
		mountpoint, (int)s->presence);
}

static enum wk_status run(const struct wk_args *args, struct wk_out *out,
			  struct wk_err *err)
{
	const char *mountpoint = wk_args_pos(args, 1);
	uint8_t id[WK_FSCRYPT_ID_BYTES];
	struct wk_fscrypt_status s;
	enum wk_status st;

	wk_sandbox_enter(
		&(struct wk_sandbox){ .keep = WK_KEEP_FILES | WK_KEEP_PEEK });
	st = wk_fscrypt_id_from(wk_args_pos(args, 0), 0, id, err);
	if (!st)
		st = wk_fscrypt_find(mountpoint, id, &s, err);
	if (st)
		return st;
	put(id, &s, out);
	return result(mountpoint, id, &s, out, err);
}

extern const struct wk_command wk_command_fscrypt_status;
const struct wk_command wk_command_fscrypt_status = {
	.name = "fscrypt-status",
	.args = "KEYFILE|ID MOUNTPOINT",
	.summary = "say whether a key is in a file system's fscrypt keyring",
	.options = tables,
	.min_args = 2,
	.max_args = 2,
	.run = run,
};
