/* SPDX-License-Identifier: Apache-2.0 */
/* fscrypt: ioctl arguments byte for byte, every errno explained. */
/* link: fake_syscalls */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/blob.h"
#include "sys/fscrypt_policy.h"
#include "tests/unit/fake_syscalls.h"
#include "uapi/fscrypt.h"

#define MOUNTINFO                                                                  \
	"20 1 254:0 / / rw - ext4 /dev/root rw\n"                                  \
	"21 20 7:3 / /mnt rw,relatime shared:5 - ext4 /dev/loop3 rw,inlinecrypt\n" \
	"22 20 0:40 / /tmp rw - tmpfs tmpfs rw\n"                                  \
	"23 20 8:1 / /data rw - f2fs /dev/sda1 rw\n"

static const uint8_t id[WK_FSCRYPT_ID_BYTES] = "0123456789abcde";

static enum wk_status add(uint8_t ret_id[WK_FSCRYPT_ID_BYTES],
			  struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *key = NULL;

	assert_int_equal(wk_secret_from("kkkkkkkkkkkkkkkkKKKKKKKKKKKKKKKK", 32,
					&key, err),
			 0);
	return wk_fscrypt_add_key(5, key, false, ret_id, err);
}

static void open_and_close(void **state)
{
	struct wk_err err;
	int fd = -1;

	(void)state;
	assert_int_equal(wk_fscrypt_open("/mnt", &fd, &err), WK_OK);
	assert_int_equal(fd, 5);
	wk_fscrypt_close(&fd);
	wk_fscrypt_close(&fd);
	assert_string_equal(fake_names(), "open_dir close");
	fake_result("open_dir", -ENOENT);
	assert_int_equal(wk_fscrypt_open("/gone", &fd, &err), WK_NOT_FOUND);
	assert_non_null(strstr(err.msg, "/gone"));
	assert_int_equal(fd, -1);
	fake_result("open_dir", -EACCES);
	assert_int_equal(wk_fscrypt_open("/mnt", &fd, &err), WK_DENIED);
}

static void add_argument(void **state)
{
	/* Offsets of include/uapi/linux/fscrypt.h: the identifier is at 8. */
	const struct fake_call *c;
	struct fscrypt_add_key_arg arg;
	uint8_t got[WK_FSCRYPT_ID_BYTES] = { 0 };
	struct wk_err err;

	(void)state;
	fake_output("ioctl", 0, 8, id, sizeof(id));
	assert_int_equal(add(got, &err), WK_OK);
	assert_memory_equal(got, id, sizeof(id));
	c = fake_call(0);
	assert_int_equal(c->num[1], FS_IOC_ADD_ENCRYPTION_KEY);
	assert_int_equal(c->len, sizeof(arg) + 32);
	memcpy(&arg, c->data, sizeof(arg));
	assert_int_equal(arg.key_spec.type, FSCRYPT_KEY_SPEC_TYPE_IDENTIFIER);
	assert_int_equal(arg.raw_size, 32);
	assert_int_equal(arg.key_id, 0);
	for (size_t i = 48; i < sizeof(arg); i++)
		assert_int_equal(c->data[i], 0);
	assert_memory_equal(c->data + sizeof(arg),
			    "kkkkkkkkkkkkkkkkKKKKKKKKKKKKKKKK", 32);
}

static void provisioning_payload(void **state)
{
	static const uint8_t head[8] = { 2, 0, 0, 0, 0, 0, 0, 0 };
	WK_AUTO_SECRET struct wk_secret *key = NULL, *payload = NULL;
	uint32_t type = FSCRYPT_KEY_SPEC_TYPE_IDENTIFIER;
	struct wk_err err;

	(void)state;
	assert_int_equal(wk_secret_from("kkkkkkkkkkkkkkkk", 16, &key, &err), 0);
	assert_int_equal(wk_fscrypt_provisioning(key, &payload, &err), 0);
	assert_int_equal(wk_secret_len(payload), 24);
	assert_memory_equal(wk_secret_view(payload), &type, 4);
	assert_memory_equal(wk_secret_view(payload) + 4, head + 4, 4);
	assert_memory_equal(wk_secret_view(payload) + 8, "kkkkkkkkkkkkkkkk",
			    16);
}

static void removed(uint32_t flags, enum wk_status want, bool others)
{
	struct wk_err err = { 0 };
	bool got = !others;

	fake_reset();
	fake_output("ioctl", 0,
		    offsetof(struct fscrypt_remove_key_arg,
			     removal_status_flags),
		    &flags, sizeof(flags));
	assert_int_equal(wk_fscrypt_remove_key(5, id, false, &got, &err), want);
	assert_int_equal(fake_call(0)->num[1], FS_IOC_REMOVE_ENCRYPTION_KEY);
	assert_memory_equal(fake_call(0)->data + 8, id, sizeof(id));
	if (want)
		assert_string_equal(err.code, "fscrypt.busy");
	else
		assert_int_equal(got, others);
}

static void removing(void **state)
{
	(void)state;
	removed(0, WK_OK, false);
	removed(FSCRYPT_KEY_REMOVAL_STATUS_FLAG_OTHER_USERS, WK_OK, true);
	removed(FSCRYPT_KEY_REMOVAL_STATUS_FLAG_FILES_BUSY, WK_EXISTS, false);
}

static void status(void **state)
{
	const uint32_t out[3] = { FSCRYPT_KEY_STATUS_PRESENT,
				  FSCRYPT_KEY_STATUS_FLAG_ADDED_BY_SELF, 7 };
	struct wk_fscrypt_status s;
	struct wk_err err;

	(void)state;
	fake_output("ioctl", 0,
		    offsetof(struct fscrypt_get_key_status_arg, status), out,
		    sizeof(out));
	assert_int_equal(wk_fscrypt_key_status(5, id, &s, &err), WK_OK);
	assert_int_equal(s.presence, WK_FSCRYPT_PRESENT);
	assert_true(s.added_by_self);
	assert_int_equal(s.user_count, 7);
}

static void policy_argument(void **state)
{
	struct wk_fscrypt_policy p = WK_FSCRYPT_POLICY_DEFAULT;
	static const uint8_t head[8] = { 2, 1, 4, 3 };
	static const struct {
		uint8_t padding, flag;
	} pads[] = { { 4, 0 }, { 8, 1 }, { 16, 2 }, { 32, 3 } };
	struct wk_err err;

	(void)state;
	memcpy(p.identifier, id, sizeof(id));
	assert_int_equal(wk_fscrypt_put_policy(5, &p, &err), WK_OK);
	assert_int_equal(fake_call(0)->num[1], FS_IOC_SET_ENCRYPTION_POLICY);
	assert_int_equal(fake_call(0)->len, 24);
	assert_memory_equal(fake_call(0)->data, head, 8);
	assert_memory_equal(fake_call(0)->data + 8, id, sizeof(id));
	p.flags = FSCRYPT_POLICY_FLAG_IV_INO_LBLK_64;
	for (size_t i = 0; i < 4; i++) {
		fake_reset();
		p.padding = pads[i].padding;
		assert_int_equal(wk_fscrypt_put_policy(5, &p, &err), WK_OK);
		assert_int_equal(fake_call(0)->data[3], 8 | pads[i].flag);
	}
	fake_reset();
	p.padding = 5;
	assert_int_equal(wk_fscrypt_put_policy(5, &p, &err), WK_FAIL);
	assert_string_equal(err.code, "usage.bad-value");
	assert_int_equal(fake_count(), 0);
}

/* --- errnos --------------------------------------------------------------- */

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
		{ WK_FSCRYPT_OP_ADD, EBADMSG, WK_FOREIGN,
		  "fscrypt.foreign-blob" },
		{ WK_FSCRYPT_OP_ADD, EDQUOT, WK_FAIL, "fscrypt.quota" },
		{ WK_FSCRYPT_OP_ADD, EINVAL, WK_UNSUPPORTED,
		  "fscrypt.rejected" },
		{ WK_FSCRYPT_OP_ADD, EKEYREJECTED, WK_UNSUPPORTED,
		  "fscrypt.key-type" },
		{ WK_FSCRYPT_OP_ADD, ENOKEY, WK_NOT_FOUND, "fscrypt.no-key" },
		{ WK_FSCRYPT_OP_ADD, EOPNOTSUPP, WK_UNSUPPORTED,
		  "fscrypt.feature" },
		{ WK_FSCRYPT_OP_ADD, ENOTTY, WK_UNSUPPORTED,
		  "fscrypt.no-support" },
		{ WK_FSCRYPT_OP_REMOVE, ENOKEY, WK_NOT_FOUND,
		  "fscrypt.no-key" },
		{ WK_FSCRYPT_OP_REMOVE, EACCES, WK_DENIED, "fscrypt.denied" },
		{ WK_FSCRYPT_OP_REMOVE, EINVAL, WK_UNSUPPORTED,
		  "fscrypt.rejected" },
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

/* Whatever fails, the trial leaves nothing, and the policy is not set for good. */
static void trial(void **state)
{
	static const struct {
		const char *call;
		int errnum;
		enum wk_status want;
		const char *names;
	} cases[] = {
		{ "make_dir", EROFS, WK_FAIL, "ioctl make_dir" },
		{ "open_dir_at", EACCES, WK_DENIED,
		  "ioctl make_dir open_dir_at remove_dir" },
		{ "ioctl", EINVAL, WK_UNSUPPORTED,
		  "ioctl make_dir open_dir_at ioctl close remove_dir" },
		{ "make_file", ENOKEY, WK_NOT_FOUND,
		  "ioctl make_dir open_dir_at ioctl make_file close "
		  "remove_dir" },
		{ "make_file", ENOPKG, WK_UNSUPPORTED,
		  "ioctl make_dir open_dir_at ioctl make_file close "
		  "remove_dir" },
		{ "none", EIO, WK_OK,
		  "ioctl make_dir open_dir_at ioctl make_file remove_file "
		  "close remove_dir" },
	};
	const struct wk_fscrypt_policy p = WK_FSCRYPT_POLICY_DEFAULT;
	struct wk_err err;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fake_reset();
		fake_result("ioctl", -ENODATA);
		fake_result(cases[i].call, -cases[i].errnum);
		assert_int_equal(wk_fscrypt_try_policy(5, &p, &err),
				 cases[i].want);
		assert_string_equal(fake_names(), cases[i].names);
	}
	/* Encrypted already: nothing to prove. */
	fake_reset();
	assert_int_equal(wk_fscrypt_try_policy(5, &p, &err), WK_OK);
	assert_string_equal(fake_names(), "ioctl");
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

/* To the mount point, and not to where there is none or it cannot be opened. */
static void leaving(void **state)
{
	int fd = 77;

	(void)state;
	assert_false(wk_fscrypt_leave(&fd));
	fake_file("/proc/self/mountinfo", MOUNTINFO);
	fake_device(7, 3);
	fake_result("open_dir", -EACCES);
	assert_false(wk_fscrypt_leave(&fd));
	assert_int_equal(fd, 77);
	assert_null(fake_find("close", 0));
	assert_true(wk_fscrypt_leave(&fd));
	assert_int_equal(fd, 5);
	assert_string_equal(fake_find("open_dir", 1)->text[0], "/mnt");
	assert_int_equal(fake_find("close", 0)->num[0], 77);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(open_and_close, fake_setup),
		cmocka_unit_test_setup(add_argument, fake_setup),
		cmocka_unit_test_setup(provisioning_payload, fake_setup),
		cmocka_unit_test_setup(removing, fake_setup),
		cmocka_unit_test_setup(status, fake_setup),
		cmocka_unit_test_setup(policy_argument, fake_setup),
		cmocka_unit_test_setup(every_errno_its_own_message, fake_setup),
		cmocka_unit_test_setup(documented_errnos, fake_setup),
		cmocka_unit_test_setup(trial, fake_setup),
		cmocka_unit_test_setup(named_file_system, fake_setup),
		cmocka_unit_test_setup(leaving, fake_setup),
	};

	return cmocka_run_group_tests_name("fscrypt", tests, NULL, NULL);
}
