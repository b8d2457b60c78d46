/* SPDX-License-Identifier: Apache-2.0 */
/* The recovery slot: opened by a recovery key.  wkeyctl-keyfile(5). */
#ifndef WK_RECOVERY_SLOT_H
#define WK_RECOVERY_SLOT_H

#include "backend.h"
#include "recovery_key.h"

/* Opens recovery slots by WK_SECRET_RECOVERY; no backend of -b. */
extern const struct wk_backend wk_slot_kind_recovery;

/* The protection of a slot under the recovery key with this text, and its secret. */
WK_MUST enum wk_status wk_recovery_slot_create(
	const struct wk_secret *text, struct wk_blob *ret_protection,
	struct wk_slot_secret *ret_secret, struct wk_err *err);

#endif
