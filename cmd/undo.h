/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking back what a command did when its result cannot be told: a key id that
 * nobody read is a key that nobody will find.  Commands push a step once it is
 * done; main() runs them, last first, when standard output fails.
 */
#ifndef WK_CMD_UNDO_H
#define WK_CMD_UNDO_H

#include <sys/types.h>

#include "base/err.h"

struct wk_undo {
	void (*run)(const struct wk_undo *u);
	const char *path; /* or NULL */
	dev_t dev;	  /* of a file: which one it is */
	ino_t ino;
	int32_t serial;
	uint8_t id[WK_FSCRYPT_ID_BYTES];
};

/*
 * path is copied.  Without memory for it the step stays done: a failure to
 * write the output would then leave it behind, which is the lesser evil.
 */
void wk_undo_push(const struct wk_undo *step);
/* The step that removes the file that was made at path. */
void wk_undo_push_file(const char *path);
/* Runs all steps, or forgets them. */
void wk_undo_finish(bool run);

#endif
