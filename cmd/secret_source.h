/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where one secret comes from: a file, a descriptor, a systemd credential or
 * standard input.
 */
#ifndef WK_CMD_SECRET_SOURCE_H
#define WK_CMD_SECRET_SOURCE_H

#include "cmd/args.h"

enum wk_source_kind {
	WK_SOURCE_NONE,
	WK_SOURCE_FILE,
	WK_SOURCE_FD,
	WK_SOURCE_CREDENTIAL,
	WK_SOURCE_STDIN,
};

/* Strings are borrowed from argv and the option tables. */
struct wk_source {
	enum wk_source_kind kind;
	const char *option; /* without "--", or NULL for the default */
	const char *value;  /* path, or name of the credential */
	int fd;
};

/* The options of the three forms stand beside each other in their table. */
#define WK_SOURCE_FORMS 3

/*
 * Looks which of the count options at `forms` is given, and claims
 * standard input if that is meant.  *s must be {0} or the result of an earlier
 * call for another spelling; a second source is "usage.conflict".
 */
WK_MUST enum wk_status wk_source_find(const struct wk_args *args,
				      const struct wk_option *forms,
				      size_t count, struct wk_source *s,
				      struct wk_err *err);

/*
 * Reads until the end, but at most cap bytes: ask for one more than is allowed
 * to see "too long".  Refused are terminals (WK_FAIL "input.terminal": what is
 * typed would show) and directories; a file that others may read is warned of.
 */
WK_MUST enum wk_status wk_source_read(const struct wk_source *s, size_t cap,
				      struct wk_secret **ret_secret,
				      struct wk_err *err);

/* "'FILE'", "descriptor 3", … as the subject of a message. */
void wk_source_describe(const struct wk_source *s, char *buf, size_t cap);

#endif
