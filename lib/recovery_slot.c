/* SPDX-License-Identifier: Apache-2.0 */
/* Slots under a recovery key: its 256 random bits are the slot secret. */
#include "recovery_slot.h"

#include "session.h"

static enum wk_status secret_of(const struct wk_secret *text,
				struct wk_slot_secret *ret_secret,
				struct wk_err *err)
{
	struct wk_secret *bytes;
	enum wk_status st = wk_recovery_key_parse(text, &bytes, err);

	if (st)
		return st;
	ret_secret->secret = bytes;
	ret_secret->owned = bytes;
	return WK_OK;
}

static enum wk_status slot_open(struct wk_session *s,
				const struct wk_keyfile *kf,
				struct wk_span protection,
				struct wk_slot_secret *ret_secret,
				struct wk_err *err)
{
	const struct wk_secret *text;
	enum wk_status st = wk_recovery_protection_decode(protection, err);

	if (!st)
		st = wk_session_get(s, WK_SECRET_RECOVERY, kf->name, &text,
				    err);
	return st ? st : secret_of(text, ret_secret, err);
}

enum wk_status wk_recovery_slot_create(const struct wk_secret *text,
				       struct wk_blob *ret_protection,
				       struct wk_slot_secret *ret_secret,
				       struct wk_err *err)
{
	WK_AUTO_SLOT_SECRET struct wk_slot_secret x = { 0 };
	enum wk_status st = secret_of(text, &x, err);

	if (!st)
		st = wk_recovery_protection_encode(ret_protection, err);
	if (st)
		return st;
	*ret_secret = x;
	x = (struct wk_slot_secret){ 0 };
	return WK_OK;
}

static enum wk_status probe(struct wk_err *err)
{
	(void)err;
	return WK_OK;
}

static enum wk_secret_kind needs(struct wk_span protection)
{
	(void)protection;
	return WK_SECRET_RECOVERY;
}

static size_t fields(struct wk_span protection, struct wk_field *f)
{
	(void)protection;
	f[0] = (struct wk_field){ .key = "secret",
				  .label = "Secret",
				  .text = "recovery-key" };
	return 1;
}

const struct wk_backend wk_slot_kind_recovery = {
	.name = "recovery",
	.summary = "recovery key, written down by a person",
	.slot_type = WK_SLOT_RECOVERY,
	.probe = probe,
	.needs = needs,
	.slot_open = slot_open,
	.fields = fields,
};
