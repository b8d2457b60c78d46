/* SPDX-License-Identifier: Apache-2.0 */
/* Key file: from a path to a decoded struct. */
#include "keyfile_impl.h"

#include <string.h>

#include "base/file.h"

enum wk_status wk_keyfile_read(const char *path, struct wk_keyfile **ret_kf,
			       struct wk_err *err)
{
	const char *name = strcmp(path, "-") ? path : "standard input";
	WK_AUTO_BLOB struct wk_blob file = { 0 };
	struct wk_keyfile *kf;
	enum wk_status st = wk_file_read(path, WK_PEM_MAX, &file, err);

	if (st == WK_CORRUPT)
		return wk_fail(err, st, "keyfile.too-large",
			       "%s: too large for a key file", name);
	if (st)
		return st;
	/* Not wk_keyfile_new(): decoding clears what has to be clear. */
	kf = malloc(sizeof(*kf));
	if (!kf)
		return wk_fail(err, WK_NOMEM, "memory", "out of memory");
	st = wk_keyfile_take(&file, kf, err);
	if (st) {
		wk_err_prefix(err, "%s", name);
		wk_keyfile_free(kf);
		return st;
	}
	*ret_kf = kf;
	return WK_OK;
}
