/* SPDX-License-Identifier: Apache-2.0 */
/* keyring: words, rules and adding; calls made, nothing left behind. */
/* link: fake_syscalls */
#include "tests/unit/keyring_fixture.h"

#include <errno.h>

#include "base/secret.h"

enum { FIRST = 1001 };

static const struct wk_keyring_target plain = {
	.type = "logon",
	.description = "wkeyctl:disk",
	.ring = USER,
};

static enum wk_status add(const struct wk_keyring_target *to, int32_t *serial,
			  struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *key = NULL;

	assert_int_equal(wk_secret_from("0123456789abcdef", 16, &key, err), 0);
	return wk_keyring_add(to, key, serial, err);
}

static void add_fails(const struct wk_keyring_target *to, enum wk_status want,
		      const char *code)
{
	struct wk_err err = { 0 };
	int32_t serial = 77;

	assert_int_equal(add(to, &serial, &err), want);
	assert_string_equal(err.code, code);
	assert_int_equal(err.status, want);
	assert_int_equal(serial, 77);
}

/*
 * Revoked before it was in its keyring: nothing is unlinked there, because the
 * kernel would take the key that bears the name.
 */
static void assert_never_seen(int32_t serial, int32_t ring)
{
	assert_true(fake_unlinked(serial, THREAD));
	assert_false(fake_unlinked(serial, ring));
	assert_int_equal(fake_find("keyctl_revoke", 0)->num[0], serial);
}

/* --- words ---------------------------------------------------------------- */

static void words(void **state)
{
	static const struct {
		const char *word;
		int32_t want;
	} good[] = {
		{ "@t", -1 },
		{ "@p", -2 },
		{ "@s", -3 },
		{ "@u", -4 },
		{ "@us", -5 },
		{ "1", 1 },
		{ "2147483647", INT32_MAX },
	};
	static const char *const bad[] = {
		"",	      "@",
		"@g",	      "@a",
		"@S",	      "0",
		"-3",	      "+3",
		" 3",	      "3 ",
		"0x3",	      "03",
		"2147483648", "99999999999999999999",
		"%",	      "%:",
		"%user:x",
	};
	struct wk_err err;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		int32_t got = 0;

		assert_int_equal(wk_keyring_parse(good[i].word, &got, &err), 0);
		assert_int_equal(got, good[i].want);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int32_t got = 77;

		assert_int_equal(wk_keyring_parse(bad[i], &got, &err), WK_FAIL);
		assert_string_equal(err.code, "usage.bad-value");
		assert_int_equal(got, 77);
	}
	assert_int_equal(fake_count(), 0);
}

static void word_with_name(void **state)
{
	struct wk_err err;
	int32_t got = 77;

	(void)state;
	fake_result("keyctl_find", 42);
	assert_int_equal(wk_keyring_parse("%:factory", &got, &err), 0);
	assert_int_equal(got, 42);
	assert_string_equal(fake_call(0)->text[0], "keyring");
	assert_string_equal(fake_call(0)->text[1], "factory");
	fake_result("keyctl_find", -ENOKEY);
	assert_int_equal(wk_keyring_parse("%:none", &got, &err), WK_NOT_FOUND);
	assert_string_equal(err.code, "keyring.no-ring");
	assert_non_null(strstr(err.msg, "keyring 'none'"));
}

/* --- rules ---------------------------------------------------------------- */

static void rules(void **state)
{
	static char longest[WK_KEYRING_DESCRIPTION_MAX + 2];
	struct wk_keyring_target to = { .ring = USER };
	struct wk_err err;
	struct {
		const char *type, *description;
		size_t len;
		enum wk_status want;
	} cases[] = {
		{ "logon", "a:b", 32, WK_OK },
		{ "logon", "a:", 1, WK_OK },
		{ "logon", "ab", 32, WK_FAIL },
		{ "logon", ":b", 32, WK_FAIL },
		{ "user", "ab", 32767, WK_OK },
		{ "user", "ab", 32768, WK_FAIL },
		{ "user", "ab", 0, WK_FAIL },
		{ "user", "", 32, WK_FAIL },
		{ "user", NULL, 32, WK_FAIL },
		{ "user", longest, 32, WK_FAIL },
		{ "user", longest + 1, 32, WK_OK },
		{ "fscrypt-provisioning", "x", 40, WK_OK },
		{ "trusted", "x", 40, WK_FAIL },
		{ "", "x", 40, WK_FAIL },
		{ NULL, "x", 40, WK_FAIL },
	};

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		to.type = cases[i].type;
		to.description = cases[i].description;
		assert_int_equal(wk_keyring_check(&to, cases[i].len, &err),
				 cases[i].want);
		if (cases[i].want)
			assert_string_equal(err.code, "usage.bad-value");
	}
	assert_int_equal(fake_count(), 0);
}

/* --- adding --------------------------------------------------------------- */

static void add_in_two_calls(void **state)
{
	struct wk_err err;
	int32_t serial = 0;

	(void)state;
	assert_int_equal(add(&plain, &serial, &err), WK_OK);
	assert_int_equal(serial, FIRST);
	assert_string_equal(fake_names(), "add_key keyctl_move");
	assert_int_equal(fake_call(0)->num[0], THREAD);
	assert_string_equal(fake_call(0)->text[0], "logon");
	assert_string_equal(fake_call(0)->text[1], "wkeyctl:disk");
	assert_int_equal(fake_call(0)->len, 16);
	assert_memory_equal(fake_call(0)->data, "0123456789abcdef", 16);
	assert_int_equal(fake_call(1)->num[0], FIRST);
	assert_int_equal(fake_call(1)->num[1], THREAD);
	assert_int_equal(fake_call(1)->num[2], USER);
	assert_string_equal(fake_call(1)->text[0], "excl");
}

static void add_with_link_in_three(void **state)
{
	struct wk_keyring_target to = plain;
	struct wk_err err;
	int32_t serial = 0;

	(void)state;
	to.link_ring = SESSION;
	assert_int_equal(add(&to, &serial, &err), WK_OK);
	assert_string_equal(fake_names(), "add_key keyctl_move keyctl_search");
	assert_int_equal(fake_call(2)->num[0], USER);
	assert_int_equal(fake_call(2)->num[1], SESSION);
}

static void link_to_itself_is_none(void **state)
{
	struct wk_keyring_target to = plain;
	struct wk_err err;
	int32_t serial = 0;

	(void)state;
	to.link_ring = USER;
	assert_int_equal(add(&to, &serial, &err), WK_OK);
	assert_string_equal(fake_names(), "add_key keyctl_move");
}

/* Nobody sees the key before its lifetime is set. */
static void lifetime_before_publishing(void **state)
{
	struct wk_keyring_target to = plain;
	struct wk_err err;
	int32_t serial = 0;

	(void)state;
	to.expire_s = 90;
	assert_int_equal(add(&to, &serial, &err), WK_OK);
	assert_string_equal(fake_names(),
			    "add_key keyctl_set_timeout keyctl_move");
	assert_int_equal(fake_call(1)->num[1], 90);
}

static void exists(void **state)
{
	(void)state;
	fake_result("keyctl_move", -EEXIST);
	fake_result("keyctl_search", 555);
	add_fails(&plain, WK_EXISTS, "keyring.exists");
	assert_never_seen(FIRST, USER);
	assert_false(fake_unlinked(555, USER));
	assert_null(fake_find("keyctl_move", 1));
}

static void exists_out_of_sight(void **state)
{
	(void)state;
	fake_result("keyctl_move", -EEXIST);
	fake_result("keyctl_search", -EACCES);
	add_fails(&plain, WK_EXISTS, "keyring.exists");
	assert_never_seen(FIRST, USER);
}

/* A dead key that the kernel has not collected yet is no obstacle. */
static void dead_key_is_displaced(void **state)
{
	static const int dead[] = { ENOKEY, EKEYREVOKED, EKEYEXPIRED };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct wk_err err;
		int32_t serial = 0;

		fake_reset();
		fake_result("keyctl_move", -EEXIST);
		fake_result("keyctl_search", -dead[i]);
		assert_int_equal(add(&plain, &serial, &err), WK_OK);
		assert_int_equal(serial, FIRST);
		assert_string_equal(fake_find("keyctl_move", 1)->text[0], "");
	}
}

static void failed_add_leaves_nothing(void **state)
{
	struct wk_keyring_target to = plain;

	(void)state;
	to.expire_s = 5;
	to.link_ring = SESSION;

	fake_result("add_key", -EDQUOT);
	add_fails(&to, WK_FAIL, "keyring.quota");
	assert_string_equal(fake_names(), "add_key");

	fake_reset();
	fake_result("keyctl_set_timeout", -EACCES);
	add_fails(&to, WK_DENIED, "keyring.not-possessed");
	assert_never_seen(FIRST, USER);
	assert_null(fake_find("keyctl_move", 0));

	fake_reset();
	fake_result("keyctl_move", -EACCES);
	add_fails(&to, WK_DENIED, "keyring.denied");
	assert_never_seen(FIRST, USER);
	assert_null(fake_find("keyctl_search", 0));

	fake_reset();
	fake_result("keyctl_search", -ENOTDIR);
	add_fails(&to, WK_FAIL, "keyring.not-a-ring");
	assert_gone(FIRST, USER);
}

/* A keyring that can be written but not searched. */
static void undone_without_search(void **state)
{
	struct wk_keyring_target to = plain;

	(void)state;
	to.link_ring = SESSION;
	fake_result("keyctl_search", -EACCES);
	fake_result("keyctl_search", -EACCES);
	add_fails(&to, WK_DENIED, "keyring.denied");
	assert_true(fake_unlinked(FIRST, USER));
}

/* Somebody puts another key there between the move and the link. */
static void overtaken(void **state)
{
	struct wk_keyring_target to = plain;

	(void)state;
	to.link_ring = SESSION;
	fake_result("keyctl_search", 4711);
	fake_result("keyctl_search", 4711);
	add_fails(&to, WK_EXISTS, "keyring.exists");
	assert_true(fake_unlinked(4711, SESSION));
	assert_true(fake_unlinked(4711, THREAD));
	assert_false(fake_unlinked(FIRST, USER));
	assert_null(fake_find("keyctl_revoke", 0));
}

static void replace_updates_in_place(void **state)
{
	struct wk_keyring_target to = plain;
	struct wk_err err;
	int32_t serial = 0;

	(void)state;
	to.replace = true;
	assert_int_equal(add(&to, &serial, &err), WK_OK);
	assert_string_equal(fake_names(), "add_key");
	assert_int_equal(fake_call(0)->num[0], USER);

	/* Possession first, or a private session could not set a lifetime. */
	fake_reset();
	to.expire_s = 9;
	to.link_ring = SESSION;
	assert_int_equal(add(&to, &serial, &err), WK_OK);
	assert_string_equal(fake_names(),
			    "add_key keyctl_search keyctl_set_timeout "
			    "keyctl_unlink keyctl_search");
	assert_int_equal(fake_call(1)->num[1], THREAD);
	assert_true(fake_unlinked(FIRST, THREAD));
	assert_false(fake_unlinked(FIRST, USER));
}

/* The old bytes are lost with the update, and that is said. */
static void failed_replace_revokes(void **state)
{
	struct wk_keyring_target to = plain;
	struct wk_err err;
	int32_t serial = 77;

	(void)state;
	to.replace = true;
	to.expire_s = 9;
	fake_result("add_key", 300);
	fake_result("keyctl_search", 300);
	fake_result("keyctl_search", 300);
	fake_result("keyctl_set_timeout", -EACCES);
	assert_int_equal(add(&to, &serial, &err), WK_DENIED);
	assert_gone(300, USER);
	assert_non_null(strstr(err.msg, "a former key of that name"));
	assert_non_null(strstr(err.msg, "cannot set its lifetime"));
	assert_int_equal(serial, 77);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(words, fake_setup),
		cmocka_unit_test_setup(word_with_name, fake_setup),
		cmocka_unit_test_setup(rules, fake_setup),
		cmocka_unit_test_setup(add_in_two_calls, fake_setup),
		cmocka_unit_test_setup(add_with_link_in_three, fake_setup),
		cmocka_unit_test_setup(link_to_itself_is_none, fake_setup),
		cmocka_unit_test_setup(lifetime_before_publishing, fake_setup),
		cmocka_unit_test_setup(exists, fake_setup),
		cmocka_unit_test_setup(exists_out_of_sight, fake_setup),
		cmocka_unit_test_setup(dead_key_is_displaced, fake_setup),
		cmocka_unit_test_setup(failed_add_leaves_nothing, fake_setup),
		cmocka_unit_test_setup(undone_without_search, fake_setup),
		cmocka_unit_test_setup(overtaken, fake_setup),
		cmocka_unit_test_setup(replace_updates_in_place, fake_setup),
		cmocka_unit_test_setup(failed_replace_revokes, fake_setup),
	};

	return cmocka_run_group_tests_name("keyring", tests, NULL, NULL);
}
