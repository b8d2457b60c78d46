/* SPDX-License-Identifier: Apache-2.0 */
/* base/create, base/place: what is refused, with which words, and races. */
/* link: create_faults create_fixture */
/* wrap: openat write fsync fchmod linkat renameat renameat2 unlinkat getrandom */
/* wrap: fstatat faccessat read */
#include "tests/unit/create_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

/* The early check says the same. */
static void refused_early(const char *path, const struct wk_create_how *how,
			  enum wk_status st, const char *code)
{
	refused(path, how, st, code);
	memset(&err, 0, sizeof(err));
	assert_int_equal(wk_create_check(path, how->force, &err), st);
	assert_string_equal(err.code, code);
}

static void existing_files_stay(void **state)
{
	(void)state;
	put("key", OLD);
	refused_early("key", &plain, WK_EXISTS, "file.exists");
	assert_non_null(strstr(err.hint, "--force"));
	assert_true(holds("key", OLD));
	assert_int_equal(symlink("nowhere", "link"), 0);
	refused_early("link", &plain, WK_EXISTS, "file.exists");
	refused_early(dir, &plain, WK_EXISTS, "file.exists");
	assert_int_equal(wk_create_check("key", true, &err), WK_OK);
	assert_int_equal(wk_create_check("other", false, &err), WK_OK);
	assert_int_equal(wk_create_check("other", true, &err), WK_OK);
}

static void put_key(void)
{
	put("key", OLD);
}

/* Another process was faster, whichever call it is that notices. */
static void races_are_lost(void **state)
{
	static const size_t some[] = { 0, 1, 2, 6 };

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(some); i++) {
		reset(NULL);
		lacks = kernels[some[i]];
		on_fsync = put_key;
		assert_int_equal(create("key", &plain), WK_EXISTS);
		assert_string_equal(err.code, "file.exists");
		is_undone(&ways[2]);
	}
}

static void put_another(void)
{
	put("newer", "another");
	assert_int_equal(rename("newer", "key"), 0);
}

/* Neither what was not there nor what was not seen is replaced. */
static bool is_locked;

static void look_at_lock(void)
{
	int fd = open("key", O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	is_locked = flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK;
	close(fd);
}

/* Two that replace one file: the later one sees what the earlier one did. */
static void replacing_is_locked(void **state)
{
	static const struct wk_create_how *const hows[] = { &force, &keep };

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(hows); i++) {
		reset(NULL);
		put("key", OLD);
		is_locked = false;
		on_rename = look_at_lock;
		assert_int_equal(create("key", hows[i]), WK_OK);
		assert_true(is_locked);
		assert_true(holds("key", NEW));
	}
}

static void races_are_lost_with_force(void **state)
{
	static const struct wk_create_how *const hows[] = { &force, &keep };

	(void)state;
	for (size_t k = 0; k < WK_ARRAY_LEN(kernels); k++)
		for (size_t i = 0; i < WK_ARRAY_LEN(hows); i++) {
			reset(NULL);
			lacks = kernels[k];
			on_fsync = put_key;
			assert_int_equal(create("key", hows[i]), WK_TRANSIENT);
			assert_string_equal(err.code, "file.changed");
			is_undone(&ways[2]);
			on_fsync = put_another;
			assert_int_equal(create("key", hows[i]), WK_TRANSIENT);
			assert_string_equal(err.code, "file.changed");
			assert_true(holds("key", "another"));
			assert_false(there(KEPT));
		}
}

static void only_regular_files_are_replaced(void **state)
{
	(void)state;
	assert_int_equal(mkdir("sub", 0700), 0);
	refused_early("sub", &force, WK_FAIL, "file.not-regular");
	refused_early("sub/", &force, WK_FAIL, "file.not-regular");
	refused_early("/dev/null", &force, WK_FAIL, "file.not-regular");
	assert_int_equal(mkfifo("fifo", 0600), 0);
	refused_early("fifo", &force, WK_FAIL, "file.not-regular");
}

static void symbolic_links_are_resolved(void **state)
{
	unsigned int temps;

	(void)state;
	assert_int_equal(mkdir("sub", 0700), 0);
	put("sub/key", OLD);
	assert_int_equal(symlink("sub/key", "link"), 0);
	assert_int_equal(symlink("link", "link2"), 0);
	assert_int_equal(create("link2", &keep), WK_OK);
	assert_true(holds("sub/key", NEW));
	assert_true(holds("sub/" KEPT, OLD));
	assert_int_equal(names(&temps), 3);
	assert_int_equal(unlink("sub/key") | unlink("sub/" KEPT), 0);
	refused_early("link", &force, WK_NOT_FOUND, "file.dangling-link");
	(void)unlink("link");
	assert_int_equal(symlink("link", "link"), 0);
	refused_early("link", &force, WK_FAIL, "errno.ELOOP");
}

static void names_are_checked(void **state)
{
	char name[NAME_MAX + 2];

	(void)state;
	refused_early("", &plain, WK_FAIL, "file.name");
	refused_early("/", &plain, WK_FAIL, "file.name");
	refused_early(".", &plain, WK_FAIL, "file.name");
	refused_early("..", &plain, WK_FAIL, "file.name");
	refused_early("key/", &plain, WK_FAIL, "file.name");
	memset(name, 'n', NAME_MAX + 1);
	name[NAME_MAX + 1] = '\0';
	refused_early(name, &plain, WK_FAIL, "file.name");
	refused_early(name, &force, WK_FAIL, "file.name");
	name[NAME_MAX] = '\0';
	assert_int_equal(create(name, &plain), WK_OK);
	assert_int_equal(create(name, &force), WK_OK);
	refused(name, &keep, WK_FAIL, "file.name");
	(void)unlink(name);
	lacks.tmpfile = EOPNOTSUPP;
	assert_int_equal(create(name, &plain), WK_OK);
}

static void directories_are_named(void **state)
{
	(void)state;
	refused_early("no/key", &plain, WK_NOT_FOUND, "file.no-directory");
	assert_non_null(strstr(err.msg, "'no'"));
	refused_early("no/key", &force, WK_NOT_FOUND, "file.no-directory");
	put("file", "");
	refused_early("file/key", &plain, WK_NOT_FOUND, "file.no-directory");
	assert_non_null(strstr(err.msg, "'file'"));
	refused_early("file/key", &force, WK_NOT_FOUND, "file.no-directory");
}

static void create_as_nobody(const void *arg)
{
	(void)arg;
	if (geteuid() == 0)
		CHECK(!setresuid(65534, 65534, 65534));
	CHECK(wk_create_check("key", false, &err) == WK_DENIED);
	CHECK(!strcmp(err.code, "file.denied"));
	CHECK(strstr(err.msg, "'.'"));
	CHECK(create("key", &plain) == WK_DENIED);
	CHECK(!strcmp(err.code, "file.denied"));
	CHECK(wk_create_check("closed/key", true, &err) == WK_DENIED);
	CHECK(create("closed/key", &force) == WK_DENIED);
	CHECK(strstr(err.msg, "'closed'"));
	/* Neither root's capabilities nor its files: by /proc or descriptor. */
	CHECK(create("open/key", &plain) == WK_OK);
	CHECK(create("open/key", &force) == WK_OK);
	CHECK(create("open/key", &keep) == WK_OK);
	CHECK(holds("open/key", NEW) && holds("open/" KEPT, NEW));
}

static void unprivileged(void **state)
{
	(void)state;
	assert_int_equal(mkdir("closed", 0), 0);
	assert_int_equal(mkdir("open", 0777) | chmod("open", 0777), 0);
	assert_int_equal(chmod(dir, 0555), 0);
	in_child(create_as_nobody, NULL);
	assert_int_equal(chmod(dir, 0755), 0);
	assert_int_equal(unlink("open/key") | unlink("open/" KEPT), 0);
}

/* err.code for errno e of the at-th call. */
static void told(const struct lacks *kernel, const char *call, int e,
		 enum wk_status st, const char *code)
{
	for (unsigned int at = 1;; at++) {
		start(kernel, &ways[0]);
		inject.at = at;
		inject.e = e;
		(void)create("key", &plain);
		assert_non_null(inject.call);
		if (strcmp(inject.call, call) != 0)
			continue;
		assert_int_equal(err.status, st);
		assert_string_equal(err.code, code);
		assert_int_equal(err.errnum, e);
		assert_memory_equal(err.msg, "key: ", 5);
		return;
	}
}

static void causes_are_told(void **state)
{
	const struct lacks *all = &kernels[0], *named = &kernels[2];

	(void)state;
	told(all, "write", ENOSPC, WK_FAIL, "file.no-space");
	told(all, "write", EDQUOT, WK_FAIL, "file.no-space");
	told(all, "write", EFBIG, WK_FAIL, "errno.EFBIG");
	told(all, "fsync", EIO, WK_FAIL, "file.sync");
	told(all, "fsync", ENOSPC, WK_FAIL, "file.no-space");
	told(all, "fchmod", EPERM, WK_DENIED, "file.denied");
	told(all, "openat", EACCES, WK_DENIED, "file.denied");
	told(all, "openat", EMFILE, WK_FAIL, "errno.EMFILE");
	told(all, "fstatat", EIO, WK_FAIL, "errno.EIO");
	told(named, "renameat2", EROFS, WK_FAIL, "file.read-only");
	told(named, "renameat2", ENOSPC, WK_FAIL, "file.no-space");
	told(named, "getrandom", ENOSYS, WK_UNSUPPORTED, "errno.ENOSYS");
}

static void checks_can_fail(void **state)
{
	(void)state;
	inject.at = 3;
	inject.e = EROFS;
	assert_int_equal(wk_create_check("key", false, &err), WK_FAIL);
	assert_string_equal(inject.call, "faccessat");
	assert_string_equal(err.code, "file.read-only");
}

static void nothing_works(void **state)
{
	static const struct lacks poor = {
		.tmpfile = EOPNOTSUPP,
		.link_fd = EPERM,
		.link_proc = EPERM,
		.link = EPERM,
		.renameat2 = EINVAL,
	};

	(void)state;
	start(&poor, &ways[0]);
	refused("key", &plain, WK_UNSUPPORTED, "errno.EOPNOTSUPP");
	start(&poor, &ways[4]);
	refused("key", &keep, WK_UNSUPPORTED, "errno.EOPNOTSUPP");
	assert_true(holds("key", OLD));
	/* Replacing needs neither. */
	assert_int_equal(create("key", &force), WK_OK);
	lacks.tmpfile = EROFS;
	refused("other", &plain, WK_FAIL, "file.read-only");
}

static void modes_ignore_the_umask(void **state)
{
	struct wk_create_how how = { .mode = 0644 };
	mode_t was = umask(0077);

	(void)state;
	assert_int_equal(create("key", &how), WK_OK);
	assert_int_equal(mode_of("key"), 0644);
	(void)umask(0);
	assert_int_equal(create("other", &force), WK_OK);
	assert_int_equal(mode_of("other"), 0600);
	(void)umask(was);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(existing_files_stay, reset),
		cmocka_unit_test_setup(races_are_lost, reset),
		cmocka_unit_test_setup(races_are_lost_with_force, reset),
		cmocka_unit_test_setup(replacing_is_locked, reset),
		cmocka_unit_test_setup(only_regular_files_are_replaced, reset),
		cmocka_unit_test_setup(symbolic_links_are_resolved, reset),
		cmocka_unit_test_setup(names_are_checked, reset),
		cmocka_unit_test_setup(directories_are_named, reset),
		cmocka_unit_test_setup(unprivileged, reset),
		cmocka_unit_test_setup(causes_are_told, reset),
		cmocka_unit_test_setup(checks_can_fail, reset),
		cmocka_unit_test_setup(nothing_works, reset),
		cmocka_unit_test_setup(modes_ignore_the_umask, reset),
	};

	return cmocka_run_group_tests_name("create", tests, make_dir,
					   remove_dir);
}
