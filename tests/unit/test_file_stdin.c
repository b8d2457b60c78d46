/* SPDX-License-Identifier: Apache-2.0 */
/* base/file: standard input, be it a pipe, a file or nothing. */
/* link: file_fixture */
/* wrap: openat fstat read write close poll realloc */
#include "tests/unit/file_fixture.h"

#include <errno.h>
#include <fcntl.h>

static int stdin_was = -1, writer = -1;

static void pipe_to_stdin(size_t len)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	stdin_was = dup(0);
	assert_int_equal(dup2(ends[0], 0), 0);
	__real_close(ends[0]);
	writer = ends[1];
	for (size_t i = 0; i < len; i++) {
		uint8_t b = byte_at(i);

		assert_int_equal(__real_write(writer, &b, 1), 1);
	}
}

static void close_writer(void)
{
	__real_close(writer);
	writer = -1;
}

static void restore_stdin(void)
{
	assert_int_equal(dup2(stdin_was, 0), 0);
	__real_close(stdin_was);
	if (writer >= 0)
		close_writer();
}

static void from_a_pipe(void **state)
{
	WK_AUTO_BLOB struct wk_blob b = { 0 };

	(void)state;
	pipe_to_stdin(9000);
	close_writer();
	assert_int_equal(wk_file_read("-", 9000, &b, &err), WK_OK);
	assert_holds(&b, 9000);
	assert_int_equal(calls.close, 0);
	restore_stdin();

	pipe_to_stdin(300);
	close_writer();
	read_most = 7;
	assert_int_equal(wk_file_read("-", 300, &b, &err), WK_OK);
	assert_holds(&b, 300);
	restore_stdin();

	pipe_to_stdin(301);
	close_writer();
	refused("-", 300, WK_CORRUPT, "file.too-large");
	restore_stdin();
}

/* Too much is seen although the writer never ends. */
static void from_an_endless_pipe(void **state)
{
	(void)state;
	pipe_to_stdin(10);
	refused("-", 9, WK_CORRUPT, "file.too-large");
	restore_stdin();
}

static void from_a_non_blocking_pipe(void **state)
{
	WK_AUTO_BLOB struct wk_blob b = { 0 };

	(void)state;
	pipe_to_stdin(100);
	assert_int_equal(fcntl(0, F_SETFL, O_NONBLOCK), 0);
	fails.read = EAGAIN;
	fails.poll = EINTR;
	on_read = close_writer;
	assert_int_equal(wk_file_read("-", 100, &b, &err), WK_OK);
	assert_holds(&b, 100);
	assert_int_equal(calls.poll, 1);
	restore_stdin();

	pipe_to_stdin(0);
	assert_int_equal(fcntl(0, F_SETFL, O_NONBLOCK), 0);
	fails.poll = ENOMEM;
	refused("-", 9, WK_NOMEM, "errno.ENOMEM");
	restore_stdin();
}

static void from_a_file_or_nothing(void **state)
{
	WK_AUTO_BLOB struct wk_blob b = { 0 };

	(void)state;
	make_file(50);
	stdin_was = dup(0);
	__real_close(0);
	assert_int_equal(__real_openat(AT_FDCWD, path, O_RDONLY, 0), 0);
	assert_int_equal(wk_file_read("-", 100, &b, &err), WK_OK);
	assert_holds(&b, 50);
	__real_close(0);
	refused("-", 100, WK_FAIL, "errno.EBADF");
	restore_stdin();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(from_a_pipe, reset),
		cmocka_unit_test_setup(from_an_endless_pipe, reset),
		cmocka_unit_test_setup(from_a_non_blocking_pipe, reset),
		cmocka_unit_test_setup(from_a_file_or_nothing, reset),
	};

	return cmocka_run_group_tests_name("file, standard input", tests,
					   make_dir, remove_dir);
}
