/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Envelopes: from a slot secret to the KEK, from the KEK to the storage key.
 * The construction and its exact bytes are in wkeyctl-keyfile(5), "CRYPTOGRAPHY".
 */
#ifndef WK_ENVELOPE_H
#define WK_ENVELOPE_H

#include "backend.h"
#include "keyfile.h"
#include "session.h"

/* Seals kek into slot (id and protection are set) with a fresh nonce. */
WK_MUST enum wk_status wk_envelope_seal_slot(struct wk_session *s,
					     const uint8_t *key_id,
					     struct wk_slot *slot,
					     const struct wk_slot_secret *x,
					     const struct wk_secret *kek,
					     struct wk_err *err);
/* WK_AUTH "auth.wrong-secret": the slot secret is not that of the slot. */
WK_MUST enum wk_status wk_envelope_open_slot(struct wk_session *s,
					     const uint8_t *key_id,
					     const struct wk_slot *slot,
					     const struct wk_slot_secret *x,
					     struct wk_secret **ret_kek,
					     struct wk_err *err);
/* Seals the storage key as kf's body; header and slots must be final. */
WK_MUST enum wk_status wk_envelope_seal_body(struct wk_session *s,
					     struct wk_keyfile *kf,
					     const struct wk_secret *kek,
					     const struct wk_secret *key,
					     struct wk_err *err);
/* WK_CORRUPT "keyfile.body": header, slots or body were changed. */
WK_MUST enum wk_status wk_envelope_open_body(struct wk_session *s,
					     const struct wk_keyfile *kf,
					     const struct wk_secret *kek,
					     struct wk_secret **ret_key,
					     struct wk_err *err);
/* The key identifier that fscrypt gives a raw key of 16 to 64 bytes. */
WK_MUST enum wk_status
wk_envelope_fscrypt_id(struct wk_session *s, const struct wk_secret *key,
		       uint8_t ret_id[WK_FSCRYPT_ID_BYTES], struct wk_err *err);

#endif
