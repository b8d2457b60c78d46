/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of lib/change.c share; nobody else includes it. */
#ifndef WK_CHANGE_IMPL_H
#define WK_CHANGE_IMPL_H

#include "change.h"

/* The slots that a try made; the copy's spans point into the protections. */
struct wk_change_fresh {
	size_t count;
	struct {
		uint8_t id;
		struct wk_blob protection;
		struct wk_slot_secret secret;
	} slots[WK_SLOTS_MAX];
};

static inline uint32_t wk_slot_bit(uint8_t id)
{
	return (uint32_t)1 << id;
}

/* --- change_edit.c ----------------------------------------------------------- */

/* A copy that is changed and shares the image of *kf, which must outlive it. */
WK_MUST enum wk_status wk_change_copy(const struct wk_keyfile *kf,
				      struct wk_keyfile **ret_copy,
				      struct wk_err *err);
void wk_change_fresh_done(struct wk_change_fresh *f);

/* --- change_unlock.c --------------------------------------------------------- */

/*
 * Opens kf by the slots that may; *o is what opened it in an earlier try, or
 * empty.
 */
WK_MUST enum wk_status wk_change_unlock(struct wk_session *s,
					const struct wk_keyfile *kf,
					const struct wk_change_how *how,
					struct wk_opening *o,
					struct wk_err *err);
/* Whether somebody can still get in, as far as can be told here. */
WK_MUST enum wk_status wk_change_check_remaining(const struct wk_change *c,
						 bool vouched,
						 struct wk_err *err);

#endif
