/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strings of unknown origin made fit for a terminal: control characters (C0,
 * DEL, C1) and bytes that are not UTF-8 become visible as \xNN.
 */
#ifndef WK_CMD_TEXT_H
#define WK_CMD_TEXT_H

#include <stddef.h>

enum wk_char {
	WK_CHAR_PLAIN,
	WK_CHAR_CONTROL,
	WK_CHAR_INVALID, /* one byte that is no part of a character */
};

/* What stands at s, which is not at its end; *ret_len bytes (1 to 4). */
enum wk_char wk_char_at(const char *s, size_t *ret_len);

/* How many bytes at s are printable ASCII: the usual case, taken at once. */
size_t wk_text_plain(const char *s);

/* Takes one character from *s; returns the length of what was put in buf. */
size_t wk_text_unit(const char **s, char buf[static 8]);

/* The whole string, cut where cap - 1 bytes are full. */
void wk_text_clean(char *buf, size_t cap, const char *s);

#endif
