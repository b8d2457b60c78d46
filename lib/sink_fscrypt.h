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

/* As wk_fscrypt_remove_key(), wk_fscrypt_key_status(), wk_fscrypt_put_policy(). */
WK_MUST enum wk_status wk_fscrypt_remove(const char *dir,
					 const uint8_t id[WK_FSCRYPT_ID_BYTES],
					 bool all_users, bool *ret_other_users,
					 struct wk_err *err);
WK_MUST enum wk_status wk_fscrypt_find(const char *dir,
				       const uint8_t id[WK_FSCRYPT_ID_BYTES],
				       struct wk_fscrypt_status *ret_status,
				       struct wk_err *err);
WK_MUST enum wk_status
wk_fscrypt_set_policy(const char *dir, const struct wk_fscrypt_policy *policy,
		      struct wk_err *err);

#endif
