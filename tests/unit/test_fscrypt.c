/* SPDX-License-Identifier: Apache-2.0 */
/* fscrypt: ioctl arguments byte for byte, claims, and leaving. */
/* link: fake_syscalls */
#include "tests/unit/fscrypt_fixture.h"

#include <errno.h>

#include "uapi/fscrypt.h"

static const uint8_t id[WK_FSCRYPT_ID_BYTES] = "0123456789abcde";

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
		cmocka_unit_test_setup(claims, fake_setup),
		cmocka_unit_test_setup(leaving, fake_setup),
		cmocka_unit_test_setup(leaving_parts, fake_setup),
	};

	return cmocka_run_group_tests_name("fscrypt", tests, NULL, NULL);
}
