/* SPDX-License-Identifier: Apache-2.0 */
/* fscrypt: every errno of the ioctls explained. */
/* link: fake_syscalls */
#include "tests/unit/fscrypt_fixture.h"

#include <errno.h>

#define ERRNOS 134

static void every_errno_its_own_message(void **state)
{
	static struct wk_err errs[ERRNOS];

	(void)state;
	fake_file("/proc/self/mountinfo", MOUNTINFO);
	fake_device(7, 3);
	for (int op = 0; op < WK_FSCRYPT_OPS; op++) {
		for (int e = 1; e < ERRNOS; e++) {
			memset(&errs[e], 0, sizeof(errs[e]));
			wk_fscrypt_fail(&errs[e], (enum wk_fscrypt_op)op, e, 5);
			assert_int_not_equal(errs[e].status, WK_OK);
			assert_int_equal(errs[e].errnum, e);
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
		enum wk_fscrypt_op op;
		int errnum;
		enum wk_status want;
		const char *code;
	} cases[] = {
		{ WK_FSCRYPT_OP_ADD, EACCES, WK_DENIED, "fscrypt.denied" },
		{ WK_FSCRYPT_OP_ADD_WRAPPED, EBADMSG, WK_FOREIGN,
		  "fscrypt.foreign-blob" },
		{ WK_FSCRYPT_OP_ADD_WRAPPED, EINVAL, WK_UNSUPPORTED,
		  "fscrypt.rejected" },
		{ WK_FSCRYPT_OP_ADD_SERIAL, EBADMSG, WK_FOREIGN,
		  "fscrypt.foreign-blob" },
		{ WK_FSCRYPT_OP_ADD_SERIAL, EACCES, WK_DENIED,
		  "fscrypt.denied" },
		{ WK_FSCRYPT_OP_ADD_SERIAL, EKEYREVOKED, WK_NOT_FOUND,
		  "fscrypt.revoked" },
		{ WK_FSCRYPT_OP_ADD_SERIAL, EKEYEXPIRED, WK_NOT_FOUND,
		  "fscrypt.expired" },
		{ WK_FSCRYPT_OP_ADD_SERIAL, EDQUOT, WK_FAIL, "fscrypt.quota" },
		{ WK_FSCRYPT_OP_ADD, EROFS, WK_FAIL, "fscrypt.read-only" },
		{ WK_FSCRYPT_OP_ADD, EDQUOT, WK_FAIL, "fscrypt.quota" },
		{ WK_FSCRYPT_OP_ADD, EINVAL, WK_UNSUPPORTED,
		  "fscrypt.rejected" },
		{ WK_FSCRYPT_OP_ADD_SERIAL, EKEYREJECTED, WK_UNSUPPORTED,
		  "fscrypt.key-type" },
		{ WK_FSCRYPT_OP_ADD_SERIAL, ENOKEY, WK_NOT_FOUND,
		  "fscrypt.no-key" },
		{ WK_FSCRYPT_OP_ADD, EOPNOTSUPP, WK_UNSUPPORTED,
		  "fscrypt.feature" },
		{ WK_FSCRYPT_OP_ADD, ENOTTY, WK_UNSUPPORTED,
		  "fscrypt.no-support" },
		{ WK_FSCRYPT_OP_REMOVE, ENOKEY, WK_NOT_FOUND,
		  "fscrypt.no-key" },
		{ WK_FSCRYPT_OP_REMOVE, EACCES, WK_DENIED, "fscrypt.denied" },
		{ WK_FSCRYPT_OP_REMOVE, EINVAL, WK_UNSUPPORTED,
		  "fscrypt.rejected" },
		{ WK_FSCRYPT_OP_REMOVE_ALL, EACCES, WK_DENIED,
		  "fscrypt.not-admin" },
		{ WK_FSCRYPT_OP_REMOVE_ALL, ENOKEY, WK_NOT_FOUND,
		  "fscrypt.no-key" },
		{ WK_FSCRYPT_OP_STATUS, EINVAL, WK_UNSUPPORTED,
		  "fscrypt.rejected" },
		{ WK_FSCRYPT_OP_SET_POLICY, EACCES, WK_DENIED,
		  "fscrypt.not-owner" },
		{ WK_FSCRYPT_OP_SET_POLICY, EEXIST, WK_EXISTS,
		  "fscrypt.other-policy" },
		{ WK_FSCRYPT_OP_SET_POLICY, EINVAL, WK_UNSUPPORTED,
		  "fscrypt.rejected" },
		{ WK_FSCRYPT_OP_SET_POLICY, ENOKEY, WK_NOT_FOUND,
		  "fscrypt.no-key" },
		{ WK_FSCRYPT_OP_SET_POLICY, ENOTDIR, WK_FAIL,
		  "fscrypt.not-a-directory" },
		{ WK_FSCRYPT_OP_SET_POLICY, ENOTEMPTY, WK_FAIL,
		  "fscrypt.not-empty" },
		{ WK_FSCRYPT_OP_SET_POLICY, ENOENT, WK_NOT_FOUND,
		  "fscrypt.deleted" },
		{ WK_FSCRYPT_OP_SET_POLICY, EPERM, WK_FAIL,
		  "fscrypt.root-directory" },
		{ WK_FSCRYPT_OP_SET_POLICY, EROFS, WK_FAIL,
		  "fscrypt.read-only" },
		{ WK_FSCRYPT_OP_SET_POLICY, EIO, WK_FAIL, "errno.EIO" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct wk_err err = { 0 };

		assert_int_equal(wk_fscrypt_fail(&err, cases[i].op,
						 cases[i].errnum, 5),
				 cases[i].want);
		assert_string_equal(err.code, cases[i].code);
	}
}

/* The device and the file system type are named, where they can be found. */
static void named_file_system(void **state)
{
	static const struct {
		unsigned int major, minor;
		int errnum;
		const char *in_msg, *in_hint;
	} cases[] = {
		{ 7, 3, EOPNOTSUPP, "the ext4 file system on /dev/loop3",
		  "tune2fs -O encrypt /dev/loop3" },
		{ 8, 1, EOPNOTSUPP, "the f2fs file system on /dev/sda1",
		  "fsck.f2fs -O encrypt /dev/sda1" },
		{ 0, 40, ENOTTY, "file systems of type tmpfs have no fscrypt",
		  "dm-crypt" },
		{ 7, 3, ENOTTY, "this kernel has no fscrypt keys for ext4",
		  "Linux 5.4" },
		{ 9, 9, ENOTTY, "type unknown", "dm-crypt" },
		{ 9, 9, EOPNOTSUPP, "unknown file system",
		  "CONFIG_FS_ENCRYPTION" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t got[WK_FSCRYPT_ID_BYTES] = { 9 };
		struct wk_err err;

		fake_reset();
		fake_file("/proc/self/mountinfo", MOUNTINFO);
		fake_device(cases[i].major, cases[i].minor);
		fake_result("ioctl", -cases[i].errnum);
		assert_int_equal(add(got, &err), WK_UNSUPPORTED);
		assert_non_null(strstr(err.msg, cases[i].in_msg));
		assert_non_null(strstr(err.hint, cases[i].in_hint));
		assert_int_equal(err.errnum, cases[i].errnum);
		assert_int_equal(got[0], 9);
	}
}

/* The nonce can be read since Linux 5.7, all else since 5.4. */
static void kernel_of_the_operation(void **state)
{
	(void)state;
	fake_file("/proc/self/mountinfo", MOUNTINFO);
	fake_device(7, 3);
	for (int op = 0; op < WK_FSCRYPT_OPS; op++) {
		struct wk_err err = { 0 };
		bool nonce = op == WK_FSCRYPT_OP_GET_NONCE;

		assert_int_equal(wk_fscrypt_fail(&err, (enum wk_fscrypt_op)op,
						 ENOTTY, 5),
				 WK_UNSUPPORTED);
		assert_string_equal(err.code, "fscrypt.old-kernel");
		assert_non_null(strstr(err.msg, nonce ? "no fscrypt nonces" :
							"no fscrypt keys"));
		assert_non_null(
			strstr(err.hint, nonce ? "Linux 5.7" : "Linux 5.4"));
	}
}

/* EOPNOTSUPP for a wrapped key: feature, mount option, engine, in that order. */
static void wrapped_not_supported(void **state)
{
	static const struct {
		unsigned int major, minor;
		long status; /* of the question whether the feature is on */
		const char *code, *in_msg;
	} cases[] = {
		{ 8, 1, -EOPNOTSUPP, "fscrypt.feature",
		  "the f2fs file system" },
		{ 8, 1, 0, "fscrypt.no-inlinecrypt",
		  "on /dev/sda1 is not mounted with -o inlinecrypt" },
		{ 7, 3, 0, "fscrypt.no-engine", "/dev/loop3 has no" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct wk_err err = { 0 };

		fake_reset();
		fake_file("/proc/self/mountinfo", MOUNTINFO);
		fake_device(cases[i].major, cases[i].minor);
		fake_result("ioctl", cases[i].status);
		assert_int_equal(wk_fscrypt_fail(&err,
						 WK_FSCRYPT_OP_ADD_WRAPPED,
						 EOPNOTSUPP, 5),
				 WK_UNSUPPORTED);
		assert_string_equal(err.code, cases[i].code);
		assert_non_null(strstr(err.msg, cases[i].in_msg));
		assert_int_not_equal(err.hint[0], 0);
		assert_int_equal(err.errnum, EOPNOTSUPP);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(every_errno_its_own_message, fake_setup),
		cmocka_unit_test_setup(documented_errnos, fake_setup),
		cmocka_unit_test_setup(named_file_system, fake_setup),
		cmocka_unit_test_setup(kernel_of_the_operation, fake_setup),
		cmocka_unit_test_setup(wrapped_not_supported, fake_setup),
	};

	return cmocka_run_group_tests_name("fscrypt_errors", tests, NULL, NULL);
}
