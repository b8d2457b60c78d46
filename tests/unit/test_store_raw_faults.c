/* SPDX-License-Identifier: Apache-2.0 */
/* store_raw: calls that fail, a medium that wears out, power that goes. */
/* link: raw_fixture */
/* wrap: pwrite64 pread64 fdatasync flock */
#include "tests/unit/raw_fixture.h"

#include <errno.h>
#include <string.h>
#include <sys/file.h>

#include "tests/unit/unit.h"

#define COPY1 (REGION + WK_RAW_COPY_BYTES)

static int lock_fault; /* the errno of locking, or 0 */

int __real_flock(int fd, int operation);
int __wrap_flock(int fd, int operation);

int __wrap_flock(int fd, int operation)
{
	if (!lock_fault)
		return __real_flock(fd, operation);
	errno = lock_fault;
	return -1;
}

/* An image with epoch 1 in both copies, and nothing failing. */
static void fresh(void **state)
{
	reset(state);
	new_image(0);
	assert_int_equal(create(1, false), WK_OK);
	forget_calls();
	save();
}

static void no_fault(void)
{
	static const struct raw_fault none;

	write_fault = sync_fault = read_fault = none;
	bad_from = bad_to = worn_from = worn_to = 0;
	bad_heals = false;
}

/* --- calls that fail ------------------------------------------------------------- */

/* Copy 1 is written first, then copy 0. */
static void writes_that_fail(void **state)
{
	struct raw_fault *const faults[] = { &write_fault, &sync_fault };
	static const int errnos[] = { EIO, ENOSPC, EPERM };

	for (size_t f = 0; f < 2; f++)
		for (size_t i = 0; i < WK_ARRAY_LEN(errnos); i++) {
			fresh(state);
			*faults[f] = (struct raw_fault){ 1, errnos[i], false };
			assert_int_equal(change(2), WK_FAIL);
			assert_string_equal(err.code, "raw.write");
			assert_int_equal(err.errnum, errnos[i]);
			assert_non_null(strstr(err.msg, "writing copy 1"));
			assert_true(unchanged());
			assert_epoch(1);
			assert_string_equal(note, "");
		}
}

static void second_copy_fails(void **state)
{
	int repaired;

	fresh(state);
	write_fault = (struct raw_fault){ 2, EIO, false };
	assert_int_equal(change(2), WK_FAIL);
	assert_string_equal(err.code, "raw.second-copy");
	assert_non_null(strstr(err.msg, "writing copy 0 to the medium: "));
	assert_non_null(strstr(err.msg, "stands in copy 1 only"));
	assert_non_null(strstr(err.hint, "restore --repair raw:"));
	no_fault();
	assert_epoch(2);
	assert_non_null(strstr(note, "copy 0 is older"));
	assert_int_equal(repair(&repaired), WK_OK);
	assert_int_equal(repaired, 0);
	assert_epoch(2);
	assert_string_equal(note, "");
}

/* Everything fails from some write on, putting back as well. */
static void medium_that_dies(void **state)
{
	for (size_t n = 1; n <= 2; n++) {
		fresh(state);
		write_fault = (struct raw_fault){ n, EIO, true };
		assert_int_equal(change(2), WK_FAIL);
		assert_string_equal(err.code,
				    n == 1 ? "raw.write" : "raw.second-copy");
		no_fault();
		assert_epoch(n == 1 ? 1 : 2);
		assert_int_equal(change(3), WK_OK);
		assert_epoch(3);
		assert_string_equal(note, "");
	}
}

static void a_failed_make_leaves_nothing(void **state)
{
	(void)state;
	for (size_t n = 1; n <= 2; n++) {
		for (int sync = 0; sync < 2; sync++) {
			new_image(n == 1 ? 0 : 0xff);
			save();
			forget_calls();
			*(sync ? &sync_fault : &write_fault) =
				(struct raw_fault){ n, EIO, false };
			assert_int_equal(create(1, false), WK_FAIL);
			assert_string_equal(err.code, "raw.write");
			assert_true(unchanged());
			no_fault();
		}
		assert_int_equal(create(1, false), WK_OK);
	}
}

static void reads_back_that_fail(void **state)
{
	size_t before;

	fresh(state);
	/* The reads before the first write are those of the region. */
	assert_int_equal(change(2), WK_OK);
	before = calls.reads - 2;
	for (size_t n = 1; n <= 2; n++) {
		fresh(state);
		read_fault = (struct raw_fault){ before + n, EIO, false };
		assert_int_equal(change(2), WK_FAIL);
		assert_string_equal(err.code, n == 1 ? "raw.read-back" :
						       "raw.second-copy");
		if (n == 1)
			assert_true(unchanged());
		assert_epoch(n == 1 ? 1 : 2);
	}
}

/* --- media that wear out ---------------------------------------------------------- */

static void writes_that_do_not_take(void **state)
{
	fresh(state);
	worn_from = COPY1 + 4100;
	worn_to = COPY1 + 4101;
	/* That byte differs between the two. */
	assert_int_equal(change(LARGE), WK_FAIL);
	assert_string_equal(err.code, "raw.read-back");
	assert_non_null(strstr(err.msg, "copy 1 does not read back"));
	assert_true(unchanged());
	no_fault();
	fresh(state);
	worn_from = REGION + 4100;
	worn_to = REGION + 4101;
	assert_int_equal(change(LARGE), WK_FAIL);
	assert_string_equal(err.code, "raw.second-copy");
	no_fault();
	assert_epoch(LARGE);
}

static void blocks_that_cannot_be_read(void **state)
{
	fresh(state);
	/* In its key file: the other copy. */
	bad_from = REGION + 4096;
	bad_to = bad_from + 1;
	assert_epoch(1);
	assert_non_null(strstr(note, "copy 0 is damaged (1 of its 32 blocks "
				     "cannot be read)"));
	/* Behind it: nobody misses it. */
	bad_from = REGION + 8192;
	bad_to = bad_from + 1;
	assert_epoch(1);
	assert_string_equal(note, "");
	/* Both, all of them. */
	bad_from = REGION;
	bad_to = REGION + WK_RAW_REGION_BYTES;
	assert_int_equal(wk_raw_view_read(&at, &view, &err), WK_OK);
	assert_int_equal(view.newest, -1);
	assert_string_equal(view.copies[1].why,
			    "32 of its 32 blocks cannot be read");
	unlook();
	/* What cannot be read is not empty, and no room. */
	no_fault();
	new_image(0);
	bad_from = REGION + 4096;
	bad_to = bad_from + 1;
	assert_int_equal(create(1, false), WK_EXISTS);
}

/* As on some file systems: a good copy is good, but nothing is changed. */
static void without_locks(void **state)
{
	fresh(state);
	flip(REGION + 4100);
	save();
	lock_fault = ENOLCK;
	assert_epoch(1);
	assert_non_null(strstr(note, "copy 0 is damaged"));
	assert_int_not_equal(change(2), WK_OK);
	assert_true(unchanged());
	lock_fault = 0;
}

/* The blocks behind the key file are zeros anyway: only writing them mends them. */
static void blocks_that_writing_mends(void **state)
{
	int repaired;

	fresh(state);
	bad_from = COPY1 + 65536;
	bad_to = bad_from + 4096;
	bad_heals = true;
	assert_epoch(1);
	assert_string_equal(note, "");
	assert_int_equal(change(2), WK_OK);
	assert_epoch(2);
	fresh(state);
	bad_from = COPY1;
	bad_to = COPY1 + WK_RAW_COPY_BYTES;
	bad_heals = true;
	assert_int_equal(repair(&repaired), WK_OK);
	assert_int_equal(repaired, 1);
	assert_true(unchanged());
}

/* A block less does not make it ours. */
static void newer_formats_with_bad_blocks(void **state)
{
	int repaired;

	fresh(state);
	set_version(1, 2);
	save();
	bad_from = COPY1 + 65536;
	bad_to = bad_from + 1;
	assert_int_equal(change(2), WK_TOO_NEW);
	assert_int_equal(repair(&repaired), WK_TOO_NEW);
	set_version(0, 2);
	save();
	assert_int_equal(create(2, true), WK_UNSAFE);
	assert_string_equal(err.code, "raw.holds-key");
	assert_true(unchanged());
}

/* --- power that goes --------------------------------------------------------------- */

static void change_in_child(const void *arg)
{
	(void)arg;
	if (change(2) != WK_OK)
		exit(1);
}

/* 0 when it got through. */
static int cut(size_t number, size_t bytes)
{
	int status;

	cut_number = number;
	cut_bytes = bytes;
	status = status_of_child(change_in_child, NULL);
	cut_number = 0;
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* Densely where the header's fields, its CRC and the key file are. */
static size_t after(size_t bytes)
{
	if (bytes < 48)
		return bytes + 1;
	return bytes + (bytes > 3800 && bytes < 4500 ? 11 : 200);
}

/*
 * At any byte of any write: the old key file or the new one, and the next change
 * makes both copies whole again.
 */
static void cut_short_at_any_byte(void **state)
{
	size_t whole = WK_RAW_HEADER_BYTES + keyfile(2).len;

	for (size_t number = 1; number <= 2; number++)
		for (size_t bytes = 0; bytes < whole + 400;
		     bytes = after(bytes)) {
			fresh(state);
			assert_int_equal(cut(number, bytes), CUT_STATUS);
			assert_epoch(number == 1 && bytes < whole ? 1 : 2);
			assert_int_equal(change(3), WK_OK);
			assert_epoch(3);
			assert_string_equal(note, "");
		}
	fresh(state);
	assert_int_equal(cut(3, 0), 0);
	assert_epoch(2);
}

/* Blocks reach the medium in any order. */
static void torn_in_any_way(void **state)
{
	uint8_t header[WK_RAW_HEADER_BYTES];
	struct wk_blob image_of_2;
	int repaired;

	for (int sectors = 1; sectors < 8; sectors++) {
		fresh(state);
		assert_int_equal(wk_raw_copy_encode(keyfile(2), 1, 2,
						    &image_of_2, &err),
				 WK_OK);
		memcpy(header, image_of_2.p, sizeof(header));
		/* The new header's end with the old one's beginning. */
		poke(COPY1 + (size_t)sectors * 512, header + sectors * 512,
		     sizeof(header) - (size_t)sectors * 512);
		assert_epoch(1);
		assert_non_null(strstr(note, "copy 1 is damaged"));
		/* The new header, the old key file. */
		poke(COPY1, header, sizeof(header));
		assert_epoch(1);
		assert_non_null(strstr(note, "CRC-32 of its key file"));
		assert_int_equal(repair(&repaired), WK_OK);
		assert_true(unchanged());
		/* The new key file, the old header. */
		poke(COPY1 + sizeof(header), image_of_2.p + sizeof(header),
		     4096);
		assert_epoch(1);
		assert_int_equal(repair(&repaired), WK_OK);
		assert_true(unchanged());
		wk_blob_done(&image_of_2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(writes_that_fail, reset),
		cmocka_unit_test_setup(second_copy_fails, reset),
		cmocka_unit_test_setup(medium_that_dies, reset),
		cmocka_unit_test_setup(a_failed_make_leaves_nothing, reset),
		cmocka_unit_test_setup(reads_back_that_fail, reset),
		cmocka_unit_test_setup(writes_that_do_not_take, reset),
		cmocka_unit_test_setup(blocks_that_cannot_be_read, reset),
		cmocka_unit_test_setup(without_locks, reset),
		cmocka_unit_test_setup(blocks_that_writing_mends, reset),
		cmocka_unit_test_setup(newer_formats_with_bad_blocks, reset),
		cmocka_unit_test_setup(cut_short_at_any_byte, reset),
		cmocka_unit_test_setup(torn_in_any_way, reset),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
