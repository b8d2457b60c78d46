/* SPDX-License-Identifier: Apache-2.0 */
/* sinks: what goes where, and what is refused before anything is done. */
/* link: fake_syscalls */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "keyfile.h"
#include "sink.h"
#include "sink_fscrypt.h"
#include "sink_keyring.h"
#include "tests/unit/fake_syscalls.h"
#include "uapi/fscrypt.h"

enum { SESSION = -3, USER = -4 };

static const char *const types[] = { "logon", "user", "fscrypt-provisioning" };

static struct wk_material material(enum wk_material_kind kind, size_t len)
{
	struct wk_material m = { .kind = kind };
	struct wk_err err;

	if (kind == WK_MATERIAL_KERNEL_KEY) {
		m.serial = 900;
		return m;
	}
	assert_int_equal(wk_secret_new(len, &m.key, &err), WK_OK);
	memset(wk_secret_bytes(m.key), 'k', len);
	wk_secret_set_len(m.key, len);
	return m;
}

static struct wk_keyfile *keyfile(enum wk_usage usage)
{
	static struct wk_keyfile kf;

	memset(&kf, 0, sizeof(kf));
	strcpy(kf.name, "disk");
	kf.usage = usage;
	return &kf;
}

static enum wk_status load(enum wk_usage usage, enum wk_material_kind kind,
			   size_t len, const char *type, struct wk_err *err)
{
	const struct wk_keyring_target to = {
		.type = type,
		.description = "wkeyctl:disk",
		.ring = USER,
	};
	struct wk_material m = material(kind, len);
	int32_t serial = 77;
	enum wk_status st;

	fake_reset();
	st = wk_load_to_keyring(keyfile(usage), &m, &to, &serial, err);
	if (st) {
		assert_int_equal(serial, 77);
		assert_int_equal(fake_count(), 0);
	}
	wk_secret_free(m.key);
	return st;
}

static enum wk_status add(struct wk_keyfile *kf, enum wk_material_kind kind,
			  size_t len, uint8_t id[WK_FSCRYPT_ID_BYTES],
			  struct wk_err *err)
{
	struct wk_material m = material(kind, len);
	enum wk_status st = wk_add_to_fscrypt(kf, &m, "/mnt", id, err);

	wk_secret_free(m.key);
	return st;
}

/* --- keyring -------------------------------------------------------------- */

static void usages_of_key_types(void **state)
{
	static const bool want[3][5] = {
		/* any, fscrypt, dm-crypt, dm-inlinecrypt, keyring */
		{ true, true, true, true, true },
		{ true, false, true, false, true },
		{ true, true, false, false, true },
	};
	struct wk_err err;

	(void)state;
	for (size_t t = 0; t < 3; t++) {
		for (int u = 0; u < 5; u++) {
			enum wk_status st = load((enum wk_usage)u,
						 WK_MATERIAL_RAW, 32, types[t],
						 &err);

			assert_int_equal(st,
					 want[t][u] ? WK_OK : WK_UNSUPPORTED);
			if (!st)
				continue;
			assert_string_equal(err.code, "sink.usage");
			assert_non_null(strstr(err.msg, types[t]));
			assert_non_null(strstr(err.hint, "generate --usage "));
		}
	}
}

static void usage_is_named(void **state)
{
	struct wk_err err;

	(void)state;
	load(WK_USAGE_DM_CRYPT, WK_MATERIAL_RAW, 32, types[2], &err);
	assert_string_equal(err.msg, "key 'disk': made for dm-crypt, not for "
				     "the key type fscrypt-provisioning");
	assert_non_null(strstr(err.hint, "--usage fscrypt"));
}

static void kinds_into_keyrings(void **state)
{
	struct wk_err err;

	(void)state;
	for (size_t t = 0; t < 3; t++) {
		assert_int_equal(load(0, WK_MATERIAL_ENGINE_RAW, 32, types[t],
				      &err),
				 WK_UNSUPPORTED);
		assert_string_equal(err.code, "sink.material");
		assert_int_equal(load(0, WK_MATERIAL_HW_WRAPPED, 68, types[t],
				      &err),
				 t ? WK_UNSUPPORTED : WK_OK);
	}
}

static void payloads(void **state)
{
	static const uint8_t head[8] = { FSCRYPT_KEY_SPEC_TYPE_IDENTIFIER };
	struct wk_err err;

	(void)state;
	assert_int_equal(load(0, WK_MATERIAL_RAW, 64, "logon", &err), WK_OK);
	assert_int_equal(fake_call(0)->len, 64);
	assert_int_equal(load(0, WK_MATERIAL_RAW, 64, types[2], &err), WK_OK);
	assert_int_equal(fake_call(0)->len, 72);
	assert_int_equal(fake_call(0)->data[0] + fake_call(0)->data[3],
			 head[0]);
	assert_int_equal(fake_call(0)->data[8], 'k');
	assert_int_equal(load(0, WK_MATERIAL_RAW, 65, types[2], &err),
			 WK_UNSUPPORTED);
	assert_string_equal(err.code, "sink.size");
	assert_int_equal(load(0, WK_MATERIAL_RAW, 65, "logon", &err), WK_OK);
}

static void load_wants_a_target(void **state)
{
	struct wk_err err;

	(void)state;
	assert_int_equal(load(0, WK_MATERIAL_RAW, 32, "trusted", &err),
			 WK_FAIL);
	assert_string_equal(err.code, "usage.bad-value");
}

static void kernel_key_is_linked(void **state)
{
	static const char text[] = "trusted;0;0;3f010000;kmk";
	const struct wk_keyring_target to = { .ring = SESSION };
	struct wk_material m = material(WK_MATERIAL_KERNEL_KEY, 0);
	struct wk_err err;
	int32_t serial = 77;

	(void)state;
	fake_output("keyctl_describe", sizeof(text), 0, text, sizeof(text));
	fake_result("keyctl_search", -ENOKEY);
	assert_int_equal(wk_load_to_keyring(keyfile(WK_USAGE_DM_CRYPT), &m, &to,
					    &serial, &err),
			 WK_OK);
	assert_int_equal(serial, 900);
	assert_int_equal(fake_find("keyctl_link", 0)->num[0], 900);
	assert_int_equal(fake_find("keyctl_link", 0)->num[1], SESSION);
}

/* --- fscrypt -------------------------------------------------------------- */

static void usages_for_fscrypt(void **state)
{
	uint8_t id[WK_FSCRYPT_ID_BYTES];
	struct wk_err err;

	(void)state;
	for (int u = 0; u < 5; u++) {
		enum wk_status st;

		fake_reset();
		st = add(keyfile((enum wk_usage)u), WK_MATERIAL_RAW, 32, id,
			 &err);
		if (u <= WK_USAGE_FSCRYPT) {
			assert_int_equal(st, WK_OK);
			assert_string_equal(fake_names(),
					    "open_dir ioctl close");
			continue;
		}
		assert_int_equal(st, WK_UNSUPPORTED);
		assert_string_equal(err.code, "sink.usage");
		assert_non_null(strstr(err.hint, "generate --usage fscrypt"));
		assert_int_equal(fake_count(), 0);
	}
}

static void kinds_and_sizes_for_fscrypt(void **state)
{
	static const struct {
		enum wk_material_kind kind;
		size_t len;
		const char *code, *in_msg;
	} cases[] = {
		{ WK_MATERIAL_RAW, 15, "sink.size", "15 bytes" },
		{ WK_MATERIAL_RAW, 65, "sink.size", "65 bytes" },
		{ WK_MATERIAL_ENGINE_RAW, 32, "sink.material",
		  "another identifier" },
		{ WK_MATERIAL_HW_WRAPPED, 68, "sink.material",
		  "hardware-wrapped" },
		{ WK_MATERIAL_KERNEL_KEY, 0, "sink.material",
		  "stay in the kernel" },
	};
	uint8_t id[WK_FSCRYPT_ID_BYTES];
	struct wk_err err;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(add(keyfile(0), cases[i].kind, cases[i].len,
				     id, &err),
				 WK_UNSUPPORTED);
		assert_string_equal(err.code, cases[i].code);
		assert_non_null(strstr(err.msg, cases[i].in_msg));
		assert_true(err.hint[0] != '\0');
	}
	assert_int_equal(fake_count(), 0);
	assert_int_equal(add(keyfile(0), WK_MATERIAL_RAW, 16, id, &err), 0);
	assert_int_equal(add(keyfile(0), WK_MATERIAL_RAW, 64, id, &err), 0);
}

static void identifier_is_compared(void **state)
{
	struct wk_keyfile *kf = keyfile(WK_USAGE_FSCRYPT);
	uint8_t kernel[WK_FSCRYPT_ID_BYTES], id[WK_FSCRYPT_ID_BYTES] = { 9 };
	struct wk_err err;

	(void)state;
	memset(kernel, 0xab, sizeof(kernel));
	memcpy(kf->fscrypt_id, kernel, sizeof(kernel));
	kf->has_fscrypt_id = true;
	fake_output("ioctl", 0, 8, kernel, sizeof(kernel));
	assert_int_equal(add(kf, WK_MATERIAL_RAW, 32, id, &err), WK_OK);
	assert_memory_equal(id, kernel, sizeof(id));

	fake_reset();
	id[0] = 9;
	kf->fscrypt_id[15] ^= 1;
	fake_output("ioctl", 0, 8, kernel, sizeof(kernel));
	assert_int_equal(add(kf, WK_MATERIAL_RAW, 32, id, &err), WK_CORRUPT);
	assert_string_equal(err.code, "fscrypt.identifier");
	assert_non_null(strstr(err.msg, "/mnt: "));
	assert_non_null(strstr(err.msg, "abababab"));
	assert_int_equal(id[0], 9);
	assert_string_equal(fake_names(), "open_dir ioctl ioctl close");
	assert_int_equal(fake_call(2)->num[1], FS_IOC_REMOVE_ENCRYPTION_KEY);
	assert_memory_equal(fake_call(2)->data + 8, kernel, sizeof(kernel));
}

/*
 * Who holds the last of its files open may be this process, or one that has
 * ended: asked again, the kernel has removed the key by itself.
 */
static void gone_between_two_tries(void **state)
{
	const uint32_t busy = FSCRYPT_KEY_REMOVAL_STATUS_FLAG_FILES_BUSY;
	const uint8_t id[WK_FSCRYPT_ID_BYTES] = { 0 };
	bool others = true;
	struct wk_err err;

	(void)state;
	fake_device(8, 1);
	fake_file("/proc/self/mountinfo",
		  "36 1 8:1 / /mnt rw - ext4 /dev/sda1 rw\n");
	fake_output("ioctl", 0,
		    offsetof(struct fscrypt_remove_key_arg,
			     removal_status_flags),
		    &busy, sizeof(busy));
	/* The mount point is not encrypted; there the second try is made. */
	fake_result("ioctl", -ENODATA);
	fake_result("ioctl", -ENOKEY);
	assert_int_equal(wk_fscrypt_remove("/mnt", id, false, &others, &err),
			 WK_OK);
	assert_false(others);
	assert_string_equal(fake_names(),
			    "open_dir ioctl open_dir ioctl close ioctl close");
}

/* Every way out closes the directory and names it. */
static void paths(void **state)
{
	const struct wk_fscrypt_policy policy = WK_FSCRYPT_POLICY_DEFAULT;
	struct wk_fscrypt_status status;
	uint8_t id[WK_FSCRYPT_ID_BYTES] = { 0 };
	struct wk_err err;
	bool others;

	(void)state;
	for (int i = 0; i < 8; i++) {
		enum wk_status st;

		fake_reset();
		/* The policy's first call only asks whether there is one. */
		if (i == 3)
			fake_result("make_dir", -EACCES);
		if (i == 3)
			fake_result("ioctl", -ENODATA);
		else
			fake_result(i < 4 ? "ioctl" : "open_dir", -EACCES);
		if (i % 4 == 0)
			st = add(keyfile(0), WK_MATERIAL_RAW, 32, id, &err);
		else if (i % 4 == 1)
			st = wk_fscrypt_remove("/mnt", id, false, &others,
					       &err);
		else if (i % 4 == 2)
			st = wk_fscrypt_find("/mnt", id, &status, &err);
		else
			st = wk_fscrypt_set_policy("/mnt", &policy, &err);
		assert_int_equal(st, WK_DENIED);
		assert_int_equal(strncmp(err.msg, "/mnt: ", 6), 0);
		assert_string_equal(fake_names(),
				    i == 3 ? "open_dir ioctl make_dir close" :
				    i < 4  ? "open_dir ioctl close" :
					     "open_dir");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(usages_of_key_types, fake_setup),
		cmocka_unit_test_setup(usage_is_named, fake_setup),
		cmocka_unit_test_setup(kinds_into_keyrings, fake_setup),
		cmocka_unit_test_setup(payloads, fake_setup),
		cmocka_unit_test_setup(load_wants_a_target, fake_setup),
		cmocka_unit_test_setup(kernel_key_is_linked, fake_setup),
		cmocka_unit_test_setup(usages_for_fscrypt, fake_setup),
		cmocka_unit_test_setup(kinds_and_sizes_for_fscrypt, fake_setup),
		cmocka_unit_test_setup(identifier_is_compared, fake_setup),
		cmocka_unit_test_setup(gone_between_two_tries, fake_setup),
		cmocka_unit_test_setup(paths, fake_setup),
	};

	return cmocka_run_group_tests_name("sink", tests, NULL, NULL);
}
