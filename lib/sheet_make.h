/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The key file of a recovery sheet: a key file reduced to its recovery slot,
 * with a KEK and a body of its own, short enough to be typed.  It is as any other
 * key file, and what it is restored to gets further slots as any other does.
 */
#ifndef WK_SHEET_MAKE_H
#define WK_SHEET_MAKE_H

#include "keyfile.h"
#include "session.h"

/* What a sheet shows; {0} is empty. */
struct wk_sheet {
	struct wk_blob der;
	const struct wk_secret *recovery; /* text as it was typed; the host's */
	bool has_key_check;
	uint8_t key_check[16]; /* lib/key_check.h */
	uint8_t slot_id;
};

/*
 * Opens *kf by its recovery slots alone and makes the reduced key file, which is
 * proved to give back the key by the recovery key.  Header and epoch are those
 * of *kf.  WK_NOT_FOUND "sheet.no-recovery": it has no recovery slot that is in
 * use; else what unlocking says.
 */
WK_MUST enum wk_status wk_sheet_make(struct wk_session *s,
				     const struct wk_keyfile *kf,
				     struct wk_sheet *ret_sheet,
				     struct wk_err *err);
/* Whether there is a slot for it, before anything is asked. */
WK_MUST enum wk_status wk_sheet_check(const struct wk_keyfile *kf,
				      struct wk_err *err);
void wk_sheet_done(struct wk_sheet *sheet);

/*
 * The key file whose rows are in a text.  The statuses of wk_sheet_decode();
 * "sheet.missing" too when the last rows are not there; and those of
 * wk_keyfile_decode().
 */
WK_MUST enum wk_status wk_sheet_read(struct wk_span text,
				     struct wk_keyfile **ret_kf,
				     struct wk_err *err);

#endif
