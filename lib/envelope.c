/* SPDX-License-Identifier: Apache-2.0 */
/* Envelopes: slot keys, KEK and body. */
#include "envelope.h"

#include <string.h>

#include "base/random.h"

static const char slot_key_salt[] = "wkeyctl slot key v1";

static enum wk_status extract(struct wk_session *s,
			      const struct wk_secret *slot_secret,
			      struct wk_prk **ret_prk, struct wk_err *err)
{
	struct wk_span salt = wk_span(slot_key_salt, sizeof(slot_key_salt) - 1);

	return s->crypto_ops->hkdf_extract(s->crypto, WK_SHA256, salt,
					   slot_secret, ret_prk, err);
}

/*
 * The salt is a constant, so the PRK depends on the slot secret alone: a
 * wrapping key that opens a whole batch is extracted once.
 */
static enum wk_status host_prk(struct wk_session *s,
			       const struct wk_secret *slot_secret,
			       struct wk_prk **ret_prk, struct wk_err *err)
{
	if (s->prk_secret != slot_secret) {
		struct wk_prk *prk;
		enum wk_status st = extract(s, slot_secret, &prk, err);

		if (st)
			return st;
		s->crypto_ops->prk_free(s->prk);
		s->prk = prk;
		s->prk_secret = slot_secret;
	}
	*ret_prk = s->prk;
	return WK_OK;
}

/* What tells the slots of all files apart: no two share a key. */
struct slot_name {
	uint8_t bytes[WK_KEY_ID_BYTES + 1];
};

static struct slot_name slot_name(const uint8_t *key_id, uint8_t slot_id)
{
	struct slot_name n;

	memcpy(n.bytes, key_id, WK_KEY_ID_BYTES);
	n.bytes[WK_KEY_ID_BYTES] = slot_id;
	return n;
}

/* Opens libcrypto and derives the slot key; out has WK_AEAD_KEY_BYTES. */
static enum wk_status derive_slot_key(struct wk_session *s,
				      const struct slot_name *name,
				      const struct wk_slot_secret *x,
				      uint8_t *out, struct wk_err *err)
{
	struct wk_prk *prk;
	enum wk_status st = wk_session_crypto(s, err);

	if (st)
		return st;
	st = x->owned ? extract(s, x->secret, &prk, err) :
			host_prk(s, x->secret, &prk, err);
	if (st)
		return st;
	st = s->crypto_ops->hkdf_expand(
		s->crypto, prk, wk_span(name->bytes, sizeof(name->bytes)), out,
		WK_AEAD_KEY_BYTES, err);
	if (x->owned)
		s->crypto_ops->prk_free(prk);
	return st;
}

#define SLOT_AAD 2
static void slot_aad(const struct slot_name *name, const struct wk_slot *slot,
		     struct wk_span aad[SLOT_AAD])
{
	aad[0] = wk_span(name->bytes, sizeof(name->bytes));
	aad[1] = slot->protection;
}

enum wk_status wk_envelope_seal_slot(struct wk_session *s,
				     const uint8_t *key_id,
				     struct wk_slot *slot,
				     const struct wk_slot_secret *x,
				     const struct wk_secret *kek,
				     struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *slot_key = NULL;
	struct slot_name name = slot_name(key_id, slot->id);
	struct wk_span aad[SLOT_AAD];
	enum wk_status st;

	st = wk_secret_new(WK_AEAD_KEY_BYTES, &slot_key, err);
	if (st)
		return st;
	st = derive_slot_key(s, &name, x, wk_secret_bytes(slot_key), err);
	if (st)
		return st;
	st = wk_random(slot->kek_nonce, sizeof(slot->kek_nonce), err);
	if (st)
		return st;
	slot_aad(&name, slot, aad);
	st = s->crypto_ops->seal(s->crypto, wk_secret_view(slot_key),
				 slot->kek_nonce, aad, SLOT_AAD,
				 wk_secret_view(kek), WK_KEK_BYTES,
				 slot->kek_box, err);
	slot->has_kek = !st;
	return st;
}

static enum wk_status wrong_secret(const struct wk_slot *slot,
				   struct wk_err *err)
{
	return wk_fail(err, WK_AUTH, "auth.wrong-secret",
		       "slot %u: its secret is another one", slot->id);
}

/* One piece of secret memory: the KEK, and behind its length the slot key. */
enum wk_status wk_envelope_open_slot(struct wk_session *s,
				     const uint8_t *key_id,
				     const struct wk_slot *slot,
				     const struct wk_slot_secret *x,
				     struct wk_secret **ret_kek,
				     struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *both = NULL;
	struct slot_name name = slot_name(key_id, slot->id);
	struct wk_span aad[SLOT_AAD];
	uint8_t *kek, *slot_key;
	enum wk_status st;

	st = wk_secret_new(WK_KEK_BYTES + WK_AEAD_KEY_BYTES, &both, err);
	if (st)
		return st;
	kek = wk_secret_bytes(both);
	slot_key = kek + WK_KEK_BYTES;
	st = derive_slot_key(s, &name, x, slot_key, err);
	if (st)
		return st;
	slot_aad(&name, slot, aad);
	st = s->crypto_ops->open_box(
		s->crypto, slot_key, slot->kek_nonce, aad, SLOT_AAD,
		wk_span(slot->kek_box, sizeof(slot->kek_box)), kek, err);
	if (st == WK_AUTH)
		return wrong_secret(slot, err);
	if (st)
		return st;
	wk_secret_set_len(both, WK_KEK_BYTES);
	*ret_kek = wk_take_ptr(&both);
	return WK_OK;
}

enum wk_status wk_envelope_seal_body(struct wk_session *s,
				     struct wk_keyfile *kf,
				     const struct wk_secret *kek,
				     const struct wk_secret *key,
				     struct wk_err *err)
{
	WK_AUTO_BLOB struct wk_blob head = { 0 };
	struct wk_span aad;
	enum wk_status st = wk_session_crypto(s, err);

	if (st)
		return st;
	st = wk_random(kf->body_nonce, sizeof(kf->body_nonce), err);
	if (st)
		return st;
	st = wk_keyfile_encode_head(kf, &head, err);
	if (st)
		return st;
	aad = wk_blob_span(&head);
	st = s->crypto_ops->seal(s->crypto, wk_secret_view(kek), kf->body_nonce,
				 &aad, 1, wk_secret_view(key),
				 wk_secret_len(key), kf->body_box, err);
	kf->has_body = !st;
	return st;
}

enum wk_status wk_envelope_open_body(struct wk_session *s,
				     const struct wk_keyfile *kf,
				     const struct wk_secret *kek,
				     struct wk_secret **ret_key,
				     struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *key = NULL;
	size_t len = kf->key_bits / 8;
	enum wk_status st;

	st = wk_secret_new(len, &key, err);
	if (st)
		return st;
	st = s->crypto_ops->open_box(s->crypto, wk_secret_view(kek),
				     kf->body_nonce, &kf->authenticated, 1,
				     wk_span(kf->body_box, len + WK_BOX_TAG),
				     wk_secret_bytes(key), err);
	if (st == WK_AUTH)
		return wk_fail(err, WK_CORRUPT, "keyfile.body",
			       "the secret is right, but the header, a slot or "
			       "the body was changed after it was written");
	if (st)
		return st;
	wk_secret_set_len(key, len);
	*ret_key = wk_take_ptr(&key);
	return WK_OK;
}

/* fs/crypto/hkdf.c: HKDF-SHA512 without salt; context 1 is the identifier. */
enum wk_status wk_envelope_fscrypt_id(struct wk_session *s,
				      const struct wk_secret *key,
				      uint8_t ret_id[WK_FSCRYPT_ID_BYTES],
				      struct wk_err *err)
{
	static const uint8_t info[] = "fscrypt\0\1";
	struct wk_prk *prk;
	enum wk_status st = wk_session_crypto(s, err);

	if (st)
		return st;
	st = s->crypto_ops->hkdf_extract(s->crypto, WK_SHA512, wk_span(NULL, 0),
					 key, &prk, err);
	if (st)
		return st;
	st = s->crypto_ops->hkdf_expand(s->crypto, prk,
					wk_span(info, sizeof(info) - 1), ret_id,
					WK_FSCRYPT_ID_BYTES, err);
	s->crypto_ops->prk_free(prk);
	return st;
}
