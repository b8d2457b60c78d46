/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many key files in one process.  One unit failing does not stop the others.
 * JSON always has an array "units", whatever their number.
 */
#ifndef WK_CMD_BATCH_H
#define WK_CMD_BATCH_H

#include "base/blob.h"
#include "cmd/args.h"
#include "cmd/out.h"

/* --files-from, --null, --status-fd */
extern const struct wk_option wk_opts_batch[];

struct wk_batch {
	const char **paths; /* point into argv or into list */
	size_t count, cap;
	struct wk_blob list; /* what --files-from gave */
	/* Of cmd/sandbox.h; wk_batch_init() sets WK_KEEP_FILES. */
	unsigned int keep;
	bool makes; /* the files are made, not read */
};

/*
 * The first npos positional arguments, then the names of --files-from.
 * WK_FAIL "usage.missing-argument" when there is none.
 */
WK_MUST enum wk_status wk_batch_init(struct wk_batch *b,
				     const struct wk_args *args, size_t npos,
				     struct wk_err *err);
void wk_batch_done(struct wk_batch *b);
#define WK_AUTO_BATCH __attribute__((cleanup(wk_batch_done)))

/* Does one unit; what it prints to out becomes the unit's JSON members. */
typedef enum wk_status wk_batch_unit(void *context, const char *path,
				     struct wk_out *out, struct wk_err *err);

/*
 * Runs unit for every path.  A single unit's failure is returned as it is;
 * of several, each failure is told and WK_PARTIAL returned.  A signal or the
 * deadline ends a batch after the unit that is being done.  Enters the sandbox.
 */
WK_MUST enum wk_status wk_batch_run(const struct wk_batch *b,
				    const struct wk_args *args,
				    struct wk_out *out, wk_batch_unit *unit,
				    void *context, struct wk_err *err);

#endif
