/* SPDX-License-Identifier: Apache-2.0 */
/* What every command that unlocks has in common: a session fed by options. */
#ifndef WK_CMD_UNLOCKING_H
#define WK_CMD_UNLOCKING_H

#include "cmd/args.h"
#include "cmd/input.h"
#include "cmd/key_check_opt.h"

/* --kdf-max-memory */
extern const struct wk_option wk_opts_kdf_limit[];

struct wk_unlocking {
	struct wk_input *input;
	struct wk_session *session;
	struct wk_key_expected expected; /* --expect-key-check */
};

/* role: what the secrets given are for; see cmd/input.h. */
WK_MUST enum wk_status wk_unlocking_init(struct wk_unlocking *u,
					 const struct wk_args *args,
					 enum wk_input_role role,
					 struct wk_err *err);
void wk_unlocking_done(struct wk_unlocking *u);
#define WK_AUTO_UNLOCKING __attribute__((cleanup(wk_unlocking_done)))

/*
 * Reads and unlocks the key file at path, and compares the key with
 * --expect-key-check; failures are prefixed with path.
 */
WK_MUST enum wk_status wk_unlocking_open(struct wk_unlocking *u,
					 const char *path,
					 struct wk_keyfile **ret_kf,
					 struct wk_material *ret_material,
					 struct wk_err *err);
/* The same with a key file that was read from path. */
WK_MUST enum wk_status wk_unlocking_unlock(struct wk_unlocking *u,
					   const char *path,
					   const struct wk_keyfile *kf,
					   struct wk_material *ret_material,
					   struct wk_err *err);
/* Reads a key file; "-" claims standard input. */
WK_MUST enum wk_status wk_unlocking_read(const char *path,
					 struct wk_keyfile **ret_kf,
					 struct wk_err *err);

static inline void wk_keyfile_cleanup(struct wk_keyfile **kf)
{
	*kf = wk_keyfile_free(*kf);
}
#define WK_AUTO_KEYFILE __attribute__((cleanup(wk_keyfile_cleanup)))
#define WK_AUTO_MATERIAL __attribute__((cleanup(wk_material_done)))

#endif
