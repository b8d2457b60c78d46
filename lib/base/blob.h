/* SPDX-License-Identifier: Apache-2.0 */
/* Public bytes: views that own nothing, and buffers that own their memory. */
#ifndef WK_BASE_BLOB_H
#define WK_BASE_BLOB_H

#include <stdlib.h>

#include "base/err.h"

struct wk_span {
	const uint8_t *p;
	size_t len;
};

/* Owned by whoever holds the struct; {0} is empty. */
struct wk_blob {
	uint8_t *p;
	size_t len;
	size_t cap;
};

static inline struct wk_span wk_span(const void *p, size_t len)
{
	return (struct wk_span){ .p = p, .len = len };
}

static inline struct wk_span wk_blob_span(const struct wk_blob *b)
{
	return wk_span(b->p, b->len);
}

/* Makes room for `more` bytes after the length; grows by doubling.  WK_NOMEM. */
WK_MUST enum wk_status wk_blob_reserve(struct wk_blob *b, size_t more,
				       struct wk_err *err);
/* Appends; s does not point into b.  WK_NOMEM. */
WK_MUST enum wk_status wk_blob_append(struct wk_blob *b, struct wk_span s,
				      struct wk_err *err);
/* Releases the memory; {0} is fine. */
void wk_blob_done(struct wk_blob *b);
#define WK_AUTO_BLOB __attribute__((cleanup(wk_blob_done)))

/* Takes a pointer out of *pp, which becomes NULL. */
#define wk_take_ptr(pp)                           \
	({                                        \
		__typeof__(*(pp)) taken_ = *(pp); \
		*(pp) = NULL;                     \
		taken_;                           \
	})

#define WK_ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
