/* SPDX-License-Identifier: Apache-2.0 */
/* Out of a directory that may be encrypted.  See fscrypt.h. */
#include <string.h>

#include "sys/fscrypt.h"
#include "sys/mountinfo.h"
#include "sys/syscalls.h"
#include "uapi/fscrypt.h"

struct leaving {
	dev_t dev;
	bool whole; /* mounts of all of it, or else those of a part */
	int fd;
};

static bool is_encrypted(int dir)
{
	struct fscrypt_get_policy_ex_arg arg = {
		.policy_size = sizeof(arg.policy),
	};

	return wk_sys_ioctl(dir, FS_IOC_GET_ENCRYPTION_POLICY_EX, &arg) >= 0;
}

static bool serves(const struct leaving *l, int dir)
{
	dev_t there;

	/* Another file system may be mounted over it. */
	return wk_sys_device(dir, &there) == 0 && there == l->dev &&
	       !is_encrypted(dir);
}

static bool enter(const struct wk_mount *m, void *context)
{
	struct leaving *l = context;
	int dir;

	if (l->whole != !strcmp(m->root, "/"))
		return false;
	dir = wk_sys_open_dir(m->point);
	if (dir < 0)
		return false;
	if (!serves(l, dir)) {
		wk_sys_close(dir);
		return false;
	}
	l->fd = dir;
	return true;
}

bool wk_fscrypt_leave(int *fd)
{
	struct leaving l = { .whole = true };

	if (wk_sys_device(*fd, &l.dev) < 0)
		return false;
	if (!wk_mount_by_device(l.dev, enter, &l)) {
		l.whole = false;
		if (!wk_mount_by_device(l.dev, enter, &l))
			return false;
	}
	wk_fscrypt_close(fd);
	*fd = l.fd;
	return true;
}
