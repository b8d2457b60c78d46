/* SPDX-License-Identifier: Apache-2.0 */
/* Buffers of public bytes. */
#include "base/blob.h"

#include <string.h>

/* Small key files fit without growing a second time. */
#define SMALLEST 64

enum wk_status wk_blob_reserve(struct wk_blob *b, size_t more,
			       struct wk_err *err)
{
	size_t need, cap = b->cap > SMALLEST / 2 ? b->cap : SMALLEST / 2;
	uint8_t *p = NULL;

	if (b->cap - b->len >= more && b->p)
		return WK_OK;
	if (!__builtin_add_overflow(b->len, more, &need) &&
	    !__builtin_mul_overflow(cap, 2, &cap)) {
		cap = cap > need ? cap : need;
		p = realloc(b->p, cap);
	}
	if (!p)
		return wk_fail(err, WK_NOMEM, "memory", "out of memory");
	b->p = p;
	b->cap = cap;
	return WK_OK;
}

enum wk_status wk_blob_append(struct wk_blob *b, struct wk_span s,
			      struct wk_err *err)
{
	enum wk_status st;

	if (s.len == 0)
		return WK_OK;
	st = wk_blob_reserve(b, s.len, err);
	if (st)
		return st;
	memcpy(b->p + b->len, s.p, s.len);
	b->len += s.len;
	return WK_OK;
}

void wk_blob_done(struct wk_blob *b)
{
	free(b->p);
	*b = (struct wk_blob){ 0 };
}
