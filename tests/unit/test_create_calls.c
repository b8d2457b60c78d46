/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/create, base/place: every system call fails once and is killed once, on
 * every path there is, and the folder is looked at afterwards.
 */
/* link: create_faults create_fixture */
/* wrap: openat write fsync fchmod linkat renameat renameat2 unlinkat getrandom */
/* wrap: fstatat faccessat read */
#include "tests/unit/create_fixture.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <string.h>

/* For thousands of files: in memory, where there is such a folder. */
static int make_fast_dir(void **state)
{
	strcpy(dir, "/dev/shm/wk-create-XXXXXX");
	return mkdtemp(dir) ? chdir(dir) : make_dir(state);
}

static unsigned int open_fds(void)
{
	DIR *d = opendir("/proc/self/fd");
	unsigned int n = 0;

	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

/*
 * The bytes are on the disk before they get the name, and the name is before
 * anybody is told.
 */
static bool is_in_order(void)
{
	const char *first = strchr(order, 'n'), *last = strrchr(order, 'n');
	const char *file = strchr(order, 'f');

	return first && file && file < first && strchr(last, 'd');
}

static void every_way_succeeds(void **state)
{
	(void)state;
	for (size_t k = 0; k < WK_ARRAY_LEN(kernels); k++)
		for (size_t w = 0; w < WK_ARRAY_LEN(ways); w++) {
			unsigned int fds = open_fds();

			start(&kernels[k], &ways[w]);
			if (create("key", ways[w].how))
				fail_msg("%s: %s", kernels[k].what, err.msg);
			is_done(&ways[w]);
			assert_int_equal(open_fds(), fds);
			if (!is_in_order())
				fail_msg("%s: way %zu: %s", kernels[k].what, w,
					 order);
		}
}

static bool fail_once(const struct lacks *kernel, const struct way *w,
		      unsigned int at, int e)
{
	unsigned int fds = open_fds();
	enum wk_status st;

	start(kernel, w);
	inject.at = at;
	inject.e = e;
	st = create("key", w->how);
	inject.at = 0;
	if (st && inject.call)
		assert_int_equal(err.status, st);
	if (!st)
		is_done(w); /* by another way */
	else if (replaced_only(w))
		is_done(w);
	else
		is_undone(w);
	assert_int_equal(open_fds(), fds);
	return inject.call != NULL;
}

static void every_call_fails(void **state)
{
	static const int errnos[] = { EIO, ENOSPC, EPERM, ENOMEM, EINVAL };

	(void)state;
	for (size_t k = 0; k < WK_ARRAY_LEN(kernels); k++)
		for (size_t w = 0; w < WK_ARRAY_LEN(ways); w++)
			for (size_t e = 0; e < WK_ARRAY_LEN(errnos); e++) {
				unsigned int at = 1;

				while (fail_once(&kernels[k], &ways[w], at,
						 errnos[e]))
					at++;
				assert_true(at >= 7);
			}
}

static void create_in_child(const void *arg)
{
	const struct way *w = arg;

	exit(create("key", w->how));
}

/* Old or new, whole; temporary names only beside it; and it can go on. */
static void survives_kill(const struct way *w)
{
	unsigned int temps, n = names(&temps);
	bool kept = keeps(w) && there(KEPT);

	if (there("key"))
		assert_true(holds("key", NEW) || (w->old && holds("key", OLD)));
	else
		assert_false(w->old);
	assert_true(temps <= 2);
	assert_int_equal(n, there("key") + kept + temps);
	if (kept)
		assert_true(holds(KEPT, OLD));
	if (w->old && holds("key", NEW) && keeps(w))
		assert_true(kept);
}

static bool kill_once(const struct lacks *kernel, const struct way *w,
		      unsigned int at)
{
	int status;

	start(kernel, w);
	count_unlink = true;
	inject.at = at;
	inject.kill = true;
	status = status_of_child(create_in_child, w);
	memset(&inject, 0, sizeof(inject));
	if (!WIFSIGNALED(status)) {
		assert_int_equal(status, 0);
		is_done(w);
		return false;
	}
	assert_int_equal(WTERMSIG(status), SIGKILL);
	survives_kill(w);
	/* Where nothing was made yet, the next try succeeds. */
	if (w->old ? holds("key", OLD) : !there("key"))
		assert_int_equal(create("key", w->how), WK_OK);
	return true;
}

static void every_call_is_killed(void **state)
{
	(void)state;
	for (size_t k = 0; k < WK_ARRAY_LEN(kernels); k++)
		for (size_t w = 0; w < WK_ARRAY_LEN(ways); w++) {
			unsigned int at = 1;

			while (kill_once(&kernels[k], &ways[w], at))
				at++;
			assert_true(at >= 7);
		}
}

static void interruptions(void **state)
{
	(void)state;
	for (size_t w = 0; w < WK_ARRAY_LEN(ways); w++)
		for (unsigned int at = 1;; at++) {
			start(&kernels[5], &ways[w]);
			inject.at = at;
			inject.e = EINTR;
			if (create("key", ways[w].how) == WK_OK)
				is_done(&ways[w]);
			else
				is_undone(&ways[w]);
			if (!inject.call)
				break;
			if (!strcmp(inject.call, "fsync") ||
			    !strcmp(inject.call, "write") ||
			    !strcmp(inject.call, "read") ||
			    !strcmp(inject.call, "getrandom"))
				assert_true(holds("key", NEW));
		}
}

int main(void)
{
	const struct CMUnitTest exhaustive[] = {
		cmocka_unit_test_setup(every_call_fails, reset),
		cmocka_unit_test_setup(every_call_is_killed, reset),
		cmocka_unit_test_setup(interruptions, reset),
	};
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(every_way_succeeds, reset),
	};

	int failed = cmocka_run_group_tests_name(
		"create, every call", exhaustive, make_fast_dir, remove_dir);

	return failed + cmocka_run_group_tests_name("create, every way", tests,
						    make_dir, remove_dir);
}
