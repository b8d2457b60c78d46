/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fscrypt sink, by path; wk_add_to_fscrypt() itself is in wkey.h.  A
 * message begins with the path.
 */
#ifndef WK_SINK_FSCRYPT_H
#define WK_SINK_FSCRYPT_H

#include "sys/fscrypt_policy.h"

/*
 * Whether wk_add_to_fscrypt() would take the key, without a system call.
 * WK_UNSUPPORTED "sink.*".
 */
WK_MUST enum wk_status wk_fscrypt_check(const struct wk_keyfile *kf,
					const struct wk_material *m,
					struct wk_err *err);

/*
 * The same as far as the header tells, before anything is unlocked: usage, size
 * and that there is an identifier.
 */
WK_MUST enum wk_status wk_fscrypt_check_header(const struct wk_keyfile *kf,
					       struct wk_err *err);
/*
 * Compares the identifier that the kernel computed with the one in the key
 * file.  WK_CORRUPT: they differ; the claim has been taken back.
 */
WK_MUST enum wk_status
wk_fscrypt_check_id(const struct wk_keyfile *kf, int fd,
		    const uint8_t id[WK_FSCRYPT_ID_BYTES], struct wk_err *err);

/* --- by way of the keyrings (sink_fscrypt_keyring.c) ---------------------- */

/* "wkeyctl:NAME", the description of the key of type fscrypt-provisioning. */
#define WK_FSCRYPT_KEY_NAME (8 + WK_NAME_MAX + 1)
void wk_fscrypt_key_name(const struct wk_keyfile *kf,
			 char ret_name[WK_FSCRYPT_KEY_NAME]);
/*
 * Adds that key, where the user or the session keyring has one that is alive;
 * else *ret_serial is 0.  Nothing is unlocked.  WK_EXISTS "fscrypt.namesake":
 * its identifier is not the one in the key file, and the claim has been taken
 * back.
 */
WK_MUST enum wk_status wk_fscrypt_add_stored(
	const struct wk_keyfile *kf, const char *dir, int32_t *ret_serial,
	uint8_t ret_id[WK_FSCRYPT_ID_BYTES], struct wk_err *err);

struct wk_fscrypt_stored {
	int32_t serial;
	bool made; /* false: another process loaded it a moment ago */
	uint8_t id[WK_FSCRYPT_ID_BYTES];
};
/*
 * Loads the material into the user keyring, with a link from the session
 * keyring, and adds it from there.  On failure neither key nor claim is left.
 */
WK_MUST enum wk_status wk_fscrypt_store(const struct wk_keyfile *kf,
					const struct wk_material *m,
					const char *dir,
					struct wk_fscrypt_stored *ret,
					struct wk_err *err);

/* --- the file system at a path -------------------------------------------- */

/* As wk_fscrypt_busy_files(); none where dir cannot be opened. */
struct wk_open_files;
void wk_fscrypt_find_busy(const char *dir,
			  const uint8_t id[WK_FSCRYPT_ID_BYTES],
			  struct wk_open_files *ret_files);
/* As wk_fscrypt_remove_key(), wk_fscrypt_key_status(), wk_fscrypt_put_policy(). */
WK_MUST enum wk_status wk_fscrypt_remove(const char *dir,
					 const uint8_t id[WK_FSCRYPT_ID_BYTES],
					 bool all_users, bool *ret_other_users,
					 struct wk_err *err);
/* As wk_fscrypt_may_remove_all(). */
WK_MUST enum wk_status wk_fscrypt_check_all_users(const char *dir,
						  struct wk_err *err);
WK_MUST enum wk_status wk_fscrypt_find(const char *dir,
				       const uint8_t id[WK_FSCRYPT_ID_BYTES],
				       struct wk_fscrypt_status *ret_status,
				       struct wk_err *err);
WK_MUST enum wk_status
wk_fscrypt_set_policy(const char *dir, const struct wk_fscrypt_policy *policy,
		      struct wk_err *err);
/* As wk_fscrypt_plan_policy(): what that would say, without doing anything. */
WK_MUST enum wk_status wk_fscrypt_plan(const char *dir,
				       const struct wk_fscrypt_policy *policy,
				       struct wk_err *err);

/* What an encrypted file or directory has; its key need not be there. */
struct wk_fscrypt_file {
	struct wk_fscrypt_policy policy;
	bool has_nonce; /* since Linux 5.7 */
	uint8_t nonce[WK_FSCRYPT_NONCE_BYTES];
};
/* As wk_fscrypt_open_any() and wk_fscrypt_get_policy(). */
WK_MUST enum wk_status wk_fscrypt_read_file(const char *path,
					    struct wk_fscrypt_file *ret_file,
					    struct wk_err *err);

#endif
