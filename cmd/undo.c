/* SPDX-License-Identifier: Apache-2.0 */
/* Steps to take back. */
#include "cmd/undo.h"

#include <stdlib.h>
#include <string.h>

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
