/* SPDX-License-Identifier: Apache-2.0 */
/* A key and mounted file systems, for tests of fscrypt. */
#ifndef WK_TEST_FSCRYPT_FIXTURE_H
#define WK_TEST_FSCRYPT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/blob.h"
#include "sys/fscrypt_policy.h"
#include "tests/unit/fake_syscalls.h"

#define MOUNTINFO                                                                  \
	"20 1 254:0 / / rw - ext4 /dev/root rw\n"                                  \
	"21 20 7:3 / /mnt rw,relatime shared:5 - ext4 /dev/loop3 rw,inlinecrypt\n" \
	"22 20 0:40 / /tmp rw - tmpfs tmpfs rw\n"                                  \
	"23 20 8:1 / /data rw - f2fs /dev/sda1 rw\n"

static inline enum wk_status add(uint8_t ret_id[WK_FSCRYPT_ID_BYTES],
				 struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *key = NULL;

	assert_int_equal(wk_secret_from("kkkkkkkkkkkkkkkkKKKKKKKKKKKKKKKK", 32,
					&key, err),
			 0);
	return wk_fscrypt_add_key(5, key, false, ret_id, err);
}

#endif
