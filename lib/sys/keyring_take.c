/* SPDX-License-Identifier: Apache-2.0 */
/* Borrowing a key of the keyrings for a moment.  See keyring.h. */
#include <errno.h>
#include <stdio.h>

#include <linux/keyctl.h>

#include "sys/keyring.h"
#include "sys/syscalls.h"

enum wk_status wk_keyring_take(enum wk_key_type type, const char *description,
			       int32_t *ret_serial, struct wk_err *err)
{
	const char *name = wk_key_type_names[type];
	int32_t rc = wk_sys_keyctl_search(KEY_SPEC_USER_KEYRING, name,
					  description, KEY_SPEC_THREAD_KEYRING);
	int32_t other;
	char subject[256];

	if (wk_keyring_is_absent(rc)) {
		other = wk_sys_keyctl_search(KEY_SPEC_SESSION_KEYRING, name,
					     description,
					     KEY_SPEC_THREAD_KEYRING);
		/* A session that cannot be searched holds none for us. */
		rc = other >= 0 ? other : -ENOKEY;
	}
	if (rc < 0 && rc != -ENOKEY) {
		snprintf(subject, sizeof(subject), "key '%.200s'", description);
		return wk_keyring_fail(err, WK_KEYRING_OP_SEARCH, -rc, subject);
	}
	*ret_serial = rc < 0 ? 0 : rc;
	return WK_OK;
}

void wk_keyring_let_go(int32_t serial)
{
	if (serial > 0)
		(void)wk_sys_keyctl_unlink(serial, KEY_SPEC_THREAD_KEYRING);
}
