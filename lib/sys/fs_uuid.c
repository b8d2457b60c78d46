/* SPDX-License-Identifier: Apache-2.0 */
/* FS_IOC_GETFSUUID and ext4's own ioctl for it. */
#include "sys/fs_uuid.h"

#include <errno.h>
#include <string.h>

#include <linux/ioctl.h>

#include "sys/syscalls.h"

#define UUID_BYTES 16

/* struct fsuuid2 of include/uapi/linux/fs.h, newer than the build machine's. */
struct fs_uuid {
	uint8_t len;
	uint8_t uuid[UUID_BYTES];
};
#define GET_FS_UUID _IOR(0x15, 0, struct fs_uuid)

/*
 * struct fsuuid of include/uapi/linux/ext4.h ends with an array without bounds,
 * which does not count in the number of the ioctl.
 */
struct ext4_head {
	uint32_t len, flags;
};
struct ext4_uuid {
	struct ext4_head head;
	uint8_t uuid[UUID_BYTES];
};
#define EXT4_GET_UUID _IOR('f', 44, struct ext4_head)

static int ask(int fd, uint8_t *uuid)
{
	struct fs_uuid any = { 0 };
	struct ext4_uuid ext4 = { .head = { .len = UUID_BYTES } };
	int rc = wk_sys_ioctl(fd, GET_FS_UUID, &any);

	if (rc == 0 && any.len == UUID_BYTES) {
		memcpy(uuid, any.uuid, UUID_BYTES);
		return 0;
	}
	rc = wk_sys_ioctl(fd, EXT4_GET_UUID, &ext4);
	if (rc == 0 && ext4.head.len == UUID_BYTES)
		memcpy(uuid, ext4.uuid, UUID_BYTES);
	else if (rc == 0)
		rc = -EINVAL;
	return rc;
}

enum wk_status wk_fs_uuid(int fd, uint8_t ret_uuid[16], struct wk_err *err)
{
	uint8_t uuid[UUID_BYTES] = { 0 };
	int rc = ask(fd, uuid);

	if (rc < 0) {
		wk_fail(err, WK_UNSUPPORTED, "fs.no-uuid",
			"this kernel does not tell the UUID of the file "
			"system");
		err->errnum = -rc;
		return WK_UNSUPPORTED;
	}
	memcpy(ret_uuid, uuid, sizeof(uuid));
	return WK_OK;
}
