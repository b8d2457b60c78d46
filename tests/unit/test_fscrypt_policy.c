/* SPDX-License-Identifier: Apache-2.0 */
/* fscrypt policies: rules, ioctl arguments, errnos. */
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

#define MOUNTINFO                                    \
	"21 20 7:3 / /mnt rw - ext4 /dev/loop3 rw\n" \
	"22 20 8:1 / /data rw - f2fs /dev/sda1 rw\n" \
	"23 20 0:50 / /flash rw - ubifs ubi0:data rw\n"

static const uint8_t id[WK_FSCRYPT_ID_BYTES] = "0123456789abcde";

static struct wk_fscrypt_policy policy(uint8_t contents, uint8_t filenames)
{
	struct wk_fscrypt_policy p = WK_FSCRYPT_POLICY_DEFAULT;

	p.contents = contents;
	p.filenames = filenames;
	memcpy(p.identifier, id, sizeof(id));
	return p;
}

/* --- rules ---------------------------------------------------------------- */

static void refused(struct wk_fscrypt_policy p, const char *rule)
{
	struct wk_err err = { 0 };

	assert_int_equal(wk_fscrypt_check_policy(&p, &err), WK_UNSUPPORTED);
	assert_string_equal(err.code, "fscrypt.policy");
	if (!strstr(err.msg, rule))
		fail_msg("'%s' is not in '%s'", rule, err.msg);
	assert_true(strlen(err.hint) > 0);
	/* Nothing reaches the kernel. */
	assert_int_equal(wk_fscrypt_put_policy(5, &p, &err), WK_UNSUPPORTED);
	assert_int_equal(wk_fscrypt_try_policy(5, &p, &err), WK_UNSUPPORTED);
	assert_int_equal(wk_fscrypt_plan_policy(5, &p, &err), WK_UNSUPPORTED);
	assert_int_equal(fake_count(), 0);
}

/* The table of fs/crypto/policy.c, fscrypt_valid_enc_modes_v1() and v2(). */
static void pairs(void **state)
{
	static const struct {
		uint8_t contents, filenames, version;
	} valid[] = {
		{ 1, 4, 1 }, { 1, 10, 2 }, { 5, 6, 1 }, { 7, 8, 2 }, { 9, 9, 1 }
	};

	(void)state;
	for (unsigned int c = 0; c < 256; c++) {
		for (unsigned int f = 0; f < 256; f++) {
			struct wk_fscrypt_policy p =
				policy((uint8_t)c, (uint8_t)f);
			uint8_t since = 3;
			struct wk_err err;

			for (size_t i = 0; i < WK_ARRAY_LEN(valid); i++)
				if (valid[i].contents == c &&
				    valid[i].filenames == f)
					since = valid[i].version;
			for (p.version = 1; p.version <= 2; p.version++)
				assert_int_equal(
					wk_fscrypt_check_policy(&p, &err),
					p.version >= since ? WK_OK :
							     WK_UNSUPPORTED);
		}
	}
	refused(policy(1, 9),
		"AES-256-XTS for contents and Adiantum for names");
	refused(policy(4, 4), "AES-256-CTS encrypts names, not contents");
	refused(policy(11, 4), "number 11");
	refused(policy(1, 2), "number 2");
}

static void partners(void **state)
{
	static const uint8_t partner[][2] = {
		{ 1, 4 }, { 5, 6 }, { 7, 8 }, { 9, 9 }
	};

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(partner); i++) {
		assert_int_equal(wk_fscrypt_filenames_for(partner[i][0]),
				 partner[i][1]);
		assert_int_equal(wk_fscrypt_contents_for(partner[i][1]),
				 partner[i][0]);
	}
	assert_int_equal(wk_fscrypt_contents_for(10), 1);
	assert_int_equal(wk_fscrypt_filenames_for(4), 0);
	assert_int_equal(wk_fscrypt_contents_for(1), 0);
}

static void modes(void **state)
{
	struct wk_fscrypt_policy p = policy(1, 4);

	(void)state;
	for (const struct wk_fscrypt_mode *m = wk_fscrypt_modes; m->number;
	     m++) {
		assert_ptr_equal(wk_fscrypt_mode_by_number(m->number), m);
		assert_ptr_equal(wk_fscrypt_mode_by_name(m->name), m);
		assert_true(m->strength <= m->key_bytes);
	}
	assert_null(wk_fscrypt_mode_by_name("aes-256-xts"));
	assert_string_equal(wk_fscrypt_mode_name(2), "unknown");
	assert_int_equal(wk_fscrypt_policy_strength(&p), 32);
	p = policy(5, 6);
	assert_int_equal(wk_fscrypt_policy_strength(&p), 16);
	p = policy(5, 4);
	assert_int_equal(wk_fscrypt_policy_strength(&p), 32);
}

static void flag_rules(void **state)
{
	static const uint8_t two[] = { 0x0c, 0x14, 0x18, 0x1c };
	struct wk_fscrypt_policy p = policy(9, 9);
	struct wk_err err;

	(void)state;
	p.flags = WK_FSCRYPT_DIRECT_KEY;
	assert_int_equal(wk_fscrypt_check_policy(&p, &err), WK_OK);
	p.version = 1;
	assert_int_equal(wk_fscrypt_check_policy(&p, &err), WK_OK);
	p = policy(1, 4);
	for (size_t i = 0; i < WK_ARRAY_LEN(two); i++) {
		p.flags = two[i];
		refused(p, "exclude each other");
	}
	p.flags = 0x20;
	refused(p, "flag 0x20 does not exist");
	p.flags = WK_FSCRYPT_DIRECT_KEY;
	refused(p, "DIRECT_KEY goes with Adiantum only, not with AES-256-XTS");
	p.flags = WK_FSCRYPT_IV_INO_LBLK_32;
	assert_int_equal(wk_fscrypt_check_policy(&p, &err), WK_OK);
	p.version = 1;
	refused(p, "version 1 have no IV_INO_LBLK");
	for (uint8_t m = 5; m <= 9; m += 2) {
		p = policy(m, wk_fscrypt_filenames_for(m));
		p.flags = WK_FSCRYPT_IV_INO_LBLK_64;
		refused(p, "IV_INO_LBLK_64 goes with AES-256-XTS");
		p.flags = WK_FSCRYPT_IV_INO_LBLK_32;
		refused(p, "IV_INO_LBLK_32 goes with AES-256-XTS");
	}
}

static void other_rules(void **state)
{
	struct wk_fscrypt_policy p = policy(1, 4);
	struct wk_err err;

	(void)state;
	for (unsigned int n = 1; n < 256; n++) {
		p.log2_data_unit_size = (uint8_t)n;
		if (n < 9 || n > 16)
			refused(p, "512 to 65536 bytes");
		else
			assert_int_equal(wk_fscrypt_check_policy(&p, &err), 0);
	}
	p.log2_data_unit_size = 9;
	p.version = 1;
	refused(p, "version 1 have no data unit");
	p = policy(1, 10);
	p.version = 1;
	refused(p, "version 1 have no AES-256-XTS with AES-256-HCTR2");
	p.version = 3;
	refused(p, "version 3 does not exist");
	p = policy(1, 4);
	p.padding = 5;
	assert_int_equal(wk_fscrypt_put_policy(5, &p, &err), WK_FAIL);
	assert_string_equal(err.code, "usage.bad-value");
	p = policy(1, 4);
	p.version = 1;
	assert_int_equal(wk_fscrypt_put_policy(5, &p, &err), WK_UNSUPPORTED);
	assert_int_equal(fake_count(), 0);
}

/* What depends on the size of a block. */
static void block_size(void **state)
{
	struct wk_fscrypt_policy p = policy(1, 4);
	struct wk_err err;

	(void)state;
	fake_directory(S_IFDIR, 1024, false);
	for (uint8_t n = 9; n <= 16; n++) {
		p.log2_data_unit_size = n;
		p.flags = 0;
		assert_int_equal(wk_fscrypt_check_policy_on(5, &p, &err),
				 n > 10 ? WK_UNSUPPORTED : WK_OK);
		p.flags = WK_FSCRYPT_IV_INO_LBLK_32;
		assert_int_equal(wk_fscrypt_check_policy_on(5, &p, &err),
				 n != 10 ? WK_UNSUPPORTED : WK_OK);
	}
	/* Nothing reaches the kernel: the last one has 64 KiB and the flag. */
	assert_int_equal(wk_fscrypt_put_policy(5, &p, &err), WK_UNSUPPORTED);
	assert_int_equal(wk_fscrypt_try_policy(5, &p, &err), WK_UNSUPPORTED);
	assert_int_equal(wk_fscrypt_plan_policy(5, &p, &err), WK_UNSUPPORTED);
	assert_string_equal(err.code, "fscrypt.policy");
	assert_int_equal(fake_count(), 0);
}

/* --- arguments of the ioctls ------------------------------------------------ */

static void argument(void **state)
{
	static const uint8_t head[8] = { 2, 1, 4, 3 };
	static const struct {
		uint8_t padding, flag;
	} pads[] = { { 4, 0 }, { 8, 1 }, { 16, 2 }, { 32, 3 } };
	struct wk_fscrypt_policy p = policy(1, 4);
	struct wk_err err;

	(void)state;
	assert_int_equal(wk_fscrypt_put_policy(5, &p, &err), WK_OK);
	assert_int_equal(fake_call(0)->num[1], FS_IOC_SET_ENCRYPTION_POLICY);
	assert_int_equal(fake_call(0)->len, 24);
	assert_memory_equal(fake_call(0)->data, head, 8);
	assert_memory_equal(fake_call(0)->data + 8, id, sizeof(id));
	p.flags = WK_FSCRYPT_IV_INO_LBLK_64;
	p.log2_data_unit_size = 12;
	for (size_t i = 0; i < WK_ARRAY_LEN(pads); i++) {
		fake_reset();
		p.padding = pads[i].padding;
		assert_int_equal(wk_fscrypt_put_policy(5, &p, &err), WK_OK);
		assert_int_equal(fake_call(0)->data[3], 8 | pads[i].flag);
		assert_int_equal(fake_call(0)->data[4], 12);
	}
}

static void reading(void **state)
{
	static const uint8_t v1[12] = { 0, 1, 4, 2 | 4, 'd', 'e', 's', 'c' };
	static const uint8_t v2[24] = { 2, 9, 9, 1 | 4, 11, 0, 0, 0, 'i', 'd' };
	static const uint8_t v3[1] = { 3 };
	struct wk_fscrypt_policy p;
	struct wk_err err;

	(void)state;
	fake_output("ioctl", 0, 8, v1, sizeof(v1));
	assert_int_equal(wk_fscrypt_get_policy(5, &p, &err), WK_OK);
	assert_int_equal(p.version, 1);
	assert_int_equal(p.padding, 16);
	assert_int_equal(p.flags, WK_FSCRYPT_DIRECT_KEY);
	assert_memory_equal(p.identifier, "desc\0\0\0\0\0\0", 10);
	fake_output("ioctl", 0, 8, v2, sizeof(v2));
	assert_int_equal(wk_fscrypt_get_policy(5, &p, &err), WK_OK);
	assert_int_equal(p.version, 2);
	assert_int_equal(p.contents, 9);
	assert_int_equal(p.padding, 8);
	assert_int_equal(p.log2_data_unit_size, 11);
	assert_memory_equal(p.identifier, "id", 3);
	fake_output("ioctl", 0, 8, v3, sizeof(v3));
	assert_int_equal(wk_fscrypt_get_policy(5, &p, &err), WK_UNSUPPORTED);
	assert_string_equal(err.code, "fscrypt.policy-version");
}

static void opening(void **state)
{
	struct wk_err err;
	int fd = -1;

	(void)state;
	fake_result("open_any", -ENOKEY);
	assert_int_equal(wk_fscrypt_open_any("/f", &fd, &err), WK_NOT_FOUND);
	assert_string_equal(err.code, "fscrypt.no-key");
	assert_non_null(strstr(err.hint, "directory"));
	fake_result("open_any", -ENOENT);
	assert_int_equal(wk_fscrypt_open_any("/f", &fd, &err), WK_NOT_FOUND);
	assert_null(fake_find("close", 0));
	fake_directory(S_IFIFO, 0, false);
	assert_int_equal(wk_fscrypt_open_any("/f", &fd, &err), WK_NOT_FOUND);
	assert_string_equal(err.code, "fscrypt.not-encrypted");
	assert_non_null(fake_find("close", 0));
	assert_int_equal(fd, -1);
	fake_directory(S_IFREG, 0, false);
	assert_int_equal(wk_fscrypt_open_any("/f", &fd, &err), WK_OK);
	assert_int_equal(fd, 7);
	assert_null(fake_find("close", 1));
}

static void reading_by_path(void **state)
{
	static const uint8_t v2[24] = { 2, 1, 4, 3 };
	struct wk_fscrypt_file f;
	struct wk_err err;

	(void)state;
	fake_output("ioctl", 0, 8, v2, sizeof(v2));
	fake_result("ioctl", -ENOTTY);
	assert_int_equal(wk_fscrypt_read_file("/f", &f, &err), WK_OK);
	assert_false(f.has_nonce);
	fake_output("ioctl", 0, 8, v2, sizeof(v2));
	fake_output("ioctl", 0, 0, id, sizeof(id));
	assert_int_equal(wk_fscrypt_read_file("/f", &f, &err), WK_OK);
	assert_true(f.has_nonce);
	assert_memory_equal(f.nonce, id, sizeof(id));
	fake_reset();
	fake_result("ioctl", -ENODATA);
	assert_int_equal(wk_fscrypt_read_file("/f", &f, &err), WK_NOT_FOUND);
	assert_string_equal(err.code, "fscrypt.not-encrypted");
	assert_int_equal(strncmp(err.msg, "/f: ", 4), 0);
	assert_string_equal(fake_names(), "open_any ioctl close");
}

/* --- EINVAL ----------------------------------------------------------------- */

static void rejected(void **state)
{
	static const struct {
		uint8_t contents, filenames, flags, log2;
		unsigned int major, minor;
		const char *release;
		const char *code, *in_msg, *in_hint;
	} cases[] = {
		{ 1, 4, 0, 9, 7, 3, "6.6.90-lts\n", "fscrypt.old-kernel",
		  "this kernel (6.6.90-lts) does not know a data unit size",
		  "Linux 6.7" },
		{ 1, 10, 0, 0, 7, 3, "5.15.3\n", "fscrypt.old-kernel",
		  "does not know AES-256-HCTR2", "Linux 6.0" },
		{ 7, 8, 0, 0, 7, 3, "6.1.0\n", "fscrypt.old-kernel",
		  "does not know SM4-XTS", "Linux 6.2" },
		{ 1, 4, 16, 0, 7, 3, "5.4.0\n", "fscrypt.old-kernel",
		  "does not know IV_INO_LBLK_32", "Linux 5.8" },
		{ 1, 4, 8, 0, 7, 3, "5.4.0\n", "fscrypt.old-kernel",
		  "does not know IV_INO_LBLK_64", "Linux 5.5" },
		{ 1, 4, 8, 0, 7, 3, "6.18.1\n", "fscrypt.stable-inodes",
		  "the ext4 file system on /dev/loop3",
		  "tune2fs -O stable_inodes /dev/loop3" },
		{ 1, 4, 8, 0, 0, 50, "6.18.1\n", "fscrypt.stable-inodes",
		  "the ubifs file system on ubi0:data", "leave the flag out" },
		{ 1, 4, 8, 9, 7, 3, "6.18.1\n", "fscrypt.data-unit",
		  "than IV_INO_LBLK_64 counts", "leave" },
		{ 1, 4, 0, 9, 0, 50, "6.18.1\n", "fscrypt.data-unit",
		  "no data units of another size", "ext4 and f2fs" },
		{ 1, 4, 0, 9, 7, 3, "strange\n", "fscrypt.rejected",
		  "does not take this policy", "log" },
		{ 1, 4, 0, 0, 7, 3, "5.4.0\n", "fscrypt.rejected",
		  "does not take this policy", "log" },
	};

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(cases); i++) {
		struct wk_fscrypt_policy p =
			policy(cases[i].contents, cases[i].filenames);
		struct wk_err err = { 0 };

		p.flags = cases[i].flags;
		p.log2_data_unit_size = cases[i].log2;
		fake_reset();
		fake_file("/proc/self/mountinfo", MOUNTINFO);
		fake_file("/proc/sys/kernel/osrelease", cases[i].release);
		fake_device(cases[i].major, cases[i].minor);
		fake_result("ioctl", -EINVAL);
		assert_int_equal(wk_fscrypt_put_policy(5, &p, &err),
				 WK_UNSUPPORTED);
		assert_string_equal(err.code, cases[i].code);
		assert_non_null(strstr(err.msg, cases[i].in_msg));
		assert_non_null(strstr(err.hint, cases[i].in_hint));
	}
}

/* --- errnos ------------------------------------------------------------------------ */

/* What is in the tables has a cause of its own, and a way out. */
static void errnos(void **state)
{
	static const struct {
		enum wk_fscrypt_op op;
		int errnums[12];
	} cases[] = {
		{ WK_FSCRYPT_OP_SET_POLICY,
		  { EACCES, EEXIST, EINVAL, ENOKEY, ENOTDIR, ENOTEMPTY, ENOENT,
		    EPERM, EROFS, ENOSPC, EDQUOT } },
		{ WK_FSCRYPT_OP_TRY,
		  { ENOKEY, ENOPKG, EINVAL, ENOSPC, EDQUOT, EROFS } },
		{ WK_FSCRYPT_OP_GET_POLICY, { ENODATA, EINVAL, EOVERFLOW } },
		{ WK_FSCRYPT_OP_GET_NONCE, { ENODATA } },
	};

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(cases); i++) {
		struct wk_err errs[12] = { 0 };

		for (size_t k = 0; cases[i].errnums[k]; k++) {
			wk_fscrypt_fail(&errs[k], cases[i].op,
					cases[i].errnums[k], 5);
			assert_int_equal(strncmp(errs[k].code, "fscrypt.", 8),
					 0);
			assert_true(strlen(errs[k].hint) > 0);
			for (size_t j = 0; j < k; j++)
				assert_string_not_equal(errs[k].msg,
							errs[j].msg);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(pairs, fake_setup),
		cmocka_unit_test_setup(partners, fake_setup),
		cmocka_unit_test_setup(modes, fake_setup),
		cmocka_unit_test_setup(flag_rules, fake_setup),
		cmocka_unit_test_setup(other_rules, fake_setup),
		cmocka_unit_test_setup(block_size, fake_setup),
		cmocka_unit_test_setup(argument, fake_setup),
		cmocka_unit_test_setup(reading, fake_setup),
		cmocka_unit_test_setup(opening, fake_setup),
		cmocka_unit_test_setup(reading_by_path, fake_setup),
		cmocka_unit_test_setup(rejected, fake_setup),
		cmocka_unit_test_setup(errnos, fake_setup),
	};

	return cmocka_run_group_tests_name("fscrypt_policy", tests, NULL, NULL);
}
