/* SPDX-License-Identifier: Apache-2.0 */
/* A new key file, in memory. */
#ifndef WK_NEWKEY_H
#define WK_NEWKEY_H

#include "backend.h"
#include "keyfile.h"
#include "session.h"

struct wk_newkey {
	const char *name;
	enum wk_usage usage;
	uint32_t key_bits;	    /* multiple of 8 */
	const uint8_t *volume_uuid; /* 16 bytes, or NULL */
	/* Each adds a slot, in this order; the first is preferred. */
	const struct wk_backend *const *backends;
	size_t backend_count; /* 1 to WK_SLOTS_MAX */
	const struct wk_settings *settings;
	uint64_t epoch;		     /* 1, or above that of a replaced file */
	const struct wk_secret *raw; /* the bytes to import, or NULL: random */
};

/*
 * Makes the key, wraps it, and proves that every slot made opens what was
 * encoded, before it is returned.  WK_UNSUPPORTED: a backend cannot do it;
 * WK_AUTH: the host has no secret for the slot; WK_NOMEM.
 */
WK_MUST enum wk_status wk_newkey_make(struct wk_session *s,
				      const struct wk_newkey *spec,
				      struct wk_blob *ret_der,
				      uint8_t ret_key_id[WK_KEY_ID_BYTES],
				      struct wk_err *err);

#endif
