/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rewrite LOCATION [COMMAND]: changes a key file as the commands do that change
 * slots, in their sandbox, but its epoch only, which needs no secret; runs
 * COMMAND (a shell's) between reading and replacing, and then has no sandbox.
 * Exits with the status, and says what went wrong.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>

#include "cmd/sandbox_impl.h"
#include "store.h"

static enum wk_status failed(const struct wk_err *err)
{
	fprintf(stderr, "wkeyctl: rewrite: %s [%s]\n", err->msg, err->code);
	if (err->hint[0])
		fprintf(stderr, "hint: %s\n", err->hint);
	return err->status;
}

static enum wk_status enter(const char *location)
{
	const struct wk_sandbox s = {
		.keep = WK_KEEP_FILES | WK_KEEP_OWNER,
		.writes = &location,
		.write_count = 1,
	};
	int abi;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return WK_UNSUPPORTED;
	/* What the kernel lacks is left out, as in the tool. */
	(void)!wk_sandbox_confine(&s, &abi);
	(void)!wk_sandbox_drop(&s);
	(void)!wk_sandbox_filter(&s);
	return WK_OK;
}

static enum wk_status rewrite(const char *location, const char *between,
			      struct wk_err *err)
{
	WK_AUTO_BLOB struct wk_blob der = { 0 };
	struct wk_keyfile *kf = NULL;
	struct wk_store *s = NULL;
	enum wk_status st = wk_store_open(location, &s, err);

	if (!st)
		st = wk_store_read(s, &kf, err);
	if (!st && between && system(between))
		st = WK_FAIL;
	if (!st) {
		kf->epoch++;
		st = wk_keyfile_encode(kf, &der, err);
	}
	if (!st)
		st = wk_store_replace(s, wk_blob_span(&der), NULL, NULL, err);
	(void)wk_keyfile_free(kf);
	(void)wk_store_close(s);
	return st;
}

int main(int argc, char **argv)
{
	const char *between = argc > 2 ? argv[2] : NULL;
	struct wk_err err = { 0 };
	enum wk_status st = WK_OK;

	if (argc < 2)
		return 125;
	if (!between)
		st = enter(argv[1]);
	if (!st)
		st = rewrite(argv[1], between, &err);
	return st ? failed(&err) : 0;
}
