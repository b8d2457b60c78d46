/* SPDX-License-Identifier: Apache-2.0 */
/* blockdev: how large an image is, and what of it a partition table takes. */
/* link: raw_fixture */
/* wrap: pwrite64 pread64 fdatasync fstatat64 */
#include "sys/blockdev.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "tests/unit/raw_fixture.h"
#include "tests/unit/unit.h"

static bool was_a_device; /* what has a name, before it is opened */

int __real_fstatat64(int fd, const char *name, struct stat64 *st, int flags);
int __wrap_fstatat64(int fd, const char *name, struct stat64 *st, int flags);

int __wrap_fstatat64(int fd, const char *name, struct stat64 *st, int flags)
{
	int e = __real_fstatat64(fd, name, st, flags);

	if (!e && was_a_device && *name) {
		st->st_mode = S_IFBLK | 0600;
		st->st_rdev = makedev(7, 250);
	}
	return e;
}

/* Who uses it was asked of what was there first. */
static void something_else_by_now(void **state)
{
	struct wk_blockdev d;

	(void)state;
	new_image(0);
	was_a_device = true;
	assert_int_equal(wk_blockdev_open(image, "shown", true, &d, &err),
			 WK_TRANSIENT);
	assert_string_equal(err.code, "file.changed");
	assert_int_equal(d.fd, -1);
	was_a_device = false;
}

static void sizes(void **state)
{
	char text[128];

	(void)state;
	new_image(0);
	snprintf(text, sizeof(text), "raw:%s@768KiB", image);
	assert_int_equal(wk_store_create_check(text, false, &err), WK_OK);
	snprintf(text, sizeof(text), "raw:%s@772KiB", image);
	assert_int_equal(wk_store_create_check(text, false, &err), WK_FAIL);
	assert_string_equal(err.code, "raw.too-small");
	assert_non_null(strstr(err.msg, "1048576 bytes"));
	assert_non_null(strstr(err.msg, "262144 bytes from 790528 on"));
	snprintf(text, sizeof(text), "raw:%s@-1MiB", image);
	assert_int_equal(wk_store_create_check(text, false, &err), WK_OK);
	snprintf(text, sizeof(text), "raw:%s@-1028KiB", image);
	assert_int_equal(wk_store_create_check(text, false, &err), WK_FAIL);
	assert_non_null(strstr(err.msg, "from -1052672 on"));
	/* The size counts in blocks of 4096. */
	assert_int_equal(truncate(image, IMAGE + 4095), 0);
	snprintf(text, sizeof(text), "raw:%s@-256KiB", image);
	assert_int_equal(wk_location_parse(text, &at, &err), WK_OK);
	assert_int_equal(wk_raw_view_read(&at, &view, &err), WK_OK);
	assert_int_equal(view.offset, IMAGE - WK_RAW_REGION_BYTES);
	unlook();
	assert_int_equal(truncate(image, 0), 0);
	assert_int_equal(wk_store_create_check(text, false, &err), WK_FAIL);
	assert_string_equal(err.code, "raw.too-small");
}

/* --- a partition table -------------------------------------------------------- */

/* The header of a GPT with 128 entries of 128 bytes. */
static void put_gpt(uint64_t block)
{
	uint64_t last = IMAGE / block - 1;

	poke(block, "EFI PART", 8);
	poke_number(block + 32, last, 8);
	poke_number(block + 72, 2, 8);
	poke_number(block + 80, 128, 4);
	poke_number(block + 84, 128, 4);
}

static void spares_partition_tables(void **state)
{
	static const struct {
		uint64_t block;
		const char *offset;
		enum wk_status st;
	} all[] = {
		{ 512, "0", WK_UNSAFE },       { 512, "16KiB", WK_UNSAFE },
		{ 512, "20KiB", WK_OK },       { 512, "-256KiB", WK_UNSAFE },
		{ 512, "-272KiB", WK_UNSAFE }, { 512, "-276KiB", WK_OK },
		{ 4096, "0", WK_UNSAFE },      { 4096, "20KiB", WK_UNSAFE },
		{ 4096, "24KiB", WK_OK },      { 4096, "-272KiB", WK_UNSAFE },
		{ 4096, "-276KiB", WK_OK },
	};
	char text[128];

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(all); i++) {
		new_image(0);
		put_gpt(all[i].block);
		save();
		snprintf(text, sizeof(text), "raw:%s@%s", image, all[i].offset);
		assert_int_equal(wk_store_create_check(text, true, &err),
				 all[i].st);
		if (all[i].st)
			assert_string_equal(err.code, "raw.partition-table");
		assert_true(unchanged());
	}
	/* Numbers that no table has. */
	new_image(0);
	put_gpt(512);
	poke_number(512 + 72, UINT64_MAX, 8);
	assert_int_equal(wk_store_create_check(shown, true, &err), WK_OK);
	poke_number(512 + 72, 2, 8);
	poke_number(512 + 32, UINT64_MAX, 8);
	poke_number(512 + 80, UINT32_MAX, 4);
	poke_number(512 + 84, UINT32_MAX, 4);
	assert_int_equal(wk_store_create_check(shown, true, &err), WK_OK);
}

/* --- what is no device ---------------------------------------------------------- */

/* The tables of its partitions lie in gaps, and nobody lists them. */
static void spares_extended_partitions(void **state)
{
	static const uint8_t types[] = { 0x05, 0x0f, 0x85 };
	char text[128];

	(void)state;
	for (size_t i = 0; i < sizeof(types); i++) {
		new_image(0);
		poke(510, "\x55\xaa", 2);
		poke(446 + 16 + 4, &types[i], 1);
		poke_number(446 + 16 + 8, 512, 4); /* from 256KiB */
		poke_number(446 + 16 + 12, 512, 4);
		save();
		snprintf(text, sizeof(text), "raw:%s@508KiB", image);
		assert_int_equal(create_at(text, 1, true), WK_UNSAFE);
		assert_string_equal(err.code, "raw.partition-table");
		snprintf(text, sizeof(text), "raw:%s@4KiB", image);
		assert_int_equal(create_at(text, 1, true), WK_UNSAFE);
		assert_true(unchanged());
		snprintf(text, sizeof(text), "raw:%s@512KiB", image);
		assert_int_equal(create_at(text, 1, false), WK_OK);
	}
	/* A boot sector is no table. */
	new_image(0);
	poke(510, "\x55\xaa", 2);
	poke(446, "\x33\xc0\x8e\xd8\x05\xff\xff\xff\1\0\0\0\xff\xff\0\0", 16);
	snprintf(text, sizeof(text), "raw:%s@256KiB", image);
	assert_int_equal(create_at(text, 1, false), WK_OK);
}

static void opens_devices_and_images_only(void **state)
{
	static const struct {
		const char *path, *code;
		enum wk_status st;
	} all[] = {
		{ "/dev/null", "raw.not-a-device", WK_FAIL },
		{ "/tmp", "raw.not-a-device", WK_FAIL },
		{ "/nonexistent/x", "file.not-found", WK_NOT_FOUND },
		{ "/dev/null/x", "file.not-found", WK_NOT_FOUND },
	};
	struct wk_blockdev d;

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(all); i++)
		for (int writing = 0; writing < 2; writing++) {
			assert_int_equal(wk_blockdev_open(all[i].path, "shown",
							  writing, &d, &err),
					 all[i].st);
			assert_string_equal(err.code, all[i].code);
			assert_memory_equal(err.msg, "shown: ", 7);
		}
}

/* A file system that lets nothing past its cache. */
static void reads_without_direct_io(void **state)
{
	static uint8_t p[WK_BLOCKDEV_ALIGN]
		__attribute__((aligned(WK_BLOCKDEV_ALIGN)));
	struct wk_blockdev d;

	(void)state;
	new_image(0x5a);
	assert_int_equal(wk_blockdev_open(image, "shown", true, &d, &err),
			 WK_OK);
	assert_int_equal(d.size, IMAGE);
	forget_calls();
	read_fault = (struct raw_fault){ 1, EINVAL, false };
	assert_int_equal(wk_blockdev_read(&d, p, sizeof(p), 4096), 0);
	assert_int_equal(calls.reads, 2);
	assert_int_equal(p[0], 0x5a);
	/* It became shorter. */
	assert_int_equal(wk_blockdev_read(&d, p, sizeof(p), IMAGE), EIO);
	wk_blockdev_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(sizes, reset),
		cmocka_unit_test_setup(spares_partition_tables, reset),
		cmocka_unit_test_setup(spares_extended_partitions, reset),
		cmocka_unit_test_setup(opens_devices_and_images_only, reset),
		cmocka_unit_test_setup(reads_without_direct_io, reset),
		cmocka_unit_test_setup(something_else_by_now, reset),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
