/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The recipient slot: the KEK in escrow with the holder of a certificate, as a
 * CMS message that any CMS program opens.  wkeyctl-keyfile(5).
 *
 * Its contents are 48 bytes: KEK (32) and key id (16).  What the holder decrypted
 * comes back as WK_SECRET_KEK; the slot secret is the KEK, and the slot's own box
 * proves it.  Nothing here can open the CMS message: "not testable here".
 */
#ifndef WK_RECIPIENT_SLOT_H
#define WK_RECIPIENT_SLOT_H

#include "backend.h"
#include "crypto/cms.h"

/* Opens recipient slots by WK_SECRET_KEK; no backend of -b. */
extern const struct wk_backend wk_slot_kind_recipient;

/* Module "cms" and its operations. */
WK_MUST enum wk_status wk_recipient_ops(const struct wk_cms_ops **ret_ops,
					struct wk_err *err);
/* The statuses of wk_cms_ops.seal(). */
WK_MUST enum wk_status wk_recipient_slot_create(
	struct wk_span certificate, bool lenient, const struct wk_secret *kek,
	const uint8_t *key_id, struct wk_blob *ret_protection,
	struct wk_slot_secret *ret_secret,
	struct wk_certificate *ret_certificate, struct wk_err *err);

#endif
