/* SPDX-License-Identifier: Apache-2.0 */
/* store_raw: two copies, of which one is whole whatever happens. */
/* link: raw_fixture */
/* wrap: pwrite64 pread64 fdatasync */
#include "tests/unit/raw_fixture.h"

#include <string.h>

#include "tests/unit/unit.h"

/* --- making ------------------------------------------------------------------ */

static void makes_two_copies(void **state)
{
	static const uint8_t fill[] = { 0, 0xff };

	(void)state;
	for (size_t i = 0; i < sizeof(fill); i++) {
		new_image(fill[i]);
		assert_int_equal(create(1, false), WK_OK);
		look();
		assert_int_equal(view.newest, 0);
		assert_int_equal(view.mend, -1);
		assert_int_equal(view.copies[1].sequence, 1);
		assert_int_equal(view.epoch[0], 1);
		assert_int_equal(view.epoch[1], 1);
		assert_int_equal(proofs, 1);
		/* Nothing else was touched. */
		assert_true(all(0, REGION, fill[i]));
		assert_true(all(REGION + WK_RAW_REGION_BYTES, IMAGE, fill[i]));
		unlook();
	}
}

static void makes_none_over_another(void **state)
{
	(void)state;
	new_image(0);
	assert_int_equal(create(1, false), WK_OK);
	save();
	assert_int_equal(create(2, false), WK_EXISTS);
	assert_string_equal(err.code, "file.exists");
	assert_non_null(strstr(err.hint, "seek=64 count=64 conv=notrunc"));
	assert_int_equal(create(2, true), WK_UNSAFE);
	assert_string_equal(err.code, "raw.holds-key");
	assert_true(unchanged());
	/* One good copy is one. */
	flip(REGION);
	save();
	assert_int_equal(create(2, true), WK_UNSAFE);
	assert_true(unchanged());
	/* None is not, for who means it. */
	flip(REGION + WK_RAW_COPY_BYTES);
	save();
	assert_int_equal(create(2, false), WK_EXISTS);
	assert_non_null(strstr(err.hint, "--force"));
	assert_true(unchanged());
	assert_int_equal(create(2, true), WK_OK);
	assert_epoch(2);
}

static void makes_none_over_a_newer_format(void **state)
{
	(void)state;
	new_image(0);
	assert_int_equal(create(1, false), WK_OK);
	set_version(1, 2);
	save();
	assert_int_equal(create(2, true), WK_UNSAFE);
	set_version(0, 2);
	save();
	assert_int_equal(create(2, true), WK_UNSAFE);
	assert_string_equal(err.code, "raw.holds-key");
	assert_true(unchanged());
	assert_int_equal(wk_raw_view_read(&at, &view, &err), WK_OK);
	assert_int_equal(view.newest, -1);
	unlook();
}

/* Neither in the middle of another key file nor across its end. */
static void makes_none_that_reaches_into_another(void **state)
{
	static const char *const offsets[] = { "132KiB", "128KiB", "4KiB",
					       "260KiB", "320KiB", "384KiB",
					       "448KiB", "508KiB" };
	char near[96];

	(void)state;
	new_image(0);
	assert_int_equal(create(LARGE, false), WK_OK);
	save();
	for (size_t i = 0; i < WK_ARRAY_LEN(offsets); i++)
		for (int force = 0; force < 2; force++) {
			snprintf(near, sizeof(near), "raw:%s@%s", image,
				 offsets[i]);
			assert_int_equal(create_at(near, 2, force),
					 force ? WK_UNSAFE : WK_EXISTS);
			assert_string_equal(err.code, force ? "raw.holds-key" :
							      "file.exists");
			assert_non_null(strstr(err.msg, "another key file"));
			assert_true(unchanged());
		}
	/* Beside it there is room. */
	snprintf(near, sizeof(near), "raw:%s@0", image);
	assert_int_equal(create_at(near, 2, false), WK_OK);
	snprintf(near, sizeof(near), "raw:%s@512KiB", image);
	assert_int_equal(create_at(near, 2, false), WK_OK);
	assert_epoch(LARGE);
	assert_string_equal(note, "");
}

static void other_data_need_force(void **state)
{
	(void)state;
	new_image(0x55);
	save();
	assert_int_equal(create(1, false), WK_UNSAFE);
	assert_string_equal(err.code, "raw.not-empty");
	assert_non_null(strstr(err.hint, "--force"));
	assert_int_equal(wk_store_create_check(shown, false, &err), WK_UNSAFE);
	assert_true(unchanged());
	assert_int_equal(wk_store_create_check(shown, true, &err), WK_OK);
	assert_true(unchanged());
	assert_int_equal(create(1, true), WK_OK);
	assert_epoch(1);
}

static void no_pem(void **state)
{
	struct wk_store_new how = { .pem = true };

	(void)state;
	new_image(0);
	save();
	assert_int_equal(wk_store_create(shown, keyfile(1), &how, NULL, NULL,
					 &err),
			 WK_FAIL);
	assert_string_equal(err.code, "usage.conflict");
	assert_true(unchanged());
}

/* --- replacing ----------------------------------------------------------------- */

static void replaces_the_older_first(void **state)
{
	(void)state;
	new_image(0);
	assert_int_equal(create(1, false), WK_OK);
	forget_calls();
	assert_int_equal(change(2), WK_OK);
	assert_int_equal(calls.count, 2);
	assert_int_equal(calls.offset[0], REGION + WK_RAW_COPY_BYTES);
	assert_int_equal(calls.offset[1], REGION);
	assert_int_equal(calls.syncs, 2);
	assert_epoch(2);
	look();
	assert_int_equal(view.copies[0].sequence, 2);
	assert_int_equal(view.copies[1].sequence, 2);
	assert_int_equal(view.mend, -1);
	unlook();
	/* Copy 0 is the damaged one: now it is the first. */
	flip(REGION + WK_RAW_HEADER_BYTES + 50);
	forget_calls();
	assert_int_equal(change(3), WK_OK);
	assert_non_null(strstr(note, "copy 0 is damaged (the CRC-32"));
	assert_int_equal(calls.offset[0], REGION);
	assert_epoch(3);
}

/* A shorter key file leaves nothing of the longer one before it. */
static void leaves_no_remains(void **state)
{
	(void)state;
	new_image(0);
	assert_int_equal(create(LARGE, false), WK_OK);
	assert_int_equal(change(2), WK_OK);
	assert_epoch(2);
	for (int i = 0; i < 2; i++) {
		size_t copy = REGION + (size_t)i * WK_RAW_COPY_BYTES;

		assert_true(all(copy + WK_RAW_HEADER_BYTES + keyfile(2).len,
				copy + WK_RAW_COPY_BYTES, 0));
	}
}

static void proof_decides(void **state)
{
	(void)state;
	new_image(0);
	proof = WK_AUTH;
	save();
	assert_int_equal(create(1, false), WK_AUTH);
	assert_true(unchanged());
	proof = WK_OK;
	assert_int_equal(create(1, false), WK_OK);
	proof = WK_AUTH;
	save();
	assert_int_equal(change(2), WK_AUTH);
	assert_true(unchanged());
	assert_epoch(1);
}

static void sees_rivals(void **state)
{
	struct wk_store *a, *b;
	struct wk_keyfile *kf;

	(void)state;
	new_image(0);
	assert_int_equal(create(1, false), WK_OK);
	assert_int_equal(wk_store_open(shown, &a, &err), WK_OK);
	assert_int_equal(wk_store_open(shown, &b, &err), WK_OK);
	assert_int_equal(wk_store_read(a, &kf, &err), WK_OK);
	wk_keyfile_free(kf);
	assert_int_equal(wk_store_read(b, &kf, &err), WK_OK);
	wk_keyfile_free(kf);
	assert_int_equal(wk_store_replace(a, keyfile(2), NULL, NULL, &err),
			 WK_OK);
	save();
	assert_int_equal(wk_store_replace(b, keyfile(3), NULL, NULL, &err),
			 WK_TRANSIENT);
	assert_string_equal(err.code, "file.changed");
	assert_true(unchanged());
	assert_int_equal(wk_store_read(b, &kf, &err), WK_OK);
	assert_int_equal(kf->epoch, 2);
	wk_keyfile_free(kf);
	assert_int_equal(wk_store_replace(b, keyfile(3), NULL, NULL, &err),
			 WK_OK);
	assert_epoch(3);
	wk_store_close(a);
	wk_store_close(b);
}

static void sequences_end(void **state)
{
	(void)state;
	new_image(0);
	assert_int_equal(create(1, false), WK_OK);
	set_sequence(1, INT64_MAX);
	look();
	assert_int_equal(view.newest, 1);
	assert_int_equal(view.mend, 0);
	unlook();
	save();
	assert_int_equal(change(2), WK_FAIL);
	assert_string_equal(err.code, "raw.sequence");
	assert_true(unchanged());
}

static void newer_formats_are_left_alone(void **state)
{
	int repaired = 7;

	(void)state;
	new_image(0);
	assert_int_equal(create(1, false), WK_OK);
	set_version(1, 2);
	save();
	assert_epoch(1); /* it can be read */
	assert_non_null(strstr(note, "copy 1 is made for a newer wkeyctl"));
	assert_int_equal(change(2), WK_TOO_NEW);
	assert_int_equal(repair(&repaired), WK_TOO_NEW);
	set_version(0, 2);
	save();
	assert_int_equal(change(2), WK_TOO_NEW);
	assert_int_equal(repair(&repaired), WK_TOO_NEW);
	assert_int_equal(repaired, 7);
	assert_true(unchanged());
}

/* --- repairing ------------------------------------------------------------------ */

static void repairs_either_copy(void **state)
{
	static const size_t places[] = { 0, 20, 33, 4092, 4096, 4200 };
	int repaired;

	(void)state;
	new_image(0);
	assert_int_equal(create(1, false), WK_OK);
	save();
	assert_int_equal(repair(&repaired), WK_OK);
	assert_int_equal(repaired, -1);
	for (int i = 0; i < 2; i++)
		for (size_t j = 0; j < WK_ARRAY_LEN(places); j++) {
			flip(REGION + (size_t)i * WK_RAW_COPY_BYTES +
			     places[j]);
			assert_epoch(1);
			assert_non_null(strstr(note, i ? "copy 1 is damaged" :
							 "copy 0 is damaged"));
			assert_int_equal(repair(&repaired), WK_OK);
			assert_int_equal(repaired, i);
			assert_true(unchanged());
		}
}

static void repairs_what_lags_behind(void **state)
{
	int repaired;

	(void)state;
	new_image(0);
	assert_int_equal(create(1, false), WK_OK);
	assert_int_equal(change(2), WK_OK);
	save();
	/* Interrupted between the two. */
	put_copy(0, keyfile(1), 1);
	assert_epoch(2);
	assert_non_null(strstr(note, "copy 0 is older"));
	assert_int_equal(repair(&repaired), WK_OK);
	assert_int_equal(repaired, 0);
	assert_true(unchanged());
	/* One number, two key files: copy 0 counts. */
	put_copy(1, keyfile(1), 2);
	assert_epoch(2);
	assert_int_equal(repair(&repaired), WK_OK);
	assert_int_equal(repaired, 1);
	assert_true(unchanged());
}

static void what_no_key_file_is(void **state)
{
	static const char pem[] = "-----BEGIN WKEYCTL KEY-----\n";
	int repaired;

	(void)state;
	new_image(0);
	assert_int_equal(create(1, false), WK_OK);
	/* Right in all but what it is: the other one, though older. */
	put_copy(1, wk_span("no key file", 11), 9);
	assert_epoch(1);
	assert_non_null(strstr(note, "not a wkeyctl key file"));
	assert_int_equal(repair(&repaired), WK_OK);
	assert_int_equal(repaired, 1);
	put_copy(0, wk_span(pem, sizeof(pem) - 1), 9);
	assert_epoch(1);
	assert_non_null(strstr(note, "not DER"));
	put_copy(1, wk_span("no key file", 11), 9);
	assert_int_equal(repair(&repaired), WK_CORRUPT);
	assert_string_equal(err.code, "raw.damaged");
	assert_non_null(strstr(err.msg, "copy 0: its key file is not DER; "
					"copy 1: not a wkeyctl key file"));
}

static void swapped_copies(void **state)
{
	(void)state;
	new_image(0);
	assert_int_equal(create(1, false), WK_OK);
	swap_copies();
	assert_int_equal(wk_raw_view_read(&at, &view, &err), WK_OK);
	assert_int_equal(view.newest, -1);
	assert_string_equal(view.copies[0].why, "its header is that of copy 1");
	assert_string_equal(view.copies[1].why, "its header is that of copy 0");
	unlook();
}

static void no_key_file_at_all(void **state)
{
	struct wk_keyfile *kf;

	(void)state;
	new_image(0);
	assert_int_equal(wk_keyfile_read(shown, &kf, &err), WK_NOT_FOUND);
	assert_string_equal(err.code, "raw.empty");
	new_image(0xff);
	assert_int_equal(wk_keyfile_read(shown, &kf, &err), WK_NOT_FOUND);
	new_image(0x55);
	assert_int_equal(wk_keyfile_read(shown, &kf, &err), WK_CORRUPT);
	assert_string_equal(err.code, "raw.foreign");
	new_image(0);
	assert_int_equal(create(1, false), WK_OK);
	flip(REGION);
	poke(REGION + WK_RAW_COPY_BYTES, zeros, WK_RAW_COPY_BYTES);
	assert_int_equal(wk_keyfile_read(shown, &kf, &err), WK_CORRUPT);
	assert_string_equal(err.code, "raw.damaged");
	assert_non_null(strstr(err.msg, "copy 1: it is empty"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(makes_two_copies, reset),
		cmocka_unit_test_setup(makes_none_over_another, reset),
		cmocka_unit_test_setup(makes_none_over_a_newer_format, reset),
		cmocka_unit_test_setup(makes_none_that_reaches_into_another,
				       reset),
		cmocka_unit_test_setup(other_data_need_force, reset),
		cmocka_unit_test_setup(no_pem, reset),
		cmocka_unit_test_setup(replaces_the_older_first, reset),
		cmocka_unit_test_setup(leaves_no_remains, reset),
		cmocka_unit_test_setup(proof_decides, reset),
		cmocka_unit_test_setup(sees_rivals, reset),
		cmocka_unit_test_setup(sequences_end, reset),
		cmocka_unit_test_setup(newer_formats_are_left_alone, reset),
		cmocka_unit_test_setup(repairs_either_copy, reset),
		cmocka_unit_test_setup(repairs_what_lags_behind, reset),
		cmocka_unit_test_setup(what_no_key_file_is, reset),
		cmocka_unit_test_setup(swapped_copies, reset),
		cmocka_unit_test_setup(no_key_file_at_all, reset),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
