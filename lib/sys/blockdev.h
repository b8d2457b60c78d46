/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Block devices and image files as plain bytes: what is on the medium, and who
 * else uses it.  Offsets, lengths and memory are multiples of 4096, so that the
 * page cache can be passed by.
 */
#ifndef WK_SYS_BLOCKDEV_H
#define WK_SYS_BLOCKDEV_H

#include <limits.h>
#include <sys/types.h>

#include "base/blob.h"

#define WK_BLOCKDEV_ALIGN 4096

struct wk_blockdev {
	const char *shown; /* for messages; borrowed */
	char path[PATH_MAX];
	int fd;
	bool is_block; /* else a regular file */
	dev_t rdev;    /* of a block device */
	uint64_t size; /* bytes */
};

/*
 * shown: the name in messages.  *d then needs wk_blockdev_close().
 * WK_NOT_FOUND "file.not-found"; WK_DENIED "file.denied"; WK_FAIL
 * "raw.not-a-device", "file.read-only"; WK_TRANSIENT "file.changed": it became
 * something else meanwhile; else what the errno means.
 */
WK_MUST enum wk_status wk_blockdev_open(const char *path, const char *shown,
					bool writing, struct wk_blockdev *ret,
					struct wk_err *err);
void wk_blockdev_close(struct wk_blockdev *d);
/*
 * Of those who change it, one after the other, and none of those who look
 * meanwhile; until it is closed or unlocked.
 */
WK_MUST enum wk_status wk_blockdev_lock(const struct wk_blockdev *d,
					bool changing, struct wk_err *err);
void wk_blockdev_unlock(const struct wk_blockdev *d);
/* The medium, where the cache can be passed by.  0 or an errno. */
WK_MUST int wk_blockdev_read(const struct wk_blockdev *d, uint8_t *p,
			     size_t len, uint64_t offset);
/* Returns when it is on the medium.  0 or an errno. */
WK_MUST int wk_blockdev_write(const struct wk_blockdev *d, struct wk_span s,
			      uint64_t offset);

/*
 * Whether writing there takes nothing away from others; a regular file is
 * nobody's.  Call it under the lock: it tries to open the device exclusively.
 * WK_UNSAFE "raw.in-use": mounted, swapped to, or part of another device;
 * "raw.partition": reaches into a partition of the disk.
 */
WK_MUST enum wk_status wk_blockdev_unused(const struct wk_blockdev *d,
					  uint64_t offset, uint64_t len,
					  struct wk_err *err);
/*
 * Whether it is no part of a partition table; of images, too.  WK_UNSAFE
 * "raw.partition-table"; WK_NOMEM.
 */
WK_MUST enum wk_status wk_blockdev_beside_table(const struct wk_blockdev *d,
						uint64_t offset, uint64_t len,
						struct wk_err *err);
/* Whether the kernel knows partitions of it. */
bool wk_blockdev_has_partitions(const struct wk_blockdev *d);
/*
 * /dev/NAME of the partition with that GPT label, as /sys tells; where that
 * does not, link: what udev made for it.
 * WK_NOT_FOUND "raw.no-label"; WK_UNSAFE "raw.same-label": two have it.
 */
WK_MUST enum wk_status wk_blockdev_by_label(const char *label, const char *link,
					    char ret_path[static PATH_MAX],
					    struct wk_err *err);

#endif
