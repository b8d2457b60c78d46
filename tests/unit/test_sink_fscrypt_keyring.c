/* SPDX-License-Identifier: Apache-2.0 */
/* fscrypt by way of the keyrings: each step fails once, and nothing is left. */
/* link: fake_syscalls */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "keyfile.h"
#include "sink_fscrypt.h"
#include "tests/unit/keyring_fixture.h"
#include "uapi/fscrypt.h"

static const uint8_t id[WK_FSCRYPT_ID_BYTES] = "0123456789abcde";
static const uint8_t wrong[WK_FSCRYPT_ID_BYTES] = "WRONG6789abcdef";
#define WRONG_HEX "57524f4e473637383961626364656600"

static struct wk_keyfile *keyfile(void)
{
	static struct wk_keyfile kf;

	memset(&kf, 0, sizeof(kf));
	strcpy(kf.name, "disk");
	kf.usage = WK_USAGE_FSCRYPT;
	kf.key_bits = 512;
	kf.has_fscrypt_id = true;
	memcpy(kf.fscrypt_id, id, sizeof(id));
	return &kf;
}

static struct wk_material material(void)
{
	struct wk_material m = { .kind = WK_MATERIAL_RAW };
	struct wk_err err;

	assert_int_equal(wk_secret_new(64, &m.key, &err), WK_OK);
	memset(wk_secret_bytes(m.key), 'k', 64);
	wk_secret_set_len(m.key, 64);
	return m;
}

/* The kernel answers the next ioctl with this identifier; it is at 8. */
static void answer_id(const uint8_t *which)
{
	fake_output("ioctl", 0, 8, which, WK_FSCRYPT_ID_BYTES);
}

static size_t count_ioctls(unsigned long request)
{
	const struct fake_call *c;
	size_t n = 0;

	for (size_t i = 0; (c = fake_find("ioctl", i)); i++)
		n += (unsigned long)c->num[1] == request;
	return n;
}

static enum wk_status add_stored(int32_t *ret_serial, struct wk_err *err)
{
	uint8_t got[WK_FSCRYPT_ID_BYTES] = { 0 };
	enum wk_status st;

	st = wk_fscrypt_add_stored(keyfile(), "/mnt", ret_serial, got, err);
	if (!st && *ret_serial)
		assert_memory_equal(got, id, sizeof(id));
	return st;
}

static void found_in_either_keyring(void **state)
{
	static const int dead[] = { ENOKEY, EKEYREVOKED, EKEYEXPIRED };
	int32_t serial = 0;
	struct wk_err err;

	(void)state;
	answer_id(id);
	fake_result("keyctl_search", 700);
	assert_int_equal(add_stored(&serial, &err), WK_OK);
	assert_int_equal(serial, 700);
	assert_string_equal(fake_find("keyctl_search", 0)->text[1],
			    "wkeyctl:disk");
	assert_int_equal(fake_find("keyctl_search", 0)->num[0], USER);
	assert_int_equal(fake_find("keyctl_search", 0)->num[1], THREAD);
	/* The link that gave possession is gone, and only that one. */
	assert_true(fake_unlinked(700, THREAD));
	assert_null(fake_find("keyctl_unlink", 1));
	assert_null(fake_find("keyctl_revoke", 0));
	for (size_t i = 0; i < 3; i++) {
		fake_reset();
		fake_result("keyctl_search", -dead[i]);
		fake_result("keyctl_search", 701);
		answer_id(id);
		assert_int_equal(add_stored(&serial, &err), WK_OK);
		assert_int_equal(serial, 701);
		assert_int_equal(fake_find("keyctl_search", 1)->num[0],
				 SESSION);
	}
}

static void none_that_is_alive(void **state)
{
	static const int dead[] = { ENOKEY, EKEYREVOKED, EKEYEXPIRED, EACCES };
	int32_t serial = 5;
	struct wk_err err;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		fake_reset();
		fake_result("keyctl_search", -ENOKEY);
		fake_result("keyctl_search", -dead[i]);
		assert_int_equal(add_stored(&serial, &err), WK_OK);
		assert_int_equal(serial, 0);
		assert_null(fake_find("ioctl", 0));
		assert_null(fake_find("keyctl_unlink", 0));
	}
	/* It dies between the search and the use. */
	for (size_t i = 0; i < 3; i++) {
		fake_reset();
		fake_result("keyctl_search", 700);
		fake_result("ioctl", -dead[i]);
		serial = 5;
		assert_int_equal(add_stored(&serial, &err), WK_OK);
		assert_int_equal(serial, 0);
		assert_true(fake_unlinked(700, THREAD));
	}
	/* The user keyring itself cannot be searched. */
	fake_reset();
	fake_result("keyctl_search", -EACCES);
	assert_int_equal(add_stored(&serial, &err), WK_DENIED);
	assert_string_equal(err.code, "keyring.denied");
}

static void namesake(void **state)
{
	int32_t serial = 5;
	struct wk_err err;

	(void)state;
	fake_result("keyctl_search", 700);
	answer_id(wrong);
	assert_int_equal(add_stored(&serial, &err), WK_EXISTS);
	assert_string_equal(err.code, "fscrypt.namesake");
	assert_non_null(strstr(err.msg, "key 700 'wkeyctl:disk'"));
	assert_non_null(strstr(err.msg, WRONG_HEX));
	assert_non_null(strstr(err.hint, "wkeyctl unload 700"));
	assert_int_equal(count_ioctls(FS_IOC_REMOVE_ENCRYPTION_KEY), 1);
	assert_memory_equal(fake_find("ioctl", 1)->data + 8, wrong,
			    sizeof(wrong));
	assert_true(fake_unlinked(700, THREAD));
	assert_null(fake_find("keyctl_revoke", 0));
	assert_int_equal(serial, 5);
	/* A claim that was there before is somebody's business already. */
	fake_reset();
	fake_file("/proc/keys",
		  "0000000a I--Q--- 1 perm 08010000 0 0 .fscrypt  " WRONG_HEX
		  ".uid.0\n");
	fake_result("keyctl_search", 700);
	answer_id(wrong);
	assert_int_equal(add_stored(&serial, &err), WK_EXISTS);
	assert_int_equal(count_ioctls(FS_IOC_REMOVE_ENCRYPTION_KEY), 0);
	/* One of another version. */
	fake_reset();
	fake_result("keyctl_search", 700);
	fake_result("ioctl", -EKEYREJECTED);
	assert_int_equal(add_stored(&serial, &err), WK_UNSUPPORTED);
	assert_non_null(strstr(err.hint, "wkeyctl unload 700"));
}

static enum wk_status store(struct wk_fscrypt_stored *ret, struct wk_err *err)
{
	struct wk_material m = material();
	enum wk_status st = wk_fscrypt_store(keyfile(), &m, "/mnt", ret, err);

	wk_material_done(&m);
	return st;
}

static void stored(void **state)
{
	struct wk_fscrypt_stored s = { 0 };
	struct wk_err err;

	(void)state;
	answer_id(id);
	assert_int_equal(store(&s, &err), WK_OK);
	assert_int_equal(s.serial, 1001);
	assert_true(s.made);
	assert_memory_equal(s.id, id, sizeof(id));
	assert_string_equal(fake_names(),
			    "open_dir add_key keyctl_move keyctl_search "
			    "keyctl_search ioctl keyctl_unlink close");
	assert_string_equal(fake_find("add_key", 0)->text[0],
			    "fscrypt-provisioning");
	assert_int_equal(fake_find("keyctl_move", 0)->num[2], USER);
	assert_int_equal(fake_find("keyctl_search", 0)->num[1], SESSION);
}

static void each_step_fails(void **state)
{
	static const struct {
		const char *call;
		int errnum;
		enum wk_status want;
	} cases[] = {
		{ "open_dir", ENOENT, WK_NOT_FOUND },
		{ "add_key", EDQUOT, WK_FAIL },
		{ "keyctl_move", ENFILE, WK_FAIL },
		{ "keyctl_search", EACCES, WK_DENIED },
		{ "ioctl", EOPNOTSUPP, WK_UNSUPPORTED },
		{ "ioctl", EDQUOT, WK_FAIL },
		{ "ioctl", EACCES, WK_DENIED },
	};
	struct wk_err err;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct wk_fscrypt_stored s = { .serial = 5 };

		fake_reset();
		describe_as("fscrypt-provisioning;0;0;39010000;wkeyctl:disk");
		fake_result(cases[i].call, -cases[i].errnum);
		assert_int_equal(store(&s, &err), cases[i].want);
		assert_int_equal(s.serial, 5);
		assert_non_null(strstr(err.msg, "/mnt"));
		assert_int_equal(count_ioctls(FS_IOC_REMOVE_ENCRYPTION_KEY), 0);
		if (i >= 2)
			assert_int_equal(fake_find("keyctl_revoke", 0)->num[0],
					 1001);
		if (i >= 1)
			assert_non_null(fake_find("close", 0));
	}
}

static void altered_key_file(void **state)
{
	struct wk_fscrypt_stored s = { .serial = 5 };
	struct wk_err err;

	(void)state;
	describe_as("fscrypt-provisioning;0;0;39010000;wkeyctl:disk");
	answer_id(wrong);
	assert_int_equal(store(&s, &err), WK_CORRUPT);
	assert_string_equal(err.code, "fscrypt.identifier");
	assert_int_equal(count_ioctls(FS_IOC_REMOVE_ENCRYPTION_KEY), 1);
	assert_gone(1001, USER);
	assert_true(fake_unlinked(1001, SESSION));
	assert_int_equal(s.serial, 5);
}

/* Another process loads the same key between the search and add_key. */
static void overtaken(void **state)
{
	struct wk_fscrypt_stored s = { 0 };
	struct wk_err err;

	(void)state;
	fake_result("keyctl_move", -EEXIST);
	fake_result("keyctl_search", 700); /* whether what is there is dead */
	fake_result("keyctl_search", 700);
	answer_id(id);
	assert_int_equal(store(&s, &err), WK_OK);
	assert_int_equal(s.serial, 700);
	assert_false(s.made);
	/* Ours was never to be seen. */
	assert_int_equal(fake_find("keyctl_revoke", 0)->num[0], 1001);
	/* And goes again as quickly. */
	fake_reset();
	fake_result("keyctl_move", -EEXIST);
	fake_result("keyctl_search", 700);
	fake_result("keyctl_search", -ENOKEY);
	fake_result("keyctl_search", -ENOKEY);
	assert_int_equal(store(&s, &err), WK_TRANSIENT);
}

static void headers(void **state)
{
	struct wk_keyfile *kf = keyfile();
	struct wk_err err;

	(void)state;
	assert_int_equal(wk_fscrypt_check_header(kf, &err), WK_OK);
	kf->key_bits = 520;
	assert_int_equal(wk_fscrypt_check_header(kf, &err), WK_UNSUPPORTED);
	assert_string_equal(err.code, "sink.size");
	kf = keyfile();
	kf->usage = WK_USAGE_DM_CRYPT;
	assert_int_equal(wk_fscrypt_check_header(kf, &err), WK_UNSUPPORTED);
	assert_string_equal(err.code, "sink.usage");
	kf = keyfile();
	kf->has_fscrypt_id = false;
	assert_int_equal(wk_fscrypt_check_header(kf, &err), WK_UNSUPPORTED);
	assert_string_equal(err.code, "sink.no-identifier");
	assert_int_equal(fake_count(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(found_in_either_keyring, fake_setup),
		cmocka_unit_test_setup(none_that_is_alive, fake_setup),
		cmocka_unit_test_setup(namesake, fake_setup),
		cmocka_unit_test_setup(stored, fake_setup),
		cmocka_unit_test_setup(each_step_fails, fake_setup),
		cmocka_unit_test_setup(altered_key_file, fake_setup),
		cmocka_unit_test_setup(overtaken, fake_setup),
		cmocka_unit_test_setup(headers, fake_setup),
	};

	return cmocka_run_group_tests_name("sink_fscrypt_keyring", tests, NULL,
					   NULL);
}
