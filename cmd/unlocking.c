/* SPDX-License-Identifier: Apache-2.0 */
/* A session fed by options. */
#include "cmd/unlocking.h"

#include <string.h>

#include "cmd/ui.h"
#include "keyfile.h"
#include "session.h"

const struct wk_option wk_opts_kdf_limit[] = {
	{ .name = "kdf-max-memory",
	  .type = WK_OPT_MEMORY,
	  .metavar = "SIZE",
	  .help = "refuse a KDF that asks for more memory (default: what the "
		  "system allows)",
	  .min = 1 << 10 },
	{ 0 }
};

enum wk_status wk_unlocking_init(struct wk_unlocking *u,
				 const struct wk_args *args,
				 enum wk_input_role role, struct wk_err *err)
{
	enum wk_status st;

	*u = (struct wk_unlocking){ 0 };
	st = wk_key_expected_read(&u->expected, args, err);
	if (!st)
		st = wk_input_new(args, role, &u->input, err);
	if (st)
		return st;
	st = wk_session_open(wk_input_host(u->input), &u->session, err);
	if (st)
		return st;
	u->session->kdf_max_bytes = wk_args_num(args, "kdf-max-memory", 0);
	return WK_OK;
}

/* The session caches what it derived from the input's secrets: it goes first. */
void wk_unlocking_done(struct wk_unlocking *u)
{
	u->session = wk_session_close(u->session);
	u->input = wk_input_free(u->input);
}

enum wk_status wk_unlocking_read(const char *path, struct wk_keyfile **ret_kf,
				 struct wk_err *err)
{
	char note[WK_NOTE_MAX];
	enum wk_status st;

	if (!*path)
		return wk_fail(err, WK_FAIL, "usage.bad-value",
			       "the name of a key file is empty");
	if (path[0] == '-' && !path[1]) {
		st = wk_input_stdin_claim("the key file", err);
		if (st)
			return st;
	}
	st = wk_keyfile_read_note(path, ret_kf, note, err);
	if (!st && note[0])
		wk_ui_warn("%s", note);
	return st;
}

enum wk_status wk_unlocking_unlock(struct wk_unlocking *u, const char *path,
				   const struct wk_keyfile *kf,
				   struct wk_material *ret_material,
				   struct wk_err *err)
{
	struct wk_material m;
	enum wk_status st = wk_unlock(u->session, kf, &m, err);

	if (!st && u->expected.given) {
		st = wk_key_expected_check(&u->expected, u->session, &m, err);
		if (st)
			wk_material_done(&m);
	}
	if (st) {
		wk_err_prefix(err, "%s", path);
		return st;
	}
	wk_ui_trace("%s: key '%s', epoch %llu, unlocked", path, kf->name,
		    (unsigned long long)kf->epoch);
	*ret_material = m;
	return WK_OK;
}

enum wk_status wk_unlocking_open(struct wk_unlocking *u, const char *path,
				 struct wk_keyfile **ret_kf,
				 struct wk_material *ret_material,
				 struct wk_err *err)
{
	WK_AUTO_KEYFILE struct wk_keyfile *kf = NULL;
	enum wk_status st = wk_unlocking_read(path, &kf, err);

	if (!st)
		st = wk_unlocking_unlock(u, path, kf, ret_material, err);
	if (!st)
		*ret_kf = wk_take_ptr(&kf);
	return st;
}
