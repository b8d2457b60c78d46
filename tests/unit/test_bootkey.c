/* SPDX-License-Identifier: Apache-2.0 */
/* bootkey: the calls made for it, and what is left when one of them fails. */
/* link: fake_syscalls */
#include "tests/unit/keyring_fixture.h"

#include <errno.h>

#include "sys/bootkey.h"

enum { FIRST = 1001 };

static const uint8_t bytes[64] = "the boot key, of thirty-two byte";

/* The user keyring has none, as often. */
static void absent(int times)
{
	while (times--)
		fake_result("keyctl_search", -ENOKEY);
}

static void present(int32_t serial)
{
	fake_result("keyctl_search", serial);
	fake_output("keyctl_read", WK_BOOTKEY_BYTES, 0, bytes,
		    WK_BOOTKEY_BYTES);
}

static void get_fails(enum wk_status want, const char *code)
{
	struct wk_secret *key = NULL;
	struct wk_err err = { 0 };

	assert_int_equal(wk_bootkey_get(&key, &err), want);
	assert_string_equal(err.code, code);
	assert_null(key);
}

static void ensure_fails(enum wk_status want, const char *code)
{
	struct wk_secret *key = NULL;
	struct wk_err err = { 0 };

	assert_int_equal(wk_bootkey_ensure(&key, &err), want);
	assert_string_equal(err.code, code);
	assert_null(key);
}

static void ensure_gives_bytes(void)
{
	WK_AUTO_SECRET struct wk_secret *key = NULL;
	struct wk_err err = { 0 };

	assert_int_equal(wk_bootkey_ensure(&key, &err), WK_OK);
	assert_int_equal(wk_secret_len(key), WK_BOOTKEY_BYTES);
	assert_memory_equal(wk_secret_view(key), bytes, WK_BOOTKEY_BYTES);
}

/* --- reading -------------------------------------------------------------- */

static void get(void **state)
{
	WK_AUTO_SECRET struct wk_secret *key = NULL;
	struct wk_err err;

	(void)state;
	present(42);
	assert_int_equal(wk_bootkey_get(&key, &err), WK_OK);
	assert_memory_equal(wk_secret_view(key), bytes, WK_BOOTKEY_BYTES);
	assert_string_equal(fake_names(),
			    "keyctl_search keyctl_read keyctl_unlink");
	assert_int_equal(fake_call(0)->num[0], USER);
	assert_int_equal(fake_call(0)->num[1], THREAD);
	assert_string_equal(fake_call(0)->text[0], "user");
	assert_string_equal(fake_call(0)->text[1], "wkeyctl:boot");
	assert_int_equal(fake_call(1)->num[0], 42);
	assert_true(fake_unlinked(42, THREAD));
}

static void get_makes_nothing(void **state)
{
	static const int errnums[] = { ENOKEY, EKEYREVOKED, EKEYEXPIRED };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		fake_reset();
		fake_result("keyctl_search", -errnums[i]);
		get_fails(WK_FOREIGN, "boot.no-key");
		assert_string_equal(fake_names(), "keyctl_search");
	}
}

static void get_other_sizes(void **state)
{
	static const int sizes[] = { 0, 1, 31, 33, 64, 32767 };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		fake_reset();
		fake_result("keyctl_search", 42);
		fake_result("keyctl_read", sizes[i]);
		get_fails(WK_FOREIGN, "boot.bad-key");
		assert_true(fake_unlinked(42, THREAD));
	}
	fake_reset();
	fake_result("keyctl_search", 42);
	fake_result("keyctl_read", 33);
	ensure_fails(WK_EXISTS, "boot.bad-key");
	assert_null(fake_find("add_key", 0));
	assert_true(fake_unlinked(42, THREAD));
}

static void get_failures(void **state)
{
	(void)state;
	fake_result("keyctl_search", -EACCES);
	get_fails(WK_DENIED, "keyring.denied");
	fake_result("keyctl_search", -ENOSYS);
	get_fails(WK_UNSUPPORTED, "keyring.no-kernel");
	fake_result("keyctl_search", 42);
	fake_result("keyctl_read", -EKEYREVOKED);
	get_fails(WK_NOT_FOUND, "keyring.revoked");
	assert_true(fake_unlinked(42, THREAD));
}

/* It dies between the search and the reading; load makes no boot key. */
static void dead_when_read(void **state)
{
	static const int errnums[] = { ENOKEY, EKEYREVOKED, EKEYEXPIRED,
				       EKEYREJECTED };
	struct wk_secret *key = NULL;
	struct wk_err err;

	(void)state;
	for (size_t i = 0; i < sizeof(errnums) / sizeof(errnums[0]); i++) {
		fake_reset();
		fake_result("keyctl_search", 42);
		fake_result("keyctl_read", -errnums[i]);
		assert_int_equal(wk_bootkey_get(&key, &err), WK_NOT_FOUND);
		assert_non_null(strstr(err.hint, "ephemeralize"));
		assert_null(strstr(err.hint, "load"));
	}
}

/* --- making --------------------------------------------------------------- */

static void ensure_finds(void **state)
{
	(void)state;
	present(42);
	ensure_gives_bytes();
	assert_string_equal(fake_names(),
			    "keyctl_search keyctl_read keyctl_unlink");
}

static void ensure_makes(void **state)
{
	const struct fake_call *add, *move;

	(void)state;
	absent(1);
	present(FIRST);
	ensure_gives_bytes();
	assert_string_equal(fake_names(),
			    "keyctl_search add_key keyctl_move keyctl_search "
			    "keyctl_read keyctl_unlink");
	add = fake_find("add_key", 0);
	assert_int_equal(add->num[0], THREAD);
	assert_int_equal(add->len, WK_BOOTKEY_BYTES);
	move = fake_find("keyctl_move", 0);
	assert_int_equal(move->num[0], FIRST);
	assert_int_equal(move->num[1], THREAD);
	assert_int_equal(move->num[2], USER);
	assert_string_equal(move->text[0], "excl");
}

static void makes_random_bytes(void **state)
{
	uint8_t first[WK_BOOTKEY_BYTES];

	(void)state;
	absent(1);
	present(FIRST);
	ensure_gives_bytes();
	memcpy(first, fake_find("add_key", 0)->data, sizeof(first));
	fake_reset();
	absent(1);
	present(FIRST);
	ensure_gives_bytes();
	assert_memory_not_equal(first, fake_find("add_key", 0)->data,
				sizeof(first));
}

/* Another was faster: ours is let go of, theirs is read. */
static void loses_race(void **state)
{
	(void)state;
	absent(1);
	fake_result("keyctl_move", -EEXIST);
	fake_result("keyctl_search", 42);
	present(42);
	ensure_gives_bytes();
	assert_int_equal(fake_find("keyctl_unlink", 0)->num[0], FIRST);
	assert_true(fake_unlinked(FIRST, THREAD));
	assert_false(fake_unlinked(FIRST, USER));
	assert_null(fake_find("keyctl_move", 1));
	/* The look at theirs must not link it over ours. */
	assert_int_equal(fake_find("keyctl_search", 1)->num[1], 0);
	assert_int_equal(fake_find("keyctl_read", 0)->num[0], 42);
	assert_true(fake_unlinked(42, THREAD));
}

static void dead_key_is_displaced(void **state)
{
	static const int errnums[] = { EKEYREVOKED, EKEYEXPIRED };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		fake_reset();
		fake_result("keyctl_search", -errnums[i]);
		fake_result("keyctl_move", -EEXIST);
		fake_result("keyctl_search", -errnums[i]);
		present(FIRST);
		ensure_gives_bytes();
		assert_string_equal(fake_find("keyctl_move", 1)->text[0], "");
	}
}

/* The one in the way went meanwhile: nobody else's is displaced. */
static void vanishes(void **state)
{
	(void)state;
	absent(1);
	fake_result("keyctl_move", -EEXIST);
	absent(2);
	ensure_fails(WK_TRANSIENT, "boot.vanished");
	assert_null(fake_find("keyctl_move", 1));
	assert_true(fake_unlinked(FIRST, THREAD));
}

static void make_failures(void **state)
{
	(void)state;
	absent(1);
	fake_result("add_key", -EDQUOT);
	ensure_fails(WK_FAIL, "keyring.quota");
	assert_string_equal(fake_names(), "keyctl_search add_key");
	fake_reset();
	absent(1);
	fake_result("keyctl_move", -EPERM);
	ensure_fails(WK_DENIED, "keyring.restricted");
	assert_true(fake_unlinked(FIRST, THREAD));
	fake_reset();
	absent(1);
	fake_result("keyctl_move", -EOPNOTSUPP);
	ensure_fails(WK_UNSUPPORTED, "keyring.no-operation");
	assert_true(fake_unlinked(FIRST, THREAD));
	fake_reset();
	absent(1);
	fake_result("keyctl_search", FIRST);
	fake_result("keyctl_read", -EACCES);
	ensure_fails(WK_DENIED, "keyring.not-possessed");
	assert_true(fake_unlinked(FIRST, THREAD));
	/* The boot key is another's by then, perhaps: it stays. */
	assert_false(fake_unlinked(FIRST, USER));
}

/* --- the boot ------------------------------------------------------------- */

static void boot_id(void **state)
{
	static const uint8_t want[16] = { 0x0d, 0xa3, 0x5b, 0x7c, 0x10, 0x02,
					  0x4f, 0xff, 0x80, 0x00, 0x01, 0x23,
					  0x45, 0x67, 0x89, 0xab };
	uint8_t got[16];
	struct wk_err err;

	(void)state;
	fake_file(WK_BOOT_ID_FILE, "0da35b7c-1002-4fff-8000-0123456789ab\n");
	assert_int_equal(wk_boot_id(got, &err), WK_OK);
	assert_memory_equal(got, want, sizeof(want));
}

static void no_boot_id(void **state)
{
	static const char *const texts[] = {
		"",
		"\n",
		"0da35b7c-1002-4fff-8000-0123456789a\n",
		"0da35b7c-1002-4fff-8000-0123456789ag\n",
		"0da35b7c100240ff80000123456789ab\n",
	};
	uint8_t got[16] = { 77 };
	struct wk_err err;

	(void)state;
	assert_int_equal(wk_boot_id(got, &err), WK_UNSUPPORTED);
	assert_string_equal(err.code, "boot.no-id");
	assert_int_equal(err.errnum, ENOENT);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		fake_reset();
		fake_file(WK_BOOT_ID_FILE, texts[i]);
		assert_int_equal(wk_boot_id(got, &err), WK_UNSUPPORTED);
	}
	assert_int_equal(got[0], 77);
}

/* A storage key of that name would be taken for the boot key. */
static void name_is_reserved(void **state)
{
	struct wk_keyring_target to = { .type = "user",
					.description = "wkeyctl:boot",
					.ring = USER };
	struct wk_err err;

	(void)state;
	assert_int_equal(wk_keyring_check(&to, 32, &err), WK_FAIL);
	to.description = "wkeyctl:boots";
	assert_int_equal(wk_keyring_check(&to, 32, &err), WK_OK);
	to.description = "wkeyctl:boot";
	to.type = "logon";
	assert_int_equal(wk_keyring_check(&to, 32, &err), WK_OK);
}

#define TEST(f) cmocka_unit_test_setup(f, fake_setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(get),
		TEST(get_makes_nothing),
		TEST(get_other_sizes),
		TEST(get_failures),
		TEST(dead_when_read),
		TEST(ensure_finds),
		TEST(ensure_makes),
		TEST(makes_random_bytes),
		TEST(loses_race),
		TEST(dead_key_is_displaced),
		TEST(vanishes),
		TEST(make_failures),
		TEST(boot_id),
		TEST(no_boot_id),
		TEST(name_is_reserved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
