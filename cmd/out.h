/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a command prints: text or JSON from the same calls.  All of stdout is
 * written here.  With --json exactly one object is printed, at the end, also on
 * failure; in text mode lines are buffered and written when the buffer fills
 * and at the end.  A failed write or close is a failure of the command.
 */
#ifndef WK_CMD_OUT_H
#define WK_CMD_OUT_H

#include "base/blob.h"

struct wk_out;

enum wk_status wk_out_new(bool json, bool quiet, struct wk_out **ret_out,
			  struct wk_err *err);
struct wk_out *wk_out_free(struct wk_out *o);
bool wk_out_is_json(const struct wk_out *o);

/*
 * A value that is the command's result: in text a bare line, in JSON a member.
 * Strings are escaped; wk_out_hex() prints lower-case hex.
 */
void wk_out_value(struct wk_out *o, const char *key, const char *value);
void wk_out_value_hex(struct wk_out *o, const char *key, struct wk_span s);
void wk_out_value_int(struct wk_out *o, const char *key, long long value);

/*
 * A described field: in text "Label:   value" (label NULL: JSON only), in JSON
 * a member.  In text, control characters of a value are escaped.
 */
void wk_out_str(struct wk_out *o, const char *key, const char *label,
		const char *value);
void wk_out_hex(struct wk_out *o, const char *key, const char *label,
		struct wk_span s);
void wk_out_int(struct wk_out *o, const char *key, const char *label,
		long long value);
void wk_out_bool(struct wk_out *o, const char *key, const char *label,
		 bool value);

/* Free text for people; nothing in JSON. */
void wk_out_text(struct wk_out *o, const char *fmt, ...) WK_PRINTF(2, 3);

/*
 * Bytes as they are, nothing else being printed; not with --json.  The command
 * refuses a terminal (cmd/tty.h).
 */
void wk_out_bytes(struct wk_out *o, struct wk_span s);

/* Nested objects and arrays; key NULL inside an array.  Text indents objects. */
void wk_out_begin_object(struct wk_out *o, const char *key);
void wk_out_end_object(struct wk_out *o);
void wk_out_begin_array(struct wk_out *o, const char *key);
void wk_out_end_array(struct wk_out *o);
/* One entry {"code","exit","detail","hint"} of a JSON array; nothing in text. */
void wk_out_error(struct wk_out *o, const struct wk_err *err);
/*
 * An error that goes to the top-level "errors" array besides the one that the
 * command ends with (batches, several slots).  Text mode: nothing.
 */
void wk_out_note_error(struct wk_out *o, const struct wk_err *err);

/*
 * Writes the text so far, before a secret that goes to the terminal past this
 * (cmd/secret_out.c).  JSON: nothing.
 */
void wk_out_flush(struct wk_out *o);

/*
 * Ends the output: {"schema":"wkeyctl/COMMAND/1","ok":…,…,"errors":[…]}.  err is
 * the failure that the command ends with, or NULL.  Returns WK_FAIL
 * "output.write" when standard output does not take it.
 */
enum wk_status wk_out_finish(struct wk_out *o, const char *command,
			     const struct wk_err *failure, struct wk_err *err);

#endif
