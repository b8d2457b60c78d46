/* SPDX-License-Identifier: Apache-2.0 */
/* Which open files keep a key busy.  See fscrypt.h. */
#include <string.h>

#include "sys/fscrypt_policy.h"
#include "sys/openfiles.h"
#include "sys/syscalls.h"

/* Whether the directory is encrypted under the key. */
static bool is_under(int dir, const void *id)
{
	struct wk_fscrypt_policy p;
	struct wk_err ignored;

	return !wk_fscrypt_get_policy(dir, &p, &ignored) && p.version == 2 &&
	       !memcmp(p.identifier, id, WK_FSCRYPT_ID_BYTES);
}

void wk_fscrypt_busy_files(int fd, const uint8_t id[WK_FSCRYPT_ID_BYTES],
			   struct wk_open_files *ret_files)
{
	dev_t dev;

	*ret_files = (struct wk_open_files){ 0 };
	if (wk_sys_device(fd, &dev) == 0)
		wk_open_files_find(dev, is_under, id, ret_files);
}
