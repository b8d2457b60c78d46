/* SPDX-License-Identifier: Apache-2.0 */
/* base/create: temporary names, and that none of them stays. */
/* link: create_faults create_fixture */
/* wrap: openat write fsync fchmod linkat renameat renameat2 unlinkat getrandom */
/* wrap: fstatat faccessat read */
#include "tests/unit/create_fixture.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

static void random_names_may_be_taken(void **state)
{
	(void)state;
	for (size_t k = 0; k < 3; k++) {
		start(&kernels[k], &ways[2]);
		put(".key.aaaaaaaa", "stays");
		same_random = 3;
		assert_int_equal(create("key", &force), WK_OK);
		assert_int_equal(same_random, 0);
		assert_true(holds("key", NEW));
		assert_true(holds(".key.aaaaaaaa", "stays"));
		same_random = UINT_MAX;
		assert_int_equal(create("key", &force), WK_EXISTS);
		assert_string_equal(err.code, "errno.EEXIST");
		assert_true(holds(".key.aaaaaaaa", "stays"));
	}
}

static void replace_key(void)
{
	(void)unlink("key");
	put("key", OLD);
}

static void fail_second_fsync(void)
{
	on_fsync = replace_key;
	lacks.fsync_dir = EIO;
}

/* What is taken back is what was made, not what others made. */
static void names_of_others_stay(void **state)
{
	(void)state;
	on_fsync = fail_second_fsync;
	assert_int_equal(create("key", &plain), WK_FAIL);
	assert_string_equal(err.code, "file.sync");
	assert_true(holds("key", OLD));
	reset(NULL);
	lacks.fsync_dir = EIO;
	refused("key", &plain, WK_FAIL, "file.sync");
	assert_false(there("key"));
}

/* The work is done though the answer says otherwise: NFS. */
static void lost_answers(void **state)
{
	unsigned int temps;

	(void)state;
	start(&kernels[6], &ways[4]);
	lost = (struct lost){ "renameat", ESTALE };
	assert_int_equal(create("key", &keep), WK_OK);
	is_done(&ways[4]);
	for (size_t w = 0; w < 2; w++) {
		start(&kernels[6], &ways[w]);
		lost = (struct lost){ "linkat", EEXIST };
		assert_int_equal(create("key", ways[w].how), WK_OK);
		is_done(&ways[w]);
	}
	/* Not when it is not. */
	start(&kernels[6], &ways[2]);
	inject.call = NULL;
	lost = (struct lost){ 0 };
	for (unsigned int at = 1;
	     !inject.call || strcmp(inject.call, "renameat") != 0; at++) {
		start(&kernels[6], &ways[2]);
		inject.at = at;
		inject.e = ESTALE;
		(void)create("key", &force);
		assert_non_null(inject.call);
	}
	assert_int_equal(err.errnum, ESTALE);
	assert_true(holds("key", OLD));
	(void)names(&temps);
	assert_int_equal(temps, 0);
}

static unsigned int temps_before, temps_after;

static void interrupt(void)
{
	(void)names(&temps_before);
	errno = EXDEV;
	wk_create_abort_signal();
	assert_int_equal(errno, EXDEV);
	(void)names(&temps_after);
}

static void signals_leave_no_names(void **state)
{
	(void)state;
	for (size_t k = 0; k < 6; k++) {
		start(&kernels[k], &ways[4]);
		on_rename = interrupt;
		temps_before = 0;
		temps_after = 1;
		(void)create("key", &keep);
		assert_int_equal(temps_before, 1);
		assert_int_equal(temps_after, 0);
		is_undone(&ways[4]);
	}
	/* While the old file is copied there are two. */
	start(&kernels[5], &ways[4]);
	lacks.tmpfile = EOPNOTSUPP;
	on_fsync = NULL;
	interrupt();
	assert_int_equal(temps_before, 0);
	/* Afterwards there is nothing to remove. */
	start(&kernels[2], &ways[0]);
	assert_int_equal(create("key", &plain), WK_OK);
	wk_create_abort_signal();
	is_done(&ways[0]);
}

static void interrupt_second_fsync(void)
{
	on_fsync = interrupt;
}

static void signals_while_copying(void **state)
{
	(void)state;
	start(&kernels[5], &ways[4]);
	lacks.tmpfile = EOPNOTSUPP;
	on_fsync = interrupt_second_fsync;
	assert_int_not_equal(create("key", &keep), WK_OK);
	assert_int_equal(temps_before, 2);
	assert_int_equal(temps_after, 0);
	is_undone(&ways[4]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(random_names_may_be_taken, reset),
		cmocka_unit_test_setup(names_of_others_stay, reset),
		cmocka_unit_test_setup(lost_answers, reset),
		cmocka_unit_test_setup(signals_leave_no_names, reset),
		cmocka_unit_test_setup(signals_while_copying, reset),
	};

	return cmocka_run_group_tests_name("create, temporary names", tests,
					   make_dir, remove_dir);
}
