/* SPDX-License-Identifier: Apache-2.0 */
/* Steps to take back. */
#include "cmd/undo.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct wk_undo *steps;
static size_t count, cap;

static bool grow(void)
{
	size_t more = cap ? 2 * cap : 16;
	struct wk_undo *p = realloc(steps, more * sizeof(*p));

	if (!p)
		return false;
	steps = p;
	cap = more;
	return true;
}

void wk_undo_push(const struct wk_undo *step)
{
	struct wk_undo *u;

	if (count == cap && !grow())
		return;
	u = &steps[count];
	*u = *step;
	if (step->path) {
		u->path = strdup(step->path);
		if (!u->path)
			return;
	}
	count++;
}

/* Only the file that was made: another may have replaced it since. */
static void remove_file(const struct wk_undo *u)
{
	struct stat st;

	if (!fstatat(AT_FDCWD, u->path, &st, AT_SYMLINK_NOFOLLOW) &&
	    st.st_dev == u->dev && st.st_ino == u->ino)
		(void)unlinkat(AT_FDCWD, u->path, 0);
}

void wk_undo_push_file(const char *path)
{
	struct wk_undo u = { .run = remove_file, .path = path };
	struct stat st;

	if (fstatat(AT_FDCWD, path, &st, AT_SYMLINK_NOFOLLOW))
		return;
	u.dev = st.st_dev;
	u.ino = st.st_ino;
	wk_undo_push(&u);
}

void wk_undo_finish(bool run)
{
	while (count) {
		struct wk_undo *u = &steps[--count];

		if (run)
			u->run(u);
		free((void *)(uintptr_t)u->path);
	}
	free(steps);
	steps = NULL;
	cap = 0;
}
