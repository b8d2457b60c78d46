/* SPDX-License-Identifier: Apache-2.0 */
/* Writing a copy of a raw region; only store_raw.c uses it. */
#ifndef WK_RAW_WRITE_H
#define WK_RAW_WRITE_H

#include "store.h"
#include "sys/blockdev.h"

/* A key file that is to be written, and where. */
struct wk_raw_writing {
	const char *shown;
	const struct wk_blockdev *dev;
	const struct wk_raw_view *old; /* what is there; put back on failure */
	struct wk_span der;
	wk_store_prove *prove; /* or NULL */
	void *context;
};

/*
 * One copy: written, flushed, read back and proved; as it was if anything fails.
 * WK_FAIL "raw.write", "raw.read-back", "raw.sequence"; what prove() says.
 */
WK_MUST enum wk_status wk_raw_write(const struct wk_raw_writing *w,
				    unsigned int number, uint64_t sequence,
				    struct wk_err *err);
/* As it was.  If that fails, nothing can be done about it. */
void wk_raw_put_back(const struct wk_raw_writing *w, unsigned int number);

#endif
