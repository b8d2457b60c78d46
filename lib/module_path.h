/* SPDX-License-Identifier: Apache-2.0 */
/* Where modules lie, and whether nobody else can have changed them. */
#ifndef WK_MODULE_PATH_H
#define WK_MODULE_PATH_H

#include <limits.h>
#include <sys/types.h>

#include "base/err.h"

/* The file that this very code was loaded from. */
struct wk_program {
	char dir[PATH_MAX]; /* absolute, no link in it, "" for the root */
	uid_t owner;	    /* of the file; trusted as root is */
	bool library;	    /* libwkey.so in somebody's program */
};

/* WK_UNSUPPORTED "module.missing": cannot be told (no /proc). */
WK_MUST enum wk_status wk_program_locate(struct wk_program *ret_program,
					 struct wk_err *err);
/*
 * The first NAME.so that exists: in modules/ beside the program, else in
 * ../lib/wkeyctl/ for the tool and in wkeyctl/ for the library.
 * WK_UNSUPPORTED "module.missing": in neither.
 */
WK_MUST enum wk_status wk_module_find(const struct wk_program *program,
				      const char *name, char ret_path[PATH_MAX],
				      struct wk_err *err);
/*
 * Checks the file and every directory and symbolic link on the way to it, and
 * puts the path without links in its place.  What it allows only root and
 * owner can change, so that opening the path afterwards is no race.
 * WK_UNSAFE "module.unsafe": names what others can change.
 */
WK_MUST enum wk_status wk_module_check(char path[PATH_MAX], uid_t owner,
				       struct wk_err *err);

#endif
