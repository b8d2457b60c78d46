/* SPDX-License-Identifier: Apache-2.0 */
/* "Did you mean": the nearest of the known words to a mistyped one. */
#ifndef WK_CMD_SUGGEST_H
#define WK_CMD_SUGGEST_H

#include "cmd/command.h"

struct wk_suggest {
	const char *word; /* what was typed; need not end with a NUL */
	size_t len;
	const char *best; /* the nearest so far, or NULL: nothing is near */
	size_t distance;
};

/* Offers one known word; the first of equally near ones wins. */
void wk_suggest_offer(struct wk_suggest *s, const char *known);
/* Offers the command by both of its names. */
void wk_suggest_command(struct wk_suggest *s, const struct wk_command *c);

/*
 * How many letters have to be inserted, removed, replaced or swapped with a
 * neighbour to get from a to b; SIZE_MAX for words longer than 40.
 */
size_t wk_edit_distance(const char *a, size_t a_len, const char *b,
			size_t b_len);

#endif
