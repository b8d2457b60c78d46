/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who has files open, from /proc/PID (proc(5)): descriptors, current and root
 * directory, program, mappings.  For messages about what keeps something busy;
 * by the time they are read it may be different.
 */
#ifndef WK_SYS_OPENFILES_H
#define WK_SYS_OPENFILES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define WK_OPEN_FILES_MAX 64 /* that are remembered; others are counted */

struct wk_open_file {
	pid_t pid;
	char comm[16]; /* the name of the program, as the kernel cuts it */
	char *path;    /* as this process sees it; owned */
};

struct wk_open_files {
	struct wk_open_file files[WK_OPEN_FILES_MAX];
	size_t count; /* of files[] */
	size_t total; /* that were found */
	/* Processes that this user may not look into. */
	size_t hidden;
};

/*
 * Finds the files on the file system with this st_dev whose directory is
 * wanted; a directory is asked for itself.  A file counts once for each
 * process.  This process is left out, unless no other has any.
 */
void wk_open_files_find(dev_t dev, bool (*wanted)(int dir, const void *context),
			const void *context, struct wk_open_files *ret_files);
void wk_open_files_done(struct wk_open_files *f);

#endif
