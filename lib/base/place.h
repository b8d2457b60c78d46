/* SPDX-License-Identifier: Apache-2.0 */
/* Where a new file goes, and what can go wrong there. */
#ifndef WK_BASE_PLACE_H
#define WK_BASE_PLACE_H

#include <sys/stat.h>

#include "base/blob.h"

struct wk_place {
	const char *shown; /* the path as it was given, for messages */
	char *path;	   /* owned; dir and name may point into it */
	const char *dir, *name;
	int dirfd;
	bool taken;	/* the name exists */
	struct stat st; /* of what has the name, when taken */
};

/*
 * Finds the directory and opens it.  Without force the name must be free; with
 * force symbolic links are resolved and the name is free or a regular file's.
 * The statuses are those of wk_create_file().  On failure *p needs no release.
 */
WK_MUST enum wk_status wk_place_open(const char *path, bool force,
				     struct wk_place *p, struct wk_err *err);
void wk_place_done(struct wk_place *p);
#define WK_AUTO_PLACE __attribute__((cleanup(wk_place_done)))
/*
 * Whether a file could be made there, or the old one be replaced, as far as that
 * can be known without trying.
 */
WK_MUST enum wk_status wk_place_check(const struct wk_place *p,
				      struct wk_err *err);
/* Opens what has a name there, for reading and never waiting; -1 and errno. */
int wk_place_look(const struct wk_place *p, const char *name);
/* Whether another name there is the old file's, too, or one of equal bytes. */
bool wk_place_same(const struct wk_place *p, const char *name);
/*
 * Before the old file is replaced: of two that do so at the same time the second
 * would take away what the first has just made.  The lock makes them follow each
 * other, and the second finds another file than it had seen.  Where there is no
 * lock to be had (*ret_fd then may be -1), the comparison is all there is.
 * WK_TRANSIENT "file.changed".
 */
WK_MUST enum wk_status wk_place_lock(const struct wk_place *p, int *ret_fd,
				     struct wk_err *err);
/* Makes the names in the directory durable.  0 or an errno. */
WK_MUST int wk_place_sync(const struct wk_place *p);
/* The same after a replacement, which stands if this fails. */
WK_MUST enum wk_status wk_place_replaced(const struct wk_place *p,
					 struct wk_err *err);

/* Failures: the name is taken; it is not what it was; a call failed with e; so did an fsync(2). */
enum wk_status wk_place_exists(const struct wk_place *p, struct wk_err *err);
enum wk_status wk_place_changed(const struct wk_place *p, struct wk_err *err);
enum wk_status wk_place_failed(const struct wk_place *p, int e,
			       struct wk_err *err);
enum wk_status wk_place_unsynced(const struct wk_place *p, const char *what,
				 int e, struct wk_err *err);

#endif
