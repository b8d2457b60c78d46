/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A new file as long as it does not have its final name: unnamed (O_TMPFILE), or
 * with a random name ".NAME.XXXXXXXX" beside the final one.
 *
 * Where unnamed files, or naming them, is not to be had, all is done again with
 * a random name from the start: these functions give the errno of what the file
 * system or the kernel may lack, and wk_temp_lacks_*() say whether it does.
 */
#ifndef WK_BASE_TEMP_H
#define WK_BASE_TEMP_H

#include <limits.h>

#include "base/place.h"

struct wk_temp_watch;

/* { .at = place, .fd = -1 } is none yet. */
struct wk_temp {
	const struct wk_place *at; /* borrowed */
	int fd;			   /* open for reading and writing */
	char name[NAME_MAX + 1];   /* "": unnamed */
	struct wk_temp_watch *watch;
};

/* Removes the random name, if there is one, and closes the file. */
void wk_temp_done(struct wk_temp *t);
#define WK_AUTO_TEMP __attribute__((cleanup(wk_temp_done)))

/*
 * Makes the file, mode 0600 less what the umask takes; named: with a random name
 * at once.  *ret_e: the errno of what made no file, or 0.
 */
WK_MUST enum wk_status wk_temp_open(struct wk_temp *t, bool named, int *ret_e,
				    struct wk_err *err);
/* Gives an unnamed one a random name; one that has a name keeps it. */
WK_MUST enum wk_status wk_temp_name(struct wk_temp *t, int *ret_e,
				    struct wk_err *err);
/*
 * Writes it to the disk, with this mode unless it is 0.  WK_FAIL "file.sync",
 * "file.no-space": then there is no second try, as the pages may count as clean.
 */
WK_MUST enum wk_status wk_temp_sync(const struct wk_temp *t, mode_t mode,
				    struct wk_err *err);

/* Gives it a final name, which must be free: EEXIST.  0 or an errno. */
WK_MUST int wk_temp_publish(struct wk_temp *t, const char *name);
/* Gives it the final name in place of who has it.  0 or an errno. */
WK_MUST int wk_temp_replace(struct wk_temp *t);
/* Takes the final name back, unless it is somebody else's by now. */
void wk_temp_unpublish(const struct wk_temp *t);

/* Whether e says that there are no unnamed files, rather than no room. */
bool wk_temp_lacks_unnamed(int e);
/* Whether e says that there is no way to give this file that name. */
bool wk_temp_lacks_link(int e);

/* See wk_create_abort_signal(). */
void wk_temp_abort_signal(void);

#endif
