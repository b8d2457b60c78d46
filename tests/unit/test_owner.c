/* SPDX-License-Identifier: Apache-2.0 */
/* owner: what cannot be told of the old file is not taken for nothing. */
/* wrap: flistxattr */
#include "base/owner.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "tests/unit/unit.h"

static int list_fault; /* the errno of a list that is fetched, or 0 */

ssize_t __real_flistxattr(int fd, char *list, size_t size);
ssize_t __wrap_flistxattr(int fd, char *list, size_t size);

ssize_t __wrap_flistxattr(int fd, char *list, size_t size)
{
	if (!list_fault)
		return __real_flistxattr(fd, list, size);
	if (!list)
		return 64;
	errno = list_fault;
	return -1;
}

static int make(mode_t mode)
{
	char path[] = "/tmp/wk-owner-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	(void)unlink(path);
	assert_int_equal(fchmod(fd, mode), 0);
	return fd;
}

static mode_t mode_of(int fd)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	return st.st_mode & 07777;
}

static void copies_mode_and_attributes(void **state)
{
	int from = make(0640), to = make(0600);
	struct wk_err err;
	char value[8];

	(void)state;
	/* Of no length, too; some file systems have none at all. */
	if (!fsetxattr(from, "user.empty", "", 0, 0))
		assert_int_equal(fsetxattr(from, "user.two", "22", 2, 0), 0);
	assert_int_equal(wk_owner_copy(from, to, "k", &err), WK_OK);
	assert_int_equal(mode_of(to), 0640);
	if (fgetxattr(from, "user.two", value, sizeof(value)) == 2) {
		assert_int_equal(fgetxattr(to, "user.two", value, 8), 2);
		assert_int_equal(fgetxattr(to, "user.empty", value, 8), 0);
	}
	close(from);
	close(to);
}

/*
 * Attributes that came while they were listed: without the access list the
 * group would get what its mask allowed others.
 */
static void a_list_that_is_not_had(void **state)
{
	int from = make(0660), to = make(0600);
	struct wk_err err;

	(void)state;
	list_fault = ERANGE;
	assert_int_not_equal(wk_owner_copy(from, to, "k", &err), WK_OK);
	assert_int_equal(err.errnum, ERANGE);
	assert_int_equal(mode_of(to), 0600);
	/* A file system without any has none to lose. */
	list_fault = EOPNOTSUPP;
	assert_int_equal(wk_owner_copy(from, to, "k", &err), WK_OK);
	assert_int_equal(mode_of(to), 0660);
	list_fault = 0;
	close(from);
	close(to);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_mode_and_attributes),
		cmocka_unit_test(a_list_that_is_not_had),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
