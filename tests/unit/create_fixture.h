/* SPDX-License-Identifier: Apache-2.0 */
/* A folder to create files in, and every way to do it. */
#ifndef WK_TESTS_CREATE_FIXTURE_H
#define WK_TESTS_CREATE_FIXTURE_H

#include <sys/types.h>

#include "base/create.h"
#include "tests/unit/create_faults.h"
#include "tests/unit/unit.h"

#define NEW "new contents"
#define OLD "old contents, longer"
#define KEPT "key.old-1"

/* --- a folder ---------------------------------------------------------------------- */

extern char dir[32]; /* the working directory, too */
extern struct wk_err err;

extern const struct wk_create_how plain, force, keep;

/* Setup and teardown of a group; reset() is the setup of a test. */
int make_dir(void **state);
int remove_dir(void **state);
int reset(void **state);

/* Without calls that are counted. */
void put(const char *name, const char *text);
bool holds(const char *name, const char *text);
bool there(const char *name);
mode_t mode_of(const char *name);
/* How many names there are; *ret_temps of them are those of temporary files. */
unsigned int names(unsigned int *ret_temps);

/* Of NEW. */
enum wk_status create(const char *name, const struct wk_create_how *how);
/* Fails with st and code, names the path, and leaves no name more or less. */
void refused(const char *path, const struct wk_create_how *how,
	     enum wk_status st, const char *code);

/* --- every way to do it -------------------------------------------------------------- */

struct way {
	const struct wk_create_how *how;
	bool old; /* there is an old file */
};

extern const struct lacks kernels[9];
extern const struct way ways[5];

/* reset(), on that kernel, with an old file where the way has one. */
void start(const struct lacks *kernel, const struct way *w);
bool keeps(const struct way *w);
void is_done(const struct way *w);
void is_undone(const struct way *w);
/* The directory could not be synchronized after the replacement. */
bool replaced_only(const struct way *w);

#endif
