/* SPDX-License-Identifier: Apache-2.0 */
/* envelopes: no two boxes are alike, and each opens in its own place only. */
#include "envelope.h"
#include "tests/unit/sample_keyfile.h"

/* A session, and what goes into the boxes. */
struct fixture {
	struct wk_session *s;
	struct wk_secret *kek, *key, *secret;
	struct wk_slot_secret x;
};

static struct wk_secret *filled(size_t len, uint8_t byte)
{
	struct wk_secret *s;
	struct wk_err err;

	assert_int_equal(wk_secret_new(len, &s, &err), WK_OK);
	memset(wk_secret_bytes(s), byte, len);
	wk_secret_set_len(s, len);
	return s;
}

static int setup(void **state)
{
	static struct fixture f;
	struct wk_err err;

	assert_int_equal(wk_session_open(NULL, &f.s, &err), WK_OK);
	f.kek = filled(WK_KEK_BYTES, 'k');
	f.key = filled(32, 's');
	f.secret = filled(32, 'w');
	f.x = (struct wk_slot_secret){ .secret = f.secret };
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	f->s = wk_session_close(f->s);
	f->kek = wk_secret_free(f->kek);
	f->key = wk_secret_free(f->key);
	f->secret = wk_secret_free(f->secret);
	return 0;
}

static struct wk_keyfile *keyfile(void)
{
	static struct wk_keyfile kf;

	sample_base(&kf);
	sample_add_slot(&kf, 4, SOFT_WRAPPED);
	return &kf;
}

static void seal(const struct fixture *f, struct wk_keyfile *kf)
{
	struct wk_err err;

	assert_int_equal(wk_envelope_seal_slot(f->s, kf->key_id, &kf->slots[0],
					       &f->x, f->kek, &err),
			 WK_OK);
	assert_int_equal(wk_envelope_seal_body(f->s, kf, f->kek, f->key, &err),
			 WK_OK);
}

/* The same nonce twice under one key gives GCM's authentication key away. */
static void nonces_are_fresh(void **state)
{
	static const uint8_t zeros[WK_BOX_NONCE];
	struct wk_keyfile *kf = keyfile();
	uint8_t kek_nonce[WK_BOX_NONCE], body_nonce[WK_BOX_NONCE];

	memset(kf->slots[0].kek_nonce, 0, WK_BOX_NONCE);
	seal(*state, kf);
	assert_memory_not_equal(kf->slots[0].kek_nonce, zeros, WK_BOX_NONCE);
	assert_memory_not_equal(kf->body_nonce, zeros, WK_BOX_NONCE);
	memcpy(kek_nonce, kf->slots[0].kek_nonce, WK_BOX_NONCE);
	memcpy(body_nonce, kf->body_nonce, WK_BOX_NONCE);
	seal(*state, kf);
	assert_memory_not_equal(kf->slots[0].kek_nonce, kek_nonce,
				WK_BOX_NONCE);
	assert_memory_not_equal(kf->body_nonce, body_nonce, WK_BOX_NONCE);
	assert_memory_not_equal(kf->body_nonce, kf->slots[0].kek_nonce,
				WK_BOX_NONCE);
}

static enum wk_status open_slot(const struct fixture *f,
				const struct wk_keyfile *kf)
{
	WK_AUTO_SECRET struct wk_secret *kek = NULL;
	struct wk_err err;
	enum wk_status st = wk_envelope_open_slot(
		f->s, kf->key_id, &kf->slots[0], &f->x, &kek, &err);

	if (st)
		assert_string_equal(err.code, "auth.wrong-secret");
	else
		assert_true(wk_secret_equal(kek, f->kek));
	return st;
}

/* Under one secret, the slots of all files have keys of their own. */
static void slots_are_bound(void **state)
{
	struct wk_keyfile *kf = keyfile();
	struct wk_slot *slot = &kf->slots[0];

	seal(*state, kf);
	assert_int_equal(open_slot(*state, kf), WK_OK);
	slot->id ^= 1;
	assert_int_equal(open_slot(*state, kf), WK_AUTH);
	slot->id ^= 1;
	kf->key_id[15] ^= 1;
	assert_int_equal(open_slot(*state, kf), WK_AUTH);
	kf->key_id[15] ^= 1;
	slot->protection = SOFT_ARGON2;
	assert_int_equal(open_slot(*state, kf), WK_AUTH);
	slot->protection = SOFT_WRAPPED;
	assert_int_equal(open_slot(*state, kf), WK_OK);
}

/* What a decoded file has authenticated is the head that was encoded. */
static enum wk_status open_body(const struct fixture *f, struct wk_keyfile *kf)
{
	WK_AUTO_BLOB struct wk_blob head = { 0 };
	WK_AUTO_SECRET struct wk_secret *key = NULL;
	struct wk_err err;
	enum wk_status st;

	assert_int_equal(wk_keyfile_encode_head(kf, &head, &err), WK_OK);
	kf->authenticated = wk_blob_span(&head);
	st = wk_envelope_open_body(f->s, kf, f->kek, &key, &err);
	if (st)
		assert_string_equal(err.code, "keyfile.body");
	else
		assert_true(wk_secret_equal(key, f->key));
	return st;
}

static void body_is_bound(void **state)
{
	struct wk_keyfile *kf = keyfile();

	seal(*state, kf);
	assert_int_equal(open_body(*state, kf), WK_OK);
	kf->epoch++;
	assert_int_equal(open_body(*state, kf), WK_CORRUPT);
	kf->epoch--;
	kf->slots[0].priority = WK_SLOT_PREFER;
	assert_int_equal(open_body(*state, kf), WK_CORRUPT);
	kf->slots[0].priority = WK_SLOT_NORMAL;
	kf->body_box[0] ^= 1;
	assert_int_equal(open_body(*state, kf), WK_CORRUPT);
}

/* The kernel's identifier of the key 01 02 .. 40 is a constant of xfstests. */
static void fscrypt_identifier(void **state)
{
	static const uint8_t want[WK_FSCRYPT_ID_BYTES] = {
		0x69, 0xb2, 0xf6, 0xed, 0xee, 0xe7, 0x20, 0xcc,
		0xe0, 0x57, 0x79, 0x37, 0xeb, 0x8a, 0x67, 0x51,
	};
	WK_AUTO_SECRET struct wk_secret *key = filled(64, 0);
	const struct fixture *f = *state;
	uint8_t got[WK_FSCRYPT_ID_BYTES];
	struct wk_err err;

	for (uint8_t i = 0; i < 64; i++)
		wk_secret_bytes(key)[i] = (uint8_t)(i + 1);
	assert_int_equal(wk_envelope_fscrypt_id(f->s, key, got, &err), WK_OK);
	assert_memory_equal(got, want, sizeof(want));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nonces_are_fresh, setup,
						teardown),
		cmocka_unit_test_setup_teardown(slots_are_bound, setup,
						teardown),
		cmocka_unit_test_setup_teardown(body_is_bound, setup, teardown),
		cmocka_unit_test_setup_teardown(fscrypt_identifier, setup,
						teardown),
	};

	return cmocka_run_group_tests_name("envelope", tests, NULL, NULL);
}
