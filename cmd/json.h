/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes JSON (RFC 8259) into memory.  Commas and escapes are its business.
 * In strings valid UTF-8 passes, control characters become \u00XX, and each
 * byte that is not UTF-8 becomes U+FFFD, because JSON has no way to say it.
 */
#ifndef WK_CMD_JSON_H
#define WK_CMD_JSON_H

#include "base/blob.h"

#define WK_JSON_DEPTH 16

/* {0} is a valid empty writer.  What fails is remembered in st. */
struct wk_json {
	struct wk_blob buf;
	enum wk_status st;
	bool comma; /* something stands before the next member */
	unsigned int depth;
	char closers[WK_JSON_DEPTH]; /* '}' or ']' of what is open */
};

/* key NULL: an element of an array, or the top. */
void wk_json_object(struct wk_json *j, const char *key);
void wk_json_array(struct wk_json *j, const char *key);
/* Closes the innermost; it must be one that closer closes (asserted). */
void wk_json_end(struct wk_json *j, char closer);
/* Closes what a command left open when it failed. */
void wk_json_end_all(struct wk_json *j);

/* value NULL: null */
void wk_json_str(struct wk_json *j, const char *key, const char *value);
void wk_json_hex(struct wk_json *j, const char *key, struct wk_span s);
void wk_json_int(struct wk_json *j, const char *key, long long value);
void wk_json_bool(struct wk_json *j, const char *key, bool value);
/* {"code","exit","detail","hint"}; no hint when there is none. */
void wk_json_error(struct wk_json *j, const struct wk_err *err);
/* Members or elements that another writer made. */
void wk_json_splice(struct wk_json *j, const struct wk_json *part);

void wk_json_done(struct wk_json *j);

#endif
