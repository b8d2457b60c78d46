/* SPDX-License-Identifier: Apache-2.0 */
/* base/create: old files are kept under another name, and never lost. */
/* link: create_faults create_fixture */
/* wrap: openat write fsync fchmod linkat renameat renameat2 unlinkat getrandom */
/* wrap: fstatat faccessat read */
#include "tests/unit/create_fixture.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static void old_files_are_never_lost(void **state)
{
	static const size_t some[] = { 0, 5 };

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(some); i++) {
		start(&kernels[some[i]], &ways[4]);
		put(KEPT, "another");
		if (lacks.link)
			lacks.link = EEXIST;
		refused("key", &keep, WK_EXISTS, "file.old-exists");
		assert_non_null(strstr(err.msg, "'" KEPT "'"));
		assert_true(holds("key", OLD));
		assert_true(holds(KEPT, "another"));
	}
	/* By copying, too. */
	start(&kernels[5], &ways[4]);
	put(KEPT, "another");
	refused("key", &keep, WK_EXISTS, "file.old-exists");
	assert_true(holds("key", OLD));
	assert_true(holds(KEPT, "another"));
}

/* What a killed run left: the second name is there already. */
static void second_names_are_accepted(void **state)
{
	(void)state;
	put("key", OLD);
	assert_int_equal(link("key", KEPT), 0);
	assert_int_equal(create("key", &keep), WK_OK);
	is_done(&ways[4]);
}

/* A copy is as good as a second name, and not taken away on failure. */
static void equal_copies_are_accepted(void **state)
{
	static const char *const others[] = { "", "old", OLD OLD, "OLD" };

	(void)state;
	for (size_t k = 0; k < 6; k += 5) {
		start(&kernels[k], &ways[4]);
		put(KEPT, OLD);
		assert_int_equal(create("key", &keep), WK_OK);
		is_done(&ways[4]);
		for (size_t i = 0; i < WK_ARRAY_LEN(others); i++) {
			start(&kernels[k], &ways[4]);
			put(KEPT, others[i]);
			refused("key", &keep, WK_EXISTS, "file.old-exists");
		}
		start(&kernels[k], &ways[4]);
		assert_int_equal(mkdir(KEPT, 0700), 0);
		refused("key", &keep, WK_EXISTS, "file.old-exists");
		start(&kernels[k], &ways[4]);
		assert_int_equal(symlink("key", KEPT), 0);
		refused("key", &keep, WK_EXISTS, "file.old-exists");
	}
	start(&kernels[0], &ways[4]);
	put(KEPT, OLD);
	lacks.fsync_dir = EIO;
	refused("key", &keep, WK_FAIL, "file.sync");
	assert_true(holds(KEPT, OLD));
	for (unsigned int at = 1;; at++) {
		start(&kernels[0], &ways[4]);
		put(KEPT, OLD);
		inject.at = at;
		inject.e = EIO;
		if (create("key", &keep))
			assert_true(holds("key", OLD) ||
				    replaced_only(&ways[4]));
		assert_true(holds(KEPT, OLD));
		if (!inject.call)
			break;
	}
}

static void copies_keep_mode_and_contents(void **state)
{
	char old[9001], got[9001];
	FILE *f;

	(void)state;
	memset(old, 'o', 9000);
	old[9000] = '\0';
	put("key", old);
	assert_int_equal(chmod("key", 0604), 0);
	lacks.link = EOPNOTSUPP;
	assert_int_equal(create("key", &keep), WK_OK);
	assert_int_equal(mode_of(KEPT), 0604);
	f = fopen(KEPT, "re");
	assert_int_equal(fread(got, 1, sizeof(got), f), 9000);
	fclose(f);
	assert_memory_equal(got, old, 9000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(old_files_are_never_lost, reset),
		cmocka_unit_test_setup(second_names_are_accepted, reset),
		cmocka_unit_test_setup(equal_copies_are_accepted, reset),
		cmocka_unit_test_setup(copies_keep_mode_and_contents, reset),
	};

	return cmocka_run_group_tests_name("create, old files", tests, make_dir,
					   remove_dir);
}
