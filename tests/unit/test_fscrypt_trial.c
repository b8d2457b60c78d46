/* SPDX-License-Identifier: Apache-2.0 */
/* Proving fscrypt policies: what is made, what is left, what is told. */
/* link: fake_syscalls */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/blob.h"
#include "sink_fscrypt.h"
#include "sys/fscrypt_policy.h"
#include "tests/unit/fake_syscalls.h"
#include "tests/unit/unit.h"
#include "uapi/fscrypt.h"

static const uint8_t id[WK_FSCRYPT_ID_BYTES] = "0123456789abcde";

static struct wk_fscrypt_policy policy(uint8_t contents, uint8_t filenames)
{
	struct wk_fscrypt_policy p = WK_FSCRYPT_POLICY_DEFAULT;

	p.contents = contents;
	p.filenames = filenames;
	memcpy(p.identifier, id, sizeof(id));
	return p;
}

#define BEGIN "ioctl make_dir open_dir_at ioctl make_dir "
#define END "remove_dir close remove_dir"

/* What was made and not removed; the names come in any order. */
static int leftovers(void)
{
	static const char *const made[] = { "make_dir", "make_file" };
	static const char *const gone[] = { "remove_dir", "remove_file" };
	const struct fake_call *c, *r;
	int left = 0;

	for (size_t i = 0; i < 2; i++) {
		for (size_t n = 0; (c = fake_find(made[i], n)); n++) {
			bool found = false;

			for (size_t k = 0; (r = fake_find(gone[i], k)); k++)
				found |= r->num[0] == c->num[0] &&
					 !strcmp(r->text[0], c->text[0]);
			left += !found;
		}
	}
	return left;
}

/* Whatever fails, the trial leaves nothing, and the policy is not set for good. */
static void trial(void **state)
{
	static const struct {
		const char *call;
		int nth, errnum, left;
		enum wk_status want;
		const char *code, *names;
	} cases[] = {
		/* left: what could not be made counts as not removed. */
		{ "make_dir", 0, EROFS, 1, WK_FAIL, "fscrypt.read-only",
		  "ioctl make_dir" },
		{ "make_dir", 0, EACCES, 1, WK_DENIED, "fscrypt.not-owner",
		  "ioctl make_dir" },
		{ "open_dir_at", 0, EACCES, 0, WK_DENIED, "fscrypt.not-owner",
		  "ioctl make_dir open_dir_at remove_dir" },
		{ "ioctl", 0, EINVAL, 0, WK_UNSUPPORTED, "fscrypt.rejected",
		  "ioctl make_dir open_dir_at ioctl close remove_dir" },
		{ "ioctl", 0, ENOKEY, 0, WK_NOT_FOUND, "fscrypt.no-key",
		  "ioctl make_dir open_dir_at ioctl close remove_dir" },
		{ "make_dir", 1, ENOPKG, 1, WK_UNSUPPORTED, "fscrypt.no-cipher",
		  BEGIN "close remove_dir" },
		{ "make_dir", 1, ENOSPC, 1, WK_FAIL, "fscrypt.full",
		  BEGIN "close remove_dir" },
		{ "make_dir", 1, ENOKEY, 1, WK_NOT_FOUND, "fscrypt.no-key",
		  BEGIN "ioctl close remove_dir" },
		{ "make_file", 0, ENOKEY, 1, WK_NOT_FOUND, "fscrypt.no-key",
		  BEGIN "make_file ioctl " END },
		{ "make_file", 0, ENOPKG, 1, WK_UNSUPPORTED,
		  "fscrypt.no-cipher", BEGIN "make_file " END },
		{ "make_file", 0, EINVAL, 1, WK_UNSUPPORTED, "fscrypt.rejected",
		  BEGIN "make_file " END },
		{ "make_file", 0, EIO, 1, WK_FAIL, "errno.EIO",
		  BEGIN "make_file " END },
		{ "remove_file", 0, EIO, 0, WK_FAIL, "fscrypt.trial-left",
		  BEGIN "make_file remove_file " END },
		{ "remove_dir", 0, EIO, 0, WK_FAIL, "fscrypt.trial-left",
		  BEGIN "make_file remove_file " END },
		{ "remove_dir", 1, EIO, 0, WK_FAIL, "fscrypt.trial-left",
		  BEGIN "make_file remove_file " END },
		{ "none", 0, EIO, 0, WK_OK, "",
		  BEGIN "make_file remove_file " END },
	};
	struct wk_fscrypt_policy p = policy(5, 6);

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(cases); i++) {
		struct wk_err err = { 0 };

		fake_reset();
		fake_result("ioctl", -ENODATA);
		if (cases[i].nth)
			fake_result(cases[i].call, 0);
		fake_result(cases[i].call, -cases[i].errnum);
		assert_int_equal(wk_fscrypt_try_policy(5, &p, &err),
				 cases[i].want);
		assert_string_equal(err.code, cases[i].code);
		assert_string_equal(fake_names(), cases[i].names);
		assert_int_equal(leftovers(), cases[i].left);
	}
}

/* The cipher that is missing is the one of what could not be made. */
static void missing_cipher(void **state)
{
	struct wk_fscrypt_policy p = policy(5, 6);
	struct wk_err err;

	(void)state;
	fake_result("ioctl", -ENODATA);
	fake_result("make_dir", 0);
	fake_result("make_dir", -ENOPKG);
	assert_int_equal(wk_fscrypt_try_policy(5, &p, &err), WK_UNSUPPORTED);
	assert_non_null(strstr(err.msg, "lacks the cipher AES-128-CTS"));
	assert_non_null(strstr(err.hint, "CONFIG_CRYPTO_CTS"));
	fake_reset();
	fake_result("ioctl", -ENODATA);
	fake_result("make_file", -ENOPKG);
	assert_int_equal(wk_fscrypt_try_policy(5, &p, &err), WK_UNSUPPORTED);
	assert_non_null(strstr(err.msg, "lacks the cipher AES-128-CBC"));
	assert_non_null(strstr(err.hint, "CONFIG_CRYPTO_ESSIV"));
}

/* ENOKEY means two things. */
static void no_key(void **state)
{
	static const uint32_t present = FSCRYPT_KEY_STATUS_PRESENT;
	struct wk_fscrypt_policy p = policy(1, 4);
	struct wk_err err;

	(void)state;
	fake_result("ioctl", -ENODATA);
	fake_result("ioctl", 0);
	fake_output("ioctl", 0, 64, &present, sizeof(present));
	fake_result("make_dir", 0);
	fake_result("make_dir", -ENOKEY);
	assert_int_equal(wk_fscrypt_try_policy(5, &p, &err), WK_NOT_FOUND);
	assert_non_null(strstr(err.msg, "too short for AES-256-XTS, which "
					"needs 256bit"));
	fake_reset();
	fake_result("ioctl", -ENODATA);
	fake_result("make_file", -ENOKEY);
	assert_int_equal(wk_fscrypt_try_policy(5, &p, &err), WK_NOT_FOUND);
	assert_non_null(strstr(err.msg, "the key is not added"));
	assert_non_null(strstr(err.hint, "add-to-fscrypt"));
}

/* What stays is named, and does not hide what failed before. */
static void left_behind(void **state)
{
	struct wk_fscrypt_policy p = policy(1, 4);
	struct wk_err err;

	(void)state;
	fake_result("ioctl", -ENODATA);
	fake_result("make_file", -ENOSPC);
	fake_result("remove_dir", 0);
	fake_result("remove_dir", -EIO);
	assert_int_equal(wk_fscrypt_try_policy(5, &p, &err), WK_FAIL);
	assert_string_equal(err.code, "fscrypt.full");
	assert_int_equal(strncmp(err.msg, "'.wkeyctl-trial-", 16), 0);
	assert_non_null(strstr(err.msg, "' is left behind: cannot make files"));
	/* And nothing is set for good. */
	fake_reset();
	fake_result("ioctl", -ENODATA);
	fake_result("remove_dir", -EIO);
	assert_int_equal(wk_fscrypt_set_policy("/mnt", &p, &err), WK_FAIL);
	assert_string_equal(err.code, "fscrypt.trial-left");
	assert_null(fake_find("ioctl", 2));
}

/* --- what would be done -------------------------------------------------------- */

static void plan(void **state)
{
	static const uint32_t present = FSCRYPT_KEY_STATUS_PRESENT;
	static const uint32_t absent = FSCRYPT_KEY_STATUS_ABSENT;
	uint8_t same[24] = { 2, 1, 4, 3 };
	struct wk_fscrypt_policy p = policy(1, 4);
	struct wk_err err;

	(void)state;
	memcpy(same + 8, id, sizeof(id));
	for (int i = 0; i < 5; i++) {
		static const char *const codes[] = { "", "fscrypt.no-key",
						     "fscrypt.not-empty", "",
						     "fscrypt.other-policy" };

		memset(&err, 0, sizeof(err));
		fake_reset();
		fake_directory(S_IFDIR, 4096, i == 2);
		same[1] = i == 4 ? 9 : 1;
		fake_result("ioctl", i < 3 ? -ENODATA : 0);
		if (i < 3)
			fake_output("ioctl", 0, 64, i == 1 ? &absent : &present,
				    sizeof(present));
		else
			fake_output("ioctl", 0, 8, same, sizeof(same));
		assert_int_equal(wk_fscrypt_plan("/d", &p, &err) == WK_OK,
				 !codes[i][0]);
		assert_string_equal(err.code, codes[i]);
		assert_string_equal(fake_names(), "open_dir ioctl ioctl close");
	}
	/* Encrypted already: nothing to prove either. */
	fake_reset();
	assert_int_equal(wk_fscrypt_try_policy(5, &p, &err), WK_OK);
	assert_string_equal(fake_names(), "ioctl");
}

/* Each byte of the kernel's policy makes it another one; 5 to 7 are reserved. */
static void plan_again(void **state)
{
	uint8_t there[24] = { 2, 1, 4, 3 };
	struct wk_fscrypt_policy p = policy(1, 4);

	(void)state;
	memcpy(there + 8, id, sizeof(id));
	for (size_t i = 0; i < sizeof(there); i++) {
		struct wk_err err = { 0 };
		bool same = i >= 5 && i < 8;

		fake_reset();
		fake_result("ioctl", 0);
		there[i] ^= i ? 1 : 2; /* version 1 is 0 */
		fake_output("ioctl", 0, 8, there, sizeof(there));
		there[i] ^= i ? 1 : 2;
		if (wk_fscrypt_plan("/d", &p, &err) !=
		    (same ? WK_OK : WK_EXISTS))
			fail_msg("byte %zu: %s", i, err.msg);
		assert_string_equal(err.code,
				    same ? "" : "fscrypt.other-policy");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(trial, fake_setup),
		cmocka_unit_test_setup(missing_cipher, fake_setup),
		cmocka_unit_test_setup(no_key, fake_setup),
		cmocka_unit_test_setup(left_behind, fake_setup),
		cmocka_unit_test_setup(plan, fake_setup),
		cmocka_unit_test_setup(plan_again, fake_setup),
	};

	return cmocka_run_group_tests_name("fscrypt_trial", tests, NULL, NULL);
}
