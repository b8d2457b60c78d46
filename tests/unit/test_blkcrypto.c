/* SPDX-License-Identifier: Apache-2.0 */
/* Wrapped keys of engines: ioctl arguments field by field, every errno explained. */
/* link: fake_syscalls */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "sys/blkcrypto.h"
#include "tests/unit/fake_syscalls.h"
#include "uapi/blk-crypto.h"

static const uint8_t blob[100] = "long-term";

enum op {
	IMPORT,
	GENERATE,
	PREPARE,
};

static enum wk_status call(enum op op, struct wk_blkcrypto_blob *ret,
			   struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *raw = NULL;

	if (op == GENERATE)
		return wk_blkcrypto_generate(5, ret, err);
	if (op == PREPARE)
		return wk_blkcrypto_prepare(5, wk_span(blob, sizeof(blob)), ret,
					    err);
	assert_int_equal(wk_secret_from("kkkkkkkkkkkkkkkkKKKKKKKKKKKKKKKK", 32,
					&raw, err),
			 WK_OK);
	return wk_blkcrypto_import(5, raw, ret, err);
}

static void opening(void **state)
{
	struct wk_err err;
	int fd = -1;

	(void)state;
	assert_int_equal(wk_blkcrypto_open("/dev/sda", &fd, &err), WK_OK);
	assert_int_equal(fd, 7);
	assert_string_equal(fake_names(), "open_any");
	fd = -1;
	fake_result("open_any", -ENOENT);
	assert_int_equal(wk_blkcrypto_open("/gone", &fd, &err), WK_NOT_FOUND);
	assert_non_null(strstr(err.msg, "/gone"));
	assert_int_equal(fd, -1);
	fake_result("open_any", -EACCES);
	assert_int_equal(wk_blkcrypto_open("/dev/sda", &fd, &err), WK_DENIED);
	assert_int_equal(err.errnum, EACCES);
}

static void import_argument(void **state)
{
	const uint64_t made = 68;
	struct blk_crypto_import_key_arg arg;
	struct wk_blkcrypto_blob lt;
	struct wk_err err;

	(void)state;
	fake_output("ioctl", 0,
		    offsetof(struct blk_crypto_import_key_arg, lt_key_size),
		    &made, sizeof(made));
	assert_int_equal(call(IMPORT, &lt, &err), WK_OK);
	assert_int_equal(lt.len, 68);
	assert_int_equal(fake_call(0)->num[0], 5);
	assert_int_equal(fake_call(0)->num[1], 0xc0401289);
	assert_int_equal(fake_call(0)->len, sizeof(arg));
	memcpy(&arg, fake_call(0)->data, sizeof(arg));
	assert_int_not_equal(arg.raw_key_ptr, 0);
	assert_int_equal(arg.raw_key_size, 32);
	assert_int_not_equal(arg.lt_key_ptr, 0);
	assert_int_equal(arg.lt_key_size, 128);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(arg.reserved[i], 0);
}

static void generate_argument(void **state)
{
	const uint64_t made = 128;
	struct blk_crypto_generate_key_arg arg;
	struct wk_blkcrypto_blob lt;
	struct wk_err err;

	(void)state;
	fake_output("ioctl", 0,
		    offsetof(struct blk_crypto_generate_key_arg, lt_key_size),
		    &made, sizeof(made));
	assert_int_equal(call(GENERATE, &lt, &err), WK_OK);
	assert_int_equal(lt.len, 128);
	assert_int_equal(fake_call(0)->num[1], 0xc030128a);
	memcpy(&arg, fake_call(0)->data, sizeof(arg));
	assert_int_not_equal(arg.lt_key_ptr, 0);
	assert_int_equal(arg.lt_key_size, 128);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(arg.reserved[i], 0);
}

static void prepare_argument(void **state)
{
	const uint64_t made = 100;
	struct blk_crypto_prepare_key_arg arg;
	struct wk_blkcrypto_blob eph;
	struct wk_err err;

	(void)state;
	fake_output("ioctl", 0,
		    offsetof(struct blk_crypto_prepare_key_arg, eph_key_size),
		    &made, sizeof(made));
	assert_int_equal(call(PREPARE, &eph, &err), WK_OK);
	assert_int_equal(eph.len, 100);
	assert_int_equal(fake_call(0)->num[1], 0xc040128b);
	memcpy(&arg, fake_call(0)->data, sizeof(arg));
	assert_int_equal(arg.lt_key_ptr, (uintptr_t)blob);
	assert_int_equal(arg.lt_key_size, sizeof(blob));
	assert_int_not_equal(arg.eph_key_ptr, 0);
	assert_int_equal(arg.eph_key_size, 128);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(arg.reserved[i], 0);
}

/* A driver that says more than there was room for is not believed. */
static void more_than_fits(void **state)
{
	const uint64_t made = 129;
	struct wk_blkcrypto_blob lt = { .len = 77 };
	struct wk_err err;

	(void)state;
	fake_output("ioctl", 0,
		    offsetof(struct blk_crypto_generate_key_arg, lt_key_size),
		    &made, sizeof(made));
	assert_int_equal(call(GENERATE, &lt, &err), WK_UNSUPPORTED);
	assert_string_equal(err.code, "blkcrypto.blob-size");
	assert_int_equal(lt.len, 77);
}

static const struct {
	enum op op;
	int errnum;
	enum wk_status status;
	const char *code, *cause, *remedy;
} failures[] = {
	{ IMPORT, EOPNOTSUPP, WK_UNSUPPORTED, "blkcrypto.no-engine",
	  "no inline-crypto engine", "hw_wrapped_keys" },
	{ GENERATE, EOPNOTSUPP, WK_UNSUPPORTED, "blkcrypto.no-engine",
	  "no inline-crypto engine", "hw_wrapped_keys" },
	{ PREPARE, EOPNOTSUPP, WK_UNSUPPORTED, "blkcrypto.no-engine",
	  "no inline-crypto engine", "hw_wrapped_keys" },
	{ IMPORT, ENOTTY, WK_UNSUPPORTED, "blkcrypto.no-ioctl",
	  "no block device", "Linux 6.15" },
	{ GENERATE, ENOTTY, WK_UNSUPPORTED, "blkcrypto.no-ioctl",
	  "no block device", "Linux 6.15" },
	{ PREPARE, ENOTTY, WK_UNSUPPORTED, "blkcrypto.no-ioctl",
	  "no block device", "Linux 6.15" },
	{ IMPORT, EINVAL, WK_UNSUPPORTED, "blkcrypto.key-size", "this size",
	  "32 bytes" },
	{ PREPARE, EINVAL, WK_REJECTED, "blkcrypto.blob", "this size",
	  "128 bytes" },
	{ PREPARE, EBADMSG, WK_REJECTED, "blkcrypto.blob", "does not know",
	  "the device that made it" },
	{ IMPORT, EOVERFLOW, WK_UNSUPPORTED, "blkcrypto.blob-size",
	  "more than 128 bytes", "is lost" },
	{ GENERATE, EOVERFLOW, WK_UNSUPPORTED, "blkcrypto.blob-size",
	  "more than 128 bytes", "is lost" },
	{ PREPARE, EOVERFLOW, WK_UNSUPPORTED, "blkcrypto.blob-size",
	  "more than 128 bytes", "newer wkeyctl" },
	/* What no table names is the driver's own. */
	{ GENERATE, EIO, WK_FAIL, "errno.EIO", "Input/output error", "" },
	{ IMPORT, ENOMEM, WK_NOMEM, "errno.ENOMEM", "memory", "" },
};

static void every_errno(void **state)
{
	static const char *const whats[] = { "cannot import the key",
					     "cannot generate a key",
					     "cannot prepare the key" };
	struct wk_blkcrypto_blob b = { .len = 77 };
	struct wk_err err;

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(failures); i++) {
		fake_reset();
		fake_result("ioctl", -failures[i].errnum);
		assert_int_equal(call(failures[i].op, &b, &err),
				 failures[i].status);
		assert_int_equal(err.status, failures[i].status);
		assert_int_equal(err.errnum, failures[i].errnum);
		assert_string_equal(err.code, failures[i].code);
		assert_ptr_equal(strstr(err.msg, whats[failures[i].op]),
				 err.msg);
		assert_non_null(strstr(err.msg, failures[i].cause));
		assert_non_null(strstr(err.hint, failures[i].remedy));
		assert_int_equal(b.len, 77);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(opening, fake_setup),
		cmocka_unit_test_setup(import_argument, fake_setup),
		cmocka_unit_test_setup(generate_argument, fake_setup),
		cmocka_unit_test_setup(prepare_argument, fake_setup),
		cmocka_unit_test_setup(more_than_fits, fake_setup),
		cmocka_unit_test_setup(every_errno, fake_setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
