/* SPDX-License-Identifier: Apache-2.0 */
/* Edit distance with neighbour swaps (optimal string alignment). */
#include "cmd/suggest.h"

#include <stdint.h>
#include <string.h>

#define WORD_MAX 40

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t wk_edit_distance(const char *a, size_t a_len, const char *b,
			size_t b_len)
{
	/* Rows i-2, i-1 and i of the table, used in turn. */
	size_t rows[3][WORD_MAX + 1];

	if (a_len > WORD_MAX || b_len > WORD_MAX)
		return SIZE_MAX;
	for (size_t j = 0; j <= b_len; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t *row = rows[i % 3];
		const size_t *prev = rows[(i + 2) % 3];
		const size_t *older = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			row[j] = least(prev[j], row[j - 1]) + 1;
			row[j] = least(row[j],
				       prev[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				row[j] = least(row[j], older[j - 2] + 1);
		}
	}
	return rows[a_len % 3][b_len];
}

void wk_suggest_offer(struct wk_suggest *s, const char *known)
{
	size_t known_len = strlen(known);
	size_t distance = wk_edit_distance(s->word, s->len, known, known_len);
	/* One mistake in short words, one in three letters of longer ones. */
	size_t limit = s->len < 6 ? 1 : s->len / 3;

	/* Abbreviations are refused as well; a recognizable one is near. */
	if (s->len >= 3 && s->len < known_len &&
	    strncmp(s->word, known, s->len) == 0)
		distance = 1;
	if (distance > limit || (s->best && distance >= s->distance))
		return;
	s->best = known;
	s->distance = distance;
}

void wk_suggest_command(struct wk_suggest *s, const struct wk_command *c)
{
	wk_suggest_offer(s, c->name);
	if (c->alias)
		wk_suggest_offer(s, c->alias);
}
