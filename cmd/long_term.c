/* SPDX-License-Identifier: Apache-2.0 */
/* Looking at what --force would replace.  See long_term.h. */
#include "cmd/long_term.h"

#include <string.h>

#include "cmd/unlocking.h"
#include "ephemeral.h"
#include "keyfile.h"

/* Who may replace a file need not be allowed to read it. */
static bool cannot_be(const struct wk_err *err)
{
	return err->status == WK_NOT_FOUND ||
	       strcmp(err->code, "keyfile.not-a-keyfile") == 0;
}

enum wk_status wk_long_term_check(const char *path, struct wk_err *err)
{
	WK_AUTO_KEYFILE struct wk_keyfile *kf = NULL;
	struct wk_err why;
	enum wk_status st = wk_keyfile_read(path, &kf, &why);

	if (st ? cannot_be(&why) : wk_ephemeral_is(kf))
		return WK_OK;
	wk_fail(err, WK_UNSAFE, "file.long-term",
		st ? "%s: perhaps a long-term key file, which is not replaced" :
		     "%s: a long-term key file is not replaced",
		path);
	wk_err_hint(err, "name another file with -o; only rm destroys a key");
	return WK_UNSAFE;
}
