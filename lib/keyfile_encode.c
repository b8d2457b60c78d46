/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Key file: struct -> bytes.  The put_ functions mirror the get_ functions of
 * keyfile_decode.c.  They write what they find; whether it is a key file is
 * decided by decoding the result, so that there is one set of rules.
 */
#include "keyfile_impl.h"

#include <string.h>

#include "base/crc32.h"

static void put_box(struct wk_der_out *w, unsigned int tag,
		    const uint8_t *nonce, struct wk_span box)
{
	size_t sealed = wk_der_begin(w, tag);

	wk_der_put(w, WK_DER_OCTETS, wk_span(nonce, WK_BOX_NONCE));
	wk_der_put(w, WK_DER_OCTETS, box);
	wk_der_end(w, sealed);
}

/* --- Header ------------------------------------------------------------------- */

static void put_device(struct wk_der_out *w, const struct wk_origin *o)
{
	size_t device = wk_der_begin(w, WK_DER_CONTEXT_SEQ(0));

	wk_der_put_uint(w, WK_DER_ENUMERATED, o->device_source);
	wk_der_put(w, WK_DER_OCTETS,
		   wk_span(o->device_salt, sizeof(o->device_salt)));
	wk_der_put(w, WK_DER_OCTETS,
		   wk_span(o->device_hash, sizeof(o->device_hash)));
	wk_der_end(w, device);
}

static void put_origin(struct wk_der_out *w, const struct wk_origin *o)
{
	size_t origin = wk_der_begin(w, WK_DER_SEQUENCE);

	wk_rule_put_text(w, WK_DER_UTF8, o->maker, sizeof(o->maker));
	wk_der_put_uint(w, WK_DER_ENUMERATED, o->lifecycle);
	if (o->has_device)
		put_device(w, o);
	wk_der_end(w, origin);
}

static void put_volume(struct wk_der_out *w, const struct wk_volume *v)
{
	size_t volume = wk_der_begin(w, WK_DER_CONTEXT_SEQ(0));

	if (v->has_uuid)
		wk_der_put(w, WK_DER_CONTEXT(0),
			   wk_span(v->uuid, sizeof(v->uuid)));
	if (v->has_target)
		wk_der_put_uint(w, WK_DER_CONTEXT(1), v->target);
	if (v->has_cipher)
		wk_rule_put_text(w, WK_DER_CONTEXT(2), v->cipher,
				 sizeof(v->cipher));
	if (v->has_sector_size)
		wk_der_put_uint(w, WK_DER_CONTEXT(3), v->sector_size);
	if (v->has_iv_offset)
		wk_der_put_uint(w, WK_DER_CONTEXT(4), v->iv_offset);
	wk_der_end(w, volume);
}

static void put_header(struct wk_der_out *w, const struct wk_keyfile *kf)
{
	size_t header = wk_der_begin(w, WK_DER_SEQUENCE);

	wk_der_put(w, WK_DER_OCTETS, wk_span(kf->key_id, sizeof(kf->key_id)));
	wk_der_put_uint(w, WK_DER_INTEGER, kf->epoch);
	wk_rule_put_text(w, WK_DER_TIME, kf->created, sizeof(kf->created));
	wk_rule_put_text(w, WK_DER_UTF8, kf->name, sizeof(kf->name));
	wk_der_put_uint(w, WK_DER_ENUMERATED, kf->usage);
	wk_der_put_uint(w, WK_DER_ENUMERATED, kf->form);
	wk_der_put_uint(w, WK_DER_INTEGER, kf->key_bits);
	put_origin(w, &kf->origin);
	if (kf->has_volume)
		put_volume(w, &kf->volume);
	if (kf->has_fscrypt_id)
		wk_der_put(w, WK_DER_CONTEXT(1),
			   wk_span(kf->fscrypt_id, sizeof(kf->fscrypt_id)));
	wk_der_put_tlv(w, kf->extensions);
	wk_der_end(w, header);
}

/* --- slots, the file -------------------------------------------------------------- */

static void put_slot(struct wk_der_out *w, const struct wk_slot *s)
{
	size_t slot = wk_der_begin(w, WK_DER_SEQUENCE);

	wk_der_put_uint(w, WK_DER_INTEGER, s->id);
	wk_der_put_uint(w, WK_DER_ENUMERATED, s->state);
	wk_der_put_uint(w, WK_DER_ENUMERATED, s->priority);
	wk_rule_put_text(w, WK_DER_UTF8, s->label, sizeof(s->label));
	wk_der_put_tlv(w, s->protection);
	if (s->has_kek)
		put_box(w, WK_DER_SEQUENCE, s->kek_nonce,
			wk_span(s->kek_box, sizeof(s->kek_box)));
	wk_der_put_tlv(w, s->extensions);
	if (s->has_replaces)
		wk_der_put_uint(w, WK_DER_CONTEXT(1), s->replaces);
	wk_der_end(w, slot);
}

static void put_head(struct wk_der_out *w, const struct wk_keyfile *kf)
{
	size_t slots;

	wk_der_put(w, WK_DER_OID, wk_span(wk_keyfile_magic, WK_MAGIC_BYTES));
	wk_der_put_uint(w, WK_DER_INTEGER, kf->version);
	wk_der_put_uint(w, WK_DER_INTEGER, kf->min_reader);
	wk_der_put_uint(w, WK_DER_INTEGER, kf->critical);
	put_header(w, kf);
	slots = wk_der_begin(w, WK_DER_SEQUENCE);
	for (size_t i = 0; i < kf->slot_count; i++)
		put_slot(w, &kf->slots[i]);
	wk_der_end(w, slots);
}

/* Contents of the CRC are zeros until all before them is in place. */
static void put_file(struct wk_der_out *w, const struct wk_keyfile *kf)
{
	static const uint8_t zeros[WK_CRC_BYTES];
	size_t file = wk_der_begin(w, WK_DER_SEQUENCE);

	put_head(w, kf);
	if (kf->has_body)
		put_box(w, WK_DER_CONTEXT_SEQ(0), kf->body_nonce,
			wk_span(kf->body_box, kf->key_bits / 8 + WK_BOX_TAG));
	wk_der_put(w, WK_DER_OCTETS, wk_span(zeros, sizeof(zeros)));
	wk_der_end(w, file);
}

static void set_crc(struct wk_blob *der)
{
	size_t len = der->len - WK_CRC_BYTES;
	uint32_t crc = wk_crc32(wk_span(der->p, len));

	for (size_t i = 0; i < WK_CRC_BYTES; i++, crc <<= 8)
		der->p[len + i] = (uint8_t)(crc >> 24);
}

/* --- checks ------------------------------------------------------------------------ */

static enum wk_status invalid(struct wk_err *err, const char *why)
{
	return wk_fail(err, WK_FAIL, "keyfile.invalid",
		       "not fit for a key file: %s", why);
}

/* What writing itself relies on. */
static enum wk_status check_bounds(const struct wk_keyfile *kf,
				   struct wk_err *err)
{
	if (kf->slot_count > WK_SLOTS_MAX)
		return invalid(err, "too many slots");
	if (kf->key_bits > 8 * WK_KEY_BYTES_MAX)
		return invalid(err, "key too long");
	return WK_OK;
}

/* Spans that hold more or less than one TLV of their kind shift what follows. */
static bool same_shape(const struct wk_keyfile *a, const struct wk_keyfile *b)
{
	if (a->extensions.len != b->extensions.len ||
	    a->slot_count != b->slot_count)
		return false;
	for (size_t i = 0; i < a->slot_count; i++) {
		const struct wk_slot *s = &a->slots[i], *t = &b->slots[i];

		if (s->type != t->type || s->has_kek != t->has_kek ||
		    s->extensions.len != t->extensions.len)
			return false;
	}
	return true;
}

static enum wk_status check_result(const struct wk_keyfile *kf,
				   struct wk_span der, struct wk_err *err)
{
	struct wk_keyfile got;
	struct wk_err why = { 0 };
	enum wk_status st = wk_keyfile_decode(der, &got, &why);
	bool same = !st && same_shape(kf, &got);

	if (!st)
		wk_keyfile_done(&got);
	if (st == WK_NOMEM) {
		*err = why;
		return st;
	}
	if (st)
		return invalid(err, why.msg);
	return same ? WK_OK :
		      invalid(err,
			      "protection or extensions are not one value");
}

enum wk_status wk_keyfile_encode_head(const struct wk_keyfile *kf,
				      struct wk_blob *ret_head,
				      struct wk_err *err)
{
	WK_AUTO_BLOB struct wk_blob head = { 0 };
	struct wk_der_out w = { .blob = &head, .err = err };
	enum wk_status st = check_bounds(kf, err);

	if (st)
		return st;
	put_head(&w, kf);
	if (w.status)
		return w.status;
	*ret_head = head;
	head = (struct wk_blob){ 0 };
	return WK_OK;
}

enum wk_status wk_keyfile_encode(const struct wk_keyfile *kf,
				 struct wk_blob *ret_der, struct wk_err *err)
{
	WK_AUTO_BLOB struct wk_blob der = { 0 };
	struct wk_der_out w = { .blob = &der, .err = err };
	enum wk_status st = check_bounds(kf, err);

	if (st)
		return st;
	put_file(&w, kf);
	if (w.status)
		return w.status;
	set_crc(&der);
	st = check_result(kf, wk_blob_span(&der), err);
	if (st)
		return st;
	*ret_der = der;
	der = (struct wk_blob){ 0 };
	return WK_OK;
}
