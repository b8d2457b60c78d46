/* SPDX-License-Identifier: Apache-2.0 */
/* Slots in escrow with the holder of a certificate. */
#include "recipient_slot.h"

#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/hex.h"
#include "module.h"
#include "session.h"

_Static_assert(WK_ESCROW_BYTES == WK_KEK_BYTES + WK_KEY_ID_BYTES,
	       "what is in escrow: KEK and key id");

enum wk_status wk_recipient_ops(const struct wk_cms_ops **ret_ops,
				struct wk_err *err)
{
	const struct wk_module *m;
	enum wk_status st = wk_module_open("cms", &m, err);

	if (!st)
		*ret_ops = m->ops;
	return st;
}

/* --- opening ------------------------------------------------------------------ */

/* By the key id beside the KEK; the slot's box then proves the KEK itself. */
static enum wk_status other_file(const uint8_t id[static WK_KEY_ID_BYTES],
				 struct wk_err *err)
{
	char text[2 * WK_KEY_ID_BYTES + 1];

	wk_hex_encode(wk_span(id, WK_KEY_ID_BYTES), text);
	wk_fail(err, WK_AUTH, "auth.other-key",
		"the key out of escrow is that of another key file, with the "
		"key id %s",
		text);
	wk_err_hint(err, "'wkeyctl export --format=cms' gives the message that "
			 "is to be decrypted for this one");
	return WK_AUTH;
}

static enum wk_status slot_open(struct wk_session *s,
				const struct wk_keyfile *kf,
				struct wk_span protection,
				struct wk_slot_secret *ret_secret,
				struct wk_err *err)
{
	const struct wk_secret *content;
	struct wk_secret *kek;
	const uint8_t *bytes;
	enum wk_status st;

	(void)protection;
	st = wk_session_get(s, WK_SECRET_KEK, kf->name, &content, err);
	if (st)
		return st;
	bytes = wk_secret_view(content);
	if (wk_secret_len(content) != WK_ESCROW_BYTES)
		return wk_fail(err, WK_FAIL, "input.kek-size",
			       "the key out of escrow has %zu bytes, not %d",
			       wk_secret_len(content), WK_ESCROW_BYTES);
	if (memcmp(bytes + WK_KEK_BYTES, kf->key_id, WK_KEY_ID_BYTES) != 0)
		return other_file(bytes + WK_KEK_BYTES, err);
	st = wk_secret_from(bytes, WK_KEK_BYTES, &kek, err);
	if (st)
		return st;
	*ret_secret = (struct wk_slot_secret){ .secret = kek, .owned = kek };
	return WK_OK;
}

/* --- making --------------------------------------------------------------------- */

static enum wk_status put_together(const struct wk_secret *kek,
				   const uint8_t *key_id,
				   struct wk_secret **ret_content,
				   struct wk_err *err)
{
	struct wk_secret *content;
	enum wk_status st = wk_secret_new(WK_ESCROW_BYTES, &content, err);
	uint8_t *to;

	if (st)
		return st;
	to = wk_secret_bytes(content);
	wk_copy_secret(to, wk_secret_view(kek), WK_KEK_BYTES);
	memcpy(to + WK_KEK_BYTES, key_id, WK_KEY_ID_BYTES);
	wk_secret_set_len(content, WK_ESCROW_BYTES);
	*ret_content = content;
	return WK_OK;
}

/* A certificate's issuer may be of any length, and is part of the message. */
static enum wk_status too_long(struct wk_err *err)
{
	wk_fail(err, WK_UNSUPPORTED, "certificate.long",
		"what is sealed to it has more than the %d bytes that a slot "
		"holds",
		WK_CMS_MAX);
	wk_err_hint(err, "use a certificate with a shorter key or issuer");
	return WK_UNSUPPORTED;
}

static enum wk_status seal(struct wk_span certificate, bool lenient,
			   const struct wk_secret *content,
			   struct wk_blob *ret_protection,
			   struct wk_certificate *ret_certificate,
			   struct wk_err *err)
{
	WK_AUTO_BLOB struct wk_blob cms = { 0 };
	struct wk_recipient_protection p;
	const struct wk_cms_ops *ops;
	struct wk_certificate c;
	enum wk_status st = wk_recipient_ops(&ops, err);

	if (!st)
		st = ops->seal(certificate, wk_clock_now(), lenient, content,
			       &cms, &c, err);
	if (st)
		return st;
	if (cms.len > WK_CMS_MAX)
		return too_long(err);
	memcpy(p.fingerprint, c.fingerprint, sizeof(p.fingerprint));
	p.cms = wk_blob_span(&cms);
	st = wk_recipient_protection_encode(&p, ret_protection, err);
	if (!st)
		*ret_certificate = c;
	return st;
}

enum wk_status wk_recipient_slot_create(
	struct wk_span certificate, bool lenient, const struct wk_secret *kek,
	const uint8_t *key_id, struct wk_blob *ret_protection,
	struct wk_slot_secret *ret_secret,
	struct wk_certificate *ret_certificate, struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *content = NULL;
	WK_AUTO_SECRET struct wk_secret *own = NULL;
	enum wk_status st = put_together(kek, key_id, &content, err);

	if (!st)
		st = wk_secret_from(wk_secret_view(kek), WK_KEK_BYTES, &own,
				    err);
	if (!st)
		st = seal(certificate, lenient, content, ret_protection,
			  ret_certificate, err);
	if (st)
		return st;
	ret_secret->secret = own;
	ret_secret->owned = wk_take_ptr(&own);
	return WK_OK;
}

/* --- the kind of slot ----------------------------------------------------------- */

static enum wk_status probe(struct wk_err *err)
{
	(void)err;
	return WK_OK;
}

static enum wk_secret_kind needs(struct wk_span protection)
{
	(void)protection;
	return WK_SECRET_KEK;
}

static size_t fields(struct wk_span protection, struct wk_field *f)
{
	struct wk_recipient_protection p;
	struct wk_err ignored;

	if (wk_recipient_protection_decode(protection, &p, &ignored))
		return 0;
	f[0] = (struct wk_field){
		.key = "certificate_sha256",
		.label = "Certificate",
		.byte_count = sizeof(p.fingerprint),
	};
	memcpy(f[0].bytes, p.fingerprint, sizeof(p.fingerprint));
	f[1] = (struct wk_field){
		.key = "cms_bytes",
		.label = "CMS message",
		.unit = "bytes",
		.number = p.cms.len,
	};
	return 2;
}

const struct wk_backend wk_slot_kind_recipient = {
	.name = "recipient",
	.summary = "in escrow with the holder of a certificate",
	.slot_type = WK_SLOT_RECIPIENT,
	.probe = probe,
	.needs = needs,
	.slot_open = slot_open,
	.fields = fields,
};
