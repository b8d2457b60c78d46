/* SPDX-License-Identifier: Apache-2.0 */
/* The UUID of a mounted file system, as the kernel uses it. */
#ifndef WK_SYS_FS_UUID_H
#define WK_SYS_FS_UUID_H

#include "base/err.h"

/*
 * Of the file system that fd is on: FS_IOC_GETFSUUID (Linux 6.9), else
 * EXT4_IOC_GETFSUUID (6.0).  WK_UNSUPPORTED "fs.no-uuid": the kernel does not
 * tell, or it has none of 16 bytes.
 */
WK_MUST enum wk_status wk_fs_uuid(int fd, uint8_t ret_uuid[16],
				  struct wk_err *err);

#endif
