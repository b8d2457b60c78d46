/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CHOICE Protection of a slot: what must be known or at hand to open it.
 * Types that are not known here are checked as DER and kept as they are.
 */
#include "keyfile_impl.h"

#include <string.h>

/* --- SoftProtection --------------------------------------------------------- */

static void get_argon2id(struct wk_der *d, struct wk_soft_protection *p)
{
	const uint8_t *outer = wk_der_enter(d, WK_DER_SEQUENCE, "argon2id");
	struct wk_span salt = wk_der_get_sized(d, WK_DER_OCTETS, WK_SALT_MIN,
					       WK_SALT_MAX, "argon2id salt");

	memcpy(p->salt, salt.p, salt.len);
	p->salt_len = salt.len;
	p->memory_kib = wk_der_get_uint(d, WK_DER_INTEGER, 8, WK_DER_UINT_MAX,
					"argon2id memory");
	p->passes = wk_der_get_uint(d, WK_DER_INTEGER, 1, WK_DER_UINT_MAX,
				    "argon2id passes");
	p->lanes = wk_der_get_uint(d, WK_DER_INTEGER, 1, WK_DER_UINT_MAX,
				   "argon2id lanes");
	wk_der_leave(d, outer, "argon2id");
	if (!d->bad && p->memory_kib / 8 < p->lanes)
		wk_der_fail(
			d,
			"argon2id memory is below 8 KiB for each lane (RFC 9106)");
}

static void get_soft(struct wk_der *d, struct wk_soft_protection *p)
{
	const uint8_t *outer = wk_der_enter(d, WK_DER_CONTEXT_SEQ(WK_SLOT_SOFT),
					    "soft protection");

	p->by_wrapping_key = !wk_der_more(d);
	if (!p->by_wrapping_key)
		get_argon2id(d, p);
	wk_der_leave(d, outer, "soft protection");
}

static void put_soft(struct wk_der_out *w, const struct wk_soft_protection *p)
{
	size_t soft = wk_der_begin(w, WK_DER_CONTEXT_SEQ(WK_SLOT_SOFT));

	if (!p->by_wrapping_key) {
		size_t argon2id = wk_der_begin(w, WK_DER_SEQUENCE);

		wk_der_put(w, WK_DER_OCTETS, wk_span(p->salt, p->salt_len));
		wk_der_put_uint(w, WK_DER_INTEGER, p->memory_kib);
		wk_der_put_uint(w, WK_DER_INTEGER, p->passes);
		wk_der_put_uint(w, WK_DER_INTEGER, p->lanes);
		wk_der_end(w, argon2id);
	}
	wk_der_end(w, soft);
}

/* --- RecoveryProtection, RecipientProtection --------------------------------- */

/* It says no more than its type. */
static void get_recovery(struct wk_der *d)
{
	const uint8_t *outer = wk_der_enter(
		d, WK_DER_CONTEXT_SEQ(WK_SLOT_RECOVERY), "recovery protection");

	wk_der_leave(d, outer, "recovery protection");
}

static void put_recovery(struct wk_der_out *w)
{
	wk_der_end(w, wk_der_begin(w, WK_DER_CONTEXT_SEQ(WK_SLOT_RECOVERY)));
}

static void get_recipient(struct wk_der *d, struct wk_recipient_protection *p)
{
	const uint8_t *outer =
		wk_der_enter(d, WK_DER_CONTEXT_SEQ(WK_SLOT_RECIPIENT),
			     "recipient protection");

	wk_der_get_bytes(d, WK_DER_OCTETS, p->fingerprint,
			 sizeof(p->fingerprint), "certificate fingerprint");
	p->cms = wk_der_get_sized(d, WK_DER_OCTETS, 1, WK_CMS_MAX,
				  "cms message");
	wk_der_leave(d, outer, "recipient protection");
}

static void put_recipient(struct wk_der_out *w,
			  const struct wk_recipient_protection *p)
{
	size_t recipient =
		wk_der_begin(w, WK_DER_CONTEXT_SEQ(WK_SLOT_RECIPIENT));

	wk_der_put(w, WK_DER_OCTETS,
		   wk_span(p->fingerprint, sizeof(p->fingerprint)));
	wk_der_put(w, WK_DER_OCTETS, p->cms);
	wk_der_end(w, recipient);
}

/* --- BootProtection --------------------------------------------------------- */

static void get_boot(struct wk_der *d, struct wk_boot_protection *p)
{
	const uint8_t *outer = wk_der_enter(d, WK_DER_CONTEXT_SEQ(WK_SLOT_BOOT),
					    "boot protection");

	wk_der_get_bytes(d, WK_DER_OCTETS, p->boot_id, sizeof(p->boot_id),
			 "boot id");
	wk_der_get_bytes(d, WK_DER_OCTETS, p->boot_key_id,
			 sizeof(p->boot_key_id), "boot key id");
	wk_der_leave(d, outer, "boot protection");
}

static void put_boot(struct wk_der_out *w, const struct wk_boot_protection *p)
{
	size_t boot = wk_der_begin(w, WK_DER_CONTEXT_SEQ(WK_SLOT_BOOT));

	wk_der_put(w, WK_DER_OCTETS, wk_span(p->boot_id, sizeof(p->boot_id)));
	wk_der_put(w, WK_DER_OCTETS,
		   wk_span(p->boot_key_id, sizeof(p->boot_key_id)));
	wk_der_end(w, boot);
}

/* --- HardwareProtection ------------------------------------------------------ */

static void get_hw(struct wk_der *d, struct wk_hw_protection *p)
{
	const uint8_t *outer = wk_der_enter(d, WK_DER_CONTEXT_SEQ(p->type),
					    "hardware protection");

	wk_rule_get_text(d, WK_DER_UTF8, &wk_rule_dialect, p->dialect,
			 "dialect");
	p->kdf = (uint8_t)wk_der_get_uint(d, WK_DER_ENUMERATED, 0,
					  WK_HW_KDF_MAX, "kdf");
	p->blob = wk_der_get_sized(d, WK_DER_OCTETS, 1, WK_HW_BLOB_MAX, "blob");
	wk_der_leave(d, outer, "hardware protection");
}

static void put_hw(struct wk_der_out *w, const struct wk_hw_protection *p)
{
	size_t hw = wk_der_begin(w, WK_DER_CONTEXT_SEQ(p->type));

	wk_rule_put_text(w, WK_DER_UTF8, p->dialect, sizeof(p->dialect));
	wk_der_put_uint(w, WK_DER_ENUMERATED, p->kdf);
	wk_der_put(w, WK_DER_OCTETS, p->blob);
	wk_der_end(w, hw);
}

/* --- any --------------------------------------------------------------------- */

/* The type that the next tag stands for, or -1. */
static int peek_type(const struct wk_der *d)
{
	unsigned int tag = wk_der_more(d) ? *d->p : 0;

	/* Class and form: a private tag (0xe0) has these bits and one more. */
	if ((tag & ~0x1fU) != WK_DER_CONTEXT_SEQ(0))
		return -1;
	tag &= 0x1f;
	return tag <= WK_SLOT_TYPE_MAX ? (int)tag : -1;
}

struct wk_span wk_protection_get(struct wk_der *d, uint8_t *ret_type)
{
	const uint8_t *start = d->p;
	int type = peek_type(d);
	struct wk_soft_protection soft;
	struct wk_recipient_protection recipient;
	struct wk_boot_protection boot;
	struct wk_hw_protection hw;

	*ret_type = (uint8_t)type;
	switch (type) {
	case -1:
		wk_der_fail(d, "protection is missing or misplaced");
		break;
	case WK_SLOT_SOFT:
		get_soft(d, &soft);
		break;
	case WK_SLOT_RECOVERY:
		get_recovery(d);
		break;
	case WK_SLOT_RECIPIENT:
		get_recipient(d, &recipient);
		break;
	case WK_SLOT_BOOT:
		get_boot(d, &boot);
		break;
	case WK_SLOT_ICE:
	case WK_SLOT_KERNEL_KEY:
		hw.type = (uint8_t)type;
		get_hw(d, &hw);
		break;
	default:
		wk_der_get_any(d, "protection");
	}
	return wk_span(start, (size_t)(d->p - start));
}

/* --- by themselves: for backends ---------------------------------------------- */

static enum wk_status finish(struct wk_der *d, struct wk_err *err)
{
	if (wk_der_more(d))
		wk_der_fail(d, "protection has bytes after its end");
	if (d->bad)
		return wk_fail(err, WK_CORRUPT, "keyfile.damaged", "%s",
			       d->why);
	return WK_OK;
}

/* Written, then read: only what a reader accepts leaves here. */
static enum wk_status hand_over(struct wk_der_out *w, struct wk_blob *ret_tlv)
{
	struct wk_der d;
	uint8_t type;

	if (w->status)
		return w->status;
	wk_der_init(&d, wk_blob_span(w->blob));
	wk_protection_get(&d, &type);
	if (d.bad)
		return wk_fail(w->err, WK_FAIL, "keyfile.invalid", "%s", d.why);
	*ret_tlv = *w->blob;
	*w->blob = (struct wk_blob){ 0 };
	return WK_OK;
}

static enum wk_status invalid(struct wk_err *err, const char *what)
{
	return wk_fail(err, WK_FAIL, "keyfile.invalid", "%s", what);
}

enum wk_status wk_soft_protection_decode(struct wk_span tlv,
					 struct wk_soft_protection *ret,
					 struct wk_err *err)
{
	struct wk_soft_protection p = { 0 };
	struct wk_der d;
	enum wk_status st;

	wk_der_init(&d, tlv);
	get_soft(&d, &p);
	st = finish(&d, err);
	if (!st)
		*ret = p;
	return st;
}

enum wk_status wk_soft_protection_encode(const struct wk_soft_protection *p,
					 struct wk_blob *ret_tlv,
					 struct wk_err *err)
{
	WK_AUTO_BLOB struct wk_blob tlv = { 0 };
	struct wk_der_out w = { .blob = &tlv, .err = err };

	if (!p->by_wrapping_key && p->salt_len > sizeof(p->salt))
		return invalid(err, "argon2id salt is too long");
	put_soft(&w, p);
	return hand_over(&w, ret_tlv);
}

enum wk_status wk_recovery_protection_decode(struct wk_span tlv,
					     struct wk_err *err)
{
	struct wk_der d;

	wk_der_init(&d, tlv);
	get_recovery(&d);
	return finish(&d, err);
}

enum wk_status wk_recovery_protection_encode(struct wk_blob *ret_tlv,
					     struct wk_err *err)
{
	WK_AUTO_BLOB struct wk_blob tlv = { 0 };
	struct wk_der_out w = { .blob = &tlv, .err = err };

	put_recovery(&w);
	return hand_over(&w, ret_tlv);
}

enum wk_status wk_recipient_protection_decode(
	struct wk_span tlv, struct wk_recipient_protection *ret,
	struct wk_err *err)
{
	struct wk_recipient_protection p = { 0 };
	struct wk_der d;
	enum wk_status st;

	wk_der_init(&d, tlv);
	get_recipient(&d, &p);
	st = finish(&d, err);
	if (!st)
		*ret = p;
	return st;
}

enum wk_status
wk_recipient_protection_encode(const struct wk_recipient_protection *p,
			       struct wk_blob *ret_tlv, struct wk_err *err)
{
	WK_AUTO_BLOB struct wk_blob tlv = { 0 };
	struct wk_der_out w = { .blob = &tlv, .err = err };

	put_recipient(&w, p);
	return hand_over(&w, ret_tlv);
}

enum wk_status wk_boot_protection_decode(struct wk_span tlv,
					 struct wk_boot_protection *ret,
					 struct wk_err *err)
{
	struct wk_boot_protection p = { 0 };
	struct wk_der d;
	enum wk_status st;

	wk_der_init(&d, tlv);
	get_boot(&d, &p);
	st = finish(&d, err);
	if (!st)
		*ret = p;
	return st;
}

enum wk_status wk_boot_protection_encode(const struct wk_boot_protection *p,
					 struct wk_blob *ret_tlv,
					 struct wk_err *err)
{
	WK_AUTO_BLOB struct wk_blob tlv = { 0 };
	struct wk_der_out w = { .blob = &tlv, .err = err };

	put_boot(&w, p);
	return hand_over(&w, ret_tlv);
}

enum wk_status wk_hw_protection_decode(struct wk_span tlv,
				       struct wk_hw_protection *ret,
				       struct wk_err *err)
{
	struct wk_hw_protection p = { 0 };
	struct wk_der d;
	int type;
	enum wk_status st;

	wk_der_init(&d, tlv);
	type = peek_type(&d);
	if (type != WK_SLOT_ICE && type != WK_SLOT_KERNEL_KEY)
		wk_der_fail(&d, "protection is not by hardware");
	p.type = (uint8_t)type;
	get_hw(&d, &p);
	st = finish(&d, err);
	if (!st)
		*ret = p;
	return st;
}

enum wk_status wk_hw_protection_encode(const struct wk_hw_protection *p,
				       struct wk_blob *ret_tlv,
				       struct wk_err *err)
{
	WK_AUTO_BLOB struct wk_blob tlv = { 0 };
	struct wk_der_out w = { .blob = &tlv, .err = err };

	if (p->type != WK_SLOT_ICE && p->type != WK_SLOT_KERNEL_KEY)
		return invalid(err, "protection is not by hardware");
	put_hw(&w, p);
	return hand_over(&w, ret_tlv);
}
