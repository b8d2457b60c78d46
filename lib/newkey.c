/* SPDX-License-Identifier: Apache-2.0 */
/* Making a key file: header, slots, body, proof. */
#include "newkey.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/random.h"
#include "envelope.h"

/* What lives while a key file is made. */
struct making {
	struct wk_session *s;
	const struct wk_newkey *spec;
	struct wk_keyfile *kf;
	struct wk_secret *kek, *key;
	struct wk_blob protection[WK_SLOTS_MAX];
	struct wk_slot_secret secret[WK_SLOTS_MAX];
};

static void making_done(struct making *m)
{
	for (size_t i = 0; i < m->spec->backend_count; i++) {
		wk_blob_done(&m->protection[i]);
		wk_slot_secret_done(&m->secret[i]);
	}
	m->kek = wk_secret_free(m->kek);
	m->key = wk_secret_free(m->key);
	m->kf = wk_keyfile_free(m->kf);
}

static void set_created(struct wk_keyfile *kf)
{
	time_t now = wk_clock_now();
	struct tm tm;

	gmtime_r(&now, &tm);
	snprintf(kf->created, sizeof(kf->created), "%04u%02u%02u%02u%02u%02uZ",
		 (tm.tm_year + 1900U) % 10000, (tm.tm_mon + 1U) % 100,
		 tm.tm_mday % 100U, tm.tm_hour % 100U, tm.tm_min % 100U,
		 tm.tm_sec % 100U);
}

static enum wk_status set_header(struct making *m, struct wk_err *err)
{
	struct wk_keyfile *kf = m->kf;

	kf->version = WK_KEYFILE_VERSION;
	kf->min_reader = 1;
	kf->epoch = m->spec->epoch;
	set_created(kf);
	snprintf(kf->name, sizeof(kf->name), "%s", m->spec->name);
	kf->usage = m->spec->usage;
	kf->form = WK_FORM_RAW;
	kf->key_bits = m->spec->key_bits;
	snprintf(kf->origin.maker, sizeof(kf->origin.maker), "wkeyctl %s",
		 wk_version());
	if (m->spec->volume_uuid) {
		kf->has_volume = kf->volume.has_uuid = true;
		memcpy(kf->volume.uuid, m->spec->volume_uuid, 16);
	}
	return wk_random(kf->key_id, sizeof(kf->key_id), err);
}

/* The KEK, and the storage key: random, or a copy of what is imported. */
static enum wk_status make_keys(struct making *m, struct wk_err *err)
{
	const struct wk_secret *raw = m->spec->raw;
	enum wk_status st = wk_secret_new(WK_KEK_BYTES, &m->kek, err);

	if (st)
		return st;
	st = wk_secret_random(m->kek, err);
	if (st)
		return st;
	if (raw)
		return wk_secret_from(wk_secret_view(raw), wk_secret_len(raw),
				      &m->key, err);
	st = wk_secret_new(m->spec->key_bits / 8, &m->key, err);
	return st ? st : wk_secret_random(m->key, err);
}

/*
 * The identifier lets fscrypt commands that need no secret (lock, set a policy)
 * work from the key file; it is public, every encrypted directory shows it.
 */
static enum wk_status set_fscrypt_id(struct making *m, struct wk_err *err)
{
	struct wk_keyfile *kf = m->kf;
	enum wk_status st;

	if (kf->usage != WK_USAGE_ANY && kf->usage != WK_USAGE_FSCRYPT)
		return WK_OK;
	if (kf->key_bits > 512)
		return WK_OK;
	st = wk_envelope_fscrypt_id(m->s, m->key, kf->fscrypt_id, err);
	kf->has_fscrypt_id = !st;
	return st;
}

static enum wk_status can_create(const struct wk_backend *b, struct wk_err *err)
{
	enum wk_status st = b->probe(err);

	if (st || b->slot_create)
		return st;
	return wk_fail(err, WK_UNSUPPORTED, "backend.cannot",
		       "backend '%s' cannot wrap a key that software made",
		       b->name);
}

static enum wk_status make_slot(struct making *m, size_t i, struct wk_err *err)
{
	const struct wk_backend *b = m->spec->backends[i];
	struct wk_slot *slot = &m->kf->slots[i];
	enum wk_status st = can_create(b, err);

	if (st)
		return st;
	st = b->slot_create(m->s, m->spec->settings, m->spec->name,
			    &m->protection[i], &m->secret[i], err);
	if (st)
		return st;
	*slot = (struct wk_slot){
		.id = (uint8_t)i,
		.type = (uint8_t)b->slot_type,
		.priority = i == 0 && m->spec->backend_count > 1 ?
				    WK_SLOT_PREFER :
				    WK_SLOT_NORMAL,
		.protection = wk_blob_span(&m->protection[i]),
	};
	return wk_envelope_seal_slot(m->s, m->kf->key_id, slot, &m->secret[i],
				     m->kek, err);
}

static enum wk_status make_slots(struct making *m, struct wk_err *err)
{
	for (size_t i = 0; i < m->spec->backend_count; i++) {
		enum wk_status st = make_slot(m, i, err);

		if (st)
			return st;
		m->kf->slot_count = i + 1;
	}
	return WK_OK;
}

/* Slot i of what was encoded must give back the key. */
static enum wk_status prove_slot(struct making *m, const struct wk_keyfile *kf,
				 size_t i, struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *kek = NULL;
	WK_AUTO_SECRET struct wk_secret *key = NULL;
	enum wk_status st;

	st = wk_envelope_open_slot(m->s, kf->key_id, &kf->slots[i],
				   &m->secret[i], &kek, err);
	if (st)
		return st;
	st = wk_envelope_open_body(m->s, kf, kek, &key, err);
	if (st)
		return st;
	if (!wk_secret_equal(key, m->key))
		return wk_fail(err, WK_FAIL, "keyfile.proof",
			       "the new key file does not give back its key");
	return WK_OK;
}

static enum wk_status prove(struct making *m, struct wk_span der,
			    struct wk_err *err)
{
	struct wk_keyfile *kf;
	enum wk_status st = wk_keyfile_new(&kf, err);

	if (st)
		return st;
	st = wk_keyfile_decode(der, kf, err);
	for (size_t i = 0; !st && i < m->kf->slot_count; i++)
		st = prove_slot(m, kf, i, err);
	wk_keyfile_free(kf);
	return st;
}

static enum wk_status make(struct making *m, struct wk_blob *der,
			   struct wk_err *err)
{
	enum wk_status st = wk_keyfile_new(&m->kf, err);

	if (st)
		return st;
	st = set_header(m, err);
	if (st)
		return st;
	st = make_keys(m, err);
	if (st)
		return st;
	st = set_fscrypt_id(m, err);
	if (st)
		return st;
	st = make_slots(m, err);
	if (st)
		return st;
	st = wk_envelope_seal_body(m->s, m->kf, m->kek, m->key, err);
	if (st)
		return st;
	st = wk_keyfile_encode(m->kf, der, err);
	return st ? st : prove(m, wk_blob_span(der), err);
}

enum wk_status wk_newkey_make(struct wk_session *s,
			      const struct wk_newkey *spec,
			      struct wk_blob *ret_der,
			      uint8_t ret_key_id[WK_KEY_ID_BYTES],
			      struct wk_err *err)
{
	WK_AUTO_BLOB struct wk_blob der = { 0 };
	struct making m = { .s = s, .spec = spec };
	enum wk_status st = make(&m, &der, err);

	if (!st) {
		memcpy(ret_key_id, m.kf->key_id, WK_KEY_ID_BYTES);
		*ret_der = der;
		der = (struct wk_blob){ 0 };
	}
	making_done(&m);
	return st;
}
