/* SPDX-License-Identifier: Apache-2.0 */
/* base/file: whole files, in how many calls, and what is refused. */
/* link: file_fixture */
/* wrap: openat fstat read write close poll realloc */
#include "tests/unit/file_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* --- regular files ---------------------------------------------------------------- */

static void four_calls(void **state)
{
	static const size_t sizes[] = { 1, 400, 4095, 4096, 65536 };
	WK_AUTO_BLOB struct wk_blob b = { 0 };

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(sizes); i++) {
		make_file(sizes[i]);
		memset(&calls, 0, sizeof(calls));
		assert_int_equal(wk_file_read(path, 65536, &b, &err), WK_OK);
		assert_int_equal(calls.openat, 1);
		assert_int_equal(calls.fstat, 1);
		assert_int_equal(calls.read, 1);
		assert_int_equal(calls.close, 1);
		assert_int_equal(calls.poll, 0);
		assert_true(calls.realloc <= 1);
		assert_holds(&b, sizes[i]);
	}
	/* Memory is used again. */
	make_file(400);
	memset(&calls, 0, sizeof(calls));
	assert_int_equal(wk_file_read(path, 65536, &b, &err), WK_OK);
	assert_int_equal(calls.read, 1);
	assert_int_equal(calls.realloc, 0);
	assert_holds(&b, 400);
}

static void empty_file(void **state)
{
	WK_AUTO_BLOB struct wk_blob b = { 0 };

	(void)state;
	make_file(0);
	assert_int_equal(wk_file_read(path, 10, &b, &err), WK_OK);
	assert_int_equal(b.len, 0);
	assert_int_equal(calls.read, 1);
	assert_int_equal(wk_file_read(path, 0, &b, &err), WK_OK);
	assert_int_equal(b.len, 0);
}

static void limits(void **state)
{
	WK_AUTO_BLOB struct wk_blob b = { 0 };

	(void)state;
	make_file(100);
	assert_int_equal(wk_file_read(path, 100, &b, &err), WK_OK);
	assert_holds(&b, 100);
	calls.read = 0;
	refused(path, 99, WK_CORRUPT, "file.too-large");
	assert_int_equal(calls.read, 0);
	assert_non_null(strstr(err.msg, "99 bytes"));
	refused(path, 0, WK_CORRUPT, "file.too-large");
}

/* What fstat(2) says is a hint only. */
static void sizes_that_changed(void **state)
{
	WK_AUTO_BLOB struct wk_blob b = { 0 };

	(void)state;
	make_file(1000);
	for (size_lie = -1000; size_lie <= 1000; size_lie += 50) {
		assert_int_equal(wk_file_read(path, 5000, &b, &err), WK_OK);
		assert_holds(&b, 1000);
		wk_blob_done(&b);
		assert_int_equal(wk_file_read(path, 5000, &b, &err), WK_OK);
	}
	size_lie = -500;
	refused(path, 999, WK_CORRUPT, "file.too-large");
	assert_int_equal(wk_file_read(path, 1000, &b, &err), WK_OK);
	read_most = 7;
	assert_int_equal(wk_file_read(path, 1000, &b, &err), WK_OK);
	assert_holds(&b, 1000);
}

/* /proc: regular, of size 0. */
static void sizes_unknown(void **state)
{
	WK_AUTO_BLOB struct wk_blob b = { 0 };

	(void)state;
	read_most = 100;
	assert_int_equal(wk_file_read("/proc/self/status", 65536, &b, &err),
			 WK_OK);
	assert_true(b.len > 100);
	assert_memory_equal(b.p, "Name:", 5);
	refused("/proc/self/status", 50, WK_CORRUPT, "file.too-large");
}

static void interruptions(void **state)
{
	WK_AUTO_BLOB struct wk_blob b = { 0 };

	(void)state;
	make_file(100);
	fails.openat = EINTR;
	fails.read = EINTR;
	assert_int_equal(wk_file_read(path, 100, &b, &err), WK_OK);
	assert_holds(&b, 100);
	assert_int_equal(calls.openat + calls.read, 4);
}

static void failures(void **state)
{
	(void)state;
	make_file(100);
	calls.openat = calls.close = 0;
	fails.fstat = EIO;
	refused(path, 100, WK_FAIL, "errno.EIO");
	fails.read = EIO;
	refused(path, 100, WK_FAIL, "errno.EIO");
	assert_int_equal(err.errnum, EIO);
	fails.openat = EMFILE;
	refused(path, 100, WK_FAIL, "errno.EMFILE");
	assert_int_equal(calls.openat, calls.close + 1);
}

static void no_memory_is_said(void **state)
{
	struct wk_blob b = { 0 };

	(void)state;
	make_file(100);
	calls.openat = calls.close = 0;
	no_memory = true;
	assert_int_equal(wk_file_read(path, 100, &b, &err), WK_NOMEM);
	assert_null(b.p);
	assert_int_equal(calls.openat, calls.close);
}

/* --- what is no regular file ---------------------------------------------------- */

static void not_there(void **state)
{
	char below[80];

	(void)state;
	refused(path, 10, WK_NOT_FOUND, "file.not-found");
	assert_int_equal(err.errnum, ENOENT);
	refused("", 10, WK_NOT_FOUND, "file.not-found");
	make_file(1);
	snprintf(below, sizeof(below), "%s/x", path);
	refused(below, 10, WK_NOT_FOUND, "file.not-found");
	(void)unlink(path);
	assert_int_equal(symlink("f", path), 0);
	refused(path, 10, WK_FAIL, "errno.ELOOP");
}

static void not_regular(void **state)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd;

	(void)state;
	refused(dir, 10, WK_FAIL, "file.not-regular");
	refused("/dev/null", 10, WK_FAIL, "file.not-regular");
	/* Does not wait for a writer. */
	assert_int_equal(mkfifo(path, 0600), 0);
	refused(path, 10, WK_FAIL, "file.not-regular");
	(void)unlink(path);
	strcpy(sun.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&sun, sizeof(sun)),
			 0);
	refused(path, 10, WK_FAIL, "file.not-regular");
	__real_close(fd);
	fails.openat = ENODEV;
	refused(path, 10, WK_FAIL, "file.not-regular");
}

static void read_as_nobody(const void *arg)
{
	struct wk_blob b = { 0 };

	(void)arg;
	if (geteuid() == 0)
		CHECK(!setresuid(65534, 65534, 65534));
	CHECK(wk_file_read(path, 10, &b, &err) == WK_DENIED);
	CHECK(!strcmp(err.code, "file.denied"));
	CHECK(strstr(err.msg, path));
	CHECK(!b.p);
}

static void denied(void **state)
{
	(void)state;
	make_file(1);
	assert_int_equal(chmod(dir, 0755), 0);
	assert_int_equal(chmod(path, 0), 0);
	in_child(read_as_nobody, NULL);
	fails.openat = EPERM;
	refused(path, 10, WK_DENIED, "file.denied");
}

/* --- writing ------------------------------------------------------------------------ */

static void writing_all(void **state)
{
	WK_AUTO_BLOB struct wk_blob b = { 0 };
	WK_AUTO_FD int fd =
		__real_openat(AT_FDCWD, path, O_RDWR | O_CREAT, 0600);
	uint8_t data[1000];

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = byte_at(i);
	fails.write = EINTR;
	write_most = 7;
	assert_int_equal(wk_fd_write(fd, wk_span(data, sizeof(data))), 0);
	assert_int_equal(wk_fd_write(fd, wk_span(NULL, 0)), 0);
	assert_int_equal(wk_file_read(path, 1000, &b, &err), WK_OK);
	assert_holds(&b, 1000);
	/* Made non-blocking by somebody else, and full for a moment. */
	fails.write = EAGAIN;
	assert_int_equal(wk_fd_write(fd, wk_span(data, 1)), 0);
	assert_int_equal(calls.poll, 1);
	fails.write = EAGAIN;
	fails.poll = ENOMEM;
	assert_int_equal(wk_fd_write(fd, wk_span(data, 1)), ENOMEM);
	fails.write = ENOSPC;
	assert_int_equal(wk_fd_write(fd, wk_span(data, 1)), ENOSPC);
	write_nothing = true;
	assert_int_equal(wk_fd_write(fd, wk_span(data, 1)), EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(four_calls, reset),
		cmocka_unit_test_setup(empty_file, reset),
		cmocka_unit_test_setup(limits, reset),
		cmocka_unit_test_setup(sizes_that_changed, reset),
		cmocka_unit_test_setup(sizes_unknown, reset),
		cmocka_unit_test_setup(interruptions, reset),
		cmocka_unit_test_setup(failures, reset),
		cmocka_unit_test_setup(no_memory_is_said, reset),
		cmocka_unit_test_setup(not_there, reset),
		cmocka_unit_test_setup(not_regular, reset),
		cmocka_unit_test_setup(denied, reset),
		cmocka_unit_test_setup(writing_all, reset),
	};

	return cmocka_run_group_tests_name("file", tests, make_dir, remove_dir);
}
