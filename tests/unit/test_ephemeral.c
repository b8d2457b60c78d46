/* SPDX-License-Identifier: Apache-2.0 */
/* ephemeral: what is refused, and that each failing call leaves nothing. */
/* link: fake_syscalls */
/* wrap: wk_envelope_seal_body */
#include "tests/unit/keyring_fixture.h"
#include "tests/unit/sample_keyfile.h"

#include <errno.h>

#include "boot_slot.h"
#include "envelope.h"
#include "ephemeral.h"
#include "sys/bootkey.h"

static const uint8_t boot_key[WK_BOOTKEY_BYTES] = "0123456789abcdef";
static const char this_boot[] = "0da35b7c-1002-4fff-8000-0123456789ab\n";
static const char other_boot[] = "1da35b7c-1002-4fff-8000-0123456789ab\n";

/* An ordinary key file of 256bit, and its key. */
struct source {
	struct wk_keyfile kf;
	struct wk_material m;
	struct wk_session *s;
};

static int make_source(void **state)
{
	static struct source x;
	struct wk_err err;

	fake_reset();
	x = (struct source){ 0 };
	sample_base(&x.kf);
	sample_add_slot(&x.kf, 0, SOFT_ARGON2);
	x.kf.extensions = HEADER_EXT;
	x.kf.epoch = 7;
	assert_int_equal(wk_secret_new(32, &x.m.key, &err), 0);
	assert_int_equal(wk_secret_random(x.m.key, &err), 0);
	assert_int_equal(wk_session_open(NULL, &x.s, &err), 0);
	*state = &x;
	return 0;
}

static int drop_source(void **state)
{
	struct source *x = *state;

	x->s = wk_session_close(x->s);
	wk_material_done(&x->m);
	return 0;
}

/* The next search finds the boot key. */
static void present(void)
{
	fake_result("keyctl_search", 42);
	fake_output("keyctl_read", sizeof(boot_key), 0, boot_key,
		    sizeof(boot_key));
}

static enum wk_status make(struct source *x, struct wk_blob *der,
			   struct wk_err *err)
{
	return wk_ephemeral_make(x->s, &x->kf, &x->m, der, err);
}

static void makes(struct source *x, struct wk_blob *der)
{
	struct wk_err err;

	fake_reset();
	fake_file(WK_BOOT_ID_FILE, this_boot);
	present();
	present();
	assert_int_equal(make(x, der, &err), WK_OK);
}

static void header_is_kept(void **state)
{
	WK_AUTO_BLOB struct wk_blob der = { 0 };
	struct source *x = *state;
	struct wk_boot_protection p;
	struct wk_keyfile *got;
	struct wk_err err;

	makes(x, &der);
	assert_int_equal(wk_keyfile_new(&got, &err), 0);
	assert_int_equal(wk_keyfile_decode(wk_blob_span(&der), got, &err), 0);
	assert_true(wk_ephemeral_is(got));
	assert_false(wk_ephemeral_is(&x->kf));
	assert_int_equal(got->epoch, 7);
	assert_string_equal(got->name, x->kf.name);
	assert_string_equal(got->created, x->kf.created);
	assert_memory_equal(got->key_id, x->kf.key_id, WK_KEY_ID_BYTES);
	assert_int_equal(got->extensions.len, x->kf.extensions.len);
	assert_int_equal(got->slots[0].state, WK_SLOT_ACTIVE);
	assert_int_equal(wk_boot_protection_decode(got->slots[0].protection, &p,
						   &err),
			 0);
	assert_int_equal(p.boot_id[0], 0x0d);
	wk_keyfile_free(got);
}

/* Where nobody can be asked. */
static enum wk_status opens(struct source *x, const struct wk_blob *der,
			    struct wk_err *err)
{
	struct wk_material m = { 0 };
	struct wk_keyfile *kf;
	enum wk_status st;

	assert_int_equal(wk_keyfile_new(&kf, err), 0);
	assert_int_equal(wk_keyfile_decode(wk_blob_span(der), kf, err), 0);
	st = wk_unlock(x->s, kf, &m, err);
	if (!st)
		assert_true(wk_secret_equal(m.key, x->m.key));
	wk_material_done(&m);
	wk_keyfile_free(kf);
	return st;
}

static void opens_in_its_boot(void **state)
{
	WK_AUTO_BLOB struct wk_blob der = { 0 };
	struct wk_err err;

	makes(*state, &der);
	fake_reset();
	fake_file(WK_BOOT_ID_FILE, this_boot);
	present();
	assert_int_equal(opens(*state, &der, &err), WK_OK);
	assert_string_equal(fake_names(),
			    "keyctl_search keyctl_read keyctl_unlink");
}

static void other_boots_are_told_first(void **state)
{
	WK_AUTO_BLOB struct wk_blob der = { 0 };
	struct wk_err err;

	makes(*state, &der);
	fake_reset();
	fake_file(WK_BOOT_ID_FILE, other_boot);
	assert_int_equal(opens(*state, &der, &err), WK_FOREIGN);
	assert_string_equal(err.code, "boot.other");
	assert_int_equal(fake_count(), 0);
}

static void other_keys_are_told(void **state)
{
	WK_AUTO_BLOB struct wk_blob der = { 0 };
	struct wk_err err;

	makes(*state, &der);
	fake_reset();
	fake_file(WK_BOOT_ID_FILE, this_boot);
	fake_result("keyctl_search", -ENOKEY);
	assert_int_equal(opens(*state, &der, &err), WK_FOREIGN);
	assert_string_equal(err.code, "boot.no-key");
	assert_non_null(strstr(err.hint, "again in this boot"));
	fake_result("keyctl_search", 42);
	fake_output("keyctl_read", 32, 0, "another boot key of 32 bytes, ok",
		    32);
	assert_int_equal(opens(*state, &der, &err), WK_FOREIGN);
	assert_string_equal(err.code, "boot.other-key");
}

/* --- refusals --------------------------------------------------------------- */

static void fails(struct source *x, enum wk_status want, const char *code)
{
	struct wk_blob der = { 0 };
	struct wk_err err = { 0 };

	assert_int_equal(make(x, &der, &err), want);
	assert_string_equal(err.code, code);
	assert_null(der.p);
}

static void material(void **state)
{
	struct source *x = *state;
	struct wk_err err;

	x->m.kind = WK_MATERIAL_HW_WRAPPED;
	fails(x, WK_UNSUPPORTED, "ephemeral.material");
	x->m.kind = WK_MATERIAL_KERNEL_KEY;
	fails(x, WK_UNSUPPORTED, "ephemeral.material");
	assert_int_equal(wk_ephemeral_check(&x->kf, &x->m, &err),
			 WK_UNSUPPORTED);
	assert_non_null(strstr(err.hint, "wkeyctl load"));
	assert_int_equal(wk_ephemeral_check(&x->kf, NULL, &err), WK_OK);
	x->m.kind = WK_MATERIAL_ENGINE_RAW;
	assert_int_equal(wk_ephemeral_check(&x->kf, &x->m, &err), WK_OK);
	x->kf.slots[0].type = WK_SLOT_BOOT;
	fails(x, WK_UNSUPPORTED, "ephemeral.already");
	assert_int_equal(wk_ephemeral_check(&x->kf, NULL, &err),
			 WK_UNSUPPORTED);
	assert_int_equal(fake_count(), 0);
}

/* Every call fails in turn; of a key that was found nothing stays linked. */
static void each_call_fails(void **state)
{
	struct source *x = *state;

	fails(x, WK_UNSUPPORTED, "boot.no-id");
	assert_int_equal(fake_count(), 0);

	fake_file(WK_BOOT_ID_FILE, this_boot);
	fake_result("keyctl_search", -EACCES);
	fails(x, WK_DENIED, "keyring.denied");

	fake_result("keyctl_search", 42);
	fake_result("keyctl_read", -EACCES);
	fails(x, WK_DENIED, "keyring.not-possessed");
	assert_true(fake_unlinked(42, THREAD));

	fake_result("keyctl_search", -ENOKEY);
	fake_result("add_key", -ENOMEM);
	fails(x, WK_NOMEM, "keyring.memory");

	fake_result("keyctl_search", -ENOKEY);
	fake_result("keyctl_move", -EPERM);
	fails(x, WK_DENIED, "keyring.restricted");
}

/* Between making and proof the boot key went, or another took its place. */
static void proof_fails(void **state)
{
	struct source *x = *state;

	fake_file(WK_BOOT_ID_FILE, this_boot);
	present();
	fake_result("keyctl_search", -ENOKEY);
	fails(x, WK_FOREIGN, "boot.no-key");
	present();
	fake_result("keyctl_search", 43);
	fake_output("keyctl_read", 32, 0, "another boot key of 32 bytes, ok",
		    32);
	fails(x, WK_FOREIGN, "boot.other-key");
	assert_true(fake_unlinked(43, THREAD));
}

/* Sealed instead of the key, when there is one. */
static const struct wk_secret *other_key;

enum wk_status __real_wk_envelope_seal_body(struct wk_session *s,
					    struct wk_keyfile *kf,
					    const struct wk_secret *kek,
					    const struct wk_secret *key,
					    struct wk_err *err);
enum wk_status __wrap_wk_envelope_seal_body(struct wk_session *s,
					    struct wk_keyfile *kf,
					    const struct wk_secret *kek,
					    const struct wk_secret *key,
					    struct wk_err *err);
enum wk_status __wrap_wk_envelope_seal_body(struct wk_session *s,
					    struct wk_keyfile *kf,
					    const struct wk_secret *kek,
					    const struct wk_secret *key,
					    struct wk_err *err)
{
	return __real_wk_envelope_seal_body(s, kf, kek,
					    other_key ? other_key : key, err);
}

/* What opens, and gives another key. */
static void proof_compares(void **state)
{
	WK_AUTO_SECRET struct wk_secret *other = NULL;
	struct source *x = *state;
	struct wk_err err;

	assert_int_equal(wk_secret_new(32, &other, &err), 0);
	wk_copy_secret(wk_secret_bytes(other), wk_secret_view(x->m.key), 32);
	wk_secret_bytes(other)[31] ^= 1;
	wk_secret_set_len(other, 32);
	fake_file(WK_BOOT_ID_FILE, this_boot);
	present();
	present();
	other_key = other;
	fails(x, WK_FAIL, "keyfile.proof");
	other_key = NULL;
}

/* --- the list of kinds ------------------------------------------------------- */

static void kind_is_no_backend(void **state)
{
	(void)state;
	assert_ptr_equal(wk_backend_by_slot(WK_SLOT_BOOT), &wk_slot_kind_boot);
	assert_null(wk_backend_by_name("boot"));
	for (size_t i = 0; wk_backends[i]; i++)
		assert_ptr_not_equal(wk_backends[i], &wk_slot_kind_boot);
	assert_null(wk_backend_by_slot(15));
}

/* --- BootProtection ------------------------------------------------------------ */

static void protection(void **state)
{
	WK_AUTO_BLOB struct wk_blob tlv = { 0 };
	struct wk_boot_protection p, got;
	struct wk_err err;

	(void)state;
	sample_fill(p.boot_id, sizeof(p.boot_id), 1);
	sample_fill(p.boot_key_id, sizeof(p.boot_key_id), 0x81);
	assert_int_equal(wk_boot_protection_encode(&p, &tlv, &err), 0);
	assert_int_equal(tlv.len, 2 + 2 * 18);
	assert_int_equal(tlv.p[0], 0xa5);
	assert_int_equal(
		wk_boot_protection_decode(wk_blob_span(&tlv), &got, &err), 0);
	assert_memory_equal(&got, &p, sizeof(p));
	for (size_t len = 0; len < tlv.len; len++)
		assert_int_equal(wk_boot_protection_decode(wk_span(tlv.p, len),
							   &got, &err),
				 WK_CORRUPT);
	assert_int_equal(wk_boot_protection_decode(SOFT_WRAPPED, &got, &err),
			 WK_CORRUPT);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_source, drop_source)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(header_is_kept),
		TEST(opens_in_its_boot),
		TEST(other_boots_are_told_first),
		TEST(other_keys_are_told),
		TEST(material),
		TEST(each_call_fails),
		TEST(proof_fails),
		TEST(proof_compares),
		TEST(kind_is_no_backend),
		TEST(protection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
