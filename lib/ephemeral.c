/* SPDX-License-Identifier: Apache-2.0 */
/* Making ephemeral forms: header, slot, body, proof. */
#include "ephemeral.h"

#include <string.h>

#include "boot_slot.h"
#include "envelope.h"

bool wk_ephemeral_is(const struct wk_keyfile *kf)
{
	return kf->slot_count == 1 && kf->slots[0].type == WK_SLOT_BOOT;
}

enum wk_status wk_ephemeral_check(const struct wk_keyfile *kf,
				  const struct wk_material *m,
				  struct wk_err *err)
{
	if (wk_ephemeral_is(kf)) {
		wk_fail(err, WK_UNSUPPORTED, "ephemeral.already",
			"it is an ephemeral form already");
		wk_err_hint(err, "copy it, or name the long-term key file");
		return WK_UNSUPPORTED;
	}
	if (!m || m->kind == WK_MATERIAL_RAW ||
	    m->kind == WK_MATERIAL_ENGINE_RAW)
		return WK_OK;
	wk_fail(err, WK_UNSUPPORTED, "ephemeral.material",
		m->kind == WK_MATERIAL_KERNEL_KEY ?
			"the key never leaves the kernel: loaded, it is good "
			"for this boot only" :
			"the key never leaves the hardware, which makes its "
			"ephemeral form itself");
	if (m->kind == WK_MATERIAL_KERNEL_KEY)
		wk_err_hint(err, "use 'wkeyctl load'");
	return WK_UNSUPPORTED;
}

/* What lives while an ephemeral form is made. */
struct making {
	struct wk_session *s;
	struct wk_keyfile *kf;
	struct wk_secret *kek;
	struct wk_blob protection;
	struct wk_slot_secret secret;
};

static void making_done(struct making *m)
{
	/* Its extensions are the source's, its protection ours; no image. */
	m->kf = wk_keyfile_free(m->kf);
	m->kek = wk_secret_free(m->kek);
	wk_blob_done(&m->protection);
	wk_slot_secret_done(&m->secret);
}

/* All but slots, body and image, which follow in the struct. */
static void copy_header(struct wk_keyfile *to, const struct wk_keyfile *from)
{
	memcpy(to, from, offsetof(struct wk_keyfile, slot_count));
}

static enum wk_status make_slot(struct making *m, struct wk_err *err)
{
	struct wk_slot *slot = &m->kf->slots[0];
	enum wk_status st =
		wk_boot_slot_create(m->s, &m->protection, &m->secret, err);

	if (!st)
		st = wk_secret_new(WK_KEK_BYTES, &m->kek, err);
	if (!st)
		st = wk_secret_random(m->kek, err);
	if (st)
		return st;
	*slot = (struct wk_slot){
		.type = WK_SLOT_BOOT,
		.priority = WK_SLOT_NORMAL,
		.protection = wk_blob_span(&m->protection),
	};
	m->kf->slot_count = 1;
	return wk_envelope_seal_slot(m->s, m->kf->key_id, slot, &m->secret,
				     m->kek, err);
}

/* As whoever gets it will open it: the boot key is read again. */
static enum wk_status prove(struct wk_session *s, struct wk_span der,
			    const struct wk_secret *key, struct wk_err *err)
{
	struct wk_material got = { 0 };
	struct wk_keyfile *kf;
	enum wk_status st = wk_keyfile_new(&kf, err);

	if (st)
		return st;
	st = wk_keyfile_decode(der, kf, err);
	if (!st)
		st = wk_unlock(s, kf, &got, err);
	if (st)
		wk_err_prefix(err, "the new ephemeral form");
	else if (!wk_secret_equal(got.key, key))
		st = wk_fail(err, WK_FAIL, "keyfile.proof",
			     "the new ephemeral form does not give back its "
			     "key");
	wk_material_done(&got);
	wk_keyfile_free(kf);
	return st;
}

static enum wk_status make(struct making *m, const struct wk_keyfile *source,
			   const struct wk_secret *key, struct wk_blob *der,
			   struct wk_err *err)
{
	enum wk_status st = wk_keyfile_new(&m->kf, err);

	if (st)
		return st;
	copy_header(m->kf, source);
	st = make_slot(m, err);
	if (st)
		return st;
	st = wk_envelope_seal_body(m->s, m->kf, m->kek, key, err);
	if (st)
		return st;
	st = wk_keyfile_encode(m->kf, der, err);
	return st ? st : prove(m->s, wk_blob_span(der), key, err);
}

enum wk_status wk_ephemeral_make(struct wk_session *s,
				 const struct wk_keyfile *kf,
				 const struct wk_material *m,
				 struct wk_blob *ret_der, struct wk_err *err)
{
	WK_AUTO_BLOB struct wk_blob der = { 0 };
	struct making making = { .s = s };
	enum wk_status st = wk_ephemeral_check(kf, m, err);

	if (st)
		return st;
	st = make(&making, kf, m->key, &der, err);
	if (!st) {
		*ret_der = der;
		der = (struct wk_blob){ 0 };
	}
	making_done(&making);
	return st;
}
