/* SPDX-License-Identifier: Apache-2.0 */
/* fscrypt: ioctl arguments byte for byte, every errno explained. */
/* link: fake_syscalls */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
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

static void removed(bool all, uint32_t flags, enum wk_status want, bool others)
{
	struct wk_err err = { 0 };
	bool got = !others;

	fake_reset();
	fake_output("ioctl", 0,
		    offsetof(struct fscrypt_remove_key_arg,
			     removal_status_flags),
		    &flags, sizeof(flags));
	assert_int_equal(wk_fscrypt_remove_key(5, id, all, &got, &err), want);
	assert_int_equal(fake_call(0)->num[1],
			 all ? FS_IOC_REMOVE_ENCRYPTION_KEY_ALL_USERS :
			       FS_IOC_REMOVE_ENCRYPTION_KEY);
	assert_memory_equal(fake_call(0)->data + 8, id, sizeof(id));
	if (want)
		assert_string_equal(err.code, "fscrypt.busy");
	else
		assert_int_equal(got, others);
}

static void removing(void **state)
{
	(void)state;
	removed(false, 0, WK_OK, false);
	removed(false, FSCRYPT_KEY_REMOVAL_STATUS_FLAG_OTHER_USERS, WK_OK,
		true);
	removed(false, FSCRYPT_KEY_REMOVAL_STATUS_FLAG_FILES_BUSY, WK_EXISTS,
		false);
	removed(true, 0, WK_OK, false);
	removed(true, FSCRYPT_KEY_REMOVAL_STATUS_FLAG_FILES_BUSY, WK_EXISTS,
		false);
}

/* Asked for a key that no file system has: EINVAL is the answer to who may. */
static void may_remove_all(void **state)
{
	static const struct {
		int errnum;
		enum wk_status want;
		const char *code;
	} cases[] = {
		{ EINVAL, WK_OK, "" },
		{ EACCES, WK_DENIED, "fscrypt.not-admin" },
		{ EIO, WK_FAIL, "errno.EIO" },
	};
	static const struct fscrypt_remove_key_arg no_key;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct wk_err err = { 0 };

		fake_reset();
		fake_result("ioctl", -cases[i].errnum);
		assert_int_equal(wk_fscrypt_may_remove_all(5, &err),
				 cases[i].want);
		assert_string_equal(err.code, cases[i].code);
		assert_int_equal(fake_call(0)->num[1],
				 FS_IOC_REMOVE_ENCRYPTION_KEY_ALL_USERS);
		assert_memory_equal(fake_call(0)->data, &no_key,
				    sizeof(no_key));
		assert_int_equal(fake_count(), 1);
	}
}

static void status(void **state)
{
	const uint32_t out[3] = { FSCRYPT_KEY_STATUS_PRESENT,
				  FSCRYPT_KEY_STATUS_FLAG_ADDED_BY_SELF, 7 };
	/* What a later kernel may say. */
	const uint32_t later[3] = { 9, 0x80000011, 1 };
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
	assert_int_equal(s.other_flags, 0);
	fake_output("ioctl", 0,
		    offsetof(struct fscrypt_get_key_status_arg, status), later,
		    sizeof(later));
	assert_int_equal(wk_fscrypt_key_status(5, id, &s, &err), WK_OK);
	assert_int_equal(s.presence, 9);
	assert_true(s.added_by_self);
	assert_int_equal(s.other_flags, 0x80000010);
}

/* The rules are left to the kernel, and its errno is what it said. */
static void unchecked(void **state)
{
	struct wk_fscrypt_policy p = WK_FSCRYPT_POLICY_DEFAULT;
	struct wk_err err;

	(void)state;
	p.contents = WK_FSCRYPT_AES_256_CTS;
	p.flags = WK_FSCRYPT_DIRECT_KEY;
	assert_int_equal(wk_fscrypt_put_unchecked(5, &p, &err), WK_OK);
	assert_memory_equal(fake_call(0)->data, "\2\4\4\7\0\0\0\0", 8);
	fake_result("ioctl", -EINVAL);
	assert_int_not_equal(wk_fscrypt_put_unchecked(5, &p, &err), WK_OK);
	assert_int_equal(err.errnum, EINVAL);
	fake_result("ioctl", -EEXIST);
	assert_int_equal(wk_fscrypt_put_unchecked(5, &p, &err), WK_EXISTS);
	assert_int_equal(err.errnum, EEXIST);
	assert_string_equal(fake_names(), "ioctl ioctl ioctl");
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

/* A claim is new when no line of before has its serial. */
static void claims(void **state)
{
#define HEAD " I--Q---     1 perm 08010000     0     0 .fscrypt  "
#define ID "30313233343536373839616263646500.uid.0\n"
#define OTHER "ff313233343536373839616263646500.uid.0\n"
	static const char before[] = "0000000a" HEAD ID "0000000b" HEAD OTHER;
	static const struct {
		const char *now;
		bool is_new;
	} cases[] = {
		{ "0000000a" HEAD ID "0000000b" HEAD OTHER, false },
		{ "0000000a" HEAD ID "0000000c" HEAD ID, true },
		{ "0000000c" HEAD OTHER "0000000d" HEAD ID, true },
		/* Not seen at all, or of another type: it is not known. */
		{ "0000000b" HEAD OTHER, true },
		{ "0000000a I--Q--- 1 perm 3f010000 0 0 user  " ID, true },
	};
	char *text;

	(void)state;
	assert_null(wk_fscrypt_claims());
	assert_true(wk_fscrypt_is_new_claim(NULL, id));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fake_reset();
		fake_file("/proc/keys", cases[i].now);
		text = wk_fscrypt_claims();
		assert_string_equal(text, cases[i].now);
		free(text);
		assert_int_equal(wk_fscrypt_is_new_claim(before, id),
				 cases[i].is_new);
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
	fake_result("open_dir", 5);
	fake_result("ioctl", -ENODATA);
	assert_true(wk_fscrypt_leave(&fd));
	assert_int_equal(fd, 5);
	assert_string_equal(fake_find("open_dir", 1)->text[0], "/mnt");
	assert_int_equal(fake_find("close", 0)->num[0], 77);
}

static void left_to(const char *mounts, int nth_open, const char *point)
{
	int fd = 77;

	fake_file("/proc/self/mountinfo", mounts);
	fake_device(7, 3);
	assert_int_equal(wk_fscrypt_leave(&fd), point != NULL);
	if (point)
		assert_string_equal(fake_find("open_dir", nth_open)->text[0],
				    point);
	else
		assert_int_equal(fd, 77);
	assert_null(fake_find("open_dir", nth_open + 1));
	fake_reset();
}

/* Bind mounts: of all of it first, else of what is not encrypted. */
static void leaving_parts(void **state)
{
#define LINE(root, point) \
	"21 20 7:3 " root " " point " rw - ext4 /dev/loop3 rw\n"
	(void)state;
	fake_result("ioctl", -ENODATA);
	left_to(LINE("/d", "/d") LINE("/", "/all"), 0, "/all");
	fake_result("open_dir", -ENOENT);
	fake_result("ioctl", -ENODATA);
	left_to(LINE("/", "/gone") LINE("/d", "/d") LINE("/", "/all"), 1,
		"/all");
	fake_result("ioctl", 0);
	fake_result("ioctl", -ENODATA);
	left_to(LINE("/d", "/d") LINE("/e", "/e"), 1, "/e");
	/* One that cannot be asked is none with a policy. */
	fake_result("ioctl", -ENOTTY);
	left_to(LINE("/d", "/d") LINE("/e", "/e"), 0, "/d");
	fake_result("ioctl", 0);
	fake_result("ioctl", 0);
	left_to(LINE("/d", "/d") LINE("/", "/all"), 1, NULL);
#undef LINE
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(open_and_close, fake_setup),
		cmocka_unit_test_setup(add_argument, fake_setup),
		cmocka_unit_test_setup(provisioning_payload, fake_setup),
		cmocka_unit_test_setup(removing, fake_setup),
		cmocka_unit_test_setup(may_remove_all, fake_setup),
		cmocka_unit_test_setup(status, fake_setup),
		cmocka_unit_test_setup(unchecked, fake_setup),
		cmocka_unit_test_setup(every_errno_its_own_message, fake_setup),
		cmocka_unit_test_setup(documented_errnos, fake_setup),
		cmocka_unit_test_setup(named_file_system, fake_setup),
		cmocka_unit_test_setup(kernel_of_the_operation, fake_setup),
		cmocka_unit_test_setup(wrapped_not_supported, fake_setup),
		cmocka_unit_test_setup(claims, fake_setup),
		cmocka_unit_test_setup(leaving, fake_setup),
		cmocka_unit_test_setup(leaving_parts, fake_setup),
	};

	return cmocka_run_group_tests_name("fscrypt", tests, NULL, NULL);
}
