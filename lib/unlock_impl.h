/* SPDX-License-Identifier: Apache-2.0 */
/* Opening one slot; only what unlocks includes it. */
#ifndef WK_UNLOCK_IMPL_H
#define WK_UNLOCK_IMPL_H

#include "unlock.h"

/* What a slot yielded; {0} is empty. */
struct wk_yield {
	struct wk_slot_secret secret;
	struct wk_secret *kek, *key;
};

void wk_yield_done(struct wk_yield *y);
#define WK_AUTO_YIELD __attribute__((cleanup(wk_yield_done)))

/* "passphrase" and so on. */
const char *wk_secret_kind_name(enum wk_secret_kind kind);
/* The backend that could open the slot, or NULL and the reason in *err. */
const struct wk_backend *wk_slot_backend(const struct wk_slot *slot,
					 struct wk_err *err);
/*
 * Opens an envelope slot of kf and the body with it.  WK_AUTH "auth.wrong-secret"
 * names the kind of secret.
 */
WK_MUST enum wk_status wk_slot_unlock(struct wk_session *s,
				      const struct wk_keyfile *kf,
				      const struct wk_backend *b,
				      const struct wk_slot *slot,
				      struct wk_yield *ret_yield,
				      struct wk_err *err);

#endif
