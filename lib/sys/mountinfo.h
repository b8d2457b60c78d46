/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mounts of this process, from /proc/self/mountinfo (proc(5)).  For messages
 * and for finding the cgroup file system; what cannot be read is not there.
 */
#ifndef WK_SYS_MOUNTINFO_H
#define WK_SYS_MOUNTINFO_H

#include <stdbool.h>
#include <sys/types.h>

/* The kernel's octal escapes, such as \040 for a blank, are undone. */
struct wk_mount {
	char root[256];	  /* what of the file system is mounted */
	char point[256];  /* where */
	char type[32];	  /* "ext4" */
	char source[256]; /* "/dev/mmcblk0p2" */
	bool inlinecrypt; /* mounted with -o inlinecrypt */
};

/* Asks about each mount of the file system with this st_dev, until one will do. */
bool wk_mount_by_device(dev_t dev,
			bool (*will_do)(const struct wk_mount *m,
					void *context),
			void *context);
/* The first mount of a file system of this type. */
bool wk_mount_by_type(const char *type, struct wk_mount *ret_mount);
/* The first of fd's file system, for a message: words where it is not known. */
void wk_mount_name(int fd, struct wk_mount *ret_mount);

#endif
