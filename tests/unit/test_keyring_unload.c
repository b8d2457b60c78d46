/* SPDX-License-Identifier: Apache-2.0 */
/* keyring: unloading, and what each errno is called. */
/* link: fake_syscalls */
#include "tests/unit/keyring_fixture.h"

#include <errno.h>

/* --- unloading ------------------------------------------------------------ */

static void unload_by_description(void **state)
{
	struct wk_err err;
	int32_t serial = 0;

	(void)state;
	fake_result("keyctl_search", -ENOKEY); /* logon in @s */
	fake_result("keyctl_search", 88);      /* logon in @u */
	fake_result("keyctl_search", -ENOKEY);
	fake_result("keyctl_search", 88);
	assert_int_equal(wk_keyring_unload("wkeyctl:disk", &serial, &err), 0);
	assert_int_equal(serial, 88);
	assert_int_equal(fake_call(0)->num[0], SESSION);
	assert_int_equal(fake_call(1)->num[0], USER);
	assert_string_equal(fake_call(1)->text[0], "logon");
	assert_int_equal(fake_call(3)->num[0], USER);
	assert_int_equal(fake_call(3)->num[1], THREAD);
	assert_gone(88, USER);
	assert_false(fake_unlinked(88, SESSION));
}

static void unload_by_bare_name(void **state)
{
	struct wk_err err;
	int32_t serial = 0;

	(void)state;
	for (int i = 0; i < 10; i++)
		fake_result("keyctl_search", i % 2 ? -ENOKEY : -EKEYREVOKED);
	for (int i = 0; i < 3; i++)
		fake_result("keyctl_search", 99);
	assert_int_equal(wk_keyring_unload("disk", &serial, &err), WK_OK);
	assert_int_equal(serial, 99);
	assert_string_equal(fake_call(0)->text[1], "disk");
	assert_string_equal(fake_call(6)->text[1], "wkeyctl:disk");
	assert_string_equal(fake_call(10)->text[0], "fscrypt-provisioning");
	assert_string_equal(fake_call(12)->text[1], "wkeyctl:disk");
	assert_gone(99, USER);
	assert_true(fake_unlinked(99, SESSION));
}

static void unload_nothing(void **state)
{
	struct wk_err err;
	int32_t serial = 77;

	(void)state;
	for (int i = 0; i < 12; i++)
		fake_result("keyctl_search", -ENOKEY);
	assert_int_equal(wk_keyring_unload("disk", &serial, &err),
			 WK_NOT_FOUND);
	assert_string_equal(err.code, "keyring.no-key");
	fake_reset();
	for (int i = 0; i < 6; i++)
		fake_result("keyctl_search", i == 3 ? -EACCES : -ENOKEY);
	assert_int_equal(wk_keyring_unload("disk", &serial, &err), WK_DENIED);
	assert_int_equal(serial, 77);
	assert_null(fake_find("keyctl_revoke", 0));
}

static void unload_by_serial(void **state)
{
	struct wk_err err;
	int32_t serial = 0;

	(void)state;
	describe_as("user;0;0;3f010000;wkeyctl:disk");
	fake_result("keyctl_search", 10); /* a namesake in @s */
	fake_result("keyctl_search", 9);
	assert_int_equal(wk_keyring_unload("9", &serial, &err), WK_OK);
	assert_int_equal(serial, 9);
	assert_true(fake_unlinked(10, THREAD));
	/* By name, that would take the namesake: fake_unlinked() sees serials. */
	assert_false(fake_unlinked(10, SESSION));
	assert_false(fake_unlinked(9, SESSION));
	assert_gone(9, USER);
}

static void unload_refuses(void **state)
{
	static const char *const foreign[] = {
		"keyring;0;-1;3f1b0000;_ses",
		"trusted;0;0;3f010000;kmk",
		"asymmetric;0;0;0;x",
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct wk_err err;
		int32_t serial = 77;

		fake_reset();
		describe_as(foreign[i]);
		assert_int_equal(wk_keyring_unload("9", &serial, &err),
				 WK_UNSAFE);
		assert_string_equal(err.code, "keyring.foreign-type");
		assert_string_equal(fake_names(), "keyctl_describe");
		assert_int_equal(serial, 77);
	}
}

static void unload_fails(void **state)
{
	struct wk_err err;
	int32_t serial = 77;

	(void)state;
	for (int i = 0; i < 3; i++)
		fake_result("keyctl_search", 88);
	fake_result("keyctl_revoke", -EACCES);
	assert_int_equal(wk_keyring_unload("a:b", &serial, &err), WK_DENIED);
	assert_string_equal(err.code, "keyring.not-possessed");
	assert_true(fake_unlinked(88, THREAD));
	assert_false(fake_unlinked(88, USER));
	assert_int_equal(serial, 77);
	fake_result("keyctl_describe", -ENOKEY);
	assert_int_equal(wk_keyring_unload("88", &serial, &err), WK_NOT_FOUND);
}

/* --- errnos --------------------------------------------------------------- */

#define ERRNOS 134

static void every_errno_its_own_message(void **state)
{
	static struct wk_err errs[ERRNOS];

	(void)state;
	for (int op = 0; op < WK_KEYRING_OPS; op++) {
		for (int e = 1; e < ERRNOS; e++) {
			memset(&errs[e], 0, sizeof(errs[e]));
			wk_keyring_fail(&errs[e], (enum wk_keyring_op)op, e,
					"key 'x'");
			assert_int_not_equal(errs[e].status, WK_OK);
			assert_int_equal(errs[e].errnum, e);
			assert_true(errs[e].code[0] != '\0');
			assert_true(
				!strncmp(errs[e].msg, "key 'x': cannot ", 16));
			for (int f = 1; f < e; f++)
				if (strerrordesc_np(e) &&
				    !strcmp(errs[e].msg, errs[f].msg))
					fail_msg("op %d: %d and %d: %s", op, e,
						 f, errs[e].msg);
		}
	}
}

static void documented_errnos(void **state)
{
	static const struct {
		enum wk_keyring_op op;
		int errnum;
		enum wk_status want;
		const char *code, *in_hint;
	} cases[] = {
		{ WK_KEYRING_OP_ADD, EDQUOT, WK_FAIL, "keyring.quota",
		  "root_maxbytes" },
		{ WK_KEYRING_OP_ADD, ENODEV, WK_UNSUPPORTED, "keyring.no-type",
		  "CONFIG_FS_ENCRYPTION" },
		{ WK_KEYRING_OP_ADD, EINVAL, WK_FAIL, "keyring.rejected", ":" },
		{ WK_KEYRING_OP_ADD, EPERM, WK_DENIED, "keyring.restricted",
		  "seccomp" },
		{ WK_KEYRING_OP_ADD, ENOMEM, WK_NOMEM, "keyring.memory", "" },
		{ WK_KEYRING_OP_ADD, ENOSYS, WK_UNSUPPORTED,
		  "keyring.no-kernel", "CONFIG_KEYS" },
		{ WK_KEYRING_OP_MOVE, EACCES, WK_DENIED, "keyring.denied",
		  "@s" },
		{ WK_KEYRING_OP_MOVE, ENOKEY, WK_NOT_FOUND, "keyring.no-ring",
		  "keyctl show" },
		{ WK_KEYRING_OP_MOVE, EKEYREVOKED, WK_NOT_FOUND,
		  "keyring.ring-revoked", "session" },
		{ WK_KEYRING_OP_MOVE, EKEYEXPIRED, WK_NOT_FOUND,
		  "keyring.ring-expired", "session" },
		{ WK_KEYRING_OP_MOVE, EEXIST, WK_EXISTS, "keyring.exists",
		  "--force" },
		{ WK_KEYRING_OP_MOVE, EOPNOTSUPP, WK_UNSUPPORTED,
		  "keyring.no-operation", "5.3" },
		{ WK_KEYRING_OP_MOVE, ENFILE, WK_FAIL, "keyring.full", "" },
		{ WK_KEYRING_OP_TIMEOUT, EACCES, WK_DENIED,
		  "keyring.not-possessed", "keyctl link" },
		{ WK_KEYRING_OP_REVOKE, EKEYREVOKED, WK_NOT_FOUND,
		  "keyring.revoked", "" },
		{ WK_KEYRING_OP_REVOKE, EKEYEXPIRED, WK_NOT_FOUND,
		  "keyring.expired", "" },
		{ WK_KEYRING_OP_REVOKE, EKEYREJECTED, WK_NOT_FOUND,
		  "keyring.negative", "" },
		{ WK_KEYRING_OP_DESCRIBE, ENOKEY, WK_NOT_FOUND,
		  "keyring.no-key", "keyctl show" },
		{ WK_KEYRING_OP_DESCRIBE, EFAULT, WK_FAIL, "errno.EFAULT", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct wk_err err = { 0 };

		assert_int_equal(wk_keyring_fail(&err, cases[i].op,
						 cases[i].errnum, "key 'x'"),
				 cases[i].want);
		assert_string_equal(err.code, cases[i].code);
		assert_non_null(strstr(err.hint, cases[i].in_hint));
	}
}

static void probe(void **state)
{
	struct wk_err err;

	(void)state;
	fake_result("keyctl_describe", 30);
	assert_int_equal(wk_keyring_probe(&err), WK_OK);
	fake_result("keyctl_describe", -ENOSYS);
	assert_int_equal(wk_keyring_probe(&err), WK_UNSUPPORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(unload_by_description, fake_setup),
		cmocka_unit_test_setup(unload_by_bare_name, fake_setup),
		cmocka_unit_test_setup(unload_nothing, fake_setup),
		cmocka_unit_test_setup(unload_by_serial, fake_setup),
		cmocka_unit_test_setup(unload_refuses, fake_setup),
		cmocka_unit_test_setup(unload_fails, fake_setup),
		cmocka_unit_test_setup(every_errno_its_own_message, fake_setup),
		cmocka_unit_test_setup(documented_errnos, fake_setup),
		cmocka_unit_test_setup(probe, fake_setup),
	};

	return cmocka_run_group_tests_name("keyring_unload", tests, NULL, NULL);
}
