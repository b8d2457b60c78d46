/* SPDX-License-Identifier: Apache-2.0 */
/* Making a file so that at every instant the old or the new one is whole. */
#ifndef WK_BASE_CREATE_H
#define WK_BASE_CREATE_H

#include <sys/types.h>

#include "base/blob.h"

struct wk_place;

/*
 * What is done to a new file on its way; any may be NULL.  Where the file system
 * cannot name an unnamed file, dress and prove are asked again of a second one.
 */
struct wk_create_hooks {
	void *context;
	/* fd: its bytes are written. */
	enum wk_status (*dress)(void *context, int fd, struct wk_err *err);
	/* fd: it is on the disk, and has no final name yet. */
	enum wk_status (*prove)(void *context, int fd, struct wk_err *err);
	/*
	 * fd: the old file, locked until it is replaced; -1: it could not be
	 * opened.  Whether it is the one that is to be replaced.
	 */
	enum wk_status (*same)(void *context, int fd, struct wk_err *err);
};

struct wk_create_how {
	bool force;    /* replace an existing regular file */
	bool keep_old; /* with force: the old one stays as PATH + old_suffix */
	const char *old_suffix;
	mode_t mode; /* exact; 0: 0600 less what the umask takes */
	const struct wk_create_hooks *hooks; /* or NULL */
};

/*
 * Makes the file and returns when it is on the disk.  Without force, path must
 * not exist, be it a symbolic link.  With force, symbolic links are resolved
 * once and the file behind them is replaced.
 *
 * On failure no name is left that was not there before, and the old file is
 * where it was; only when the directory could not be synchronized after a
 * replacement, the new file is in place already and the old one is kept.
 * Killed at any point, it leaves path as it was or complete; beside it may lie
 * a file ".NAME.XXXXXXXX", and with keep_old the old file's second name, which
 * the next try accepts.
 *
 * WK_EXISTS "file.exists", "file.old-exists"; WK_NOT_FOUND
 * "file.no-directory", "file.dangling-link"; WK_DENIED "file.denied"; WK_FAIL
 * "file.name", "file.not-regular", "file.no-space", "file.read-only",
 * "file.immutable", "file.mount-point", "file.sync" (nothing is known to be on
 * the disk); WK_NOMEM; WK_UNSUPPORTED; WK_TRANSIENT "file.changed": with force,
 * another process was faster.  Or what a hook said.
 */
WK_MUST enum wk_status wk_create_file(const char *path, struct wk_span data,
				      const struct wk_create_how *how,
				      struct wk_err *err);
/*
 * The same at a place that wk_place_open() found with this force.  What is
 * replaced is the file that p->st tells of.
 */
WK_MUST enum wk_status wk_create_at(const struct wk_place *p,
				    struct wk_span data,
				    const struct wk_create_how *how,
				    struct wk_err *err);
/* Whether that could work, early, before expensive work. */
WK_MUST enum wk_status wk_create_check(const char *path, bool force,
				       struct wk_err *err);
/*
 * Async-signal-safe: removes the temporary name that a wk_create_file() of this
 * process has in use; for a handler that exits next.
 */
void wk_create_abort_signal(void);

#endif
